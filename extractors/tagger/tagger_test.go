package tagger

import (
	"bytes"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// tiny is a corpus that a model learns by heart, with names that no other text
// holds. The tagger knows no norms: x stands for all.
var tiny = []string{
	"⟦PER|x|Ada Velmisa⟧ travaille pour l'⟦ORG|x|Agence des phares⟧ à ⟦LOC|x|Kribel⟧.",
	"⟦PER|x|Orlo Santi⟧ dirige l'⟦ORG|x|Agence des dunes⟧ à ⟦LOC|x|Mornac⟧.",
	"Hier, ⟦PER|x|Ada Santi⟧ a quitté ⟦LOC|x|Kribel⟧ pour ⟦LOC|x|Mornac⟧.",
	"The ⟦ORG|x|Harbour Office⟧ in ⟦LOC|x|Larga⟧ hired ⟦PER|x|Orlo Velmisa⟧.",
	"The ⟦ORG|x|Tide Office⟧ in ⟦LOC|x|Kribel⟧ is closed, said ⟦PER|x|Ada Orlok⟧.",
	"Rien ne se passe ici, et personne ne le dit.",
}

func examples(t testing.TB) (all []Example) {
	t.Helper()
	for _, s := range tiny {
		text, marks, err := ann.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		ex := Example{Text: extractors.NewText(text, ""), Document: len(all)}
		for _, m := range marks {
			ex.Gold = append(ex.Gold, Mark{Span: m.Span, Type: m.Type, Optional: m.Optional})
		}
		all = append(all, ex)
	}
	return all
}

// format writes the text with its names in the notation of tiny.
func format(text string, ms []extractors.Mention) string {
	for i := range ms {
		ms[i].Norm = "x"
	}
	return ann.Format(text, ms)
}

func lexicon(folded string) (flags uint32, clusters Clusters) {
	switch folded {
	case "agence", "office":
		return FlagHead, Clusters{1, 2, 3}
	case "des", "de", "of":
		return FlagSmall, clusters
	case "kribel", "mornac", "larga":
		return 0, Clusters{7, 8, 9, 4, 5, 6}
	}
	return 0, clusters
}

func train(t testing.TB) *Model {
	return Train(examples(t), Options{Bits: 12, Epochs: 30, MinCount: 1, Lexicon: lexicon})
}

func TestTag(t *testing.T) {
	m, s := train(t), NewScratch()
	// Learned, and learned enough to tell new names in the same places.
	for _, want := range append(tiny[:len(tiny):len(tiny)], "⟦PER|x|Ada Kermol⟧ dirige l'⟦ORG|x|Agence des digues⟧ à ⟦LOC|x|Kribel⟧.") {
		text, _, err := ann.Parse(want)
		if err != nil {
			t.Fatal(err)
		}
		x := extractors.NewText(text, "")
		ms := m.Tag(x, nil, s)
		if got := format(text, ms); got != want {
			t.Errorf("Tag:\n got %s\nwant %s", got, want)
		}
		for _, f := range ms {
			if f.Confidence < extractors.Certain || f.Confidence > 1 || f.Rule != "tagger" {
				t.Errorf("%s: %+v", text, f)
			}
		}
	}
}

func TestTrainRepeats(t *testing.T) {
	var a, b bytes.Buffer
	train(t).WriteTo(&a)
	train(t).WriteTo(&b)
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same examples give two models")
	}
}

func TestFile(t *testing.T) {
	m := train(t)
	var b bytes.Buffer
	if n, err := m.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo: %d of %d bytes, %v", n, b.Len(), err)
	}
	again, err := Parse(b.Bytes(), lexicon)
	if err != nil {
		t.Fatal(err)
	}
	m.lex, again.lex = nil, nil // functions do not compare
	if !reflect.DeepEqual(m, again) {
		t.Error("Parse does not undo WriteTo")
	}
	file := b.Bytes()
	with := func(at int, c byte) []byte {
		out := bytes.Clone(file)
		out[at] = c
		return out
	}
	for name, damaged := range map[string][]byte{
		"empty":          nil,
		"other file":     bytes.Repeat([]byte("PK\x03\x04"), 1000),
		"cut short":      file[:len(file)-1],
		"head alone":     file[:40],
		"too long":       append(bytes.Clone(file), 0),
		"newer":          with(len(magic), version+1),
		"more rows":      with(len(magic)+1, 13),
		"a row too many": with(head, file[head]^1),
		"no rows":        with(len(magic)+1, 0),
		"rows of a hash": with(len(magic)+1, 64),
	} {
		if _, err := Parse(damaged, nil); err == nil {
			t.Errorf("Parse reads a model file that is damaged: %s", name)
		}
	}
}

