package pipeline

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/dates"
	"tamis/extractors/organizations"
	"tamis/extractors/places"
	"tamis/extractors/resolutions"
	"tamis/output"
)

// Corrections are what a person says against the program: a table, kept as CSV,
// whose lines pick mentions and say what they are. They are applied when records
// are joined with the facts, so they change no record, and another file of
// corrections maps nothing again.
//
// The lines apply from the general to the particular, whatever their order in
// the file. Each sees what the lines before it made of a mention and what the
// program found, so identifiers can be those of the tables before corrections as
// well as after them.

// ErrCorrections says that the file of Config.Corrections can't be used.
var ErrCorrections = errors.New("--corrections")

// An action is what a line of corrections does.
type action string

const (
	merge      action = "merge"  // all of one entity is another one
	rename     action = "rename" // an entity has another name
	split      action = "split"  // some mentions are of another entity
	deletion   action = "delete"
	retype     action = "retype" // mentions are of another type
	addition   action = "add"
	corrective        = "correction: " // rules of what was corrected
)

// A selector picks mentions: all of its fields that are set are theirs.
type selector struct {
	typ      extractors.Type // only without entity, which has its type
	entity   string
	surface  string // as plain writes it
	document string
	start    int // in code points from 1; with document and surface
}

// A mask says which fields of a selector are set. The larger it is the more
// particular is the selector.
type mask uint8

const (
	byType mask = 1 << iota
	byEntity
	bySurface
	byDocument
	byStart
)

// only returns the selector with the fields of the mask.
func (s selector) only(m mask) selector {
	if m&byType == 0 {
		s.typ = ""
	}
	if m&byEntity == 0 {
		s.entity = ""
	}
	if m&bySurface == 0 {
		s.surface = ""
	}
	if m&byDocument == 0 {
		s.document = ""
	}
	if m&byStart == 0 {
		s.start = 0
	}
	return s
}

func (s selector) mask() (m mask) {
	for i, set := range []bool{s.typ != "", s.entity != "", s.surface != "", s.document != "", s.start > 0} {
		if set {
			m |= 1 << i
		}
	}
	return m
}

// identity is what a mention is taken for.
type identity struct {
	typ    extractors.Type
	entity string
}

// A correction is a line of the file.
type correction struct {
	line   int
	action action
	selector
	document string // as the line names it
	to       identity
	norm     string // of new_norm
}

// says returns what makes two lines say the same.
func (c *correction) says() any { return [...]any{c.action, c.to, c.norm} }

// target returns what a mention is by the line that was from before. Of a new
// type alone, it keeps the name: "per:terre-ferme" of "org:terre-ferme".
func (c *correction) target(from identity, surface string) identity {
	to := c.to
	if to.entity == "" {
		_, slug, ok := strings.Cut(from.entity, ":")
		if name := keptName(from, surface); name != "" {
			slug = extractors.Slug(name)
		} else if !ok {
			slug = extractors.Slug(from.entity)
		}
		to.entity = prefixes[to.typ] + slug
	}
	return to
}

// keptName returns the name of what gets another type where its identifier and
// its norm are none: "au" is Australia among places, and the African Union among
// organizations. It is "" where they are.
func keptName(from identity, surface string) string {
	switch from.typ {
	case extractors.Loc:
		if p, ok := places.Lookup(from.entity); ok {
			return p.Name
		}
	case extractors.Date, extractors.Res:
		return surface
	}
	return ""
}

// prefixes of identifiers. Those of dates and resolutions are their norms.
var prefixes = map[extractors.Type]string{extractors.Org: "org:", extractors.Per: "per:", extractors.Loc: "loc:"}

// typeOf returns the type of the entities that have such an identifier.
func typeOf(entity string) extractors.Type {
	for typ, prefix := range prefixes {
		if strings.HasPrefix(entity, prefix) {
			return typ
		}
	}
	if _, ok := resolutions.Parse(entity); ok {
		return extractors.Res
	}
	return extractors.Date
}

