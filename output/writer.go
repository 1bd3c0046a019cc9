// Package output holds the tables: the row structs, which are the schema; the
// writer, which turns rows into Parquet files; the data dictionary and the
// views that follow from the schema; and the publication of a folder of tables,
// all at once or not at all.
//
// It knows nothing of how rows come about and imports nothing of the rest.
package output

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
)

// Options are the sizes of the files. A zero is the default.
type Options struct {
	// RowGroupRows caps the rows of a row group: 122,880, which is what DuckDB
	// hands to one thread.
	RowGroupRows int
	// RowGroupBytes caps the bytes of a row group before encoding, which bounds
	// the memory of a table's writer whatever the length of the texts: 64 MiB,
	// or PartBytes if that is less.
	RowGroupBytes int64
	// PartBytes is the size at which a table goes on in the next part file,
	// after the row group that reaches it: 512 MiB.
	PartBytes int64
	// Formats lists the formats beside Parquet, see CheckFormats; "parquet" may
	// stand among them.
	Formats []string
	// Suffix is put behind the names of the files with rows, before the dot:
	// "part-00000-2016.parquet". Where files can't be exchanged for others at
	// once, those of two runs stand beside each other.
	Suffix string

	test faults
}

// A Writer writes the tables of one output folder. They are written aside;
// Commit puts them in the place of the former ones, Abort drops them.
//
// Each table may be written by a goroutine of its own. Commit and Abort come
// after all of them.
type Writer struct {
	Documents     *Table[Document]
	Blocks        *Table[Block]
	Boilerplate   *Table[Boilerplate]
	Mentions      *Table[Mention]
	Organizations *Table[Organization]
	People        *Table[Person]
	Roles         *Table[Role]
	Resolutions   *Table[Resolution]
	Dates         *Table[Date]
	Places        *Table[Place]
	Aliases       *Table[Alias]
	Citations     *Table[Citation]
	Translations  *Table[Translation]
	Rejects       *Table[Reject]

	all     []anyTable // the tables above, in the order of the schema
	formats []string   // beside Parquet
	stage   *stage
	part    string // the folder of a part of the tables, see CreatePart
}

// anyTable is what Commit needs of a Table, whatever its rows.
type anyTable interface {
	finish() error
	finishPart() error
	adopt(dir string, p *Part) error
	discard()
	summary() tableSummary
}

// A tableSummary says what was written of a table.
type tableSummary struct {
	name  string
	rows  int64
	parts []string // paths below the output folder, with slashes
	sums  []string // of the parts, SHA-256 in hexadecimal
	texts []*textFile
}

// Create prepares the output folder dir: it refuses a folder that holds
// something else, brings to an end what a crashed run left, and makes a hidden
// staging folder beside dir. Until Commit, dir stays as it is.
func Create(dir string, o Options) (*Writer, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	st, err := newStage(dir, o.test)
	if err != nil {
		return nil, err
	}
	w := &Writer{stage: st, formats: o.Formats}
	if err := checkText(st.target, o.Formats); err != nil {
		st.remove()
		return nil, fmt.Errorf("output folder %s: %w", st.target, err)
	}
	w.addTables(o)
	return w, nil
}

// withDefaults returns the options with every zero replaced by what it stands for.
func (o Options) withDefaults() (Options, error) {
	if o.RowGroupRows <= 0 {
		o.RowGroupRows = 122_880
	}
	if o.PartBytes <= 0 {
		o.PartBytes = 512 << 20
	}
	if o.RowGroupBytes <= 0 {
		o.RowGroupBytes = min(64<<20, o.PartBytes)
	}
	if err := CheckFormats(o.Formats); err != nil {
		return o, err
	}
	o.Formats = textFormats(o.Formats)
	return o, nil
}

