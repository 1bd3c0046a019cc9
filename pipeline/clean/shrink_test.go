package clean

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A page says the same whether it was shrunk before it was parsed or not.
func TestShrink(t *testing.T) {
	says := func(root *html.Node) string {
		r := renderPage(root, nil)
		p := &Page{Text: r.written(), Blocks: r.blocks}
		f := metadata(root, p, nil)
		p.Title = withoutSite(p)
		r.judge(p, f)
		hints := ""
		for _, b := range p.Blocks {
			hints += b.Hint + " "
		}
		return kinds(p) + hints + strings.Join([]string{p.Title, p.URL, p.Lang, p.Published, p.Modified, p.Author, p.SiteName}, "|")
	}
	same := func(name, s string) {
		t.Helper()
		full, err := html.Parse(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		page, tame := shrink(s, nil)
		less, err := html.Parse(strings.NewReader(string(page)))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := says(less), says(full); got != want {
			t.Errorf("%s:\n got %s\nwant %s\nfrom %.300s", name, got, want, page)
		}
		if !tame {
			t.Errorf("%s is no page for html.Parse", name)
		}
	}
	for _, s := range []string{
		`<p title="a > b" class=x onclick='a("<b>")'>un</p   ><p>deux`,
		`<a name=x>un</a><a href="/y?a=1&b=2">deux</a> <A HREF=z>trois</A>`,
		`<p a=/>un<br/>deux<img src=a/>trois<p hidden/>quatre<p hidden=/>cinq`,
		`<p =a="b" c = "d" / hidden>un</p><p/class="comments">deux`,
		`<p class="comments" class="article-body">un<p id=comments>deux<p CLASS='share'>trois`,
		`<p style="DISPLAY: none">un<p style="color:red">deux<p style="display&#58;none">trois`,
		`un<!-- > -->deux<!-->trois<!--->quatre<!-- a --!>cinq<!-- -- > -->six<!---->sept`,
		`<span>un</span><!-- x --><span>Deux</span> <span>Trois</span><!---->`,
		`<script>if (a < b) { x = "</p>" + "<div>" }</script>un<style>p > a { content: "</div>" }</style>deux`,
		`<script><!-- a //--></script>un<script>document.write("<script>x</" + "script>")</script>deux`,
		`<script><!-- <script> a </script> b </script>un`,
		`<script type="application/ld+json">{"@type":"NewsArticle","headline":"Un","datePublished":"2020-01-02","author":{"name":"A < B"}}</script><p>un`,
		`<title>a <b> c</title><textarea><p>x</textarea>un<noscript><p>y</noscript><xmp><p>z</xmp><iframe><p>w</iframe>deux<title>fin`,
		"<pre>\n a\n  <b>b</b> \n</pre> <pre> </pre>un", `<listing> a </listing>`, `un<plaintext><p>deux`,
		"<table> <tr> <td>a</td> <td>b</td> </tr> \n<tr><td> <p>c</p> <p>d</p> </td><td>e</td></tr></table> <ul> <li> <a href=x>f</a> <a href=y>g</a> </li> </ul>",
		"<b>un <p> deux</b> <p> trois</p> </b>quatre <i> <div> cinq</i> </div>",
		`<svg width=1><title>a</title><style>p{}</style><path d="M1"/><font color=red>un</svg>deux`,
		`<math><annotation-xml encoding="text/html"><p>un</p></annotation-xml></math>deux`,
		`<button aria-expanded=false aria-controls="m">un</button><div id=m hidden>deux</div><div id=n hidden>trois</div>`,
		`<time datetime="2020-01-02T00:00">x</time><span itemprop=dateModified content="2021-02-03">y</span><div itemprop=author itemscope><b itemprop=name>Z</b></div>`,
		`<meta name="author" content="A &amp; B"><link rel=canonical href="https://a.b/c"><link rel="alternate" hreflang=fr href=/fr><base href=x><p>un`,
		`<input type=hidden value="<p>"><select><option>un</select>deux<frameset>`,
		`<p>un</p x="y>z">deux`, `<p>un</>deux</ x>trois<?php echo ?>quatre<!x>cinq<>six<3 sept`, `un<p class="never closed`, `un</p`, `un<`, `un</`, `un<!-- never closed`, `un<p`,
		`<div class="post-comments">un</div><span class=byline>A</span><b class=date>3</b>`, "a\r\n <div>\r\n b\r</div>\r",
	} {
		same(s, s)
	}
	var files []string
	for _, pattern := range []string{"testdata/dump/*/*/*.html", "testdata/dump/*/*/*.htm", "../shared/data/content/*/html/*1.html"} {
		names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, names...)
	}
	if len(files) < 10 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if s, _, err := decode(raw, true, "", nil); err == nil {
			same(f, s)
		}
	}
}
