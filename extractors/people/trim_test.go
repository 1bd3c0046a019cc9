package people

import (
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// TestLink has what a tagger found, marked in the first text, and what is to
// become of it.
func TestLink(t *testing.T) {
	for lang, pairs := range map[string][][2]string{
		"en": {
			{"⟦PER|-|Although Velmisa⟧ and friends", "Although ⟦PER|Velmisa|Velmisa⟧ and friends"},                                                           // a common word opens the sentence
			{"read by ⟦PER|-|M. Reedwell⟧.", "read by ⟦PER|M. Reedwell|M. Reedwell⟧."},                                                                       // an initial in English
			{"signed ⟦PER|-|Orlo Reedwell or Ingra⟧.", "signed ⟦PER|Orlo Reedwell|Orlo Reedwell⟧ or ⟦PER|Ingra|Ingra⟧."},                                     // two persons
			{"⟦PER|-|Iosa ● Gorf Reedwell⟧", "⟦PER|Iosa|Iosa⟧ ● ⟦PER|Gorf Reedwell|Gorf Reedwell⟧"},                                                          // a bullet parts
			{"⟦PER|-|BROWNELL⟧, ⟦PER|-|Leroi⟧", "⟦PER|BROWNELL, Leroi|BROWNELL, Leroi⟧"},                                                                     // a family name in capitals goes first
			{"⟦PER|-|Brownell⟧, ⟦PER|-|Michael⟧ (Larga)", "⟦PER|Brownell, Michael|Brownell, Michael⟧ (Larga)"},                                               // so does one at the head of a line
			{"⟦PER|-|Brownell⟧, ⟦PER|-|Michael⟧, Rikke", "⟦PER|Brownell|Brownell⟧, ⟦PER|Michael|Michael⟧, Rikke"},                                            // but not in a list
			{"a letter from ⟦PER|-|Kyung⟧-wha", "a letter from ⟦PER|Kyung-wha|Kyung-wha⟧"},                                                                   // what a hyphen joins belongs to it
			{"1 ⟦PER|-|Ada Velmisa⟧\t⟦PER|-|Orlo Reedwell\tLarga⟧", "1 ⟦PER|Ada Velmisa|Ada Velmisa⟧\t⟦PER|Orlo Reedwell|Orlo Reedwell⟧\t⟦PER|Larga|Larga⟧"}, // columns part
			{"at the ⟦PER|-|Orlo Reedwell⟧ Stadium", "at the Orlo Reedwell Stadium"},                                                                         // a name in the name of a thing
			{"⟦PER|-|Oddly, Velmisa⟧ left", "Oddly, ⟦PER|Velmisa|Velmisa⟧ left"},                                                                             // an adverb opens the sentence
			{"⟦PER|-|Even⟧ if you", "Even if you"},                                                                                                           // so does a conjunction
			{"⟦PER|-|Xqzy Trknop⟧ ran. Trknop ran", "⟦PER|Xqzy Trknop|Xqzy Trknop⟧ ran. Trknop ran"},                                                         // no list speaks for the fuller name
			{"⟦PER|-|Ada Velmisa Ada Velmisa Larga Post⟧", "⟦PER|Ada Velmisa|Ada Velmisa⟧ Ada Velmisa Larga Post"},                                           // written twice
			{"⟦PER|-|Velmisa-says-no-more⟧", "Velmisa-says-no-more"},                                                                                         // a piece of an address
			{"⟦PER|-|Ada van-der-Velmisa⟧", "⟦PER|Ada van-der-Velmisa|Ada van-der-Velmisa⟧"},
			{"opened by ⟦PER|-|Kgosi Velmisa⟧", "opened by Kgosi ⟦PER|Velmisa|Velmisa⟧"},
		},
		"fr": {
			{"Mme ⟦PER|-|Awa ZONGA⟧ née ⟦PER|-|KABORA⟧", "Mme ⟦PER|Awa ZONGA née KABORA|Awa ZONGA née KABORA⟧"},                       // one person
			{"Mme ⟦PER|-|Ntsa Allogha⟧ ép. Rawamba, absente", "Mme ⟦PER|Ntsa Allogha ép. Rawamba|Ntsa Allogha ép. Rawamba⟧, absente"}, // also where half was found
			{"biologiste ⟦PER|-|Cheikh-Baye Brahima⟧", "biologiste ⟦PER|Cheikh-Baye Brahima|Cheikh-Baye Brahima⟧"},                    // no title before a hyphen
			{"joué par M'⟦PER|-|Baye Junior⟧", "joué par ⟦PER|M'Baye Junior|M'Baye Junior⟧"},
			{"Carte : ⟦PER|-|Zeinebou Kh⟧. Texte", "Carte : ⟦PER|Zeinebou Kh.|Zeinebou Kh.⟧ Texte"},                                         // no vowel: an abbreviation
			{"nomme M. ⟦PER|-|Awa Orlo Velmisa Procureur⟧ du Larga", "nomme M. ⟦PER|Awa Orlo Velmisa|Awa Orlo Velmisa⟧ Procureur du Larga"}, // what the person becomes
			{"⟦PER|-|Awa Velmisa Procureur⟧ et", "⟦PER|Awa Velmisa Procureur|Awa Velmisa Procureur⟧ et"},
			{"M. de ⟦PER|-|Frouvelle⟧ a pris", "M. ⟦PER|de Frouvelle|de Frouvelle⟧ a pris"},
			{"⟦PER|-|M. Le Goffa⟧ répond", "M. ⟦PER|Le Goffa|Le Goffa⟧ répond"},                // no sentence starts after a title
			{"Le maire ⟦PER|-|M. Velmisa⟧ répond", "Le maire M. ⟦PER|Velmisa|Velmisa⟧ répond"}, // a title in French
		},
	} {
		for _, pair := range pairs {
			text, marks, err := ann.Parse(pair[0])
			if err != nil {
				t.Fatal(err)
			}
			var found []extractors.Mention
			for _, m := range marks {
				found = append(found, extractors.Mention{Span: m.Span, Type: extractors.Per, Rule: "tagger", Confidence: 0.9})
			}
			if got := ann.Format(text, Link(extractors.NewText(text, lang), found)); got != pair[1] {
				t.Errorf("Link, %s:\n got %s\nwant %s", lang, got, pair[1])
			}
		}
	}
}