// corrections are the lines of a file. They are not changed once they are read.
type corrections struct {
	lines []correction
	by    map[selector]int // lines that pick mentions
	masks []mask           // of these selectors, ascending
	// names holds the line that names an entity.
	names map[string]int
	// ofDocument holds the lines that name a document, adding those of them that
	// add to it.
	ofDocument, adding map[string][]int
}

// columns of the file. Those of the table of mentions that are not among them
// may stand there too, and say nothing.
var correctionColumns = []string{"action", "type", "entity_id", "document_id", "source", "start_char", "surface", "new_type", "new_entity_id",
	"new_norm", "note"}

// loadCorrections reads the file of corrections, if there is one and it was not
// read before.
func (c *Config) loadCorrections() error {
	if c.Corrections == "" || c.corrections != nil {
		return nil
	}
	file, err := os.ReadFile(c.Corrections)
	if err == nil {
		c.corrections, err = parseCorrections(file)
	}
	if err != nil {
		return fmt.Errorf("%w %s: %w", ErrCorrections, c.Corrections, cause(err))
	}
	return nil
}

// maxLineErrors is the number of bad lines that an error names.
const maxLineErrors = 10

// parseCorrections reads a file of corrections: CSV in UTF-8 with a line of
// heads, parted by commas, semicolons or tabs.
func parseCorrections(file []byte) (*corrections, error) {
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	if at := invalid(file); at >= 0 {
		return nil, fmt.Errorf("line %d: not UTF-8; spreadsheets call it \"CSV UTF-8\"", 1+bytes.Count(file[:at], []byte("\n")))
	}
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord = -1
	head, _, _ := bytes.Cut(file, []byte("\n"))
	if i := bytes.IndexAny(head, ",;\t"); i >= 0 {
		r.Comma = rune(head[i])
	}
	heads, err := r.Read()
	if err == io.EOF {
		return nil, errors.New("empty; the first line names the columns: " + strings.Join(correctionColumns, ","))
	}
	if err != nil {
		return nil, lineError(err)
	}
	index, err := columnsOf(heads)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	c := &corrections{by: make(map[selector]int), names: make(map[string]int), ofDocument: make(map[string][]int), adding: make(map[string][]int)}
	var bad []string
	more := 0
	complain := func(line int, err error) {
		if len(bad) < maxLineErrors {
			bad = append(bad, fmt.Sprintf("line %d: %v", line, err))
		} else {
			more++
		}
	}
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil { // what follows can't be told apart
			bad = append(bad, lineError(err).Error())
			break
		}
		line, _ := r.FieldPos(0)
		if !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		if len(cells) > len(heads) && slices.ContainsFunc(cells[len(heads):], func(s string) bool { return s != "" }) {
			complain(line, fmt.Errorf("%d cells below %d heads; a cell with %q in it stands between quotation marks", len(cells), len(heads), r.Comma))
			continue
		}
		l, err := readCorrection(line, func(column string) string {
			if i, ok := index[column]; ok && i < len(cells) {
				return strings.TrimSpace(cells[i])
			}
			return ""
		})
		if err == nil {
			err = c.take(l)
		}
		if err != nil {
			complain(line, err)
		}
	}
	if len(bad) == 0 {
		c.check(complain)
	}
	if more > 0 {
		bad = append(bad, fmt.Sprintf("and %d more", more))
	}
	if len(bad) > 0 {
		return nil, errors.New(strings.Join(bad, "\n  "))
	}
	for s := range c.by {
		if m := s.mask(); !slices.Contains(c.masks, m) {
			c.masks = append(c.masks, m)
		}
	}
	slices.Sort(c.masks)
	return c, nil
}

// invalid returns where a text is no UTF-8, -1 if it is.
func invalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	at := 0
	for {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n <= 1 {
			return at
		}
		at += n
	}
}

// lineError says what encoding/csv found, as the other errors are said.
func lineError(err error) error {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return fmt.Errorf("line %d: %w", pe.Line, pe.Err)
	}
	return err
}

