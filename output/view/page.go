package view

import (
	_ "embed"
	"html/template"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync"

	"tamis/output/page"
)

//go:embed view.html
var body string

// kinds are the types with what a reader calls them.
var kinds = []Field{{"ORG", "organizations"}, {"PER", "people"}, {"LOC", "places"}, {"DATE", "dates"}, {"RES", "resolutions"}}

var parsed = sync.OnceValue(func() *template.Template {
	return page.Parse(body, template.FuncMap{
		"parts":   func(d *Document, b Block) []part { return d.parts(&b) },
		"aligned": (*Document).aligned,
		"raw":     func(d *Document, b Block) string { return d.Raw[b.RawStart:b.RawEnd] },
		"lower":   strings.ToLower,
		"two":     func(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) },
		"attributes": func(m *Mention) string {
			var list []string
			for _, a := range m.Attributes {
				list = append(list, a.Name+" "+a.Value)
			}
			return strings.Join(list, " · ")
		},
	})
})

// WritePage writes documents as one page, each as it comes.
func WritePage(w io.Writer, documents iter.Seq[*Document]) error {
	return page.Write(w, parsed(), "tamis show", struct {
		Kinds     []Field
		Documents iter.Seq[*Document]
	}{kinds, documents})
}
