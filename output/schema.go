package output

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"reflect"
	"strings"
	"sync"
)

// A TableInfo is a table as the data dictionary describes it.
type TableInfo struct {
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Columns     []ColumnInfo `json:"columns"`

	row reflect.Type
}

// A ColumnInfo is a column as the data dictionary describes it.
type ColumnInfo struct {
	Name        string `json:"name"`
	Type        string `json:"type"` // string, int32, int64, double, boolean, date
	Nullable    bool   `json:"nullable"`
	Key         bool   `json:"key,omitempty"`  // part of the primary key
	Unit        string `json:"unit,omitempty"` // what a number counts
	Description string `json:"description"`
	// References lists the columns of other tables, "table.column", in one of
	// which the value stands.
	References []string `json:"references,omitempty"`

	bloom bool
}

// tables lists the tables in the order in which they are shown.
var tables = []struct {
	name string
	row  reflect.Type
}{
	{"documents", reflect.TypeFor[Document]()},
	{"blocks", reflect.TypeFor[Block]()},
	{"boilerplate", reflect.TypeFor[Boilerplate]()},
	{"mentions", reflect.TypeFor[Mention]()},
	{"organizations", reflect.TypeFor[Organization]()},
	{"people", reflect.TypeFor[Person]()},
	{"roles", reflect.TypeFor[Role]()},
	{"resolutions", reflect.TypeFor[Resolution]()},
	{"dates", reflect.TypeFor[Date]()},
	{"places", reflect.TypeFor[Place]()},
	{"aliases", reflect.TypeFor[Alias]()},
	{"citations", reflect.TypeFor[Citation]()},
	{"translations", reflect.TypeFor[Translation]()},
	{"rejects", reflect.TypeFor[Reject]()},
}

// rowsSource is the file whose comments are the data dictionary. The other way
// would be a doc:"..." tag on every field: sentences without line breaks, that
// godoc sets in one line with the tags and gofmt cannot lay out, beside
// comments that say the same.
//
//go:embed rows.go
var rowsSource string

// Schema returns all tables with their columns.
func Schema() []TableInfo { return schema() }

var schema = sync.OnceValue(func() []TableInfo {
	docs := comments(rowsSource)
	var infos []TableInfo
	for _, t := range tables {
		info := TableInfo{Name: t.name, Description: docs[t.row.Name()], row: t.row}
		for i := range t.row.NumField() {
			info.Columns = append(info.Columns, column(t.row.Field(i), docs[t.row.Name()+"."+t.row.Field(i).Name]))
		}
		infos = append(infos, info)
	}
	return infos
})

// tableOf returns the table with the given row type.
func tableOf(row reflect.Type) *TableInfo {
	infos := schema()
	for i := range infos {
		if infos[i].row == row {
			return &infos[i]
		}
	}
	panic("output: no table has rows of " + row.String())
}

func column(f reflect.StructField, description string) ColumnInfo {
	name, _, _ := strings.Cut(f.Tag.Get("parquet"), ",")
	c := ColumnInfo{Name: name, Description: description}
	t := f.Type
	if t.Kind() == reflect.Pointer {
		c.Nullable = true
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[Day]():
		c.Type = "date"
	case t.Kind() == reflect.Bool:
		c.Type = "boolean"
	case t.Kind() == reflect.Float64:
		c.Type = "double"
	default:
		c.Type = t.Kind().String()
	}
	for option := range strings.SplitSeq(f.Tag.Get("table"), ",") {
		switch key, value, _ := strings.Cut(option, "="); key {
		case "key":
			c.Key = true
		case "bloom":
			c.bloom = true
		case "unit":
			c.Unit = value
		case "ref":
			c.References = strings.Split(value, "|")
		}
	}
	return c
}

