package organizations

import (
	_ "embed"
	"strings"
	"sync"

	"tamis/extractors"
)

// stopNames holds names and acronyms that look like bodies and are none: goals,
// treaties, plans, programmes, events, documents, kinds of offices, statuses.
// A line is a name; an acronym counts only in capitals as written.
//
//go:embed data/stop.txt
var stopNames string

type stopList struct {
	names    extractors.Gazetteer
	acronyms map[string]bool
}

var stops = sync.OnceValue(newStopList)

func newStopList() *stopList {
	s := &stopList{acronyms: make(map[string]bool)}
	for line := range strings.Lines(stopNames) {
		name := strings.TrimSpace(line)
		switch {
		case name == "" || strings.HasPrefix(name, "#"):
		case !strings.Contains(name, " ") && strings.ToUpper(name) == name:
			s.acronyms[name] = true
		case !strings.Contains(name, " ") && strings.ToUpper(name[:2]) == name[:2]:
			s.acronyms[name] = true // "MoU", "ODDs"
		default:
			s.names.Add(name, 0)
		}
	}
	return s
}

// stopped reports whether the whole span is a name or acronym of the stop-list.
func (f *finder) stopped(span extractors.Span) bool {
	surface := f.surface(span)
	if stops().acronyms[surface] {
		return true
	}
	_, ok := stops().names.Lookup(surface)
	return ok
}

// aClass reports whether the name of an unknown body is that of a class: its
// head is a plural, "Two global Offices", or a number stands before it.
func (f *finder) aClass(span extractors.Span) bool {
	first, last := f.tokenAt(span.Start), f.tokenAt(span.End)-1
	if first >= last {
		return false
	}
	if f.lang(span.Start) == "fr" {
		return f.class(first)&plural != 0 && f.fold(first) != "services"
	}
	return f.class(last)&plural != 0 && !f.is(last, extractors.IsUpper)
}
