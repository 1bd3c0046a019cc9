package clean

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// A claim is a value that metadata gives for a field, with its rank: of two,
// the one of the lower rank counts, of one rank the first.
type claim struct {
	value string
	rank  int
}

func (c *claim) make(value string, rank int) {
	if edits, n := mojibake(value); n > 0 {
		value, _ = apply(value, edits)
	}
	if value = strings.Join(strings.Fields(cleanString(value)), " "); value != "" && (c.value == "" || rank < c.rank) {
		*c = claim{value, rank}
	}
}

// facts gathers what the metadata of a page claims.
type facts struct {
	title, url, lang, published, modified, author, siteName claim
	alternates                                              []Alternate
	titles                                                  []string // all that are claimed
	article                                                 bool     // the page says that it is one
	body                                                    string   // the text of the article as JSON-LD has it
}

// Ranks of claims: what names the thing itself comes first, then what was
// written for search engines and for sharing, last what only hints at it.
const (
	named = iota
	linked
	shared
	hinted
)

var withMetadata = cascadia.MustCompile(`html, title, meta, link[rel], time[datetime], script[type="application/ld+json"], [itemprop]`)

// metadata reads title, address, language, date, author and site name of a
// page from its <head>, from JSON-LD and from microdata.
func metadata(root *html.Node, p *Page, c *clock) *facts {
	c.ask()
	f := new(facts)
	goquery.NewDocumentFromNode(root).FindMatcher(withMetadata).Each(func(_ int, s *goquery.Selection) {
		c.tick()
		f.node(s)
	})
	p.Title, p.Lang, p.Author, p.SiteName = f.title.value, f.lang.value, f.author.value, f.siteName.value
	p.Published, p.Modified, p.URL, p.Alternates = f.published.value, f.modified.value, f.url.value, f.alternates
	base, err := url.Parse(p.URL)
	for i := range p.Alternates {
		if u, e := url.Parse(p.Alternates[i].URL); e == nil && err == nil {
			p.Alternates[i].URL = base.ResolveReference(u).String()
		}
	}
	return f
}

func (f *facts) node(s *goquery.Selection) {
	n := s.Nodes[0]
	switch n.Data {
	case "html":
		f.lang.make(s.AttrOr("lang", s.AttrOr("xml:lang", "")), named)
	case "title":
		if n.Namespace == "" {
			f.titled(s.Text(), named)
		}
	case "link":
		if hasWord(s.AttrOr("rel", ""), "canonical") {
			f.url.make(address(s.AttrOr("href", "")), named)
		}
		if hasWord(s.AttrOr("rel", ""), "alternate") {
			f.alternate(s.AttrOr("hreflang", ""), s.AttrOr("href", ""))
		}
	case "script":
		f.linkedData(s.Text())
	case "meta":
		f.meta(s)
	case "time":
		rank := hinted
		if _, ok := s.Attr("pubdate"); ok {
			rank = linked
		} else if s.Closest("nav, footer, aside").Length() > 0 {
			break
		}
		f.published.make(edtf(s.AttrOr("datetime", "")), rank)
	}
	if prop := s.AttrOr("itemprop", ""); prop != "" {
		f.microdata(prop, s)
	}
}

func (f *facts) titled(title string, rank int) {
	f.title.make(title, rank)
	if title != "" && len(f.titles) < 8 {
		f.titles = append(f.titles, title)
	}
}

// maxAlternates bounds the versions that a page names.
const maxAlternates = 200

// alternate notes a version of the page in another language. The address may
// be relative to the page's own.
func (f *facts) alternate(lang, href string) {
	lang, href = strings.TrimSpace(lang), strings.TrimSpace(href)
	if lang == "" || strings.EqualFold(lang, "x-default") || href == "" || len(f.alternates) == maxAlternates {
		return
	}
	a := Alternate{Lang: cleanString(lang), URL: cleanString(href)}
	if !slices.Contains(f.alternates, a) {
		f.alternates = append(f.alternates, a)
	}
}

// meta reads a <meta>: name or property, and content.
func (f *facts) meta(s *goquery.Selection) {
	content := s.AttrOr("content", "")
	if strings.EqualFold(s.AttrOr("http-equiv", ""), "content-language") {
		f.lang.make(content, linked)
	}
	switch strings.ToLower(s.AttrOr("property", s.AttrOr("name", ""))) {
	case "og:title", "twitter:title", "dc.title", "dcterms.title":
		f.titled(content, shared)
	case "og:type":
		f.article = f.article || strings.EqualFold(strings.TrimSpace(content), "article")
	case "og:url":
		f.url.make(address(content), linked)
	case "og:locale", "dc.language", "dcterms.language":
		f.lang.make(content, shared)
	case "article:published_time", "article:published", "og:published_time", "datepublished":
		f.article = true
		f.published.make(edtf(content), named)
	case "article:modified_time", "article:modified", "og:modified_time", "og:updated_time", "datemodified":
		f.modified.make(edtf(content), named)
	case "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "revised", "modified":
		f.modified.make(edtf(content), linked)
	case "dc.date.issued", "dcterms.issued", "dc.date.published", "citation_publication_date", "citation_date", "parsely-pub-date",
		"sailthru.date", "publishdate", "publish-date", "publish_date", "publication_date", "pubdate", "date.issued", "prism.publicationdate":
		f.published.make(edtf(content), linked)
	case "dc.date", "dcterms.date", "date", "dc.date.created", "dcterms.created", "dcterms.available":
		f.published.make(edtf(content), shared)
	case "author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author", "sailthru.author":
		f.author.make(name(content), linked)
	case "article:author", "og:article:author", "byl":
		f.author.make(name(content), shared)
	case "og:site_name":
		f.siteName.make(content, named)
	case "application-name", "apple-mobile-web-app-title":
		f.siteName.make(content, hinted)
	}
}

