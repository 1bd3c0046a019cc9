package lid

import (
	"bytes"
	"testing"
)

func TestDecode(t *testing.T) {
	m, err := Decode(modelFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Encode(), modelFile) {
		t.Error("Encode does not undo Decode")
	}
	if len(modelFile) > 400_000 {
		t.Errorf("the model has %d bytes", len(modelFile))
	}
	for n := range 200 {
		if _, err := Decode(modelFile[:n*len(modelFile)/200]); err == nil {
			t.Errorf("no error at %d of 200 parts of the file", n)
		}
	}
	if _, err := Decode(append(bytes.Clone(modelFile), 0)); err == nil {
		t.Error("no error for a byte too many")
	}
}

func TestScript(t *testing.T) {
	for _, c := range []struct {
		s       string
		want    script
		letters int
	}{
		{"", none, 0},
		{"12 – 3 ×", none, 0},
		{"L’été", latin, 4},
		{"OIM: Международная", cyrillic, 16},
		{"UN العربية", arabic, 9},
		{"橋は三月", japanese, 4},
		{"日本 UN", han, 4},
	} {
		if got, letters := mainScript(c.s); got != c.want || letters != c.letters {
			t.Errorf("mainScript(%q) = %d, %d letters, want %d, %d", c.s, got, letters, c.want, c.letters)
		}
	}
}

// A line of any length fits: what is too much is not read.
func TestClassifyLong(t *testing.T) {
	var s Scores
	long := bytes.Repeat([]byte("Le conseil a décidé de se réunir à nouveau. "), 1000)
	s.Classify(string(long))
	if lang, _, margin := s.Best(); lang != "fr" || margin < 10 {
		t.Errorf("got %s by %.1f", lang, margin)
	}
	s.Classify(string(bytes.Repeat([]byte("a"), 10000)))
	if s.Words != 1 || s.Letters != 10000 {
		t.Errorf("%d words, %d letters", s.Words, s.Letters)
	}
}

func TestClassifyAllocatesNothing(t *testing.T) {
	var s Scores
	line := "Les États membres ont adopté – à l’unanimité – la décision."
	if n := testing.AllocsPerRun(100, func() { s.Classify(line); s.Best() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLearn(t *testing.T) {
	examples := []Example{
		{"fr", "le pont est fermé depuis mars"}, {"en", "the bridge has been closed since March"},
		{"ru", "мост закрыт с марта"}, {"uk", "міст закрито з березня"},
		{"ar", "الجسر مغلق"}, {"fa", "پل بسته است"}, {"hi", "पुल बंद है"}, {"ne", "पुल बन्द छ"}, {"am", "ድልድዩ ተዘግቷል"}, {"ti", "ቢንቶ ተዓጽዩ"},
	}
	plan := Plan{
		Langs:   [][]string{{"fr", "en"}, {"ru", "uk"}, {"ar", "fa"}, {"hi", "ne"}, {"am", "ti"}},
		Buckets: []uint32{512, 64, 64, 64, 64}, Epochs: 20, Rate: 0.3, Drop: 0.2, Seed: 1,
	}
	m, err := Learn(examples, plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		if got := m.Best(e.Text); got != e.Lang {
			t.Errorf("%q: got %s, want %s", e.Text, got, e.Lang)
		}
	}
	again, err := Learn(examples, plan)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Encode(), again.Encode()) {
		t.Error("the same examples give another model")
	}
	plan.Langs[0] = plan.Langs[0][:1]
	if _, err := Learn(examples, plan); err == nil {
		t.Error("no error for a script with one language")
	}
}

func TestExp(t *testing.T) {
	for x, want := range map[float64]float64{0: 1, -1: 0.36787944117144233, -20: 2.061153622438558e-09} {
		if got := exp(x); got < want*(1-1e-9) || got > want*(1+1e-9) {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
}
