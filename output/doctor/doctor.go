// Package doctor checks a folder of results: that all files are there and whole,
// that the tables have the columns, the rows and the keys that they should have,
// and that every reference of the schema leads to a row.
//
// Each table is read twice at most, a batch of rows at a time. What stays in
// memory is some 20 bytes for each row of a table that others refer to by one
// column, and for each document.
package doctor

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"tamis/output"
	"tamis/output/results"
)

// A Check is one thing that was looked at.
type Check struct {
	Name     string   `json:"name"`
	Problems []string `json:"problems"` // empty: all is well
	Note     string   `json:"note"`     // what was seen, or why it was not looked at
}

// maxProblems is the number of problems that a check names; more are counted.
const maxProblems = 5

// A report gathers the problems of one check.
type report struct {
	Check
	more int
}

func (r *report) problem(format string, args ...any) {
	if len(r.Problems) == maxProblems {
		r.more++
		return
	}
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

func (r *report) done(note string, args ...any) Check {
	if r.more > 0 {
		r.Problems = append(r.Problems, fmt.Sprintf("and %d more", r.more))
	}
	if r.Problems == nil {
		r.Problems = []string{}
	}
	r.Note = fmt.Sprintf(note, args...)
	return r.Check
}

// Look checks an output.
func Look(f *results.Folder) []Check {
	d := &doctor{f: f, rows: make(map[string]int64), whole: make(map[string]bool), keys: make(map[string]*keySet), seed: maphash.MakeSeed()}
	return []Check{d.files(), d.checksums(), d.columns(), d.tables(), d.counts(), d.references(), d.spans()}
}

type doctor struct {
	f     *results.Folder
	rows  map[string]int64
	whole map[string]bool // tables that can be read to the end
	keys  map[string]*keySet
	seed  maphash.Seed
}

// files compares the part files with those that datapackage.json lists.
func (d *doctor) files() Check {
	r := &report{Check: Check{Name: "files"}}
	listed, err := listed(d.f.Dir)
	if err != nil {
		r.problem("datapackage.json: %v", err)
		return r.done("")
	}
	n := 0
	for _, t := range output.Schema() {
		var have []string
		for _, p := range d.f.Parts(t.Name) {
			have = append(have, path.Join(t.Name, filepath.Base(p)))
		}
		for _, p := range listed[t.Name] {
			n++
			if !slices.Contains(have, p) {
				r.problem("%s is missing", p)
			}
		}
		for _, p := range have {
			if !slices.Contains(listed[t.Name], p) {
				r.problem("%s is not in datapackage.json: readers of %s/*.parquet take it for a part of the table", p, t.Name)
			}
		}
		if len(listed[t.Name]) == 0 {
			r.problem("datapackage.json lists no file of table %s", t.Name)
		}
	}
	return r.done("%d part files", n)
}

// listed returns the part files of each table as datapackage.json lists them.
func listed(dir string) (map[string][]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "datapackage.json"))
	if err != nil {
		return nil, cause(err)
	}
	var pkg struct {
		Resources []struct {
			Name string
			Path json.RawMessage // a string, or a list of them
		}
	}
	if err := json.Unmarshal(b, &pkg); err != nil {
		return nil, err
	}
	all := make(map[string][]string)
	for _, r := range pkg.Resources {
		var list []string
		if json.Unmarshal(r.Path, &list) != nil {
			var one string
			if err := json.Unmarshal(r.Path, &one); err != nil {
				return nil, fmt.Errorf("path of %s: %w", r.Name, err)
			}
			list = []string{one}
		}
		all[r.Name] = list
	}
	return all, nil
}

func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// checksums compares the files with SHA256SUMS.
func (d *doctor) checksums() Check {
	r := &report{Check: Check{Name: "checksums"}}
	list, err := os.Open(filepath.Join(d.f.Dir, output.Sums))
	if errors.Is(err, fs.ErrNotExist) {
		return r.done("not checked: no %s, as older versions left none", output.Sums)
	}
	if err != nil {
		r.problem("%s: %v", output.Sums, cause(err))
		return r.done("")
	}
	defer list.Close()
	lines := bufio.NewScanner(list)
	n := 0
	for lines.Scan() {
		want, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || !filepath.IsLocal(filepath.FromSlash(name)) {
			r.problem("%s: not a line of checksums: %.80q", output.Sums, lines.Text())
			continue
		}
		n++
		got, err := sum(filepath.Join(d.f.Dir, filepath.FromSlash(name)))
		switch {
		case err != nil:
			r.problem("%s: %v", name, cause(err))
		case got != want:
			r.problem("%s was changed after the run, or is damaged", name)
		}
	}
	if err := lines.Err(); err != nil {
		r.problem("%s: %v", output.Sums, err)
	}
	return r.done("%d files", n)
}

