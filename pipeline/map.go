package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"tamis/extractors"
	"tamis/extractors/tagger"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/clean"
	"tamis/pipeline/duplicates"
	"tamis/pipeline/language"
	"tamis/pipeline/reader"
)

// A Document is a source on its way through the stages of the map phase. Each
// stage reads what the earlier ones set and sets its own.
type Document struct {
	Raw    []byte            // set by the reader
	SHA256 [sha256.Size]byte // of Raw
	Item   reader.Item       // what the reader knows beside the bytes
	Page   *clean.Page       // set by clean
	Text   extractors.Text   // set by clean and language
	Record Record

	deadline time.Time
	scratch  *tagger.Scratch // kept from document to document
}

// TookTooLong is the reason of rejects that took longer than Config.DocTimeout.
const TookTooLong = "took too long"

var errTime = errors.New(TookTooLong)

// A Stage is a step of the map phase. An error rejects the document; the loop
// adds the stage's name.
type Stage struct {
	Name string
	Doc  string // one line for people
	Run  func(*Config, *Document) error
}

// Stages are the steps between a source's bytes and its record, in order. All
// are pure: no files, clock, log or goroutine.
var Stages = []Stage{
	{"clean", "bytes to UTF-8, markup to blocks over one clean text", cleanStage},
	{"language", "language of each block and of the document", languageStage},
	{"extract", "organizations, resolutions, dates, people, places", extractStage},
}

// laterStages is the first stage that depends on the configuration: what comes
// before is kept when only that changes. Reading depends on it too, but shows in
// the bytes.
const laterStages = 2

// mapItem runs the stages on one document, if it is one. times, if not nil, adds
// up the time of each stage, behind that of reading.
func mapItem(cfg *Config, it *reader.Item, d *Document, times []time.Duration) {
	d.mapHashed(cfg, it, sha256.Sum256(it.Data), times)
}

// mapHashed is mapItem where the hash of the bytes is known.
func (d *Document) mapHashed(cfg *Config, it *reader.Item, sum [sha256.Size]byte, times []time.Duration) {
	d.reset()
	d.Raw, d.SHA256, d.Item = it.Data, sum, *it
	r := &d.Record
	r.DocumentID = documentID(it.Name)
	r.Source, r.ByteCount = it.Name, int64(len(it.Data))
	if it.Problem != "" {
		r.Reject = &Reject{"load", it.Problem, it.Detail}
		return
	}
	d.run(cfg, 0, times)
}

// mapAgain runs the later stages, on the record of a document that went through
// the earlier ones.
func (d *Document) mapAgain(cfg *Config, r *Record, times []time.Duration) {
	d.reset()
	d.Record = *r
	if r.Reject != nil && r.Reject.Stage != Stages[laterStages].Name {
		return
	}
	d.Record.Mentions, d.Record.References, d.Record.Symbol, d.Record.Reject = nil, nil, "", nil
	d.Text.S, d.Text.Issued, d.Text.Lang = r.Text, r.Published, r.Language
	d.Text.Tokens = extractors.Tokenize(d.Text.Tokens, r.Text)
	for i := range r.Blocks {
		d.Text.Lines = append(d.Text.Lines, r.Blocks[i].Line)
	}
	d.run(cfg, laterStages, times)
}

// reset makes the document ready for the next one.
func (d *Document) reset() {
	*d = Document{Text: extractors.Text{Tokens: d.Text.Tokens[:0], Lines: d.Text.Lines[:0]}, scratch: d.scratch}
}

// run runs the stages from one on.
func (d *Document) run(cfg *Config, from int, times []time.Duration) {
	r := &d.Record
	last := time.Now()
	d.deadline = last.Add(cmp.Or(cfg.DocTimeout, defaultDocTimeout))
	lap := func(i int) {
		if times != nil {
			now := time.Now()
			times[i] += now.Sub(last)
			last = now
		}
	}
	for i := from; i < len(Stages); i++ {
		s := Stages[i]
		err := errTime
		if !time.Now().After(d.deadline) {
			err = runStage(s, cfg, d)
		}
		lap(i + 1)
		if err != nil {
			reason, detail, _ := strings.Cut(err.Error(), ": ")
			reject := &Reject{s.Name, reason, detail}
			if i < laterStages {
				*r = Record{DocumentID: r.DocumentID, Source: r.Source, ByteCount: r.ByteCount}
			}
			r.Reject = reject
			return
		}
	}
}

// runStage runs one stage; a panic in it is an error of the document, not the
// end of the run.
func runStage(s Stage, cfg *Config, d *Document) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.Run(cfg, d)
}

