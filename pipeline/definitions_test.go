package pipeline

import (
	"fmt"
	"testing"
)

// Definitions past their share of the memory wait on disk, and what an acronym
// stands for is what most documents say, wherever they waited.
func TestDefinitionsSpill(t *testing.T) {
	cfg := Config{Memory: 1}.withDefaults()
	cfg.Memory = 1
	ev := newEvidence(&cfg, t.TempDir())
	defer ev.close()
	const acronyms = 20_000
	for i := range 3 * acronyms {
		a := fmt.Sprintf("K%d", i%acronyms)
		name := a + " Trust" // twice
		if i/acronyms == 1 {
			name = a + " Bank"
		}
		if err := ev.add(nil, []definition{{a, meaning{name, "org:" + name}}}); err != nil {
			t.Fatal(err)
		}
	}
	if ev.definitions.Spilled() == 0 {
		t.Error("nothing waited on disk")
	}
	known, err := ev.facts()
	if err != nil {
		t.Fatal(err)
	}
	defer known.close()
	if len(known.acronyms) != acronyms {
		t.Errorf("%d acronyms, not %d", len(known.acronyms), acronyms)
	}
	for a, m := range known.acronyms {
		if m.norm != a+" Trust" {
			t.Fatalf("%s is %q", a, m.norm)
		}
	}
}
