package organizations

import (
	"strings"
	"sync"

	"tamis/extractors"
)

// What a word can be in a name of an organization, one bit each.
const (
	headFR    = 1 << iota // may head a French name: the first word
	headEN                // may head an English name: the last word, or the first before "of" and "for"
	lowerFR               // heads a French name in lower case as well
	small                 // joins the parts of a name
	plural                // heads names of classes of bodies, not of a body
	starter               // begins a sentence, and no name
	of                    // "de" and its forms
	towards               // other prepositions inside French names
	aFR                   // "à", which stands inside a name that has begun
	articleFR             // may stand between a preposition and its noun
	etFR                  // "et"
	ofEN                  // prepositions after the head of an English name
	insideEN              // small words inside an English name
	inEN                  // "in", after which the place stands
	andEN                 // "and"
	betweenEN             // small words between a name's first words and its head
	holder                // has a portfolio: "minister"
	official              // may have one: "commissioner"
	degree                // is held in a field of study: "Master"
	headMask  = headFR | headEN | lowerFR
)

// vocabulary has the words of all classes, folded. A head that is also a common
// noun needs a capital; one that names nothing else may be in lower case
// ("ministère de la Santé").
var vocabulary = sync.OnceValue(func() *extractors.Words {
	w := new(extractors.Words)
	add := func(classes uint32, list string) { w.Add(list, classes) }
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
	add(small, `de des du d la le les l et a au aux en pour sur contre par avec dans sans of for and the on in to against at with from`)
	add(plural, `offices agencies ministries departments divisions units committees councils commissions bureaus directorates embassies
		missions organizations organisations teams sections branches clusters centres centers institutions partners donors members states
		bureaux agences ministeres departements directions unites comites conseils ambassades equipes services organismes groupes partenaires`)
	add(starter, `the this these those a an our its their his her in on at by from with as for to and or but each every all some following under
		since while when where both also however le la les l un une des ce cette ces`)
	add(of, `de des du d`)
	add(towards, `pour sur contre aux au`)
	add(aFR, `a`)
	add(articleFR, `la le les l`)
	add(etFR, `et`)
	add(ofEN, `of for on against`)
	add(insideEN, `of for and the on in against to`)
	add(inEN, `in`)
	add(andEN, `and`)
	add(betweenEN, `and of for`)
	add(holder, `ministre ministres minister ministers`)
	add(official, `secretaire commissaire directeur directrice conseiller conseillere commissioner`)
	add(degree, `master masters mastere licence doctorat doctorate bachelor bachelors phd dphil msc bsc mphil mba llm llb maitrise diplome diploma dea
		dess deug deust dut bts magistere agregation baccalaureat degree certificat certificate postdoctorat ba ma beng meng ingenieur`)
	return w
})

// HeadNoun is the rule of names that only their head noun speaks for.
const HeadNoun = "head-noun"

// findHeads finds names by their head noun.
func (f *finder) findHeads() {
	for i := 0; i < len(f.Tokens); i++ {
		if !f.is(i, extractors.IsWord) {
			continue
		}
		capital := f.is(i, extractors.IsCap)
		if !capital && f.class(i)&lowerFR == 0 {
			continue // none of the heads that hyphens join stands in lower case
		}
		h, next := f.headAt(i)
		if h == 0 {
			continue
		}
		start, end := i, 0
		if h&headFR != 0 && (capital || h&lowerFR != 0) {
			end = f.french(i, next)
		}
		if end == 0 && h&headEN != 0 && capital {
			end = f.englishOf(i)
		}
		switch {
		case h&headEN == 0:
		case end == 0 && capital:
			if start = f.englishBefore(i); start < i {
				end = i + 1
			}
		case end > 0 && f.lang(f.Tokens[i].Start) == "en":
			start = f.englishBefore(i)
		}
		if end == 0 || end-start < 2 {
			continue
		}
		span := extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[end-1].End}
		f.found = append(f.found, f.unknown(span, HeadNoun, 0.7))
		i = end - 1
	}
}

