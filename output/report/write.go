package report

import (
	_ "embed"
	"html/template"
	"io"
	"sync"

	"tamis/output/page"
)

//go:embed report.html
var body string

// list is what the template "shares" shows.
type list struct {
	Head string
	List []tally
}

var parsed = sync.OnceValue(func() *template.Template {
	return page.Parse(body, template.FuncMap{
		"shares": func(head string, ts []tally) list { return list{head, ts} },
		"share":  func(part, all int64) float64 { return float64(part) / float64(max(1, all)) },
		"sub":    func(a, b float64) float64 { return a - b },
		"inset":  func(x, width float64) float64 { return x + width*gap },
		"inner":  func(width float64) float64 { return width * (1 - 2*gap) },
		"inc":    func(i int) int { return i + 1 },
		"mostChars": func(sites []*site) (most int64) {
			for _, s := range sites {
				most = max(most, s.Chars)
			}
			return most
		},
	})
})

// gap is the part of a column's width that stays free on each side.
const gap = 0.1

func write(w io.Writer, d *data) error {
	return page.Write(w, parsed(), "tamis: "+d.Name, d)
}
