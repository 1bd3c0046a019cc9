package dates

import (
	"strings"

	"tamis/extractors"
)

// A role is what a word can do in or beside a calendar expression; a word may
// have several.
type role uint64

const (
	isMonth     role = 1 << iota
	isAbbr           // of a month or weekday: needs a number beside it
	isName           // a month that is also another word: "may", "mars", "august"
	isForeign        // a month of another language: needs a day or year
	isSlip           // a month as optical character recognition misreads it
	isEnglish        // a month spelled as in English
	isWeekday        // value 1 to 7
	isNum            // a number in words; value
	isOrd            // an ordinal in words, value up to 31
	isThousand       // "mille", "mil", "thousand"
	isHundred        // "cent", "hundred"
	isAnd            // joins two adjacent points
	isTo             // joins the ends of a range
	isBetween        // "entre", "between"
	isThe            // articles
	isOf             // "de", "of", and what may stand between a day and its month
	isIn             // prepositions that take a year or month: "en", "in", "since"
	isOn             // prepositions that take a day: "le", "on", "du"
	isNext           // deictic: "next March", "ce mois"
	isDay            // "day", "jour"
	isMonthWord      // "mois", "month"
	isYearWord       // "year", "annee", "an"
	isDecade         // "annees", "decennie", "decade"
	isCentury        // "siecle", "century"
	isSub            // a part of the year; value is the EDTF code or the first of its series
	isApprox         // "vers", "circa"
	isEarly
	isMid
	isLate
	isFiscal // "fy", "fiscal", "exercice"
	isSchool // "scolaire", "school", "academic"
	isUnit   // what is counted, after a number
	isMore   // "moins", "than": before an amount
	isLoose  // prepositions that stand before much else than months
	isRef    // what a number names, before it: "page", "article", "no"
	isAfter  // opens a span: "depuis", "since"
	isUntil  // closes a span: "jusqu'", "until"
	isFuture // the sentence looks ahead
	isPast   // the sentence looks back
	isAdopted
	isPublished
	isSigned
	isForce
	isDeadline
	isEvent
	isBritish // spelled so where dates start with the day
	isFeast   // ends the name of a feast
	isPhone   // before the number of a telephone
	isCounted // a unit that an ordinal counts; value is one of the count units
	isLast    // "last", "dernier": the ordinal from the end
	isBound   // leaves a side of the date open, alone or with its neighbours
	isPlace   // "place", "lieu": with isTake an event
	isTake    // "takes", "aura"
	isHijri   // a month of the Islamic calendar, or its name
	isMaybe   // doubts the date: "possibly"
	isTens    // a decade of the century before, "nineties"; value 30 to 90
)

const starts = isMonth | isWeekday | isOrd | isNum | isThousand | isDecade | isCentury | isTens

// A word is an entry of the lexicon.
type word struct {
	form   string // folded, without a final apostrophe
	is     role
	value  int // of a month, a weekday, a part of the year
	number int // of a number in words: "sept" is both a month and 7
}

// A lexicon finds words by the hash of their token. It is an open hash table,
// since every word of a text is looked up in it.
type lexicon struct {
	words []word
	slots []slot
	first [1 << 10]uint64 // a filter of the words that start an expression
}

type slot struct {
	hash  uint64
	index int32 // 1 + index into words, 0 where the slot is free
}

const slotCount = 1 << 12

func (l *lexicon) add(form string, is role, value int) {
	h := extractors.Tokenize(nil, form)[0].Hash
	if is&starts != 0 {
		h := h * 0x9E3779B97F4A7C15
		l.first[h>>54] |= 1 << (h >> 48 & 63)
	}
	i := h * 0x9E3779B97F4A7C15 >> 52
	for ; l.slots[i].index != 0; i = (i + 1) % slotCount {
		if w := &l.words[l.slots[i].index-1]; l.slots[i].hash == h && w.form == form {
			w.set(is, value)
			return
		}
	}
	l.words = append(l.words, word{form: form})
	l.words[len(l.words)-1].set(is, value)
	l.slots[i] = slot{h, int32(len(l.words))}
}