// class returns what the word at token i can be, 0 if there is no token i.
func (f *finder) class(i int) uint32 {
	if i < 0 || i >= len(f.Tokens) {
		return 0
	}
	return f.words.Classes(f.S, &f.Tokens[i])
}

// headAt returns what the word at token i can head, and the token after it; a
// hyphenated head ("Croix-Rouge") is looked up whole.
func (f *finder) headAt(i int) (head uint32, next int) {
	if f.hyphenated(i) {
		var buf [64]byte
		w := append(extractors.AppendFold(buf[:0], f.text(i)), '-')
		w = extractors.AppendFold(w, f.text(i+2))
		return f.words.Of(string(w)) & headMask, i + 3
	}
	return f.class(i) & headMask, i + 1
}

// hyphenated reports whether a hyphen joins another word to token i.
func (f *finder) hyphenated(i int) bool {
	return f.byteAt(i+1) == '-' && f.is(i+2, extractors.IsWord) && f.Tokens[i+1].Start == f.Tokens[i].End && f.Tokens[i+2].Start == f.Tokens[i+1].End
}

// french reads the name whose head is token i, and next the one after it, and
// returns the index after the name, or 0: the head, adjectives, then
// complements with "de", "pour", "sur", "chargé de", each with its own
// adjectives, also coordinated.
func (f *finder) french(i, next int) int {
	if f.lang(f.Tokens[i].Start) == "en" {
		return 0
	}
	named := false // something beyond the head has been read
	j := next
loop:
	for j < len(f.Tokens) && f.Tokens[j].Shape&extractors.IsLine == 0 {
		w := f.class(j)
		switch {
		case f.is(j, extractors.IsWord) && (f.is(j, extractors.IsCap) && !f.is(j, extractors.IsElided) && w&small == 0 || f.adjective(j)):
			if f.is(j, extractors.IsUpper) && f.Tokens[j].Len() > 2 && j > i+1 {
				break loop // an acronym is a mention of its own
			}
			named = true
			if f.hyphenated(j) {
				j += 2
			}
			j++
		case w&(of|towards) != 0 || w&aFR != 0 && named && f.text(j) != "a": // "a" is a verb, "à" joins
			n := f.complement(j + 1)
			if n == 0 {
				break loop
			}
			named = true
			j = n
		case w&etFR != 0 || f.byteAt(j) == ',' && f.parallel(j+1):
			// "de la Santé et de l'Intérieur", "économiques et sociales"
			n := 0
			switch {
			case !named:
			case f.class(j+1)&of != 0:
				n = f.complement(j + 2)
			case f.adjective(j + 1):
				n = j + 2
			}
			if n == 0 {
				break loop
			}
			j = n
		default:
			break loop
		}
	}
	if !named {
		return 0
	}
	return j
}

// parallel reports whether a list of complements goes on at token i: "des
// partenariats, de la sensibilisation et de la communication".
func (f *finder) parallel(i int) bool {
	if f.class(i)&of == 0 {
		return false
	}
	for j := i + 1; j < min(len(f.Tokens), i+10) && f.Tokens[j].Shape&extractors.IsLine == 0; j++ {
		if f.class(j)&etFR != 0 {
			return true
		}
	}
	return false
}

// complement reads what follows a preposition: articles, a noun or a run of
// capitalised words, adjectives. It returns the index after it, or 0.
func (f *finder) complement(i int) int {
	j := i
	for f.class(j)&articleFR != 0 {
		j++
	}
	if !f.is(j, extractors.IsWord) || f.Tokens[j].Shape&extractors.IsLine != 0 || f.class(j)&small != 0 || f.infinitive(j) || f.is(j, extractors.IsUpper) && f.Tokens[j].Len() > 1 {
		return 0
	}
	// A noun: capitals as far as they go, else one word, with what stands before
	// it: "de la libre circulation", "des petites et moyennes entreprises".
	for preposed[f.fold(j)] && !f.is(j+1, extractors.IsLine) {
		next := j + 1
		if f.class(next)&etFR != 0 && preposed[f.fold(next+1)] {
			next++
		}
		if !f.is(next, extractors.IsWord) || f.class(next)&small != 0 {
			break
		}
		j = next
	}
	for f.hyphenated(j) {
		j += 2
	}
	j++
	for f.is(j, extractors.IsWord) && f.Tokens[j].Shape&extractors.IsLine == 0 && (f.adjective(j) || f.is(j, extractors.IsCap) && !f.is(j, extractors.IsElided|extractors.IsUpper)) {
		j++
	}
	return j
}

