package organizations

import (
	"strings"

	"tamis/extractors"
)

// heads are the nouns that head names of bodies, folded. A head that is also a
// common noun needs a capital; one that names nothing else may be in lower case
// ("ministère de la Santé").
var heads = func() map[string]head {
	m := map[string]head{}
	add := func(h head, words string) {
		for _, w := range strings.Fields(words) {
			m[w] |= h
		}
	}
	add(headFR, `academie administration agence alliance ambassade amicale antenne assemblee association autorite banque barreau
		brigade bureau cabinet caisse cellule centrale centre chambre coalition collectif college comite commissariat commission
		communaute compagnie confederation conference confrerie congregation conseil consortium consulat coordination cour croix-rouge
		croissant-rouge delegation departement direction division ecole eglise entreprise etat-major faculte federation fondation fonds
		force forum front gendarmerie groupe groupement haut-commissariat hopital inspection institut institution intendance laboratoire ligue
		lycee mairie maison mecanisme mediateur ministere mission mouvement musee mutuelle observatoire office ordre organe organisation
		parlement parquet parti plateforme police prefecture rassemblement rectorat regie reseau secretariat
		section senat service societe station syndicat synode tresor tribunal union unite universite haut haute`)
	add(headFR|lowerFR, `ministere universite ambassade consulat prefecture tribunal hopital lycee mairie`)
	add(headEN, `academy administration agency alliance army assembly association authority bank board branch bureau cabinet center centre
		chamber church club cluster coalition college commission commissariat committee community company confederation conference congress
		consortium corporation corps council court department desk directorate division embassy enterprise faculty federation force forces
		forum foundation front fund group hospital initiative inspectorate institute institution laboratory league mechanism ministry
		mission movement museum network observatory office organisation organization panel parliament party partnership platform police
		press programme registry school secretariat section senate service services society station subcommittee subcommission team tribunal
		trust union unit university watch`)
	return m
}()

type head uint8

const (
	headFR  head = 1 << iota // may head a French name: the first word
	headEN                   // may head an English name: the last word, or the first before "of" and "for"
	lowerFR                  // heads a French name in lower case as well
)

// small are the words that join the parts of a name, folded.
var small = setOf(`de des du d la le les l et a au aux en pour sur contre par avec dans sans of for and the on in to against at with from`)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// findHeads finds names by their head noun.
func (f *finder) findHeads() {
	for i := 0; i < len(f.Tokens); i++ {
		if !f.is(i, extractors.IsWord) {
			continue
		}
		end := 0
		switch h, word := f.headAt(i); {
		case h == 0:
		case h&headFR != 0 && (f.is(i, extractors.IsCap) || h&lowerFR != 0):
			end = f.french(i, word)
			if end == 0 && h&headEN != 0 && f.is(i, extractors.IsCap) {
				end = f.englishOf(i)
			}
		case h&headEN != 0 && f.is(i, extractors.IsCap):
			end = f.englishOf(i)
		}
		start := i
		if h, _ := f.headAt(i); end == 0 && h&headEN != 0 && f.is(i, extractors.IsCap) {
			if start = f.englishBefore(i); start < i {
				end = i + 1
			}
		} else if end > 0 && h&headEN != 0 && f.LangAt(f.Tokens[i].Start) == "en" {
			start = f.englishBefore(i)
		}
		if end == 0 {
			continue
		}
		span := extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[end-1].End}
		if end-start < 2 {
			continue
		}
		f.found = append(f.found, f.unknown(span, "head-noun", 0.7))
		i = end - 1
	}
}

// headAt returns what the word at token i can head; a hyphenated head
// ("Croix-Rouge") is looked up whole.
func (f *finder) headAt(i int) (head, string) {
	var buf [64]byte
	w := extractors.AppendFold(buf[:0], f.text(i))
	if f.byteAt(i+1) == '-' && f.is(i+2, extractors.IsWord) && f.Tokens[i+1].Start == f.Tokens[i].End && f.Tokens[i+2].Start == f.Tokens[i+1].End {
		w = append(w, '-')
		w = extractors.AppendFold(w, f.text(i+2))
	}
	h := heads[string(w)]
	if h == 0 {
		return 0, ""
	}
	return h, string(w)
}