// documentID returns the identifier of the document of a source: 96 bits of
// the SHA-256 of its name, hexadecimal. Two of 10^10 names share one with
// probability 10^-9.
func documentID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:12])
}

func cleanStage(cfg *Config, d *Document) error {
	r := &d.Record
	it := &d.Item
	mediaType := it.MediaType
	if mediaType == "" {
		mediaType = cmp.Or(clean.MediaType(r.Source, d.Raw[:min(len(d.Raw), reader.HeadSize)]), clean.Text)
	}
	ctx, cancel := context.WithDeadlineCause(context.Background(), d.deadline, errTime)
	defer cancel()
	page, err := clean.CleanContext(ctx, d.Raw, mediaType, it.Charset)
	if err != nil {
		return err
	}
	complete(page, it)
	r.MediaType = cmp.Or(it.Original, mediaType)
	d.Page = page
	r.SHA256 = hex.EncodeToString(d.SHA256[:])
	r.Offsets = page.Offsets
	r.Charset, r.Title, r.Author, r.SiteName = page.Charset, page.Title, page.Author, page.SiteName
	r.URL, r.DeclaredLanguage, r.Published, r.Text = page.URL, page.Lang, page.Published, page.Text
	r.Content = duplicates.Content(page.Text)
	r.Site = site(r.URL, r.Source)
	for _, a := range page.Alternates {
		r.Alternates = append(r.Alternates, a.URL)
	}
	r.Blocks = make([]Block, len(page.Blocks))
	d.Text.S = page.Text
	r.Modified, r.Repairs = page.Modified, page.Repairs.String()
	d.Text.Issued = page.Published
	d.Text.Tokens = extractors.Tokenize(d.Text.Tokens, page.Text)
	for i, b := range page.Blocks {
		line := extractors.Line{Span: b.Span, Kind: b.Kind}
		d.Text.Lines = append(d.Text.Lines, line)
		r.Blocks[i] = Block{Line: line, Region: b.Region, Hint: b.Hint, Links: b.Links, Source: b.Source,
			Key: boilerplate.Key(page.Text[b.Start:b.End])}
	}
	return nil
}

// complete adds to a page what its container knows of it. What the page says of
// itself counts for more, but not where it names another site as its own.
func complete(p *clean.Page, it *reader.Item) {
	p.Title, p.Author = cmp.Or(p.Title, it.Title), cmp.Or(p.Author, it.Author)
	p.Lang, p.Published = cmp.Or(p.Lang, it.Language), cmp.Or(p.Published, it.Published)
	// Crawlers file their own notes under "metadata://gnu.org/...".
	if fetched, err := url.Parse(it.URL); err == nil && fetched.Host != "" && (fetched.Scheme == "http" || fetched.Scheme == "https") {
		own, err := fetched.Parse(p.URL)
		if p.URL == "" || err != nil || host(own) != host(fetched) {
			p.URL = it.URL
		} else {
			p.URL = own.String()
		}
	}
	if it.Original != "" { // the bytes are those of a conversion
		p.Offsets = clean.Offsets{}
		for i := range p.Blocks {
			p.Blocks[i].Source = extractors.Span{Start: -1, End: -1}
		}
	}
}

func host(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") }

// site returns what groups the documents of one site: the host of the URL,
// else the folder that is named like a host, as crawlers name them, else the
// folder of the source.
func site(rawURL, source string) string {
	if u, err := url.Parse(rawURL); err == nil && u.Host != "" {
		return host(u)
	}
	dir := path.Dir(source)
	for name := range strings.SplitSeq(dir, "/") {
		if isHost(name) {
			return strings.TrimPrefix(strings.ToLower(name), "www.")
		}
	}
	return strings.TrimSuffix(dir, "!") // a container is like a folder
}

// isHost reports whether a folder's name is that of a host: labels of letters,
// digits and hyphens, and a top-level domain of letters.
func isHost(name string) bool {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || len(name)-i < 3 {
		return false
	}
	dot := true
	for j, c := range []byte(name) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		switch {
		case letter, j < i && '0' <= c && c <= '9', j < i && c == '-' && !dot:
			dot = false
		case c == '.' && !dot:
			dot = true
		default:
			return false
		}
	}
	return true
}

func languageStage(_ *Config, d *Document) error {
	r := &d.Record
	r.Language, r.Confidence = language.Detect(d.Text.S, d.Text.Lines, d.Page.Lang)
	d.Text.Lang = r.Language
	for i := range r.Blocks {
		r.Blocks[i].Lang = d.Text.Lines[i].Lang
	}
	return nil
}