func sum(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// columns compares the columns of the files with the schema.
func (d *doctor) columns() Check {
	r := &report{Check: Check{Name: "columns"}}
	n := 0
	for _, t := range output.Schema() {
		have, err := results.Columns(d.f, t.Name)
		if err != nil {
			r.problem("%v", err)
			continue
		}
		for _, c := range t.Columns {
			n++
			i := slices.IndexFunc(have, func(h results.Column) bool { return h.Name == c.Name })
			switch {
			case i < 0:
				r.problem("%s.%s is missing", t.Name, c.Name)
			case have[i].Type != c.Type:
				r.problem("%s.%s is of type %s, not %s", t.Name, c.Name, have[i].Type, c.Type)
			case have[i].Nullable && !c.Nullable:
				r.problem("%s.%s may be null", t.Name, c.Name)
			}
		}
		for _, h := range have {
			if !slices.ContainsFunc(t.Columns, func(c output.ColumnInfo) bool { return c.Name == h.Name }) {
				r.problem("%s.%s is not in the schema of this version", t.Name, h.Name)
			}
		}
	}
	return r.done("%d columns of %d tables, schema version %s", n, len(output.Schema()), output.SchemaVersion)
}

// tables reads every table to its end and looks at its keys.
func (d *doctor) tables() Check {
	r := &report{Check: Check{Name: "keys"}}
	var rows int64
	for _, t := range output.Schema() {
		n, _, err := results.Fingerprint(d.f, t.Name)
		if err != nil {
			r.problem("%v", err)
			continue
		}
		d.rows[t.Name] = n
		rows += n
		key := keyOf(&t)
		set := &keySet{seed: d.seed, counts: len(key) == 2 && key[1].Type == "int32", set: make(map[uint64]struct{}), count: make(map[uint64]int32)}
		if len(key) > 0 {
			err = results.Values(d.f, t.Name, names(key), func(values [][]byte) {
				if problem := set.add(values); problem != "" {
					r.problem("%s: %s", t.Name, problem)
				}
			})
			if err != nil {
				r.problem("%v", err)
				continue
			}
			d.keys[t.Name] = set
		}
		d.whole[t.Name] = true
	}
	return r.done("%d rows read, no key twice", rows)
}

func keyOf(t *output.TableInfo) (key []output.ColumnInfo) {
	for _, c := range t.Columns {
		if c.Key {
			key = append(key, c)
		}
	}
	return key
}

func names(cs []output.ColumnInfo) (list []string) {
	for _, c := range cs {
		list = append(list, c.Name)
	}
	return list
}

// A keySet holds the keys of a table. Keys of a document and a place in it are
// held as the number of places, since they count from 0.
type keySet struct {
	seed   maphash.Seed
	counts bool
	set    map[uint64]struct{}
	count  map[uint64]int32
}

func (k *keySet) hash(values [][]byte) uint64 {
	var h maphash.Hash
	h.SetSeed(k.seed)
	for _, v := range values {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(v)))
		h.Write(size[:])
		h.Write(v)
	}
	return h.Sum64()
}

// add adds a key and says what is wrong with it.
func (k *keySet) add(values [][]byte) string {
	if k.counts {
		id := k.hash(values[:1])
		if at := int32(binary.LittleEndian.Uint32(values[1])); at != k.count[id] {
			return fmt.Sprintf("%q has row %d where %d comes next", values[0], at, k.count[id])
		}
		k.count[id]++
		return ""
	}
	h := k.hash(values)
	if _, ok := k.set[h]; ok {
		return fmt.Sprintf("two rows have the key %q", values)
	}
	k.set[h] = struct{}{}
	return ""
}

func (k *keySet) has(values [][]byte) bool {
	if k.counts {
		at := int32(binary.LittleEndian.Uint32(values[1]))
		return 0 <= at && at < k.count[k.hash(values[:1])]
	}
	_, ok := k.set[k.hash(values)]
	return ok
}

