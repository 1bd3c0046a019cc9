package clean

import (
	"strings"
	"testing"
)

// TestXML reads one document of each vocabulary. A block is a line: its kind,
// then its text.
func TestXML(t *testing.T) {
	for _, c := range []struct{ name, in, want, title, published, lang string }{
		{"Akoma Ntoso", `<?xml version="1.0" encoding="UTF-8"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><statement>
<meta><identification source="#x"><FRBRWork><FRBRdate date="2018-12-19" name="adoption"/><FRBRauthor as="#unga"/></FRBRWork>
<FRBRExpression><FRBRlanguage language="fra"/></FRBRExpression></identification></meta>
<preface><p class="title"><docTitle>Pacte mondial</docTitle> <docNumber>A/RES/73/195</docNumber></p></preface>
<mainBody><section><num>Section 1</num><heading>Objectifs</heading>
<paragraph><num>1.</num><content><p>Rappelant la <ref href="/res/71/1">résolution 71/1</ref>, du <date date="2016-09-19">19 septembre 2016</date> ;</p></content></paragraph>
<blockList><listIntroduction>Les <i>États</i> :</listIntroduction><item><num>a)</num><p>coopèrent ;</p></item></blockList></section>
<table><tr><td><p>Année</p></td><td><p>2018</p></td></tr></table></mainBody></statement></akomaNtoso>`,
			"heading Pacte mondial A/RES/73/195|heading Section 1|heading Objectifs|paragraph 1. Rappelant la résolution 71/1, du 19 septembre 2016 ;|paragraph Les États :|list_item a) coopèrent ;|table_row Année\t2018",
			"Pacte mondial", "2018-12-19", "fr"},
		{"a feed", `<?xml version="1.0"?><rss version="2.0"><channel><title>Nouvelles</title><link>https://example.org/</link><language>fr</language>
<item><title>Un</title><link>https://example.org/1</link><description>&lt;p&gt;Le &lt;b&gt;premier&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;Fin.&lt;/p&gt;</description></item>
<item><title>Deux</title><description><![CDATA[<p>Le second.</p>]]></description></item></channel></rss>`,
			"title Nouvelles|paragraph fr|heading Un|paragraph Le premier.|paragraph Fin.|heading Deux|paragraph Le second.", "Nouvelles", "", "fr"},
		{"JATS", `<?xml version="1.0"?><article xml:lang="en"><front><article-meta><title-group><article-title>On borders</article-title></title-group>
<pub-date><day>3</day><month>5</month><year>2004</year></pub-date></article-meta></front><body><sec><title>One</title><p>Text <italic>in</italic> it.</p></sec></body></article>`,
			"title On borders|paragraph 3|paragraph 5|paragraph 2004|heading One|paragraph Text in it.", "On borders", "2004-05-03", "en"},
		{"a vocabulary of its own", `<?xml version="1.0" encoding="ISO-8859-1"?><fiches><fiche><nom>Gen` + "\xe8" + `ve</nom><note>Ville de <pays>Suisse</pays>.</note></fiche></fiches>`,
			"paragraph Genève|paragraph Ville de Suisse.", "", "", ""},
		{"cut off", `<?xml version="1.0"?><doc><p>One.</p><p>Tw`, "paragraph One.|paragraph Tw", "", "", ""},
	} {
		p, err := Clean([]byte(c.in), XML)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, b := range p.Blocks {
			got = append(got, string(b.Kind)+" "+p.Text[b.Start:b.End])
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, s, c.want)
		}
		if p.Title != c.title || p.Published != c.published || p.Lang != c.lang {
			t.Errorf("%s: title %q, published %q, language %q; want %q, %q, %q", c.name, p.Title, p.Published, p.Lang, c.title, c.published, c.lang)
		}
	}
}

// The date of the last change is that of the document, not of one of its parts.
func TestXMLModified(t *testing.T) {
	for raw, want := range map[string]string{
		"<feed><entry><updated>2019-01-01</updated><title>Un</title></entry><updated>2020-01-02T03:04:05Z</updated></feed>": "2020-01-02",
		"<doc xmlns:dcterms='x'><dcterms:modified>2021-02</dcterms:modified><p>Un</p></doc>":                                "2021-02",
		"<doc><body><p>Un</p><p><modified>2021-02-03</modified></p></body></doc>":                                           "",
	} {
		if p, err := Clean([]byte("<?xml version='1.0'?>"+raw), XML); err != nil || p.Modified != want {
			t.Errorf("%s: %+v, %v, want %q", raw, p, err, want)
		}
	}
}

// TestXMLDeep nests elements deeper than a tree of calls should go.
func TestXMLDeep(t *testing.T) {
	p, err := Clean([]byte("<?xml version='1.0'?>"+strings.Repeat("<a><b>", 50_000)+"End."), XML)
	if err != nil || p.Text != "End." {
		t.Errorf("100,000 open elements: %v, %v", p, err)
	}
}

func FuzzXML(f *testing.F) {
	f.Add([]byte("<?xml version='1.0'?><doc><num>1</num><p>a<ref href='x'>b</ref></p><item/></doc>"))
	f.Add([]byte("<a><title/><description>&lt;p&gt;x</description><pub-date><year>1</year></pub-date>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Clean(raw, XML)
		if err == nil {
			check(t, raw, p)
		}
	})
}
