package clean

import (
	"context"
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	uni "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// sentence is shared by the encodings of testdata/odd.
const sentence = "Le 25 juillet 2016, l’Assemblée générale a reçu à New York l’œuvre de M. Élie Çelik : 100 € pour l’OIM."

// encode returns s in another charset.
func encode(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDecode(t *testing.T) {
	latin := func(s string) string { return encode(t, charmap.Windows1252, s) }
	for _, c := range []struct {
		why, raw, mediaType string
		want, charset       string
	}{
		{"valid UTF-8 wins over the declaration", "<meta charset=windows-1251><p>" + sentence, HTML, sentence, "utf-8"},
		{"a declaration in single quotes", "<meta charset='iso-8859-15'><p>" + encode(t, charmap.ISO8859_15, "l'œuvre : 100 €"), HTML, "l'œuvre : 100 €", "iso-8859-15"},
		{"a declaration as browsers read it", `<meta http-equiv=Content-Type content="text/html; charset=iso-8859-1"><p>` + latin(sentence), HTML, sentence, "windows-1252"},
		{"the XML declaration", `<?xml version="1.0" encoding="ISO-8859-2"?><html><body><p>` + encode(t, charmap.ISO8859_2, "Wałęsa") + "</p></body></html>", XHTML, "Wałęsa", "iso-8859-2"},
		{"several bytes a character", "<meta charset=shift_jis><p>" + encode(t, japanese.ShiftJIS, "国連 OIM"), HTML, "国連 OIM", "shift_jis"},
		{"a charset that switches by escapes", "<meta charset=iso-2022-jp><p>\xff" + encode(t, japanese.ISO2022JP, "国連 OIM"), HTML, "\uFFFD国連 OIM", "iso-2022-jp"},
		{"a declaration of UTF-8 that the bytes deny", "<meta charset=utf-8><p>" + latin(sentence), HTML, sentence, "windows-1252"},
		{"no declaration", latin(sentence), Text, sentence, "windows-1252"},
		{"a word in a text file is no declaration", "charset=koi8-r " + latin("été"), Text, "charset=koi8-r été", "windows-1252"},
		{"UTF-16 with its mark", encode(t, uni.UTF16(uni.BigEndian, uni.UseBOM), sentence+" 𝄞"), Text, sentence + " 𝄞", "utf-16be"},
		{"UTF-16 that lost its mark", encode(t, uni.UTF16(uni.LittleEndian, uni.IgnoreBOM), "Réunion du 8 mars 2021"), Text, "Réunion du 8 mars 2021", "utf-16le"},
		{"UTF-32", "\xff\xfe\x00\x00O\x00\x00\x00I\x00\x00\x00M\x00\x00\x00\x40\xf6\x01\x00", Text, "OIM🙀", "utf-32le"},
		{"cut off inside a character", sentence + " \xe2\x80", Text, sentence, "utf-8"},
		{"cut off inside its only accent", "Le 3 mars, l\xe2\x80", Text, "Le 3 mars, l", "utf-8"},
		{"an accent at the very end is whole in windows-1252", "d\xe9fil\xe9", Text, "défilé", "windows-1252"},
		{"one line of another origin", sentence + "\nL'\xe9t\xe9 de l'OIM\n" + sentence, Text, sentence + "\nL'été de l'OIM\n" + sentence, "utf-8"},
		{"one bad character among good ones", "l’été\nl’\xe9t\xc3\xa9 \xff\xfe\n", Text, "l’été\nl’\uFFFDté \uFFFD\n", "utf-8"},
		{"capitals and guillemets that look like UTF-8 by chance", latin("« LIBERTÉ» et « ÉGALITÉ», c'est gravé"), Text, "« LIBERTÉ» et « ÉGALITÉ», c'est gravé", "windows-1252"},
	} {
		p, err := Clean([]byte(c.raw), c.mediaType)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if p.Text != c.want || p.Charset != c.charset {
			t.Errorf("%s:\n got %q in %s\nwant %q in %s", c.why, p.Text, p.Charset, c.want, c.charset)
		}
	}
}

// What came with the bytes counts for more than what is written in them, and
// less than what they are.
func TestDeclaredCharset(t *testing.T) {
	const sentence = "Žižek, né en été, Łódź"
	polish := encode(t, charmap.ISO8859_2, sentence)
	for _, c := range []struct{ why, raw, mediaType, declared, want, charset string }{
		{"text declares nothing by itself", polish, Text, "ISO-8859-2", sentence, "iso-8859-2"},
		{"a page that was converted on its way", "<meta charset=koi8-r><p>" + polish, HTML, "iso-8859-2", sentence, "iso-8859-2"},
		{"valid UTF-8 wins", sentence, Text, "iso-8859-2", sentence, "utf-8"},
		{"a mark of the order of bytes wins", "\xff\xfeO\x00I\x00M\x00", Text, "iso-8859-2", "OIM", "utf-16le"},
		{"UTF-8 that the bytes deny: then the markup counts", "<meta charset=iso-8859-2><p>" + polish, HTML, "utf-8", sentence, "iso-8859-2"},
		{"a name that nobody knows", encode(t, charmap.Windows1252, "l’été"), Text, "x-ours", "l’été", "windows-1252"},
		{"XML", "<?xml version='1.0'?><doc><p>" + polish + "</p></doc>", XML, "iso-8859-2", sentence, "iso-8859-2"},
	} {
		if p, err := CleanAs([]byte(c.raw), c.mediaType, c.declared); err != nil || p.Text != c.want || p.Charset != c.charset {
			t.Errorf("%s: %+v, %v\nwant %q in %s", c.why, p, err, c.want, c.charset)
		}
	}
}

func TestRejects(t *testing.T) {
	for _, c := range []struct{ raw, mediaType, want string }{
		{"", Text, "empty"},
		{"", HTML, "empty"},
		{"\xEF\xBB\xBF", Text, "empty: no bytes but the mark of their order"},
		{" \n\t\u00A0\u200B\r\n", Markdown, "empty: white space only"},
		{"<html><script>alert('a')</script><div hidden>b</div></html>", HTML, "empty: no text on the page"},
		{"twelve bytes\x00 and more", Text, "not text: NUL at byte 12"},
		{"%PDF-1.7\n1 0 obj", Text, "not text: a PDF file"},
		{strings.Repeat("\x01\x02\x03abc", 50), HTML, "not text: 150 control characters in the first 300 bytes"},
		{"\xff\xfe" + strings.Repeat("\x01\xd8", 50), Text, "not text: 50 invalid characters after a byte order mark"},
		{"{}", "application/json", `media type "application/json" is not supported`},
	} {
		if _, err := Clean([]byte(c.raw), c.mediaType); err == nil || err.Error() != c.want {
			t.Errorf("Clean(%.20q, %s) = %v, want %s", c.raw, c.mediaType, err, c.want)
		}
	}
	page := strings.Repeat("une ligne de texte\n", 100) + "a\x00b"
	if p, err := Clean([]byte(page), Text); err != nil || !strings.HasSuffix(p.Text, "\nab") {
		t.Errorf("one NUL on a page of text: %v", err)
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ why, raw, want string }{
		{"line ends", "a\r\nb\rc\u0085d\u2028e\u2029f\fg\vh", "a\nb\nc\nd\ne\nf\ng\nh"},
		{"blank lines stay", "a\n\n \t\nb", "a\n\n\nb"},
		{"spaces that do not break", "12\u00A0500\u202F€\u2009!", "12 500 € !"},
		{"no width", "l\u200B’O\u00ADI\uFEFFM\u200E\u2060", "l’OIM"},
		{"ligatures open, letters stay", "ﬁn, oﬃce, ﬂeuve, œuvre, Cæsar", "fin, office, fleuve, œuvre, Cæsar"},
		{"normal form C, also across what is dropped", "e\u0301te\u200B\u0301", "été"},
		{"colours of a terminal", "a \x1b[1;31msigné\x1b[0m", "a signé"},

		{"links", "le [site (ONU)](https://un.org/a_(b)) et [vide](#) et [t](u.html \"titre\")", "le site (ONU) et vide et t"},
		{"links in links", "[![logo](a.png) Accueil](/)", "logo Accueil"},
		{"a remark is no target", "il a dit [sic](voir note) et [A](B)", "il a dit [sic](voir note) et [A](B)"},
		{"an open end", "[lien sans fin](# et la suite", "[lien sans fin](# et la suite"},
		{"links one after the other", "[a](#)[b](#)", "ab"},
		{"escapes", `Framework \(MiGOF\), a\_b, 1\. x, C:\temp\new`, `Framework (MiGOF), a_b, 1. x, C:\temp\new`},
		{"emphasis", "Le **Bureau** de l'*OIM*, __en gras__ et ***les deux***, mi**lieu** de mot", "Le Bureau de l'OIM, en gras et les deux, milieu de mot"},
		{"emphasis around links", "**[Accueil](#)** et [**Notre action**](#)", "Accueil et Notre action"},
		{"escaped stars", `\*pas de gras\*`, "*pas de gras*"},
		{"stars that are none", "2**3 et 4**5, 5 * 3 * 2, p. 3* et p. 4*, (*) ou (*), *2324871*, ** seul", "2**3 et 4**5, 5 * 3 * 2, p. 3* et p. 4*, (*) ou (*), *2324871*, ** seul"},
		{"names with underlines", "snake_case_name et __a", "snake_case_name et __a"},
		{"headings", "## Où nous intervenons ##\n#motdièse\n# C #", "Où nous intervenons\n#motdièse\nC"},
		{"tables", "| Pays | Projets |\n|------|:-----:|\n| Mali | **3** |\n| a\\|b | |", "Pays\tProjets\n\nMali\t3\na|b"},
		{"code keeps its stars", "```go\nx := **p\n```\nfin **là**", "\nx := **p\n\nfin là"},
		{"references", "d&eacute;j&agrave;&nbsp;l&#224;, R&amp;D, &amp;eacute;t&eacute;, AT&T; &bogus; &notit; a&b;", "déjà là, R&D, été, AT&T; &bogus; &notit; a&b;"},
		{"a reference that needs composing", "e&#769;te&#x301;", "été"},
		{"tags", "<p>Un <b>mot</b></p><p>deux<br/>trois</p><!-- non --> <a href=\"x\">lien</a>", "Un mot\ndeux\ntrois\n lien"},
		{"comparisons and names are no tags", "si a <b et c> d, <nom>, <ville-de-naissance>, x<y", "si a <b et c> d, <nom>, <ville-de-naissance>, x<y"},
		{"addresses", "<https://un.org/a> et Rose <r@relief.example>", "https://un.org/a et Rose <r@relief.example>"},
	} {
		p, err := Clean([]byte(c.raw), Text)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if p.Text != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.why, p.Text, c.want)
		}
	}
}

