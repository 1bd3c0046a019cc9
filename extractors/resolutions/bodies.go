package resolutions

import (
	"strings"

	"tamis/extractors"
)

// A shape is the form of a number. Which shapes a body uses is the best
// witness of which body a bare number belongs to.
type shape uint8

const (
	shapeBare    shape = 1 << iota // 1325
	shapeYear                      // 1325 (2000)
	shapeRoman                     // 217 A (III), 450 (LXVI) 2020
	shapeSession                   // 46/182, S-23/3, ES-11/1
	shapeAnnual                    // 2004/50
	shapeOther                     // as printed: 2021-07, CM-2022-418, X/2
	shapeSymbol                    // a whole symbol, which names its body
)

// A head is the noun by which a text refers back to a body: "the Council".
type head uint8

const (
	noHead head = iota
	council
	assembly
	commission
	board
	conference
	committee
)

// A body adopts resolutions or decisions. One without a code is a generic of
// several words.
type body struct {
	code   string // before "/RES/" in a symbol
	shapes shape
	head   head
	names  string // in both languages, separated by |; those in capitals alone must be so in the text
}

// bodies lists who numbers resolutions or decisions. An organization whose
// organs number in one series stands for its organs. Where two bodies share a
// shape and nothing is nearer, the earlier one wins.
var bodies = []body{
	{"A", shapeSession | shapeRoman, assembly, "Assemblée générale|Assemblée générale des Nations Unies|Assemblée générale de l'ONU|General Assembly|United Nations General Assembly|UN General Assembly|General Assembly of the United Nations|UNGA|AGNU|GA"},
	{"S", shapeYear | shapeBare, council, "Conseil de sécurité|Conseil de sécurité des Nations Unies|Conseil de sécurité de l'ONU|Security Council|United Nations Security Council|UN Security Council|UNSC|CSNU"},
	{"E", shapeAnnual | shapeRoman, council, "Conseil économique et social|Conseil économique et social des Nations Unies|Conseil économique et social de l'ONU|Economic and Social Council|United Nations Economic and Social Council|UN Economic and Social Council|ECOSOC"},
	{"A/HRC", shapeSession, council, "Conseil des droits de l'homme|Conseil des droits de l'homme des Nations Unies|Conseil des droits de l'homme de l'ONU|Conseil des droits humains|Human Rights Council|United Nations Human Rights Council|UN Human Rights Council|UNHRC|HRC|CDH"},
	{"E/CN.4", shapeAnnual | shapeRoman, commission, "Commission des droits de l'homme|Commission des droits de l'homme des Nations Unies|Commission on Human Rights|UN Commission on Human Rights|United Nations Commission on Human Rights"},
	{"T", shapeRoman, council, "Conseil de tutelle|Trusteeship Council"},
	{"WHA", shapeOther, assembly, "Assemblée mondiale de la Santé|World Health Assembly|WHA"},
	{"EB", shapeOther, board, "Conseil exécutif de l'OMS|WHO Executive Board"},
	{"IOM", shapeBare | shapeRoman, council, "Conseil de l'OIM|IOM Council|Council of IOM|Council of the IOM|Conseil de l'Organisation internationale pour les migrations|Council of the International Organization for Migration|Organisation internationale pour les migrations|International Organization for Migration|OIM|IOM"},
	{"UNEA", shapeSession, assembly, "Assemblée des Nations Unies pour l'environnement|United Nations Environment Assembly|UN Environment Assembly|UNEA|ANUE"},
	{"UNEP-GC", shapeSession | shapeOther, board, "Conseil d'administration du PNUE|Conseil d'administration du Programme des Nations Unies pour l'environnement|UNEP Governing Council|Governing Council of UNEP|Governing Council of the United Nations Environment Programme|PNUE|UNEP"},
	{"CBD", shapeSession | shapeOther, conference, "Convention sur la diversité biologique|Convention on Biological Diversity|CBD|CDB|Conférence des Parties|Conference of the Parties"},
	{"UNFCCC", shapeOther, conference, "Convention-cadre des Nations Unies sur les changements climatiques|United Nations Framework Convention on Climate Change|UNFCCC|CCNUCC"},
	{"PACE", shapeBare | shapeYear, assembly, "Assemblée parlementaire du Conseil de l'Europe|Parliamentary Assembly of the Council of Europe|Assemblée parlementaire|Parliamentary Assembly|PACE|APCE"},
	{"CoE-CM", shapeOther, committee, "Comité des Ministres du Conseil de l'Europe|Committee of Ministers of the Council of Europe|Comité des Ministres|Committee of Ministers"},
	{"EP", shapeOther, assembly, "Parlement européen|European Parliament"},
	{"EU", shapeOther | shapeAnnual, council, "Conseil de l'Union européenne|Council of the European Union|Union européenne|European Union|Commission européenne|European Commission|EU|UE"},
	{"AU", shapeRoman | shapeOther, assembly, "Conférence de l'Union africaine|Conférence des chefs d'État et de gouvernement de l'Union africaine|Assembly of the African Union|African Union Assembly|Union africaine|African Union|UA|AU"},
	{"ACHPR", shapeRoman, commission, "Commission africaine des droits de l'homme et des peuples|African Commission on Human and Peoples' Rights|ACHPR|CADHP"},
	{"OSCE/MC", shapeSession | shapeOther, council, "Conseil ministériel de l'OSCE|OSCE Ministerial Council|Conseil ministériel|Ministerial Council"},
	{"OSCE", shapeBare | shapeOther, council, "Organisation pour la sécurité et la coopération en Europe|Organization for Security and Co-operation in Europe|OSCE"},
	{"LAS", shapeBare | shapeOther, council, "Conseil de la Ligue des États arabes|Council of the League of Arab States|Ligue des États arabes|League of Arab States|Ligue arabe|Arab League|Arab League Council"},
	{"OIC", shapeOther | shapeBare, conference, "Organisation de la coopération islamique|Organization of Islamic Cooperation|Organisation of Islamic Cooperation|OIC|OCI"},
	{"OIF", shapeBare | shapeOther | shapeAnnual, conference, "Organisation internationale de la Francophonie|Conférence ministérielle de la Francophonie|Conseil permanent de la Francophonie|OIF"},
	{"WAEMU", shapeOther, council, "Union économique et monétaire ouest-africaine|West African Economic and Monetary Union|UEMOA|WAEMU"},
	{"ECOWAS", shapeOther, conference, "Communauté économique des États de l'Afrique de l'Ouest|Economic Community of West African States|CEDEAO|ECOWAS"},
	{"OAS-CP", shapeBare | shapeOther, council, "Conseil permanent de l'Organisation des États américains|Conseil permanent de l'OEA|Permanent Council of the Organization of American States|Permanent Council of the OAS|OAS Permanent Council"},
	{"OAS-AG", shapeBare | shapeRoman | shapeOther, assembly, "Assemblée générale de l'Organisation des États américains|Assemblée générale de l'OEA|General Assembly of the Organization of American States|General Assembly of the OAS|OAS General Assembly"},
	{"UNESCO", shapeOther, conference, "Conférence générale de l'UNESCO|UNESCO General Conference|General Conference of UNESCO|UNESCO"},
	{"ICAO", shapeOther, assembly, "Assemblée de l'OACI|ICAO Assembly|Assembly of ICAO|OACI|ICAO"},
	{"IMO", shapeOther, assembly, "Assemblée de l'OMI|IMO Assembly|OMI|IMO"},
	{"ILO", shapeOther | shapeBare, conference, "Conférence internationale du Travail|International Labour Conference|OIT|ILO"},
	{"WMO", shapeOther, council, "Congrès météorologique mondial|World Meteorological Congress|OMM|WMO"},
	{"IAEA", shapeOther, conference, "Conférence générale de l'AIEA|IAEA General Conference|AIEA|IAEA"},
	{"OPCW", shapeOther, council, "Organisation pour l'interdiction des armes chimiques|Organisation for the Prohibition of Chemical Weapons|OIAC|OPCW"},
	{"FAO", shapeOther | shapeSession, conference, "Conférence de la FAO|FAO Conference|FAO"},
	{"WTO", shapeOther, council, "Conseil général de l'OMC|WTO General Council|OMC|WTO"},
	{"ITU", shapeBare | shapeOther, conference, "Union internationale des télécommunications|International Telecommunication Union|Conférence de plénipotentiaires|Plenipotentiary Conference|UIT|ITU"},
	{"UPU", shapeOther, conference, "Union postale universelle|Universal Postal Union|UPU"},
	{"RCRC", shapeBare | shapeOther, conference, "Conférence internationale de la Croix-Rouge et du Croissant-Rouge|Conférence internationale de la Croix-Rouge|International Conference of the Red Cross and Red Crescent|International Conference of the Red Cross"},
	{"RCRC-CD", shapeBare | shapeOther, council, "Conseil des Délégués du Mouvement international de la Croix-Rouge et du Croissant-Rouge|Council of Delegates of the International Red Cross and Red Crescent Movement|Council of Delegates|Conseil des Délégués"},
	{"CITES", shapeOther, conference, "CITES"},
	{"Ramsar", shapeOther, conference, "Convention de Ramsar|Ramsar Convention"},
	{"CMS", shapeOther, conference, "Convention sur les espèces migratrices|Convention on Migratory Species"},
	{"WFP", shapeAnnual | shapeOther, board, "Programme alimentaire mondial|World Food Programme|PAM|WFP"},
	{"UNOPS", shapeAnnual, board, "UNOPS"},
	{"UNDP", shapeAnnual, board, "Programme des Nations Unies pour le développement|United Nations Development Programme|PNUD|UNDP"},
	{"UNFPA", shapeAnnual, board, "Fonds des Nations Unies pour la population|United Nations Population Fund|FNUAP|UNFPA"},
	{"UNICEF", shapeAnnual, board, "UNICEF"},
	{"UN-Women", shapeAnnual, board, "ONU-Femmes|ONU Femmes|UN-Women|UN Women"},
	{"UNCC", shapeBare, board, "Commission d'indemnisation des Nations Unies|United Nations Compensation Commission"},
	{"", 0, board, "Governing Council|Conseil d'administration|Executive Board|Conseil exécutif"},
	{exCom, shapeRoman | shapeBare, committee, "UNHCR ExCom|ExCom|UNHCR Executive Committee|Executive Committee of UNHCR|Executive Committee of the UNHCR|Executive Committee of the High Commissioner's Programme|Executive Committee of the Programme of the High Commissioner|Executive Committee of the Programme of the United Nations High Commissioner for Refugees|Comité exécutif du HCR|Comité exécutif du Programme du Haut Commissaire|Comité exécutif du Programme du Haut-Commissaire"},
	{"", 0, committee, "Executive Committee|Comité exécutif"},
	{localCode, shapeOther | shapeBare, assembly, "Parliament of|Parlement de|Conseil municipal de|Conseil communal de|Conseil régional de|Conseil départemental de"},
	{"US House", shapeOther, assembly, "United States House of Representatives|U.S. House of Representatives"},
	{"US Senate", shapeOther, assembly, "United States Senate|U.S. Senate"},
	{"Assemblée nationale", shapeOther, assembly, "Assemblée nationale"},
	{"National Assembly", shapeOther, assembly, "National Assembly"},
	{"Sénat", shapeOther, assembly, "Sénat"},
	{"Senate", shapeOther, assembly, "Senate"},
	{"Chambre des députés", shapeOther, assembly, "Chambre des députés"},
	{"Chambre des représentants", shapeOther, assembly, "Chambre des représentants"},
	{"Chamber of Deputies", shapeOther, assembly, "Chamber of Deputies"},
	{"House of Representatives", shapeOther, assembly, "House of Representatives"},
	{"House of Assembly", shapeOther, assembly, "House of Assembly"},
	{"House of Commons", shapeOther, assembly, "House of Commons"},
	{"Conseil constitutionnel", shapeOther, council, "Conseil constitutionnel"},
	{"CNT", shapeOther, council, "Conseil national de transition|National Transitional Council|CNT"},
}