// french reads the name whose head is token i and returns the index after it,
// or 0: the head, adjectives, then complements with "de", "pour", "sur",
// "chargé de", each with its own adjectives, also coordinated.
func (f *finder) french(i int, word string) int {
	if f.LangAt(f.Tokens[i].Start) == "en" {
		return 0
	}
	j := i + 1
	if strings.Contains(word, "-") {
		j = i + 3
	}
	named := false // something beyond the head has been read
	for j < len(f.Tokens) && f.Tokens[j].Shape&extractors.IsLine == 0 {
		k := j
		w := f.fold(k)
		switch {
		case f.is(k, extractors.IsWord) && (f.is(k, extractors.IsCap) && !f.is(k, extractors.IsElided) && !small[w] || adjective(w)):
			if f.is(k, extractors.IsUpper) && f.Tokens[k].Len() > 2 && k > i+1 {
				return done(j, named) // an acronym is a mention of its own
			}
			named = true
			j = k + 1
			if f.byteAt(j) == '-' && f.is(j+1, extractors.IsWord) && f.Tokens[j+1].Start == f.Tokens[j].End && f.Tokens[j].Start == f.Tokens[j-1].End {
				j += 2
			}
		case w == "de" || w == "des" || w == "du" || w == "d" || w == "pour" || w == "sur" || w == "contre" || w == "aux" || w == "a" && named || w == "au":
			n := f.complement(k + 1)
			if n == 0 {
				return done(j, named)
			}
			named = true
			j = n
		case w == "et" || f.byteAt(k) == ',' && f.parallel(k+1):
			// "de la Santé et de l'Intérieur", "économiques et sociales"
			n := k + 1
			if f.byteAt(k) == ',' {
				n = k + 1
			}
			switch x := f.fold(n); {
			case (x == "de" || x == "des" || x == "du" || x == "d") && named:
				n = f.complement(n + 1)
			case adjective(x) && named:
				n++
			default:
				n = 0
			}
			if n == 0 {
				return done(j, named)
			}
			j = n
		default:
			return done(j, named)
		}
	}
	return done(j, named)
}

func done(j int, named bool) int {
	if !named {
		return 0
	}
	return j
}

// parallel reports whether a list of complements goes on at token i: "des
// partenariats, de la sensibilisation et de la communication".
func (f *finder) parallel(i int) bool {
	w := f.fold(i)
	if w != "de" && w != "des" && w != "du" && w != "d" {
		return false
	}
	for j := i + 1; j < min(len(f.Tokens), i+10) && f.Tokens[j].Shape&extractors.IsLine == 0; j++ {
		if f.fold(j) == "et" {
			return true
		}
	}
	return false
}

// complement reads what follows a preposition: articles, a noun or a run of
// capitalised words, adjectives. It returns the index after it, or 0.
func (f *finder) complement(i int) int {
	j := i
	for w := f.fold(j); j < len(f.Tokens) && (w == "la" || w == "le" || w == "les" || w == "l"); w = f.fold(j) {
		j++
	}
	if !f.is(j, extractors.IsWord) || f.Tokens[j].Shape&extractors.IsLine != 0 || small[f.fold(j)] || f.is(j, extractors.IsUpper) && f.Tokens[j].Len() > 1 {
		return 0
	}
	// A noun: capitals as far as they go, else one word.
	j++
	for f.byteAt(j) == '-' && f.is(j+1, extractors.IsWord) && f.Tokens[j].Start == f.Tokens[j-1].End && f.Tokens[j+1].Start == f.Tokens[j].End {
		j += 2
	}
	for f.is(j, extractors.IsWord) && f.Tokens[j].Shape&extractors.IsLine == 0 && (adjective(f.fold(j)) || f.is(j, extractors.IsCap) && !f.is(j, extractors.IsElided|extractors.IsUpper)) {
		j++
	}
	return j
}

// fold returns the folded word of token i without an apostrophe, "" if there
// is none.
func (f *finder) fold(i int) string {
	if i < 0 || i >= len(f.Tokens) {
		return ""
	}
	return strings.TrimRight(extractors.Fold(f.text(i)), "'")
}