// kinds writes a page's blocks one a line, with their kind before them and
// their region in round brackets.
func kinds(p *Page) string {
	var b strings.Builder
	for _, k := range p.Blocks {
		fmt.Fprintf(&b, "%s", k.Kind)
		if k.Region != "" {
			fmt.Fprintf(&b, "(%s)", k.Region)
		}
		if k.Links > 0 {
			fmt.Fprintf(&b, "[%.1f]", k.Links)
		}
		fmt.Fprintf(&b, ": %s\n", p.Text[k.Start:k.End])
	}
	return b.String()
}

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }

func TestKindsByShape(t *testing.T) {
	long := "Le conseil d'administration compte neuf personnes, élues pour trois ans par l'assemblée."
	for _, c := range []struct{ why, raw, mediaType, want string }{
		{"a heading above running text", lines("La réunion", long, "", "Les suites", "", long), Text,
			lines("heading: La réunion", "paragraph: "+long, "heading: Les suites", "paragraph: "+long)},
		{"the end of a wrapped paragraph is no heading", lines(long[:80], "Et la suite", long), Text,
			lines("paragraph: "+long[:80], "paragraph: Et la suite", "paragraph: "+long)},
		{"a title above a heading", lines("About", "", "Overview", "", long), Text,
			lines("heading: About", "heading: Overview", "paragraph: "+long)},
		{"lists keep their markers", lines("- un", "• deux", "3. trois", "(iv) quatre", "b) cinq", "2016. Une année.", "a. m."), Text,
			lines("list_item: - un", "list_item: • deux", "list_item: 3. trois", "list_item: (iv) quatre", "list_item: b) cinq", "paragraph: 2016. Une année.", "paragraph: a. m.")},
		{"a menu above, with a word glued to its text; titles below it are none", lines("Accueil", "Accueil", "Notre travail", "Notre travail"+long, "- Agir", "- Nous contacter", "Un titre d'article", long), Text,
			lines("menu: Accueil", "menu: Accueil", "menu: Notre travail", "menu: Notre travail"+long, "menu: - Agir", "menu: - Nous contacter", "heading: Un titre d'article", "paragraph: "+long)},
		{"a list of names below is no menu", lines(long, "Ont signé", "Ada Ndiaye", "Luc Roy", "Eva Sow", "Max Diop", "Ana Paz"), Text,
			lines("paragraph: "+long, "paragraph: Ont signé", "paragraph: Ada Ndiaye", "paragraph: Luc Roy", "paragraph: Eva Sow", "paragraph: Max Diop", "paragraph: Ana Paz")},
		{"rows", lines("Pays | Projets", "Mali | 3", "", "a\tb\tc", "", "Accueil | Contact"), Text,
			lines("table_row: Pays | Projets", "table_row: Mali | 3", "table_row: a\tb\tc", "paragraph: Accueil | Contact")},
		{"Markdown says", lines("# Titre", "", "> cité", "", "```", "code", "```", "", "| a | b |", "", "voir [ici](#)"), Markdown,
			lines("heading: Titre", "quote: cité", "preformatted: code", "table_row: a\tb", "paragraph[0.4]: voir ici")},
	} {
		p, err := Clean([]byte(c.raw), c.mediaType)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if got := kinds(p); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.why, got, c.want)
		}
	}
}

