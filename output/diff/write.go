package diff

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"text/tabwriter"

	"tamis/output/page"
)

// WriteJSON writes the difference as one JSON object.
func (d *Diff) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// WriteText writes the difference for people who read it in a terminal or a
// log.
func (d *Diff) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, s := range []struct {
		name string
		side Side
	}{{"A", d.A}, {"B", d.B}} {
		fmt.Fprintf(&b, "%s: %s, %d documents, %d rejects, tamis %s\n", s.name, s.side.Dir, s.side.Documents, s.side.Rejects, s.side.Tamis)
	}
	for _, c := range d.Settings {
		fmt.Fprintf(&b, "   %s: %s, then %s\n", c.Name, c.From, c.To)
	}
	if !d.Differ {
		b.WriteString("The tables have the same rows.\n")
		_, err := io.WriteString(w, b.String())
		return err
	}
	section := func(format string, args ...any) { fmt.Fprintf(&b, "\n"+format+"\n", args...) }
	columns := func(write func(w io.Writer)) {
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		write(t)
		t.Flush()
	}
	section("Tables that differ")
	columns(func(w io.Writer) {
		for _, t := range d.Tables {
			if t.Differ {
				fmt.Fprintf(w, "  %s\t%d rows\t%s\n", t.Name, t.A, then(t.A, t.B))
			}
		}
	})
	if d.Added+d.Removed+d.Changed > 0 {
		section("Documents: %d added, %d removed, %d changed", d.Added, d.Removed, d.Changed)
		columns(func(w io.Writer) {
			for _, r := range d.Reasons {
				fmt.Fprintf(w, "  %s\t%d\n", r.Name, r.Count)
			}
		})
		for _, x := range d.List {
			fmt.Fprintf(&b, "  %s %s\n", x.Source, strings.Join(x.What, ", "))
		}
		more(&b, d.Added+d.Removed+d.Changed, len(d.List))
	}
	if len(d.Languages) > 0 {
		section("Languages")
		for _, c := range d.Languages {
			fmt.Fprintf(&b, "  %s, then %s: %d documents\n", c.From, c.To, c.Count)
		}
	}
	if p := d.Boilerplate; p.Documents > 0 {
		section("Boilerplate: %d characters, then %d; changed in %d documents", p.A, p.B, p.Documents)
	}
	if len(d.Mentions) > 0 {
		section("Mentions by type and rule; gained, lost and changed in documents that both have")
		columns(func(w io.Writer) {
			fmt.Fprint(w, "  type\trule\tA\tB\tgained\tlost\tchanged\n")
			for _, m := range d.Mentions {
				if m.A != m.B || m.Gained+m.Lost+m.Changed > 0 {
					fmt.Fprintf(w, "  %s\t%s\t%d\t%d\t%d\t%d\t%d\n", m.Type, m.Rule, m.A, m.B, m.Gained, m.Lost, m.Changed)
				}
			}
		})
	}
	if len(d.Examples) > 0 {
		section("For example")
		for _, x := range d.Examples {
			fmt.Fprintf(&b, "  %s %s: %q%s (%s)\n", x.Type, x.What, x.Surface, arrow(x.From, x.To), x.Source)
		}
	}
	for _, es := range d.Entities {
		if len(es.List) == 0 {
			continue
		}
		section("%s: %d gained, %d lost, %d with more or fewer mentions", es.Table, es.Gained, es.Lost, es.Changed)
		for _, e := range es.List {
			fmt.Fprintf(&b, "  %s %s: %d mentions, then %d\n", e.What, e.ID, e.A, e.B)
		}
		more(&b, es.Gained+es.Lost+es.Changed, len(es.List))
	}
	if len(d.Rejects) > 0 {
		section("Rejects")
		for _, r := range d.Rejects {
			fmt.Fprintf(&b, "  %s%s\n", r.Source, arrow(r.From, r.To))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func then(a, b int64) string {
	if a == b {
		return "other values"
	}
	return fmt.Sprintf("then %d", b)
}

func arrow(from, to string) string {
	switch {
	case from == "":
		return ", now " + to
	case to == "":
		return ", was " + from
	}
	return ", was " + from + ", now " + to
}

func more(b *strings.Builder, all, listed int) {
	if all > listed {
		fmt.Fprintf(b, "  and %d more\n", all-listed)
	}
}

//go:embed diff.html
var body string

var parsed = sync.OnceValue(func() *template.Template {
	return page.Parse(body, template.FuncMap{
		"join": func(list []string) string { return strings.Join(list, ", ") },
		"add": func(ns ...int) (sum int) {
			for _, n := range ns {
				sum += n
			}
			return sum
		},
	})
})

// WritePage writes the difference as a page.
func (d *Diff) WritePage(w io.Writer) error { return page.Write(w, parsed(), "tamis diff", d) }
