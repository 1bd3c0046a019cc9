package organizations

import (
	"slices"
	"testing"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// TestShape has what a tagger found, marked in the first text, and what is to
// become of it.
func TestShape(t *testing.T) {
	for lang, pairs := range map[string][][2]string{
		"en": {
			// two bodies, each with its head
			{"appeals from ⟦ORG|-|Barkley Magistrates' Court and Tamesa Youth Court⟧", "appeals from ⟦ORG|Barkley Magistrates' Court|Barkley Magistrates' Court⟧ and ⟦ORG|Tamesa Youth Court|Tamesa Youth Court⟧"},
			// one
			{"the ⟦ORG|-|Larga Parks and Wildlife Service⟧", "the ⟦ORG|Larga Parks and Wildlife Service|Larga Parks and Wildlife Service⟧"},
			{"by ⟦ORG|-|Velmisa Consult Inc⟧. of Larga", "by ⟦ORG|Velmisa Consult Inc.|Velmisa Consult Inc.⟧ of Larga"},
			{"⟦ORG|-|ABCX⟧/C/TUN/CO/4 of May", "ABCX/C/TUN/CO/4 of May"},                                                         // a symbol's head is no body
			{"at @⟦ORG|-|Kambra⟧_org and @⟦ORG|-|Kambra⟧", "at @Kambra_org and @Kambra"},                                         // an account
			{"⟦ORG|-|As Kambra Broadcasting⟧ told", "As ⟦ORG|Kambra Broadcasting|Kambra Broadcasting⟧ told"},                     // what opens a sentence is no name
			{"⟦ORG|-|The Kambra Trust⟧ told", "The ⟦ORG|Kambra Trust|Kambra Trust⟧ told"},                                        // nor is the article
			{"⟦ORG|-|Kambra Watch Kambra Watch⟧", "⟦ORG|Kambra Watch|Kambra Watch⟧ Kambra Watch"},                                // written twice
			{"under the ⟦ORG|-|Kambra Skilled Worker Program⟧ (⟦ORG|-|KSWP⟧)", "under the Kambra Skilled Worker Program (KSWP)"}, // a programme, and its acronym
			{"the ⟦ORG|-|United Nations Response Plan for Larga⟧", "the ⟦ORG|UN|United Nations⟧ Response Plan for Larga"},        // whose programme it is
			{"⟦ORG|-|Our Company⟧", "Our Company"},
			{"the ⟦ORG|-|Northern and Central⟧ regions", "the Northern and Central regions"}, // no name, only where it is
			{"the ⟦ORG|-|Decade of Action⟧", "the Decade of Action"},
			{"⟦ORG|-|Code for Kambra⟧ and the ⟦ORG|-|Code of Kambra⟧", "⟦ORG|Code for Kambra|Code for Kambra⟧ and the Code of Kambra"},
			{"the ⟦ORG|-|Kambra Panel of Experts to provide⟧ it", "the ⟦ORG|Kambra Panel of Experts|Kambra Panel of Experts⟧ to provide it"}, // its verb
			{"the ⟦ORG|-|Kambra Committee informs the Chair⟧", "the ⟦ORG|Kambra Committee|Kambra Committee⟧ informs the Chair"},
			{"the ⟦ORG|-|World Kambra Program⟧", "the ⟦ORG|World Kambra Program|World Kambra Program⟧"}, // but a body by that name
			{"⟦ORG|-|Arts & Culture⟧\nof arts", "Arts & Culture\nof arts"},                              // a line of a menu
			{"⟦ORG|-|Search Kambra⟧", "Search Kambra"},                                                  // a command
			{"⟦ORG|-|Kambra Wind Farms Are Spewing Ice⟧", "Kambra Wind Farms Are Spewing Ice"},          // a headline
			{"⟦ORG|-|Larga Bank Pays a Visit⟧, ⟦ORG|-|Kambra Unveils the Larga Task Force⟧", "⟦ORG|Larga Bank|Larga Bank⟧ Pays a Visit, Kambra Unveils the ⟦ORG|Larga Task Force|Larga Task Force⟧"},
			{"⟦ORG|-|Ministry of Health - Is Seeking World Bank Support⟧", "⟦ORG|Ministry of Health|Ministry of Health⟧ - Is ⟦ORG|Seeking World Bank Support|Seeking World Bank Support⟧"},
			{"⟦ORG|-|Kambra Bank – Pays Larga Bank⟧", "⟦ORG|Kambra Bank|Kambra Bank⟧ – ⟦ORG|Pays Larga Bank|Pays Larga Bank⟧"},
			{"⟦ORG|-|Kambra Bank and Pays Larga Agency⟧ and ⟦ORG|-|Helping Hosts Foundation⟧", "⟦ORG|Kambra Bank|Kambra Bank⟧ and ⟦ORG|Pays Larga Agency|Pays Larga Agency⟧ and ⟦ORG|Helping Hosts Foundation|Helping Hosts Foundation⟧"},
			{"the ⟦ORG|-|Federal Government of Velmisia⟧ and the ⟦ORG|-|Government of Common Unity⟧", "the Federal Government of Velmisia and the ⟦ORG|Government of Common Unity|Government of Common Unity⟧"},
			{"by ⟦ORG|-|UNICEF Staff⟧ and ⟦ORG|-|World Bank Officials⟧", "by ⟦ORG|UNICEF|UNICEF⟧ Staff and ⟦ORG|World Bank|World Bank⟧ Officials"},
			{"His ⟦ORG|-|Lordship⟧ and the ⟦ORG|-|Excellency Bank⟧", "His Lordship and the ⟦ORG|Excellency Bank|Excellency Bank⟧"},
			{"⟦ORG|-|Larga Academy and World Health Organization⟧", "⟦ORG|Larga Academy|Larga Academy⟧ and ⟦ORG|WHO|World Health Organization⟧"},
			{"⟦ORG|-|World Health Organization and Larga Academy⟧", "⟦ORG|WHO|World Health Organization⟧ and ⟦ORG|Larga Academy|Larga Academy⟧"},
			{"of a ⟦ORG|-|Ukrainian national⟧", "of a Ukrainian national"},                                                               // a people
			{"the Minister of ⟦ORG|-|Foreign Affairs, Trade and Phares⟧ said", "the Minister of Foreign Affairs, Trade and Phares said"}, // what one is in charge of
			{"the Minister for ⟦ORG|-|Phares⟧ and the ⟦ORG|-|Kambra Watch⟧", "the Minister for Phares and the ⟦ORG|Kambra Watch|Kambra Watch⟧"},
			{"a Bachelor of ⟦ORG|-|Velmisan Studies⟧ and", "a Bachelor of Velmisan Studies and"}, // what one has studied
			{"⟦ORG|-|Master in Wave Diplomacy from Larga University⟧", "Master in Wave Diplomacy from ⟦ORG|Larga University|Larga University⟧"},
			{"a ⟦ORG|-|Non-Governmental Organization⟧ (⟦ORG|-|NGO⟧) of Larga", "a Non-Governmental Organization (NGO) of Larga"}, // a class
			{"the ⟦ORG|-|Lighthouse Committee of the Parliament of Larga⟧", "the ⟦ORG|Lighthouse Committee|Lighthouse Committee⟧ of the ⟦ORG|Parliament of Larga|Parliament of Larga⟧"},
			{"the ⟦ORG|-|Committee and the Panel⟧ met", "the ⟦ORG|Committee|Committee⟧ and the ⟦ORG|Panel|Panel⟧ met"},
			{"under ⟦ORG|-|VLRQ and KMBR⟧ now", "under ⟦ORG|VLRQ|VLRQ⟧ and ⟦ORG|KMBR|KMBR⟧ now"},
			{"report to the ⟦ORG|-|Committee from the Larga⟧", "report to the ⟦ORG|Committee|Committee⟧ from the Larga"},
			{"the Government of ⟦ORG|-|National Larga⟧ and the ⟦ORG|-|Governments of Larga⟧", "the Government of National Larga and the Governments of Larga"},
			{"the Government for ⟦ORG|-|Velmisa Watch⟧, ⟦ORG|-|CIVIC⟧ and section ⟦ORG|-|MMXIV⟧", "the Government for ⟦ORG|Velmisa Watch|Velmisa Watch⟧, ⟦ORG|CIVIC|CIVIC⟧ and section MMXIV"},
			{"the ⟦ORG|-|Bissau-Guinean⟧ side", "the Bissau-Guinean side"},
			{"the ⟦ORG|-|Status of Forces Agreement⟧ (⟦ORG|-|SOFA⟧) and the ⟦ORG|-|SOFA⟧", "the Status of Forces Agreement (SOFA) and the SOFA"}, // a work, whatever is in its name
			{"the ⟦ORG|-|Larga Institute of Fish Policy⟧", "the ⟦ORG|Larga Institute of Fish Policy|Larga Institute of Fish Policy⟧"},            // but a body that has it for its subject
			// what the text says of an acronym
			{"illegal, unreported and unregulated fishing (⟦ORG|-|IUUX⟧), ⟦ORG|-|IUU⟧", "illegal, unreported and unregulated fishing (⟦ORG|IUUX|IUUX⟧), IUU"},
			{"a Due Lighthouse Policy on support to fishing forces (⟦ORG|-|KLQDP⟧) and ⟦ORG|-|KLQDP⟧", "a Due Lighthouse Policy on support to fishing forces (KLQDP) and KLQDP"},
			{"the Agreement on the “End of Fishing” (the ⟦ORG|-|AXOF⟧), the ⟦ORG|-|AXOF⟧", "the Agreement on the “End of Fishing” (the AXOF), the AXOF"},
			{"the Plan. Fishing Watch (⟦ORG|-|KLQW⟧)", "the Plan. Fishing Watch (⟦ORG|KLQW|KLQW⟧)"}, // another sentence
			{"in the Democratic Republic of the Congo (⟦ORG|-|DRC⟧); ⟦ORG|-|DRC⟧", "in the Democratic Republic of the Congo (DRC); DRC"},
			{"the Danish Refugee Council (DRC); the ⟦ORG|-|DRC⟧", "the ⟦ORG|DRC|Danish Refugee Council⟧ (⟦ORG|DRC|DRC⟧); the ⟦ORG|DRC|DRC⟧"},
			{"⟦ORG|-|Kambra Trading – Kribel⟧, Larga", "⟦ORG|Kambra Trading|Kambra Trading⟧ – ⟦ORG|Kribel|Kribel⟧, Larga"},
		},
		"fr": {
			{"la ⟦ORG|-|Cour des phares et du Conseil de Larga⟧", "la ⟦ORG|Cour des phares|Cour des phares⟧ et du ⟦ORG|Conseil de Larga|Conseil de Larga⟧"},
			{"le ⟦ORG|-|Ministère de la Pêche et des Phares⟧", "le ⟦ORG|Ministère de la Pêche et des Phares|Ministère de la Pêche et des Phares⟧"},
			{"du ⟦ORG|-|Plan national de relance des phares⟧", "du Plan national de relance des phares"},                                        // a paper
			{"prie le ⟦ORG|-|Groupe d’experts de soumettre⟧ un texte", "prie le ⟦ORG|Groupe d'experts|Groupe d’experts⟧ de soumettre un texte"}, // a verb goes on
			{"prie la ⟦ORG|-|Mission d’en appliquer les vœux⟧", "prie la ⟦ORG|Mission|Mission⟧ d’en appliquer les vœux"},
			{"les ⟦ORG|-|Force concluent des pactes⟧", "les ⟦ORG|Force|Force⟧ concluent des pactes"},
			{"la ⟦ORG|-|Mission et le personnel d’appui⟧", "la ⟦ORG|Mission|Mission⟧ et le personnel d’appui"},
			{"⟦ORG|-|fédération de renforcer la mer⟧", "fédération de renforcer la mer"},                                                                     // nothing is left but a common noun
			{"le ⟦ORG|-|Comité avise le Médiateur⟧", "le ⟦ORG|Comité|Comité⟧ avise le Médiateur"},                                                            // its verb
			{"de la ⟦ORG|-|Plateforme et de la Coordination⟧", "de la ⟦ORG|Plateforme|Plateforme⟧ et de la Coordination"},                                    // no "de" before
			{"la ⟦ORG|-|Force et de restituer⟧ les armes", "la ⟦ORG|Force|Force⟧ et de restituer les armes"},                                                 // nothing hangs over
			{"l’⟦ORG|-|Union africaine pour un partenariat⟧", "l’⟦ORG|AU|Union africaine⟧ pour un partenariat"},                                              // a name of the table is whole
			{"⟦ORG|-|Soulignant l’importance des phares⟧", "Soulignant l’importance des phares"},                                                             // a participle
			{"l’⟦ORG|-|Alliance pour les Phares et pour la Mer⟧", "l’⟦ORG|Alliance pour les Phares et pour la Mer|Alliance pour les Phares et pour la Mer⟧"}, // "pour" again
			{"le ministre de la ⟦ORG|-|Pêche et des Phares⟧, la mer", "le ministre de la Pêche et des Phares, la mer"},                                       // what one is in charge of
			{"Ministre d'État, Ministre des ⟦ORG|-|Phares⟧, de la ⟦ORG|-|Pêche⟧ et de l'⟦ORG|-|Économie numérique⟧", "Ministre d'État, Ministre des Phares, de la Pêche et de l'Économie numérique"},
			{"ministre de l'⟦ORG|-|Administration des phares⟧", "ministre de l'Administration des phares"},
			{"le ministre des Phares et la ⟦ORG|-|Ligue de Larga⟧", "le ministre des Phares et la ⟦ORG|Ligue de Larga|Ligue de Larga⟧"},
			{"le ministre de la Pêche préside la ⟦ORG|-|Velmisa⟧", "le ministre de la Pêche préside la ⟦ORG|Velmisa|Velmisa⟧"},
			{"une Licence en ⟦ORG|-|Sciences de la mer⟧", "une Licence en Sciences de la mer"},
			{"le ⟦ORG|-|Président de la Ligue de Larga⟧", "le Président de la ⟦ORG|Ligue de Larga|Ligue de Larga⟧"}, // a post
			{"⟦ORG|-|Feu Maréchal de Larga⟧", "Feu Maréchal de Larga"},
			{"⟦ORG|-|Représenter KLMX⟧ à Larga", "Représenter ⟦ORG|KLMX|KLMX⟧ à Larga"}, // a task
			{"le ⟦ORG|-|Comité de pilotage⟧ (⟦ORG|-|COPIL⟧) dit", "le ⟦ORG|Comité de pilotage|Comité de pilotage⟧ (⟦ORG|Comité de pilotage|COPIL⟧) dit"},
			{"la ⟦ORG|-|Société VELMISAK⟧ et la ⟦ORG|-|Société Générale⟧", "la Société ⟦ORG|VELMISAK|VELMISAK⟧ et la ⟦ORG|Société Générale|Société Générale⟧"},
			{"la ⟦ORG|-|Commission des phares de l'Assemblée de Larga⟧", "la ⟦ORG|Commission des phares|Commission des phares⟧ de l'⟦ORG|Assemblée de Larga|Assemblée de Larga⟧"}, // an organ
			{"le ⟦ORG|-|Conseil de l'Université de Larga⟧", "le ⟦ORG|Conseil de l'Université de Larga|Conseil de l'Université de Larga⟧"},                                         // that is nothing without its parent
			{"l'⟦ORG|-|Amicale des anciens de l'Université de Larga⟧", "l'⟦ORG|Amicale des anciens de l'Université de Larga|Amicale des anciens de l'Université de Larga⟧"},
			{"avec ⟦ORG|-|Plan International Larga⟧", "avec ⟦ORG|Plan International Larga|Plan International Larga⟧"},
			// what a sentence says of a body that it calls by its head alone
			{"Le Comité siège, le Comité vote. soumettre au ⟦ORG|-|Comité des vœux⟧", "Le Comité siège, le Comité vote. soumettre au ⟦ORG|Comité|Comité⟧ des vœux"},
			{"Le Comité siège, le Comité vote. informer le ⟦ORG|-|Comité de la vente⟧", "Le Comité siège, le Comité vote. informer le ⟦ORG|Comité|Comité⟧ de la vente"},
			{"Le Comité siège, le Comité vote. Avis du Comité des vœux. dit au ⟦ORG|-|Comité des vœux⟧", "Le Comité siège, le Comité vote. Avis du Comité des vœux. dit au ⟦ORG|Comité des vœux|Comité des vœux⟧"},
			{"dit au ⟦ORG|-|Comité des vœux⟧", "dit au ⟦ORG|Comité des vœux|Comité des vœux⟧"},
			{"au ⟦ORG|-|Comité pour examen⟧ et au ⟦ORG|-|Comité pour la mer⟧", "au ⟦ORG|Comité|Comité⟧ pour examen et au ⟦ORG|Comité pour la mer|Comité pour la mer⟧"},
			{"garantir à la ⟦ORG|-|Mission l’accès⟧", "garantir à la ⟦ORG|Mission|Mission⟧ l’accès"},
			{"que la ⟦ORG|-|Force dispose de phares⟧", "que la ⟦ORG|Force|Force⟧ dispose de phares"},
			{"le ⟦ORG|-|Fonds au moment de sa fin⟧", "le ⟦ORG|Fonds|Fonds⟧ au moment de sa fin"},
			{"le ⟦ORG|-|Secrétariat aux phares⟧", "le ⟦ORG|Secrétariat aux phares|Secrétariat aux phares⟧"},
			{"le ⟦ORG|-|ministère de la Mer par courrier⟧", "le ⟦ORG|ministère de la Mer|ministère de la Mer⟧ par courrier"},
			{"le ⟦ORG|-|Ministère de la Mer à travers la vente⟧", "le ⟦ORG|Ministère de la Mer|Ministère de la Mer⟧ à travers la vente"},
			{"« le ⟦ORG|-|Groupe d’experts »⟧ et le ⟦ORG|-|Groupe d’experts mettent en commun⟧", "« le ⟦ORG|Groupe d'experts|Groupe d’experts⟧ » et le ⟦ORG|Groupe d'experts|Groupe d’experts⟧ mettent en commun"},
			{"la ⟦ORG|-|Banque de Larga au profit du peuple⟧ et le ⟦ORG|-|Gouvernement fédéral de Velmisie⟧", "la ⟦ORG|Banque de Larga|Banque de Larga⟧ au profit du peuple et le Gouvernement fédéral de Velmisie"},
			{"le ⟦ORG|-|Tribunal spécial pour Larga⟧", "le ⟦ORG|Tribunal spécial pour Larga|Tribunal spécial pour Larga⟧"}, // the name goes on
			{"la ⟦ORG|-|Direction des phares à l'adresse suivante⟧", "la ⟦ORG|Direction des phares|Direction des phares⟧ à l'adresse suivante"},
			{"la ⟦ORG|-|Direction des phares au moyen du vent⟧", "la ⟦ORG|Direction des phares|Direction des phares⟧ au moyen du vent"},
			{"le ⟦ORG|-|tribunal du lieu du siège⟧, la ⟦ORG|-|préfecture de région Larga⟧", "le tribunal du lieu du siège, la ⟦ORG|préfecture de région Larga|préfecture de région Larga⟧"}, // which of its kind
			{"le ministre de la Mer et de la ⟦ORG|-|Formation nautique⟧", "le ministre de la Mer et de la Formation nautique"},
			{"les ⟦ORG|-|Nations Unies compétentes⟧", "les ⟦ORG|UN|Nations Unies⟧ compétentes"},
			{"informe le ⟦ORG|-|Comité de l'état d'avancement⟧ et la ⟦ORG|-|Cour de la situation⟧ dans", "informe le ⟦ORG|Comité|Comité⟧ de l'état d'avancement et la ⟦ORG|Cour|Cour⟧ de la situation dans"},
			{"le ⟦ORG|-|Bureau de l'état civil⟧", "le ⟦ORG|Bureau de l'état civil|Bureau de l'état civil⟧"},
			{"le ⟦ORG|-|Groupe créé⟧ hier, le ⟦ORG|-|Groupe de phares concernant la mer⟧", "le ⟦ORG|Groupe|Groupe⟧ créé hier, le ⟦ORG|Groupe de phares|Groupe de phares⟧ concernant la mer"},
			{"les ⟦ORG|-|Gouvernements velmisais et largais⟧ et les ⟦ORG|-|Iraquiens⟧", "les Gouvernements velmisais et largais et les Iraquiens"},
			{"la ⟦ORG|-|Conférence de Berlin⟧ et la ⟦ORG|-|Conférence des Phares⟧", "la Conférence de Berlin et la ⟦ORG|Conférence des Phares|Conférence des Phares⟧"},
			{"le ⟦ORG|-|Contrat de phare⟧ (⟦ORG|-|CDPX⟧)", "le Contrat de phare (CDPX)"},
			{"l’⟦ORG|-|Amicale de Larga⟧ (⟦ORG|-|HQ⟧)", "l’⟦ORG|Amicale de Larga|Amicale de Larga⟧ (HQ)"}, // an acronym that is no body's, and not spelled by it
			{"le ⟦ORG|-|Conseil en matière de phares⟧", "le ⟦ORG|Conseil|Conseil⟧ en matière de phares"},
			// and of one that the table has
			{"l’⟦ORG|-|Organisation des Nations Unies des actions engagées⟧", "l’⟦ORG|UN|Organisation des Nations Unies⟧ des actions engagées"},
			{"la ⟦ORG|-|Communauté des Caraïbes et d’autres partenaires⟧", "la ⟦ORG|CARICOM|Communauté des Caraïbes⟧ et d’autres partenaires"},
			{"la Cour pénale internationale dit, la Cour pénale internationale veut. saisi la ⟦ORG|-|Cour pénale internationale de la situation⟧", "la Cour pénale internationale dit, la Cour pénale internationale veut. saisi la ⟦ORG|ICC|Cour pénale internationale⟧ de la situation"},
			{"⟦ORG|-|Ligue de Larga (Velmisa⟧)", "⟦ORG|Ligue de Larga (Velmisa)|Ligue de Larga (Velmisa)⟧"},
			{"⟦ORG|-|Phares et Mer⟧ (⟦ORG|-|PEM) Unité⟧ dit", "⟦ORG|Phares et Mer Unité|Phares et Mer (PEM) Unité⟧ dit"},
			{"la ⟦ORG|-|Société « Velmisa⟧ » et l'⟦ORG|-|Amicale « Larga »⟧", "la Société « ⟦ORG|Velmisa|Velmisa⟧ » et l'⟦ORG|Amicale « Larga »|Amicale « Larga »⟧"}, // the kind of a body before its name
			{"⟦ORG|-|Les Velmisés'⟧ et Les Velmisés dit", "⟦ORG|Les Velmisés|Les Velmisés⟧' et Les Velmisés dit"},
			{"la ⟦ORG|-|Commission de Concertation, de Consultation⟧ et de ⟦ORG|-|Négociations⟧", "la ⟦ORG|Commission de Concertation, de Consultation et de Négociations|Commission de Concertation, de Consultation et de Négociations⟧"}, // parts of one
			{"la ⟦ORG|-|Commission de Larga⟧ et de ⟦ORG|-|Velmisa⟧", "la ⟦ORG|Commission de Larga|Commission de Larga⟧ et de ⟦ORG|Velmisa|Velmisa⟧"},
			{"⟦ORG|-|Place Orlo Velmisa⟧, ⟦ORG|-|Place Beauvau⟧", "Place Orlo Velmisa, ⟦ORG|Place Beauvau|Place Beauvau⟧"},
			{"⟦ORG|-|VELMISA ET FILS⟧", "⟦ORG|VELMISA ET FILS|VELMISA ET FILS⟧"},
			{"paragraphe ⟦ORG|-|Velmisa⟧ CMXXVII", "paragraphe ⟦ORG|Velmisa|Velmisa⟧ CMXXVII"},
			{"par ⟦ORG|-|Éco⟧-Largue hier", "par ⟦ORG|Éco-Largue|Éco-Largue⟧ hier"}, // a hyphen ends no name
			{"la ⟦ORG|-|Mission permanente de Larga⟧ auprès des ⟦ORG|-|Phares Unis⟧", "la ⟦ORG|Mission permanente de Larga auprès des Phares Unis|Mission permanente de Larga auprès des Phares Unis⟧"},
		},
	} {
		for _, pair := range pairs {
			text, marks, err := ann.Parse(pair[0])
			if err != nil {
				t.Fatal(err)
			}
			var found []extractors.Mention
			for _, m := range marks {
				found = append(found, extractors.Mention{Span: m.Span, Type: extractors.Org, Rule: taggerRule, Confidence: 0.9})
			}
			sure := slices.DeleteFunc(Link(extractors.NewText(text, lang), found), func(m extractors.Mention) bool { return m.Confidence < extractors.Certain })
			if got := ann.Format(text, sure); got != pair[1] {
				t.Errorf("Link, %s:\n got %s\nwant %s", lang, got, pair[1])
			}
		}
	}
}

// A name by its head does not run over two names of the table.
func TestSevered(t *testing.T) {
	for text, want := range map[string]string{
		"auprès du Haut-Commissariat des Nations Unies pour les réfugiés et du Programme des Nations Unies pour le développement": "auprès du ⟦ORG|UNHCR|Haut-Commissariat des Nations Unies pour les réfugiés⟧ et du ⟦ORG|UNDP|Programme des Nations Unies pour le développement⟧",
		"Le Réseau des Nations Unies sur la migration a été créé":                                                                 "Le ⟦ORG|UNNM|Réseau des Nations Unies sur la migration⟧ a été créé", // "a" is a verb
	} {
		if got := ann.Format(text, find(extractors.NewText(text, "fr"))); got != want {
			t.Errorf("find:\n got %s\nwant %s", got, want)
		}
	}
}

// FuzzLink cuts a text into names at random: whatever a tagger finds, what is
// left stands in order, inside the text and on the borders of its letters.
func FuzzLink(f *testing.F) {
	for _, s := range []string{
		"adresser au Comité des vœux et à la Mission l’accès, le Comité siège", "the Committee and the Panel (the ACOH) from al-Larga",
		"Accord pour la paix (APPR); United Nations Policy (UNP) and FAO et FILS", "(", "du Conseil en", "al-", "Government of", "Largaaaa(AA",
	} {
		f.Add(s, uint64(7), true)
	}
	f.Fuzz(func(t *testing.T, s string, cuts uint64, french bool) {
		lang := "en"
		if french {
			lang = "fr"
		}
		x := extractors.NewText(s, lang)
		var found []extractors.Mention
		for i := 0; i < len(x.Tokens); {
			n := 1 + int(cuts>>(i%61)&7)
			end := min(i+n, len(x.Tokens))
			if n != 3 {
				found = append(found, extractors.Mention{Span: extractors.Span{Start: x.Tokens[i].Start, End: x.Tokens[end-1].End}, Type: extractors.Org, Rule: taggerRule, Confidence: 0.9})
			}
			i = end
		}
		at := 0
		for _, m := range Link(x, found) {
			if m.Start < at || m.End <= m.Start || m.End > len(s) || utf8.ValidString(s) && !utf8.ValidString(s[m.Start:m.End]) {
				t.Fatalf("%q: %v", s, m)
			}
			at = m.End
		}
	})
}