// columnsOf returns the columns by their names.
func columnsOf(heads []string) (map[string]int, error) {
	var known []string
	for _, t := range output.Schema() {
		if t.Name == "mentions" {
			for _, c := range t.Columns {
				known = append(known, c.Name)
			}
		}
	}
	index := make(map[string]int)
	for i, h := range heads {
		h = strings.ToLower(strings.TrimSpace(h))
		if h == "" {
			continue
		}
		if !slices.Contains(correctionColumns, h) && !slices.Contains(known, h) {
			return nil, fmt.Errorf("no column is called %q; there are %s", h, strings.Join(correctionColumns, ", "))
		}
		if _, twice := index[h]; twice {
			return nil, fmt.Errorf("two columns are called %s", h)
		}
		index[h] = i
	}
	if _, ok := index["action"]; !ok {
		return nil, fmt.Errorf("no column is called action; the first line names the columns: %s", strings.Join(correctionColumns, ","))
	}
	return index, nil
}

// readCorrection reads a line by its cells.
func readCorrection(line int, cell func(column string) string) (l correction, err error) {
	l = correction{line: line, action: action(strings.ToLower(cell("action"))), norm: cell("new_norm")}
	l.entity = cell("entity_id")
	l.surface = plain(cell("surface"))
	if l.typ, err = readType("type", cell("type")); err != nil {
		return l, err
	}
	if l.to.typ, err = readType("new_type", cell("new_type")); err != nil {
		return l, err
	}
	l.to.entity = cell("new_entity_id")
	if err := l.readPlace(cell("document_id"), cell("source"), cell("start_char")); err != nil {
		return l, err
	}
	if l.entity != "" {
		if l.typ != "" && l.typ != typeOf(l.entity) {
			return l, fmt.Errorf("entity_id %s is no %s", l.entity, l.typ)
		}
		l.typ = "" // said by the entity
	}
	switch l.action {
	case merge:
		return l, l.readMerge()
	case rename:
		return l, l.readRename()
	case split:
		return l, l.readSplit()
	case deletion:
		if l.to != (identity{}) || l.norm != "" {
			return l, errors.New("delete takes no new_type, new_entity_id or new_norm")
		}
		return l, l.picks()
	case retype:
		return l, l.readRetype()
	case addition:
		return l, l.readAddition()
	case "":
		return l, errors.New("action is missing: merge, rename, split, delete, retype or add")
	}
	return l, fmt.Errorf("action %q: merge, rename, split, delete, retype or add", l.action)
}

func readType(column, cell string) (extractors.Type, error) {
	typ := extractors.Type(strings.ToUpper(cell))
	if typ != "" && !slices.Contains(extractors.Types, typ) {
		return "", fmt.Errorf("%s %q: ORG, RES, DATE, PER or LOC", column, cell)
	}
	return typ, nil
}

// readPlace reads the cells that say where a mention stands.
func (l *correction) readPlace(id, source, start string) error {
	l.document, l.selector.document = cmp.Or(source, id), id
	if b, err := hex.DecodeString(id); id != "" && (err != nil || len(b) != len(documentID(""))/2) {
		return fmt.Errorf("document_id %q: %d hexadecimal digits are wanted; a path goes to source", id, len(documentID("")))
	}
	if source != "" {
		l.selector.document = documentID(source)
		if id != "" && id != l.selector.document {
			return fmt.Errorf("document_id and source are not of one document: that of %s is %s", source, l.selector.document)
		}
	}
	if start == "" {
		return nil
	}
	n, err := strconv.ParseInt(start, 10, 32)
	if err != nil || n < 0 {
		return fmt.Errorf("start_char %q: a whole number is wanted, as in the table mentions", start)
	}
	if l.selector.document == "" || l.surface == "" {
		return errors.New("start_char needs document_id or source, and surface, by which the place is known again")
	}
	l.start = int(n) + 1
	return nil
}

// picks refuses a line that picks nearly everything.
func (l *correction) picks() error {
	if l.selector.mask()&^byType == 0 {
		return fmt.Errorf("what should %s apply to? entity_id, surface, or document_id or source", l.action)
	}
	return nil
}

func (l *correction) readMerge() error {
	switch {
	case l.entity == "" || l.to.entity == "":
		return errors.New("merge needs entity_id and new_entity_id")
	case l.selector.mask() != byEntity:
		return errors.New("merge is for all mentions of an entity; for some of them there is split")
	case l.entity == l.to.entity:
		return errors.New("entity_id and new_entity_id are the same; another name is given by rename")
	}
	return l.readTarget(typeOf(l.entity))
}

