package organizations

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// certain returns the mentions that count without tagger and corpus.
func certain(t *extractors.Text) (ms []extractors.Mention) {
	for _, m := range find(t) {
		if m.Confidence >= extractors.Certain {
			ms = append(ms, m)
		}
	}
	return ms
}

func TestFind(t *testing.T) {
	for lang, wants := range map[string][]string{"fr": {
		// The table: case, apostrophes, accents and plural slips do not count.
		"Les secours de l’⟦ORG|IOM|Organisation internationale pour les migrations⟧ (⟦ORG|IOM|OIM⟧) partent.", // the acronym is a mention of its own
		"un convoi de l'⟦ORG|IOM|ORGANISATION INTERNATIONALE POUR LES MIGRATIONS⟧",
		"le ⟦ORG|UNNM|Réseau des Nations Unies sur la migration⟧ siège", // the table has "les migrations"
		"le ⟦ORG|UNSC|Conseil de sécurité des Nations Unies⟧ vote",      // the parent belongs to the name
		"l'⟦ORG|UNGA|Assemblée générale⟧ vote",
		"les ⟦ORG|UN|Nations Unies⟧ et l’⟦ORG|UN|ONU⟧", // elision with either apostrophe
		"la lettre du ⟦ORG|OCHA|Bureau de la coordination des affaires humanitaires⟧",
		"⟦ORG|UNICEF|UNICEF⟧ et ⟦ORG|UNHCR|HCR⟧", // French acronym, English norm
		"the ⟦ORG|1267 Committee|1267 Committee⟧ and 1267 men",
		// Head nouns with the grammar of French names.
		"le ⟦ORG|Ministère des Mines et de l'Artisanat|Ministère des Mines et de l’Artisanat⟧ recrute",                                                               // a coordinated complement
		"la note du ⟦ORG|ministère de la Pêche|ministère de la Pêche⟧",                                                                                               // this head needs no capital
		"la ⟦ORG|Direction régionale des Forêts|Direction régionale des Forêts⟧ replante",                                                                            // an adjective before the complement
		"au ⟦ORG|Bureau des partenariats, de la sensibilisation et de la communication|Bureau des partenariats, de la sensibilisation et de la communication⟧",       // a list
		"l'⟦ORG|Agence pour la sauvegarde du littoral|Agence pour la sauvegarde du littoral⟧",                                                                        // another preposition
		"le ⟦ORG|Comité de suivi de la libre circulation|Comité de suivi de la libre circulation⟧ ; l'⟦ORG|École de la deuxième chance|École de la deuxième chance⟧", // an adjective before the noun
		"l’⟦ORG|Association des petites et moyennes entreprises|Association des petites et moyennes entreprises⟧, l’⟦ORG|Association des petits|Association des petits⟧.",
		"la direction a répondu",            // a common noun
		"le bureau de la gare",              // in small letters this head names nothing
		"Le Conseil a siégé hier",           // a generic short form is not found by rule
		"la Commission et le Comité",        // nor two of them
		"l'hôpital a fermé ses portes hier", // a head without a name
		// Names in quotation marks, those that a sentence introduces, and where they are repeated.
		"l'association « ⟦ORG|Pau à Vélo|Pau à Vélo⟧ » roule, ⟦ORG|Pau à Vélo|Pau à vélo⟧ et Pau Vélo",
		"le projet « Velmisa », l'ONG « velmisa », l'ASBL « Velmisa, dit-il. Oui » et la société « ",
		"dénommée \"⟦ORG|Velmisa|Velmisa⟧\" et ⟦ORG|Velmisa|VELMISA⟧",
		"L'⟦ORG|Affect|Affect⟧, association créée en mai, dit. Affect. L'⟦ORG|Orlomi|Orlomi⟧, association créée en mai, dit. Depuis, ⟦ORG|Orlomi|Orlomi⟧ rit. Kaolack, association. Mme Diop, du syndicat",
		"⟦ORG|Pau à Vélo|Pau à Vélo⟧ est une association. Elle est une association. Cette Maison est une société. ⟦ORG|Velmisa|Velmisa⟧ (⟦ORG|Velmisa|VLM⟧) est une jeune société",
		"Hier, une association dit. Jane Doe, une ONG. Togo, la société civile dit. Le Sénégal est une société pluraliste. L'⟦ORG|Affect|Affect⟧ est une société de pêche",
		"l'association « On nous ment sur tout », le collectif « ⟦ORG|Femmes|Femmes⟧ » ; Femmes",
		// Definitions.
		"le ⟦ORG|Comité des pêcheurs de Kribel|Comité des pêcheurs de Kribel⟧ (⟦ORG|Comité des pêcheurs de Kribel|CPK⟧). Le ⟦ORG|Comité des pêcheurs de Kribel|CPK⟧ signe.",
		"la réduction des risques de catastrophe (RRC) ; la RRC avance", // defined as another thing
		"un mémorandum d'entente (MoU)",
		// Acronyms that are spoken as words, and those with points.
		"l’⟦ORG|Association des phares de Larga|Association des phares de Larga⟧ (⟦ORG|Association des phares de Larga|Aphal⟧). L'⟦ORG|Association des phares de Larga|Aphal⟧ signe.",
		"selon la ⟦ORG|UNCTAD|Cnuced⟧, la ⟦ORG|ECOWAS|Cedeao⟧ et le ⟦ORG|UNDP|P.N.U.D.⟧",
		"l’⟦ORG|Université de Larga|Université de Larga⟧ (Lyon) et Lyon", // what does not spell the name
		"avec Awa Cedeao, Cedeao Diop et S.E.M. Diop",                    // part of a person's name, and his title
		"Cedeao : le sommet", // where every word has a capital
		// What looks alike.
		"le XXIIe congrès",    // a roman numeral
		"COIMBRA et OIMA",     // an acronym inside a word
		"Onusida-contact.txt", // glued to a word
		"",
	}, "en": {
		"the ⟦ORG|IOM|International Organization for Migration⟧ (⟦ORG|IOM|IOM⟧) said",
		"the ⟦ORG|UNSC|United Nations Security Council⟧ met",
		"⟦ORG|UN|UN⟧ and ⟦ORG|UN|United Nations⟧",
		"in A/UNICEF/2016/4, 2010/75/UNHCR, © ⟦ORG|UNICEF|UNICEF⟧/2016/Larga and ⟦ORG|UNICEF|UNICEF⟧/⟦ORG|UNHCR|UNHCR⟧", // parts of symbols
		"the ⟦ORG|UNMISS|U.N. Mission in South Sudan⟧",
		"⟦ORG|M-Omulimisa|M-Omulimisa⟧ is a Ugandan agri-tech company. By ⟦ORG|M-Omulimisa|M-Omulimisa⟧. It is a company. Larga is a big town. Founded in Larga, the organization grew. ⟦ORG|Zyrgo Velm|Zyrgo Velm⟧ is a nonprofit organization.",
		"Today, the company said. Jane Doe, the company's head. Kenya is a network hub. Zyrgo Velm is a network engineer. He joined \"the club\" Tuesday and said \"yes\".",
		"⟦ORG|UNICEF|UNICEF⟧'s stock", // the possessive stays outside
		"⟦ORG|WFP|World Food Programme⟧ and ⟦ORG|WHO|World Health Organization⟧ staff",  // a joining "and" between two names
		"the ⟦ORG|Harbour and Fisheries Division|Harbour and Fisheries Division⟧ moved", // the head is the last word
		"the ⟦ORG|Department for Coastal Roads|Department for Coastal Roads⟧ moved",     // the head is the first
		"the ⟦ORG|Ministry of Mines and Energy|Ministry of Mines and Energy⟧ in Larga",  // the place stands outside
		"the ⟦ORG|TWU|Tide Watch Unit⟧ (⟦ORG|TWU|TWU⟧) and the ⟦ORG|TWU|TWU⟧",
		"disaster risk reduction (DRR) and DRR funds", // defined as another thing
		"the Department has moved", // a generic short form is not found by rule
		"a department of fish",
		"every unit must report",
		"The Unit",
		"Section IV",
		"",
	}} {
		for _, want := range wants {
			text, _, err := ann.Parse(want)
			if err != nil {
				t.Fatal(err)
			}
			if got := ann.Format(text, certain(extractors.NewText(text, lang))); got != want {
				t.Errorf("find, %s:\n got %s\nwant %s", lang, got, want)
			}
		}
	}
}

