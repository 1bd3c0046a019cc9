// Package report turns a finished output into one page for people: what came in,
// what was rejected and why, what was found, with examples.
//
// Rows are streamed. What stays in memory is counts and the rows that the page
// shows, whatever the size of the tables.
package report

import (
	"cmp"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tamis/output"
	"tamis/output/results"
)

// Options say what the page shows.
type Options struct {
	// Top is the number of entities of each type, and of sites; 0 means 50.
	Top int
	// Accuracy, if not nil, is how the results compare with gold.
	Accuracy *Accuracy
}

// Accuracy is what a comparison with annotated documents gave.
type Accuracy struct {
	Gold             string // the folder
	Documents, Found int    // annotated documents, and those of them that the output has
	Twice            int    // of which it has two by that name; they do not count
	Scores           []Score
	Boilerplate      [3]float64 // precision, recall and F1 over characters
	Kept             float64    // share of the content that was kept as content
	Languages        int        // documents whose language is right
}

// A Score is how well one type was found.
type Score struct {
	Type        string
	Gold, Found int
	Strict      [3]float64 // precision, recall, F1
	Norm        float64    // F1 of the norm
}

// maxKeys caps the maps whose keys are data: sites and groups of copies. What
// comes after is summed up and the page says so.
const maxKeys = 200_000

// exampleCount is the number of documents that an entity links to.
const exampleCount = 3

// data is what the template shows.
type data struct {
	Name, Dir   string
	Run         results.Run
	Rejects     []*rejects
	RejectCount int64
	Media       []tally
	Languages   []tally
	Documents   int64
	Months      *columns
	Undated     int64
	YearOnly    int64
	Chars       int64
	Boilerplate int64
	Sites       []*site
	SiteCount   int
	OtherSites  *site
	Exact, Near int64
	Originals   []*original
	Pairs       int64
	Entities    []*entities
	Types       []*typeCount
	Mentions    int64
	Excerpts    []*excerpts
	Accuracy    *Accuracy
	Stages      []lap
	Phases      []lap
	MaxTime     float64
	Tables      []tally
}

// A lap is how long a part of the run took.
type lap struct {
	Name    string
	Seconds float64
}

// A tally is a value with how often it occurs.
type tally struct {
	Name         string
	Count        int64
	Chars        int64 // of the documents counted
	Share, Width float64
}

type rejects struct {
	Stage, Reason string
	Count         int64
	Examples      []string
}

type site struct {
	Name               string
	Documents          int64
	Chars, Boilerplate int64
}

// Share is the part of the site's text that is boilerplate.
func (s *site) Share() float64 { return float64(s.Boilerplate) / float64(max(1, s.Chars)) }

// original is a document that others repeat.
type original struct {
	ID, Source, Title string
	Exact, Near       int64
}

// Copies counts the documents that repeat it.
func (o *original) Copies() int64 { return o.Exact + o.Near }

type typeCount struct {
	Type, Title          string
	Content, Boilerplate int64
	Rules                []tally

	rules map[string]int64
}

// entities is a table of entities of one type.
type entities struct {
	Type, Title, ID string
	Rows            []*entity
	All             int64
	Most            int64
}

type entity struct {
	ID, Anchor, Name    string
	More                string // other names, the country
	Link                string
	Mentions, Documents int64
	Examples            []*excerpt
}

// excerpts are the examples of one document.
type excerpts struct {
	Anchor, Source, Title, Link, Language string
	List                                  []*excerpt
}

// An excerpt is a mention with the words around it.
type excerpt struct {
	Anchor, Before, Surface, After string
	Entity                         *entity

	document   string
	start, end int
}

// Write writes the report on the output f.
func Write(w io.Writer, f *results.Folder, o Options) error {
	d, err := gather(f, o)
	if err != nil {
		return err
	}
	return write(w, d)
}

func gather(f *results.Folder, o Options) (*data, error) {
	if o.Top <= 0 {
		o.Top = 50
	}
	abs, err := filepath.Abs(f.Dir)
	if err != nil {
		return nil, err
	}
	d := &data{Name: filepath.Base(abs), Dir: f.Dir, Run: f.Run, Accuracy: o.Accuracy}
	if err := d.rejects(f); err != nil {
		return nil, err
	}
	copies, err := d.documents(f, o.Top)
	if err != nil {
		return nil, err
	}
	if err := d.entities(f, o.Top); err != nil {
		return nil, err
	}
	wanted, err := d.mentions(f)
	if err != nil {
		return nil, err
	}
	if err := d.texts(f, wanted, copies); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(f.Run.Counts.Tables)) {
		d.Tables = append(d.Tables, tally{Name: name, Count: f.Run.Counts.Tables[name]})
	}
	d.Stages, d.Phases = times(f.Run.Counts.Stages), times(f.Run.Counts.Phases)
	for _, t := range append(slices.Clone(d.Stages), d.Phases...) {
		d.MaxTime = max(d.MaxTime, t.Seconds)
	}
	return d, nil
}

