// Command bigdump writes a synthetic dump of any size: pages of many sites with
// menus and footers, French and English, as HTML files, text files, a file of
// JSON Lines and WARC files, some of them copies of others. The same size gives the
// same bytes.
//
// The sentences are those of the corpus that the tagger is trained on, put
// together anew; names, places and dates in them are replaced at random, so that a
// larger dump has more names.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tamis/extractors"
	"tamis/extractors/score"
)

func main() {
	log.SetFlags(0)
	size := flag.String("size", "100MB", "bytes to write, about")
	out := flag.String("out", "", "folder to write to, which must not exist")
	corpus := flag.String("corpus", "../corpus", "folder of annotated documents")
	flag.Parse()
	n, err := parseSize(*size)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stat(*out); err == nil || *out == "" {
		log.Fatalf("bigdump: -out %q: name a folder that does not exist", *out)
	}
	docs, err := score.ReadGold(*corpus)
	if err != nil {
		log.Fatal(err)
	}
	g := newGenerator(docs, n)
	d, err := newDump(*out)
	if err == nil {
		err = g.write(d, n)
	}
	if cerr := d.close(); err == nil {
		err = cerr
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d pages of %d sites, %d bytes in %s\n", g.pages, len(g.sites), d.size, *out)
}

func parseSize(s string) (int64, error) {
	number := strings.TrimRight(s, "KMGTB")
	v, err := strconv.ParseFloat(number, 64)
	unit, ok := map[string]float64{"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[s[len(number):]]
	if err != nil || !ok {
		return 0, fmt.Errorf("size %q: a number and a unit, such as 100MB", s)
	}
	return int64(v * unit), nil
}

// A piece is a line of a document: text, and places where a name stands.
type piece struct{ parts []part }

type part struct {
	text string
	typ  extractors.Type // of a name, "" for what stays as it is
}

// A site has a language, a menu and a layout.
type site struct {
	host, lang, name string
	menu, footer     []string
	layout           int
}

type generator struct {
	lines map[string][][]piece // of the documents of a language
	names map[extractors.Type][]string
	given []string
	last  []string
	sites []site
	pages int
	kept  []page // some pages, to copy
}

type page struct {
	site  *site
	title string
	lines []string
}

func newGenerator(docs []score.Gold, size int64) *generator {
	g := &generator{lines: map[string][][]piece{}, names: map[extractors.Type][]string{}}
	for _, d := range docs {
		lang := d.Header["lang"]
		g.lines[lang] = append(g.lines[lang], cut(d))
		for _, m := range d.Marks {
			surface := d.Text[m.Start:m.End]
			if strings.ContainsAny(surface, "\n\t") {
				continue
			}
			g.names[m.Type] = append(g.names[m.Type], surface)
			if words := strings.Fields(surface); m.Type == extractors.Per && len(words) == 2 {
				g.given, g.last = append(g.given, words[0]), append(g.last, words[1])
			}
		}
	}
	labels := map[string][]string{
		"fr": strings.Split("Accueil|Qui sommes-nous|Nos actions|Actualités|Publications|Communiqués|Agenda|Contact|Faire un don|Recrutement|Partenaires|"+
			"Rapports annuels|Espace presse|Médiathèque|Projets|Ressources|Foire aux questions|Plan du site|Gouvernance|Bureaux régionaux|Appels d'offres|Newsletter", "|"),
		"en": strings.Split("Home|Who we are|Our work|News|Publications|Press releases|Events|Contact us|Donate|Careers|Partners|Annual reports|Press room|"+
			"Media library|Projects|Resources|Frequently asked questions|Site map|Governance|Regional offices|Tenders|Newsletter", "|"),
	}
	// Sites grow in number and in size.
	n := max(4, int(math.Sqrt(float64(size)/40_000)))
	for i := range n {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		lang := []string{"fr", "fr", "en"}[i%3]
		s := site{lang: lang, host: fmt.Sprintf("www.%s-%d.example", []string{"relief", "council", "ministere", "agence", "journal", "forum"}[r.IntN(6)], i), layout: r.IntN(3)}
		s.name = g.pick(r, extractors.Org)
		all := labels[lang]
		for _, k := range r.Perm(len(all))[:8+r.IntN(10)] {
			s.menu = append(s.menu, all[k])
		}
		s.footer = []string{"© 2024 " + s.name, map[string]string{"fr": "Mentions légales", "en": "Terms of use"}[lang],
			map[string]string{"fr": "Politique de confidentialité", "en": "Privacy policy"}[lang], fmt.Sprintf("+33 1 %02d %02d %02d %02d", r.IntN(100), r.IntN(100), r.IntN(100), r.IntN(100))}
		g.sites = append(g.sites, s)
	}
	return g
}

// cut turns a document into pieces.
func cut(d score.Gold) (lines []piece) {
	k := 0
	at := 0
	for line := range strings.Lines(d.Text) {
		start, end := at, at+len(strings.TrimRight(line, "\n"))
		at += len(line)
		var p piece
		from := start
		for k < len(d.Marks) && d.Marks[k].Start < end {
			m := d.Marks[k]
			k++
			if m.Start < from || m.End > end {
				continue
			}
			p.parts = append(p.parts, part{text: d.Text[from:m.Start]}, part{d.Text[m.Start:m.End], m.Type})
			from = m.End
		}
		p.parts = append(p.parts, part{text: d.Text[from:end]})
		if end > start {
			lines = append(lines, p)
		}
	}
	return lines
}

func (g *generator) pick(r *rand.Rand, t extractors.Type) string {
	all := g.names[t]
	return all[r.IntN(len(all))]
}

var months = map[string][]string{
	"fr": strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
	"en": strings.Fields("January February March April May June July August September October November December"),
}

// name returns another name of a type.
func (g *generator) name(r *rand.Rand, lang string, p part) string {
	switch p.typ {
	case extractors.Per:
		if r.IntN(2) == 0 {
			return g.given[r.IntN(len(g.given))] + " " + g.last[r.IntN(len(g.last))]
		}
	case extractors.Date:
		return fmt.Sprintf("%d %s %d", 1+r.IntN(28), months[lang][r.IntN(12)], 1990+r.IntN(36))
	case extractors.Org, extractors.Loc:
		if r.IntN(3) == 0 {
			return g.pick(r, p.typ)
		}
	}
	return p.text
}

// page makes page number i.
func (g *generator) page(i int) page {
	r := rand.New(rand.NewPCG(2, uint64(i)))
	if len(g.kept) > 10 && r.IntN(100) < 8 { // a copy, or nearly one, at another address
		p := g.kept[r.IntN(len(g.kept))]
		p.lines = append([]string(nil), p.lines...)
		if k := r.IntN(len(p.lines)); r.IntN(100) < 60 {
			p.lines[k] = fmt.Sprintf("%s %d.", strings.TrimRight(p.lines[k], "."), r.IntN(1000))
		}
		return p
	}
	// A few sites are large.
	s := &g.sites[int(math.Pow(r.Float64(), 2)*float64(len(g.sites)))]
	p := page{site: s}
	docs := g.lines[s.lang]
	for want := 600 + r.IntN(5000); want > 0; {
		doc := docs[r.IntN(len(docs))]
		from := r.IntN(len(doc))
		for _, piece := range doc[from:min(len(doc), from+2+r.IntN(6))] {
			var b strings.Builder
			for _, part := range piece.parts {
				if part.typ == "" {
					b.WriteString(part.text)
				} else {
					b.WriteString(g.name(r, s.lang, part))
				}
			}
			p.lines = append(p.lines, b.String())
			want -= b.Len()
		}
	}
	p.title = p.lines[0]
	if len(p.title) > 90 {
		p.title = strings.ToValidUTF8(p.title[:90], "")
	}
	if r.IntN(20) == 0 {
		if len(g.kept) < 2000 {
			g.kept = append(g.kept, p)
		} else {
			g.kept[r.IntN(len(g.kept))] = p
		}
	}
	return p
}

// html lays a page out.
func (p *page) html() string {
	var b strings.Builder
	e := html.EscapeString
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=%q>\n<head>\n<meta charset=\"utf-8\">\n<title>%s | %s</title>\n", p.site.lang, e(p.title), e(p.site.name))
	fmt.Fprintf(&b, "<meta property=\"og:site_name\" content=%q>\n<link rel=\"stylesheet\" href=\"/assets/site.css?v=3\">\n", e(p.site.name))
	b.WriteString("<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments);}gtag('js',new Date());</script>\n</head>\n<body class=\"page page--default\">\n")
	nav := func() {
		b.WriteString([]string{"<nav class=\"menu\"><ul>\n", "<div id=\"menu\"><ul class=\"nav nav-list\">\n", "<header><div class=\"top\"><ul>\n"}[p.site.layout])
		for i, m := range p.site.menu {
			fmt.Fprintf(&b, "<li class=\"menu-item menu-item-%d\"><a href=\"/%s/%d\" class=\"menu-link\">%s</a></li>\n", i, p.site.lang, i, e(m))
		}
		b.WriteString([]string{"</ul></nav>\n", "</ul></div>\n", "</ul></div></header>\n"}[p.site.layout])
	}
	nav()
	b.WriteString([]string{"<main id=\"content\">\n", "<div class=\"content\">\n", "<article class=\"post\">\n"}[p.site.layout])
	fmt.Fprintf(&b, "<h1 class=\"title\">%s</h1>\n", e(p.title))
	for _, l := range p.lines {
		fmt.Fprintf(&b, "<p class=\"text\" style=\"margin:0 0 1em\">%s</p>\n", e(l))
	}
	b.WriteString([]string{"</main>\n", "</div>\n", "</article>\n"}[p.site.layout])
	b.WriteString("<footer class=\"site-footer\">\n")
	for _, l := range p.site.footer {
		fmt.Fprintf(&b, "<div class=\"footer-item\">%s</div>\n", e(l))
	}
	b.WriteString("</footer>\n</body>\n</html>\n")
	return b.String()
}

// text is the page as a scraper that keeps everything leaves it.
func (p *page) text() string {
	lines := append(append([]string{}, p.site.menu...), p.title)
	return strings.Join(append(append(lines, p.lines...), p.site.footer...), "\n") + "\n"
}

func (g *generator) write(d *dump, size int64) error {
	for ; d.size < size; g.pages++ {
		p := g.page(g.pages)
		url := fmt.Sprintf("https://%s/%s/%d", p.site.host, p.site.lang, g.pages)
		var err error
		switch k := g.pages % 20; {
		case k < 8:
			err = d.file(fmt.Sprintf("html/%s/%02d/%d.html", p.site.host, g.pages/2000, g.pages), p.html())
		case k < 12:
			err = d.file(fmt.Sprintf("text/%s/%02d/%d.txt", p.site.host, g.pages/2000, g.pages), p.text())
		case k < 16:
			err = d.record(url, p.title, p.text())
		default:
			err = d.response(url, p.html())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A dump is the folder being written.
type dump struct {
	dir    string
	size   int64
	jsonl  *os.File
	jw     *bufio.Writer
	warc   *os.File
	warcs  int
	inWarc int64
}

func newDump(dir string) (*dump, error) {
	d := &dump{dir: dir}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return d, err
	}
	var err error
	if d.jsonl, err = os.Create(filepath.Join(dir, "records.jsonl")); err != nil {
		return d, err
	}
	d.jw = bufio.NewWriterSize(d.jsonl, 1<<20)
	return d, nil
}

func (d *dump) file(name, content string) error {
	path := filepath.Join(d.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	d.size += int64(len(content))
	return os.WriteFile(path, []byte(content), 0o666)
}

func (d *dump) record(url, title, text string) error {
	b, err := json.Marshal(map[string]string{"url": url, "title": title, "text": text})
	if err != nil {
		return err
	}
	d.size += int64(len(b)) + 1
	d.jw.Write(b)
	return d.jw.WriteByte('\n')
}

// response writes a page as a record of a WARC file, compressed by itself, as
// crawlers do. Its size counts as it is before.
func (d *dump) response(url, page string) error {
	if d.warc == nil || d.inWarc > 256<<20 {
		if err := d.closeWarc(); err != nil {
			return err
		}
		var err error
		if d.warc, err = os.Create(filepath.Join(d.dir, fmt.Sprintf("crawl-%03d.warc.gz", d.warcs))); err != nil {
			return err
		}
		d.warcs++
		d.inWarc = 0
	}
	body := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + strconv.Itoa(len(page)) + "\r\n\r\n" + page
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return err
	}
	fmt.Fprintf(z, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"+
		"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		url, d.size%1e12, len(body), body)
	if err := z.Close(); err != nil {
		return err
	}
	d.size += int64(len(page))
	d.inWarc += int64(b.Len())
	_, err = d.warc.Write(b.Bytes())
	return err
}

func (d *dump) closeWarc() error {
	if d.warc == nil {
		return nil
	}
	err := d.warc.Close()
	d.warc = nil
	return err
}

func (d *dump) close() error {
	if d.jw == nil {
		return nil
	}
	err := d.jw.Flush()
	if cerr := d.jsonl.Close(); err == nil {
		err = cerr
	}
	if cerr := d.closeWarc(); err == nil {
		err = cerr
	}
	return err
}