func TestHTML(t *testing.T) {
	for _, c := range []struct{ why, raw, want string }{
		{"inline tags do not part a word", "<p>O<b>IM</b>, 1<sup>er</sup> mars", lines("paragraph: OIM, 1er mars")},
		{"blocks do", "<div>un<div>deux</div>trois</div><p>quatre<p>cinq<br>six", lines("paragraph: un", "paragraph: deux", "paragraph: trois", "paragraph: quatre", "paragraph: cinq", "paragraph: six")},
		{"links and boxes side by side are no word", "<p><a href=/>Accueil</a><a href=/>Agir</a><button>Fermer</button>fin", lines("paragraph[0.6]: Accueil Agir Fermer fin")},
		{"neither are elements whose letters say so", "<p><span>Ada Roy</span><span>3 mai</span><time>2020</time>, <i>L</i><i>e</i>", lines("paragraph: Ada Roy 3 mai 2020, Le")},
		{"an image between words, not before a stop", "<p>un<img src=a alt=non>deux<img>.", lines("paragraph: un deux.")},
		{"white space", "<p> un \n\t deux <b> trois </b> quatre&nbsp;! ", lines("paragraph: un deux trois quatre !")},
		{"preformatted text", "<pre>\n  un\n    deux\n\nfin</pre>", lines("preformatted:   un", "preformatted:     deux", "preformatted: fin")},
		{"rows of data", "<table><caption>Chiffres</caption><tr><th>Pays<th>Total<tr><td><p>Mali</p><td>3<br>ou 4</table>", lines("caption: Chiffres", "table_row: Pays\tTotal", "table_row: Mali\t3 ou 4")},
		{"tables for layout", "<table><tr><td><h2>Titre</h2><p>Texte<td><ul><li>un<li>deux</ul></table>", lines("heading: Titre", "paragraph: Texte", "list_item: un", "list_item: deux")},
		{"a long text beside another is no row", "<table><tr><td>" + strings.Repeat("Un long texte. ", 40) + "<td>à côté</table>", lines("paragraph: "+strings.TrimSpace(strings.Repeat("Un long texte. ", 40)), "paragraph: à côté")},
		{"what shows no text", "<p>a<script>b</script><style>c</style><template>d</template><noscript>e</noscript><svg><text>f</text></svg><iframe>g</iframe><select><option>h</select><!-- i -->", lines("paragraph: a")},
		{"what is hidden", "<p hidden>a</p><p style='color:red; DISPLAY : none !important'>b</p><dialog>c</dialog><p aria-hidden=true>d</p>", lines("paragraph: d")},
		{"what is folded", "<button aria-expanded=false aria-controls=x>Plus</button><div id=x hidden>détail</div><div role=tabpanel hidden>onglet</div><details><summary>s</summary>t</details>",
			lines("paragraph: Plus", "paragraph: détail", "paragraph: onglet", "paragraph: s", "paragraph: t")},
		{"regions", "<header>a</header><nav><a href=/>b</a></nav><main>c<article><header><h1>d</h1></header>e<aside>f</aside><footer>g</footer></article></main><aside><article>h</article></aside><div role=contentinfo>i</div>",
			lines("paragraph(header): a", "menu(nav)[1.0]: b", "paragraph(main): c", "heading(article): d", "paragraph(article): e", "paragraph(aside): f", "paragraph(footer): g", "paragraph(aside): h", "paragraph(footer): i")},
		{"a run of links outside the text is a menu", "<ul><li><a href=1>un</a><li><a href=2>deux</a><li><a href=3>trois</a><li><a href=4>quatre</a><li><a href=5>cinq</a></ul><p>Texte",
			lines("menu[1.0]: un", "menu[1.0]: deux", "menu[1.0]: trois", "menu[1.0]: quatre", "menu[1.0]: cinq", "paragraph: Texte")},
		{"links around blocks", "<a href=1><h2>Titre</h2><p>chapeau</p></a>fin", lines("heading[1.0]: Titre", "paragraph[1.0]: chapeau", "paragraph: fin")},
		{"quotations and lists", "<blockquote><p>dit-il</p></blockquote><ol><li><p>un</p></ol><dl><dt>t<dd>d</dl>", lines("quote: dit-il", "list_item: un", "list_item: t", "list_item: d")},
		{"the heading that is the title", "<title>Un titre - Le site</title><h1>Le site</h1><h2>Un titre</h2>", lines("heading: Le site", "title: Un titre")},
		{"a fragment, and tags that never close", "texte <b>gras <p>deux <i", lines("paragraph: texte gras", "paragraph: deux")},
		{"characters", "<p>l&rsquo;&#339;uvre, e&#769;te\u0301, &shy;ﬁn &#x80;", lines("paragraph: l’œuvre, été, fin €")},
	} {
		p, err := Clean([]byte(c.raw), HTML)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if got := kinds(p); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.why, got, c.want)
		}
	}
}

