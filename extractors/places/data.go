package places

import (
	"embed"
	"iter"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

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

// moreGivenNames lists given names that are words or places too. People leaves
// them out of its list for that; beside a surname they tell all the same.
//
//go:embed data/given_names.txt
var moreGivenNames string

// files in the order of precedence: a name that stands in two belongs to the
// first.
var files = []string{"data/countries.tsv", "data/regions.tsv", "data/cities.tsv"}

// homonyms lists regions that have the name of a country and stand in its
// shadow: without evidence, "Georgia" is the country. Its names are those of
// the countries; a row may repeat one of regions.tsv under its short name. A
// name that ends in "?" needs its evidence each time; without, once in a
// document.
const homonyms = "data/homonyms.tsv"

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
	i, ok := byEntity()[entity]
	if !ok {
		return Place{}, false
	}
	return load().places[i], true
}

var byEntity = sync.OnceValue(func() map[string]int {
	places := load().places
	m := make(map[string]int, len(places))
	for i, p := range places {
		m[p.Entity] = i
	}
	return m
})

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
	exact bool  // an acronym, found only as it is written here
	lower bool  // its last word has no capital: "Afrique centrale"
	next  int32 // another name that the Gazetteer does not tell from this one, -1 for none
	other int32 // a region that has a country's name, -1 for none
	once  bool  // evidence for the other holds for its document
}

type gazetteer struct {
	extractors.Gazetteer
	places []Place
	names  []name // by value of the Gazetteer
	first  filter // the words that a name starts with
}

// A filter answers most questions for a word that starts no name without a
// look at the map: it may say yes wrongly, never no.
type filter [1 << 11]uint64

// spread mixes a hash of few letters, whose upper bits are much alike.
func spread(h uint64) uint64 { return h * 0x9E3779B97F4A7C15 }

func (f *filter) add(h uint64) {
	h = spread(h)
	f[h>>53] |= 1 << (h >> 47 & 63)
}

func (f *filter) has(h uint64) bool {
	h = spread(h)
	return f[h>>53]&(1<<(h>>47&63)) != 0
}

var load = sync.OnceValue(build)

func build() *gazetteer {
	g := &gazetteer{places: make([]Place, 0, 1<<14), names: make([]name, 0, 1<<14)}
	for _, file := range files {
		for row := range rows(file) {
			g.add(row)
		}
	}
	for row := range rows(homonyms) {
		g.addHomonym(row)
	}
	return g
}

// rows yields the lines of a table but its head.
func rows(file string) iter.Seq[string] {
	table, err := data.ReadFile(file)
	if err != nil {
		panic(err) // the embedded files are part of the program
	}
	_, lines, _ := strings.Cut(string(table), "\n")
	return func(yield func(string) bool) {
		for row := range strings.Lines(lines) {
			if !yield(strings.TrimSuffix(row, "\n")) {
				return
			}
		}
	}
}

// parse reads a row: the place and its columns, the empty names filled in.
func parse(row string) (p Place, col [6]string) {
	for i := range col {
		col[i], row, _ = strings.Cut(row, "\t")
	}
	p = Place{Entity: entity(col[0]), Norm: col[0], Country: col[1], Kind: col[2]}
	if col[3] == "" {
		col[3] = p.Norm
	}
	if col[4] == "" {
		col[4] = col[3]
	}
	p.Name, p.French = strings.TrimRight(col[3], "?"), strings.TrimRight(col[4], "?")
	return p, col
}

// addHomonym gives the names of a country a second meaning.
func (g *gazetteer) addHomonym(row string) {
	p, col := parse(row)
	place := slices.IndexFunc(g.places, func(q Place) bool { return q.Entity == p.Entity })
	if place < 0 {
		place = len(g.places)
		g.places = append(g.places, p)
	}
	for _, form := range col[3:5] {
		name := strings.TrimSuffix(form, "?")
		if v, ok := g.Lookup(name); ok {
			g.names[v].other, g.names[v].once = int32(place), name == form
		}
	}
}

func (g *gazetteer) add(row string) {
	p, col := parse(row)
	g.places = append(g.places, p)
	g.name(col[3])
	if col[4] != col[3] {
		g.name(col[4])
	}
	for v := range strings.SplitSeq(col[5], "|") {
		g.name(v)
	}
}

func entity(norm string) string { return "loc:" + extractors.Slug(norm) }

// name adds a surface form of the last place.
func (g *gazetteer) name(form string) {
	n := name{text: strings.TrimRight(form, "?"), place: int32(len(g.places) - 1)}
	if n.text == "" {
		return
	}
	n.doubt = doubt(len(form) - len(n.text))
	n.exact = acronym(n.text)
	last, _ := utf8.DecodeRuneInString(n.text[strings.LastIndexAny(n.text, " -'")+1:])
	n.lower = unicode.IsLower(last)
	n.next, n.other = -1, -1
	if before := g.Add(n.text, len(g.names)); before >= 0 {
		// Of two places with one name the earlier holds it; but the
		// Gazetteer does not tell "Gori" from "Goris".
		for {
			b := &g.names[before]
			if b.exact == n.exact && plural(b.text) == plural(n.text) {
				return
			}
			if b.next < 0 {
				b.next = int32(len(g.names))
				break
			}
			before = int(b.next)
		}
	}
	g.names = append(g.names, n)
	var buf [4]extractors.Token
	head := n.text
	if i := strings.IndexAny(head, " -"); i > 0 {
		head = head[:i]
	}
	g.first.add(extractors.Tokenize(buf[:0], head)[0].Hash)
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
