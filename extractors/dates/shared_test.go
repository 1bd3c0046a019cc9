package dates

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
	"tamis/extractors/figures"
)

// score counts as gold.py does on the raw text: a date is right when it
// overlaps a required one with the same norm; one that overlaps an optional
// mark, a boilerplate line or a RES counts neither way, unless its span is
// that of a required one.
func score(t *testing.T, files []string) (right, found, wanted int) {
	t.Helper()
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ann.ParseDocument(string(src))
		if err != nil {
			t.Fatal(err)
		}
		boiler := func(at int) bool {
			for _, l := range d.Lines {
				if l.Start <= at && at < l.End {
					return l.Boilerplate
				}
			}
			return false
		}
		var required []extractors.Mention
		var optional []extractors.Span
		for _, m := range d.Marks {
			switch {
			case m.Type == extractors.Res, m.Type == extractors.Date && (m.Optional || boiler(m.Start)):
				optional = append(optional, m.Span)
			case m.Type == extractors.Date:
				required = append(required, m.Mention)
			}
		}
		var got []extractors.Mention
	mentions:
		for _, m := range Find(extractors.NewText(d.Text, d.Header["lang"])) {
			if m.Confidence < extractors.Certain || boiler(m.Start) {
				continue
			}
			exact := false
			for _, r := range required {
				exact = exact || r.Span == m.Span
			}
			for _, o := range optional {
				if !exact && o.Overlaps(m.Span) {
					continue mentions
				}
			}
			got = append(got, m)
		}
		used := make([]bool, len(got))
		for _, r := range required {
			hit := -1
			for i, m := range got {
				if !used[i] && m.Overlaps(r.Span) && (hit < 0 || m.Norm == r.Norm && got[hit].Norm != r.Norm) {
					hit = i
				}
			}
			if hit >= 0 && got[hit].Norm == r.Norm {
				right++
			}
			if hit >= 0 {
				used[hit] = true
			}
			if hit < 0 || got[hit].Norm != r.Norm {
				t.Logf("%s: %q is %s, not found so", filepath.Base(f), d.Text[r.Start:r.End], r.Norm)
			}
		}
		for i, m := range got {
			if !used[i] {
				t.Logf("%s: %q is no %s", filepath.Base(f), d.Text[m.Start:m.End], m.Norm)
			}
		}
		found += len(got)
		wanted += len(required)
	}
	return right, found, wanted
}

// TestFigures measures on ../shared; the figures stand in
// testdata/gold/dates.txt.
func TestFigures(t *testing.T) {
	if _, err := os.Stat("../../../shared/gold"); err != nil {
		t.Skip("no ../shared beside the repository: ", err)
	}
	var sheet figures.Sheet
	testGold(t, &sheet)
	testTimeData(t, &sheet)
	testDeictic(t, &sheet)
	sheet.Check(t, "../../testdata/gold/dates.txt")
}

func testGold(t *testing.T, sheet *figures.Sheet) {
	for _, c := range []struct {
		name, glob string
		low        float64 // F1 of the norms
	}{
		{"written", "../../../shared/gold/written/*.ann", 0.98},
		{"seeds", "../../../shared/gold/seeds/*.ann", 1},
	} {
		files, _ := filepath.Glob(c.glob)
		t.Run(c.name, func(t *testing.T) {
			right, found, wanted := score(t, files)
			f1 := 2 * float64(right) / float64(found+wanted)
			sheet.Add(fmt.Sprintf("%s, rules alone: %d wanted, %d found, %d right, norm F1 %.4f", c.name, wanted, found, right, f1))
			if f1 < c.low {
				t.Errorf("F1 %.4f, want %.2f", f1, c.low)
			}
		})
	}
}

// An expression of ../shared/data/time.
type expression struct {
	Lang    string
	Text    string
	Surface *string
	Norm    *string
	Start   *int // code points
	Type    string
	Ref     *string
	Values  []struct{ Type string }
}

