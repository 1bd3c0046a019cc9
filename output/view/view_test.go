package view

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"tamis/extractors/ann"
)

// document returns a document of one block a line; text is in the notation of
// the gold data.
func document(t *testing.T, text string) *Document {
	t.Helper()
	plain, marks, err := ann.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	d := &Document{Source: "a/b.txt", Language: "fr", Certainty: 0.99, MediaType: "text/plain", Charset: "utf-8", Text: plain}
	at := 0
	for line := range strings.Lines(plain) {
		end := at + len(strings.TrimSuffix(line, "\n"))
		d.Blocks = append(d.Blocks, Block{Start: at, End: end, Kind: "paragraph", Language: "fr"})
		at += len(line)
	}
	for _, m := range marks {
		d.Mentions = append(d.Mentions, Mention{Start: m.Start, End: m.End, Type: string(m.Type), Norm: m.Norm, Entity: "id:" + m.Norm, Rule: "table", Confidence: 0.9})
	}
	return d
}

func write(t *testing.T, how Text, d *Document) string {
	t.Helper()
	var b strings.Builder
	if err := how.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The notation that is read is the notation that is written.
func TestText(t *testing.T) {
	const text = "⟦ORG|IOM|L'OIM⟧ à ⟦LOC|Geneva|Genève⟧\nrien\nle ⟦DATE|2016-05-04|4 mai 2016⟧"
	d := document(t, text)
	d.About = []Field{{"title", "Un titre"}}
	want := "a/b.txt\nlanguage fr (0.99), text/plain, utf-8; title Un titre\n\n"
	for line := range strings.Lines(text) {
		want += "paragraph fr " + strings.TrimSuffix(line, "\n") + "\n"
	}
	if got := write(t, Text{}, d); got != want+"\n" {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	d.Blocks[1].Boilerplate, d.Blocks[1].Rule = true, "repeated-head"
	if got := write(t, Text{}, d); !strings.Contains(got, "paragraph fr ⟦-⟧rien (repeated-head)\n") {
		t.Errorf("boilerplate:\n%s", got)
	}
	if got := write(t, Text{Why: true}, d); !strings.Contains(got, "L'OIM: ORG  IOM = id:IOM, by table, 0.90\n") {
		t.Errorf("why:\n%s", got)
	}
}

// In colour, content is bright and boilerplate dim with all that is in it.
func TestColour(t *testing.T) {
	d := document(t, "⟦ORG|IOM|OIM⟧ ici\n⟦LOC|Geneva|Genève⟧ là")
	d.Blocks[1].Boilerplate, d.Blocks[1].Rule = true, "stock-words"
	got := write(t, Text{Colour: true}, d)
	for _, want := range []string{"\x1b[34;1mOIM\x1b[0m\x1b[2m[IOM]\x1b[0m ici\n", "⟦-⟧\x1b[0m\x1b[2;36mGenève\x1b[0m\x1b[2m[Geneva] là (stock-words)\x1b[0m\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%q", want, got)
		}
	}
	if strings.Contains(write(t, Text{}, d), "\x1b") {
		t.Error("codes without colour")
	}
}

// A document can't steer the terminal.
func TestControl(t *testing.T) {
	d := document(t, "a\x1b[2Jb \u009b31m \a")
	d.Source, d.About = "x\x1b]0;title\a", []Field{{"title", "\x1b[1m"}}
	d.Raw = d.Text
	for _, how := range []Text{{}, {Why: true}, {Raw: true}} {
		if got := write(t, how, d); strings.ContainsAny(got, "\x1b\a\u009b") {
			t.Errorf("%q", got)
		}
	}
}

// Side by side, nothing is lost on either side and no line is too long.
func TestRaw(t *testing.T) {
	d := document(t, "Un ⟦ORG|Haut-Commissariat|Haut-Commissariat⟧ qui est long\nfin")
	d.Raw = "Un  Haut-Commissariat   qui est long\nfin\n"
	d.Blocks[0].RawEnd = strings.Index(d.Raw, "\n")
	d.Blocks[1].RawStart, d.Blocks[1].RawEnd = d.Blocks[0].RawEnd+1, len(d.Raw)-1
	got := write(t, Text{Raw: true, Width: 43}, d)
	var left, right string
	for _, line := range strings.Split(got, "\n")[3:] {
		l, r, ok := strings.Cut(line, " │ ")
		if ok && (utf8.RuneCountInString(l) != 20 || utf8.RuneCountInString(r) > 20) {
			t.Errorf("%q", line)
		}
		left, right = left+l, right+r
	}
	strip := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if strip(left) != strip(d.Raw) || strip(right) != "Un⟦ORG|Haut-Commissariat|Haut-Commissariat⟧quiestlongfin" {
		t.Errorf("left %q\nright %q", left, right)
	}
	// Without places in the source, the whole stands beside the whole.
	d.Blocks[0].RawEnd = 0
	if got := write(t, Text{Raw: true, Width: 120}, d); !strings.Contains(got, "Un  Haut-Commissariat   qui est long") {
		t.Errorf("whole:\n%s", got)
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("un deux  trois\tquatre\nincompréhensiblement", "l'", "OIM", 7)
	f.Fuzz(func(t *testing.T, a, b, c string, width int) {
		width = 1 + (width&0xff)%80
		got := ""
		for _, line := range wrap([]span{{a, ""}, {b, "1"}, {c, ""}}, width) {
			n := 0
			for _, s := range line {
				n += utf8.RuneCountInString(s.text)
				got += s.text
			}
			if n > width {
				t.Fatalf("%d code points in a line of %d", n, width)
			}
		}
		strip := strings.NewReplacer(" ", "", "\n", "", "\t", "")
		a, b, c = strip.Replace(a), strip.Replace(b), strip.Replace(c)
		if all := a + b + c; plain(a) == a && plain(b) == b && plain(c) == c && strip.Replace(got) != all { // what is replaced is another test's
			t.Fatalf("%q became %q", all, got)
		}
	})
}

// The page holds each text once, as it is, and marks that hold the surfaces.
func TestPage(t *testing.T) {
	const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>`
	d := document(t, "Un ⟦ORG|IOM|Office⟧ "+evil+"\nsuite")
	d.Source, d.About = evil, []Field{{"title", evil}, {"url", "javascript:alert(3)"}, {"url", "https://site.example/"}}
	d.Mentions[0].Norm, d.Mentions[0].Rule, d.Mentions[0].Attributes = evil, `" onfocus="alert(4)`, []Field{{evil, evil}}
	d.Blocks[1].Boilerplate, d.Blocks[1].Rule = true, evil
	other := document(t, "Deux")
	other.Raw = "<p>Deux" + evil
	var b bytes.Buffer
	if err := WritePage(&b, slices.Values([]*Document{d, other})); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	var elements []string
	var texts []string
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			elements = append(elements, n.Data)
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "href" && a.Val != "https://site.example/" && a.Val != "data:," {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
		}
		if n.Type == html.TextNode {
			texts = append(texts, n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(root)
	count := func(list []string, s string) (n int) {
		for _, e := range list {
			if e == s {
				n++
			}
		}
		return n
	}
	if count(elements, "script") != 1 || count(elements, "img") != 0 || count(elements, "section") != 2 {
		t.Errorf("elements: %q", elements)
	}
	if all := strings.Join(texts, "|"); !strings.Contains(all, "|Un |ORG |Office| "+evil+"|") || !strings.Contains(all, "<p>Deux"+evil) {
		t.Errorf("texts: %q", all)
	}
}
