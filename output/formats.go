package output

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The tables are written in Parquet always: it is the smallest form, and the one
// that the other commands read. Beside it the same rows can be written as text.
//
// A text format has a folder of its own below the output folder, with one file
// a table and a data package that gives the columns their types; a reader of
// "documents/*.parquet" never comes across it.
//
// JSON Lines has an object a row, with every column; null is null. CSV is that
// of RFC 4180 with line feeds and a header: null is an empty field, the empty
// string is "" in quotation marks, a date is 2016-07-25.

// Formats lists the formats that Options.Formats may name.
var Formats = []string{"parquet", "jsonl", "csv"}

// CheckFormats refuses a name that is no format.
func CheckFormats(names []string) error {
	for _, name := range names {
		if !slices.Contains(Formats, name) {
			return fmt.Errorf("%q is no format of tables: use %s", name, strings.Join(Formats, ", "))
		}
	}
	return nil
}

// textFormats returns those of the named formats that are text, each once.
func textFormats(names []string) []string {
	var text []string
	for _, f := range Formats[1:] {
		if slices.Contains(names, f) {
			text = append(text, f)
		}
	}
	return text
}

// A textFile is a table in a text format.
type textFile struct {
	format string
	path   string // below the output folder, with slashes
	info   *TableInfo
	json   reflect.Type // the row with tags for encoding/json

	file *partFile
	w    *bufio.Writer
	line bytes.Buffer
	sum  string
}

func newTextFile(dir, format string, info *TableInfo, suffix string) (*textFile, error) {
	t := &textFile{format: format, path: format + "/" + info.Name + suffix + "." + format, info: info}
	path := filepath.Join(dir, filepath.FromSlash(t.path))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	var err error
	if t.file, err = createPart(path); err != nil {
		return nil, err
	}
	t.w = bufio.NewWriterSize(t.file, 64<<10)
	if format == "jsonl" {
		t.json = jsonRow(info)
		return t, nil
	}
	for i, c := range info.Columns {
		t.cell(i, c.Name)
	}
	return t, t.endLine()
}

// jsonRow returns the row's struct with the names of the columns for
// encoding/json. Rows can be converted to it: tags are no part of the identity.
func jsonRow(info *TableInfo) reflect.Type {
	fields := make([]reflect.StructField, info.row.NumField())
	for i := range fields {
		fields[i] = info.row.Field(i)
		fields[i].Tag = reflect.StructTag("json:" + strconv.Quote(info.Columns[i].Name))
	}
	return reflect.StructOf(fields)
}

// write appends a row.
func (t *textFile) write(row reflect.Value) error {
	if t.json != nil {
		e := json.NewEncoder(&t.line)
		e.SetEscapeHTML(false)
		if err := e.Encode(row.Convert(t.json).Interface()); err != nil {
			return err
		}
		return t.flush()
	}
	for i := range t.info.Columns {
		v := row.Field(i)
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				t.separate(i)
				continue
			}
			v = v.Elem()
		}
		switch v.Kind() {
		case reflect.String:
			t.cell(i, v.String())
		case reflect.Float64:
			t.cell(i, strconv.FormatFloat(v.Float(), 'f', -1, 64))
		default:
			t.cell(i, fmt.Sprint(v.Interface()))
		}
	}
	return t.endLine()
}

func (t *textFile) separate(column int) {
	if column > 0 {
		t.line.WriteByte(',')
	}
}

// cell appends a value that is not null.
func (t *textFile) cell(column int, s string) {
	t.separate(column)
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") {
		t.line.WriteString(s)
		return
	}
	t.line.WriteByte('"')
	t.line.WriteString(strings.ReplaceAll(s, `"`, `""`))
	t.line.WriteByte('"')
}

func (t *textFile) endLine() error {
	t.line.WriteByte('\n')
	return t.flush()
}

func (t *textFile) flush() error {
	_, err := t.line.WriteTo(t.w)
	return err
}

func (t *textFile) finish() error {
	if err := t.w.Flush(); err != nil {
		return err
	}
	t.sum = hex.EncodeToString(t.file.sum.Sum(nil))
	return t.file.close()
}

// textPackage is the file that tells a folder of ours from one of the user's.
const textPackage = "datapackage.json"

// isText reports whether path is the folder of a text format as a Writer made
// it: a data package of ours, and tables in that format and nothing else.
func isText(path string) bool {
	format := filepath.Base(path)
	if !slices.Contains(Formats[1:], format) {
		return false
	}
	entries, err := os.ReadDir(path)
	if err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return e.Name() != textPackage && (filepath.Ext(e.Name()) != "."+format || e.IsDir())
	}) {
		return false
	}
	b, err := os.ReadFile(filepath.Join(path, textPackage))
	var pkg struct{ Name string }
	return err == nil && json.Unmarshal(b, &pkg) == nil && pkg.Name == packageName
}

// checkText refuses a target whose folder of a format is not ours: publication
// would put another in its place.
func checkText(target string, formats []string) error {
	for _, f := range formats {
		if path := filepath.Join(target, f); exists(path) && !isText(path) {
			return errors.New(f + " in it is not the folder of tables that tamis writes there; move it away or choose another folder")
		}
	}
	return nil
}
