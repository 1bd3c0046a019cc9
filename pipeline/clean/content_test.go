package clean

import (
	"fmt"
	"strings"
	"testing"
)

// Paragraphs long enough to be running text, each with words of its own.
func paragraphs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<p>On day %d the ferry took %d families across the river, and the pilot said that he would go on as long as the water let him.</p>", i, 10+i)
	}
	return b.String()
}

// hints returns the hints of the blocks that are not those paragraphs, and of
// the paragraphs the first.
func hints(p *Page) string {
	var out []string
	seen := false
	for _, b := range p.Blocks {
		s := p.Text[b.Start:b.End]
		if strings.HasPrefix(s, "On day ") {
			if seen {
				continue
			}
			seen, s = true, "TEXT"
		}
		out = append(out, b.Hint+": "+s)
	}
	return strings.Join(out, " | ")
}

func TestHints(t *testing.T) {
	const article = `<meta property="og:type" content="article"><title>Ferry in May</title>`
	for _, c := range []struct{ why, raw, want string }{
		{"names around an article", article + `<div class="site-menu">Home</div><div class="wrap"><h1>Ferry in May</h1><div class="byline">Ada Roy</div>` + paragraphs(4) +
			`<div class="social-share">Tell a friend</div></div><div id="comments"><p>I was there too, and I can say that nothing of this is true, nor was it ever.</p></div>`,
			"nav: Home | body: Ferry in May | author: Ada Roy | body: TEXT | share: Tell a friend | comments: I was there too, and I can say that nothing of this is true, nor was it ever."},
		{"French names", article + `<h1>Ferry in May</h1><div class="corps-article">` + paragraphs(4) + `</div><div class="a-lire-aussi">Le pont</div><div class="bloc-abonnement">Dix francs par mois</div>`,
			"outside: | body: TEXT | related: Le pont | newsletter: Dix francs par mois"},
		{"a page that does not say that it is an article keeps what its main element holds", `<title>Ferry</title><main><h1>Ferry</h1>` + paragraphs(2) +
			`<div class="promo"><p>Tickets</p></div><div class="related">Bus</div></main><div class="related">Tram</div>`,
			": Ferry | : TEXT | : Tickets | : Bus | related: Tram"},
		{"comments are none of the text on any page", `<title>Ferry</title><main><h1>Ferry</h1>` + paragraphs(2) + `<div class="comment-list">First!</div></main>`,
			": Ferry | : TEXT | comments: First!"},
		{"a name that most of the text contradicts", article + `<div class="content-sidebar-wrap sidebar"><h1>Ferry in May</h1>` + paragraphs(4) + `</div>`, "body: Ferry in May | body: TEXT"},
		{"what an element has is not what it is", article + `<h1>Ferry in May</h1><div class="has-sidebar with-comments">` + paragraphs(4) + `</div>`, "outside: | body: TEXT"},
		{"a text in parts, with an advertisement between them", article + `<h1>Ferry in May</h1><section><div>` + paragraphs(3) + `</div><div class="ad-slot">Boats for sale</div><div>` + paragraphs(3) + `</div></section>`,
			"outside: | body: TEXT | advert: Boats for sale"},
		{"a link that stands alone between paragraphs, and one in a sentence", article + `<h1>Ferry in May</h1><div>` + paragraphs(3) + `<p><a href="/b">The bridge that was never built, and why</a></p>` + paragraphs(2) +
			`<p>Nobody has read <a href="/c">the report on the old ferry</a>, which the council ordered three years ago.</p></div>`,
			"outside: | body: TEXT | related: The bridge that was never built, and why | body: Nobody has read the report on the old ferry, which the council ordered three years ago."},
		{"a list of links below the text, one of words inside it", article + `<h1>Ferry in May</h1><div>` + paragraphs(2) + `<ul><li>ropes</li><li>lamps</li></ul>` + paragraphs(3) +
			`<p>More stories</p><ul><li><a href="/a">Bus to the coast</a></li><li><a href="/b">Tram to the lake</a></li></ul></div>`,
			"outside: | body: TEXT | body: ropes | body: lamps | related: More stories | related: Bus to the coast | related: Tram to the lake"},
		{"teasers break off", article + `<h1>Ferry in May</h1><div>` + paragraphs(4) +
			strings.Repeat(`<h3>Elsewhere</h3><p>The council met on Monday to speak about the bus, and before it could vote on the matter the lamp …</p>`, 3) + `</div>`,
			"outside: | body: TEXT" + strings.Repeat(" | related: Elsewhere | related: The council met on Monday to speak about the bus, and before it could vote on the matter the lamp …", 3)},
		{"the caption of a figure", article + `<h1>Ferry in May</h1><div>` + paragraphs(2) + `<figure><img><figcaption>The pilot</figcaption></figure>` + paragraphs(2) + `</div>`,
			"outside: | body: TEXT | body: The pilot"},
		{"what the template calls a caption", article + `<h1>Ferry in May</h1><div>` + paragraphs(2) + `<figure><img><figcaption class="photo-credit">Ada Roy</figcaption></figure>` + paragraphs(2) + `</div>`,
			"outside: | body: TEXT | caption: Ada Roy"},
		{"JSON-LD knows the text, whatever the names say", `<title>Ferry in May</title><script type="application/ld+json">{"@type":"NewsArticle","articleBody":"` +
			strings.NewReplacer("<p>", "", "</p>", " ").Replace(paragraphs(4)) + `"}</script><h1>Ferry in May</h1><div class="widget">` + paragraphs(4) + `</div>` +
			`<div>` + strings.Repeat("<p>Our offices are open from nine to five, and on Saturdays until noon, in summer as in winter.</p>", 2) + `</div>`,
			"outside: | body: TEXT" + strings.Repeat(" | outside: Our offices are open from nine to five, and on Saturdays until noon, in summer as in winter.", 2)},
	} {
		p, err := Clean([]byte(c.raw), HTML)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.ReplaceAll(c.want, "outside: |", ": Ferry in May |")
		if got := hints(p); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.why, got, want)
		}
	}
}

