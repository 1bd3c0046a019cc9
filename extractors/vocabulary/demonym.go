package vocabulary

import "strings"

// Demonym reports whether a folded word is the name of a people or what is said of
// it, "Velmisan": one of the list, in English and French, or an English one that
// dictionaries know with a capital alone. Such a name may have another before it,
// "sud-velmisais", "South Velmisan".
func Demonym(folded string) bool {
	w := strings.TrimSuffix(folded, "s")
	if peoples[w] || peoples[folded] {
		return true
	}
	if first, last, ok := strings.Cut(folded, " "); ok {
		return halves[first] && !strings.Contains(last, " ") && Demonym(last)
	}
	if first, last, ok := strings.Cut(w, "-"); ok {
		return (halves[first] || Of(first)&Proper != 0) && (Demonym(last) || halves[first] && hasSuffix(strings.TrimSuffix(last, "e"), "ai", "ais", "oi", "ois", "een", "eenn", "ien", "ienn", "ain"))
	}
	return len(w) >= 5 && Of(w)&(Proper|CommonEN|Person) == Proper && hasSuffix(w, "ian", "ean", "can", "elan", "ese", "ish", "eni", "aqi", "aeli", "iot", "ghan")
}

// peoples are names of peoples that are names of nothing else, folded and in the
// singular.
var peoples = func() map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(`libyan syrian lebanese somali sahrawi darfuri kosovar maltese yemeni saudi emirati qatari kuwaiti bahraini omani iraqi israeli pakistani
		bangladeshi azerbaijani uzbek tajik kazakh kyrgyz afghan thai laotian filipino burmese nepali nepalese bhutanese congolese burundian rwandan malagasy
		comorian mauritian seychellois sudanese chadian nigerien ivorian togolese beninese malian burkinabe mauritanian gambian ghanaian liberian gabonese angolan zambian
		motswana basotho swazi ni-vanuatu samoan tongan fijian icelander swede czech slovak serb croat bosniak slovene greek cypriot turk spaniard
		afghane algerien algerienne allemand allemande americain americaine angolais angolaise argentin armenien armenienne autrichien autrichienne
		bangladais bangladaise beninois beninoise birman birmane bolivien bolivienne bosniaque botswanais bresilien bresilienne britannique bulgare burundais burundaise
		cambodgien cambodgienne camerounais camerounaise canadien canadienne centrafricain centrafricaine chilien chilienne chinois chinoise chypriote colombien colombienne
		comorien comorienne congolaise coreen coreenne croate cubain cubaine danois danoise djiboutien djiboutienne egyptien egyptienne erythreen erythreenne espagnol espagnole
		ethiopien ethiopienne europeen europeenne finlandais finlandaise francais francaise gabonais gabonaise gambien gambienne georgien georgienne ghaneen ghaneenne
		guineen guineenne haitien haitienne hongrois hongroise indien indienne indonesien indonesienne irakien irakienne iranien iranienne iraquien iraquienne irlandais irlandaise
		israelien israelienne italien italienne ivoirien ivoirienne japonais japonaise jordanien jordanienne kenyan kenyane kosovare koweitien koweitienne libanais libanaise
		liberien liberienne libyen libyenne malien malienne marocain marocaine mauritanien mauritanienne mexicain mexicaine moldave mozambicain mozambicaine namibien
		neerlandais neerlandaise nepalais nepalaise nigerian nigeriane nigerienne norvegien norvegienne ougandais ougandaise ouzbek pakistanais pakistanaise palestinien palestinienne
		peruvien peruvienne polonais polonaise portugais portugaise roumain roumaine russe rwandais rwandaise sahraoui sahraouie saoudien saoudienne senegalais senegalaise
		serbe somalien somalienne soudanais soudanaise suedois suedoise syrien syrienne tadjik tanzanien tanzanienne tchadien tchadienne togolais togolaise tunisien tunisienne
		turc turque ukrainien ukrainienne venezuelien venezuelienne vietnamien vietnamienne yemenite zambien zambienne zimbabween zimbabweenne`) {
		m[w] = true
	}
	return m
}()

// halves stand before a hyphen in the names of peoples, folded.
var halves = map[string]bool{"sud": true, "nord": true, "est": true, "ouest": true, "south": true, "north": true, "bissau": true, "equato": true}

func hasSuffix(w string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return true
		}
	}
	return false
}
