// Package dates finds calendar expressions in French and English text: days,
// months, years, decades, centuries and their ranges, as EDTF.
//
// The work goes in three steps. A scan over the tokens parses expressions from
// the places where one can start: a number, a month, a weekday, a number in
// words. A second pass over what was found supplies years and months that the
// text left out. A last one looks around each expression for what the text
// says of it: its role, the time of day. A number alone is the hard case; the
// evidence that makes it a year stands in year.go.
package dates

import (
	"tamis/extractors"
)

// Extractor finds days, months and years that a reader could put on a
// calendar. Deictic expressions ("hier", "next week"), durations and ages are
// left alone.
var Extractor = &extractors.Extractor{
	Name: "dates",
	Doc:  "days, months, years and their ranges, as EDTF",
	Type: extractors.Date,
	Find: Find,
}

// Keys of extractors.Attr on dates.
const (
	// AttrYear says how the year was supplied: one of the Year constants.
	AttrYear = "year"
	// AttrEDTF is the finer EDTF form where Norm, which keeps to level 0, says
	// less than the text: "2022-21" for "spring 2022" (Norm "2022"), the days
	// of "first week of May 2024" (Norm "2024-05"), with a qualifier where the
	// text has one: "1950~", and open where it leaves a side open: "2015/..".
	AttrEDTF = "edtf"
	// AttrQualifier is that of EDTF: "~" where the text calls the date
	// approximate, "?" where it doubts it, "%" where it does both.
	AttrQualifier = "qualifier"
	// AttrPart is "early", "mid" or "late" where the text names a part of the
	// span: "début 2022", "fin mars 2015".
	AttrPart = "part"
	// AttrOpen is "after" or "before" where the date bounds a span that is
	// open: "depuis 2015", "until 2030".
	AttrOpen = "open"
	// AttrOrder is "ambiguous" on a numeric date whose day and month could
	// stand in either order and nothing but the language decided.
	AttrOrder = "order"
	// AttrDateRole is what happened on the date: "adopted", "published",
	// "signed", "in_force", "deadline", "event".
	AttrDateRole = "date_role"
	// AttrTime is the time of day, "14:40", where one goes with the date.
	AttrTime = "time"
	// AttrCalendar is "fiscal" or "school" for years that are not the
	// calendar's.
	AttrCalendar = "calendar"
)

// Values of AttrYear.
const (
	YearText     = "text"     // it stands in the expression
	YearSentence = "sentence" // from another date of the sentence
	YearPrevious = "previous" // from the date before, in an earlier sentence
	YearDateline = "dateline" // from the first complete date of the document
	YearIssued   = "issued"   // from Text.Issued
)

// A scanner holds what one run over one text needs.
type scanner struct {
	text  *extractors.Text
	s     string
	tok   []extractors.Token
	found []date
	order order // of numeric dates, decided when the first one asks
}

// Find returns the calendar expressions of the text. It reads Text.Tokens, or
// makes them where there are none.
func Find(t *extractors.Text) []extractors.Mention {
	s := scanner{text: t, s: t.S, tok: t.Tokens}
	if s.tok == nil {
		s.tok = extractors.Tokenize(nil, t.S)
	}
	s.scan()
	if len(s.found) == 0 {
		return nil
	}
	s.supply()
	return s.mentions()
}

// scan finds expressions from left to right; each is as long as it can be.
func (s *scanner) scan() {
	for i := 0; i < len(s.tok); {
		t := &s.tok[i]
		if t.Shape&extractors.HasDigit == 0 && (t.Shape&extractors.IsWord == 0 || !words.mayStart(t.Hash)) {
			i++
			continue
		}
		if next := s.expression(i); next > i {
			i = next
			continue
		}
		i++
	}
}

// mentions turns what was found into mentions.
func (s *scanner) mentions() []extractors.Mention {
	ms := make([]extractors.Mention, 0, len(s.found))
	for i := range s.found {
		d := &s.found[i]
		norm, ok := d.norm()
		if !ok {
			continue
		}
		m := extractors.Mention{Span: extractors.Span{Start: d.start, End: d.end}, Type: extractors.Date, Norm: norm, Rule: d.rule, Confidence: d.confidence}
		if d.from.year == 0 {
			m.Confidence = 0.6
		} else {
			m.Entity = norm
			m.SetAttr(AttrYear, d.source)
		}
		s.describe(&m, d)
		ms = append(ms, m)
	}
	return ms
}
