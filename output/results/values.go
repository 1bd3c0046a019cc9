package results

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// Values calls each with some columns of every row of a table, as bytes; nil is
// null. The slice and the bytes are each's until it returns.
func Values(f *Folder, table string, columns []string, each func(values [][]byte)) error {
	if len(f.parts[table]) == 0 {
		return missing(f, table)
	}
	for _, p := range f.parts[table] {
		if err := values(p, columns, each); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

func values(path string, columns []string, each func(values [][]byte)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return damaged(func() error {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		opened, err := parquet.OpenFile(file, info.Size(), parquet.SkipBloomFilters(true))
		if err != nil {
			return err
		}
		group := parquet.Group{}
		for _, c := range opened.Schema().Fields() {
			group[c.Name()] = c
		}
		some := parquet.Group{}
		for _, name := range columns {
			if some[name] = group[name]; some[name] == nil {
				return fmt.Errorf("no column %s", name)
			}
		}
		schema := parquet.NewSchema(opened.Schema().Name(), some)
		place := make([]int, len(columns)) // column of the file to its place in columns
		for i, name := range columns {
			leaf, ok := schema.Lookup(name)
			if !ok {
				return fmt.Errorf("column %s is not flat", name)
			}
			place[leaf.ColumnIndex] = i
		}
		r := parquet.NewReader(opened, schema)
		defer r.Close()
		buf := make([]parquet.Row, batch)
		out, mem := make([][]byte, len(columns)), make([][]byte, len(columns))
		for {
			n, err := r.ReadRows(buf)
			for _, row := range buf[:n] {
				clear(out)
				for _, v := range row {
					if i := place[v.Column()]; !v.IsNull() {
						mem[i] = v.AppendBytes(mem[i][:0])
						out[i] = mem[i]
						if out[i] == nil {
							out[i] = []byte{}
						}
					}
				}
				each(out)
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
}

// Columns returns the columns of a table's part files, as they name themselves,
// with their types: those of the first part, and an error if the parts do not
// agree.
func Columns(f *Folder, table string) ([]Column, error) {
	if len(f.parts[table]) == 0 {
		return nil, missing(f, table)
	}
	var first []Column
	for i, p := range f.parts[table] {
		cs, err := columnsOf(p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		if i == 0 {
			first = cs
		} else if fmt.Sprint(cs) != fmt.Sprint(first) {
			return nil, fmt.Errorf("%s: other columns than in the first part", p)
		}
	}
	return first, nil
}

// A Column is a column of a file.
type Column struct {
	Name     string
	Type     string // as in output.ColumnInfo
	Nullable bool
}

func columnsOf(path string) (cs []Column, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	err = damaged(func() error {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		opened, err := parquet.OpenFile(file, info.Size(), parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
		if err != nil {
			return err
		}
		for _, c := range opened.Schema().Fields() {
			cs = append(cs, Column{c.Name(), typeOf(c), c.Optional()})
		}
		return nil
	})
	return cs, err
}

func typeOf(c parquet.Field) string {
	if !c.Leaf() {
		return "group"
	}
	t := c.Type()
	if l := t.LogicalType(); l != nil {
		switch l.Value.(type) {
		case *format.StringType:
			return "string"
		case *format.DateType:
			return "date"
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return "boolean"
	case parquet.Int32:
		return "int32"
	case parquet.Int64:
		return "int64"
	case parquet.Double:
		return "double"
	}
	return t.String()
}