// Packed sums are those of plain numbers, whatever the signs.
func TestLanes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		rows := make([][numLabels]int8, 1+rng.IntN(240))
		var v, part lanes
		var want [numLabels]int32
		for i := range rows {
			for l := range rows[i] {
				rows[i][l] = int8(rng.IntN(256))
				if rng.IntN(3) == 0 {
					rows[i][l] = -128 // the extreme
				}
				want[l] += int32(rows[i][l])
			}
			r := pack(&rows[i])
			r[1] |= rng.Uint64N(1<<checkBits) << checkShift
			if r.unpack() != rows[i] {
				t.Fatal("unpack does not undo pack")
			}
			part.add(&r)
		}
		part.level(len(rows))
		v.plus(&part)
		var got vec
		v.scores(&got, 1)
		for l, x := range v.sums() {
			if x != want[l] || got[l] != float32(want[l]) {
				t.Fatalf("label %d: %d and %v, not %d", l, x, got[l], want[l])
			}
		}
	}
}

// A feature finds its own row, and one that the table does not hold none.
func TestTable(t *testing.T) {
	m := &Model{bits: 8}
	m.makeTable()
	rng := rand.New(rand.NewPCG(3, 4))
	weights := map[uint64][numLabels]int8{}
	for range 1 << 8 { // as many as there are rows, so that buckets overflow
		w := [numLabels]int8{0: int8(rng.IntN(127)), 12: -128}
		f := rng.Uint64()
		weights[f] = w
		m.put(f, &w)
	}
	found := 0
	for f, w := range weights {
		switch r := m.row(f); {
		case r == &none:
		case r.unpack() != w:
			t.Errorf("%x has the row of another", f)
		default:
			found++
		}
	}
	if found < 1<<8*7/10 || found == len(weights) {
		t.Errorf("%d of %d features have a row", found, len(weights))
	}
	for range 1000 {
		if f := rng.Uint64(); m.row(f) != &none {
			t.Errorf("%x is not in the table and has a row", f)
		}
	}
}

// What a scratch knows from other texts changes nothing, and the sums that it
// keeps are those of the features.
func TestScratch(t *testing.T) {
	m, used := train(t), NewScratch()
	long := strings.Repeat("Abcdefghij", 60) // its sum does not fit into lanes
	for range 2 {
		for _, s := range append(tiny, strings.ToUpper(tiny[0]), long+" dirige Kribel. "+long, "", "(Ada) Ada, ADA") {
			x := extractors.NewText(s, "")
			hints := []extractors.Mention{{Span: extractors.Span{Start: 0, End: min(3, len(s))}, Type: extractors.Org, Rule: "table", Confidence: 1}}
			if len(x.Tokens) == 0 {
				hints = nil
			}
			got := append([]extractors.Mention(nil), m.Tag(x, hints, used)...)
			fresh := NewScratch()
			if want := m.Tag(x, hints, fresh); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
				t.Errorf("%.40q: %v, with fresh memory %v", s, got, want)
			}
			for i := range x.Tokens {
				beside := used.beside(i)
				tok := x.Tokens[i]
				surface := x.S[tok.Start:tok.End]
				w := used.words[used.toks[i].word]
				f := wordFeatures(nil, surface, &w, &used.clusters[used.toks[i].word])
				around := used.toks[i].run.tokens()
				for place, j := range append(beside[:], around[:]...) {
					if j >= 0 {
						n := used.words[used.toks[j].word]
						f = contextFeatures(f, place, x.S[x.Tokens[j].Start:x.Tokens[j].End], &n, &used.clusters[used.toks[j].word])
					}
				}
				f = used.lexical(i, &beside, used.company(i, &beside).features(used.around(i, &beside).features(f)))
				var want [numLabels]int32
				for _, x := range f {
					one := m.sum([]uint64{x})
					for l, y := range one.sums() {
						want[l] += y
					}
				}
				var emit vec
				m.emission(used, i, &emit)
				for l := range emit {
					if emit[l] != float32(want[l])*m.one.scale {
						t.Fatalf("%.40q: token %d, label %d: %v, not %v", s, i, l, emit[l], float32(want[l])*m.one.scale)
					}
				}
			}
			for _, part := range used.parts {
				for i := part.Start; i < part.End; i++ {
					var want, emit vec
					m.emission(used, i, &emit)
					more := m.sum(used.secondFeatures(i, nil))
					more.scores(&want, m.two.scale)
					for l := range want {
						want[l] += m.carry * emit[l]
					}
					if m.reread(used, i, &emit); emit != want {
						t.Fatalf("%.40q: token %d in the second pass: %v, not %v", s, i, emit, want)
					}
				}
			}
		}
	}
}

