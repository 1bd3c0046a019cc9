package resolutions

import (
	"strings"

	"tamis/extractors"
)

// AttrReference says to what a reference by description refers: RefersToOwn or
// RefersToPrevious.
const AttrReference = "reference"

// Values of AttrReference.
const (
	RefersToOwn      = "own"      // "la présente résolution"
	RefersToPrevious = "previous" // "ladite résolution"
)

var (
	present  = wordSet("présente present")
	pointing = wordSet("ladite cette this that said même same aforementioned aforesaid abovementioned mentioned")
	trailing = wordSet("précitée susmentionnée susvisée susdite aforementioned")
	hashThis = hash("this")
)

// References resolves the references by description among the words of t:
// "la présente résolution", "ladite décision", "that resolution". ms are the
// findings of Extractor on the same text. References are a class of their own:
// they are guesses, with a Confidence that falls with the distance, and do not
// belong into the default counts.
func References(t *extractors.Text, ms []extractors.Mention) []extractors.Mention {
	var out []extractors.Mention
	own := Own(t, ms)
	next := 0 // the first mention behind the token
	for i := range t.Tokens {
		tok := &t.Tokens[i]
		if i == 0 || tok.Hash != hashResolution && tok.Hash != hashDecision {
			continue
		}
		for next < len(ms) && ms[next].Start < tok.End {
			next++
		}
		if next > 0 && ms[next-1].End > tok.Start || t.S[tok.End-1] == 's' {
			continue // a citation, or a plural that could be any
		}
		m := extractors.Mention{Span: extractors.Span{Start: t.Tokens[i-1].Start, End: tok.End}, Type: extractors.Res, Rule: "reference"}
		to := RefersToPrevious
		switch before := t.Tokens[i-1].Hash; {
		case present[before]:
			to = RefersToOwn
			m.Norm, m.Confidence = own, 0.9
			if i > 1 && t.Tokens[i-2].Shape&extractors.IsWord != 0 && t.Tokens[i-2].Len() <= 3 {
				m.Start = t.Tokens[i-2].Start // its article
			}
		case before == hashThis && own != "":
			to = RefersToOwn
			m.Norm, m.Confidence = own, 0.8
		case pointing[before]:
		case i+1 < len(t.Tokens) && trailing[t.Tokens[i+1].Hash]:
			m.Span = extractors.Span{Start: tok.Start, End: t.Tokens[i+1].End}
		default:
			continue
		}
		if to == RefersToPrevious {
			m.Norm, m.Confidence = previous(t, ms[:next], m.Start, tok.Hash == hashDecision)
		}
		if m.Norm == "" {
			continue
		}
		if !strings.HasPrefix(m.Norm, "?/") {
			m.Entity = m.Norm
		}
		m.SetAttr(AttrReference, to)
		out = append(out, m)
	}
	return out
}

// previous returns the citation of that kind before the offset, and how far
// it can be trusted.
func previous(t *extractors.Text, ms []extractors.Mention, at int, decision bool) (string, float32) {
	const (
		far  = 2000 // bytes; beyond, the reader has forgotten it too
		many = 50
	)
	for n := 1; n <= min(len(ms), many); n++ {
		m := &ms[len(ms)-n]
		if at-m.End > far {
			break
		}
		if r, ok := Parse(m.Norm); !ok || (r.Kind == KindDecision) != decision {
			continue
		}
		between := t.S[m.End:at]
		switch {
		case !strings.ContainsAny(between, "\n.;"):
			return m.Norm, 0.85
		case !strings.Contains(between, "\n"):
			return m.Norm, 0.75
		case strings.Count(between, "\n") == 1:
			return m.Norm, 0.6
		}
		return m.Norm, 0.4
	}
	return "", 0
}

// Own returns the symbol of the resolution or decision that the document is:
// the first citation near its top that opens a line and either fills it or is
// followed by a title. It is "" where the document is something else.
func Own(t *extractors.Text, ms []extractors.Mention) string {
	const (
		lines  = 25
		indent = 16 // bytes before it at most
	)
	for i := range ms {
		m := &ms[i]
		l := t.LineAt(m.Start)
		if l < 0 || l >= lines {
			break
		}
		line := t.Lines[l]
		if m.Start-line.Start > indent {
			continue
		}
		head := strings.TrimSpace(t.S[line.Start:m.Start])
		rest := strings.TrimLeft(t.S[m.End:max(m.End, line.End)], " \u00a0\t\r")
		if head == "" && (rest == "" || strings.IndexAny(rest, ".:*–—") == 0) {
			return m.Norm
		}
	}
	return ""
}