func TestXHTML(t *testing.T) {
	raw := `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">` +
		`<head><title>Titre</title><script src="a.js"/></head><body><a name="x"/><p>un<br/>deux</p><div/><p>trois</p></body></html>`
	p, err := Clean([]byte(raw), XHTML)
	if err != nil {
		t.Fatal(err)
	}
	if want := lines("paragraph: un", "paragraph: deux", "paragraph: trois"); kinds(p) != want || p.Lang != "fr" || p.Title != "Titre" {
		t.Errorf("got %s lang %s title %s", kinds(p), p.Lang, p.Title)
	}
}

func TestMetadata(t *testing.T) {
	for _, c := range []struct {
		why, raw string
		want     Page
	}{
		{"the head", `<html lang="fr-CH"><title> Un
			titre </title><link rel="canonical" href="https://un.example/a"><meta property="og:url" content="https://un.example/b"><meta name=author content="Par Ada Roy"><meta property="og:site_name" content="Le Site"><meta property="article:published_time" content="2024-10-03T08:00:00+02:00"><meta name="date" content="2020">`,
			Page{Title: "Un titre", URL: "https://un.example/a", Lang: "fr-CH", Author: "Ada Roy", SiteName: "Le Site", Published: "2024-10-03"}},
		{"JSON-LD", `<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"Le Site"},{"@type":"NewsArticle","datePublished":"2019-11-18","author":[{"name":"Ada Roy"},{"name":"Luc Sow"}]}]}</script><meta name="dc.date" content="2001-01-01">`,
			Page{Published: "2019-11-18", Author: "Ada Roy, Luc Sow", SiteName: "Le Site"}},
		{"JSON-LD that is none", `<script type="application/ld+json">{"datePublished": oops</script>`, Page{}},
		{"microdata", `<div itemscope><span itemprop="author" itemscope><b itemprop="name">Ada Roy</b></span><time itemprop="datePublished" datetime="2018-03">mars</time></div>`,
			Page{Author: "Ada Roy", Published: "2018-03"}},
		{"the first time of the text, not of the navigation", `<nav><time datetime="2001-01-01">a</time></nav><article><time datetime="2002-02-02">b</time><time datetime="2003-03-03">c</time></article>`, Page{Published: "2002-02-02"}},
		{"dates that are none, or of which nobody knows the month", `<meta name="date" content="2024-13-45"><meta name="pubdate" content="03/10/2024">`, Page{}},
		{"a date in words", `<meta name="date" content="Thu, 03 Oct 2024 08:00:00 GMT">`, Page{Published: "2024-10-03"}},
		{"addresses that are none", `<link rel=canonical href="/a"><meta property="og:url" content="javascript:x"><meta property="article:author" content="https://social.example/ada">`, Page{}},
		{"the title of a drawing is not the page's", `<svg><title>Logo</title></svg><meta property="og:title" content="Titre">`, Page{Title: "Titre"}},
	} {
		p, err := Clean([]byte(c.raw+"<p>Texte"), HTML)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		got := fmt.Sprint(p.Title, "|", p.URL, "|", p.Lang, "|", p.Author, "|", p.SiteName, "|", p.Published)
		want := fmt.Sprint(c.want.Title, "|", c.want.URL, "|", c.want.Lang, "|", c.want.Author, "|", c.want.SiteName, "|", c.want.Published)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.why, got, want)
		}
	}
}