func expressions(t *testing.T, name string) []expression {
	t.Helper()
	src, err := os.ReadFile("../../../shared/data/time/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []expression
	for line := range strings.Lines(string(src)) {
		var e expression
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// What the data hold is absolute by three rules, none of which looks at what
// this package finds.
//
//  1. It has a value, and its type is a date's: durations, sets, times of day
//     and zones are none; what dateparser calls relative or has only
//     translated has no value to compare.
//  2. Its text names a year of its value: in four figures, in two that end a
//     date in figures or a month in letters, in words or by its century. Then
//     the value cannot move with the day of writing. A value that leaves the
//     century open ("XX90") or whose year stands nowhere in the text ("at
//     1030" is an hour of the day of writing) can.
//  3. It has no deictic word of GUIDELINES ("today, hier, cette semaine, last
//     year"): with one, an end of it moves.
//
// A day that no calendar has (30 February) is none. Of the absolute ones, those
// with a word that is none of the calendar's are feasts ("lent 2018"), as are
// all that the data call holidays: GUIDELINES know days, months and years by
// their words, so feasts have a line of their own, with all of them counted.
func (e *expression) absolute() bool {
	if e.Surface == nil || e.Norm == nil || e.Start == nil || deictic.MatchString(lastOf.ReplaceAllString(*e.Surface, "")) {
		return false
	}
	switch e.Type {
	case "relative", "translate", "duration", "set", "time", "timerange", "timezone":
		return false
	}
	for _, day := range wholeDay.FindAllString(*e.Norm, -1) {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return false
		}
	}
	for _, p := range valueYear.FindAllStringSubmatch(*e.Norm, -1) {
		if regexp.MustCompile(`(?:^|\D)`+p[1]+`(?:\D|$)`).MatchString(*e.Surface) || regexp.MustCompile(`(?:[/.-]\s?|')`+p[1][2:]+`(?:\D|$)`).MatchString(*e.Surface) || inWords.MatchString(*e.Surface) {
			return true
		}
	}
	return false
}

// feast reports whether the expression names its day by a name.
func (e *expression) feast() bool {
	if e.Type == "holiday" {
		return true
	}
	for w := range strings.FieldsFuncSeq(extractors.Fold(*e.Surface), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if !calendarWord.MatchString(w) {
			return true
		}
	}
	return false
}

var (
	deictic = regexp.MustCompile(`(?i)\b(today|tomorrow|yesterday|now|ago|current|aujourd.?hui|hier|demain|maintenant|this|cette|next|prochaine?)\b|` +
		`\blast (?:[12]\d{3}|year|month|week|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b`)
	lastOf    = regexp.MustCompile(`(?i)\blast \pL+ (?:of|in)\b`) // no deictic word: an ordinal
	wholeDay  = regexp.MustCompile(`\d{4}-\d\d-\d\d`)
	valueYear = regexp.MustCompile(`(?:^|[(,/ -]|[FS]Y)([0-9]{4})(?:\D|$)`)
	inWords   = regexp.MustCompile(`(?i)thousand|hundred|(?:seven|eight|nine)teen|\bmil(?:le)?\b|dix-neuf|centur|si[eè]cle`)
	// calendarWord knows, folded, the words for days and their parts, months,
	// years and their parts, numbers, and what joins them.
	calendarWord = regexp.MustCompile(`^(?:` +
		// months, weekdays, seasons
		`jan(?:v(?:ier)?|uary)?|feb(?:ruary)?|fev(?:rier)?|mar(?:s|ch)?|apr(?:il)?|avr(?:il)?|ma[iy]|june?|juin|jul[ly]?|juil(?:let)?|aug(?:ust)?|aout|sept?(?:embre|ember)?|` +
		`oct(?:obre|ober)?|nov(?:embre|ember)?|dec(?:embre|ember)?|mon|tues?|wed|thu(?:rs)?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|` +
		`(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|mer|spring|summer|autumn|fall|winter|printemps|ete|automne|hiver|` +
		// units and their parts
		`days?|jours?|weeks?|semaines?|weekend|months?|mois|years?|annees?|ans?|quarters?|qtr|quart|trimestre|half|semestre|q|h|w|fy|sy|cy|fiscal|school|calendar|decades?|century|siecle|` +
		`end|fin|beginning|start(?:ing)?|debut|mid|middle|milieu|early|late|morning|afternoon|evening|night|noon|midnight|midi|minuit|` +
		`am|pm|a|p|m|min|hours?|heures?|ad|bc|b|c|d|t|cdt|` +
		// numbers
		`one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\pL+teen|twenty|thirty|\pL+t(?:y|ies)|hundred|thousands?|zero|tens|` +
		`first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|twentieth|last|premiere?|deuxieme|troisieme|derniere?|deux|trois|quatre|cinq|dix|neuf|soixante|vingt|cent|mille?|st|nd|rd|th|er|e|s|` +
		// what joins them
		`of|the|in|on|at|to|from|between|and|or|until|till|through|since|after|before|by|than|later|greater|anytime|sometimes|no|before|past|` +
		`de|du|le|la|les|l|d|des|au|a|et|en|entre|avant|apres|depuis|jusqu|pour)$`)
	timex      = regexp.MustCompile(`^\((\d{4}-\d\d-\d\d)[T\d:]*,(\d{4}-\d\d-\d\d)[T\d:]*,P`)
	hours      = regexp.MustCompile(`T\d\d(:\d\d)*(\.\d+)?`)
	week       = regexp.MustCompile(`^(\d{4})-W(\d\d)$`)
	nthWeekday = regexp.MustCompile(`^(\d{4}-\d\d)-WXX-(\d)-(\d)$`) // "2010-11-WXX-4-4": the fourth Thursday
	seasons    = strings.NewReplacer("-Q1", "-33", "-Q2", "-34", "-Q3", "-35", "-Q4", "-36", "-SP", "-21", "-SU", "-22", "-FA", "-23", "-WI", "-24", "FY", "", "SY", "")
)

// agrees reports whether the mention says what the test data want. Where the
// data write otherwise than we do, a rule for all of a kind converts:
//
//   - Hours do not count: they are no part of a DATE.
//   - Ranges end before or on their last day or where their last date begins,
//     without a rule (README of the data: "range ends exclusive, not always
//     consistent"); ours on their last day.
//   - A week stands as in ISO 8601, 2014-W41; ours is its days.
//   - A part of a year is its months, of which the data make three or four;
//     GUIDELINES mark the year, and AttrPart says which end of it.
//   - An open end is "Before 2014"; GUIDELINES mark the year, and AttrOpen
//     says which side.
//   - Years before Christ count without a year 0, as historians do; ours as
//     EDTF does, with one.
//   - Where GUIDELINES make one range of two of their dates, an end of it will
//     do.
func agrees(m extractors.Mention, want string) bool {
	ours := m.Norm
	if e := m.Attr(AttrEDTF); e != "" && m.Attr(AttrOpen) == "" {
		ours = e
	}
	start, end, _, ok := Bounds(ours)
	if !ok {
		return false
	}
	want = seasons.Replace(hours.ReplaceAllString(want, ""))
	if side, year, found := strings.Cut(want, " "); found {
		return year == m.Norm && map[string]string{"After": "after", "Before": "before"}[side] == m.Attr(AttrOpen)
	}
	if year, found := strings.CutPrefix(want, "-"); found {
		n, _ := digits(year)
		return ours == fmt.Sprintf("-%04d", n-1)
	}
	if p := nthWeekday.FindStringSubmatch(want); p != nil {
		month, _, _, _ := Bounds(p[1])
		weekday, _ := digits(p[2])
		n, _ := digits(p[3])
		want = month.AddDate(0, 0, (weekday-weekdayOf(month)+7)%7+7*(n-1)).Format(time.DateOnly)
	}
	if p := week.FindStringSubmatch(want); p != nil {
		n, _ := digits(p[2])
		year, _ := digits(p[1])
		y, w := start.ISOWeek()
		return y == year && w == n && end.Sub(start) == 6*24*time.Hour
	}
	from, to, ranged := "", "", false
	if p := timex.FindStringSubmatch(want); p != nil {
		from, to, ranged = p[1], p[2], true
	} else {
		from, to, ranged = strings.Cut(want, "/")
	}
	if ranged {
		first, _, _, _ := Bounds(from)
		_, until, _, _ := Bounds(to)
		next, _, _, _ := Bounds(to)
		next = next.AddDate(0, 0, -1) // where the end is exclusive
		part := m.Attr(AttrPart)
		switch {
		case strings.Contains(m.Norm, "/"): // the part is of one end only
		case part == "early":
			return first.Equal(start) && next.Before(end)
		case part == "late":
			return first.After(start) && (until.Equal(end) || next.Equal(end))
		}
		last := end
		if _, b, found := strings.Cut(ours, "/"); found {
			last, _, _, _ = Bounds(b)
		}
		return first.Equal(start) && (until.Equal(end) || next.Equal(end) || last.AddDate(0, 0, -1).Equal(next))
	}
	a, b, found := strings.Cut(m.Norm, "/")
	return want == m.Norm || want == m.Attr(AttrEDTF) || found && (want == a || want == b)
}

// reasons says for the sheet why an expression fails; it decides nothing.
var reasons = map[string]string{
	"last weekend of October 2017":                "the data's weekend starts on Friday evening, ours on Saturday",
	"[Sept] 04, 2014.":                            "a month in brackets",
	"Feb between 2-7 two thousand and eighteen":   "no order that we read",
	"Year two hundred and sixty seven":            "a year in words below 1000",
	"first week of Jan 2015":                      "ours is the first whole week of a month, as duckling has it",
	"last week of Dec 2016":                       "ours is the last whole week of a month, as duckling has it",
	"in two weeks since the year 2011":            "a duration counted from a date: the date is marked",
	"16 days from 01/02/2018":                     "a duration counted from a date: the date is marked",
	"2 weeks before May 13 1999":                  "a duration counted from a date: the date is marked",
	"between the end of 2007 and the end of 2008": "GUIDELINES mark the years only",
	"from the middle of 2007 to the end of 2008":  "GUIDELINES mark the years only",
	"les années dix-neuf soixante-dix":            "no French",
}

func testTimeData(t *testing.T, sheet *figures.Sheet) {
	for _, c := range []struct {
		name string
		low  float64
	}{
		{"duckling.en", 0.97}, {"duckling.fr", 0.97}, {"dateparser.en", 0.97}, {"dateparser.fr", 0.97},
		{"recognizers_verified.en", 0.95}, {"recognizers_verified.fr", 0.95},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := map[string]bool{}
			var right, all [2]int // of dates, of feasts
			years := 0            // feasts of which the year is marked
			var failures [2][]string
			for _, e := range expressions(t, c.name) {
				if !e.absolute() || seen[e.Text+*e.Surface] {
					continue
				}
				seen[e.Text+*e.Surface] = true
				kind := 0
				if e.feast() {
					kind = 1
				}
				all[kind]++
				if got, ok := e.found(); ok {
					right[kind]++
				} else {
					f := fmt.Sprintf("  %q is %s, got %q", *e.Surface, *e.Norm, got)
					if reasons[*e.Surface] != "" {
						f += ": " + reasons[*e.Surface]
					}
					failures[kind] = append(failures[kind], f)
					if kind == 1 && len(got) > 0 && strings.HasPrefix(*e.Norm, strings.TrimSpace(got[0])) {
						years++
					}
				}
			}
			share := float64(right[0]) / float64(all[0])
			sheet.Add(fmt.Sprintf("%s: %d of %d absolute dates right, %.4f", c.name, right[0], all[0], share))
			for _, f := range failures[0] {
				sheet.Add(f)
			}
			if all[1] > 0 {
				sheet.Add(fmt.Sprintf("%s: %d of %d feasts with a year right, %.4f; of %d more their year alone", c.name, right[1], all[1], float64(right[1])/float64(all[1]), years))
				for _, f := range failures[1] {
					t.Log(f)
				}
			}
			if share < c.low {
				t.Errorf("%.4f right, want %.2f", share, c.low)
			}
		})
	}
}

