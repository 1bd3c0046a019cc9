//go:build browser

package browser

import (
	"io"
	"testing"

	"tamis/output/diff"
)

func TestDiff(t *testing.T) {
	side := func(dir string, documents int) diff.Side {
		return diff.Side{Dir: dir, Tamis: "0.1.0", Documents: documents, Rejects: 3}
	}
	d := &diff.Diff{A: side(evil, 40), B: side("out/today", 41), Differ: true, Added: 2, Removed: 1, Changed: 7,
		Settings: []diff.Change{{Name: "model", From: "none", To: evil}}, Reasons: []diff.Count{{Name: "language", Count: 1}, {Name: "mentions", Count: 6}},
		Languages: []diff.Change{{From: "fr", To: "en", Count: 1}}, Boilerplate: diff.Boilerplate{Documents: 3, A: 12345, B: 13456},
		Rejects: []diff.Reject{{Source: evil, From: "load: empty"}}}
	for _, name := range []string{"documents", "blocks", "mentions", "people"} {
		d.Tables = append(d.Tables, diff.Table{Name: name, A: 40, B: 41, Differ: name != "people"})
	}
	for i, name := range []string{evil, "dump/www.passerelles-solidaires.example/actualites/ps-formation-interpretes.txt", "dump/c.txt"} {
		d.List = append(d.List, diff.Document{Source: name, What: []string{"language", "mentions"}[:1+i%2]})
		for j, typ := range []string{"ORG", "PER"} {
			d.Mentions = append(d.Mentions, diff.Mentions{Type: typ, Rule: []string{"table", "tagger", evil}[i], A: 100 * i, B: 90*i + j, Gained: i, Lost: 10 * i})
			d.Examples = append(d.Examples, diff.Example{Source: name, What: "changed", Type: typ, Surface: "Haut-Commissariat" + evil, From: "ORG UNHCR by table", To: "ORG HCR by tagger"})
		}
	}
	es := diff.Entities{Table: "organizations", Gained: 3, Changed: 12}
	for i, id := range []string{"org:" + evil, "org:unhcr", "org:iom", "org:un", "org:au", "org:eu"} {
		es.List = append(es.List, diff.Entity{ID: id, Name: id[4:], A: int64(10 * i), B: 50, What: "changed"})
	}
	d.Entities = []diff.Entities{es, {Table: "people"}}

	p := open(t, file(t, func(w io.Writer) error { return d.WritePage(w) }))
	p.want("document.title", `"tamis diff"`)
	p.want("document.scripts.length", "1")
	p.want("document.images.length", "0")
	p.eval(`window.section = document.getElementById("organizations").parentNode; section.querySelectorAll("th button")[2].click()`)
	p.want("Array.from(section.querySelectorAll('tbody tr')).map(r => r.cells[2].innerText).join()", `"50,40,30,20,10,0"`)
	p.eval(`window.input = section.querySelector("input"); input.value = "UNHCR"; input.dispatchEvent(new Event("input"))`)
	p.want("Array.from(section.querySelectorAll('tbody tr')).filter(r => !r.hidden).length", "1")
	p.eval(`input.value = ""; input.dispatchEvent(new Event("input"))`)
	p.fits()
	p.shots("diff")
	p.quiet()
}
