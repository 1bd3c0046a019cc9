// Package results reads a finished output folder back: run.json, and the rows of
// the tables as structs, a batch at a time.
package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/parquet-go/parquet-go"

	"tamis/output"
)

// ErrNone says that a folder is no finished output of tamis, ErrVersion that it
// is one whose tables this program does not know.
var (
	ErrNone    = errors.New("no output of tamis")
	ErrVersion = errors.New("another version of the tables")
)

// marker is the file by which a folder is known for an output.
const marker = "run.json"

// A Folder is a finished output.
type Folder struct {
	Dir string
	Run Run

	parts map[string][]string // table to paths of its part files, in order
}

// A Run is what run.json says. A key that it lacks is a zero here.
type Run struct {
	Tamis         string            `json:"tamis"`
	SchemaVersion string            `json:"schema_version"`
	Inputs        []string          `json:"inputs"`
	Configuration map[string]any    `json:"configuration"`
	Counts        Counts            `json:"counts"`
	Started       time.Time         `json:"started"`
	Seconds       float64           `json:"seconds"`
	Host          string            `json:"host"`
	Processors    int               `json:"processors"`
	Versions      map[string]string `json:"versions"`
}

// Counts is what a run counted.
type Counts struct {
	Files         int                `json:"files"`
	Sources       int                `json:"sources"`
	Documents     int                `json:"documents"`
	Rejects       int                `json:"rejects"`
	Bytes         int64              `json:"bytes"`
	DocumentBytes int64              `json:"document_bytes"`
	Stages        map[string]float64 `json:"stage_seconds"` // of processors
	Phases        map[string]float64 `json:"phase_seconds"` // of the clock
	Tables        map[string]int64   `json:"tables"`
}

// Is reports whether dir is an output of tamis, of whatever version.
func Is(dir string) bool {
	_, err := readRun(dir)
	return err == nil
}

func readRun(dir string) (run Run, err error) {
	b, err := os.ReadFile(filepath.Join(dir, marker))
	if errors.Is(err, fs.ErrNotExist) {
		return run, fmt.Errorf("%s is %w: it has no %s; name a folder that \"tamis run --out\" wrote", dir, ErrNone, marker)
	}
	if err != nil {
		return run, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber() // 268435456 is to be shown as it stands there
	if err := d.Decode(&run); err != nil {
		return run, fmt.Errorf("%s is %w: %s: %w", dir, ErrNone, marker, err)
	}
	if run.Tamis == "" {
		return run, fmt.Errorf("%s is %w: %s is of another program", dir, ErrNone, marker)
	}
	return run, nil
}

// Open opens the output in the folder dir. It reads run.json and lists the part
// files; rows are read when they are asked for.
func Open(dir string) (*Folder, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such folder", dir)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s is %w: it is a file; name the folder that \"tamis run --out\" wrote", dir, ErrNone)
	}
	f := &Folder{Dir: dir, parts: make(map[string][]string)}
	if f.Run, err = readRun(dir); err != nil {
		return nil, err
	}
	if f.Run.SchemaVersion != output.SchemaVersion {
		return nil, fmt.Errorf("%s holds %w, %q; this program knows %q: run tamis over the input again, or use tamis %s",
			dir, ErrVersion, f.Run.SchemaVersion, output.SchemaVersion, f.Run.Tamis)
	}
	for _, t := range output.Schema() {
		parts, err := filepath.Glob(filepath.Join(escape(dir), t.Name, "*.parquet"))
		if err != nil {
			return nil, err
		}
		f.parts[t.Name] = parts
	}
	return f, nil
}

// escape returns the pattern that matches a path and nothing else.
func escape(path string) string {
	if filepath.Separator == '\\' {
		return path // there, patterns know no escape
	}
	var b []byte
	for i := range len(path) {
		switch path[i] {
		case '*', '?', '[', '\\':
			b = append(b, '\\')
		}
		b = append(b, path[i])
	}
	return string(b)
}

// Parts returns the paths of a table's part files, in order.
func (f *Folder) Parts(table string) []string { return f.parts[table] }

// batch is the number of rows that are in memory at once.
const batch = 128

// Rows returns the rows of a table, in order. T is the table's row, or a struct
// with some of its columns, and then only those are read. A column that an older
// program did not write yet is null or zero. An error is the last thing that it
// yields; rows that are not as many as run.json counted are one.
func Rows[T any](f *Folder, table string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		parts := f.parts[table]
		if len(parts) == 0 {
			yield(zero, missing(f, table))
			return
		}
		var n int64
		for _, p := range parts {
			more, err := rowsOf(p, func(row T) bool { n++; return yield(row, nil) })
			if err != nil {
				yield(zero, fmt.Errorf("%s: %w", p, err))
				return
			}
			if !more {
				return
			}
		}
		// A part that got lost must not pass for a smaller table.
		if want, ok := f.Run.Counts.Tables[table]; ok && n != want {
			yield(zero, fmt.Errorf("%s: table %s has %d rows, and the run wrote %d; \"tamis doctor %[1]s\" tells more", f.Dir, table, n, want))
		}
	}
}

func missing(f *Folder, table string) error {
	return fmt.Errorf("%s: table %s is missing; \"tamis doctor %[1]s\" tells what else is wrong", f.Dir, table)
}

// rowsOf hands on the rows of a file, until yield wants no more.
func rowsOf[T any](path string, yield func(T) bool) (more bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	var r *parquet.GenericReader[T]
	err = damaged(func() error {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		opened, err := parquet.OpenFile(file, info.Size(), parquet.SkipBloomFilters(true))
		if err == nil {
			r = parquet.NewGenericReader[T](opened)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	defer r.Close()
	rows := make([]T, batch)
	for {
		var n int
		last := false
		err := damaged(func() (err error) {
			clear(rows)
			if n, err = r.Read(rows); err == io.EOF {
				last, err = true, nil
			}
			return err
		})
		for _, row := range rows[:n] {
			if !yield(row) {
				return false, nil
			}
		}
		if last || err != nil {
			return true, err
		}
	}
}

// damaged calls the library and says so if the file is at fault: on some damage
// the library panics.
func damaged(call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("damaged: %v", p)
		}
	}()
	if err := call(); err != nil {
		return fmt.Errorf("damaged: %w", err)
	}
	return nil
}