func TestMediaType(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"a.txt", "Bonjour", Text},
		{"a.txt", "\uFEFF \n<!-- saved --><!DOCTYPE html><html>", HTML},
		{"a.TXT", "<!doctype html PUBLIC", HTML},
		{"dir.html/README", "Bonjour", Text},
		{"a.md", "# Titre", Markdown},
		{"a.md", "<h1 align=center>Titre</h1>", Markdown},
		{"a.html", "<p>un", HTML},
		{"a.html", "Sans une balise", Text},
		{"a.htm", "<?xml version='1.0'?>\n<!DOCTYPE html><html xmlns='x'>", XHTML},
		{"a.xhtml", "", XHTML},
		{"a.html", "\xff\xfe<\x00p\x00>\x00", HTML},
		{"a.pdf", "%PDF-1.7", ""},
		{"a.php", "<html><body>", HTML},
	} {
		if got := MediaType(c.name, []byte(c.head)); got != c.want {
			t.Errorf("MediaType(%q, %q) = %q, want %q", c.name, c.head, got, c.want)
		}
	}
}

// The date of the last change stands in as many places as that of publication.
func TestModified(t *testing.T) {
	for _, c := range []struct{ why, raw, want string }{
		{"OpenGraph", `<meta property="article:modified_time" content="2024-10-05T10:00:00Z"><meta property="og:updated_time" content="2024-10-06">`, "2024-10-05"},
		{"JSON-LD", `<script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2019-11-18","dateModified":"2020-01-02T03:04:05+00:00"}]}</script>`, "2020-01-02"},
		{"microdata", `<time itemprop="dateModified" datetime="2018-03-04">mars</time>`, "2018-03-04"},
		{"microdata in words", `<span itemprop="dateModified">2018-03</span>`, "2018-03"},
		{"Dublin Core", `<meta name="dcterms.modified" content="2021-02-03">`, "2021-02-03"},
		{"what names it counts before what hints at it", `<meta name="last-modified" content="2021-02-03"><meta itemprop="dateModified" content="2022-02-03">`, "2022-02-03"},
		{"none", `<meta name="date" content="2020-01-01">`, ""},
	} {
		p, err := Clean([]byte(c.raw+"<p>Texte"), HTML)
		if err != nil || p.Modified != c.want {
			t.Errorf("%s: %+v, %v, want %q", c.why, p, err, c.want)
		}
	}
}

