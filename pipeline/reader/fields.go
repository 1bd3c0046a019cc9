package reader

import (
	"strconv"
	"strings"
	"time"
)

// Fields names the fields of JSON objects and the columns of tables, best name
// first. A nested field is written with a dot: "metadata.url". Case does not
// matter. A nil list means the default, which knows datatrove, dolma,
// FineWeb, C4, OSCAR, RedPajama, trafilatura and news-please.
type Fields struct {
	Text     []string `json:"text,omitempty"`
	HTML     []string `json:"html,omitempty"`
	URL      []string `json:"url,omitempty"`
	ID       []string `json:"id,omitempty"`
	Title    []string `json:"title,omitempty"`
	Date     []string `json:"date,omitempty"`
	Language []string `json:"language,omitempty"`
	Author   []string `json:"author,omitempty"`
}

// The names of fields, in order of preference. "source" is a URL in what
// trafilatura writes and the name of a crawl elsewhere: a URL must look like
// one.
var defaultFields = Fields{
	Text: []string{"text", "content", "raw_content", "maintext", "main_text", "article_text", "article", "body", "document", "markdown", "plain_text", "plaintext", "raw_text", "full_text", "texte", "contenu"},
	HTML: []string{"html", "raw_html", "html_content", "page_html", "body_html", "content_html"},
	URL: []string{"url", "uri", "link", "canonical_url", "target_uri", "source_url", "metadata.url", "metadata.source_url", "meta.url", "warc_headers.warc-target-uri",
		"source", "metadata.source"},
	ID:    []string{"id", "doc_id", "document_id", "docid", "uuid", "_id", "metadata.id", "metadata.warc_record_id", "warc_headers.warc-record-id"},
	Title: []string{"title", "titre", "headline", "metadata.title", "meta.title"},
	Date: []string{"date_publish", "publish_date", "published", "date_published", "datepublished", "published_date", "published_at", "publication_date", "pubdate", "date",
		"created", "metadata.date_published", "metadata.publish_date", "metadata.date", "meta.date"},
	Language: []string{"language", "lang", "langue", "metadata.language", "metadata.lang", "meta.language", "metadata.identification.label"},
	Author:   []string{"author", "authors", "metadata.author", "meta.author"},
}

func (f Fields) withDefaults() Fields {
	or := func(names *[]string, def []string) {
		if *names == nil {
			*names = def
			return
		}
		low := make([]string, len(*names))
		for i, n := range *names {
			low[i] = strings.ToLower(n)
		}
		*names = low
	}
	or(&f.Text, defaultFields.Text)
	or(&f.HTML, defaultFields.HTML)
	or(&f.URL, defaultFields.URL)
	or(&f.ID, defaultFields.ID)
	or(&f.Title, defaultFields.Title)
	or(&f.Date, defaultFields.Date)
	or(&f.Language, defaultFields.Language)
	or(&f.Author, defaultFields.Author)
	return f
}

// crawlFields are fields of records whose date is the day of the crawl.
var crawlFields = []string{"dump", "language_score", "warc_headers", "metadata.dump", "metadata.warc_record_id", "metadata.warc_filename"}

// fill sets the metadata of an item from the fields that get knows.
func (f *Fields) fill(it *Item, get func(name string) string) {
	first := func(names []string, ok func(string) bool) string {
		for _, n := range names {
			if v := strings.TrimSpace(get(n)); v != "" && (ok == nil || ok(v)) {
				return v
			}
		}
		return ""
	}
	set := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	set(&it.URL, first(f.URL, isURL))
	set(&it.ID, first(f.ID, nil))
	set(&it.Title, first(f.Title, nil))
	set(&it.Language, first(f.Language, isLanguage))
	set(&it.Author, first(f.Author, nil))
	if first(crawlFields, nil) == "" {
		set(&it.Published, day(first(f.Date, func(v string) bool { return day(v) != "" })))
	}
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// isLanguage reports whether s is shaped like a language code or its name.
func isLanguage(s string) bool { return len(s) >= 2 && len(s) <= 12 && !strings.ContainsAny(s, " /") }

// day returns the day, month or year that a date of a record names, "" if it
// names none.
func day(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return ""
	}
	if len(s) >= 10 && s[4] == '/' && s[7] == '/' {
		s = s[:4] + "-" + s[5:7] + "-" + s[8:]
	}
	if len(s) >= 10 && s[4] == '-' && s[7] == '-' && (len(s) == 10 || !isDigit(s[10])) {
		if _, err := time.Parse(time.DateOnly, s[:10]); err == nil {
			return s[:10]
		}
		return ""
	}
	for _, l := range []struct{ in, out string }{
		{"20060102150405", time.DateOnly}, {"20060102", time.DateOnly}, {"2006-01", "2006-01"}, {"2006", "2006"},
	} {
		if len(s) != len(l.in) {
			continue
		}
		if t, err := time.Parse(l.in, s); err == nil && t.Year() > 1000 && t.Year() < 2200 {
			return t.Format(l.out)
		}
	}
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 January 2006", "January 2, 2006", time.ANSIC} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	// A number counts from 1970 in seconds, or in parts of them.
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) >= 9 {
		for n > 1e11 {
			n /= 1000
		}
		return time.Unix(n, 0).UTC().Format(time.DateOnly)
	}
	return ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