// addTables adds all tables, in the order of the schema.
func (w *Writer) addTables(o Options) {
	w.Documents = addTable[Document](w, o)
	w.Blocks = addTable[Block](w, o)
	w.Boilerplate = addTable[Boilerplate](w, o)
	w.Mentions = addTable[Mention](w, o)
	w.Organizations = addTable[Organization](w, o)
	w.People = addTable[Person](w, o)
	w.Roles = addTable[Role](w, o)
	w.Resolutions = addTable[Resolution](w, o)
	w.Dates = addTable[Date](w, o)
	w.Places = addTable[Place](w, o)
	w.Aliases = addTable[Alias](w, o)
	w.Citations = addTable[Citation](w, o)
	w.Translations = addTable[Translation](w, o)
	w.Rejects = addTable[Reject](w, o)
}

func addTable[T any](w *Writer, o Options) *Table[T] {
	t := newTable[T](w.folder(), o)
	w.all = append(w.all, t)
	return t
}

// Counts returns the rows written so far to each table.
func (w *Writer) Counts() map[string]int64 {
	counts := make(map[string]int64)
	for _, t := range w.all {
		s := t.summary()
		counts[s.name] = s.rows
	}
	return counts
}

// Commit finishes the tables and publishes them together with the files, whose
// keys are names directly below the output folder. One of them is run.json: an
// object with the key "tamis", by which the next run knows the folder for one
// of its own. Commit itself adds what follows from the schema, unless it is
// given: views.sql, datapackage.json, croissant.json and tables.md; and SHA256SUMS over all but
// run.json, which changes from run to run.
//
// When Commit returns an error, the former tables are still in place, unless
// the error says that the new ones are and that something else went wrong.
func (w *Writer) Commit(files map[string][]byte) error {
	if w.stage == nil {
		return fmt.Errorf("output: the tables were committed or aborted before")
	}
	if err := w.commit(files); err != nil {
		w.Abort()
		return err
	}
	w.stage = nil
	return nil
}

func (w *Writer) commit(files map[string][]byte) error {
	if !isMarker(files[marker]) {
		return fmt.Errorf(`output: %s lacks the key "tamis"`, marker)
	}
	var summaries []tableSummary
	for _, t := range w.all {
		if err := t.finish(); err != nil {
			return err
		}
		summaries = append(summaries, t.summary())
	}
	extra, err := companions(summaries, w.formats)
	if err != nil {
		return err
	}
	maps.Copy(extra, files)
	extra[Sums] = checksums(summaries, extra)
	for name, data := range extra {
		if err := w.stage.writeFile(name, data); err != nil {
			return err
		}
	}
	for _, f := range w.formats {
		if err := syncDir(filepath.Join(w.stage.content(), f)); err != nil {
			return err
		}
	}
	return w.stage.publish()
}

// Finishing returns the work that Commit begins with, that on each table. It may be
// done before, each on a goroutine of its own, when nothing more is to be written.
func (w *Writer) Finishing() iter.Seq2[func() error, error] {
	return func(yield func(func() error, error) bool) {
		for _, t := range w.all {
			if !yield(t.finish, nil) {
				return
			}
		}
	}
}

// Scratch returns a folder for temporary files, on the file system of the
// output. It goes with Commit or Abort.
func (w *Writer) Scratch() string { return w.stage.dir }

// Abort drops what was written and leaves the former tables as they are. After
// Commit it does nothing, so that a deferred Abort is always right.
func (w *Writer) Abort() {
	if w.stage == nil {
		return
	}
	for _, t := range w.all {
		t.discard()
	}
	w.stage.remove()
	w.stage = nil
}

// A Table writes the rows of one table to its part files. Rows are handed to
// the encoder in batches that depend on the rows alone, so equal rows give
// equal bytes, however they were cut into calls of Write.
type Table[T any] struct {
	name    string
	dir     string
	o       Options
	columns []stringColumn
	fixed   int64 // bytes of a row beside its strings

	batch      []T
	batchBytes int64

	file  *partFile
	w     *parquet.GenericWriter[T]
	rows  int64 // of all parts
	group int   // rows of the current row group
	bytes int64 // of the current row group, before encoding
	parts []string
	sums  []string
	texts []*textFile
	err   error // the first one; it stays

	finished bool
}

