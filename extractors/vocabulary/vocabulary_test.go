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

func TestClustersOf(t *testing.T) {
	for _, alike := range [][2]string{{"traore", "ouedraogo"}, {"bamako", "niamey"}, {"lundi", "mardi"}} {
		a, b := ClustersOf(alike[0]).FR, ClustersOf(alike[1]).FR
		if a.Coarse == 0 || a.Coarse != b.Coarse {
			t.Errorf("%v: %v and %v", alike, a, b)
		}
	}
	for _, alike := range [][2]string{{"monday", "friday"}, {"tokyo", "london"}} {
		a, b := ClustersOf(alike[0]).EN, ClustersOf(alike[1]).EN
		if a.Middle == 0 || a.Middle != b.Middle {
			t.Errorf("%v: %v and %v", alike, a, b)
		}
	}
	if a, b := ClustersOf("bamako").FR, ClustersOf("lundi").FR; a.Coarse == b.Coarse {
		t.Errorf("a town and a day: %v and %v", a, b)
	}
	for _, unknown := range []string{"", "x", "zzyzxq"} {
		if c := ClustersOf(unknown); c != (Clusters{}) {
			t.Errorf("ClustersOf(%q) = %v", unknown, c)
		}
	}
}

// A word finds its clusters, few that are not there find any, and a file that
// is cut short is no list.
func TestPackClusters(t *testing.T) {
	words := map[string]uint16{}
	for i := range 200_000 {
		words[fmt.Sprint("w", i, "e")] = uint16(i % 1000)
	}
	parts := make([][2]uint16, 1000)
	for i := range parts {
		parts[i] = [2]uint16{uint16(i % 250), uint16(i % 60)}
	}
	file := PackClusters(words, parts)
	if again := PackClusters(words, parts); !bytes.Equal(file, again) {
		t.Error("PackClusters gives two files for the same words")
	}
	l, rest, err := parseClusters(string(file) + "rest")
	if err != nil || rest != "rest" {
		t.Fatalf("parseClusters leaves %q: %v", rest, err)
	}
	wrong := 0
	for w, fine := range words {
		if got := l.of(w); got != (Grains{fine + 1, fine%250 + 1, fine%60 + 1}) {
			wrong++ // two words of one check
		}
	}
	for i := range 100_000 {
		if l.of(fmt.Sprint("x", i, "e")) != (Grains{}) {
			wrong++
		}
	}
	if wrong > 150 {
		t.Errorf("%d of 300000 words are wrong", wrong)
	}
	for _, n := range []int{0, 1, 2, 1000, 4002, 36770, len(file) - 1} {
		if _, _, err := parseClusters(string(file[:n])); err == nil {
			t.Errorf("parseClusters takes the first %d bytes of %d for all", n, len(file))
		}
	}
}

func BenchmarkOf(b *testing.B) {
	for b.Loop() {
		Of("treaty")
	}
}