func TestLink(t *testing.T) {
	for _, c := range []struct{ name, text, span, norm, entity, rule string }{
		{"name of the table", "le Haut-Commissariat des Nations Unies pour les réfugiés", "Haut-Commissariat des Nations Unies pour les réfugiés", "UNHCR", "org:unhcr", "tagger"},
		{"name of nobody", "l’Amicale  des Pêcheurs", "Amicale  des Pêcheurs", "Amicale des Pêcheurs", "org:amicale-des-pecheurs", "tagger"},
		{"acronym that nothing explains", "le XQRZ vote", "XQRZ", "XQRZ", "org:xqrz", Unexplained},
		{"acronym spoken as a word", "au Pnud", "Pnud", "UNDP", "org:undp", "tagger"},
		{"acronym that is defined later", "le CPK vote. Comité des pêcheurs de Kribel (CPK)", "CPK", "Comité des pêcheurs de Kribel", "org:comite-des-pecheurs-de-kribel", "definition"},
	} {
		text := extractors.NewText(c.text, "fr")
		start := strings.Index(c.text, c.span)
		ms := Link(text, []extractors.Mention{{Span: extractors.Span{Start: start, End: start + len(c.span)}, Type: extractors.Org, Rule: "tagger", Confidence: 0.9}})
		if len(ms) == 0 {
			t.Errorf("%s: dropped", c.name)
			continue
		}
		if m := ms[0]; m.Norm != c.norm || m.Entity != c.entity || m.Rule != c.rule {
			t.Errorf("%s: %q %q %q, not %q %q %q", c.name, m.Norm, m.Entity, m.Rule, c.norm, c.entity, c.rule)
		}
	}
}

