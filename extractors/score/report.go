package score

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"

	"tamis/extractors"
)

// resamples is the number of bootstrap samples behind an interval.
const resamples = 1000

// A Group is a named set of documents and their scores, one each.
type Group struct {
	Name   string
	Scores []*Score
}

// ByHeader groups scores by a field of their documents' headers, in the order
// of its values; scores[i] is that of docs[i].
func ByHeader(docs []Gold, scores []*Score, key string) []Group {
	groups := map[string][]*Score{}
	for i, d := range docs {
		groups[d.Header[key]] = append(groups[d.Header[key]], scores[i])
	}
	var out []Group
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		out = append(out, Group{name, groups[name]})
	}
	return out
}

// WriteReport prints a line for each group and type: precision, recall and F1,
// and the 95% interval of F1 by the percentile bootstrap over documents (Efron
// and Tibshirani, "An Introduction to the Bootstrap", 1993). ORG, PER and LOC
// are strict, DATE and RES by norm. The same scores give the same bytes.
func WriteReport(w io.Writer, groups []Group) error {
	fmt.Fprintf(w, "%-24s %-4s %5s %6s %6s %6s   %s\n", "group", "type", "gold", "P", "R", "F1", "95% of F1")
	for _, g := range groups {
		for _, t := range []extractors.Type{extractors.Org, extractors.Per, extractors.Loc, extractors.Date, extractors.Res} {
			all := sum(g.Scores, t)
			if all.Gold == 0 {
				continue
			}
			r := ratioOf(t, all)
			lo, hi := interval(g.Scores, t)
			if _, err := fmt.Fprintf(w, "%-24s %-4s %5d  %.3f  %.3f  %.3f   %.3f-%.3f\n", g.Name, t, all.Gold, r.P, r.R, r.F1, lo, hi); err != nil {
				return err
			}
		}
	}
	return nil
}

func ratioOf(t extractors.Type, c Counts) Ratio {
	if t == extractors.Date || t == extractors.Res {
		return c.NormRatio()
	}
	return c.StrictRatio()
}

func sum(scores []*Score, t extractors.Type) (all Counts) {
	for _, s := range scores {
		all.add(s.Types[t])
	}
	return all
}

func (c *Counts) add(o *Counts) {
	c.Gold, c.Pred, c.Unaligned = c.Gold+o.Gold, c.Pred+o.Pred, c.Unaligned+o.Unaligned
	c.Strict, c.Lenient, c.Norm = c.Strict+o.Strict, c.Lenient+o.Lenient, c.Norm+o.Norm
}

func interval(scores []*Score, t extractors.Type) (lo, hi float64) {
	rng := rand.New(rand.NewPCG(1979, 1993))
	f1 := make([]float64, resamples)
	for k := range f1 {
		var c Counts
		for range scores {
			c.add(scores[rng.IntN(len(scores))].Types[t])
		}
		f1[k] = ratioOf(t, c).F1
	}
	slices.Sort(f1)
	return f1[resamples/40], f1[resamples-1-resamples/40]
}