func (w *word) set(is role, value int) {
	w.is |= is
	switch {
	case is&(isNum|isOrd|isTens) != 0:
		w.number = value
	case value != 0:
		w.value = value
	}
}

// mayStart reports whether a word of the hash may start an expression. It
// answers for every word of a text: one bit tells nearly always.
func (l *lexicon) mayStart(hash uint64) bool {
	h := hash * 0x9E3779B97F4A7C15
	return l.first[h>>54]&(1<<(h>>48&63)) != 0
}

var none word

// at returns the entry of token i; the empty word where there is none. Hashes
// forget plural endings ("mais" has that of "mai"), so the form is compared.
func (s *scanner) at(i int) *word {
	if i < 0 || i >= len(s.tok) {
		return &none
	}
	t := &s.tok[i]
	var folded []byte
	var buf [48]byte
	for j := t.Hash * 0x9E3779B97F4A7C15 >> 52; words.slots[j].index != 0; j = (j + 1) % slotCount {
		if words.slots[j].hash != t.Hash {
			continue
		}
		if folded == nil {
			if t.Len() > 40 {
				return &none
			}
			folded = extractors.AppendFold(buf[:0], s.s[t.Start:t.End])
			if n := len(folded); n > 1 && folded[n-1] == '\'' {
				folded = folded[:n-1]
			}
		}
		if w := &words.words[words.slots[j].index-1]; w.form == string(folded) {
			return w
		}
	}
	return &none
}