// found reports whether a mention that overlaps the surface agrees with the
// norm, and what was found there.
func (e *expression) found() (got []string, ok bool) {
	start := 0
	for range *e.Start {
		_, n := utf8.DecodeRuneInString(e.Text[start:])
		start += n
	}
	where := extractors.Span{Start: start, End: start + len(*e.Surface)}
	for _, m := range Find(extractors.NewText(e.Text, e.Lang)) {
		if m.Overlaps(where) {
			got = append(got, m.Norm+" "+m.Attr(AttrEDTF))
			ok = ok || agrees(m, *e.Norm)
		}
	}
	return got, ok
}

// Deictic expressions have no year, in figures or words, no decade, no figures
// joined by marks, no month and no day of one; what else they count is theirs.
var calendar = regexp.MustCompile(`(?i)\d{3}|\d\s?[./-]\s?\d|jan|feb|f[eé]v|mar|apr|avr|may|mai|ju[inl]|aug|ao[uû]|sep|oct|nov|dec|d[eé]c|mille|thousand|century|ann[eé]es|\d0s|teen \pL+t(y|ies)|the \pL+ties|\b(mon|tues|wednes|thurs|fri|satur|sun)day.*\d|\d.*day|(lun|mar|mercre|jeu|vendre|same)di.*\d|dimanche.*\d`)

// testDeictic wants nothing where the data have only what a reader needs the
// day of writing for.
func testDeictic(t *testing.T, sheet *figures.Sheet) {
	n, wrong := 0, 0
	for _, name := range []string{"duckling.en", "duckling.fr", "dateparser.en", "dateparser.fr", "recognizers_verified.en", "recognizers_verified.fr"} {
		for _, e := range expressions(t, name) {
			if calendar.MatchString(e.Text) {
				continue
			}
			n++
			if ms := Find(extractors.NewText(e.Text, e.Lang)); len(ms) > 0 {
				wrong++
				t.Errorf("%s: %q gives %q", name, e.Text, ms[0].Norm)
			}
		}
	}
	sheet.Add(fmt.Sprintf("deictic expressions and durations: %d of %d give a date", wrong, n))
}
