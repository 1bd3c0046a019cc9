package organizations

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"tamis/extractors"
)

// compiled is the table as Compile packs it, so that no start of a run has to
// read 200,000 words; a test compares it with the files it is made from.
//
//go:embed data/table.bin
var compiled string

// A lexicon is the table made ready to be found in texts.
type lexicon struct {
	rows     []string // as in the files
	orgs     []atomic.Pointer[Organization]
	ids      []int32              // 1 + index of the row, by hash of its ID
	names    extractors.Gazetteer // value: index of form
	forms    []form
	groups   []group
	slots    []int32 // 1 + index of the group, by hash of its surface
	acronyms []acronym
	starts   extractors.Filter // hashes of their first tokens
	tokens   map[uint64]int    // by that hash, how many tokens the longest of them has
	long     int               // how many the longest of all has
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

// A group is what one acronym stands for: a stretch of lexicon.acronyms.
type group struct {
	surface    string // hyphens plain
	first, end int32
}

var load = sync.OnceValue(func() *lexicon {
	l, err := newLexicon(compiled)
	if err != nil {
		panic(err) // embedded, and a test reads it
	}
	return l
})

// org returns the organization of a row.
func (l *lexicon) org(i int32) *Organization {
	if o := l.orgs[i].Load(); o != nil {
		return o
	}
	o := newOrganization(l.rows[i])
	if !l.orgs[i].CompareAndSwap(nil, o) {
		return l.orgs[i].Load()
	}
	return o
}

// lookup returns the index of the organization of an entity.
func (l *lexicon) lookup(entity string) (i int32, ok bool) {
	id, ok := strings.CutPrefix(entity, "org:")
	if !ok {
		return 0, false
	}
	for at := int(hash(id)) & (len(l.ids) - 1); l.ids[at] != 0; at = (at + 1) & (len(l.ids) - 1) {
		i := l.ids[at] - 1
		if row := l.rows[i]; len(row) > len(id) && row[len(id)] == '\t' && row[:len(id)] == id {
			return i, true
		}
	}
	return 0, false
}

// meant returns what an acronym stands for, hyphens plain.
func (l *lexicon) meant(surface string) []acronym {
	for at := int(hash(surface)) & (len(l.slots) - 1); l.slots[at] != 0; at = (at + 1) & (len(l.slots) - 1) {
		if g := &l.groups[l.slots[at]-1]; g.surface == surface {
			return l.acronyms[g.first:g.end]
		}
	}
	return nil
}

// slotsFor returns a free table for n entries, at most half in use.
func slotsFor(n int) []int32 {
	size := 2
	for size < 2*n {
		size *= 2
	}
	return make([]int32, size)
}

// fill puts index i into the first free slot for a hash.
func fill(slots []int32, h uint64, i int) {
	at := int(h) & (len(slots) - 1)
	for slots[at] != 0 {
		at = (at + 1) & (len(slots) - 1)
	}
	slots[at] = int32(i) + 1
}

// Compile packs the files *.tsv of a folder, in the order of their names, as
// newLexicon reads them. Numbers are little-endian:
//
//	number of rows, bytes of all rows     4 bytes each
//	the rows, a line each
//	number of forms                       4 bytes
//	each form: row, flags, words          4, 1 and 1 bytes
//	number of acronyms                    4 bytes
//	each: row, flags, length, surface     4, 1, 1 and so many bytes; in the order of surfaces
//	number of their first tokens          4 bytes
//	each: hash, tokens at most            8 and 1 bytes
//	the names                             Gazetteer.AppendBinary
//
// Flags of a form are 1 for an ambiguous one and 2 for a plural; of an acronym
// 1 for an ambiguous one and 2 for French.
func Compile(folder fs.FS) ([]byte, error) {
	names, err := fs.Glob(folder, "*.tsv")
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, name := range names {
		table, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		if rows, err = parseTable(rows, name, string(table)); err != nil {
			return nil, err
		}
	}
	if len(rows) == 0 {
		return nil, errors.New("no table of organizations")
	}
	var c compiler
	for i, row := range rows {
		o := newOrganization(row)
		for _, name := range o.forms {
			c.addName(i, name)
			if rest, ok := strings.CutPrefix(name, "UN "); ok {
				c.addName(i, "U.N. "+rest)
			}
		}
		for _, a := range o.AcronymsEN {
			c.addAcronym(i, a, 0)
		}
		for _, a := range o.AcronymsFR {
			c.addAcronym(i, a, 2)
		}
	}
	return c.file(rows), nil
}

// A compiler gathers what Compile packs.
type compiler struct {
	names    extractors.Gazetteer
	forms    []byte // packed
	count    int    // of forms
	acronyms []packed
	tokens   map[uint64]int
}

type packed struct {
	surface string
	org     int
	flags   byte
}

func (c *compiler) addName(org int, name string) {
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
	if c.names.AddTokens(tokens, c.count) >= 0 {
		return // an earlier row has it
	}
	c.count++
	flags := byte(0)
	if ambiguous {
		flags |= 1
	}
	if strings.HasSuffix(name[:tokens[0].End], "s") {
		flags |= 2
	}
	c.forms = append(binary.LittleEndian.AppendUint32(c.forms, uint32(org)), flags, byte(min(words, 100)))
}

func (c *compiler) addAcronym(org int, s string, flags byte) {
	s, ambiguous := strings.CutSuffix(s, "?")
	if s == "" {
		return
	}
	if ambiguous {
		flags |= 1
	}
	c.acronyms = append(c.acronyms, packed{plainHyphens(s), org, flags})
	if c.tokens == nil {
		c.tokens = make(map[uint64]int)
	}
	var buf [8]extractors.Token
	tokens := extractors.Tokenize(buf[:0], s)
	start := hash(s[:tokens[0].End])
	c.tokens[start] = max(c.tokens[start], len(tokens))
	if !ambiguous && len(tokens) == 1 && len(s) > 4 { // "Cnuced"; shorter ones are left to the tagger
		if title := s[:1] + strings.ToLower(s[1:]); isTitle(title) {
			start = hash(title)
			c.tokens[start] = max(c.tokens[start], 1)
		}
	}
}

func (c *compiler) file(rows []string) []byte {
	u32 := binary.LittleEndian.AppendUint32
	text := strings.Join(rows, "\n") + "\n"
	b := u32(u32(nil, uint32(len(rows))), uint32(len(text)))
	b = append(b, text...)
	b = append(u32(b, uint32(c.count)), c.forms...)
	slices.SortStableFunc(c.acronyms, func(x, y packed) int { return strings.Compare(x.surface, y.surface) })
	b = u32(b, uint32(len(c.acronyms)))
	for _, a := range c.acronyms {
		b = append(u32(b, uint32(a.org)), a.flags, byte(len(a.surface)))
		b = append(b, a.surface...)
	}
	starts := make([]uint64, 0, len(c.tokens))
	for h := range c.tokens {
		starts = append(starts, h)
	}
	slices.Sort(starts)
	b = u32(b, uint32(len(starts)))
	for _, h := range starts {
		b = append(binary.LittleEndian.AppendUint64(b, h), byte(c.tokens[h]))
	}
	return c.names.AppendBinary(b)
}

var errCompiled = errors.New("table.bin is cut short")

// newLexicon reads what Compile has packed.
func newLexicon(file string) (*lexicon, error) {
	r := reader{file: file}
	n, text := r.number(), r.take(r.number())
	l := &lexicon{rows: make([]string, n), orgs: make([]atomic.Pointer[Organization], n), ids: slotsFor(n)}
	for i := range l.rows {
		l.rows[i], text, _ = strings.Cut(text, "\n")
		id, _, _ := strings.Cut(l.rows[i], "\t")
		fill(l.ids, hash(id), i)
	}
	l.forms = make([]form, r.number())
	for i := range l.forms {
		org, flags := r.number(), r.byte()
		l.forms[i] = form{org: int32(org), ambiguous: flags&1 != 0, plural: flags&2 != 0, words: int8(r.byte())}
	}
	l.acronyms = make([]acronym, r.number())
	l.groups = make([]group, 0, len(l.acronyms))
	l.slots = slotsFor(len(l.acronyms))
	for i := range l.acronyms {
		org, flags := r.number(), r.byte()
		surface := r.take(int(r.byte()))
		l.acronyms[i] = acronym{org: int32(org), lang: "en", ambiguous: flags&1 != 0}
		if flags&2 != 0 {
			l.acronyms[i].lang = "fr"
		}
		if k := len(l.groups); k == 0 || l.groups[k-1].surface != surface {
			l.groups = append(l.groups, group{surface: surface, first: int32(i)})
			fill(l.slots, hash(surface), k)
		}
		l.groups[len(l.groups)-1].end = int32(i) + 1
	}
	n = r.number()
	l.tokens = make(map[uint64]int, n)
	for range n {
		h := uint64(r.number()) | uint64(r.number())<<32
		l.starts.Add(h)
		l.tokens[h] = int(r.byte())
		l.long = max(l.long, l.tokens[h])
	}
	if r.short {
		return nil, errCompiled
	}
	var err error
	l.names, err = extractors.ReadGazetteer(r.file)
	return l, err
}

// A reader takes numbers and strings off a file.
type reader struct {
	file  string
	short bool // more was asked for than there was
}

func (r *reader) take(n int) string {
	if n < 0 || n > len(r.file) {
		r.file, r.short = "", true
		return ""
	}
	s := r.file[:n]
	r.file = r.file[n:]
	return s
}

func (r *reader) byte() byte {
	s := r.take(1)
	if s == "" {
		return 0
	}
	return s[0]
}

// number reads 4 bytes; it is 0 at the end of the file.
func (r *reader) number() int {
	s := r.take(4)
	if s == "" {
		return 0
	}
	return int(s[0]) | int(s[1])<<8 | int(s[2])<<16 | int(s[3])<<24
}