// comments returns the doc comments of the structs in a Go source, by "Type",
// and of their fields, by "Type.Field", each as one line.
func comments(source string) map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), "rows.go", source, parser.ParseComments)
	if err != nil {
		panic(err) // the compiler has read it before
	}
	docs := make(map[string]string)
	line := func(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range decl.Specs {
			spec, ok := s.(*ast.TypeSpec)
			if !ok {
				continue
			}
			docs[spec.Name.Name] = line(decl.Doc)
			row, ok := spec.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, f := range row.Fields.List {
				for _, name := range f.Names {
					docs[spec.Name.Name+"."+name.Name] = line(f.Doc)
				}
			}
		}
	}
	return docs
}

// columnsJSON returns the columns as the Parquet metadata holds them.
func (t *TableInfo) columnsJSON() string {
	b, err := json.Marshal(t.Columns)
	if err != nil {
		panic(err) // strings and booleans always encode
	}
	return string(b)
}

// WriteSchema writes the data dictionary as "text", "markdown" or "json".
func WriteSchema(w io.Writer, format string) error {
	switch format {
	case "text":
		return writeText(w)
	case "markdown":
		return writeMarkdown(w)
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Version string      `json:"schema_version"`
			Tables  []TableInfo `json:"tables"`
		}{SchemaVersion, Schema()})
	}
	return fmt.Errorf("unknown format %q: use text, markdown or json", format)
}

func writeText(w io.Writer) error {
	var b strings.Builder
	for i, t := range Schema() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s\n", t.Name)
		wrap(&b, "    ", t.Description)
		for _, c := range t.Columns {
			fmt.Fprintf(&b, "  %-22s %s\n", c.Name, strings.Join(c.notes(), ", "))
			wrap(&b, "      ", c.Description)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// notes returns what is to be said of a column beside its description.
func (c *ColumnInfo) notes() []string {
	notes := []string{c.Type}
	if c.Nullable {
		notes = append(notes, "nullable")
	}
	if c.Key {
		notes = append(notes, "key")
	}
	if c.Unit != "" {
		notes = append(notes, "in "+c.Unit)
	}
	if len(c.References) > 0 {
		notes = append(notes, "refers to "+strings.Join(c.References, " or "))
	}
	return notes
}

// wrap writes s in lines of at most 100 bytes or so.
func wrap(b *strings.Builder, indent, s string) {
	n := 0
	for _, word := range strings.Fields(s) {
		if n > 0 && n+1+len(word) > 100 {
			b.WriteByte('\n')
			n = 0
		}
		if n == 0 {
			b.WriteString(indent)
			n = len(indent)
		} else {
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += len(word)
	}
	b.WriteByte('\n')
}

func writeMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# The tables

One folder a table, in zstd Parquet, rows in input order. Offsets count Unicode code points from 0, ends are
exclusive, so `+"`substring(text, start_char + 1, end_char - start_char)`"+` in SQL and `+"`text[start_char:end_char]`"+` in Python
give the words. `+"`tamis run --format jsonl,csv`"+` writes the same rows as text too, a file a table below `+"`jsonl/` and `csv/`"+`; in CSV a
null is an empty field and an empty string is `+"`\"\"`"+`. This page is generated from `+"`output/rows.go`"+` by `+"`make docs`"+`; schema version %s.

`, SchemaVersion)
	for _, t := range Schema() {
		fmt.Fprintf(&b, "- [%s](#%s)\n", t.Name, t.Name)
	}
	for _, t := range Schema() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| column | type | null | description |\n|---|---|---|---|\n", t.Name, t.Description)
		for _, c := range t.Columns {
			null, name := "", c.Name
			if c.Nullable {
				null = "yes"
			}
			if c.Key {
				name += " (key)"
			}
			description := c.Description
			if c.Unit != "" {
				description += " Unit: " + c.Unit + "."
			}
			if len(c.References) > 0 {
				description += " Refers to " + strings.Join(c.References, ", ") + "."
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, c.Type, null, strings.ReplaceAll(description, "|", `\|`))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
