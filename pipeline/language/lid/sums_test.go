package lid

import (
	"strings"
	"testing"
)

// The sums are those of the weights of all features one by one, however many
// words came before that fall on the same place.
func TestSums(t *testing.T) {
	m := defaultModel()
	lines := []string{
		"", "a", "Les États membres ont adopté – à l’unanimité – la décision.", "The cœur of Łódź, straße, anticonstitutionnellement",
		"донские казаки", strings.Repeat("interinstitutionnalisation ", 30), strings.Repeat("é", 200), strings.Repeat("ab cd efg ", 200),
	}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			for c := 'a'; c <= 'z'; c++ {
				lines = append(lines, string([]rune{a, b, c, ' ', c, b, 'é', ' ', b}))
			}
		}
	}
	for range 2 {
		for _, line := range lines {
			main, _ := mainScript(line)
			if main >= classified {
				continue
			}
			g := &m.groups[main]
			f := features{hash: make([]uint32, maxFeatures)}
			f.read(line, main, false)
			var want [maxLangs]int32
			for _, h := range f.hash[:f.n] {
				for i := range g.langs {
					want[i] += int32(uint8(g.weights[g.bucket(h)*g.stride+i/8]>>(i%8*8))) - bias
				}
			}
			s := g.sums()
			again := features{sums: s}
			again.read(line, main, false)
			got := *s.total()
			clear(got[len(g.langs):]) // no language's
			if got != want || again.n != f.n || again.words != f.words {
				t.Fatalf("%q: sums %v, want %v", line, got, want)
			}
			g.free.Put(s)
		}
	}
}
