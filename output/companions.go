package output

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// companions returns the files that follow from the schema and the parts.
func companions(tables []tableSummary) (map[string][]byte, error) {
	var dictionary bytes.Buffer
	if err := WriteSchema(&dictionary, "markdown"); err != nil {
		return nil, err
	}
	pkg, err := dataPackage(tables)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"views.sql":        Views(),
		"datapackage.json": pkg,
		"tables.md":        dictionary.Bytes(),
	}, nil
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

// dataPackage returns the tables as a Frictionless data package.
func dataPackage(tables []tableSummary) ([]byte, error) {
	type field struct {
		Name        string          `json:"name"`
		Type        string          `json:"type"`
		Description string          `json:"description"`
		Unit        string          `json:"unit,omitempty"`
		Constraints map[string]bool `json:"constraints,omitempty"`
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
		// Missing is empty: the format would else take "" for a null.
		Missing []string `json:"missingValues"`
	}
	type resource struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Path        any    `json:"path"` // a string, or a list of them
		Format      string `json:"format"`
		Mediatype   string `json:"mediatype"`
		Schema      schema `json:"schema"`
	}
	pkg := struct {
		Name      string     `json:"name"`
		Title     string     `json:"title"`
		Version   string     `json:"version"`
		Resources []resource `json:"resources"`
	}{"tamis", "Documents and what they name", SchemaVersion, nil}

	types := map[string]string{"int32": "integer", "int64": "integer", "double": "number"}
	for i, info := range Schema() {
		r := resource{Name: info.Name, Description: info.Description, Path: tables[i].parts,
			Format: "parquet", Mediatype: "application/vnd.apache.parquet", Schema: schema{Missing: []string{}}}
		if len(tables[i].parts) == 1 {
			r.Path = tables[i].parts[0]
		}
		for _, c := range info.Columns {
			f := field{Name: c.Name, Type: c.Type, Description: c.Description, Unit: c.Unit}
			if t, ok := types[c.Type]; ok {
				f.Type = t
			}
			if !c.Nullable {
				f.Constraints = map[string]bool{"required": true}
			}
			r.Schema.Fields = append(r.Schema.Fields, f)
			if len(c.References) == 1 { // a choice of tables cannot be said here
				table, column, _ := strings.Cut(c.References[0], ".")
				to := []string{column}
				if key := keyOf(table); slices.Contains(key, column) {
					to = key // "block_index" is one only together with "document_id"
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