// counts compares the rows with what run.json counted.
func (d *doctor) counts() Check {
	r := &report{Check: Check{Name: "counts"}}
	c := d.f.Run.Counts
	for _, t := range output.Schema() {
		want, ok := c.Tables[t.Name]
		switch {
		case !ok:
			r.problem("run.json has no count of table %s", t.Name)
		case d.whole[t.Name] && d.rows[t.Name] != want:
			r.problem("%s has %d rows; run.json counted %d", t.Name, d.rows[t.Name], want)
		}
	}
	if c.Sources != c.Documents+c.Rejects {
		r.problem("run.json: %d sources are not %d documents and %d rejects", c.Sources, c.Documents, c.Rejects)
	}
	return r.done("%d sources = %d documents + %d rejects", c.Sources, c.Documents, c.Rejects)
}

// References lists the references of the schema: for each the columns of the
// table, and the tables of which one must have a row with these values for its
// key.
func References() (all []Reference) {
	schema := output.Schema()
	for _, t := range schema {
		for _, c := range t.Columns {
			if len(c.References) == 0 {
				continue
			}
			ref := Reference{Table: t.Name, Columns: []string{c.Name}}
			for _, to := range c.References {
				table, column, _ := strings.Cut(to, ".")
				i := slices.IndexFunc(schema, func(t output.TableInfo) bool { return t.Name == table })
				// A place in a document is one only together with the document.
				if key := names(keyOf(&schema[i])); len(key) == 2 && key[1] == column {
					ref.Columns = []string{key[0], c.Name}
				}
				ref.To = append(ref.To, table)
			}
			all = append(all, ref)
		}
	}
	return all
}

// A Reference says that columns of a table hold the key of another one.
type Reference struct {
	Table   string
	Columns []string
	To      []string
}

// references follows every reference of the schema.
func (d *doctor) references() Check {
	r := &report{Check: Check{Name: "references"}}
	n, left := 0, 0
	for _, ref := range References() {
		if !d.whole[ref.Table] || slices.ContainsFunc(ref.To, func(t string) bool { return !d.whole[t] }) {
			left++ // the table itself is the problem
			continue
		}
		n++
		dangling, example := 0, ""
		err := results.Values(d.f, ref.Table, ref.Columns, func(values [][]byte) {
			if values[len(values)-1] == nil || slices.ContainsFunc(ref.To, func(t string) bool { return d.keys[t].has(values) }) {
				return
			}
			if dangling++; dangling == 1 {
				example = say(values)
			}
		})
		if err != nil {
			r.problem("%v", err)
		}
		if dangling > 0 {
			r.problem("%s.%s: %d rows lead to no row of %s, the first is %s", ref.Table, ref.Columns[len(ref.Columns)-1], dangling, strings.Join(ref.To, ", "), example)
		}
	}
	if left > 0 {
		return r.done("%d of %d followed; the others need tables that can't be read", n, n+left)
	}
	return r.done("%d followed", n)
}

// say prints a key: a place in a document is a number of four bytes.
func say(values [][]byte) string {
	if len(values) == 2 {
		return fmt.Sprintf("%q, %d", values[0], int32(binary.LittleEndian.Uint32(values[1])))
	}
	return fmt.Sprintf("%q", values[0])
}

// spans looks whether offsets lie within the text of their document.
func (d *doctor) spans() Check {
	r := &report{Check: Check{Name: "offsets"}}
	type document struct {
		DocumentID string `parquet:"document_id"`
		CharCount  int32  `parquet:"char_count"`
	}
	lengths := make(map[string]int32)
	for doc, err := range results.Rows[document](d.f, "documents") {
		if err != nil {
			r.problem("%v", err)
			return r.done("not checked")
		}
		lengths[doc.DocumentID] = doc.CharCount
	}
	n := 0
	for _, table := range []string{"blocks", "mentions", "citations"} {
		type span struct {
			DocumentID string `parquet:"document_id"`
			StartChar  int32  `parquet:"start_char"`
			EndChar    int32  `parquet:"end_char"`
		}
		for row, err := range results.Rows[span](d.f, table) {
			if err != nil {
				r.problem("%v", err)
				break
			}
			n++
			if row.StartChar < 0 || row.StartChar >= row.EndChar || row.EndChar > lengths[row.DocumentID] {
				r.problem("%s: %d to %d in document %s, which has %d characters", table, row.StartChar, row.EndChar, row.DocumentID, lengths[row.DocumentID])
			}
		}
	}
	return r.done("%d spans", n)
}
