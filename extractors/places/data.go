package places

import (
	"embed"
	"strings"
	"sync"
	"unicode"

	"tamis/extractors"
)

// The data are tables with the columns norm, country, kind, name_en, name_fr
// and variants. An empty name_en is the norm, an empty name_fr the English
// name, and variants stand between "|". A name that ends in "?" is also a
// word, a given name or another thing and needs a context that tells; one
// that ends in "??" needs a word that says what it is ("région du Nord").
//
//go:embed data/*.tsv
var data embed.FS

//go:embed data/given_names.txt
var givenNames string

// files in the order of precedence: a name that stands in two belongs to the
// first.
var files = []string{"data/countries.tsv", "data/regions.tsv", "data/cities.tsv"}

// A Place is a country, a region or a city of the authored list.
type Place struct {
	Entity  string // "loc:ch", "loc:geneva"
	Norm    string // ISO 3166-1 alpha-2 for countries, else the English name
	Name    string // the English name, also for countries
	French  string
	Country string // ISO 3166-1 alpha-2, "" for what lies in several
	Kind    string // country, territory, region, area, city, water
}

// Lookup returns the place of an entity such as "loc:ch"; ok is false for
// places that only a text's context named.
func Lookup(entity string) (p Place, ok bool) {
	g := load()
	i, ok := g.byEntity[entity]
	if !ok {
		return Place{}, false
	}
	return g.places[i], true
}

// A doubt says how much context a name needs.
type doubt uint8

const (
	plain  doubt = iota
	shared       // also a word or a person: "Jordan"
	bare         // says nothing by itself: "Nord"
)

// A name is one surface form of a place.
type name struct {
	text  string
	place int32
	doubt doubt
	exact bool // an acronym, found only as it is written here
}

type gazetteer struct {
	extractors.Gazetteer
	places   []Place
	names    []name // by value of the Gazetteer
	byEntity map[string]int
	first    filter // the words that a name starts with
}

// A filter answers most questions for a word that starts no name without a
// look at the map: it may say yes wrongly, never no.
type filter [1 << 11]uint64

func (f *filter) add(h uint64)      { f[h>>53] |= 1 << (h >> 47 & 63) }
func (f *filter) has(h uint64) bool { return f[h>>53]&(1<<(h>>47&63)) != 0 }

var load = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{byEntity: make(map[string]int, 8192)}
	for _, file := range files {
		table, err := data.ReadFile(file)
		if err != nil {
			panic(err) // the embedded files are part of the program
		}
		_, rows, _ := strings.Cut(string(table), "\n")
		for row := range strings.Lines(rows) {
			g.add(strings.TrimSuffix(row, "\n"))
		}
	}
	return g
})

func (g *gazetteer) add(row string) {
	var col [6]string
	for i := range col {
		col[i], row, _ = strings.Cut(row, "\t")
	}
	p := Place{Norm: col[0], Country: col[1], Kind: col[2]}
	p.Entity = "loc:" + extractors.Slug(p.Norm)
	if col[3] == "" {
		col[3] = p.Norm
	}
	if col[4] == "" {
		col[4] = col[3]
	}
	p.Name, p.French = strings.TrimRight(col[3], "?"), strings.TrimRight(col[4], "?")
	g.places = append(g.places, p)
	g.byEntity[p.Entity] = len(g.places) - 1
	g.name(col[3])
	if col[4] != col[3] {
		g.name(col[4])
	}
	for v := range strings.SplitSeq(col[5], "|") {
		g.name(v)
	}
}

// name adds a surface form of the last place.
func (g *gazetteer) name(form string) {
	n := name{text: strings.TrimRight(form, "?"), place: int32(len(g.places) - 1)}
	if n.text == "" {
		return
	}
	n.doubt = doubt(len(form) - len(n.text))
	n.exact = acronym(n.text)
	if g.Add(n.text, len(g.names)) >= 0 {
		return // the name belongs to an earlier place
	}
	g.names = append(g.names, n)
	var buf [8]extractors.Token
	g.first.add(extractors.Tokenize(buf[:0], n.text)[0].Hash)
}

// acronym reports whether the name is a short word that holds two capitals or
// more: "UK", "oPt", "U.S."; such a name in other letters is another word.
func acronym(s string) bool {
	upper := 0
	for _, r := range s {
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper >= 2 && len(s) <= 6 && !strings.ContainsAny(s, " '’-")
}