// A stringColumn is a column whose values Write has to check.
type stringColumn struct {
	name  string
	field int // of the row struct; a string or a *string
}

// The batches in which rows reach the encoder. parquet-go looks at the size of
// a page between two batches, so a batch must be small beside a page of long
// texts, and large enough for short rows to be written by column.
const (
	batchRows  = 512
	batchBytes = 256 << 10
)

func newTable[T any](dir string, o Options) *Table[T] {
	row := reflect.TypeFor[T]()
	info := tableOf(row)
	t := &Table[T]{name: info.Name, dir: filepath.Join(dir, info.Name), o: o, batch: make([]T, 0, batchRows)}
	for i := range row.NumField() {
		switch row.Field(i).Type {
		case reflect.TypeFor[string](), reflect.TypeFor[*string]():
			t.columns = append(t.columns, stringColumn{info.Columns[i].Name, i})
		default:
			t.fixed += 8
		}
	}
	for _, format := range o.Formats {
		f, err := newTextFile(dir, format, info, o.Suffix)
		if err != nil {
			t.err = err // the first Write, or Commit, returns it
			break
		}
		t.texts = append(t.texts, f)
	}
	return t
}

// value returns the column's value in the row, "" for null.
func (c stringColumn) value(row reflect.Value) string {
	v := row.Field(c.field)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	return v.String()
}

// Write appends rows to the table. A string that is not UTF-8 is refused: it
// would make the file unreadable for others, and what comes here was cleaned.
func (t *Table[T]) Write(rows ...T) error {
	for i := range rows {
		if t.err != nil {
			return t.err
		}
		size, row := t.fixed, reflect.ValueOf(&rows[i]).Elem()
		for _, c := range t.columns {
			v := c.value(row)
			if !utf8.ValidString(v) {
				t.err = fmt.Errorf("table %s, row %d, column %s: not UTF-8: %.40q", t.name, t.rows, c.name, v)
				return t.err
			}
			size += int64(len(v))
		}
		for _, f := range t.texts {
			if t.err = f.write(row); t.err != nil {
				return t.err
			}
		}
		t.batch = append(t.batch, rows[i])
		t.batchBytes += size
		t.rows++
		if len(t.batch) == batchRows || t.batchBytes >= batchBytes || t.group+len(t.batch) == t.o.RowGroupRows {
			t.err = t.flushBatch()
		}
	}
	return t.err
}

func (t *Table[T]) flushBatch() error {
	if len(t.batch) == 0 {
		return nil
	}
	if t.file != nil && t.group == 0 && t.file.size >= t.o.PartBytes {
		if err := t.closePart(); err != nil {
			return err
		}
	}
	if t.file == nil {
		if err := t.openPart(); err != nil {
			return err
		}
	}
	if _, err := t.w.Write(t.batch); err != nil {
		return fmt.Errorf("table %s: %w", t.name, err)
	}
	t.group += len(t.batch)
	t.bytes += t.batchBytes
	clear(t.batch) // let go of the strings
	t.batch, t.batchBytes = t.batch[:0], 0
	if t.group < t.o.RowGroupRows && t.bytes < t.o.RowGroupBytes {
		return nil
	}
	t.group, t.bytes = 0, 0
	if err := t.w.Flush(); err != nil {
		return fmt.Errorf("table %s: %w", t.name, err)
	}
	return nil
}

func (t *Table[T]) openPart() (err error) {
	if err := os.MkdirAll(t.dir, 0o777); err != nil {
		return err
	}
	name := t.partName()
	if t.file, err = createPart(filepath.Join(t.dir, name)); err != nil {
		return err
	}
	t.parts = append(t.parts, t.name+"/"+name)
	// A writer of its own for each part: after Reset, parquet-go writes columns
	// without their names into the footer, which Spark refuses.
	t.w = parquet.NewGenericWriter[T](t.file, append(writerOptions(tableOf(reflect.TypeFor[T]())),
		parquet.WriteBufferSize(int(min(256<<10, t.o.PartBytes))))...) // what is in the buffer is not in the part's size yet
	return nil
}

