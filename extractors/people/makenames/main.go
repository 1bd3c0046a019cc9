// Command makenames writes the lists of names in extractors/people/data from
// the public counts of given names in France (INSEE, Licence Ouverte) and of
// given and family names in the United States (Census Bureau, public domain).
//
//	go run ./extractors/people/makenames -data ../shared/data/names
//
// given.txt holds the names that at least 2,000 births in France since 1900 or
// 0.004% of either sex in the American census carry, of three letters or more.
// Names that are frequent words of either language are left out by hand below:
// they say nothing at the head of a sentence. given_rare.txt holds the other
// given names with 20 births or more, surnames.txt the 50,000 most frequent
// family names of the census; words stand in both, so they are evidence for
// the tagger and no rule.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
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
