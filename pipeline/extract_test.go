package pipeline

import (
	"slices"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/extractors/people"
	"tamis/extractors/places"
	"tamis/extractors/tagger"
)

// TestPlausible has what the tagger may say about a text, and what of it the
// rules leave: the wanted list has types, and surfaces where they are others.
func TestPlausible(t *testing.T) {
	for _, c := range []struct {
		why, lang, text, surface string
		typ                      extractors.Type
		want                     string
	}{
		{"another script", "ru", "Полина Поризкова рассказала", "Полина Поризкова рассказала", extractors.Per, ""},
		{"words of another language", "ms", "di Sejarah Pecahnya Islam", "Sejarah Pecahnya Islam", extractors.Per, ""},
		{"a name with a known given name", "es", "con Maria López Herrer ayer", "Maria López Herrer", extractors.Per, "PER"},
		{"a name with a head noun", "es", "la Union Velmisa", "Union Velmisa", extractors.Org, "ORG"},
		{"a sentence", "es", "Union de los pueblos que viven en la parte alta del valle grande", "Union de los pueblos que viven en la parte alta del valle grande", extractors.Org, ""},
		{"a country's acronym", "en", "trade with the US rose", "US", extractors.Org, "LOC"},
		{"a list run together", "ms", "Maria Bekam Buku Iman Caleg Partai", "Maria Bekam Buku Iman Caleg Partai", extractors.Per, ""},
		{"an abbreviation by letters", "en", "trade with the U.S. rose", "U.S", extractors.Loc, "LOC(U.S.)"},
		{"a party and whose it is", "fr", "le VLQ de Maria Velmisa", "VLQ de Maria Velmisa", extractors.Org, "ORG(VLQ)PER(Maria Velmisa)"},
		{"letters with points before a name", "fr", "de la B.A.D., Maria Velmisa", "A.D., Maria Velmisa", extractors.Per, "PER(Maria Velmisa)"},
		{"a possessive apart", "en", "Maria Velmisa 's house", "Maria Velmisa 's", extractors.Per, "PER(Maria Velmisa)"},
		{"letters with points", "en", "Velmisa, M.P., said", "P.", extractors.Per, ""},
		{"two countries", "en", "the US-China talks", "US-China", extractors.Org, "LOC(US)LOC(China)"},
		{"a body with its acronym", "en", "Velmisa Larga Kambra (VLK) said", "Velmisa Larga Kambra", extractors.Per, "ORG"},
		{"a person with his own", "fr", "Maria Larga Velmisa (MLV) dit", "Maria Larga Velmisa", extractors.Per, "PER"},
		{"a person with another's", "en", "Velmisa Larga Kambra (UNU) said", "Velmisa Larga Kambra", extractors.Per, "PER"},
		{"a region and who governs it", "fr", "le wali de la région de l’Orlo-Velm", "région de l’Orlo-Velm", extractors.Org, "LOC(Orlo-Velm)"},
		{"a region that acts", "fr", "selon la région de l’Orlo-Velm", "région de l’Orlo-Velm", extractors.Org, "ORG"},
		{"a town where one is", "fr", "dans la ville d'Orlo", "ville d'Orlo", extractors.Org, "LOC(Orlo)"},
		{"a town that acts", "fr", "selon la ville d'Orlo", "ville d'Orlo", extractors.Org, "ORG"},
		{"a department of a state", "fr", "dans le Département de la Santé", "Département de la Santé", extractors.Org, "ORG"},
		{"a region where one is", "fr", "dans le district d'Orlo", "district d'Orlo", extractors.Org, "LOC(Orlo)"},
		{"authors", "fr", "(Velmisa & Larga, 2003)", "Velmisa & Larga", extractors.Org, "PER(Velmisa)PER(Larga)"},
		{"a firm", "fr", "selon Velmisa & Larga, 2003", "Velmisa & Larga", extractors.Org, "ORG"},
		{"partners", "fr", "(Velmisa & Larga, 20 rue)", "Velmisa & Larga", extractors.Org, "ORG"},
		{"a surname in capitals", "fr", "avec Maria VELMISA", "Maria VELMISA", extractors.Loc, "PER"},
		{"a place in capitals", "fr", "avec Orlo VELMISA", "Orlo VELMISA", extractors.Loc, "LOC"},
		{"French", "fr", "avec Sejarah Pecahnya hier", "Sejarah Pecahnya", extractors.Per, "PER"},
	} {
		x := extractors.NewText(c.text, c.lang)
		start := 0
		for c.text[start:start+len(c.surface)] != c.surface {
			start++
		}
		tag := extractors.Mention{Span: extractors.Span{Start: start, End: start + len(c.surface)}, Type: c.typ, Rule: "tagger", Confidence: 0.8}
		got := ""
		for _, m := range plausible(x, nil, []extractors.Mention{tag}) {
			if got += string(m.Type); m.Span != tag.Span {
				got += "(" + c.text[m.Start:m.End] + ")"
			}
		}
		if got != c.want {
			t.Errorf("%s: %q is %q, not %q", c.why, c.surface, got, c.want)
		}
	}

	// A person in the name of a body is that body where a rule has it.
	x := extractors.NewText("Velm Clark Foundation", "en")
	body := extractors.Mention{Span: extractors.Span{End: 21}, Type: extractors.Org, Norm: "Velm Clark Foundation", Rule: organizations.HeadNoun, Confidence: 0.7}
	person := extractors.Mention{Span: extractors.Span{End: 10}, Type: extractors.Per, Rule: "tagger", Confidence: 0.9}
	if got := plausible(x, []extractors.Mention{body}, []extractors.Mention{person}); len(got) != 1 || got[0].Norm != body.Norm {
		t.Errorf("a person in the name of a body: %v", got)
	}
}

