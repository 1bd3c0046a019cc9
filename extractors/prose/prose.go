// Package prose asks jdkato/prose/v2 for a second opinion on the people and
// places of English text. It is the home of that library. It is slow, about
// 0.05 MB/s, knows no French and next to no organizations, so it is off unless
// asked for.
package prose

import (
	"strings"
	"sync"

	"github.com/jdkato/prose/v2"

	"tamis/extractors"
)

// Rule is the rule of what this package finds.
const Rule = "prose"

// model is shared: prose loads its model anew for every document otherwise.
var model = sync.OnceValue(func() *prose.Model { return prose.ModelFromData("en") })

// Find returns the persons and places that prose sees in the English lines of
// the text, names of two words or more. prose reports no offsets: an entity is
// looked for from where the last one ended. Where the library panics on a line,
// as it does on "ȺȺȺ's", the line has none.
func Find(t *extractors.Text) []extractors.Mention {
	var ms []extractors.Mention
	for i := range t.Lines {
		l := &t.Lines[i]
		if t.LangAt(l.Start) != "en" {
			continue
		}
		line := t.S[l.Start:l.End]
		at := 0
		for _, e := range entities(line) {
			typ := extractors.Per
			switch e.Label {
			case "PERSON":
			case "GPE":
				typ = extractors.Loc
			default:
				continue
			}
			k := strings.Index(line[at:], e.Text)
			if k < 0 || !strings.Contains(e.Text, " ") {
				continue
			}
			start := at + k
			at = start + len(e.Text)
			span := extractors.Span{Start: l.Start + start, End: l.Start + at}
			if extractors.StandsAlone(t.S, span) {
				ms = append(ms, extractors.Mention{Span: span, Type: typ, Rule: Rule, Confidence: 0.55})
			}
		}
	}
	return ms
}

func entities(line string) (found []prose.Entity) {
	defer func() {
		if recover() != nil {
			found = nil
		}
	}()
	doc, err := prose.NewDocument(line, prose.UsingModel(model()), prose.WithSegmentation(false))
	if err != nil {
		return nil
	}
	return doc.Entities()
}