// The table reads without error, and its rows agree with each other.
func TestTable(t *testing.T) {
	ids, names := map[string]bool{}, map[string]string{}
	for _, o := range All() {
		if ids[o.ID] {
			t.Errorf("id %q stands twice", o.ID)
		}
		ids[o.ID] = true
		if o.ID != extractors.Slug(o.ID) {
			t.Errorf("id %q is not in the form of identifiers", o.ID)
		}
	}
	for _, o := range All() {
		if o.Parent != "" && !ids[o.Parent] {
			t.Errorf("%s: parent %q is not in the table", o.ID, o.Parent)
		}
		if o.Parent == o.ID {
			t.Errorf("%s is its own parent", o.ID)
		}
		if o.Wikidata != "" && strings.TrimLeft(o.Wikidata, "Q0123456789") != "" {
			t.Errorf("%s: %q is no Wikidata id", o.ID, o.Wikidata)
		}
		for _, form := range o.forms {
			if !utf8.ValidString(form) || form != strings.TrimSpace(form) {
				t.Errorf("%s: name %q", o.ID, form)
			}
		}
		for _, name := range []string{o.NameEN, o.NameFR} {
			if other, ok := names[name]; ok && other != o.ID && name != "" {
				t.Errorf("%s and %s are both called %q", other, o.ID, name)
			}
			names[name] = o.ID
		}
	}
	if _, ok := Lookup("org:no-such-body"); ok {
		t.Error("Lookup finds a body that is not in the table")
	}
	if _, err := parseTable(nil, "x.tsv", "id\tname\n"); err == nil {
		t.Error("parseTable reads a table with another header")
	}
	if _, err := parseTable(nil, "x.tsv", columns+"\na\tb\n"); err == nil {
		t.Error("parseTable reads a short row")
	}
	if _, err := parseTable(nil, "x.tsv", columns+"\nx\tA//B\t\t\t\t\t\tName\t\t\n"); err == nil {
		t.Error("parseTable reads two norms")
	}
	if _, err := parseTable(nil, "x.tsv", columns+"\n\t\t\t\t\t\t\tName\t\t\n"); err == nil {
		t.Error("parseTable reads a row without id")
	}
}

// The packed table is that of the files, and a part of it is refused.
func TestCompile(t *testing.T) {
	file, err := Compile(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	if string(file) != compiled {
		t.Error("data/table.bin is not what the files beside it make: run make table")
	}
	for _, n := range []int{0, 3, 1000, len(compiled) / 2, len(compiled) - 1} {
		if _, err := newLexicon(compiled[:n]); err == nil {
			t.Errorf("newLexicon reads the first %d bytes", n)
		}
	}
	for _, bad := range []fstest.MapFS{
		{},
		{"x.tsv": {Data: []byte("id\tname\n")}},
		{"x.tsv": {Data: []byte(columns + "\nx\t\t\t\t\t" + strings.Repeat("A", 256) + "\t\tName\t\t\n")}},
	} {
		if _, err := Compile(bad); err == nil {
			t.Errorf("Compile packs %v", bad)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"Ministère de la Santé et de l’Intérieur (MSI)", "Cash-Based Interventions (CBI) Unit", "OIM-OIM-", "(A", "Croix-Rouge", "\xff(É)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range []string{"fr", "en", ""} {
			text := extractors.NewText(s, lang)
			ms := find(text)
			linked := Link(text, ms)
			for _, list := range [][]extractors.Mention{ms, linked} {
				end := 0
				for _, m := range list {
					if m.Start < end || m.End <= m.Start || m.End > len(s) || m.Norm == "" || !strings.HasPrefix(m.Entity, "org:") {
						t.Fatalf("%q: %+v", s, m)
					}
					if utf8.ValidString(s) && !utf8.ValidString(s[m.Start:m.End]) {
						t.Fatalf("%q: %+v cuts a rune", s, m)
					}
					end = m.End
				}
			}
		}
	})
}

// BenchmarkLoad has what the first text waits for.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := newLexicon(compiled); err != nil {
			b.Fatal(err)
		}
		newStopList()
	}
}