func times(seconds map[string]float64) (ts []lap) {
	for name, s := range seconds {
		ts = append(ts, lap{name, s})
	}
	slices.SortFunc(ts, func(a, b lap) int { return cmp.Or(cmp.Compare(b.Seconds, a.Seconds), cmp.Compare(a.Name, b.Name)) })
	return ts
}

func (d *data) rejects(f *results.Folder) error {
	byReason := make(map[[2]string]*rejects)
	for r, err := range results.Rows[output.Reject](f, "rejects") {
		if err != nil {
			return err
		}
		d.RejectCount++
		key := [2]string{r.Stage, r.Reason}
		if byReason[key] == nil {
			if len(byReason) == maxReasons { // reasons are meant to be few
				key = [2]string{"", "other reasons"}
			}
			if byReason[key] == nil {
				byReason[key] = &rejects{Stage: key[0], Reason: key[1]}
			}
		}
		group := byReason[key]
		if group.Count++; len(group.Examples) < exampleCount {
			example := r.Source
			if r.Detail != nil && *r.Detail != "" {
				example += ": " + shorten(*r.Detail, 200)
			}
			group.Examples = append(group.Examples, example)
		}
	}
	d.Rejects = slices.SortedFunc(maps.Values(byReason), func(a, b *rejects) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Reason, b.Reason))
	})
	return nil
}

const maxReasons = 200

// documents reads all of the documents but their texts. It returns the
// originals to be named.
func (d *data) documents(f *results.Folder, top int) (map[string]*original, error) {
	type document struct {
		Site             string  `parquet:"site,dict"`
		MediaType        string  `parquet:"media_type,dict"`
		Language         *string `parquet:"language,dict"`
		PublishedDate    *string `parquet:"published_date,dict"`
		DuplicateOf      *string `parquet:"duplicate_of,dict"`
		NearDuplicateOf  *string `parquet:"near_duplicate_of,dict"`
		CharCount        int32   `parquet:"char_count"`
		ContentCharCount int32   `parquet:"content_char_count"`
	}
	sites, originals := make(map[string]*site), make(map[string]*original)
	languages, media := make(map[string]*tally), make(map[string]*tally)
	months := make(map[int]int64)
	for doc, err := range results.Rows[document](f, "documents") {
		if err != nil {
			return nil, err
		}
		d.Documents++
		chars := int64(doc.CharCount)
		saved := chars - int64(doc.ContentCharCount)
		d.Chars += chars
		d.Boilerplate += saved
		add(languages, orElse(doc.Language, "unknown"), chars)
		add(media, doc.MediaType, chars)
		s := sites[doc.Site]
		if s == nil {
			if len(sites) < maxKeys {
				s = &site{Name: doc.Site}
				sites[doc.Site] = s
			} else {
				if d.OtherSites == nil {
					d.OtherSites = &site{}
				}
				s = d.OtherSites
			}
		}
		s.Documents++
		s.Chars += chars
		s.Boilerplate += saved
		switch month, year := monthOf(orElse(doc.PublishedDate, "")); {
		case month >= 0:
			months[month]++
		case year:
			d.YearOnly++
		default:
			d.Undated++
		}
		copyOf := func(id string) *original {
			if originals[id] == nil && len(originals) < maxKeys {
				originals[id] = &original{ID: id}
			}
			if originals[id] == nil {
				return &original{} // counted, but not shown
			}
			return originals[id]
		}
		switch {
		case doc.DuplicateOf != nil:
			d.Exact++
			copyOf(*doc.DuplicateOf).Exact++
		case doc.NearDuplicateOf != nil:
			d.Near++
			copyOf(*doc.NearDuplicateOf).Near++
		}
	}
	d.Languages, d.Media = tallies(languages), tallies(media)
	d.SiteCount = len(sites)
	d.Sites = slices.SortedFunc(maps.Values(sites), func(a, b *site) int {
		return cmp.Or(cmp.Compare(b.Boilerplate, a.Boilerplate), cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Name, b.Name))
	})
	d.Sites = d.Sites[:min(top, len(d.Sites))]
	d.Originals = slices.SortedFunc(maps.Values(originals), func(a, b *original) int {
		return cmp.Or(cmp.Compare(b.Copies(), a.Copies()), cmp.Compare(a.ID, b.ID))
	})
	d.Originals = d.Originals[:min(top, len(d.Originals))]
	named := make(map[string]*original)
	for _, o := range d.Originals {
		named[o.ID] = o
	}
	d.Months = newColumns(months)
	type pair struct {
		DocumentID string `parquet:"document_id"`
	}
	for _, err := range results.Rows[pair](f, "translations") {
		if err != nil {
			return nil, err
		}
		d.Pairs++
	}
	return named, nil
}

