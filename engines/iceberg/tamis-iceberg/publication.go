package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"tamis/output"
)

// A publication is the output folder of a run, as its checksums describe it.
type publication struct {
	dir     string
	program string // version of tamis
	schema  string // output.SchemaVersion of the program that wrote it
	sums    string // SHA-256 of the file of checksums
	tables  []sourceTable
}

// A sourceTable is a table of a publication.
type sourceTable struct {
	name  string
	parts []part
}

type part struct {
	path string // below the output folder
	sum  string // SHA-256, in hexadecimal
}

// readPublication reads the checksums of an output folder.
func readPublication(dir string) (*publication, error) {
	marker, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: not an output of tamis: no run.json", dir)
	}
	if err != nil {
		return nil, err
	}
	var run struct {
		Tamis         string `json:"tamis"`
		SchemaVersion string `json:"schema_version"`
	}
	if err := json.Unmarshal(marker, &run); err != nil {
		return nil, fmt.Errorf("%s: run.json: %w", dir, err)
	}
	sums, err := os.ReadFile(filepath.Join(dir, output.Sums))
	if err != nil {
		return nil, err
	}
	p := &publication{dir: dir, program: run.Tamis, schema: run.SchemaVersion, sums: fmt.Sprintf("%x", sha256.Sum256(sums))}
	if p.tables, err = parseSums(sums); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", dir, output.Sums, err)
	}
	return p, nil
}

// parseSums returns the tables whose Parquet files a file of checksums lists,
// in its order.
func parseSums(sums []byte) ([]sourceTable, error) {
	var tables []sourceTable
	lines := bufio.NewScanner(bytes.NewReader(sums))
	for n := 1; lines.Scan(); n++ {
		sum, file, ok := strings.Cut(lines.Text(), "  ")
		if !ok || len(sum) != 2*sha256.Size {
			return nil, fmt.Errorf("line %d is not a checksum and a path", n)
		}
		name, base := path.Split(file)
		name = strings.TrimSuffix(name, "/")
		if path.Ext(base) != ".parquet" || name == "" || strings.Contains(name, "/") {
			continue // a companion of the tables
		}
		if !filepath.IsLocal(filepath.FromSlash(file)) {
			return nil, fmt.Errorf("line %d: %s lies outside of the folder", n, file)
		}
		if len(tables) == 0 || tables[len(tables)-1].name != name {
			tables = append(tables, sourceTable{name: name})
		}
		t := &tables[len(tables)-1]
		t.parts = append(t.parts, part{file, sum})
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(tables) == 0 {
		return nil, errors.New("no Parquet file is listed")
	}
	return tables, nil
}

// content returns a checksum of the checksums of the table's parts: two
// publications of the same rows in the same files have the same.
func (t sourceTable) content() string {
	h := sha256.New()
	for _, p := range t.parts {
		fmt.Fprintln(h, p.sum)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// place puts the parts of t into a folder and returns their paths there. A part
// is linked where the file system can do that and copied elsewhere, under a name
// of its own, since the next run takes the published name away. Its bytes
// are compared with the checksum: what another run has put in its place
// meanwhile is not taken for it.
func (p *publication) place(t sourceTable, folder string) (placed []string, err error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			remove(placed)
			placed = nil
		}
	}()
	id := uuid.New()
	for i, part := range t.parts {
		from := filepath.Join(p.dir, filepath.FromSlash(part.path))
		to := filepath.Join(folder, fmt.Sprintf("%05d-%s.parquet", i, id))
		placed = append(placed, to)
		if os.Link(from, to) != nil {
			if err := copyFile(from, to); err != nil {
				return placed, err
			}
		}
		sum, err := sumFile(to)
		if err != nil {
			return placed, err
		}
		if sum != part.sum {
			return placed, fmt.Errorf("%s is not what %s says; if a run has just replaced the tables, try again", from, output.Sums)
		}
	}
	return placed, nil
}

// remove removes files that no table names yet. One that stays takes room and
// does no other harm.
func remove(files []string) {
	for _, f := range files {
		_ = os.Remove(f)
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	if err := out.Sync(); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}

func sumFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
