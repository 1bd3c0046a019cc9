package output

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// companions returns the files that follow from the schema and the parts.
func companions(tables []tableSummary, formats []string) (map[string][]byte, error) {
	var dictionary bytes.Buffer
	if err := WriteSchema(&dictionary, "markdown"); err != nil {
		return nil, err
	}
	card, err := croissant()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		"views.sql":      Views(),
		"croissant.json": card,
		"tables.md":      dictionary.Bytes(),
	}
	if files["datapackage.json"], err = dataPackage(tables, "parquet"); err != nil {
		return nil, err
	}
	for _, f := range formats {
		if files[f+"/"+textPackage], err = dataPackage(tables, f); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// Sums is the name of the file with the checksums, as "sha256sum -c" reads it.
const Sums = "SHA256SUMS"

// checksums returns the sums of the parts and of files, but for run.json.
func checksums(tables []tableSummary, files map[string][]byte) []byte {
	var lines []string
	for _, t := range tables {
		for i, part := range t.parts {
			lines = append(lines, t.sums[i]+"  "+part+"\n")
		}
		for _, f := range t.texts {
			lines = append(lines, f.sum+"  "+f.path+"\n")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != marker {
			lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(files[name]), name))
		}
	}
	return []byte(strings.Join(lines, ""))
}

//go:embed views.sql
var views string

// Views returns DuckDB views over the tables: one for each, then those that
// answer the first questions. Paths are relative to the output folder.
func Views() []byte {
	var b bytes.Buffer
	b.WriteString(`-- Views for DuckDB. In the output folder:
--     duckdb -init views.sql
-- From elsewhere, name the folder first:
--     SET file_search_path = 'DIR';
--     .read DIR/views.sql

`)
	for _, t := range tables {
		fmt.Fprintf(&b, "CREATE OR REPLACE VIEW %s AS FROM read_parquet('%[1]s/*.parquet');\n", t.name)
	}
	b.WriteByte('\n')
	b.WriteString(views)
	return b.Bytes()
}

// What data packages of ours are called.
const (
	packageName  = "tamis"
	packageTitle = "Documents and what they name"
)

// mediaTypes of the formats.
var mediaTypes = map[string]string{"parquet": "application/vnd.apache.parquet", "jsonl": "application/jsonl", "csv": "text/csv"}

// dataPackage returns the tables in one format as a Frictionless data package.
// Its paths are relative to the folder in which it lies.
func dataPackage(tables []tableSummary, format string) ([]byte, error) {
	type field struct {
		Name        string          `json:"name"`
		Type        string          `json:"type"`
		Description string          `json:"description"`
		Unit        string          `json:"unit,omitempty"`
		Constraints map[string]bool `json:"constraints,omitempty"`
		Missing     *[]string       `json:"missingValues,omitempty"` // where they are not those of the schema
	}
	type reference struct {
		Resource string   `json:"resource"`
		Fields   []string `json:"fields"`
	}
	type foreignKey struct {
		Fields    []string  `json:"fields"`
		Reference reference `json:"reference"`
	}
	type schema struct {
		Fields      []field      `json:"fields"`
		PrimaryKey  []string     `json:"primaryKey,omitempty"`
		ForeignKeys []foreignKey `json:"foreignKeys,omitempty"`
		// Missing is empty but for CSV: the standard would else take "" for a null.
		Missing []string `json:"missingValues"`
	}
	type resource struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Path        any    `json:"path"` // a string, or a list of them
		Format      string `json:"format"`
		Mediatype   string `json:"mediatype"`
		Encoding    string `json:"encoding,omitempty"`
		Schema      schema `json:"schema"`
	}
	pkg := struct {
		Name      string     `json:"name"`
		Title     string     `json:"title"`
		Version   string     `json:"version"`
		Resources []resource `json:"resources"`
	}{packageName, packageTitle, SchemaVersion, nil}

	types := map[string]string{"int32": "integer", "int64": "integer", "double": "number"}
	for i, info := range Schema() {
		r := resource{Name: info.Name, Description: info.Description, Path: tables[i].parts, Format: format, Mediatype: mediaTypes[format],
			Schema: schema{Missing: []string{}}}
		switch {
		case format != "parquet":
			text := slices.IndexFunc(tables[i].texts, func(t *textFile) bool { return t.format == format })
			r.Path, r.Encoding = path.Base(tables[i].texts[text].path), "utf-8"
		case len(tables[i].parts) == 1:
			r.Path = tables[i].parts[0]
		}
		if format == "csv" {
			r.Schema.Missing = []string{""}
		}
		for _, c := range info.Columns {
			f := field{Name: c.Name, Type: c.Type, Description: c.Description, Unit: c.Unit}
			if t, ok := types[c.Type]; ok {
				f.Type = t
			}
			if !c.Nullable {
				f.Constraints = map[string]bool{"required": true}
			}
			switch {
			case format == "csv" && c.Type == "string" && !c.Nullable:
				f.Missing = &[]string{} // "" is a value
			case format == "parquet" && f.Type == "integer" && c.Nullable:
				f.Missing = &[]string{"nan"} // what a reader through pandas makes of a null; no integer looks so
			}
			r.Schema.Fields = append(r.Schema.Fields, f)
			if len(c.References) == 1 { // a choice of tables cannot be said here
				table, column, _ := strings.Cut(c.References[0], ".")
				to := []string{column}
				if key := keyOf(table); slices.Contains(key, column) {
					to = key // "block_index" is one only together with "document_id"
				}
				if len(to) > 1 && c.Nullable {
					continue // the format knows no key of which a part is null
				}
				from := slices.Clone(to)
				from[slices.Index(to, column)] = c.Name
				if table == info.Name {
					table = "" // how the format spells a reference to the table itself
				}
				r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, foreignKey{from, reference{table, to}})
			}
		}
		r.Schema.PrimaryKey = keyOf(info.Name)
		pkg.Resources = append(pkg.Resources, r)
	}
	b, err := json.MarshalIndent(pkg, "", "  ")
	return append(b, '\n'), err
}

