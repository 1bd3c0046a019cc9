package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"

	"tamis/output"
)

// A mode says what becomes of the rows that a table has.
type mode string

const (
	replace mode = "replace" // a snapshot of the new rows alone
	add     mode = "append"  // a snapshot of the former rows and the new ones
)

// Properties by which a later commit knows what a snapshot or a table is.
const (
	propMode    = "tamis.mode"
	propContent = "tamis.content-sha256"  // of a snapshot: see sourceTable.content
	propSums    = "tamis.manifest-sha256" // of a snapshot: the publication's file of checksums
	propProgram = "tamis.version"         // of a snapshot
	propSchema  = "tamis.schema-version"  // of a table
)

// A change is what commit did to a table.
type change struct {
	table    string
	rows     int64 // of the publication
	snapshot int64
	mode     mode
	same     bool // the table had these rows; snapshot is the one that added them
}

func (c change) String() string {
	if c.same {
		return fmt.Sprintf("%s: unchanged, snapshot %d has these %d rows", c.table, c.snapshot, c.rows)
	}
	return fmt.Sprintf("%s: snapshot %d (%s) of %d rows", c.table, c.snapshot, c.mode, c.rows)
}

// commit adds a snapshot to each table of the namespace and creates those that
// are missing. Tables are committed one after another, since these catalogs
// have no transaction over several: after an error some of them hold the new
// rows and others the former ones, and the same call does what is missing.
func (p *publication) commit(ctx context.Context, cat catalog.Catalog, namespace table.Identifier, m mode, each func(change)) error {
	exists, err := cat.CheckNamespaceExists(ctx, namespace)
	if err != nil {
		return err
	}
	if !exists {
		if err := cat.CreateNamespace(ctx, namespace, nil); err != nil && !errors.Is(err, catalog.ErrNamespaceAlreadyExists) {
			return err
		}
	}
	for _, t := range p.tables {
		c, err := p.commitTable(ctx, cat, append(namespace[:len(namespace):len(namespace)], t.name), t, m)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		each(c)
	}
	return nil
}

func (p *publication) commitTable(ctx context.Context, cat catalog.Catalog, name table.Identifier, t sourceTable, m mode) (change, error) {
	schema, rows, err := p.schemaOf(t)
	if err != nil {
		return change{}, err
	}
	tbl, err := p.tableFor(ctx, cat, name, schema)
	if err != nil {
		return change{}, err
	}
	if s := holds(tbl, t.content(), m); s != nil {
		return change{t.name, rows, s.SnapshotID, m, true}, nil
	}
	folder, err := localPath(tbl.Location())
	if err != nil {
		return change{}, err
	}
	placed, err := p.place(t, filepath.Join(folder, "data"))
	if err != nil {
		return change{}, err
	}
	tx, err := p.stage(ctx, tbl, t, schema, placed, m)
	if err != nil {
		remove(placed)
		return change{}, err
	}
	tbl, err = tx.Commit(ctx)
	if err != nil {
		// The catalog may have taken the commit, so the files stay. If it has not,
		// no snapshot names them, and the usual removal of orphans finds them.
		return change{}, fmt.Errorf("the catalog did not confirm the commit, try again: %w", err)
	}
	return change{t.name, rows, tbl.CurrentSnapshot().SnapshotID, m, false}, nil
}

// tableFor loads the table and creates it where there is none.
func (p *publication) tableFor(ctx context.Context, cat catalog.Catalog, name table.Identifier, schema *iceberg.Schema) (*table.Table, error) {
	tbl, err := cat.LoadTable(ctx, name)
	if errors.Is(err, catalog.ErrNoSuchTable) {
		// The files have no field ids: readers find columns by name.
		mapping, err := json.Marshal(schema.NameMapping())
		if err != nil {
			return nil, err
		}
		return cat.CreateTable(ctx, name, schema, catalog.WithProperties(iceberg.Properties{
			propSchema:                  p.schema,
			table.DefaultNameMappingKey: string(mapping),
		}))
	}
	if err != nil {
		return nil, err
	}
	switch v := tbl.Properties()[propSchema]; {
	case v == "":
		return nil, errors.New("the catalog has a table of that name that is not of tamis; use another --namespace")
	case v != p.schema:
		return nil, fmt.Errorf("the table has version %s of the schema and these files version %s, in which columns mean something else; use another --namespace", v, p.schema)
	}
	return tbl, nil
}

// holds returns the snapshot by which tbl already has the content, nil if there
// is none. When rows replace others, only the current snapshot counts; when
// they are added, all since rows were last replaced.
func holds(tbl *table.Table, content string, m mode) *table.Snapshot {
	for s := tbl.CurrentSnapshot(); s != nil; s = tbl.SnapshotByID(*s.ParentSnapshotID) {
		var props iceberg.Properties
		if s.Summary != nil {
			props = s.Summary.Properties
		}
		same := props[propContent] == content
		if m == replace {
			if same && props[propMode] == string(replace) {
				return s
			}
			return nil
		}
		if same {
			return s
		}
		if props[propMode] == string(replace) || s.ParentSnapshotID == nil {
			return nil
		}
	}
	return nil
}