func (l *correction) readRename() error {
	if l.entity == "" || l.norm == "" {
		return errors.New("rename needs entity_id and new_norm")
	}
	if l.selector.mask() != byEntity || l.to != (identity{}) {
		return errors.New("rename takes entity_id and new_norm alone: a name is that of all mentions")
	}
	l.to = identity{typeOf(l.entity), l.entity}
	if prefixes[l.to.typ] == "" {
		return fmt.Errorf("rename: %s is its own name; another one is another entity, so merge it", l.entity)
	}
	return nil
}

func (l *correction) readSplit() error {
	if l.selector.mask()&^(byType|byEntity) == 0 {
		return errors.New("split needs surface, or document_id or source: for all mentions of an entity there is merge")
	}
	typ := cmp.Or(l.typ, l.to.typ)
	if l.entity != "" {
		typ = typeOf(l.entity)
	} else if typ == "" && l.to.entity != "" {
		typ = typeOf(l.to.entity)
	}
	if typ == "" {
		return errors.New("split needs new_entity_id, or type and new_norm")
	}
	if l.to.entity == "" && l.norm == "" {
		return errors.New("split needs new_entity_id or new_norm")
	}
	if l.entity == "" {
		l.typ = typ // other mentions are not meant
	}
	return l.readTarget(typ)
}

func (l *correction) readRetype() error {
	if l.to.typ == "" {
		return errors.New("retype needs new_type")
	}
	if err := l.picks(); err != nil {
		return err
	}
	if l.to.entity == "" && l.norm == "" && prefixes[l.to.typ] != "" {
		return nil // the name it has
	}
	return l.readTarget(l.to.typ)
}

func (l *correction) readAddition() error {
	typ := cmp.Or(l.to.typ, l.typ)
	switch {
	case l.selector.document == "" || l.surface == "":
		return errors.New("add needs document_id or source, and surface")
	case typ == "":
		return errors.New("add needs new_type")
	case l.entity != "":
		return errors.New("add takes new_entity_id, not entity_id")
	}
	l.typ, l.to.typ = "", typ
	if l.to.entity == "" && l.norm == "" && prefixes[typ] != "" {
		if l.to.entity = prefixes[typ] + extractors.Slug(l.surface); l.to.entity == prefixes[typ] {
			return fmt.Errorf("no identifier can be made of %q: fill in new_entity_id and new_norm", l.surface)
		}
		return nil
	}
	return l.readTarget(typ)
}

// readTarget completes the entity that a line names, of the given type.
func (l *correction) readTarget(typ extractors.Type) error {
	if l.to.typ != "" && l.to.typ != typ {
		return fmt.Errorf("%s keeps the type, %s; another one is given by retype", l.action, typ)
	}
	l.to.typ = typ
	prefix := prefixes[typ]
	if prefix == "" { // dates and resolutions are their norms
		l.to.entity = cmp.Or(l.to.entity, l.norm)
		switch _, isRes := resolutions.Parse(l.to.entity); {
		case l.norm != "" && l.norm != l.to.entity:
			return fmt.Errorf("new_norm of a %s is its new_entity_id", typ)
		case typ == extractors.Res && !isRes:
			return fmt.Errorf("new_entity_id %q is no symbol such as A/RES/46/182", l.to.entity)
		case typ == extractors.Date && !isDate(l.to.entity):
			return fmt.Errorf("new_entity_id %q is no date in EDTF such as 2016-07-25 or 2016-07", l.to.entity)
		}
		l.norm = ""
		return nil
	}
	if l.to.entity == "" {
		l.to.entity = prefix + extractors.Slug(l.norm)
	}
	if name, ok := strings.CutPrefix(l.to.entity, prefix); !ok || name == "" || strings.ContainsFunc(name, unicode.IsSpace) {
		return fmt.Errorf("new_entity_id %q: that of a %s is %q and a name without spaces", l.to.entity, typ, prefix)
	}
	return nil
}

