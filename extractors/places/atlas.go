package places

import (
	"bytes"
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"tamis/extractors"
)

// atlasFile holds towns and regions that the authored tables do not: see
// makeplaces. What it says is a hint for the tagger more than a find.
//
//go:embed data/atlas.bin
var atlasFile string

// A Listed is a name of the atlas.
type Listed struct {
	Name    string
	Country string // ISO 3166-1 alpha-2, "" where several have a place of the name
	Sure    bool   // the name is no word and no person's name
}

// Pack returns the file of the names: lines packed by zstd, in blocks that a line
// "+CH" (sure names of Switzerland) or "?CH" (doubtful ones) opens. The names of
// a block stand in order, each after a letter that says how many bytes it has in
// common with the one before, "a" for none.
func Pack(names []Listed) []byte {
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b Listed) int {
		return cmp.Or(cmp.Compare(a.block(), b.block()), cmp.Compare(a.Name, b.Name))
	})
	var file []byte
	block, last := "", ""
	for _, n := range names {
		if b := n.block(); b != block {
			file = append(file, b+"\n"...)
			block, last = b, ""
		}
		k := 0
		for k < 25 && k < len(last) && k < len(n.Name) && last[k] == n.Name[k] {
			k++
		}
		file = append(file, 'a'+byte(k))
		file = append(file, n.Name[k:]+"\n"...)
		last = n.Name
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are sound
	}
	defer w.Close()
	return w.EncodeAll(file, nil)
}

func (l Listed) block() string {
	if l.Sure {
		return "+" + l.Country
	}
	return "?" + l.Country
}

// An atlas finds the names of its file.
type atlas struct {
	extractors.Gazetteer
	first wideFilter
	names []Listed // by value of the Gazetteer
}

// A wideFilter is a filter for more words.
type wideFilter [1 << 13]uint64

func (f *wideFilter) add(h uint64) {
	h = spread(h)
	f[h>>51] |= 1 << (h >> 45 & 63)
}

func (f *wideFilter) has(h uint64) bool {
	h = spread(h)
	return f[h>>51]&(1<<(h>>45&63)) != 0
}

var loadAtlas = sync.OnceValue(func() *atlas { return newAtlas(atlasFile) })

func newAtlas(file string) *atlas {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err) // the options are sound
	}
	defer r.Close()
	text, err := r.DecodeAll([]byte(file), nil)
	if err != nil {
		panic(err) // the embedded file is part of the program
	}
	a := &atlas{names: make([]Listed, 0, bytes.Count(text, []byte("\n")))}
	a.Grow(5 * cap(a.names) / 4) // names of several words take several places
	var all strings.Builder      // one string that holds all names
	all.Grow(2 * len(text))
	var block Listed
	var buf [16]extractors.Token
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n')
		line := text[:end]
		text = text[end+1:]
		if line[0] == '+' || line[0] == '?' {
			block = Listed{Country: string(line[1:]), Sure: line[0] == '+'}
			continue
		}
		at := all.Len()
		all.WriteString(block.Name[:line[0]-'a'])
		all.Write(line[1:])
		block.Name = all.String()[at:]
		tokens := extractors.Tokenize(buf[:0], block.Name)
		a.AddTokens(tokens, len(a.names))
		a.first.add(tokens[0].Hash)
		a.names = append(a.names, block)
	}
	return a
}

// charted reads a name of the atlas at token i. A sure one is a place where
// nothing speaks against it; a doubtful one stays a hint.
func (sc *scan) charted(i int) (hit, bool) {
	if !sc.atlas.first.has(sc.Tokens[i].Hash) {
		return hit{}, false
	}
	v, end, ok := sc.atlas.Longest(sc.Tokens, i)
	if !ok {
		return hit{}, false
	}
	l := &sc.atlas.names[v]
	n := name{text: l.Name, doubt: shared}
	if l.Sure {
		n.doubt = plain
	}
	last, _ := utf8.DecodeRuneInString(l.Name[strings.LastIndexAny(l.Name, " -'")+1:])
	n.lower = unicode.IsLower(last)
	if !sc.spelled(&n, i, end) || sc.glued(i, end) || sc.titled(i) {
		return hit{}, false
	}
	h := hit{from: i, to: end, name: -1, listed: int32(v) + 1, rule: "listed", conf: hint, country: l.Country}
	if sc.named(&h) || sc.besideName(&h) || sc.compound(end) {
		return hit{}, false
	}
	if l.Sure && !sc.shouts(&h) && !sc.misspelled(l.Name, i, end) {
		h.conf = charted
	}
	if p := sc.liesIn(end); p != nil && p.Country != "" {
		h.country = p.Country // "Springfield, Illinois"
		if l.Country == p.Country || l.Country == "" {
			h.conf = max(h.conf, context)
		}
	}
	return h, true
}

// misspelled reports whether a word that opens a sentence has other accents than
// the name: "Permet" is not Përmet.
func (sc *scan) misspelled(name string, i, end int) bool {
	opens := sc.Tokens[i].Shape&extractors.IsLine != 0 || i == 0 || strings.IndexByte(".!?:;", sc.S[sc.Tokens[i-1].Start]) >= 0
	return opens && end == i+1 && accents(sc.S[sc.Tokens[i].Start:sc.Tokens[i].End]) != accents(name)
}

// compound reports whether a hyphen and a capital follow the name that ends at
// token end: "Pijnacker-Nootdorp" is one place, and neither of the two.
func (sc *scan) compound(end int) bool {
	return end+1 < len(sc.Tokens) && sc.tight(end-1) && sc.tight(end) && isHyphen(sc.S, &sc.Tokens[end]) && sc.Tokens[end+1].Shape&extractors.IsCap != 0
}
