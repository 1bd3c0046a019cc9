package dates

import (
	"testing"
	"time"
	"unicode/utf8"

	"tamis/extractors"
)

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"du 30 novembre-3 décembre 2018 à 14 h 30, l2 rnai l985",
		"10/1-11/2/2017 2016-12-16T12:23 26. 10.21 31-Oct-74 2018Q4 FY2013 (2003b)",
		"L'an deux mille vingt-quatre et le neuf mars, années 90 et 2000, XXe siècle",
		"21, 23 and 28 July 2009. LUNDI 13 New Year's Eve 2019 Warsame14 Nov 2011 May 2020Read",
		"last Sunday of March 2014, third week of 2027, 2019-W53, Pâques 2021, 44 av. J.-C., A.D. 800, 15 ramadan 1440 H",
		"nineteen ninety-six, the two thousands, from Q1 2018 to Q3 2019, depuis 2015, or later, XIXe et XXe siècles",
		"résolution 2254 (2015) 1970’s 1er \xff\u0301 mai\n2016",
	} {
		f.Add(s, "fr", "2016-05-03")
		f.Add(s, "en", "")
	}
	f.Add("since 1 nov", "en", "0000-01-01") // no year before the first
	f.Fuzz(func(t *testing.T, s, lang, issued string) {
		text := extractors.NewText(s, lang)
		text.Issued = issued
		last := 0
		for _, m := range Find(text) {
			if m.Start < last || m.End <= m.Start || m.End > len(s) {
				t.Fatalf("mention %v after %d in %d bytes", m.Span, last, len(s))
			}
			last = m.End
			if !utf8.RuneStart(s[m.Start]) || m.End < len(s) && utf8.ValidString(s) && !utf8.RuneStart(s[m.End]) {
				t.Fatalf("mention %v of %q splits a rune", m.Span, s)
			}
			if m.Norm == "" || m.Type != extractors.Date || m.Confidence < extractors.Certain || m.Confidence > 1 {
				t.Fatalf("mention %+v", m)
			}
			if m.Entity != "" {
				if start, end, _, ok := Bounds(m.Entity); !ok || end.Before(start) {
					t.Fatalf("Bounds(%q) of %q: %v, %v, %t", m.Entity, s[m.Start:m.End], start, end, ok)
				}
			}
			if e := m.Attr(AttrEDTF); e != "" {
				if _, _, _, ok := Bounds(e); !ok && m.Entity != "" {
					t.Fatalf("Bounds(%q) of %q", e, s[m.Start:m.End])
				}
			}
		}
	})
}

func FuzzBounds(f *testing.F) {
	for _, s := range []string{"2016-07-25", "199X", "19XX", "2016-21", "2016/2018-05", "XXXX-12-05", "//", "2016~"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		start, end, precision, ok := Bounds(s)
		if ok && (end.Before(start) || precision == "") {
			t.Fatalf("Bounds(%q) = %v, %v, %q", s, start, end, precision)
		}
	})
}

func TestBounds(t *testing.T) {
	for _, c := range []struct{ edtf, start, end, precision string }{
		{"2016-07-25", "2016-07-25", "2016-07-25", "day"},
		{"2016-02", "2016-02-01", "2016-02-29", "month"}, // a leap year
		{"1900-02", "1900-02-01", "1900-02-28", "month"}, // a century that is none
		{"1991", "1991-01-01", "1991-12-31", "year"},
		{"1950~", "1950-01-01", "1950-12-31", "year"}, // qualifiers do not move bounds
		{"199X", "1990-01-01", "1999-12-31", "decade"},
		{"19XX", "1900-01-01", "1999-12-31", "century"},
		{"2022-21", "2022-03-01", "2022-05-31", "season"},
		{"2022-24", "2022-12-01", "2023-02-28", "season"}, // winter goes on
		{"2019-35", "2019-07-01", "2019-09-30", "quarter"},
		{"2019-41", "2019-07-01", "2019-12-31", "half"},
		{"2022/2023", "2022-01-01", "2023-12-31", "range"},
		{"2016-12-05/2017-01", "2016-12-05", "2017-01-31", "range"},
		{"195X/196X", "1950-01-01", "1969-12-31", "range"},
		{"2015/..", "2015-01-01", "0001-01-01", "open"}, // the zero time stands for the open end
		{"-0043", "-0043-01-01", "-0043-12-31", "year"}, // 44 BC
		{"-02XX", "-0299-01-01", "-0200-12-31", "century"},
		{"-0298/-0279", "-0298-01-01", "-0279-12-31", "range"},
	} {
		start, end, precision, ok := Bounds(c.edtf)
		if !ok || start.Format(time.DateOnly) != c.start || end.Format(time.DateOnly) != c.end || precision != c.precision {
			t.Errorf("Bounds(%q) = %v, %v, %q, %t; want %s, %s, %s", c.edtf, start, end, precision, ok, c.start, c.end, c.precision)
		}
	}
	for _, s := range []string{"", "XXXX-12-05", "2016-13", "2016-02-30", "2018/2016", "1/2/3", "/", "2016/", "../..", "../1/2", "-2016-05", "-0000", "x016", "2016/07"} {
		if start, _, _, ok := Bounds(s); ok {
			t.Errorf("Bounds(%q) = %v", s, start)
		}
	}
}

