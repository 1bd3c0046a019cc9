package language

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		name, declared, want string
		lines                []string // in the gold notation: ⟦@xx⟧ where the language is not want
	}{
		{"French labels on an English page", "", "en", []string{
			"About the harbour office",
			"⟦@fr⟧Aperçu",
			"The office was founded in 1974 and helps crews who have lost their ship, their papers or both.",
			"It has nine staff and a dog.",
			"⟦@fr⟧Dernière mise à jour du document : octobre 2024",
			"⟦@fr⟧- [Lignes directrices sur l’accueil des équipages](#)",
			"⟦@es⟧- [Directrices para la acogida de las tripulaciones](#)",
			"⟦@ar⟧- [مبادئ توجيهية بشأن استقبال الطواقم](#)",
			"Contacts",
			"2024",
		}},
		{"the menu must not win", "", "fr", []string{
			"⟦@en⟧Skip to main content", "⟦@en⟧About us", "⟦@en⟧News and events", "⟦@en⟧Read more",
			"Le bateau est resté à quai onze jours, faute de remorqueur, et l'équipage a dormi dans la salle paroissiale.",
		}},
		{"a foreign name does not switch a sentence", "", "fr", []string{
			"La Comisión Nacional de los Derechos Humanos a publié hier un rapport sur les disparus.",
			"Selon le Women's Refugee Commission Network for Children, rien n'a changé depuis trois ans.",
			"Les familles attendent toujours une réponse des autorités, qui se renvoient la balle.",
		}},
		{"names and numbers inherit", "", "en", []string{
			"The following members were elected for a term of two years:",
			"Jean-Baptiste Lefèvre",
			"María del Carmen Núñez Ortega",
			"12.03.1998",
			"The other candidates withdrew before the vote.",
		}},
		{"a name among Spanish lines is Spanish", "", "fr", []string{
			"Le comité a reçu trois lettres, que nous reproduisons ici sans les traduire, comme il l'avait demandé.",
			"⟦@es⟧Les escribimos porque nadie nos ha contestado desde hace dos años.",
			"⟦@es⟧2019",
			"⟦@es⟧Seguimos esperando noticias de nuestros hijos.",
			"Le comité répondra à chacune d'elles avant la fin du mois de juin.",
		}},
		{"declared settles what the text leaves open", "fr-CA", "fr", []string{"Montréal", "514 555 0100"}},
		{"declared does not win over the text", "en", "fr", []string{
			"Nous avons fermé la boutique en mars, quand la rivière a emporté le pont.",
		}},
		{"a declaration may be nonsense", "$lang!", "", []string{"12", "—"}},
		{"Spanish document", "fr", "es", []string{"El puente se cayó en marzo y desde entonces nadie ha venido a repararlo."}},
		{"Portuguese document", "", "pt", []string{"A ponte caiu em março e desde então ninguém veio fazer a reparação, não se sabe porquê."}},
		{"German document", "", "de", []string{"Die Brücke ist im März eingestürzt, und seitdem hat sich niemand darum gekümmert."}},
		{"Russian document", "", "ru", []string{"Мост обрушился в марте, и с тех пор никто не приехал его чинить."}},
		{"Ukrainian is not Russian", "", "uk", []string{"Міст обвалився у березні, і відтоді ніхто не приїхав його лагодити."}},
		{"Persian is not Arabic", "", "fa", []string{"پل در ماه مارس فرو ریخت و از آن زمان کسی برای تعمیر آن نیامده است."}},
		{"Greek by its script", "", "el", []string{"Η γέφυρα έπεσε τον Μάρτιο."}},
		{"Chinese by its script", "", "zh", []string{"桥在三月倒塌了。"}},
		{"Japanese by its kana", "", "ja", []string{"橋は三月に崩れました。"}},
		{"no text", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := ann.ParseDocument("#---\n" + strings.Join(c.lines, "\n"))
			if err != nil {
				t.Fatal(err)
			}
			text := extractors.NewText(d.Text, "xx")
			lang, confidence := Detect(text.S, text.Lines, c.declared)
			if lang != c.want {
				t.Errorf("document: got %q, want %q", lang, c.want)
			}
			if confidence < 0 || confidence > 1 {
				t.Errorf("confidence %v", confidence)
			}
			for i, l := range text.Lines {
				want := d.Lines[i].Lang
				if want == "" {
					want = c.want
				}
				if l.Lang != want {
					t.Errorf("got %q, want %q: %s", l.Lang, want, d.Text[l.Start:l.End])
				}
			}
		})
	}
}

// TestMenu shows that what clean took for a menu counts only by itself.
func TestMenu(t *testing.T) {
	menu := strings.Repeat("Read the latest news about our work around the world\n", 20)
	text := extractors.NewText(menu+"Le pont est fermé depuis mars.", "")
	for i := range text.Lines[:20] {
		text.Lines[i].Kind = extractors.Menu
	}
	if lang, _ := Detect(text.S, text.Lines, ""); lang != "fr" {
		t.Errorf("with a sentence beside the menu: %q, want fr", lang)
	}
	if lang, _ := Detect(text.S, text.Lines[:20], ""); lang != "en" {
		t.Errorf("the menu alone: %q, want en", lang)
	}
}