// preposed adjectives stand before their noun in French, folded.
var preposed = setOf(`libre libres bon bonne bons bonnes grand grande grands grandes petit petite petits petites nouveau nouvelle nouveaux nouvelles
	haut haute hauts hautes premier premiere premiers premieres second seconde deuxieme troisieme jeune jeunes moyen moyenne moyens moyennes pleine
	meilleur meilleure ancien ancienne anciens anciennes`)

// adjective reports whether token i looks like a French adjective of the kind
// that stands in names.
func (f *finder) adjective(i int) bool {
	if i >= len(f.Tokens) || f.Tokens[i].Len() < 5 {
		return false
	}
	var buf [64]byte
	w := extractors.AppendFold(buf[:0], f.text(i))
	for len(w) > 0 && w[len(w)-1] == '\'' {
		w = w[:len(w)-1]
	}
	return adjective(w)
}

// fold returns the folded word of token i without an apostrophe, "" if there
// is none.
func (f *finder) fold(i int) string {
	if i < 0 || i >= len(f.Tokens) {
		return ""
	}
	return strings.TrimRight(extractors.Fold(f.text(i)), "'")
}

// endings are those of French adjectives of the kind that stands in names, by
// their last letter.
var endings = func() (by ['z' + 1][]string) {
	for _, e := range strings.Fields(`al ale ales aux ique iques aire aires if ive ifs ives el elle els elles ien ienne iens iennes ain aine ains aines
		ais aise aises ois oise oises eux euse euses ee ees iste istes able ables ible ibles eur eure eures
		permanent permanente humain humains public publics publique`) {
		by[e[len(e)-1]] = append(by[e[len(e)-1]], e)
	}
	return by
}()

// adjective reports whether a folded French word looks like an adjective, by
// its ending.
func adjective(w []byte) bool {
	if len(w) < 5 || int(w[len(w)-1]) >= len(endings) {
		return false
	}
	for _, e := range endings[w[len(w)-1]] {
		if len(w) >= len(e) && string(w[len(w)-len(e):]) == e {
			return true
		}
	}
	return false
}

// englishOf reads "Head of/for/on ..." from token i and returns the index
// after the name, or 0.
func (f *finder) englishOf(i int) int {
	j := i + 1
	if f.class(j)&ofEN == 0 {
		return 0
	}
	last := 0
	for j < len(f.Tokens) && f.Tokens[j].Shape&extractors.IsLine == 0 && j-i < 16 {
		switch w := f.class(j); {
		case f.is(j, extractors.IsWord) && f.is(j, extractors.IsCap) && !(f.is(j, extractors.IsUpper) && f.Tokens[j].Len() > 2 && !f.shouting(j)):
			last = j + 1
		case w&insideEN != 0:
			if w&inEN != 0 && last > 0 {
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
		if f.class(j)&andEN != 0 {
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
		switch w := f.class(j); {
		case f.is(j, extractors.IsPoss): // "Director's Office"
		case f.is(j, extractors.IsWord) && f.is(j, extractors.IsCap) && w&starter == 0:
			start = j
		case w&betweenEN != 0 && f.is(j-1, extractors.IsCap) && start == j+1:
			if w&andEN != 0 && !f.joins(j) {
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

// A WordClass says what a word can be inside the name of an organization.
type WordClass struct {
	Head      bool // heads names: "ministère", "Division"
	Small     bool // joins their parts: "de", "for"
	Adjective bool // French adjective by its ending
}

// Classify returns the class of a folded word.
func Classify(folded string) WordClass {
	c := vocabulary().Of(folded)
	return WordClass{Head: c&headMask != 0, Small: c&small != 0, Adjective: adjective([]byte(folded))}
}
