package boilerplate

import (
	"fmt"
	"strings"
	"testing"

	"tamis/extractors"
)

// A line is cut where "‖" stands, and where "¦" or "≀" stands if it is long: softly
// at the first.
func TestCut(t *testing.T) {
	for _, want := range []string{
		"Qui sommes nous‖L'Organisation aide les villages depuis 1951",
		"Où travaillons-nous‖OIM‖Qui sommes nous", // an acronym glued to a word
		"Accueil‖Presse‖Contact",
		"Press room‖12 ¦March ¦2024‖The road is open.",
		"The road is closed.‖The council bought a boat.", // without the blank
		"The road (closed)‖The council bought a boat.",
		"The road is closed. ‖The council met. ‖It bought a boat.",
		"The road was closed by Mr. ¦Smith in May", // no end of a sentence
		"J. ¦Smith and M. ¦Durand met in Lyon",
		"Version ¦1.2 of the map, at valley.example", // a full stop inside
		"Home ‖| Our work ‖| Give",
		"Our work ‖• Give ‖• Where we are",
		"- Our work≀- Give ≀- Where we are",
		"pre- and post-war bridges",
		"the war of 1914 - 1918", // a dash between numbers
		"Who we are ¦Our work ¦Give",
		"the council of the Upper ¦Valley met", // no label ends in an article
		"Page ¦3 of 12",
		"closed on 12 ¦May by the mayor of Jean-Pierre", // nor does one end inside a word
		"NGOs and ONGs and iPhones and eBay",            // an acronym with a plural, a name
		"état d’Urgence",
		"thanks to #PressFreedom and @ValleyTrust", // tags
		"confére‖Également",
		"",
		"—",
	} {
		s := strings.NewReplacer("‖", "", "¦", "", "≀", "").Replace(want)
		for _, long := range []bool{true, false} {
			marked := strings.ReplaceAll(want, "≀", "‖")
			if !long {
				marked = strings.NewReplacer("¦", "", "≀", "").Replace(want)
			}
			var b strings.Builder
			last := 0
			for i, p := range cut(nil, s, long) {
				b.WriteString(s[last:p.start])
				if p.soft {
					b.WriteString("¦")
				} else if i > 0 {
					b.WriteString("‖")
				}
				b.WriteString(s[p.start:p.end])
				last = int(p.end)
			}
			if got := b.String() + s[last:]; got != marked {
				t.Errorf("long %v:\n got %s\nwant %s", long, got, marked)
			}
		}
	}
}

// flat makes a document of lines whose breaks became brk; a mark "⟦-⟧" goes with
// its line into want.
func flat(doc, brk string) (block Block, want string) {
	var text, marks strings.Builder
	in := false
	for i, line := range strings.Split(strings.Trim(doc, "\n\t "), "\n") {
		line, boilerplate := strings.CutPrefix(strings.TrimSpace(line), "⟦-⟧")
		if i > 0 {
			text.WriteString(brk)
		}
		if boilerplate != in && boilerplate {
			marks.WriteString("⟦")
		} else if boilerplate != in {
			marks.WriteString("⟧")
		}
		in = boilerplate
		text.WriteString(line)
		marks.WriteString(strings.ReplaceAll(line, " ", ""))
	}
	if in {
		marks.WriteString("⟧")
	}
	return Block{Key: Key(text.String()), Text: text.String(), Kind: extractors.Paragraph}, marks.String()
}

// A page that lost its line breaks is labelled in parts.
func TestLabelFlat(t *testing.T) {
	own := func(n int) string {
		return fmt.Sprintf(`The road to village %[1]d was closed for three days after the rain, and nobody could reach the clinic.
			On the fourth day, %[1]d people walked to the bridge and asked Mayor Ada Roy of the Upper Valley for a boat.
			“We did not ask for a wall number %[1]d,” said Secretary General Ada Roy of the United Valleys, “we asked for door %[1]d.”`, n)
	}
	for _, tt := range []struct {
		name string
		doc  func(n int) string
		n    int
	}{
		{"a menu of a few pages", func(n int) string {
			return "⟦-⟧Who we are\n⟦-⟧Our work\n⟦-⟧Where we work\n⟦-⟧Shelters and paths\n⟦-⟧Press room\n⟦-⟧Give\n" + own(n)
		}, 3},
		{"a menu and a footer of many pages, and a name in all of them", func(n int) string {
			return "⟦-⟧Who we are\n⟦-⟧Our work\n⟦-⟧Where we work\n⟦-⟧Give\n" + own(n) + "\n⟦-⟧Contact us\n⟦-⟧Legal notice\n⟦-⟧Press room of the trust"
		}, 40},
		{"nothing but formulas in common", own, 40},
	} {
		for _, brk := range []string{" ", ""} {
			var c Counter
			for n := range tt.n {
				b, _ := flat(tt.doc(n+100), brk)
				c.Add("site", []Block{b})
			}
			facts := must(c.Facts(2))
			for n := range min(tt.n, 5) {
				b, want := flat(tt.doc(n+100), brk)
				var got strings.Builder
				for _, l := range must(facts.Label("site", "en", []Block{b})) {
					text := strings.ReplaceAll(b.Text[l.Start:l.End], " ", "")
					if l.Boilerplate {
						text = "⟦" + text + "⟧"
					}
					got.WriteString(text)
				}
				if got.String() != want {
					t.Fatalf("%s, %q:\n got %s\nwant %s", tt.name, brk, &got, want)
				}
			}
		}
	}
}

// A menu item glued to a sentence goes without it.
func TestLabelGlued(t *testing.T) {
	var c Counter
	page := func(n int) []Block {
		doc := "Our work\nPress room\nContact\nGiveThe road to village " + fmt.Sprint(n) + " was closed for three days after the rain.\n" + story(n)
		blocks, _ := parse(doc)
		return blocks
	}
	for n := range 6 {
		c.Add("site", page(n))
	}
	facts := must(c.Facts(2))
	doc := page(3)
	var got []string
	for _, l := range must(facts.Label("site", "en", doc)) {
		if l.Boilerplate {
			got = append(got, doc[l.Block].Text[l.Start:l.End])
		}
	}
	if want := "Our work|Press room|Contact|Give"; strings.Join(got, "|") != want {
		t.Errorf("boilerplate is %q, want %s", got, want)
	}
}

// The parts of a block leave out white space only.
func FuzzCut(f *testing.F) {
	f.Add("Qui sommes nousL'Organisation. Le pont 2024The (x)Y", true)
	f.Add("\xff -\u00a0A • B… “C”’d’Été1aB", false)
	f.Fuzz(func(t *testing.T, s string, long bool) {
		last := 0
		for _, p := range cut(nil, s, long) {
			if int(p.start) < last || p.end <= p.start || p.words < 0 {
				t.Fatalf("%q: piece %+v behind %d", s, p, last)
			}
			if from, to := trim(s, last, int(p.start)); from != to {
				t.Errorf("%q: no piece holds %q", s, s[last:p.start])
			}
			last = int(p.end)
		}
		if from, to := trim(s, last, len(s)); from != to {
			t.Errorf("%q: no piece holds the tail %q", s, s[last:])
		}
	})
}