// adjective reports whether a folded French word looks like an adjective of
// the kind that stands in names: by its ending.
func adjective(w string) bool {
	if len(w) < 5 {
		return false
	}
	for _, suffix := range []string{"al", "ale", "ales", "aux", "ique", "iques", "aire", "aires", "if", "ive", "ifs", "ives", "el", "elle", "els", "elles",
		"ien", "ienne", "iens", "iennes", "ain", "aine", "ains", "aines", "ais", "aise", "aises", "ois", "oise", "oises", "eux", "euse", "euses",
		"ee", "ees", "iste", "istes", "able", "ables", "ible", "ibles", "eur", "eure", "eures", "permanent", "permanente", "humain", "humains", "public", "publics", "publique"} {
		if strings.HasSuffix(w, suffix) {
			return true
		}
	}
	return false
}

// englishOf reads "Head of/for/on ..." from token i and returns the index
// after the name, or 0.
func (f *finder) englishOf(i int) int {
	j := i + 1
	if w := f.fold(j); w != "of" && w != "for" && w != "on" && w != "against" {
		return 0
	}
	last := 0
	for j < len(f.Tokens) && f.Tokens[j].Shape&extractors.IsLine == 0 && j-i < 16 {
		w := f.fold(j)
		switch {
		case f.is(j, extractors.IsWord) && f.is(j, extractors.IsCap) && !(f.is(j, extractors.IsUpper) && f.Tokens[j].Len() > 2 && !f.shouting(j)):
			last = j + 1
		case w == "of" || w == "for" || w == "and" || w == "the" || w == "on" || w == "in" || w == "against" || w == "to":
			if w == "in" && last > 0 {
				return last
			}
		case f.byteAt(j) == '-' && last == j:
		case f.byteAt(j) == ',' && last == j && f.is(j+1, extractors.IsCap) && f.listGoesOn(j+1):
		default:
			return last
		}
		j++
	}
	return last
}

// listGoesOn reports whether "X, Y and Z" closes soon after token i, so that
// the comma belongs to the name.
func (f *finder) listGoesOn(i int) bool {
	for j := i; j < min(len(f.Tokens), i+6) && f.Tokens[j].Shape&extractors.IsLine == 0; j++ {
		if f.fold(j) == "and" {
			return f.is(j+1, extractors.IsCap)
		}
		if f.is(j, extractors.IsWord) && !f.is(j, extractors.IsCap) {
			return false
		}
	}
	return false
}

// englishBefore goes back from the head at token i over the words of its name
// and returns the index of the first.
func (f *finder) englishBefore(i int) int {
	start := i
	for j := i - 1; j >= 0 && f.Tokens[j+1].Shape&extractors.IsLine == 0 && i-j < 12; j-- {
		w := f.fold(j)
		switch {
		case f.is(j, extractors.IsPoss): // "Director's Office"
		case f.is(j, extractors.IsWord) && f.is(j, extractors.IsCap) && !sentenceStarters[w]:
			start = j
		case (w == "and" || w == "of" || w == "for") && f.is(j-1, extractors.IsCap) && start == j+1:
			if w == "and" && !f.joins(j) {
				return start
			}
		case f.byteAt(j) == '-' && f.is(j-1, extractors.IsWord) && f.Tokens[j].End == f.Tokens[j+1].Start:
		case f.byteAt(j) == ')' && f.byteAt(j-2) == '(' && f.is(j-1, extractors.IsUpper) && f.is(j-3, extractors.IsCap):
			// "Cash-Based Interventions (CBI) Unit": the acronym in the middle belongs
			j -= 2
		default:
			return start
		}
	}
	return start
}

// joins reports whether the "and" at token j joins words of one name, "Peace
// and Recovery Division", rather than two names: nothing before it is a name
// by itself.
func (f *finder) joins(j int) bool {
	h, _ := f.headAt(j - 1)
	return h == 0 && !(f.is(j-1, extractors.IsUpper) && f.Tokens[j-1].Len() > 2)
}

var sentenceStarters = setOf(`the this these those a an our its their his her in on at by from with as for to and or but each every all some following under
	since while when where both also however le la les l un une des ce cette ces`)

// A WordClass says what a word can be inside the name of an organization.
type WordClass struct {
	Head      bool // heads names: "ministère", "Division"
	Small     bool // joins their parts: "de", "for"
	Adjective bool // French adjective by its ending
}

// Classify returns the class of a folded word.
func Classify(folded string) WordClass {
	return WordClass{Head: heads[folded] != 0, Small: small[folded], Adjective: adjective(folded)}
}