// TestAttrs checks what is said of a date beside its norm.
func TestAttrs(t *testing.T) {
	for _, c := range []struct{ lang, text, key, want string }{
		{"fr", "vers 1950", AttrQualifier, "~"},
		{"fr", "vers 1950", AttrEDTF, "1950~"},
		{"fr", "début 2022", AttrPart, "early"},
		{"en", "by mid-2019", AttrPart, "mid"},
		{"fr", "depuis 2015", AttrOpen, "after"},
		{"en", "until 30 June 2020", AttrOpen, "before"},
		{"en", "in spring 2022", AttrEDTF, "2022-21"},
		{"fr", "au dernier trimestre de 2023", AttrEDTF, "2023-36"},
		{"en", "H2 2016", AttrEDTF, "2016-41"},
		{"en", "adopted on 25 July 2016", AttrDateRole, "adopted"},
		{"fr", "entrée en vigueur le 1er mai 2016", AttrDateRole, "in_force"},
		{"fr", "date limite : 3 mars 2020", AttrDateRole, "deadline"},
		{"fr", "Publié le 3 mars 2020", AttrDateRole, "published"},
		{"fr", "le 22 janvier 2015 à 14h40", AttrTime, "14:40"},
		{"en", "at 2.30 p.m. on 16 December 2022", AttrTime, "14:30"},
		{"en", "2016-12-16T12:23:59", AttrTime, "12:23"},
		{"en", "03/04/2015", AttrOrder, "ambiguous"},
		{"en", "23/04/2015, 03/04/2015", AttrOrder, ""}, // the document shows its order
		{"en", "fiscal year 2008", AttrCalendar, "fiscal"},
		{"fr", "le 3 mars 2020", AttrYear, YearText},
		{"fr", "Du 3 mars 2020 au lendemain, puis le 5 juin", AttrYear, YearSentence},
		{"fr", "La séance du 3 mars 2020 fut longue. Le 5 juin fut bref.", AttrYear, YearPrevious},
		{"fr", "Genève, 3 mars 2020\n\nLe convoi part le 5 juin.", AttrYear, YearDateline},
		{"fr", "le 5 juin", AttrYear, ""},
		{"fr", "environ 1950", AttrQualifier, "~"},
		{"en", "circa 1900", AttrEDTF, "1900~"},
		{"en", "around March 2015", AttrQualifier, "~"},
		{"fr", "fin mars 2015", AttrPart, "late"},
		{"fr", "mi-2019", AttrPart, "mid"},
		{"en", "since 2015", AttrOpen, "after"},
		{"en", "before 1990", AttrOpen, "before"},
		{"fr", "jusqu'au 30 juin 2020", AttrOpen, "before"},
		{"fr", "de 2015 à 2018", AttrOpen, ""},
		{"fr", "à l'automne 2015", AttrEDTF, "2015-23"},
		{"en", "the winter of 2019", AttrEDTF, "2019-24"},
		{"fr", "au 1er trimestre 2021", AttrEDTF, "2021-33"},
		{"en", "in the third quarter of 2018", AttrEDTF, "2018-35"},
		{"fr", "le second semestre de 2019", AttrEDTF, "2019-41"},
		{"en", "in the first half of 2016", AttrEDTF, "2016-40"},
		{"fr", "résolution adoptée le 25 juillet 2016", AttrDateRole, "adopted"},
		{"en", "published on 3 March 2020", AttrDateRole, "published"},
		{"en", "The treaty was signed on 3 March 2020", AttrDateRole, "signed"},
		{"fr", "l'accord signé à Dakar le 3 mars 2020", AttrDateRole, "signed"},
		{"en", "It entered into force on 1 May 2016", AttrDateRole, "in_force"},
		{"en", "Deadline for applications: 3 March 2020", AttrDateRole, "deadline"},
		{"en", "a meeting held on 3 March 2020", AttrDateRole, "event"},
		{"fr", "La conférence s'est tenue du 5 au 8 décembre 2016", AttrDateRole, "event"},
		{"fr", "le 3 mars 2020", AttrDateRole, ""},
		{"fr", "03/04/2015", AttrOrder, "ambiguous"},
		{"fr", "23/04/2015", AttrOrder, ""},
		{"fr", "le 7 juin 2023 à 9 h 30", AttrTime, "09:30"},
		{"fr", "l'année scolaire 2022/2023", AttrCalendar, "school"},
		{"en", "FY2013", AttrCalendar, "fiscal"},
		{"fr", "l'exercice 2018-2019", AttrCalendar, "fiscal"},
		{"en", "AY2020", AttrCalendar, "school"},
		{"fr", "depuis 2015", AttrEDTF, "2015/.."},
		{"en", "before 3 May 2012", AttrEDTF, "../2012-05-03"},
		{"fr", "à partir de 2015", AttrOpen, "after"},
		{"fr", "dès 2017", AttrOpen, "after"},
		{"fr", "des 2017 candidats", AttrOpen, ""}, // an article is not "dès"
		{"fr", "d'ici à 2030", AttrOpen, "before"},
		{"en", "from 2015 onwards", AttrOpen, "after"},
		{"en", "2015–present", AttrOpen, "after"},
		{"fr", "de janvier 2015 à ce jour", AttrOpen, "after"},
		{"fr", "au 2e trim. 2020", AttrEDTF, "2020-34"},
		{"en", "2H 2020", AttrEDTF, "2020-41"},
		{"en", "in 2012 or later", AttrOpen, "after"},
		{"en", "in 2012 and after the war", AttrOpen, ""}, // what follows belongs to the war
		{"en", "no later than 1 January 2010", AttrOpen, "before"},
		{"en", "two weeks before 13 May 1999", AttrOpen, ""}, // a day counted from it
		{"en", "(1950?)", AttrEDTF, "1950?"},
		{"fr", "peut-être vers 1950", AttrEDTF, "1950%"},
		{"fr", "la première semaine de mai 2024", AttrEDTF, "2024-05-06/2024-05-12"}, // the first whole one
		{"en", "the last week of 2015", AttrEDTF, "2015-12-28/2016-01-03"},           // a week of ISO 8601
		{"fr", "la semaine du 18 janvier 2023", AttrEDTF, "2023-01-16/2023-01-22"},
		{"en", "week ending 5 May 2019", AttrEDTF, "2019-04-29/2019-05-05"},
		{"fr", "les trois premiers mois de 2015", AttrEDTF, "2015-01/2015-03"},
		{"en", "the last weekend of October 2017", AttrEDTF, "2017-10-28/2017-10-29"},
		{"fr", "du premier au troisième trimestre 2019", AttrEDTF, "2019-33/2019-35"},
		{"en", "from spring 2018 to autumn 2019", AttrEDTF, "2018-21/2019-23"},
		{"fr", "l'hiver 2019-2020", AttrEDTF, "2019-24"}, // one winter, of two years
		{"en", "from 9 a.m. to 5 p.m. on 5 May 2016", AttrTime, "09:00"},
		{"en", "The vote takes place on 10 May 2016", AttrDateRole, "event"},
		{"fr", "La course aura lieu le 10 mai 2016", AttrDateRole, "event"},
		{"fr", "au lieu du 10 mai 2016", AttrDateRole, ""},
	} {
		ms := Find(extractors.NewText(c.text, c.lang))
		if len(ms) == 0 {
			t.Errorf("%s: nothing found", c.text)
			continue
		}
		m := ms[len(ms)-1]
		if got := m.Attr(c.key); got != c.want {
			t.Errorf("%s: %s = %q, want %q", c.text, c.key, got, c.want)
		}
	}
}

// TestIssued supplies the year from the metadata where the text has none.
func TestIssued(t *testing.T) {
	text := extractors.NewText("The convoy left on 4 May.", "en")
	text.Issued = "2021-05-06"
	ms := Find(text)
	if len(ms) != 1 || ms[0].Norm != "2021-05-04" || ms[0].Attr(AttrYear) != YearIssued {
		t.Errorf("Find = %+v", ms)
	}
}
