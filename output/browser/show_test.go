//go:build browser

package browser

import (
	"io"
	"slices"
	"strings"
	"testing"

	"tamis/output/view"
)

// documents returns two documents with marks of every type, one of them
// harmful, one with its source beside it.
func documents() []*view.Document {
	const text = "Accueil | Nos actions | Contact\nLe Haut-Commissariat des Nations Unies pour les réfugiés écrit à Awa Diop, à Genève, le 4 mai 2016.\nIl rappelle la résolution 1325 (2000). " + evil
	find := func(s string) (start, end int) { i := strings.Index(text, s); return i, i + len(s) }
	d := &view.Document{Source: `<script>alert(1)</script>.txt`, Language: "fr", Certainty: 0.99, MediaType: "text/plain", Charset: "utf-8", Text: text,
		About: []view.Field{{Name: "title", Value: evil}, {Name: "url", Value: "https://site.example/page"}}}
	at := 0
	for line := range strings.Lines(text) {
		end := at + len(strings.TrimSuffix(line, "\n"))
		d.Blocks = append(d.Blocks, view.Block{Start: at, End: end, RawStart: at, RawEnd: end, Kind: "paragraph", Language: "fr"})
		at += len(line)
	}
	d.Blocks[0].Boilerplate, d.Blocks[0].Rule, d.Blocks[0].Kind = true, "repeated-head", "menu"
	for i, m := range []struct{ typ, surface, norm string }{
		{"ORG", "Haut-Commissariat des Nations Unies pour les réfugiés", "UNHCR"}, {"PER", "Awa Diop", "Awa Diop"}, {"LOC", "Genève", "Geneva"},
		{"DATE", "4 mai 2016", "2016-05-04"}, {"RES", "résolution 1325 (2000)", "S/RES/1325(2000)"},
	} {
		start, end := find(m.surface)
		d.Mentions = append(d.Mentions, view.Mention{Start: start, End: end, Type: m.typ, Norm: m.norm, Entity: strings.ToLower(m.norm), Rule: evil,
			Confidence: 0.5 + float64(i)/10, Attributes: []view.Field{{Name: "country", Value: "CH"}}})
	}
	both := *d
	both.Source, both.Raw = "both.txt", text
	return []*view.Document{d, &both}
}

func TestShow(t *testing.T) {
	p := open(t, file(t, func(w io.Writer) error { return view.WritePage(w, slices.Values(documents())) }))
	p.want("document.title", `"tamis show"`)
	p.want("document.scripts.length", "1")
	p.want("document.images.length", "0")
	p.want("document.querySelectorAll('.m').length", "10")
	const count = "document.querySelector('[data-count=org]').textContent"
	p.want(count, `"2"`)

	// By the keyboard: n to the first mark, which tells what is known of it.
	p.press("n", "KeyN", "n")
	p.want("document.activeElement.className", `"m org"`)
	p.want("document.getElementById('detail').hidden", "false")
	p.want("document.querySelector('#detail b').textContent", `"Haut-Commissariat des Nations Unies pour les réfugiés"`)
	p.want("Array.from(document.querySelectorAll('#detail dd')).map(e => e.textContent).join('|')", `"ORG |UNHCR|unhcr|`+strings.ReplaceAll(evil, `"`, `\"`)+`|0.50|country CH"`)
	p.press("n", "KeyN", "n")
	p.want("document.activeElement.className", `"m per"`)
	p.press("p", "KeyP", "p")
	p.want("document.activeElement.className", `"m org"`)
	p.press("ArrowRight", "ArrowRight", "")
	p.press("ArrowRight", "ArrowRight", "")
	p.want("document.activeElement.className", `"m loc"`)
	p.press("Escape", "Escape", "")
	p.want("document.getElementById('detail').hidden", "true")
	p.want("document.activeElement === document.body", "true")

	// By the mouse.
	p.eval("document.querySelectorAll('.m.date')[0].dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))")
	p.want("document.querySelector('#detail b').textContent", `"4 mai 2016"`)
	p.eval("document.querySelectorAll('.m.date')[0].dispatchEvent(new MouseEvent('mouseout', {bubbles: true}))")
	p.want("document.getElementById('detail').hidden", "true")

	// What is not chosen is not marked, and the keys pass it by.
	p.eval("document.querySelector('[value=org]').click(); document.querySelector('[value=boiler]').click(); document.activeElement.blur()")
	p.want(count, `"0"`)
	p.want("getComputedStyle(document.querySelector('.m.org')).borderBottomColor", `"rgba(0, 0, 0, 0)"`)
	p.want("document.querySelector('.boiler').getClientRects().length", "0")
	p.press("n", "KeyN", "n")
	p.want("document.activeElement.className", `"m per"`)
	p.eval("document.querySelector('[value=org]').click(); document.querySelector('[value=boiler]').click()")
	p.want(count, `"2"`)
	// The sure ones alone.
	p.eval("window.range = document.querySelector('[type=range]'); range.value = 0.75; range.dispatchEvent(new Event('input', {bubbles: true}))")
	p.want("document.querySelectorAll('.m:not(.hide)').length", "4")
	p.eval("range.value = 0; range.dispatchEvent(new Event('input', {bubbles: true}))")

	// A screen reader hears the type; a copy of the text holds the text.
	p.want("document.querySelector('.m.loc').textContent", `"LOC Genève"`)
	p.eval("getSelection().selectAllChildren(document.querySelector('.m.loc').parentNode)")
	p.want("getSelection().toString()", `"Le Haut-Commissariat des Nations Unies pour les réfugiés écrit à Awa Diop, à Genève, le 4 mai 2016."`)
	p.fits()
	p.eval("document.querySelectorAll('.m')[3].focus()")
	p.shots("show")
	p.quiet()
}