// words is the lexicon. Forms are folded; French and English stand together,
// since where they share a form they share its role.
var words = func() *lexicon {
	l := &lexicon{slots: make([]slot, slotCount)}
	list := func(is role, forms string) {
		for f := range strings.FieldsSeq(forms) {
			l.add(f, is, 0)
		}
	}
	// Months: one field a month, the forms of one month joined by commas.
	months := func(is role, forms string) {
		for i, month := range strings.Fields(forms) {
			for f := range strings.SplitSeq(month, ",") {
				l.add(f, isMonth|is, i+1)
				if is != 0 {
					continue
				}
				// What optical character recognition makes of them.
				for _, slip := range [][2]string{{"m", "rn"}, {"i", "1"}, {"i", "l"}, {"l", "1"}} {
					if bad := strings.Replace(f, slip[0], slip[1], 1); bad != f && len(f) > 3 || bad == "rnai" {
						l.add(bad, isMonth|isSlip, i+1)
					}
				}
			}
		}
	}
	months(0, "janvier,january fevrier,february mars,march avril,april mai,may juin,june juillet,july aout,august "+
		"septembre,september octobre,october novembre,november decembre,december")
	months(isAbbr, "jan,janv feb,febr,fev,fevr mar apr,avr,avri maj jun jul,juil,juill aug,aou sep,sept,septem oct,octo nov,novem dec,decem")
	months(isForeign, "enero,janeiro,gennaio,januar febrero,fevereiro,febbraio,februar marzo,marco abril,aprile mayo,maio,maggio "+
		"junio,junho,giugno,juni julio,julho,luglio,juli agosto septiembre,setiembre,setembro octubre,outubro,ottobre,oktober "+
		"noviembre,novembro diciembre,dezembro,dicembre,dezember")
	list(isEnglish, "january february march april may june july august september october november december "+
		"jan feb mar apr jun jul aug sep sept oct nov dec")
	list(isName, "may mars march august april avril june mai juin mar dec sep jan")
	for i, days := range strings.Fields("lundi,monday mardi,tuesday mercredi,wednesday jeudi,thursday vendredi,friday samedi,saturday dimanche,sunday") {
		for f := range strings.SplitSeq(days, ",") {
			l.add(f, isWeekday, i+1)
		}
	}
	for i, days := range strings.Fields("lun,mon mar,tue,tues mer,wed,weds jeu,thu,thur,thurs ven,vend,fri sam,sat dim,sun") {
		for f := range strings.SplitSeq(days, ",") {
			if f != "mar" { // March
				l.add(f, isWeekday|isAbbr, i+1)
			}
		}
	}
	for i, forms := range strings.Fields("premier,premiere,first deuxieme,second,seconde troisieme,third quatrieme,fourth cinquieme,fifth sixieme,sixth septieme,seventh " +
		"huitieme,eighth neuvieme,ninth dixieme,tenth onzieme,eleventh douzieme,twelfth treizieme,thirteenth quatorzieme,fourteenth " +
		"quinzieme,fifteenth seizieme,sixteenth seventeenth eighteenth nineteenth vingtieme,twentieth") {
		for f := range strings.SplitSeq(forms, ",") {
			l.add(f, isOrd, i+1)
		}
	}
	l.add("thirtieth", isOrd, 30)
	l.add("unieme", isOrd, 1) // "vingt et unième"
	for i, forms := range strings.Fields("un,une,one deux,two trois,three quatre,four cinq,five six sept,seven huit,eight neuf,nine dix,ten onze,eleven douze,twelve " +
		"treize,thirteen quatorze,fourteen quinze,fifteen seize,sixteen seventeen eighteen nineteen vingt,vingts,twenty") {
		for f := range strings.SplitSeq(forms, ",") {
			l.add(f, isNum, i+1)
		}
	}
	for i, forms := range strings.Fields("trente,thirty quarante,forty cinquante,fifty soixante,sixty septante,seventy huitante,eighty nonante,ninety") {
		for f := range strings.SplitSeq(forms, ",") {
			l.add(f, isNum, 30+10*i)
		}
	}
	list(isThousand, "mille mil thousand")
	list(isHundred, "cent cents hundred")

	list(isAnd, "et and &")
	list(isTo, "to au aux a through thru until till jusqu jusque - – — ‑ ~ →")
	list(isBetween, "entre between")
	list(isThe, "le la les l the")
	list(isOf, "of de du d")
	list(isIn, "en in since depuis of de du d from by before after until till avant apres pour for during through to to dans des debut fin mi courant pendant "+
		"early late mid end beginning start towards toward around circa vers environ jusqu jusque within throughout as que about "+
		"compter horizon ici soit summer winter spring autumn fall printemps ete automne hiver au dated over dating ago epoque deces between entre c ca lors")
	list(isLoose, "of de du to pour au as que des dans a d")
	list(isMore, "than moins nearly almost quelque some least pres total nombre exactly only")
	list(isOn, "le on du au les des by before until till from since depuis avant apres of after to the a dated date dates ici")
	list(isNext, "next last this previous past coming ce cet cette prochain prochaine dernier derniere passe passee")
	list(isDay, "day jour")
	list(isMonthWord, "mois month")
	list(isYearWord, "year years annee annees an ans")
	list(isDecade, "annees decennie decade")
	list(isCentury, "siecle century siecles centuries")
	for i, forms := range strings.Fields("printemps,spring ete,summer automne,autumn,fall hiver,winter") {
		for f := range strings.SplitSeq(forms, ",") {
			l.add(f, isSub, 21+i)
		}
	}
	for f := range strings.FieldsSeq("trimestre trimestres trim quarter quarters qtr quart") {
		l.add(f, isSub, 33)
	}
	for f := range strings.FieldsSeq("semestre semestres sem semester semesters half halves moitie") {
		l.add(f, isSub, 40)
	}
	for i, f := range strings.Fields("day,days,jour,jours week,weeks,semaine,semaines month,months,mois weekend,weekends") {
		for f := range strings.SplitSeq(f, ",") {
			l.add(f, isCounted, countDay+i)
		}
	}
	list(isLast, "last dernier derniere derniers dernieres")
	for i, f := range strings.Fields("thirties forties fifties sixties seventies eighties nineties") {
		l.add(f, isTens, 30+10*i)
	}
	for f := range strings.FieldsSeq("premiers premieres") {
		l.add(f, isOrd, 1)
	}
	for i, f := range strings.Fields("q1,t1 q2,t2 q3,t3 q4,t4") {
		for f := range strings.SplitSeq(f, ",") {
			l.add(f, isSub, 133+i)
		}
	}
	for i, f := range strings.Fields("h1,s1 h2,s2") {
		for f := range strings.SplitSeq(f, ",") {
			l.add(f, isSub, 140+i)
		}
	}
	list(isBritish, "programme programmes organisation organisations centre centres labour colour neighbour neighbours neighbouring defence honour harbour "+
		"behaviour organised recognised favour favourable theatre kilometres metres litres")
	for _, fs := range feasts {
		list(isFeast, fs[0].words[0])
		list(isFeast, fs[0].words[0]+"s")
	}
	list(isApprox, "vers environ circa ca about around approximately approx autour")
	list(isEarly, "debut early beginning start")
	list(isMid, "mi mid middle milieu")
	list(isLate, "fin late end")
	list(isFiscal, "fy fiscal exercice exercices budgetaire financial")
	list(isSchool, "scolaire school academic universitaire academique")
	list(isUnit, "personnes personne people persons person euros euro dollars dollar francs fcfa eur usd km kilometres kilometers kilometre hours heures heure "+
		"metres meters metre tonnes tons ton kg households menages menage foyers familles families refugies refugees refugee migrants deplaces habitants inhabitants "+
		"enfants children femmes women hommes men victimes victims morts dead deaths cas cases blesses wounded agents soldats soldiers troops policiers police "+
		"tentes tents kits litres liters hectares ha ecoles schools eleves pupils pages mots words fois times copies exemplaires postes posts lits beds "+
		"participants delegues delegates membres members abris shelters maisons houses voix votes signatures million millions milliard milliards billion ans "+
		"minutes jours days mois months semaines weeks points sacs bags projets projects logements beneficiaires beneficiaries m mm cm kcal mg dossiers pixels px")
	list(isRef, "n no nos nr num numero numeros number numbers nº № # p pp page pages art article articles alinea alineas par para paragraph paragraphe paragraphs paragraphes "+
		"room salle rule regle regles section chapter chapitre chap vol volume ext tel phone fax bp po box code cp zip ref reference dossier case cases affaire "+
		"case affaires arret loi law decree decret arrete act regulation reglement directive ordonnance resolution resolutions decision decisions version plot lot "+
		"isbn issn doi line ligne lines lignes figure fig table tableau item point points incoterms iso appeal immatricule box flight vol bus route age deliberation deliberations folder file "+
		"usd chf gbp jpy xof xaf sections chapters chapitres figures tables rooms parcelle parcelles parcel build poste ecran ecrans screen screens")
	list(isPhone, "tel telephone phone fax mobile gsm whatsapp telecopie telecopieur")
	list(isAfter, "depuis since after apres from compter partir")
	l.add("etre", 0, 0)
	l.add("peut", 0, 0)
	list(isBound, "depuis since after apres from compter partir des as ici than starting until till before avant jusqu through by prior")
	list(isMaybe, "possibly probably perhaps presumably probablement vraisemblablement")
	list(isHijri, "muharram mouharram moharram safar rabi rabia joumada jumada jumadi rajab redjeb chaabane chaaban shaaban shaban ramadan ramadhan "+
		"chawwal shawwal choual qada qidah qaida hijja hijjah hija awwal thani oula akhira hijri hijra hijriya hegire hegirien hegirienne")
	list(isPlace, "place lieu")
	list(isTake, "take takes took taking taken a aura eu avoir ont auront")
	list(isUntil, "until till before avant jusqu by through")
	list(isFuture, "will shall due next prochain prochaine prochains prochaines sera seront aura auront fera expected prevu prevue plans planned promised attendu attendue ici "+
		"upcoming coming ici deadline should would")
	list(isPast, "since depuis last dernier derniere")
	list(isAdopted, "adopted adopte adoptee adoptes adoptees adoption adopts adoptait")
	list(isPublished, "published publie publiee publies publiees publication issued released paru parue posted updated")
	list(isSigned, "signed signe signee signes signees signature signing signataire")
	list(isForce, "force vigueur effect effet")
	list(isDeadline, "deadline limite echeance closing cloture later tard due delai expires expire expiry expiration")
	list(isEvent, "held meeting reunion conference session sommet summit meets met tenu tenue tiendra reuni reunie reunis seminar seminaire workshop atelier "+
		"colloque forum ceremony ceremonie audience hearing seance")
	return l
}()
