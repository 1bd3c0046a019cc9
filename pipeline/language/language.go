// Package language tells French, English and other languages apart, line by
// line and for the whole document.
//
// Package lid reads every line and is sure of most. Where it is not, lingua is
// asked whether it sees the same, for a bounded share of a document since it is
// a thousand times slower. What neither settles inherits: a line of names among Spanish lines is
// Spanish, else it has the document's language.
package language

import (
	"math"
	"slices"
	"strings"
	"sync"

	"tamis/extractors"
	"tamis/pipeline/language/lid"
)

// Logarithms of odds. A line takes a language other than the document's from
// sure on; below doubtful not even lingua is asked.
const (
	sure     = 7.0
	doubtful = 2.5
	// namesNeed is what a line without a word in lower case needs on top: it may
	// consist of names, which come from anywhere.
	namesNeed = 5.0
	// tie is the margin below which two languages are as likely.
	tie = 1.0
	// fewest is the number of letters below which a line says nothing.
	fewest = 4
	// thirdNeeds is what a language other than French and English needs on top,
	// where its script does not settle it: few lines are in one. With less
	// than three words in lower case lingua has to agree.
	thirdNeeds = 3.0
	// company is what a line needs less when its neighbour is in that
	// language already.
	company = 3.0
)

// Lingua reads at most askBytes of a document and an askShare-th of its text.
const (
	askBytes = 200
	askShare = 128
	askLine  = 120 // bytes of one line
)

// convinced is the probability from which lingua's answer counts by itself,
// together the margin that a reading and lingua's opinion need to add up to.
const convinced, together = 0.95, 4.0

// A reading is what is known about one line before its neighbours are asked.
type reading struct {
	lang   string  // the likeliest language, "" if the line has no words
	next   string  // the next likely one
	margin float64 // over the next likely language, then over the document's
	weight float64 // of the line for the document's language, in letters
	close  bool    // the next likely language is as likely, and there are words to tell by
	names  bool    // the line may consist of names
}

