package pipeline

import (
	"strings"
	"testing"
	"time"

	"tamis/extractors"
	"tamis/extractors/tagger"
)

// benchTexts returns the cleaned texts of the benchmarks' documents and has the
// benchmark count their bytes.
func benchTexts(b *testing.B) (texts []*extractors.Text, hints [][]extractors.Mention) {
	b.Helper()
	sources, _ := benchSources(b)
	size := int64(0)
	mapAll(b, benchConfig(b), sources, 2, func(d *Document) {
		texts = append(texts, &d.Text)
		hints = append(hints, extractors.Resolve(findRules(&d.Text)...))
		size += int64(len(d.Text.S))
	})
	if size == 0 {
		b.Fatal("no text")
	}
	b.SetBytes(size)
	b.ReportAllocs()
	return texts, hints
}

// BenchmarkTokenize has the tokenizer alone, by which the speed of the others
// can be told on any machine.
func BenchmarkTokenize(b *testing.B) {
	texts, _ := benchTexts(b)
	var tokens []extractors.Token
	for b.Loop() {
		for _, t := range texts {
			tokens = extractors.Tokenize(tokens[:0], t.S)
		}
	}
}

// BenchmarkExtract has the rules, the tagger and the linking, as the stage does.
func BenchmarkExtract(b *testing.B) {
	texts, _ := benchTexts(b)
	model, scratch := defaultModel(), tagger.NewScratch()
	for b.Loop() {
		for _, t := range texts {
			extract(t, model, scratch, nil)
		}
	}
}

// TestHostile has texts that repeat what makes the rules look around: the time
// grows with the text, not with its square.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("times mean nothing under the race detector")
	}
	findRules(extractors.NewText("Paris", "fr")) // loads the lists
	model, scratch := defaultModel(), tagger.NewScratch()
	for _, unit := range []string{"MINISTERE DE LA SANTE ", "Ministère de la ", "(A", "(AB) ", "OIM-", "A. ", "Jean-", "Mr. ", "M. Ban, ", "Jean Dupont (JD) ",
		"United Nations ", "de la ", "et de ", "Union of the ", "A", "É", "’", "résolution 46/", "le 5 et ", "Paris, ", "président ", "l'", "L'", "Prix ", "prie le Groupe de ", "Maria ",
		"au Comité des vœux ", "saisi la Cour pénale internationale de la mer ", "Société « Larga » ", "Policy (ABC) ", "(RDC) République démocratique du Congo (RDC) ", "Awa Awa ", "Mali-Mali "} {
		text := func(size int) *extractors.Text { return extractors.NewText(strings.Repeat(unit, size/len(unit)), "fr") }
		spent := func(x *extractors.Text) time.Duration {
			start := time.Now()
			extract(x, model, scratch, nil)
			return time.Since(start)
		}
		// Eight times the text takes eight times the time, 64 times if it
		// were quadratic; the machine may be busy, so the best of some counts.
		small, large := text(1<<14), text(1<<17)
		a, b := time.Hour, time.Hour
		for range 3 {
			a, b = min(a, spent(small)), min(b, spent(large))
			if b < 20*a || b < 200*time.Millisecond {
				break
			}
		}
		if b >= 20*a && b >= 200*time.Millisecond {
			t.Errorf("128 KiB of %q take %v, an eighth of it %v: not linear", unit, b, a)
		}
		t.Logf("%-24q %v", unit, b)
	}
}