// keyOf returns the columns of a table's primary key.
func keyOf(table string) []string {
	var key []string
	for _, t := range Schema() {
		for _, c := range t.Columns {
			if t.Name == table && c.Key {
				key = append(key, c.Name)
			}
		}
	}
	return key
}

// croissant returns the tables as the JSON-LD of Croissant 1.0, the form in which
// collections of data sets index them. The references between tables are left
// out: readers take one for an order to join.
func croissant() ([]byte, error) {
	type id struct {
		ID string `json:"@id"`
	}
	type extract struct {
		Column string `json:"column"`
	}
	type source struct {
		FileSet id      `json:"fileSet"`
		Extract extract `json:"extract"`
	}
	type field struct {
		Type        string `json:"@type"`
		ID          string `json:"@id"`
		Name        string `json:"name"`
		Description string `json:"description"`
		DataType    string `json:"dataType"`
		Source      source `json:"source"`
	}
	type recordSet struct {
		Type        string  `json:"@type"`
		ID          string  `json:"@id"`
		Name        string  `json:"name"`
		Description string  `json:"description"`
		Key         []id    `json:"key,omitempty"`
		Field       []field `json:"field"`
	}
	type fileSet struct {
		Type           string `json:"@type"`
		ID             string `json:"@id"`
		Name           string `json:"name"`
		Description    string `json:"description"`
		EncodingFormat string `json:"encodingFormat"`
		Includes       string `json:"includes"`
	}
	card := struct {
		Context      json.RawMessage `json:"@context"`
		Type         string          `json:"@type"`
		Name         string          `json:"name"`
		ConformsTo   string          `json:"conformsTo"`
		Description  string          `json:"description"`
		Version      string          `json:"version"`
		Distribution []fileSet       `json:"distribution"`
		RecordSet    []recordSet     `json:"recordSet"`
	}{
		Context: croissantContext, Type: "sc:Dataset", Name: packageName, ConformsTo: "http://mlcommons.org/croissant/1.0",
		Description: packageTitle, Version: SchemaVersion + ".0.0",
	}
	types := map[string]string{"string": "sc:Text", "int32": "cr:Int32", "int64": "cr:Int64", "double": "cr:Float64", "boolean": "sc:Boolean", "date": "sc:Date"}
	for _, info := range Schema() {
		files := fileSet{Type: "cr:FileSet", ID: info.Name + "-files", Name: info.Name + "-files", Description: "Part files of the table " + info.Name + ".",
			EncodingFormat: "application/x-parquet", Includes: info.Name + "/*.parquet"}
		set := recordSet{Type: "cr:RecordSet", ID: info.Name, Name: info.Name, Description: info.Description}
		for _, c := range info.Columns {
			name := info.Name + "/" + c.Name
			if c.Key {
				set.Key = append(set.Key, id{name})
			}
			set.Field = append(set.Field, field{Type: "cr:Field", ID: name, Name: c.Name, Description: c.Description, DataType: types[c.Type],
				Source: source{id{files.ID}, extract{c.Name}}})
		}
		card.Distribution, card.RecordSet = append(card.Distribution, files), append(card.RecordSet, set)
	}
	b, err := json.MarshalIndent(card, "", "  ")
	return append(b, '\n'), err
}

// croissantContext is the context of Croissant 1.0, whole, since readers expect
// it so.
//
//go:embed croissant-context.json
var croissantContext json.RawMessage
