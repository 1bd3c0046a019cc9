// Command makenames writes extractors/people/data/given.txt from the public
// counts of given names in France (INSEE, Licence Ouverte) and the United
// States (Census Bureau, public domain).
//
//	go run ./extractors/people/makenames -data ../shared/data/names
//
// A name is kept when at least 2,000 births in France since 1900 or 0.004% of
// either sex in the American census carry it, and when it is three letters
// long or more. Names that are frequent words of either language are left out
// by hand below: they say nothing at the head of a sentence.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
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
	out := flag.String("out", "extractors/people/data/given.txt", "file to write")
	flag.Parse()

	drop := map[string]bool{}
	for _, w := range words {
		drop[extractors.Fold(w)] = true
	}
	names := map[string]bool{}
	keep := func(name string) {
		for part := range strings.SplitSeq(extractors.Fold(name), "-") {
			if len(part) >= 3 && !drop[part] && strings.Trim(part, "abcdefghijklmnopqrstuvwxyz") == "" {
				names[part] = true
			}
		}
	}
	each(filepath.Join(*dir, "prenoms_fr_insee.tsv"), func(f []string) {
		if n, err := strconv.Atoi(f[len(f)-1]); err == nil && n >= 2000 {
			keep(f[0])
		}
	})
	for _, sex := range []string{"male", "female"} {
		each(filepath.Join(*dir, "us_census_dist."+sex+".first.txt"), func(f []string) {
			if share, err := strconv.ParseFloat(f[1], 64); err == nil && share >= 0.004 {
				keep(f[0])
			}
		})
	}
	var all []string
	for n := range names {
		all = append(all, n)
	}
	slices.Sort(all)
	if err := os.WriteFile(*out, []byte(strings.Join(all, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d names\n", *out, len(all))
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
