// Command makenames writes the lists of names in extractors/people/data from
//
//   - the public counts of given names in France (INSEE, Licence Ouverte) and of
//     given and family names in the United States (Census Bureau, public domain);
//   - the names of some fifty countries in Faker, a library that makes up test
//     data (package faker of PyPI, MIT licence; its notice stands in
//     extractors/people/data/NOTICE), those in Latin letters;
//   - families.txt, written for the project.
//
// Run it as
//
//	go run ./extractors/people/makenames -data ../shared/data/names -faker faker/providers/person
//
// given.txt holds the names that at least 2,000 births in France since 1900 or
// 0.004% of either sex in the American census carry, of three letters or more.
// Names that are frequent words of either language are left out by hand below:
// they say nothing at the head of a sentence. given_rare.txt holds the other
// given names with 20 births or more and those of Faker, surnames.txt the 50,000
// most frequent family names of the census and those of the other sources; words
// stand in both, so they are evidence for the tagger and no rule.
package main

import (
	"bufio"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tamis/extractors"
)

var words = strings.Fields(`abri aimé alba ami ange avril april august autumn baptiste bay beau bien blanche bonne brook buck carol cash chance
	charity china chine christian clement cotton dale dawn dean dieu don earnest ernest fabrique faith fern france frank fleur geneva georgia
	germain grace grant hope ida iris jewel joy juin june juste lane law le lily long loyal ludo major mai man mark marin marine mars martial
	may mercy merry micro min misty monde numa oasis page paix pleasant post prince princess queen ray rich rose royal ruby sage santé see sky so
	son spring star stern summer sun tel temps une van victoire victor virgin virginia vita will willow winter young zone sydney paris london
	lourdes florence ashland austin houston jordan israel chad kenya asia india savannah carolina dakota charlotte vienna sierra orlando
	lorraine saint sainte aide armée assise avant beauté belle benin bénin chef cher claire constant désiré don droit été fatale fort
	gentil grande jaune jeune justice liberté loire major marche mer mère mission nord novembre octave pacifique parfait petit prudent
	règle rené roi roman sud tous un union vert vie ville vive vrai tiny white golden ok see my an art guy lien ocean than thy thi`)

func main() {
	log.SetFlags(0)
	dir := flag.String("data", "../shared/data/names", "folder with prenoms_fr_insee.tsv and us_census_dist.*")
	faker := flag.String("faker", "faker/providers/person", "folder of Faker's names, one folder a country")
	out := flag.String("out", "extractors/people/data", "folder to write to")
	flag.Parse()

	drop := map[string]bool{}
	for _, w := range words {
		drop[extractors.Fold(w)] = true
	}
	given, rare, surnames := map[string]bool{}, map[string]bool{}, map[string]bool{}
	add := func(set map[string]bool, name string) {
		for part := range strings.SplitSeq(extractors.Fold(name), "-") {
			if len(part) >= 3 && strings.Trim(part, "abcdefghijklmnopqrstuvwxyz") == "" {
				set[part] = true
			}
		}
	}
	each(filepath.Join(*dir, "prenoms_fr_insee.tsv"), func(f []string) {
		n, err := strconv.Atoi(f[len(f)-1])
		if err == nil && n >= 2000 {
			add(given, f[0])
		}
		if err == nil && n >= 20 {
			add(rare, f[0])
		}
	})
	for _, sex := range []string{"male", "female"} {
		each(filepath.Join(*dir, "us_census_dist."+sex+".first.txt"), func(f []string) {
			if share, err := strconv.ParseFloat(f[1], 64); err == nil && share >= 0.004 {
				add(given, f[0])
			}
			add(rare, f[0])
		})
	}
	each(filepath.Join(*dir, "us_census_dist.all.last.txt"), func(f []string) {
		if rank, err := strconv.Atoi(f[len(f)-1]); err == nil && rank <= 50_000 {
			add(surnames, f[0])
		}
	})
	for name := range strings.FieldsSeq(families) {
		add(surnames, name)
	}
	addFaker(*faker, func(name string) { add(rare, name) }, func(name string) { add(surnames, name) })
	for w := range drop {
		delete(given, w)
	}
	for w := range given {
		delete(rare, w)
	}
	write(filepath.Join(*out, "given.txt"), given)
	write(filepath.Join(*out, "given_rare.txt"), rare)
	write(filepath.Join(*out, "surnames.txt"), surnames)
}

// families holds names of the project's own, see the comments at its head.
var families = regexp.MustCompile(`(?m)^#.*`).ReplaceAllString(familiesFile, "")

//go:embed families.txt
var familiesFile string

var (
	attribute = regexp.MustCompile(`^    (\w+)[^=(]*=`)
	quoted    = regexp.MustCompile(`"([^"]+)"|'([^']+)'`)
)

// addFaker gives the names of Faker to the functions. Its Python files hold
// them as strings of attributes such as first_names_male and last_names.
func addFaker(dir string, given, family func(string)) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "__init__.py"))
	if err != nil || len(files) == 0 {
		log.Fatalf("%s: no names of Faker there", dir)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			log.Fatal(err)
		}
		add := func(string) {}
		for line := range strings.Lines(string(src)) {
			if m := attribute.FindStringSubmatch(line); m != nil {
				switch is := func(part string) bool { return strings.Contains(m[1], part) }; {
				case is("format") || is("prefix") || is("suffix"):
					add = func(string) {}
				case is("first") || is("given") || is("middle"):
					add = given
				case is("last") || is("family") || is("surname"):
					add = family
				default:
					add = func(string) {}
				}
			} else if strings.HasPrefix(line, "    def ") {
				add = func(string) {}
			}
			for _, m := range quoted.FindAllStringSubmatch(line, -1) {
				for part := range strings.FieldsFuncSeq(m[1]+m[2], func(r rune) bool { return r == ' ' || r == '\'' || r == '’' }) {
					add(part)
				}
			}
		}
	}
}

func write(path string, names map[string]bool) {
	all := slices.Sorted(maps.Keys(names))
	if err := os.WriteFile(path, []byte(strings.Join(all, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d names\n", path, len(all))
}

// each calls f with the fields of every line of the file.
func each(path string, f func([]string)) {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	for sc.Scan() {
		if fields := strings.Fields(sc.Text()); len(fields) > 1 {
			f(fields)
		}
	}
	if err := sc.Err(); err != nil {
		log.Fatal(err)
	}
}