// partName returns the name of the part file to come.
func (t *Table[T]) partName() string {
	return fmt.Sprintf("part-%05d%s.parquet", len(t.parts), t.o.Suffix)
}

func (t *Table[T]) closePart() error {
	if err := t.w.Close(); err != nil {
		return fmt.Errorf("table %s: %w", t.name, err)
	}
	f := t.file
	t.file = nil
	t.sums = append(t.sums, hex.EncodeToString(f.sum.Sum(nil)))
	return f.close()
}

// finish writes what is pending, once. A table without rows gets a file all the
// same, so that readers find its columns.
func (t *Table[T]) finish() error {
	if t.err != nil || t.finished {
		return t.err
	}
	t.finished = true
	t.err = t.finishAll()
	return t.err
}

func (t *Table[T]) finishAll() error {
	if err := t.flushBatch(); err != nil {
		return err
	}
	if t.file == nil && len(t.parts) == 0 {
		if err := t.openPart(); err != nil {
			return err
		}
	}
	return t.finishPart()
}

func (t *Table[T]) discard() {
	if t.file != nil {
		t.file.f.Close()
		t.file = nil
	}
	for _, f := range t.texts {
		f.file.f.Close() // a second time after finish, which does no harm
	}
	t.err = fmt.Errorf("table %s: aborted", t.name)
}

func (t *Table[T]) summary() tableSummary {
	return tableSummary{t.name, t.rows, t.parts, t.sums, t.texts}
}

// A partFile is a file being written, counted and summed.
type partFile struct {
	f    *os.File
	size int64
	sum  hash.Hash
}

func createPart(path string) (*partFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return &partFile{f: f, sum: sha256.New()}, nil
}

func (p *partFile) Write(b []byte) (int, error) {
	n, err := p.f.Write(b)
	p.size += int64(n)
	p.sum.Write(b[:n])
	return n, err
}

func (p *partFile) close() error {
	err := p.f.Sync()
	if cerr := p.f.Close(); err == nil {
		err = cerr
	}
	return err
}

// metaTable is the key of the file's metadata that holds the table's name.
const metaTable = "tamis.table"

// writerOptions returns how a table is encoded. The file depends on nothing
// but the rows: no time, no host, no version of a library.
func writerOptions(info *TableInfo) []parquet.WriterOption {
	options := []parquet.WriterOption{
		parquet.CreatedBy("tamis", SchemaVersion+".0.0", "parquet-go"),
		parquet.Compression(&parquet.Zstd),
		parquet.DataPageVersion(1), // every reader has it
		// The bounds of a page stand in the column index, cut short. In the header
		// of the page they would stand whole, four times: a long text swells the
		// file, and from 16 MiB on Arrow refuses the header.
		parquet.DataPageStatistics(false),
		// Numbers that have no dictionary are indices, offsets and counts.
		parquet.DefaultEncodingFor(parquet.Int32, &parquet.DeltaBinaryPacked),
		parquet.DefaultEncodingFor(parquet.Int64, &parquet.DeltaBinaryPacked),
		parquet.KeyValueMetadata("tamis.schema_version", SchemaVersion),
		parquet.KeyValueMetadata(metaTable, info.Name),
		parquet.KeyValueMetadata("tamis.description", info.Description),
		parquet.KeyValueMetadata("tamis.columns", info.columnsJSON()),
	}
	var filters []parquet.BloomFilterColumn
	for _, c := range info.Columns {
		if c.bloom {
			filters = append(filters, parquet.SplitBlockFilter(10, c.Name)) // 10 bits a value: 1 in 100 is a false alarm
		}
		if c.Name == "text" {
			// The smallest and the largest text say nothing and are long.
			options = append(options, parquet.SkipPageBounds(c.Name))
		}
	}
	return append(options, parquet.BloomFilters(filters...))
}