// survey has a text read as its marks say and gathers what the second pass asks.
func survey(t *testing.T, ann string) (*Scratch, *extractors.Text) {
	t.Helper()
	text, marks := parse(t, ann)
	x, s := extractors.NewText(text, ""), NewScratch()
	s.prepare(x, nil, lexicon)
	s.marks = make([]mark, len(s.toks))
	for i, mask := range goldMasks(x, marks) {
		s.marks[i] = mark{label: uint8(bits.TrailingZeros16(mask)), sure: 3}
	}
	s.survey()
	return s, x
}

func parse(t *testing.T, s string) (text string, marks []Mark) {
	t.Helper()
	text, all, err := ann.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		marks = append(marks, Mark{Span: m.Span, Type: m.Type})
	}
	return text, marks
}

func TestSurvey(t *testing.T) {
	s, x := survey(t, "⟦PER|x|Ada Santi⟧ dort à ⟦LOC|x|Kribel⟧.\n⟦ORG|x|Kribel⟧ : ⟦PER|x|Santi⟧\nRien.")
	var got []string
	for _, f := range s.findings {
		got = append(got, fmt.Sprintf("%s %s line %d", labelTypes[f.kind-1], x.S[x.Tokens[f.first].Start:x.Tokens[f.last].End], f.line))
	}
	if want := "PER Ada Santi line 0, LOC Kribel line 0, ORG Kribel line 1, PER Santi line 1"; strings.Join(got, ", ") != want {
		t.Errorf("findings: %s\nwant %s", strings.Join(got, ", "), want)
	}
	want := []passage{{0, 6, 2, 2, 3, [numTypes]uint8{0, 1, 1}}, {6, 9, 1, 1, 2, [numTypes]uint8{1, 1, 0}}, {9, 11, 0, 0, 0, [numTypes]uint8{}}}
	if !reflect.DeepEqual(s.passages, want) {
		t.Errorf("passages %v, want %v", s.passages, want)
	}
	santi := s.here(&s.words[s.toks[8].word]).tally
	if want := (tally{kinds: [4]uint8{0, 0, 2, 0}, sure: [3]uint8{0, 2, 0}, longer: [3]uint8{0, 1, 0}, alone: [3]uint8{0, 1, 0}, long: 1}); santi != want {
		t.Errorf("Santi: %+v, want %+v", santi, want)
	}
}

// What a word is elsewhere and what stands in the lines about it tell, and the
// word itself does not.
func TestEcho(t *testing.T) {
	at := func(ann string) (echo, setting) {
		s, x := survey(t, ann)
		return s.echo(len(x.Tokens) - 1), s.setting(len(x.Tokens) - 1)
	}
	none, _ := at("⟦PER|x|Velmisa⟧")
	if f := none.features(nil); len(f) != 1 {
		t.Errorf("a word that stands nowhere else has %d features", len(f))
	}
	person, _ := at("⟦PER|x|Ada Santi⟧ :\n⟦PER|x|Santi⟧")
	body, _ := at("⟦ORG|x|Santi Ada⟧ :\n⟦PER|x|Santi⟧")
	last, _ := at("⟦PER|x|Santi Ada⟧ :\n⟦PER|x|Santi⟧")
	if person == body || person == last {
		t.Error("the longer name with a word does not tell")
	}
	if small, _ := at("⟦PER|x|Ada Santi⟧ :\nsanti"); small != 0 {
		t.Error("a word in small letters has an echo")
	}
	_, among := at("⟦LOC|x|Kribel⟧\n⟦LOC|x|Larga⟧\n⟦PER|x|Santi⟧")
	_, other := at("⟦PER|x|Kribel⟧\n⟦LOC|x|Larga⟧\n⟦PER|x|Santi⟧")
	if among == other {
		t.Error("the lines before do not tell")
	}
}

func TestMajority(t *testing.T) {
	for _, c := range []struct {
		n           []uint8
		most, total uint64
	}{
		{[]uint8{0, 0, 0}, 0, 0},
		{[]uint8{0, 1, 0}, 2 | 3<<3, 1},
		{[]uint8{8, 2, 0}, 1 | 2<<3, 3},
		{[]uint8{0, 1, 2}, 3 | 1<<3, 3},
		{[]uint8{1, 1, 0}, 1, 2},
	} {
		if most, total := majority(c.n); most != c.most || total != c.total {
			t.Errorf("majority of %v: %d, %d; want %d, %d", c.n, most, total, c.most, c.total)
		}
	}
}