// The tagger runs what stands side by side together: a menu of countries, a
// body and its head. A country is none.
func TestSideBySide(t *testing.T) {
	for _, c := range []struct{ text, tag, want string }{
		{"Mali Sénégal Guinée Maroc", "Mali Sénégal Guinée Maroc", "LOC Mali, LOC Sénégal, LOC Guinée, LOC Maroc"},
		{"le Mali, le Sénégal", "Mali", "LOC Mali"},
		{"le match Maroc-Espagne", "Maroc-Espagne", "LOC Maroc, LOC Espagne"},
		{"Bursa Malaysia publie", "Bursa Malaysia", "ORG Bursa Malaysia"},
		{"la Banque mondiale Maria Velmisa", "Banque mondiale Maria Velmisa", "ORG Banque mondiale, PER Maria Velmisa"},
		{"la Banque mondiale Velmisa", "Banque mondiale Velmisa", "ORG Banque mondiale Velmisa"},
		{"l'envoyé au Mali Maria Velmisa", "Mali Maria Velmisa", "LOC Mali, PER Maria Velmisa"},
		{"président du Sénat Maria Velmisa", "Sénat Maria Velmisa", "ORG Sénat, PER Maria Velmisa"},
		{"président du Sénat Maria Velmisa Larga", "Sénat Maria Velmisa Larga", "ORG Sénat, PER Maria Velmisa Larga"},
		{"la Banque mondiale de Maria Velmisa", "Banque mondiale de Maria Velmisa", "ORG Banque mondiale, PER Maria Velmisa"},
		{"l'UMP Maria de la Velmisa", "UMP Maria de la Velmisa", "ORG UMP, PER Maria de la Velmisa"},
		{"le CHU Maria Velmisa Larga", "CHU Maria Velmisa Larga", "ORG CHU Maria Velmisa Larga"},
		{"vu Donald Trump", "Donald", "ORG Donald"},
		{"l'UNICEF Maria Velmisa Larga", "UNICEF Maria Velmisa Larga", "ORG UNICEF, PER Maria Velmisa Larga"},
		{"le médiateur de la crise de la Banque mondiale", "médiateur de la crise de la Banque mondiale", "ORG Banque mondiale"},
		{"Mme. Maria Velmisa", "Maria Velmisa", "PER Maria Velmisa"},
		{"les partisans de Poutine", "Poutine", "PER Poutine"},
		{"alors Mali Maria Velmisa", "Mali Maria Velmisa", "ORG Mali Maria Velmisa"},
		{"le Mali Maria Institut", "Mali Maria Institut", "ORG Mali Maria Institut"},
		{"la République démocratique du Congo (RDC) ; les RDC", "RDC", "LOC RDC"},
	} {
		x := extractors.NewText(c.text, "fr")
		start := strings.Index(c.text, c.tag)
		tag := extractors.Mention{Span: extractors.Span{Start: start, End: start + len(c.tag)}, Type: extractors.Org, Rule: "tagger", Confidence: 0.8}
		var got []string
		for _, m := range plausible(x, extractors.Resolve(findRules(x)...), []extractors.Mention{tag}) {
			got = append(got, string(m.Type)+" "+x.S[m.Start:m.End])
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, not %s", c.text, s, c.want)
		}
	}
}

