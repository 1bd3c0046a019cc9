//go:build browser

package browser

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tamis/output"
	"tamis/output/report"
	"tamis/output/results"
	"tamis/pipeline"
)

// evil runs if a page does not escape it: it changes the title.
const evil = `<script>document.title='run'</script><img src=x onerror="document.title='run'">`

// sample returns the output of a run over the sample dump and some documents
// that mean harm, one by its name.
func sample(t *testing.T) *results.Folder {
	t.Helper()
	dir := t.TempDir()
	names := filepath.Join(dir, "evil")
	if err := os.Mkdir(names, 0o777); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"<script>alert(1)<", "'><img src=x onerror=alert(1)>"} {
		text := fmt.Sprintf("Genève, le %d mai 2016. Le Haut-Commissariat des Nations Unies pour les réfugiés (HCR) écrit : %s. Fin du texte.\n", i+1, evil)
		if err := os.WriteFile(filepath.Join(names, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out")
	if _, err := pipeline.Run(t.Context(), pipeline.Config{}, []string{"../../testdata/dump", names}, out, nil); err != nil {
		t.Fatal(err)
	}
	f, err := results.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// file writes a page to a file of its own.
func file(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "page.html")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := write(f); err != nil {
		t.Fatal(err)
	}
	return name
}

func rows[T any](t *testing.T, f *results.Folder, table string) (n int) {
	t.Helper()
	for _, err := range results.Rows[T](f, table) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestReport(t *testing.T) {
	f := sample(t)
	p := open(t, file(t, func(w io.Writer) error { return report.Write(w, f, report.Options{}) }))
	p.want("document.title", `"tamis: out"`) // not 'run'
	p.want("document.scripts.length", "1")
	p.want("document.images.length", "0")

	// The counts are those of the tables.
	number := func(id string) string {
		return "Number(document.getElementById('" + id + "').firstChild.textContent.replace(/\\s/g, ''))"
	}
	p.want(number("n-documents"), fmt.Sprint(rows[output.Document](t, f, "documents")))
	p.want(number("n-rejects"), fmt.Sprint(rows[output.Reject](t, f, "rejects")))
	p.want(number("n-mentions"), fmt.Sprint(rows[output.Mention](t, f, "mentions")))
	p.want(number("n-people"), fmt.Sprint(rows[output.Person](t, f, "people")))

	// Search: all words must stand in the row, whatever their case and accents.
	p.eval(`window.section = document.getElementById("people").parentNode;
		window.input = section.querySelector("input");
		window.type = s => { input.value = s; input.dispatchEvent(new Event("input")); };
		window.shown = () => Array.from(section.querySelectorAll("tbody tr")).filter(r => !r.hidden)`)
	all := p.eval("shown().length")
	p.eval("type('BENGELE'); 0")
	p.want("shown().length", "0")
	p.want("section.querySelector('[role=status]').textContent", fmt.Sprintf(`"0 of %s rows"`, all))
	p.eval("type('lefebvre BERENGERE'); 0")
	p.want("shown().map(r => r.cells[0].innerText).join()", `"Bérengère Lefebvre"`)
	p.eval("type(''); 0")
	p.want("shown().length", all)

	// Sorting, by mouse: numbers the largest first, then the smallest; names in order.
	p.eval(`window.column = i => shown().map(r => r.cells[i].dataset.v !== undefined ? Number(r.cells[i].dataset.v) : r.cells[i].innerText);
		window.head = i => section.querySelectorAll("th button")[i];
		window.ordered = (list, f) => list.every((v, i) => i === 0 || f(list[i - 1], v))`)
	p.eval("head(2).click()")
	p.want("ordered(column(2), (a, b) => a >= b)", "true")
	p.want("head(2).parentNode.getAttribute('aria-sort')", `"descending"`)
	p.eval("head(2).click()")
	p.want("ordered(column(2), (a, b) => a <= b)", "true")
	// And by keyboard.
	p.eval("head(0).focus()")
	p.press("Enter", "Enter", "\r")
	p.want("head(0).parentNode.getAttribute('aria-sort') + head(2).parentNode.getAttribute('aria-sort')", `"ascendingnull"`)
	p.want("ordered(column(0), (a, b) => a.localeCompare(b) <= 0)", "true")
	p.want("shown().length", all)

	// A link leads to an excerpt that holds the mention, and back.
	p.eval("shown()[0].querySelector('.refs a').click()")
	p.want("document.querySelector(':target mark') !== null", "true")
	p.eval("window.row = document.querySelector(':target a').hash.slice(1); type('no such name'); 0")
	p.eval("document.querySelector(':target a').click()")
	p.eval("new Promise(done => setTimeout(done, 100))")
	p.want("document.getElementById(row).hidden", "false")
	p.eval("type(''); location.hash = ''; 0")

	p.fits()
	p.shots("report")
	p.quiet()
}
