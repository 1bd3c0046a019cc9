package reader

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// readParquet reads the rows of a Parquet file, of each only the columns that
// Options.Fields names. Pages are read one after the other.
func readParquet(w *walk, p *part) {
	at, size, end, err := w.randomAccess(p)
	if end != nil {
		defer end()
	}
	if err != nil {
		w.fail(p, err)
		return
	}
	defer func() {
		if e := recover(); e != nil {
			w.fail(p, recovered(e))
		}
	}()
	f, err := parquet.OpenFile(at, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		w.reject(p, Damaged, cause(err))
		return
	}
	columns := make(map[string]int) // leaves by name
	var names []string
	for i, path := range f.Schema().Columns() {
		leaf, ok := f.Schema().Lookup(path...)
		if !ok || leaf.Node.Repeated() || repeated(f, path) {
			continue
		}
		name := strings.ToLower(strings.Join(path, "."))
		names = append(names, cleanName(name))
		if _, ok := columns[name]; !ok {
			columns[name] = i
		}
	}
	text, isHTML := pick(columns, &w.o.Fields)
	if text < 0 {
		w.reject(p, NoText, "none of the columns is named like text: "+strings.Join(names[:min(len(names), 20)], ", "))
		return
	}
	wanted := map[string]int{}
	fields := &w.o.Fields
	for _, list := range [][]string{fields.URL, fields.ID, fields.Title, fields.Date, fields.Language, fields.Author, crawlFields} {
		for _, name := range list {
			if i, ok := columns[name]; ok && i != text {
				wanted[name] = i
			}
		}
	}
	m := members{w: w, p: p}
	row := 0
	for _, g := range f.RowGroups() {
		if w.stop() || !w.rowGroup(p, &m, g, text, isHTML, wanted, &row) {
			return
		}
	}
}

// repeated reports whether a column lies in a list.
func repeated(f *parquet.File, path []string) bool {
	c := f.Root()
	for _, name := range path {
		if c = c.Column(name); c == nil || c.Repeated() {
			return c != nil
		}
	}
	return false
}

// rowGroup reads the rows of a group. It returns false if the rest of the file
// is not to be read.
func (w *walk) rowGroup(p *part, m *members, g parquet.RowGroup, text int, isHTML bool, wanted map[string]int, row *int) bool {
	chunks := g.ColumnChunks()
	cursors := make(map[string]*columnCursor, len(wanted)+1)
	defer func() {
		for _, c := range cursors {
			c.close()
		}
	}()
	body := &columnCursor{pages: chunks[text].Pages()}
	cursors[""] = body
	for name, i := range wanted {
		cursors[name] = &columnCursor{pages: chunks[i].Pages()}
	}
	for range g.NumRows() {
		*row++
		c := m.record(*row)
		if c == nil {
			return false
		}
		v, err := body.next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = &problem{Truncated, "the text column ends before the others"}
			}
			w.fail(c, err)
			return false
		}
		values := make(map[string]string, len(wanted))
		for name, cur := range cursors {
			if name == "" || cur.broken {
				continue
			}
			if x, err := cur.next(); err == nil {
				values[name] = valueString(x)
			} else {
				cur.broken = true // metadata less, a document all the same
			}
		}
		s := v.ByteArray()
		if int64(len(s)) > w.o.MaxBytes {
			w.reject(c, TooLarge, fmt.Sprintf("%d bytes, the limit is %d", len(s), w.o.MaxBytes))
			continue
		}
		w.row(c, string(s), isHTML, func(name string) string { return values[name] })
	}
	return true
}

func valueString(v parquet.Value) string {
	switch {
	case v.IsNull():
		return ""
	case v.Kind() == parquet.ByteArray:
		return asUTF8(string(v.ByteArray()))
	}
	return v.String()
}

// A columnCursor walks over the values of a column that has one for each row.
type columnCursor struct {
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buf    [64]parquet.Value
	have   []parquet.Value
	broken bool
}

func (c *columnCursor) next() (parquet.Value, error) {
	for len(c.have) == 0 {
		if c.values == nil {
			page, err := c.pages.ReadPage()
			if err != nil {
				return parquet.Value{}, err
			}
			c.page, c.values = page, page.Values()
		}
		n, err := c.values.ReadValues(c.buf[:])
		c.have = c.buf[:n]
		if err != nil {
			if err != io.EOF {
				return parquet.Value{}, err
			}
			c.values = nil
			if n == 0 {
				parquet.Release(c.page)
				c.page = nil
			}
		}
	}
	v := c.have[0]
	c.have = c.have[1:]
	return v, nil
}

func (c *columnCursor) close() {
	if c.page != nil {
		parquet.Release(c.page)
	}
	c.pages.Close()
}
