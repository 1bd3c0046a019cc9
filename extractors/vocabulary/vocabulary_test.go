package vocabulary

import (
	"bytes"
	"fmt"
	"testing"
)

func TestOf(t *testing.T) {
	for word, want := range map[string]Class{
		"like":    CommonEN,
		"treaty":  CommonEN,
		"traites": NounFR, // a plural
		"durable": AdjectiveFR,
		"voulez":  0,       // the form of a verb alone
		"apres":   OtherFR, // folded
		"paris":   Proper,
		"tumwine": 0,
		"":        0,
	} {
		if got := Of(word); got&want != want || want == 0 && got != 0 {
			t.Errorf("Of(%q) = %b, want %b", word, got, want)
		}
	}
	if Of("treaty")&(Proper|Person) != 0 || Of("like")&(Proper|Person) != 0 {
		t.Error("common words pass for names")
	}
}

// A word finds its class, and few that are not there find one.
func TestPack(t *testing.T) {
	words := map[string]Class{}
	for i := range 200_000 {
		words[fmt.Sprint("w", i, "e")] = Class(1 << (i % 8))
	}
	file := Pack(words)
	if again := Pack(words); !bytes.Equal(file, again) {
		t.Error("Pack gives two files for the same words")
	}
	l := newList(string(file))
	for w, want := range words {
		if got := l.of(w); got&want == 0 {
			t.Fatalf("%q is %b, not %b", w, got, want)
		}
	}
	wrong := 0
	for i := range 100_000 {
		if l.of(fmt.Sprint("x", i, "e")) != 0 {
			wrong++
		}
	}
	if wrong > 20 {
		t.Errorf("%d of 100000 unknown words have a class", wrong)
	}
}

func BenchmarkOf(b *testing.B) {
	for b.Loop() {
		Of("treaty")
	}
}