// A scratch is the memory that Detect reuses from document to document.
type scratch struct {
	scores   lid.Scores
	readings []reading
	next     []string
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// Detect sets the language of each line of text, as an ISO 639-1 code, and
// returns that of the document with a confidence between 0 and 1. Lines that
// are too short or hold only names and numbers inherit. declared is what the
// markup claims, "" if nothing; it decides only where the text does not.
//
// The result depends on the arguments alone. Detect may run on many documents
// at once.
func Detect(text string, lines []extractors.Line, declared string) (lang string, confidence float64) {
	budget := askBytes + len(text)/askShare
	m := scratches.Get().(*scratch)
	defer scratches.Put(m)
	s := &m.scores
	readings := m.readings[:0]
	for _, l := range lines {
		readings = append(readings, read(s, text[l.Start:l.End]))
	}
	m.readings = readings
	lang, confidence = document(text, lines, readings, bareCode(declared), &budget)
	if lang == "" {
		for i := range lines {
			lines[i].Lang = ""
		}
		return "", 0
	}
	for i, l := range lines {
		if r := &readings[i]; r.lang != lang && r.lang != "" {
			r.against(s, text[l.Start:l.End], lang)
		}
	}
	for i := range lines {
		l, r := &lines[i], readings[i]
		l.Lang = ""
		switch {
		case r.lang == "":
		case r.lang == lang && !r.close, r.margin >= sure:
			l.Lang = r.lang
		case !r.names && r.margin >= doubtful, r.close:
			l.Lang = ask(text[l.Start:l.End], r, lang, &budget)
		}
	}
	m.inherit(lines, readings, lang)
	return lang, confidence
}

// ask has lingua confirm the reading of a line, if the budget allows; "" if it
// does not. It may also prefer one of the two main languages. Any other is rare
// enough for both to have to see it, and for lingua to have to be convinced.
func ask(line string, r reading, lang string, budget *int) string {
	if *budget <= 0 {
		return ""
	}
	line = head(line, askLine)
	*budget -= len(line)
	o := second.ask(line, r.lang, r.next, lang, "fr", "en")
	if got, p := o.top(); p >= convinced && (isMain(got) || got == r.lang) {
		return got
	}
	if isMain(r.lang) && r.lang != lang && r.margin+o.margin(r.lang, lang) >= together {
		return r.lang
	}
	return ""
}

// isMain reports whether a dump consists of documents in lang.
func isMain(lang string) bool { return lang == "fr" || lang == "en" }

// inherit gives each line without a language that of its neighbours: if it
// leans to the language of one of them, that; if it has no words, the one that
// both have; else the document's.
func (m *scratch) inherit(lines []extractors.Line, readings []reading, lang string) {
	m.next = slices.Grow(m.next[:0], len(lines)+1)
	next := m.next[:len(lines)+1] // language of the nearest settled line from i on
	next[len(lines)] = lang
	for i := len(lines) - 1; i >= 0; i-- {
		if next[i] = lines[i].Lang; next[i] == "" {
			next[i] = next[i+1]
		}
	}
	before := lang
	for i := range lines {
		l, r := &lines[i], readings[i]
		if l.Lang == "" {
			switch {
			case r.lang == "" && before == next[i+1]:
				l.Lang = before
			case r.lang != "" && r.margin >= sure-company && (r.lang == before || r.lang == next[i+1]):
				l.Lang = r.lang
			default:
				l.Lang = lang
			}
		}
		before = l.Lang
	}
}

// read returns what the line alone says, nothing if it has too few letters.
func read(s *lid.Scores, line string) reading {
	s.Classify(line)
	best, next, margin := s.Best()
	if s.Letters < fewest && margin < lid.Settled {
		return reading{}
	}
	weight := float64(s.Letters)
	if s.Lower < 5 {
		weight /= 4
	}
	return reading{
		lang: best, next: next, margin: margin, weight: weight,
		close: margin < tie && s.Lower >= 2,
	}
}

// against replaces the margin of a reading by that over lang, the document's
// language, and takes off what a line needs on top. A name from elsewhere in a
// sentence must not switch the line: the words in lower case have to agree.
func (r *reading) against(s *lid.Scores, line, lang string) {
	s.Classify(line)
	third := !isMain(r.lang) && r.margin < lid.Settled
	short := s.Lower < 3
	r.margin = s.Margin(r.lang, lang)
	r.names = s.Words > 1 && (s.Lower == 0 || third && s.Long == 0)
	switch {
	case r.names:
		r.margin -= namesNeed
	case s.Words == 1 && s.Lower == 0:
		r.margin -= namesNeed / 2 // "Liens", "Español", or a town
	case s.Lower < s.Words:
		s.ClassifyLower(line)
		lower := s.Margin(r.lang, lang)
		if lower < 0 {
			r.margin = lower
		} else {
			r.margin = (r.margin + lower) / 2
		}
	}
	if third {
		r.margin -= thirdNeeds
		if short {
			r.margin = min(r.margin, sure-1)
		}
	}
}

// A tally is the weight of evidence for one language of the document.
type tally struct {
	lang   string
	weight float64
}

// document decides the language of the document by the letters of its lines.
// Lines of a menu count only if there is nothing else, and short lines, which
// may be the site's and not the document's, count little.
func document(text string, lines []extractors.Line, readings []reading, declared string, budget *int) (string, float64) {
	var tallies []tally
	var sample string // the line that says most
	most := 0.0
	for _, menus := range []bool{false, true} {
		for i, l := range lines {
			r := readings[i]
			if menus != (l.Kind == extractors.Menu) || r.lang == "" {
				continue
			}
			if r.weight > most {
				sample, most = text[l.Start:l.End], r.weight
			}
			tallies = add(tallies, r.lang, r.weight*min(1, r.margin/sure))
		}
		if len(tallies) > 0 {
			break
		}
	}
	first, rest := top(tallies)
	// A dozen short words, and a quarter more than what speaks for another.
	if first.weight >= 20 && first.weight >= 1.25*rest.weight {
		return first.lang, confidence(tallies, first)
	}
	if first.lang != "" && most >= 3 {
		line := head(sample, askLine)
		*budget -= len(line)
		if got, _ := second.ask(line, first.lang, rest.lang, "fr", "en").top(); got == first.lang {
			return got, confidence(tallies, first)
		}
	}
	if declared != "" {
		return declared, 0.3
	}
	return first.lang, confidence(tallies, first) / 2
}

// confidence is the share of the evidence that speaks for the language, less
// where there is little in all.
func confidence(tallies []tally, t tally) float64 {
	total := 10.0
	for _, t := range tallies {
		total += t.weight
	}
	return math.Round(t.weight/total*1000) / 1000
}

func add(tallies []tally, lang string, weight float64) []tally {
	for i := range tallies {
		if tallies[i].lang == lang {
			tallies[i].weight += weight
			return tallies
		}
	}
	return append(tallies, tally{lang, weight})
}

// top returns the two languages with the most weight, of equals the earlier.
func top(tallies []tally) (first, rest tally) {
	for _, t := range tallies {
		switch {
		case t.weight > first.weight || first.lang == "":
			first, rest = t, first
		case t.weight > rest.weight || rest.lang == "":
			rest = t
		}
	}
	return first, rest
}

// bareCode turns what markup declares, "fr-CA" or "EN_us", into a bare code; ""
// if it is none.
func bareCode(declared string) string {
	i := strings.IndexAny(declared, "-_")
	if i < 0 {
		i = len(declared)
	}
	lang := strings.ToLower(strings.TrimSpace(declared[:i]))
	if len(lang) < 2 || len(lang) > 3 {
		return ""
	}
	for _, c := range []byte(lang) {
		if c < 'a' || c > 'z' {
			return ""
		}
	}
	return lang
}

// head cuts s after a word, at n bytes at the most.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.LastIndexByte(s[:n+1], ' '); i > 0 {
		return s[:i]
	}
	return strings.ToValidUTF8(s[:n], "")
}