func add(m map[string]*tally, name string, chars int64) {
	if m[name] == nil {
		m[name] = &tally{Name: name}
	}
	m[name].Count++
	m[name].Chars += chars
}

func tallies(m map[string]*tally) (ts []tally) {
	var all, most int64
	for _, t := range m {
		ts = append(ts, *t)
		all += t.Count
		most = max(most, t.Count)
	}
	slices.SortFunc(ts, func(a, b tally) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	for i := range ts {
		ts[i].Share, ts[i].Width = float64(ts[i].Count)/float64(all), float64(ts[i].Count)/float64(most)
	}
	return ts
}

func orElse(s *string, otherwise string) string {
	if s == nil {
		return otherwise
	}
	return *s
}

// entities reads the tables of entities and keeps the first of each.
func (d *data) entities(f *results.Folder, top int) error {
	add := func(typ, title, table string) *entities {
		es := &entities{Type: typ, Title: title, ID: table}
		d.Entities = append(d.Entities, es)
		return es
	}
	orgs := add("ORG", "Organizations", "organizations")
	for o, err := range results.Rows[output.Organization](f, "organizations") {
		if err != nil {
			return err
		}
		orgs.add(top, entity{ID: o.OrganizationID, Name: o.Name, More: names(o.Name, o.NameEN, o.NameFR), Link: item(o.WikidataID),
			Mentions: o.MentionCount, Documents: o.DocumentCount})
	}
	people := add("PER", "People", "people")
	for p, err := range results.Rows[output.Person](f, "people") {
		if err != nil {
			return err
		}
		people.add(top, entity{ID: p.PersonID, Name: p.Name, Mentions: p.MentionCount, Documents: p.DocumentCount})
	}
	resolutions := add("RES", "Resolutions and decisions", "resolutions")
	for r, err := range results.Rows[output.Resolution](f, "resolutions") {
		if err != nil {
			return err
		}
		year := ""
		if r.Year != nil {
			year = strconv.Itoa(int(*r.Year))
		}
		resolutions.add(top, entity{ID: r.ResolutionID, Name: r.ResolutionID, More: names("", &r.Kind, &year), Link: orElse(r.URLEN, ""),
			Mentions: r.MentionCount, Documents: r.DocumentCount})
	}
	places := add("LOC", "Places", "places")
	for p, err := range results.Rows[output.Place](f, "places") {
		if err != nil {
			return err
		}
		places.add(top, entity{ID: p.PlaceID, Name: p.Name, More: orElse(p.CountryCode, ""), Mentions: p.MentionCount, Documents: p.DocumentCount})
	}
	return nil
}

// names joins names that are not the first one, each once.
func names(name string, others ...*string) string {
	var list []string
	for _, o := range others {
		if s := orElse(o, ""); s != "" && s != name && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return strings.Join(list, " · ")
}

func item(wikidata *string) string {
	if wikidata == nil {
		return ""
	}
	return "https://www.wikidata.org/wiki/" + *wikidata
}

// add keeps the entity if it is one of the first. Those that only boilerplate
// mentions count nothing and are none.
func (es *entities) add(top int, e entity) {
	es.All++
	if e.Mentions == 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(es.Rows, &e, func(a, b *entity) int {
		return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(a.ID, b.ID))
	})
	if at == top {
		return
	}
	es.Rows = slices.Insert(es.Rows, at, &e)
	es.Rows = es.Rows[:min(top, len(es.Rows))]
	es.Most = es.Rows[0].Documents
}

// mentions counts the mentions and picks the examples, which it returns by
// document.
func (d *data) mentions(f *results.Folder) (map[string]*excerpts, error) {
	shown := make(map[[2]string]*entity)
	for _, es := range d.Entities {
		for i, e := range es.Rows {
			e.Anchor = strings.ToLower(es.Type) + strconv.Itoa(i+1)
			shown[[2]string{es.Type, e.ID}] = e
		}
	}
	types := make(map[string]*typeCount)
	for _, t := range [][2]string{{"ORG", "organizations"}, {"PER", "people"}, {"LOC", "places"}, {"DATE", "dates"}, {"RES", "resolutions"}} {
		types[t[0]] = &typeCount{Type: t[0], Title: t[1], rules: make(map[string]int64)}
		d.Types = append(d.Types, types[t[0]])
	}
	type mention struct {
		DocumentID    string `parquet:"document_id,dict"`
		Type          string `parquet:"type,dict"`
		StartChar     int32  `parquet:"start_char"`
		EndChar       int32  `parquet:"end_char"`
		EntityID      string `parquet:"entity_id,dict"`
		Rule          string `parquet:"rule,dict"`
		InBoilerplate bool   `parquet:"in_boilerplate"`
	}
	wanted := make(map[string]*excerpts)
	for m, err := range results.Rows[mention](f, "mentions") {
		if err != nil {
			return nil, err
		}
		d.Mentions++
		t := types[m.Type]
		if t == nil {
			t = &typeCount{Type: m.Type, Title: "of a type that this program does not know", rules: make(map[string]int64)}
			types[m.Type] = t
			d.Types = append(d.Types, t)
		}
		t.rules[m.Rule]++
		if m.InBoilerplate {
			t.Boilerplate++
			continue
		}
		t.Content++
		e := shown[[2]string{m.Type, m.EntityID}]
		if e == nil || len(e.Examples) == exampleCount || slices.ContainsFunc(e.Examples, func(x *excerpt) bool { return x.document == m.DocumentID }) {
			continue
		}
		x := &excerpt{Entity: e, document: m.DocumentID, start: int(m.StartChar), end: int(m.EndChar)}
		e.Examples = append(e.Examples, x)
		if wanted[m.DocumentID] == nil {
			wanted[m.DocumentID] = &excerpts{}
		}
		wanted[m.DocumentID].List = append(wanted[m.DocumentID].List, x)
	}
	for _, t := range d.Types {
		rules := make(map[string]*tally)
		for rule, n := range t.rules {
			rules[rule] = &tally{Name: rule, Count: n}
		}
		t.Rules = tallies(rules)
	}
	return wanted, nil
}

// texts reads the texts and cuts the excerpts.
func (d *data) texts(f *results.Folder, wanted map[string]*excerpts, originals map[string]*original) error {
	type document struct {
		DocumentID string  `parquet:"document_id"`
		Source     string  `parquet:"source"`
		URL        *string `parquet:"url"`
		Title      *string `parquet:"title"`
		Language   *string `parquet:"language,dict"`
		Text       string  `parquet:"text"`
	}
	n := 0
	for doc, err := range results.Rows[document](f, "documents") {
		if err != nil {
			return err
		}
		if o := originals[doc.DocumentID]; o != nil {
			o.Source, o.Title = doc.Source, shorten(orElse(doc.Title, ""), 120)
		}
		xs := wanted[doc.DocumentID]
		if xs == nil {
			continue
		}
		xs.Anchor = "doc" + strconv.Itoa(len(d.Excerpts)+1)
		xs.Source, xs.Title, xs.Link, xs.Language = doc.Source, shorten(orElse(doc.Title, ""), 200), orElse(doc.URL, ""), orElse(doc.Language, "")
		text := []rune(doc.Text)
		for _, x := range xs.List {
			n++
			x.Anchor = "x" + strconv.Itoa(n)
			x.cut(text)
		}
		d.Excerpts = append(d.Excerpts, xs)
	}
	return nil
}

// Code points of an excerpt before and behind the mention, at most.
const before, after = 110, 150

// cut sets the words around the mention, from its line alone.
func (x *excerpt) cut(text []rune) {
	x.start = min(max(0, x.start), len(text))
	x.end = min(max(x.start, x.end), len(text))
	from, to := x.start, x.end
	for from > 0 && text[from-1] != '\n' && x.start-from < before {
		from--
	}
	for to < len(text) && text[to] != '\n' && to-x.end < after {
		to++
	}
	x.Before, x.Surface, x.After = string(text[from:x.start]), string(text[x.start:x.end]), string(text[x.end:to])
	if from > 0 && text[from-1] != '\n' {
		if _, rest, ok := strings.Cut(x.Before, " "); ok {
			x.Before = rest
		}
		x.Before = "… " + x.Before
	}
	if to < len(text) && text[to] != '\n' {
		if i := strings.LastIndexByte(x.After, ' '); i >= 0 {
			x.After = x.After[:i]
		}
		x.After += " …"
	}
}

// shorten returns the first n code points of s.
func shorten(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}
