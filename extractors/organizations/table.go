package organizations

import (
	"fmt"
	"slices"
	"strings"
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

// columns of the files in data; list cells are separated by "|", and a form
// that ends in "?" is ambiguous: it counts only with evidence beside it.
const columns = "id\tnorm\tkind\tparent\twikidata\tacronym_en\tacronym_fr\tname_en\tname_fr\tvariants"

// mostAcronym is the bytes that an acronym may have: Compile gives its length a
// byte.
const mostAcronym = 255

// parseTable appends the rows of one file and reports what is wrong with them.
func parseTable(rows []string, name, tsv string) ([]string, error) {
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
		if slices.ContainsFunc(append(list(c[5]), list(c[6])...), func(a string) bool { return len(a) > mostAcronym }) {
			return nil, fmt.Errorf("%s:%d: an acronym of more than %d bytes", name, n, mostAcronym)
		}
		if strings.Contains(c[1], "//") {
			return nil, fmt.Errorf("%s:%d: two norms", name, n)
		}
		rows = append(rows, line)
	}
	return rows, nil
}

// newOrganization reads a row that parseTable has passed.
func newOrganization(row string) *Organization {
	c := strings.Split(row, "\t")
	return &Organization{ID: c[0], Norm: c[1], Kind: c[2], Parent: c[3], Wikidata: c[4],
		AcronymsEN: list(c[5]), AcronymsFR: list(c[6]), NameEN: strings.TrimSuffix(c[7], "?"), NameFR: strings.TrimSuffix(c[8], "?"),
		Variants: list(c[9]), forms: append([]string{c[7], c[8]}, list(c[9])...)}
}

func list(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
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
func Lookup(entity string) (o *Organization, ok bool) {
	l := load()
	i, ok := l.lookup(entity)
	if !ok {
		return nil, false
	}
	return l.org(i), true
}

// All returns the table, in the order of its files.
func All() []*Organization {
	l := load()
	all := make([]*Organization, len(l.orgs))
	for i := range all {
		all[i] = l.org(int32(i))
	}
	return all
}