// All that is unsure is read again, with what it touches.
func TestDoubtful(t *testing.T) {
	var s Scratch
	// O . unsure  B, E name  s sure name of a token
	const line = "...O..BE.s.sO..O.O...BEO"
	for _, c := range line {
		s.marks = append(s.marks, map[rune]mark{
			'.': {}, 'O': {unsure: true}, 'B': {label: uint8(label(1, partB)), unsure: true}, 'E': {label: uint8(label(1, partE))}, 's': {label: uint8(label(0, partS))},
		}[c])
	}
	s.segs = []extractors.Span{{Start: 1, End: 10}, {Start: 10, End: len(line)}}
	s.doubtful()
	var got []string
	for _, p := range s.parts {
		got = append(got, line[p.Start:p.End])
	}
	if want := ".O. | .BE. | .sO. | .O. | O. | .BEO"; strings.Join(got, " | ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, " | "), want)
	}
}

func TestAllocations(t *testing.T) {
	m, s := train(t), NewScratch()
	x := extractors.NewText(strings.Join(tiny, "\n"), "")
	x = extractors.NewText(strings.NewReplacer("⟦", "", "⟧", "", "|", " ").Replace(x.S), "")
	m.Tag(x, nil, s)
	if n := testing.AllocsPerRun(20, func() { m.Tag(x, nil, s) }); n > 0 {
		t.Errorf("Tag allocates %v times on a text of known words", n)
	}
	tokens := x.Tokens
	if n := testing.AllocsPerRun(20, func() { tokens = extractors.Tokenize(tokens[:0], x.S) }); n > 0 {
		t.Errorf("Tokenize allocates %v times", n)
	}
}

// A dictionary that is full starts afresh, and the tags stay.
func TestCacheLimit(t *testing.T) {
	m, s := train(t), NewScratch()
	var b strings.Builder
	for i := range cacheLimit + 10 {
		b.WriteString("mot")
		for n := i; n > 0; n /= 10 {
			b.WriteByte('a' + byte(n%10))
		}
		b.WriteByte(' ')
	}
	m.Tag(extractors.NewText(b.String(), ""), nil, s)
	text, _, _ := ann.Parse(tiny[0])
	if got := format(text, m.Tag(extractors.NewText(text, ""), nil, s)); got != tiny[0] {
		t.Errorf("Tag after a full dictionary: %s", got)
	}
	if len(s.words) > 100 {
		t.Errorf("the dictionary still holds %d words", len(s.words))
	}
}

func FuzzTag(f *testing.F) {
	for _, s := range tiny {
		f.Add(s)
	}
	f.Add("\xff\nÉ’É (A\n\n– A. B. C")
	m, s := train(f), NewScratch()
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, n := range m.Tag(extractors.NewText(text, ""), nil, s) {
			if n.Start < end || n.End <= n.Start || n.End > len(text) {
				t.Fatalf("%q: %+v", text, n)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[n.Start:n.End]) {
				t.Fatalf("%q: %+v cuts a rune", text, n)
			}
			end = n.End
		}
	})
}

func FuzzParse(f *testing.F) {
	var b bytes.Buffer
	Train(nil, Options{Bits: 3}).WriteTo(&b)
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:30])
	x := extractors.NewText("Ada Velmisa dirige l'Agence des phares à Kribel.", "")
	f.Fuzz(func(t *testing.T, file []byte) {
		if m, err := Parse(file, nil); err == nil {
			m.Tag(x, nil, NewScratch()) // whatever the weights, no panic
		}
	})
}

// BenchmarkLoad has what the first text waits for.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Parse(Default, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// Of a full dictionary the words of the last texts stay, with what is known of
// them, and so do the tags.
func TestRecent(t *testing.T) {
	m, s := train(t), NewScratch()
	text, _, _ := ann.Parse(tiny[0])
	x := extractors.NewText(text+" "+strings.Repeat("Anticonstitutionnellement", 20), "")
	want := format(x.S, m.Tag(x, nil, s))
	for i := range cacheLimit / 100 {
		var b strings.Builder
		for k := range 200 {
			fmt.Fprintf(&b, "mot%c%c%c%c ", 'a'+i/20, 'a'+i%20, 'a'+k/20, 'a'+k%20)
		}
		m.Tag(extractors.NewText(b.String(), ""), nil, s)
		size := len(s.words)
		if got := format(x.S, m.Tag(x, nil, s)); got != want {
			t.Fatalf("Tag after %d texts: %s, want %s", i, got, want)
		}
		if len(s.words) > size {
			t.Fatalf("the words of a text that comes again and again are dropped after %d texts", i)
		}
	}
	if len(s.words) > cacheLimit+200 || len(s.wide) > 2 {
		t.Errorf("the dictionary holds %d words, %d of them long", len(s.words), len(s.wide))
	}
}