// A country is no part of the body that it stands before or of a ministry.
func TestOwners(t *testing.T) {
	for text, want := range map[string]string{
		"Mali's Velmisa Party":                       "ORG Velmisa Party, LOC Mali",
		"Kenya’s Ministry of Health":                 "ORG Ministry of Health, LOC Kenya",
		"Ministry of Health of the Republic of Mali": "ORG Ministry of Health, LOC Republic of Mali",
		"Ministère de la Santé du Bénin":             "ORG Ministère de la Santé, LOC Bénin",
		"Ministère de la Santé d’Haïti":              "ORG Ministère de la Santé, LOC Haïti",
		"MINISTÈRE DE LA SANTÉ DE LA TUNISIE":        "ORG MINISTÈRE DE LA SANTÉ, LOC TUNISIE",
		"Bank of Ghana":                              "ORG Bank of Ghana",
		"FAO Uganda":                                 "ORG FAO, LOC Uganda",
		"Oxfam Uganda":                               "ORG Oxfam Uganda",
		"Embassy of Ghana 11":                        "ORG Embassy of Ghana",
		"Ambassade du Ghana au Mali":                 "ORG Ambassade du Ghana, LOC Mali",
		"Embassy of Ghana to Mali":                   "ORG Embassy of Ghana to Mali",
		"Ministère du Mali":                          "ORG Ministère du Mali",
	} {
		x := extractors.NewText(text, "fr")
		settled := map[extractors.Type][]extractors.Mention{extractors.Org: {{Span: extractors.Span{End: len(text)}, Type: extractors.Org, Rule: "tagger", Confidence: 0.9}}}
		locs := owners(x, settled, findRules(x)[slices.Index(Extractors, places.Extractor)])
		var got []string
		for _, m := range append(settled[extractors.Org], locs...) {
			got = append(got, string(m.Type)+" "+text[m.Start:m.End])
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s, not %s", text, s, want)
		}
	}
}

// Where the tagger has a body that is none, the places of the rules stand.
func TestUncovered(t *testing.T) {
	named := []extractors.Mention{
		{Span: extractors.Span{Start: 0, End: 4}, Type: extractors.Loc, Rule: "name", Norm: "ML", Confidence: 0.9},
		{Span: extractors.Span{Start: 20, End: 24}, Type: extractors.Loc, Rule: "name", Norm: "KE", Confidence: 0.9},
		{Span: extractors.Span{Start: 40, End: 44}, Type: extractors.Loc, Rule: "name", Norm: "TD", Confidence: 0.9},
		{Span: extractors.Span{Start: 60, End: 64}, Type: extractors.Loc, Rule: "name", Norm: "PE", Confidence: 0.3},
	}
	body := func(start, end int) extractors.Mention {
		return extractors.Mention{Span: extractors.Span{Start: start, End: end}, Type: extractors.Org, Rule: "tagger", Confidence: 0.9}
	}
	settled := map[extractors.Type][]extractors.Mention{extractors.Org: {body(0, 4), body(10, 24), body(30, 44), body(50, 64)}}
	bodies := notCountries([]extractors.Mention{body(0, 4), body(10, 18), body(30, 44)}, named)
	if len(bodies) != 2 {
		t.Fatalf("a country is a body: %v", bodies)
	}
	var got []string
	for _, m := range uncovered(named, settled, bodies) {
		got = append(got, m.Norm)
	}
	if want := []string{"ML", "KE"}; !slices.Equal(got, want) {
		t.Errorf("places %q, not %q", got, want)
	}
}

// A surname alone is that of a fuller name elsewhere, but not where a line in
// another language has the word.
func TestShortForms(t *testing.T) {
	x := extractors.NewText("Mme Maria Velmisa part.\nEscopete en Velmisa ye un municipio\nPuis Velmisa revient.", "fr")
	x.Lines[1].Lang = "es"
	var got []string
	for _, m := range extract(x, defaultModel(), tagger.NewScratch(), nil) {
		if m.Type == extractors.Per {
			got = append(got, x.S[m.Start:m.End])
		}
	}
	if want := []string{"Maria Velmisa", "Velmisa"}; !slices.Equal(got, want) {
		t.Errorf("persons %q, not %q", got, want)
	}
}

// A place of the list under a name of several words is no person, though it
// begins with a given name, and no bank.
func TestNotPlaces(t *testing.T) {
	for _, text := range []string{"The plan covers Nova Scotia too.", "The plan covers the West Bank too."} {
		for _, m := range extractors.Resolve(findRules(extractors.NewText(text, "en"))...) {
			if m.Rule == people.GivenName || m.Rule == organizations.HeadNoun {
				t.Errorf("%s: %q is %s by %s", text, text[m.Start:m.End], m.Type, m.Rule)
			}
		}
	}
}
