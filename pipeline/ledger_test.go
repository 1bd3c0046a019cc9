package pipeline

import (
	"testing"

	"tamis/output"
)

// Each row of boilerplate says how many documents have the block, and which are
// the first and the last of them.
func TestLedger(t *testing.T) {
	out, _ := runDump(t, Config{}, dumpFolder)
	type span struct {
		first, last string
		documents   int64
	}
	want := make(map[string]*span)
	for _, b := range readTable[output.Block](t, out, "blocks") { // in input order
		if b.BoilerplateID == nil {
			continue
		}
		s := want[*b.BoilerplateID]
		if s == nil {
			s = &span{first: b.DocumentID}
			want[*b.BoilerplateID] = s
		}
		if s.last != b.DocumentID {
			s.last = b.DocumentID
			s.documents++
		}
	}
	rows := readTable[output.Boilerplate](t, out, "boilerplate")
	several := 0
	for _, r := range rows {
		if got := (span{r.FirstDocumentID, r.LastDocumentID, r.DocumentCount}); want[r.BoilerplateID] == nil || got != *want[r.BoilerplateID] {
			t.Errorf("%q: %+v, the blocks say %+v", r.Text, got, want[r.BoilerplateID])
		}
		if r.FirstDocumentID != r.LastDocumentID {
			several++
		}
	}
	if len(rows) != len(want) || several < 10 {
		t.Errorf("%d rows, %d blocks that repeat; %d have two documents or more", len(rows), len(want), several)
	}
}
