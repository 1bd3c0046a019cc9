package places

import (
	"strings"
	"sync"

	"tamis/extractors"
	"tamis/extractors/people"
)

// A class says what a word beside a name tells about it; a word may have
// several.
type class uint32

const (
	preposition   class = 1 << iota // of place: what follows is one
	settled                         // a preposition that mostly takes towns: "à"
	countryBefore                   // speaks for a country, not for a town
	article
	link      // joins a noun of place and its name: "ville de"
	joint     // stands between the items of a list
	headNoun  // a noun of place with a link: "province du Soum"
	headBare  // one without a link: "mont Péko", "quartier PK5"
	headCap   // one that is part of the name when it has a capital: "Lake Success"
	headAfter // one that follows the name: "Massacre River"
	headLoose // and that also follows other names: "State"
	lowerHead // starts names in lower case: "fleuve Sénégal"
	particle  // inside names, in lower case
	arabic    // an article inside names: "al"
	honorific
	given   // a given name
	compass // often without its capital: "Moyen-orient"
	stop    // a capital that starts no place: months, days, titles
)

// vocabulary lists the words of each class, French and English together.
var vocabulary = []struct {
	class class
	words string
}{
	{preposition, `à en au aux dans vers depuis entre près chez sur hors in at from near across throughout into within
		outside around toward towards between inside via`},
	{settled, `à near`},
	{countryBefore, `of to la le l' du d' with for against`},
	{article, `la le l' les the`},
	{link, `de d' du des of`},
	{joint, `, / ( ) ; et and & ou or - – — to`},
	{headNoun, `région régions province provinces district districts commune communes cercle cercles préfecture préfectures
		gouvernorat gouvernorats wilaya wilayas canton cantons arrondissement ville villes village villages localité localités
		quartier quartiers camp camps île îles mont monts vallée lac lacs fleuve rivière golfe baie port territoire territoires collectivité
		chefferie groupement hameau bourg bourgade municipalité municipalités comté comtés oblast atoll archipel péninsule forêt
		désert plaine aéroport frontière axe estuaire delta oasis cité capitale banlieue faubourg
		region regions governorate governorates county counties city cities town towns municipality municipalities island
		islands valley prefecture prefectures woreda woredas zone locality localities settlement suburb neighbourhood neighborhood township
		shores outskirts river rivers airport kebele hamlet peninsula gulf bay isle strait capital`},
	{headBare, `mont lac fleuve quartier oblast rivière barangay wilaya lake`},
	{headCap, `lake mount mont lac barangay fort cape cap île isle golfe baie port puerto villa ciudad pulau nosy khan umm kampung`},
	{headAfter, `county province district governorate state region river valley island islands mountain mountains camp township municipality
		prefecture oblast raion peninsula bay desert plateau basin lagoon creek falls gorge islets atoll hills delta`},
	{headLoose, `state region province district camp basin delta`},
	{lowerHead, `mer océan golfe lac fleuve rivière îles île détroit canal bassin péninsule corne bande désert vallée delta archipel
		république royaume état principauté presqu' sub al el as ar ad ash ez an at`},
	{particle, `de du des la le les l' d' of the and et sur sous en au aux à y da do das dos del di al el in - – ‑ . ,`},
	{arabic, `al el ez es ad ar ash az`},
	{honorific, `m mm mr mrs ms mme mlle dr me pr prof sir lord lady madame monsieur docteur professeur maître miss mister saint sainte st`},
	{compass, `nord sud est ouest orient occident north south east west unis`},
	{stop, `janvier février mars avril mai juin juillet août septembre octobre novembre décembre january february march april may june july
		august september october november december lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday
		saturday sunday président présidente president minister ministre ministère ministry secrétaire secretary directeur director
		conseil council comité committee commission assemblée assembly union organisation organization nations article articles section chapter
		chapitre annexe annex internet the le la les l' un une il elle this that in on de du des à ce cette ces nous vous je i we they he she it
		 an and et ou or si if when where why how qui que quoi what who english french français arabic anglais covid facebook twitter youtube
		google my your our his her their is are was be news`},
}

// A wordClasses tells the classes of a word by its hash: an open hash table
// behind a filter, since every word beside a capital is looked up.
type wordClasses struct {
	filter filter
	slots  [classSlots]classSlot
}

type classSlot struct {
	hash  uint64
	class class // 0 where the slot is free
}

const classSlots = 1 << 14 // twice the words and more

// at returns the slot of the hash, or the free one where it would go.
func (w *wordClasses) at(hash uint64) *classSlot {
	i := spread(hash) >> 50
	for w.slots[i].class != 0 && w.slots[i].hash != hash {
		i = (i + 1) % classSlots
	}
	return &w.slots[i]
}

var loadWords = sync.OnceValue(func() *wordClasses {
	w := new(wordClasses)
	for _, v := range vocabulary {
		w.add(v.words, v.class)
	}
	w.add(people.GivenNames, given)
	w.add(moreGivenNames, given)
	return w
})

func (w *wordClasses) add(list string, c class) {
	var buf [4]extractors.Token
	for word := range strings.FieldsSeq(list) {
		if strings.HasSuffix(word, "'") {
			word += "a" // an elision is a token before a letter only
		}
		t := extractors.Tokenize(buf[:0], word)[0]
		slot := w.at(t.Hash)
		slot.hash = t.Hash
		slot.class |= c
		w.filter.add(t.Hash)
	}
}