// exCom is the one body whose conclusions count as resolutions.
const exCom = "UNHCR-ExCom"

// localCode stands for a parliament or council whose name ends with its place;
// the place is read from the text.
const localCode = "local"

// Bodies that the code names.
const (
	generalAssembly = 0
	securityCouncil = 1
	ecosoc          = 2
	humanRights     = 3
	rightsComm      = 4
	noBody          = -1
)

// generics are the nouns that refer back to a body: a capital keeps them apart
// from a common noun.
var generics = map[uint64]head{
	hash("Conseil"): council, hash("Council"): council,
	hash("Assemblée"): assembly, hash("Assembly"): assembly, hash("Parlement"): assembly, hash("Parliament"): assembly,
	hash("Commission"): commission,
	hash("Board"):      board,
	hash("Conférence"): conference, hash("Conference"): conference,
}

// A bodyIndex finds the names of bodies in tokens.
type bodyIndex struct {
	names extractors.Gazetteer
	first [1 << 12]bool // by hash: may a noun, a name or a generic start here?
	caps  map[string]bool
}

var index = newIndex()

func newIndex() *bodyIndex {
	x := &bodyIndex{caps: map[string]bool{}}
	mark := func(name string) {
		x.first[extractors.Tokenize(nil, name)[0].Hash%uint64(len(x.first))] = true
	}
	for i := range bodies {
		for name := range strings.SplitSeq(bodies[i].names, "|") {
			x.names.Add(name, i)
			mark(name)
			if strings.ToUpper(name) == name {
				x.caps[name] = true
			}
		}
	}
	for _, name := range []string{"résolution", "décision", "conclusion", "res", "dec", "UNSCR", "UNGAR", "RCSNU", "Conseil", "Council", "Assemblée", "Assembly", "Parlement", "Parliament", "Commission", "Board", "Conférence", "Conference"} {
		mark(name)
	}
	return x
}

// mayStart reports whether a token of that hash may start anything of ours.
func (x *bodyIndex) mayStart(hash uint64) bool { return x.first[hash%uint64(len(x.first))] }

// find returns the body whose name starts at token i, the generic head if
// only that stands there, and the index after the name.
func (x *bodyIndex) find(t *extractors.Text, i int) (b int, h head, end int) {
	tok := t.Tokens[i]
	if v, e, ok := x.names.Longest(t.Tokens, i); ok {
		capital := tok.Shape&extractors.IsCap != 0 || e > i+1 && v <= rightsComm // "conseil de sécurité", but no "commission européenne"
		if e == i+1 && x.caps[strings.ToUpper(t.S[tok.Start:tok.End])] {
			capital = tok.Shape&extractors.IsUpper != 0 // "AU", not "Au"
		}
		if capital && bodies[v].code == "" {
			return noBody, bodies[v].head, e
		}
		if capital {
			return v, noHead, e
		}
	}
	if h, ok := generics[tok.Hash]; ok && tok.Shape&extractors.IsCap != 0 {
		return noBody, h, i + 1
	}
	return noBody, noHead, i
}

// hash returns the token hash of a word.
func hash(word string) uint64 { return extractors.Tokenize(nil, word)[0].Hash }