func TestPartOfNames(t *testing.T) {
	for names, want := range map[string]string{
		"post-comments": "comments", "postComments": "comments", "post__comments--open": "comments", "POST_COMMENTS": "comments",
		"recommended": "related", "commend": "", "entry-content": "body", "articleBody": "body", "entry-content share-box": "share",
		"no-sidebar": "", "with-ads wide": "", "fil-ariane": "breadcrumb", "liens-sociaux": "", "partage": "share", "uploads": "", "col-md-9": "", "": "",
		strings.Repeat("a-", 60): "",
	} {
		if got := partNames[partOfNames(names)]; got != want {
			t.Errorf("%q says %q, want %q", names, got, want)
		}
	}
}

func TestTitle(t *testing.T) {
	for _, c := range []struct{ why, raw, title, heading string }{
		{"the site's name behind it", `<title>Ferry in May | The Valley</title><h1>Ferry in May</h1>`, "Ferry in May", "Ferry in May"},
		{"as the page names its site", `<title>Ferry in May - The Valley</title><meta property="og:site_name" content="the valley"><h1>Ferries</h1>`, "Ferry in May", ""},
		{"a mark inside the title", `<title>Ferry - in May</title><h1>Ferries</h1>`, "Ferry - in May", ""},
		{"a heading in other words of the same", `<title>Ferry starts in May, pilot says – live</title><h1>Menu</h1><h1>Ferry starts in May, says the pilot</h1>`,
			"Ferry starts in May, pilot says – live", "Ferry starts in May, says the pilot"},
		{"the title for sharing", `<title>Boats</title><meta property="og:title" content="Ferry starts in May"><h2>Ferry “starts” in May</h2>`, "Boats", "Ferry “starts” in May"},
		{"the only first heading of an article", `<title>Boats</title><meta property="og:type" content="article"><h1>A ferry</h1><h2>Later</h2>`, "Boats", "A ferry"},
	} {
		p, err := Clean([]byte(c.raw+"<p>Texte"), HTML)
		if err != nil {
			t.Fatal(err)
		}
		heading := ""
		for _, b := range p.Blocks {
			if b.Kind == "title" {
				heading += p.Text[b.Start:b.End]
			}
		}
		if p.Title != c.title || heading != c.heading {
			t.Errorf("%s: title %q, heading %q, want %q and %q", c.why, p.Title, heading, c.title, c.heading)
		}
	}
}

func TestVersions(t *testing.T) {
	p, err := Clean([]byte(`<link rel="canonical" href="https://un.example/en/a"><link rel=alternate hreflang=fr href="/fr/a"><link rel="alternate" hreflang="en-GB" href="https://un.example/en/a">`+
		`<link rel=alternate hreflang=x-default href="/"><link rel=alternate type="application/rss+xml" href="/feed"><meta property="article:modified_time" content="2024-10-05T10:00:00Z"><p>Texte`), HTML)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(p.Alternates, p.Modified); got != "[{fr https://un.example/fr/a} {en-GB https://un.example/en/a}]2024-10-05" {
		t.Errorf("got %s", got)
	}
}
