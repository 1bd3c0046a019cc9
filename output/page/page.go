// Package page is the frame of the pages that tamis writes for the eye: one
// file each, with its style and its program in it, that loads nothing from
// anywhere. A Content-Security-Policy in the page holds the browser to that, and
// to the one program, whatever the data says.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

var (
	//go:embed page.html
	frame string
	//go:embed page.css
	style string
	//go:embed page.js
	script string
)

// Parse returns a template of a whole page. body is a template that defines
// "body"; it has the functions of this package beside those given.
func Parse(body string, more template.FuncMap) *template.Template {
	t := template.New("page").Funcs(template.FuncMap{
		"count": func(n any) string { return Count(toInt(n)) }, "percent": Percent, "bar": bar, "stack": stack,
		"seconds": Seconds, "megabytes": Megabytes, "figure": Figure, "web": Web,
	}).Funcs(more)
	template.Must(t.Parse(frame))
	return template.Must(t.Parse(body))
}

// Write writes a page. title is plain text.
func Write(w io.Writer, t *template.Template, title string, data any) error {
	hash := sha256.Sum256([]byte(script))
	return t.Execute(w, struct {
		Title  string
		Policy string
		Style  template.CSS
		Script template.JS
		Data   any
	}{title,
		"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; script-src 'sha256-" +
			base64.StdEncoding.EncodeToString(hash[:]) + "'",
		template.CSS(style), template.JS(script), data})
}

func toInt(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int32:
		return int64(n)
	case int64:
		return n
	}
	panic(fmt.Sprintf("page: count of %T", n))
}

// Count returns a number with its thousands apart by narrow spaces that do not
// break: 1 234 567.
func Count(n int64) string {
	if n < 0 {
		return "\u2212" + Count(-n)
	}
	s := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Percent returns a share of 1 in percent.
func Percent(share float64) string {
	switch {
	case share > 0 && share < 0.0005:
		return "< 0.1 %"
	case share < 1 && share > 0.9995:
		return "> 99.9 %"
	}
	return strings.TrimSuffix(strconv.FormatFloat(100*share, 'f', 1, 64), ".0") + " %"
}

// Figure returns a score between 0 and 1.
func Figure(f float64) string {
	if math.IsNaN(f) {
		return "–"
	}
	return strconv.FormatFloat(f, 'f', 3, 64)
}

// Seconds returns a time for the eye: 0.21 s, 3.4 s, 2 min 5 s.
func Seconds(s float64) string {
	switch {
	case s < 0.0005:
		return "0 s"
	case s < 1:
		return strconv.FormatFloat(s, 'g', 2, 64) + " s"
	case s < 60:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	}
	d := time.Duration(math.Round(s)) * time.Second
	if d < time.Hour {
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// Megabytes returns a size for the eye.
func Megabytes(n int64) string {
	switch f := float64(n); {
	case n < 1000:
		return Count(n) + " bytes"
	case n < 1e6:
		return strconv.FormatFloat(f/1e3, 'f', 1, 64) + " kB"
	case n < 1e9:
		return strconv.FormatFloat(f/1e6, 'f', 1, 64) + " MB"
	default:
		return strconv.FormatFloat(f/1e9, 'f', 1, 64) + " GB"
	}
}

// Web returns an address that a page may link to, or "": what is not of the web
// ("javascript:") is text and no link.
func Web(url string) string {
	if strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
		return url
	}
	return ""
}

// bar returns a bar as long as value is of most. It is drawn, not a background:
// browsers print what is drawn.
func bar(value, most any) template.HTML {
	return template.HTML(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="a" width="` +
		length(value, most) + `" height="10"/></svg>`)
}

// stack returns a bar as long as value is of most, of which part is hatched.
func stack(part, value, most any) template.HTML {
	return template.HTML(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="a" width="` +
		length(value, most) + `" height="10"/><rect class="b" width="` + length(part, most) + `" height="10"/></svg>`)
}

func length(value, most any) string {
	v, m := toFloat(value), toFloat(most)
	if m <= 0 || v <= 0 {
		return "0"
	}
	return strconv.FormatFloat(min(100, max(0.4, 100*v/m)), 'f', 1, 64) // what is there is seen
}

func toFloat(n any) float64 {
	if f, ok := n.(float64); ok {
		return f
	}
	return float64(toInt(n))
}