// Pages made to take for ever, each of 200 KB or more. The limit is generous:
// without care they take minutes.
func TestBombs(t *testing.T) {
	numbered := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct{ why, raw, mediaType string }{
		{"elements inside elements", strings.Repeat("<div>", 50_000) + "fin", HTML},
		{"formatting elements, all open", numbered(20_000, "<b id=%d>") + "fin" + strings.Repeat("<p>x", 20_000), HTML},
		{"formatting elements and blocks by turns", numbered(20_000, "<font size=%d><p>x"), HTML},
		{"formatting elements closed in the wrong order", numbered(10_000, "<a href=%d><b id=%[1]d><i><p>x</b></i>"), HTML},
		{"text moved out of tables", "<table>" + numbered(20_000, "<tr><b id=%d>x"), HTML},
		{"tables inside cells", strings.Repeat("<table><tr><td>x<td>", 20_000), HTML},
		{"lists inside lists", strings.Repeat("<ul><li>x", 30_000), HTML},
		{"attributes", "<p " + numbered(50_000, "a%d=1 ") + ">fin", HTML},
		{"end tags that close nothing", strings.Repeat("<div>", 290) + strings.Repeat("</section>x", 50_000), HTML},
		{"empty elements", strings.Repeat("<a/>x", 50_000), XHTML},
		{"brackets that never close", strings.Repeat("[", 300_000), Markdown},
		{"targets that never close", strings.Repeat("[a](b", 100_000), Markdown},
		{"targets that close nothing", strings.Repeat("](a", 100_000), Markdown},
		{"comments that never close", strings.Repeat("<!--", 100_000), Text},
		{"references to references", strings.Repeat("&amp;", 100_000) + ";", Text},
		{"emphasis without end", strings.Repeat("**a *b __c ", 50_000), Markdown},
		{"fences without end", strings.Repeat("```x\n", 50_000), Markdown},
		{"accents on one letter", "e" + strings.Repeat("\u0301", 200_000), Text},
		{"one long line", strings.Repeat("mot ", 500_000), Text},
		{"mojibake on one line", strings.Repeat("Ã©", 200_000), Text},
		{"mojibake in doubt on each line", strings.Repeat("é Ã» Ã\u00A0\n", 50_000), Text},
		{"words parted without end", strings.Repeat("abc-\n", 100_000) + "abc", Text},
		{"parted words in one another", strings.Repeat(strings.Repeat("a", 1000)+"-\nb", 500), Text},
		{"letters of ISO 8859-1 by turns", strings.Repeat("\xe9a", 200_000), Text},
		{"quotation marks of attributes", "fin" + strings.Repeat("<p a='\"", 50_000), HTML},
		{"comments and scripts that never close", "fin" + strings.Repeat("<!-- <script> -- ", 30_000), HTML},
		{"scripts in scripts", "fin" + strings.Repeat("<script><!-- <script>", 30_000), HTML},
		{"end tags inside a title", "fin" + strings.Repeat("<title></titl</", 30_000), HTML},
		{"white space", "fin" + strings.Repeat("<b> \n\t </b> ", 50_000), HTML},
	} {
		start := time.Now()
		p, err := Clean([]byte(c.raw), c.mediaType)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", c.why, took)
		}
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		} else {
			check(t, []byte(c.raw), p)
		}
	}
}

// check fails where a page breaks what its type promises.
func check(t *testing.T, raw []byte, p *Page) {
	t.Helper()
	if !utf8.ValidString(p.Text) {
		t.Fatalf("invalid UTF-8: %.200q", p.Text)
	}
	if !norm.NFC.IsNormalString(p.Text) {
		t.Fatalf("not in normal form C: %+.200q", p.Text)
	}
	for _, l := range strings.Split(p.Text, "\n") {
		if strings.TrimRight(l, " \t") != l {
			t.Fatalf("line with trailing space: %.200q", l)
		}
		if i := strings.IndexFunc(l, func(r rune) bool { return r != '\t' && (unicode.IsControl(r) || cleanRune(r) != stays) }); i >= 0 {
			t.Fatalf("line with unclean characters: %+.200q", l)
		}
	}
	last := -1
	for _, b := range p.Blocks {
		if b.Start <= last || b.End <= b.Start || b.End > len(p.Text) {
			t.Fatalf("block %v after %d in %d bytes", b.Span, last, len(p.Text))
		}
		text := p.Text[b.Start:b.End]
		if strings.TrimSpace(text) == "" || strings.Contains(text, "\n") || b.Links < 0 || b.Links > 1 || b.Kind == "" {
			t.Fatalf("block %+v of %q", b, text)
		}
		if b.Start > 0 && p.Text[b.Start-1] != '\n' && strings.TrimLeft(p.Text[last+1:b.Start], " \t\n") != "" {
			t.Fatalf("block %q starts inside a line", text)
		}
		last = b.End
	}
	if _, ok := p.Offsets.Source(0); !ok {
		return // HTML
	}
	source := 0
	for i := range p.Text + "\n" { // and its end
		at, ok := p.Offsets.Source(i)
		if !ok || at < source || at > len(raw) {
			t.Fatalf("offset %d leads to %d, %t, after %d in %d bytes", i, at, ok, source, len(raw))
		}
		source = at
	}
	for _, b := range p.Blocks {
		if sp, ok := p.Offsets.Span(b.Span); !ok || sp != b.Source || sp.Len() <= 0 || sp.End > len(raw) {
			t.Fatalf("block %v comes from %v, %t", b, sp, ok)
		}
	}
}

