package organizations

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"tamis/extractors"
)

// An Organization is a body that the table knows.
type Organization struct {
	ID         string // "iom", unique
	Norm       string // usual English acronym, "" where the official name serves
	Kind       string // "un-agency", "ngo", "ministry", ...
	Parent     string // ID of the parent, ""
	Wikidata   string // "Q7804", "" where not certain
	AcronymsEN []string
	AcronymsFR []string
	NameEN     string
	NameFR     string
	Variants   []string // former names, short forms, names in other languages

	forms []string // all names, with their marks of ambiguity
}

// Entity returns the identifier under which the tables know the organization.
func (o *Organization) Entity() string { return "org:" + o.ID }

// NormIn returns the norm of a mention in a text of the given language.
func (o *Organization) NormIn(lang string) string {
	switch {
	case o.Norm != "":
		return o.Norm
	case lang == "fr" && o.NameFR != "", o.NameEN == "":
		return o.NameFR
	}
	return o.NameEN
}

//go:embed data/*.tsv
var data embed.FS

// columns of the files in data; list cells are separated by "|", and a form
// that ends in "?" is ambiguous: it counts only with evidence beside it.
const columns = "id\tnorm\tkind\tparent\twikidata\tacronym_en\tacronym_fr\tname_en\tname_fr\tvariants"

// parseTable appends the rows of one file.
func parseTable(out []Organization, name, tsv string) ([]Organization, error) {
	n := 0
	for line := range strings.Lines(tsv) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if n == 1 {
			if line != columns {
				return nil, fmt.Errorf("%s: the header is %q, not %q", name, line, columns)
			}
			continue
		}
		if line == "" {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 10 {
			return nil, fmt.Errorf("%s:%d: %d columns, not 10", name, n, len(c))
		}
		if c[0] == "" || c[7] == "" && c[8] == "" {
			return nil, fmt.Errorf("%s:%d: no id or no name", name, n)
		}
		if strings.Contains(c[1], "//") {
			return nil, fmt.Errorf("%s:%d: two norms", name, n)
		}
		out = append(out, Organization{ID: c[0], Norm: c[1], Kind: c[2], Parent: c[3], Wikidata: c[4],
			AcronymsEN: list(c[5]), AcronymsFR: list(c[6]), NameEN: strings.TrimSuffix(c[7], "?"), NameFR: strings.TrimSuffix(c[8], "?"),
			Variants: list(c[9]), forms: append([]string{c[7], c[8]}, list(c[9])...)})
	}
	return out, nil
}

func list(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

// A lexicon is the table made ready to be found in texts.
type lexicon struct {
	all      []Organization
	byID     map[string]int
	names    extractors.Gazetteer // value: index of form
	forms    []form
	acronyms map[string][]acronym // by surface, hyphens plain
	starts   extractors.Filter    // hashes of their first tokens
	tokens   map[uint64]int       // by that hash, how many tokens the longest of them has
	long     int                  // how many the longest of all has
}

// A form is a name of an organization.
type form struct {
	org       int32
	ambiguous bool
	words     int8 // words in it; short ones need their capitals
	plural    bool // its first word ends like a plural
}

// An acronym of an organization, in a language.
type acronym struct {
	org       int32
	lang      string
	ambiguous bool
}

var load = sync.OnceValue(newLexicon)

func newLexicon() *lexicon {
	files, err := fs.Glob(data, "data/*.tsv")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	tables := make([]string, len(files))
	lines := 0
	for i, name := range files {
		tsv, err := fs.ReadFile(data, name)
		if err != nil {
			panic(err) // embedded
		}
		tables[i] = string(tsv)
		lines += strings.Count(tables[i], "\n")
	}
	// room for all of them at once: this is done at the start of each run
	l := &lexicon{all: make([]Organization, 0, lines), byID: make(map[string]int, lines), acronyms: make(map[string][]acronym, lines), tokens: make(map[uint64]int, lines),
		forms: make([]form, 0, 3*lines)}
	for i, name := range files {
		if l.all, err = parseTable(l.all, name, tables[i]); err != nil {
			panic(err) // embedded, and a test reads it
		}
	}
	for i := range l.all {
		o := &l.all[i]
		l.byID[o.ID] = i
		for _, name := range o.forms {
			l.addName(i, name)
		}
		for _, a := range o.AcronymsEN {
			l.addAcronym(i, a, "en")
		}
		for _, a := range o.AcronymsFR {
			l.addAcronym(i, a, "fr")
		}
	}
	return l
}

func (l *lexicon) addName(org int, name string) {
	name, ambiguous := strings.CutSuffix(name, "?")
	if name == "" {
		return
	}
	words := 0
	var buf [32]extractors.Token
	tokens := extractors.Tokenize(buf[:0], name)
	for _, t := range tokens {
		if t.Shape&(extractors.IsWord|extractors.IsNumber) != 0 {
			words++
		}
	}
	if l.names.AddTokens(tokens, len(l.forms)) < 0 {
		l.forms = append(l.forms, form{int32(org), ambiguous, int8(min(words, 100)), strings.HasSuffix(name[:tokens[0].End], "s")})
	}
}

func (l *lexicon) addAcronym(org int, s, lang string) {
	s, ambiguous := strings.CutSuffix(s, "?")
	if s == "" {
		return
	}
	key := plainHyphens(s)
	l.acronyms[key] = append(l.acronyms[key], acronym{int32(org), lang, ambiguous})
	var buf [8]extractors.Token
	tokens := extractors.Tokenize(buf[:0], s)
	start := hash(s[:tokens[0].End])
	l.starts.Add(start)
	l.tokens[start] = max(l.tokens[start], len(tokens))
	l.long = max(l.long, len(tokens))
	if !ambiguous && len(tokens) == 1 && len(s) > 4 { // "Cnuced"; shorter ones are left to the tagger
		if title := s[:1] + strings.ToLower(s[1:]); isTitle(title) {
			start = hash(title)
			l.starts.Add(start)
			l.tokens[start] = max(l.tokens[start], 1)
		}
	}
}

var plainly = strings.NewReplacer("‑", "-", "–", "-")

// plainHyphens writes every hyphen of s as U+002D.
func plainHyphens(s string) string {
	if strings.IndexByte(s, 0xE2) >= 0 { // their lead byte
		s = plainly.Replace(s)
	}
	return s
}

// Lookup returns the organization of an entity of the form "org:iom"; ok is
// false for one that is not in the table.
func Lookup(entity string) (*Organization, bool) {
	l := load()
	i, ok := l.lookup(entity)
	if !ok {
		return nil, false
	}
	return &l.all[i], true
}

// lookup returns the index of the organization of an entity.
func (l *lexicon) lookup(entity string) (i int32, ok bool) {
	id, ok := strings.CutPrefix(entity, "org:")
	if !ok {
		return 0, false
	}
	n, ok := l.byID[id]
	return int32(n), ok
}

// All returns the table, in the order of its files.
func All() []Organization { return load().all }
