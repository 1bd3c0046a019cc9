package pipeline

import (
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
	"tamis/extractors/tagger"
)

// A copy with other names says the same of them: each stands where one of its
// kind stood, a name that comes again is the same again, and so is a surname.
func TestStandIns(t *testing.T) {
	parse := func(s string) tagger.Example {
		text, marks, err := ann.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		ex := tagger.Example{Text: extractors.NewText(text, "fr"), Document: 4}
		for _, m := range marks {
			ex.Gold = append(ex.Gold, tagger.Mark{Span: m.Span, Type: m.Type, Optional: m.Optional})
		}
		return ex
	}
	var corpus []tagger.Example
	for _, x := range []string{"Orlo", "Velm", "Kambr", "Larg", "Tames", "Krib"} {
		corpus = append(corpus, parse("Selon la ⟦ORG|-|Ligue "+x+"a⟧, ⟦PER|-|Awa"+x+" Diop"+x+"⟧ vit à ⟦LOC|-|"+x+"ville⟧ et le ⟦ORG|-|Club "+x+"o⟧ au ⟦ORG?|-|Comité⟧."))
	}
	ex := parse("À ⟦LOC|-|Brest⟧, ⟦PER|-|Maria Lopez⟧ quitte la ⟦ORG|-|Ligue verte⟧ ; ⟦PER|-|Lopez⟧ dit que la ⟦ORG|-|Ligue verte⟧ et le ⟦ORG?|-|Comité⟧ sont à ⟦LOC|-|Brest⟧.")
	names := newStandIns(corpus)
	changed := map[extractors.Type]bool{}
	for range 50 {
		got, ok := names.swap(ex)
		if !ok {
			continue
		}
		if !got.Copy || got.Document != ex.Document || len(got.Gold) != len(ex.Gold) {
			t.Fatalf("%+v", got)
		}
		s := make([]string, len(got.Gold))
		rest, end := "", 0
		for i, m := range got.Gold {
			s[i] = got.Text.S[m.Start:m.End]
			rest += got.Text.S[end:m.Start] + "|"
			end = m.End
			if m.Type != ex.Gold[i].Type || m.Optional != ex.Gold[i].Optional {
				t.Errorf("%s: %v was %v", s[i], m, ex.Gold[i])
			}
			if s[i] != ex.Text.S[ex.Gold[i].Start:ex.Gold[i].End] {
				changed[m.Type] = true
			}
		}
		if rest += got.Text.S[end:]; rest != "À |, | quitte la | ; | dit que la | et le | sont à |." {
			t.Errorf("around the names: %q", rest)
		}
		if s[0] != s[6] || s[2] != s[4] || !strings.HasSuffix(s[1], " "+s[3]) {
			t.Errorf("not the same again: %q", s)
		}
		if s[5] != "Comité" || !strings.HasPrefix(s[2], "Ligue ") {
			t.Errorf("one that does not fit: %q", s) // "la Club"
		}
	}
	for _, typ := range []extractors.Type{extractors.Org, extractors.Per, extractors.Loc} {
		if !changed[typ] {
			t.Errorf("no %s ever gives its place to another", typ)
		}
	}
	for _, m := range names.slots {
		for _, s := range m {
			if s == "Comité" {
				t.Error("an optional mark stands in for others")
			}
		}
	}
}
