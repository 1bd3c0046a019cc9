package main

import (
	"bytes"
	"os"
	"testing"

	"tamis/pipeline/language/lid"
)

const shared = "../../../../shared"

// TestModel holds the embedded model to what it reached on lines that it has
// not learned from.
func TestModel(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("%s is not there", shared)
	}
	_, held, err := load(shared)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../lid/model.bin")
	if err != nil {
		t.Fatal(err)
	}
	m, err := lid.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	floors := [][3]float64{{0.90, 0.88, 0.80}, {0.94, 0.94, 0.91}, {0.99, 0.99, 0.96}} // fr, en, other
	for i, size := range sizes {
		got := score(m.Best, held, size.cut)
		t.Log(size.name, got)
		for class, floor := range floors[i] {
			if got[class].share() < floor {
				t.Errorf("%s, class %d: %.4f, want %.2f", size.name, class, got[class].share(), floor)
			}
		}
	}
}

// TestLoad shows that each language has something to learn from and to measure by.
func TestLoad(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("%s is not there", shared)
	}
	learn, held, err := load(shared)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for i := range learn {
		if len(learn[i].lines) == 0 || len(held[i].lines) == 0 {
			t.Errorf("%s: nothing to learn or to measure", learn[i].lang)
		}
		lines += len(learn[i].lines)
	}
	if lines < 5000 {
		t.Errorf("%d lines to learn from", lines)
	}
}

func TestReproducible(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("%s is not there", shared)
	}
	small := plan
	small.Epochs = 1
	run := func() []byte {
		learn, _, err := load(shared)
		if err != nil {
			t.Fatal(err)
		}
		m, err := lid.Learn(pieces(learn, 10), small)
		if err != nil {
			t.Fatal(err)
		}
		return m.Encode()
	}
	if !bytes.Equal(run(), run()) {
		t.Error("two runs give two models")
	}
}

func TestWindows(t *testing.T) {
	got := windows([]string{"un deux trois quatre cinq six sept", "trop court"}, 4)
	if len(got) != 2 || got[0] != "un deux trois quatre" || got[1] != "cinq six sept" {
		t.Errorf("%q", got)
	}
}
