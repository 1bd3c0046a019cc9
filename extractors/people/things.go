package people

import (
	"strings"

	"tamis/extractors"
	"tamis/extractors/vocabulary"
)

// Prizes, streets, ships and companies carry the names of persons: "Davis Cup",
// "rue Victor-Hugo". What stands right behind such a name, or before it, tells.

// things stand in the name of a thing, folded, after the name of a person.
const things = `cup award awards prize trophy medal championship championships finals open tournament airport avenue ave boulevard blvd
	highway stadium arena theater theatre hospital clinic library school college university institute center centre foundation productions
	studios records entertainment company corporation corp inc ltd llc llp plc gmbh group museum memorial building tower township beach island islands
	branch branches festival week edition conference summit report lecture fellowship scholarship family act code pro app
	brandvoice platform campus chapel cathedral bridge`

// thingsBefore stand right before the name of a person in the name of a thing, folded.
const thingsBefore = `rue avenue boulevard quai pont aeroport lycee college ecole hopital stade gymnase fondation institut universite prix
	trophee medaille ouragan cyclone tempete hurricane typhoon mount camp fort cape salle musee bibliotheque`

// functionWords are capitalised in headlines and stand in no name, folded.
const functionWords = `all have has had is are was were be been would could should must who what how why where when if than so now here there about into
	over out off not his her their your our my you we they says said say tells told wants gets got takes took makes made goes wrote writes dies
	died wins won calls called reveals shares announces announced explains slams opens joins claims plans even given also however therefore
	although though because unless whether such both each every other another`

// post reports whether tokens [start, end), which have the form of a person's
// name, are that of a post: "Country Director". Posts that are also names, "Pope",
// are none.
func (f *finder) post(start, end int) bool {
	if f.class(end-1)&role == 0 {
		return false
	}
	first, last := f.fold(start), f.fold(end-1)
	if end == start+2 && ofPost(first) && vocabulary.Of(last)&vocabulary.CommonEN != 0 {
		return true // "Shadow Minister", though lists of surnames have both
	}
	return !f.personal(first) && !f.personal(last)
}

// ofPost reports whether a folded word says what kind of a post it is: a common
// English word or the name of a people, and no given name.
func ofPost(w string) bool {
	if classOf(w)&given != 0 || rare().has(w) {
		return false
	}
	c := vocabulary.Of(w)
	return c&vocabulary.CommonEN != 0 || c&vocabulary.Proper != 0 && (strings.HasSuffix(w, "ese") || strings.HasSuffix(w, "ian") || strings.HasSuffix(w, "ish"))
}

// thing reports whether tokens [start, end), which have the form of a person's
// name, name something else or stand inside the name of it.
func (f *finder) thing(start, end int) bool {
	if start > 0 && !f.is(start, extractors.IsLine) && f.class(start-1)&thingBefore != 0 && (f.is(start-1, extractors.IsCap) || f.LangAt(f.Tokens[start].Start) == "fr") {
		return true
	}
	for i := start + 1; i < end; i++ {
		if f.is(i, extractors.IsCap) && f.class(i)&thingAfter != 0 && !f.is(i, extractors.IsPoss) {
			return true
		}
	}
	if f.text(end) == "'" || f.is(end, extractors.IsLine|extractors.IsPoss) {
		return false
	}
	return f.is(end, extractors.IsCap) && f.class(end)&thingAfter != 0
}

// common reports whether a folded word is one of the language and not among
// the names of persons.
func common(w string) bool {
	c := vocabulary.Of(w)
	return c&vocabulary.CommonEN != 0 && c&vocabulary.Person == 0 && classOf(w)&given == 0 && !rare().has(w) && !family().has(w)
}

// headline returns where the name in tokens [start, end) stops when a headline
// in capitals goes on behind it, "Marie Velmisa Wrote": at a word that no name
// has, and from the third on at a common one before another capital. A name
// that is two common words, "Vital Signs", is none: it stops where it starts.
func (f *finder) headline(start, end int) int {
	words := 0
	for i := start; i < end; i++ {
		if !f.is(i, extractors.IsCap) || f.Tokens[i].Len() < 2 || i > start && f.text(i-1) == "-" || f.text(i+1) == "-" {
			continue
		}
		words++
		w, c := f.fold(i), f.class(i)
		cut := (c&functionWord != 0 || vocabulary.HeadlineVerb(w)) && i > start && !f.personal(w) || words > 2 && c&particle == 0 && f.is(i+1, extractors.IsCap) && !f.is(i+1, extractors.IsLine) && common(w)
		if !cut && words == 2 && i+1 == end && common(w) && vocabulary.Of(f.fold(start))&(vocabulary.CommonEN|vocabulary.Person) == vocabulary.CommonEN {
			return start
		}
		if cut && f.LangAt(f.Tokens[i].Start) != "fr" {
			for i > start+1 && f.class(i-1)&particle != 0 && !f.is(i-1, extractors.IsCap) {
				i--
			}
			return i
		}
	}
	return end
}