// microdata reads an element with itemprop.
func (f *facts) microdata(prop string, s *goquery.Selection) {
	value := s.AttrOr("content", s.AttrOr("datetime", ""))
	switch {
	case hasWord(prop, "articleBody"):
		f.article = true
	case hasWord(prop, "datePublished"):
		if value == "" {
			value = s.Text()
		}
		f.published.make(edtf(value), named)
	case hasWord(prop, "dateModified"):
		if value == "" {
			value = s.Text()
		}
		f.modified.make(edtf(value), named)
	case hasWord(prop, "headline"):
		if value == "" {
			value = s.Text()
		}
		f.titled(value, shared)
	case hasWord(prop, "author"):
		if value == "" {
			value = s.Find(`[itemprop="name"]`).First().Text()
		}
		if value == "" && s.Text() != "" && s.AttrOr("itemscope", "none") == "none" {
			value = s.Text()
		}
		f.author.make(name(value), shared)
	}
}

// linkedData reads a block of JSON-LD. One that is no JSON says nothing.
func (f *facts) linkedData(text string) {
	var v any
	if json.Unmarshal([]byte(strings.TrimSpace(text)), &v) == nil {
		f.thing(v, 0)
	}
}

// thing reads an object of JSON-LD and those in its graph.
func (f *facts) thing(v any, depth int) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if depth < 8 {
				f.thing(x, depth+1)
			}
		}
	case map[string]any:
		if s, ok := v["datePublished"].(string); ok {
			f.published.make(edtf(s), named)
			f.author.make(name(nameOf(v["author"])), named)
			f.siteName.make(name(nameOf(v["publisher"])), shared)
		}
		if s, ok := v["dateModified"].(string); ok {
			f.modified.make(edtf(s), named)
		}
		kind, _ := v["@type"].(string)
		if strings.HasSuffix(kind, "Article") || strings.HasSuffix(kind, "Posting") && kind != "JobPosting" {
			f.article = true
			headline, _ := v["headline"].(string)
			f.titled(headline, shared)
			if s, _ := v["articleBody"].(string); len(s) > len(f.body) {
				f.body = s
			}
			f.lang.make(nameOf(v["inLanguage"]), hinted)
		}
		if kind == "WebSite" {
			f.siteName.make(name(nameOf(v)), linked)
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			if depth < 8 {
				f.thing(v[key], depth+1)
			}
		}
	}
}

// nameOf returns the name of a person or organization in JSON-LD: a string, an
// object with a name, or the names of a list.
func nameOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		s, _ := v["name"].(string)
		return s
	case []any:
		var names []string
		for _, x := range v {
			if m, ok := x.(map[string]any); ok {
				x = m["name"]
			}
			if s, ok := x.(string); ok && s != "" {
				names = append(names, s)
			}
		}
		return strings.Join(names, ", ")
	}
	return ""
}

// name returns the name of an author or a site, "" for what is none, such as the address of
// a profile.
func name(s string) string {
	s = strings.TrimSpace(s)
	if strings.Contains(s, "://") || len(s) > 200 {
		return ""
	}
	for _, by := range []string{"By ", "by ", "Par ", "par "} {
		s = strings.TrimPrefix(s, by)
	}
	return s
}

// address returns a complete http address, or "".
func address(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return s
}

func hasWord(s, word string) bool {
	for f := range strings.FieldsSeq(s) {
		if strings.EqualFold(f, word) {
			return true
		}
	}
	return false
}

// layouts of dates that metadata writes out. "03/10/2024" is not among them:
// nobody knows which is the month.
var layouts = []string{time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC, time.UnixDate, "January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006",
	"January 2, 2006 15:04", "Mon Jan 02 15:04:05 MST 2006", "Mon Jan 02 15:04:05 -0700 2006", "Monday, January 2, 2006"}

// edtf returns the day, month or year with which s starts as EDTF, as printed,
// whatever its time zone; "" if there is none or the calendar lacks it.
func edtf(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 4 || len(s) > 64 {
		return ""
	}
	if year, err := strconv.Atoi(s[:4]); err == nil && year >= 1000 {
		digits := func(from, to int) bool { return len(s) >= to && strings.Trim(s[from:to], "0123456789") == "" }
		ends := func(at int) bool { return len(s) == at || s[at] < '0' || '9' < s[at] }
		var day string
		switch {
		case len(s) == 4:
			return s
		case digits(4, 8) && ends(8): // 20241003
			day = s[:4] + "-" + s[4:6] + "-" + s[6:8]
		case (s[4] == '-' || s[4] == '/' || s[4] == '.') && digits(5, 7) && len(s) == 7:
			if _, err := time.Parse("01", s[5:7]); err != nil {
				return ""
			}
			return s[:4] + "-" + s[5:7]
		case (s[4] == '-' || s[4] == '/' || s[4] == '.') && digits(5, 7) && len(s) >= 10 && s[7] == s[4] && digits(8, 10) && ends(10):
			day = s[:4] + "-" + s[5:7] + "-" + s[8:10]
		}
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return ""
		}
		return day
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1000 {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}
