package output

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Tables can be written in parts by several processes, and put together by a last
// one. Each part has the rows of a stretch of the tables; files of Parquet stay as
// they are and get new numbers, those of text formats are appended to each other.

// A Part says what a process wrote of a table. Paths are below the folder of the
// process, with slashes.
type Part struct {
	Table string     `json:"table"`
	Rows  int64      `json:"rows"`
	Files []PartFile `json:"files"`           // Parquet
	Texts []string   `json:"texts,omitempty"` // a file for each format, in the order of Options.Formats
}

// A PartFile is a file of Parquet.
type PartFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// CreatePart returns a writer for a part of the tables, in a folder that it makes.
// FinishPart ends it; there is nothing to commit.
func CreatePart(dir string, o Options) (*Writer, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		return nil, err
	}
	w := &Writer{part: dir, formats: o.Formats}
	w.addTables(o)
	return w, nil
}

// FinishPart ends the writing of a part, and says what was written. A table without
// rows has no file.
func (w *Writer) FinishPart() ([]Part, error) {
	var parts []Part
	for _, t := range w.all {
		if err := t.finishPart(); err != nil {
			w.DiscardPart()
			return nil, err
		}
		s := t.summary()
		if s.rows == 0 {
			continue
		}
		p := Part{Table: s.name, Rows: s.rows}
		for i, path := range s.parts {
			p.Files = append(p.Files, PartFile{Path: path, SHA256: s.sums[i]})
		}
		for _, f := range s.texts {
			p.Texts = append(p.Texts, f.path)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// DiscardPart lets go of the files of a part that is not finished. They are left
// where they are.
func (w *Writer) DiscardPart() {
	for _, t := range w.all {
		t.discard()
	}
}

// Adopt appends the rows of a part to the tables: files of the folder dir are
// linked, or copied where that is not possible. What is adopted comes behind all
// that was adopted before; nothing else can be written to these tables.
func (w *Writer) Adopt(dir string, parts []Part) error {
	for i := range parts {
		found := false
		for _, t := range w.all {
			if t.summary().name == parts[i].Table {
				found = true
				if err := t.adopt(dir, &parts[i]); err != nil {
					return err
				}
			}
		}
		if !found {
			return fmt.Errorf("output: no table is named %s", parts[i].Table)
		}
	}
	return nil
}

// folder returns where the tables are written.
func (w *Writer) folder() string {
	if w.part != "" {
		return w.part
	}
	return w.stage.content()
}

func (t *Table[T]) finishPart() error {
	if t.err != nil {
		return t.err
	}
	if err := t.flushBatch(); err != nil {
		return err
	}
	if t.file != nil {
		if err := t.closePart(); err != nil {
			return err
		}
	}
	for _, f := range t.texts {
		if err := f.finish(); err != nil {
			return err
		}
	}
	if len(t.parts) == 0 {
		return nil
	}
	return syncDir(t.dir)
}

func (t *Table[T]) adopt(dir string, p *Part) error {
	if t.err != nil {
		return t.err
	}
	if len(p.Texts) != len(t.texts) {
		return fmt.Errorf("output: table %s was written in %d text formats, not %d", t.name, len(p.Texts), len(t.texts))
	}
	if err := os.MkdirAll(t.dir, 0o777); err != nil {
		return err
	}
	for _, f := range p.Files {
		name := t.partName()
		if err := linkOrCopy(filepath.Join(dir, filepath.FromSlash(f.Path)), filepath.Join(t.dir, name), f.SHA256); err != nil {
			return err
		}
		t.parts, t.sums = append(t.parts, t.name+"/"+name), append(t.sums, f.SHA256)
	}
	for i, text := range t.texts {
		if err := text.appendFile(filepath.Join(dir, filepath.FromSlash(p.Texts[i]))); err != nil {
			return err
		}
	}
	t.rows += p.Rows
	return nil
}

// linkOrCopy makes a file known under another path. The copy has to have the sum.
func linkOrCopy(from, to, sum string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := createPart(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.close()); err != nil {
		return err
	}
	if got := hex.EncodeToString(out.sum.Sum(nil)); got != sum {
		return fmt.Errorf("%s: the SHA-256 is %s, not %s as it was written", from, got, sum)
	}
	return nil
}

// appendFile appends the rows of another file of the format.
func (t *textFile) appendFile(path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	r := bufio.NewReaderSize(in, 256<<10)
	if t.json == nil { // the header; no name of a column has a line feed
		if _, err := r.ReadSlice('\n'); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	_, err = r.WriteTo(t.w)
	return err
}