// TestGold compares with what annotators marked. A line of a document has the
// document's language unless it is marked otherwise. The two resolutions that
// the French folder holds in English are left out.
func TestGold(t *testing.T) {
	mislabelled := []string{"S_RES_2635_2022_2208534E", "S_RES_2636_2022_2208533E"}
	for _, set := range []struct {
		dir             string
		document, lines float64 // accuracy to reach
	}{
		{"../../testdata/gold/sample", 1, 0.995},
		{"../../../shared/gold/written", 0.998, 0.995},
		{"../../../shared/gold/unsc/en", 1, 0.998},
		{"../../../shared/gold/unsc/fr", 1, 0.998},
		{"../../../shared/gold/seeds", 1, 0.98},
	} {
		t.Run(filepath.Base(set.dir), func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(set.dir, "*.ann"))
			if err != nil {
				t.Fatal(err)
			}
			if len(files) == 0 && strings.Contains(set.dir, "shared") {
				t.Skipf("%s is not there", set.dir)
			}
			var docs, docsRight, lines, linesRight, marked, markedRight int
			for _, file := range files {
				raw, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				d, err := ann.ParseDocument(string(raw))
				if err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(set.dir, "fr") && slices.Contains(mislabelled, d.Header["id"]) {
					continue
				}
				text := extractors.NewText(d.Text, "")
				lang, _ := Detect(text.S, text.Lines, "")
				docs++
				if lang == d.Header["lang"] {
					docsRight++
				} else {
					t.Logf("%s: got %s, want %s", d.Header["id"], lang, d.Header["lang"])
				}
				for _, l := range text.Lines {
					i := slices.IndexFunc(d.Lines, func(m ann.LineMark) bool { return m.Start == l.Start })
					want := d.Lines[i].Lang
					if want == "" {
						want = d.Header["lang"]
					}
					lines++
					right := want == l.Lang
					if right {
						linesRight++
					} else {
						t.Logf("%s: got %s, want %s: %.90s", d.Header["id"], l.Lang, want, text.S[l.Start:l.End])
					}
					if d.Lines[i].Lang != "" {
						marked++
						if right {
							markedRight++
						}
					}
				}
			}
			t.Logf("documents %d of %d, lines %d of %d, marked lines %d of %d", docsRight, docs, linesRight, lines, markedRight, marked)
			if float64(docsRight) < set.document*float64(docs) {
				t.Errorf("documents: %d of %d right", docsRight, docs)
			}
			if float64(linesRight) < set.lines*float64(lines) {
				t.Errorf("lines: %d of %d right", linesRight, lines)
			}
		})
	}
}

// TestShort reads documents of a word or two, of which the language can often
// be told, from a list of such pairs in many languages.
func TestShort(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/data/lid/lingua_word-pairs.tsv")
	if err != nil {
		t.Skip("no ../shared/data/lid beside the repository")
	}
	const each = 400
	all, right := map[string]int{}, map[string]int{}
	for line := range strings.Lines(string(raw)) {
		lang, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if all[lang]++; all[lang] > each {
			continue
		}
		if got, _ := Detect(text, extractors.NewText(text, "").Lines, ""); got == lang {
			right[lang]++
		}
	}
	for lang, least := range map[string]float64{"fr": 0.97, "en": 0.97, "es": 0.9, "de": 0.9, "it": 0.92, "pt": 0.81, "nl": 0.82, "ar": 0.98, "ru": 0.93} {
		t.Logf("%s: %d of %d", lang, right[lang], each)
		if float64(right[lang]) < least*each {
			t.Errorf("%s: %d of %d right", lang, right[lang], each)
		}
	}
}

// TestSame runs a document that needs lingua many times, one after the other
// and at once.
func TestSame(t *testing.T) {
	raw, err := os.ReadFile("../../testdata/dump/www.passerelles-solidaires.example/actualites/ps-formation-interpretes.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := string(raw) + "\nProvisional agenda\nWomen in Black\nTour de table\nRapport final\nNota informativa\n"
	result := func() string {
		text := extractors.NewText(s, "")
		lang, confidence := Detect(s, text.Lines, "en")
		out := []string{lang, string(rune('0' + int(confidence*10)))}
		for _, l := range text.Lines {
			out = append(out, l.Lang)
		}
		return strings.Join(out, " ")
	}
	want := result()
	for range 20 {
		if got := result(); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
	var wg sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		wg.Go(func() { got[i] = result() })
	}
	wg.Wait()
	for _, g := range got {
		if g != want {
			t.Fatalf("in parallel: got  %s\nwant %s", g, want)
		}
	}
}

func FuzzDetect(f *testing.F) {
	for _, s := range []string{"", "Aperçu\nThe office\n2024", "العربية", "桥\nかな", "a\xffb\n\xc3", "Li atik sa a\u0301\n- [x](#)", "viii)", "ªº×÷µ"} {
		f.Add(s, "fr")
	}
	f.Fuzz(func(t *testing.T, s, declared string) {
		text := extractors.NewText(s, "")
		lang, confidence := Detect(s, text.Lines, declared)
		if !isCode(lang) || !(confidence >= 0 && confidence <= 1) {
			t.Errorf("document: %q, %v", lang, confidence)
		}
		for _, l := range text.Lines {
			if !isCode(l.Lang) || (l.Lang == "") != (lang == "") {
				t.Errorf("line %q of a document in %q", l.Lang, lang)
			}
		}
	})
}

func isCode(s string) bool {
	return s == "" || (len(s) == 2 || len(s) == 3) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

func TestHead(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"un deux", 10, "un deux"},
		{"un deux trois", 9, "un deux"},
		{"un deux", 2, "un"}, // the space is the byte after
		{"ééé", 3, "é"},      // never half a letter
	} {
		got := head(c.s, c.n)
		if got != c.want || !utf8.ValidString(got) {
			t.Errorf("head(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}