// Every token of a text leads to bytes of its source that decode and clean to
// that token.
func TestOffsets(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/odd/*.txt", "testdata/odd/*.md", "testdata/dump/*/*.txt", "testdata/dump/*/*.md", "testdata/dump/*/*/*.txt", "testdata/dump/*/*/*.md",
		"../shared/dump/iom/*.txt", "../shared/dump/unsc/fr/S_RES_25*.txt"} {
		names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, names...)
	}
	documents := map[string][]byte{
		"made": []byte("A [lien](#) et **gras** ; d&eacute;j&agrave; oﬃce e\u0301te\u0301\r\n\r\n| Pays | n&deg; |\r\n|---|---|\r\n| Mali\u00A0 | 3 |\r\n# Titre #\r\nl\u00ADa ﬁn <b>du</b> \\(texte\\)"),
	}
	documents["made, as UTF-16"] = []byte(encode(t, uni.UTF16(uni.LittleEndian, uni.UseBOM), string(documents["made"])))
	documents["windows-1252"] = []byte(encode(t, charmap.Windows1252, sentence+"\r\n«\u00A0"+sentence+"\u00A0»"))
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		documents[f] = raw
	}
	tokens := 0
	for name, raw := range documents {
		p, err := Clean(raw, MediaType(name+".md", nil))
		if err != nil {
			continue // TestRejects and TestOdd say which
		}
		check(t, raw, p)
		for _, tok := range extractors.Tokenize(nil, p.Text) {
			sp, ok := p.Offsets.Span(tok.Span)
			if !ok {
				t.Fatalf("%s: no source for %v", name, tok.Span)
			}
			want := p.Text[tok.Start:tok.End]
			if got := recleaned(t, raw[sp.Start:sp.End], p.Charset); got != want {
				t.Errorf("%s: %q comes from %q, which cleans to %q", name, want, raw[sp.Start:sp.End], got)
			}
			tokens++
		}
	}
	if tokens < 100 {
		t.Errorf("only %d tokens", tokens)
	}
}

// recleaned decodes a piece of a source by other means than Clean, and cleans it.
func recleaned(t *testing.T, raw []byte, charset string) string {
	t.Helper()
	s := string(raw)
	var err error
	switch charset {
	case "utf-8":
		s = strings.ToValidUTF8(s, "\uFFFD")
	case "windows-1252":
		s, err = charmap.Windows1252.NewDecoder().String(s)
	case "utf-16le":
		s, err = uni.UTF16(uni.LittleEndian, uni.IgnoreBOM).NewDecoder().String(s)
	case "utf-16be":
		s, err = uni.UTF16(uni.BigEndian, uni.IgnoreBOM).NewDecoder().String(s)
	default:
		t.Fatalf("charset %s", charset)
	}
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s, ";") {
		s = html.UnescapeString(s)
	}
	s, _, _ = cleanChars(s)
	return norm.NFC.String(s)
}

// The files of testdata/odd whose name says which characters are odd hold one
// sentence that is not.
func TestOdd(t *testing.T) {
	plainer := strings.NewReplacer("’", "'", "œuvre", "portrait", "€", "£").Replace(sentence)
	plainer = strings.Replace(plainer, "l'portrait", "le portrait", 1)
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "odd", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/odd: %v", err)
	}
	found := 0
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(f)
		p, err := Clean(raw, MediaType(name, raw))
		switch name {
		case "bom-only.txt", "empty.txt", "empty-body.html", "nul-bytes.txt", "png-named.txt", "whitespace-only.txt":
			if err == nil {
				t.Errorf("%s: not rejected", name)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		check(t, raw, p)
		if strings.Contains(name, "utf-") || strings.Contains(name, "iso-") || strings.Contains(name, "windows-1252") || strings.Contains(name, "nf") || strings.Contains(name, "charset") {
			if !strings.HasPrefix(name, "invalid") && !strings.HasPrefix(name, "entities") && !strings.Contains(name, "surrogate") {
				found++
				if text := strings.ReplaceAll(p.Text, "l'œuvre", "l’œuvre"); !strings.Contains(strings.ReplaceAll(text, "’", "'"), strings.ReplaceAll(sentence, "’", "'")) && !strings.Contains(text, plainer) {
					t.Errorf("%s: got %.300q", name, p.Text)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d files hold the sentence", found)
	}
}

// Of the gold documents nothing is lost but the marks of Markdown.
func TestSeedsStay(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "gold", "seeds", "*.ann"))
	if len(files) == 0 {
		t.Skip("../shared/gold/seeds is not here: the seeds are not part of the repository")
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(string(raw), "#---\n")
		text, _, err := ann.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Clean([]byte(text), Text)
		if err != nil {
			t.Fatal(err)
		}
		count := make(map[string]int)
		for _, tok := range extractors.Tokenize(nil, text) {
			count[text[tok.Start:tok.End]]++
		}
		for _, tok := range extractors.Tokenize(nil, p.Text) {
			count[p.Text[tok.Start:tok.End]]--
		}
		for s, n := range count {
			if n < 0 || n > 0 && !strings.Contains(`[]()*\#`, s) {
				t.Errorf("%s: %q is lost %d times", filepath.Base(f), s, n)
			}
		}
	}
}

func FuzzClean(f *testing.F) {
	types := []string{Text, Markdown, HTML, XHTML}
	for i, s := range []string{sentence, "a\r\n[b](#) **c** &eacute; | d |\n| e | f |\n```\ng\n```", "<p>a<b>b</p><table><tr><td>c<td>d</table>", "<a/><br/><p hidden/>x",
		"\xff\xfea\x00b\x00", "e\u200B\u0301 ﬃ \\( \x1b[1m", "- a\n- a\nb", "l'\xe9t\xe9", "<div><a href=x>a<p>b</a>c<pre> d\n e</pre>", "&amp;#769; a*\u0301*b*", "r\u00C3\u00A9so-\n lution, \u00C3 x\nre\u00AD\r\nlu", "d\x8Ej\x88"} {
		f.Add([]byte(s), byte(i))
	}
	f.Fuzz(func(t *testing.T, raw []byte, kind byte) {
		p, err := Clean(raw, types[int(kind)%len(types)])
		if err != nil {
			if p != nil {
				t.Fatal("a page and an error")
			}
			return
		}
		check(t, raw, p)
	})
}

func FuzzMediaType(f *testing.F) {
	f.Add("a.html", []byte("<?xml <!-- <!doctype"))
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		switch got := MediaType(name, head); got {
		case "", Text, Markdown, HTML, XHTML, XML:
		default:
			t.Fatal(got)
		}
	})
}

// The plain tree, which broken pages get, reads whole pages as html.Parse does.
func TestParsePlain(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/dump/*/*/*.html", "testdata/dump/*/*/*.htm", "../shared/data/content/*/html/*1.html"} {
		names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, names...)
	}
	tokens, differ := 0, 0
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := decode(raw, true, "", nil)
		if err != nil {
			continue // TestRejects says which
		}
		want, _ := render(parse(s, nil))
		got, _ := render(parsePlain([]byte(s), nil))
		count := make(map[string]int)
		for _, tok := range extractors.Tokenize(nil, want) {
			count[want[tok.Start:tok.End]]++
			tokens++
		}
		for _, tok := range extractors.Tokenize(nil, got) {
			count[got[tok.Start:tok.End]]--
		}
		for _, n := range count {
			differ += max(n, -n)
		}
	}
	if tokens < 1000 || differ*1000 > tokens {
		t.Errorf("%d of %d tokens differ", differ, tokens)
	}
}

// Work on a document stops when its time is over, in each loop that may be
// long, and not before.
func TestCleanContext(t *testing.T) {
	late := errors.New("took too long")
	page := strings.Repeat("<div class=a><p>Un <b>mot</b> et <a href=x>un lien</a>.</div>", 50_000)
	text := strings.Repeat("Un *mot* et [un lien](x).\n", 100_000)
	doc := "<?xml version='1.0'?><doc>" + strings.Repeat("<p>Un <b>mot</b>.</p>", 100_000) + "</doc>"
	for _, c := range []struct{ raw, mediaType string }{{page, HTML}, {page, XHTML}, {strings.Repeat("<b>", 20_000) + page, HTML}, {text, Text}, {text, Markdown}, {doc, XML}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		want, err := Clean([]byte(c.raw), c.mediaType)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := CleanContext(ctx, []byte(c.raw), c.mediaType, ""); err != nil || got.Text != want.Text || len(got.Blocks) != len(want.Blocks) {
			t.Errorf("%s: with all the time: %v", c.mediaType, err)
		}
		cancel(late)
		start := time.Now()
		if p, err := CleanContext(ctx, []byte(c.raw), c.mediaType, ""); p != nil || err != late {
			t.Errorf("%s: without time: %v, %v", c.mediaType, p, err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: without time it took %v", c.mediaType, took)
		}
		for asks := 1; asks < 200; asks += 7 { // wherever it stands
			if _, err := CleanContext(&endsAfter{Context: ctx, asks: asks}, []byte(c.raw[:min(len(c.raw), 100_000)]), c.mediaType, ""); err != nil && err != late {
				t.Errorf("%s: after %d questions: %v", c.mediaType, asks, err)
			}
		}
	}
}

// endsAfter is a context that ends when it was asked so often.
type endsAfter struct {
	context.Context
	asks int
}

func (e *endsAfter) Err() error {
	if e.asks--; e.asks > 0 {
		return nil
	}
	return e.Context.Err()
}
