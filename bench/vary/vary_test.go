package vary

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func vary(seed uint64, doc string) string {
	return string(Document(rand.New(rand.NewPCG(seed, 1)), []byte(doc)))
}

func TestDocument(t *testing.T) {
	text := strings.Repeat("Le 4 mai 2016, la ministre Claire Dumont a rencontré 250 délégués à Lisbonne pour discuter du programme.\n", 20)
	got := vary(1, text)
	if got != vary(1, text) || got == vary(2, text) {
		t.Error("the seed, and it alone, tells what comes out")
	}
	lines := map[string]bool{}
	for l := range strings.Lines(got) {
		lines[l] = true
	}
	if len(lines) != 20 {
		t.Errorf("%d of 20 lines differ:\n%s", len(lines), got)
	}
	for _, l := range strings.Split(strings.TrimSpace(got), "\n") {
		if !strings.HasPrefix(l, "Le ") || strings.Count(l, " ") != 17 || strings.Contains(l, " 250 ") && strings.Contains(l, " 4 mai 2016") {
			t.Error(l)
		}
	}
}

// What a browser does not show stays as it is, and so do addresses.
func TestMarkup(t *testing.T) {
	for _, s := range []string{
		`<script>var price2016 = "janvier" < 12;</script>`,
		`<a href="/2016/janvier/12">`, "<!-- 12 > 3 janvier -->", "<br>&nbsp;&#160;&eacute;", "https://example.org/2016/12", "a@b12.example", "www.example.org/12",
	} {
		if got := vary(1, s); got != s {
			t.Errorf("%s became %s", s, got)
		}
	}
	// These are none.
	for _, s := range []string{"3 < 4", "<", "<5>", "12"} {
		if got := vary(1, s); got == s && s != "<" {
			t.Errorf("%s stays", s)
		}
	}
}

func FuzzPieces(f *testing.F) {
	f.Add([]byte("<a href=x>Le 4 mai</a> &amp; b@c <script>"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		var all []byte
		for p := range pieces(doc) {
			if len(p.text) == 0 {
				t.Fatal("empty piece")
			}
			all = append(all, p.text...)
		}
		if !bytes.Equal(all, doc) {
			t.Errorf("the pieces of %q are %q", doc, all)
		}
	})
}