// isDate reports whether s is an EDTF expression as the tables have them; the
// year may be open.
func isDate(s string) bool {
	_, _, _, ok := dates.Bounds(strings.ReplaceAll(s, "XXXX", "2000"))
	return ok
}

// plain writes spaces and apostrophes of all kinds as the usual ones: on a screen
// they look alike, and spreadsheets change them.
func plain(s string) string { return strings.Map(plainRune, s) }

func plainRune(r rune) rune {
	switch {
	case r == '’' || r == '‘' || r == 'ʼ' || r == '´' || r == '`':
		return '\''
	case r > ' ' && r < utf8.RuneSelf:
		return r
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// alike returns the length of the text at the head of s that is surface, which
// plain wrote; 0 if it is none.
func alike(s, surface string) int {
	n := 0
	for _, want := range surface {
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || plainRune(r) != want {
			return 0
		}
		n += size
	}
	return n
}

// take adds a line to those that are known.
func (c *corrections) take(l correction) error {
	i := len(c.lines)
	if l.norm != "" {
		k, ok := c.names[l.to.entity]
		switch {
		case ok && c.lines[k].norm != l.norm:
			return fmt.Errorf("%s is called %q here and %q in line %d", l.to.entity, l.norm, c.lines[k].norm, c.lines[k].line)
		case ok && l.action == rename && c.lines[k].action == rename:
			return nil
		case !ok || l.action == rename:
			c.names[l.to.entity] = i
		}
	}
	switch l.action {
	case addition:
		for _, k := range c.adding[l.selector.document] {
			if other := &c.lines[k]; other.selector == l.selector {
				if other.to == l.to {
					return nil
				}
				return fmt.Errorf("line %d adds another entity at this place", other.line)
			}
		}
		c.adding[l.selector.document] = append(c.adding[l.selector.document], i)
	case rename: // by its name
	default:
		if k, ok := c.by[l.selector]; ok {
			if other := &c.lines[k]; other.says() != l.says() {
				return fmt.Errorf("line %d says something else of the same mentions", other.line)
			}
			return nil
		}
		c.by[l.selector] = i
	}
	c.lines = append(c.lines, l)
	if l.selector.document != "" {
		c.ofDocument[l.selector.document] = append(c.ofDocument[l.selector.document], i)
	}
	return nil
}

// check looks at what lines say together: that entities have names, and that
// each leads to an end.
func (c *corrections) check(complain func(line int, err error)) {
	for i := range c.lines {
		l := &c.lines[i]
		if l.action == deletion || l.action == rename || l.to.entity == "" {
			continue
		}
		if _, known := c.name(l.to, ""); !known && l.action != retype && l.action != addition {
			complain(l.line, fmt.Errorf("new_norm is missing: no list of the program has the name of %s", l.to.entity))
			continue
		}
		seen := map[int]bool{i: true}
		for at := l.to; ; {
			k, ok := c.by[selector{entity: at.entity}]
			if !ok {
				break
			}
			next := &c.lines[k]
			if next.action == deletion {
				complain(l.line, fmt.Errorf("line %d deletes %s", next.line, at.entity))
				break
			}
			if seen[k] {
				complain(l.line, fmt.Errorf("by way of line %d, %s comes back to itself", next.line, at.entity))
				break
			}
			seen[k] = true
			at = next.target(at, "")
		}
	}
}

// name returns the norm of an entity in a language: the one that a line gives it,
// or that of the program's lists.
func (c *corrections) name(id identity, lang string) (norm string, ok bool) {
	if i, ok := c.names[id.entity]; ok {
		return c.lines[i].norm, true
	}
	switch id.typ {
	case extractors.Org:
		if o, ok := organizations.Lookup(id.entity); ok {
			return o.NormIn(lang), true
		}
	case extractors.Loc:
		if p, ok := places.Lookup(id.entity); ok {
			return p.Norm, true
		}
	case extractors.Date, extractors.Res:
		return id.entity, true
	}
	return "", false
}

// given returns the name that a line gives to an entity, "" if none does.
func (c *corrections) given(entity string) string {
	if c == nil {
		return ""
	}
	if i, ok := c.names[entity]; ok {
		return c.lines[i].norm
	}
	return ""
}
