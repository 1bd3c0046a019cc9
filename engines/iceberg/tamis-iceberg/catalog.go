package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/hadoop"
	icebergsql "github.com/apache/iceberg-go/catalog/sql"
	_ "modernc.org/sqlite" // the driver "sqlite", in Go alone
)

// A place is a catalog and the folder that its tables' files stand in.
type place struct {
	catalog   string // "directory" or "sqlite:FILE"
	warehouse string
	name      string
}

// open opens the catalog; the function that it returns closes it again.
func (p place) open() (catalog.Catalog, func() error, error) {
	if strings.Contains(p.warehouse, "://") {
		return nil, nil, fmt.Errorf("warehouse %s: only local folders are supported", p.warehouse)
	}
	warehouse, err := filepath.Abs(p.warehouse)
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(warehouse, 0o777); err != nil {
		return nil, nil, err
	}
	file, isSQL := strings.CutPrefix(p.catalog, "sqlite:")
	switch {
	case p.catalog == "directory":
		c, err := hadoop.NewCatalog(p.name, warehouse, nil)
		if err != nil {
			return nil, nil, err
		}
		return c, c.Close, nil
	case isSQL && file != "":
		// A second writer waits for the first instead of failing at once.
		db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=busy_timeout(10000)")
		if err != nil {
			return nil, nil, err
		}
		root := url.URL{Scheme: "file", Path: filepath.ToSlash(warehouse)}
		c, err := icebergsql.NewCatalog(p.name, db, icebergsql.SQLite, iceberg.Properties{"warehouse": root.String()})
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("catalog %s: %w", file, err), db.Close())
		}
		return c, func() error { return errors.Join(c.Close(), db.Close()) }, nil
	default:
		return nil, nil, fmt.Errorf(`catalog %q: want "directory" or "sqlite:FILE"`, p.catalog)
	}
}
