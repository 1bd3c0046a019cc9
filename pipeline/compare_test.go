package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tamis/pipeline/boilerplate"
	"tamis/pipeline/runs"
	"tamis/pipeline/segments"
)

// noted are labels as the boilerplate step may give them, and a record and its
// blocks for them.
func noted() (*Record, []boilerplate.Block, []boilerplate.Label) {
	r := &Record{DocumentID: "d0", Text: "Menu\nHome\nWhat it says.\nContact"}
	for _, line := range [][2]int{{0, 4}, {5, 9}, {10, 23}, {24, 31}} {
		b := Block{}
		b.Start, b.End = line[0], line[1]
		r.Blocks = append(r.Blocks, b)
	}
	return r, r.evidence(nil), []boilerplate.Label{
		{Block: 0, End: 4, Boilerplate: true, Repeated: true, Rule: boilerplate.RuleHead},
		{Block: 1, End: 4, Boilerplate: true, Repeated: true, Rule: boilerplate.RuleHead},
		{Block: 2, End: 4},
		{Block: 2, Start: 5, End: 13, Boilerplate: true, Rule: boilerplate.RuleWords},
		{Block: 3, End: 7, Boilerplate: true, Rule: boilerplate.RuleTail},
	}
}

// TestNotes reads labels back from the note on a record, whole blocks and parts.
func TestNotes(t *testing.T) {
	r, doc, labels := noted()
	for n := range len(labels) + 1 {
		note := appendNote(nil, r.DocumentID, doc, labels[:n])
		got, err := r.labels(note, map[string]string{})
		if err != nil || !slices.Equal(got, labels[:n]) {
			t.Errorf("%d labels: %v, %v", n, got, err)
		}
		other := *r
		other.DocumentID = "d1"
		if _, err := other.labels(note, map[string]string{}); err == nil {
			t.Error("the note is on another record")
		}
	}
}

func FuzzNotes(f *testing.F) {
	r, doc, labels := noted()
	f.Add(appendNote(nil, r.DocumentID, doc, labels))
	f.Add([]byte{2, 'd', '0', 200, 1})
	f.Fuzz(func(t *testing.T, note []byte) {
		r, doc, _ := noted()
		labels, err := r.labels(note, map[string]string{})
		if err != nil {
			return
		}
		again, err := r.labels(appendNote(nil, r.DocumentID, doc, labels), map[string]string{})
		if err != nil || !slices.Equal(again, labels) {
			t.Errorf("%v comes back as %v, %v", labels, again, err)
		}
		a := aside{notes: note}
		a.next()
	})
}

// TestAsides gives to each record of some chunks its own note and links.
func TestAsides(t *testing.T) {
	c := compared{notes: notes{dir: t.TempDir()}}
	defer c.close()
	names := newIDs(t.TempDir())
	defer names.Close()
	found := runs.New(byEarlier, t.TempDir(), 0)
	defer found.Close()
	id := func(position int64) string { return fmt.Sprintf("%024d", position) }
	want := map[int64][]link{}
	chunks := []int64{3, 0, 1, 40, 7}
	position := int64(0)
	for _, n := range chunks {
		for range n {
			note := appendNote(nil, id(position), nil, []boilerplate.Label{{Boilerplate: true, Rule: strings.Repeat(".", int(position)*1000)}})
			if err := cmp.Or(c.notes.add(note), names.add(position, id(position))); err != nil {
				t.Fatal(err)
			}
			for _, back := range []int64{17, 1} {
				if of := position - back; of >= 0 && position%3 != 1 {
					l := link{kind: translation, position: position, of: of, score: 0.5, shared: 3, language: "fr", ofLanguage: "en", evidence: "address"}
					if err := found.Add(l); err != nil {
						t.Fatal(err)
					}
					l.id = id(of)
					want[position] = append(want[position], l)
				}
			}
			position++
		}
	}
	c.links = runs.New(byPosition, t.TempDir(), 0)
	if err := nameLinks(t.Context(), found.Sorted(), names, c.links.Add); err != nil {
		t.Fatal(err)
	}
	next, stop, err := c.asides()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	position = 0
	for _, n := range chunks {
		a, err := next(segments.Ref{Counts: segments.Counts{Documents: n}})
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			note, links, err := a.next()
			if err != nil {
				t.Fatal(err)
			}
			r := Record{DocumentID: id(position)}
			if labels, err := r.labels(note, map[string]string{}); err != nil || len(labels[0].Rule) != int(position)*1000 {
				t.Errorf("document %d has the note of another one: %v", position, err)
			}
			if !slices.Equal(links, want[position]) {
				t.Errorf("document %d: links %v, want %v", position, links, want[position])
			}
			position++
		}
		if _, _, err := a.next(); err == nil {
			t.Error("a chunk has a note more than documents")
		}
	}
	if _, err := next(segments.Ref{Counts: segments.Counts{Documents: 1}}); err == nil {
		t.Error("there is a note more than documents")
	}
}
