package places

import "tamis/extractors"

// homonyms decides, for the names that a country shares with a region of
// another, which of the two is meant. The region needs evidence: a noun before
// it ("the state of Georgia"), its country behind it ("Georgia, USA"), a
// neighbour of its country ("Atlanta, Georgia", "Alabama, Georgia and
// Florida"), a town before it that lies in neither ("Athens, Georgia"). For the
// names that the list so marks, evidence holds for a document in which nothing
// is the country's own.
func (sc *scan) homonyms() {
	var open []int // hits that nothing decided
	regional := map[int32]bool{}
	for i := range sc.hits {
		h := &sc.hits[i]
		if h.name < 0 || sc.g.names[h.name].other < 0 || h.never || h.rule == "name-head" {
			continue
		}
		if sc.regional(i) {
			h.other = true
			if h.conf == 0 {
				h.rule, h.conf = "context", context
			}
			if sc.g.names[h.name].once {
				regional[sc.g.names[h.name].place] = true
			}
		} else {
			open = append(open, i)
		}
	}
	if len(regional) == 0 {
		return
	}
	for i := range sc.hits { // "Tbilisi" speaks for the country
		if h := &sc.hits[i]; h.name >= 0 && sc.kind(h) != "country" {
			for place := range regional {
				if sc.g.places[sc.g.names[h.name].place].Country == sc.g.places[place].Country {
					delete(regional, place)
				}
			}
		}
	}
	for _, i := range open {
		if h := &sc.hits[i]; regional[sc.g.names[h.name].place] && !sc.long(h) {
			h.other = true
		}
	}
}

// long reports whether the hit has the country's long form, "Republic of
// Georgia".
func (sc *scan) long(h *hit) bool { return h.to > h.from+1 }

// regional reports whether the words around hit i speak for the region.
func (sc *scan) regional(i int) bool {
	h := &sc.hits[i]
	if sc.long(h) {
		return false
	}
	region := &sc.g.places[sc.g.names[h.name].other]
	if sc.stateOf(h.from) {
		return true
	}
	if p := sc.liesIn(h.to); p != nil && p.Kind == "country" && p.Country == region.Country {
		return true
	}
	// same returns the place of a neighbour where it lies in the region's country.
	same := func(k int) *Place {
		if k < 0 || k >= len(sc.hits) || sc.hits[k].name < 0 || sc.hits[k].never {
			return nil
		}
		if p := &sc.g.places[sc.g.names[sc.hits[k].name].place]; p.Country == region.Country {
			return p
		}
		return nil
	}
	if p := same(i - 1); p != nil {
		a := sc.hits[i-1].to
		if p.Kind == "city" && h.from == a+1 && sc.is(a, ",") && sc.sameLine(a-1, h.from) {
			return true // "Atlanta, Georgia"
		}
		if p.Kind == "region" && sc.listed(a, h.from) {
			return true
		}
	}
	if sc.abroad(i) {
		return true
	}
	p := same(i + 1)
	return p != nil && p.Kind == "region" && sc.listed(h.to, sc.hits[i+1].from)
}

// abroad reports whether hit i ends "in Athens, Georgia": a town of a third
// country that is in no list with it.
func (sc *scan) abroad(i int) bool {
	if i == 0 || sc.hits[i-1].name < 0 || sc.hits[i-1].never {
		return false
	}
	h, before := &sc.hits[i], &sc.hits[i-1]
	p := &sc.g.places[sc.g.names[before.name].place]
	if p.Kind != "city" || p.Country == sc.g.places[sc.g.names[h.name].place].Country || h.from != before.to+1 || !sc.is(before.to, ",") || !sc.sameLine(before.to-1, h.from) {
		return false
	}
	if j := before.from - 1; j < 0 || !sc.sameLine(j, before.from) || sc.class(j)&preposition == 0 {
		return false
	}
	return h.to == len(sc.Tokens) || sc.is(h.to, ".") || sc.is(h.to, ";") || sc.class(h.to)&joint == 0
}

// listed reports whether only what stands between the items of a list stands
// between tokens a and b.
func (sc *scan) listed(a, b int) bool {
	if b-a > 4 || b <= a || !sc.sameLine(a-1, b) {
		return false
	}
	joined := false
	for j := a; j < b; j++ {
		c := sc.class(j)
		if c&(joint|article|link|preposition) == 0 || sc.is(j, ";") || sc.is(j, "au") || sc.is(j, "du") || sc.is(j, "le") {
			return false // "le Niger" and "au Luxembourg" are countries
		}
		joined = joined || c&joint != 0
	}
	return joined
}

// stateOf reports whether "state of", "province de" or the like stands before
// token i. French says "l'État du Niger" of the country and "l'État de Niger"
// of a state.
func (sc *scan) stateOf(i int) bool {
	j := i - 1
	if j < 1 || !sc.sameLine(j-1, i) || sc.class(j)&link == 0 {
		return false
	}
	bare := sc.is(j, "of") || sc.is(j, "de") || sc.Tokens[j].Shape&extractors.IsElided != 0
	if k := j - 1; sc.class(k)&compass == 0 {
		switch sc.S[sc.Tokens[k].Start:sc.Tokens[k].End] {
		case "state", "State", "states", "États", "état", "État", "Etat", "Etats":
			return bare
		case "province", "Province", "région":
			return true
		case "américain":
			return bare && k > 0
		}
	}
	return false
}