// stage puts the snapshot into a transaction. If anyone else commits to
// the table before it, the transaction fails.
func (p *publication) stage(ctx context.Context, tbl *table.Table, t sourceTable, schema *iceberg.Schema, files []string, m mode) (*table.Transaction, error) {
	former, err := dataFiles(ctx, tbl)
	if err != nil {
		return nil, err
	}
	tx := tbl.NewTransaction()
	if err := tx.AssertRefSnapshotID(table.MainBranch); err != nil {
		return nil, err
	}
	if err := widen(tx, tbl, schema); err != nil {
		return nil, err
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, (&url.URL{Scheme: "file", Path: filepath.ToSlash(f)}).String())
	}
	props := iceberg.Properties{propMode: string(m), propContent: t.content(), propSums: p.sums, propProgram: p.program}
	if m == replace && len(former) > 0 {
		return tx, tx.ReplaceDataFiles(ctx, former, paths, props)
	}
	return tx, tx.AddFiles(ctx, paths, props, true) // no file of these names can be there
}

// widen adds the columns that the table lacks; older rows have no value in
// them.
func widen(tx *table.Transaction, tbl *table.Table, schema *iceberg.Schema) error {
	have := make(map[string]bool)
	for _, f := range tbl.Schema().Fields() {
		have[f.Name] = true
	}
	update := tx.UpdateSchema(true, false)
	grown := false
	for _, f := range schema.Fields() {
		if !have[f.Name] {
			update.AddColumn([]string{f.Name}, f.Type, f.Doc, false, nil)
			grown = true
		}
	}
	if !grown {
		return nil
	}
	if err := update.Commit(); err != nil {
		return err
	}
	staged, err := tx.StagedTable()
	if err != nil {
		return err
	}
	mapping, err := json.Marshal(staged.Schema().NameMapping())
	if err != nil {
		return err
	}
	return tx.SetProperties(iceberg.Properties{table.DefaultNameMappingKey: string(mapping)})
}

// dataFiles returns the files of the current snapshot. A scan would leave out
// those without rows.
func dataFiles(ctx context.Context, tbl *table.Table) ([]string, error) {
	s := tbl.CurrentSnapshot()
	if s == nil {
		return nil, nil
	}
	fs, err := tbl.FS(ctx)
	if err != nil {
		return nil, err
	}
	manifests, err := s.Manifests(fs)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, m := range manifests {
		if m.ManifestContent() != iceberg.ManifestContentData {
			continue
		}
		for e, err := range m.Entries(fs, true) {
			if err != nil {
				return nil, err
			}
			files = append(files, e.DataFile().FilePath())
		}
	}
	return files, nil
}

// schemaOf returns the schema of a table's files with fresh field ids, and the
// number of their rows. All parts have the schema of the first: one writer
// wrote them.
func (p *publication) schemaOf(t sourceTable) (schema *iceberg.Schema, rows int64, err error) {
	for i, part := range t.parts {
		r, err := file.OpenParquetFile(filepath.Join(p.dir, filepath.FromSlash(part.path)), false)
		if err != nil {
			return nil, 0, err
		}
		rows += r.NumRows()
		if i == 0 {
			schema, err = toIceberg(r.MetaData())
		}
		if err := errors.Join(err, r.Close()); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", part.path, err)
		}
	}
	return schema, rows, nil
}

// toIceberg converts the schema of a file. What the columns mean becomes
// the documentation of the fields.
func toIceberg(meta *metadata.FileMetaData) (*iceberg.Schema, error) {
	columns, err := pqarrow.FromParquet(meta.Schema, &pqarrow.ArrowReadProperties{}, meta.KeyValueMetadata())
	if err != nil {
		return nil, err
	}
	schema, err := table.ArrowSchemaToIcebergWithFreshIDs(arrow.NewSchema(columns.Fields(), nil), false)
	if err != nil {
		return nil, err
	}
	var infos []output.ColumnInfo
	if text := meta.KeyValueMetadata().FindValue("tamis.columns"); text != nil {
		if err := json.Unmarshal([]byte(*text), &infos); err != nil {
			return nil, fmt.Errorf("tamis.columns: %w", err)
		}
	}
	docs := make(map[string]string)
	for _, c := range infos {
		docs[c.Name] = c.Description
	}
	fields := schema.Fields()
	for i := range fields {
		fields[i].Doc = docs[fields[i].Name]
	}
	return iceberg.NewSchema(0, fields...), nil
}

// localPath returns the path of a table's location.
func localPath(location string) (string, error) {
	if !strings.Contains(location, "://") {
		return location, nil
	}
	u, err := url.Parse(location)
	if err != nil {
		return "", err
	}
	if u.Scheme != "file" {
		return "", fmt.Errorf("the table lies at %s: only local folders are supported", location)
	}
	return filepath.FromSlash(u.Path), nil
}
