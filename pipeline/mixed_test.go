package pipeline

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tamis/output"
)

// Records without addresses, in one file, from many sites: the menus of each are
// found, and documents of no site are left alone.
func TestMixedRecords(t *testing.T) {
	places := strings.Fields("valley bridge shelter council path river winter school market harbour library garden museum ferry clinic forest village mountain island station")
	place := func(i int) string { return places[i%len(places)] }
	menu := func(site int) []string {
		return []string{"The " + place(site) + " society", "Our " + place(site+3), "Visit the " + place(site+7), "Give"}
	}
	var dump strings.Builder
	write := func(lines []string) {
		b, err := json.Marshal(map[string]string{"text": strings.Join(lines, "\n")})
		if err != nil {
			t.Fatal(err)
		}
		dump.Write(append(b, '\n'))
	}
	article := func(n int) []string {
		lines := []string{fmt.Sprintf("Story %d of the %s", n, place(n*7)), "Background",
			fmt.Sprintf("The %s was closed for %d days after the rain, and nobody could reach the %s.", place(n*3), n, place(n*5)), "Conclusion",
			fmt.Sprintf("The council of the %s bought %d boats, and named them after the %s.", place(n*11), n, place(n*13))}
		if n%3 > 0 { // headings that documents of all kinds have
			lines[1], lines[3] = "Before day "+fmt.Sprint(n), "After day "+fmt.Sprint(n)
		}
		return lines
	}
	const sites, pages = 20, 5
	for n := range pages {
		for site := range sites {
			write(append(menu(site), article(site*pages+n)...))
		}
		for k := range 40 {
			write(article(1000 + 40*n + k))
		}
	}
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"dump.jsonl": dump.String()})
	out, _ := runDump(t, Config{}, filepath.Join(dir, "dump.jsonl"))
	text := make(map[string][]rune)
	for _, d := range readTable[output.Document](t, out, "documents") {
		text[d.DocumentID] = []rune(d.Text)
	}
	found := 0
	for _, b := range readTable[output.Block](t, out, "blocks") {
		line := string(text[b.DocumentID][b.StartChar:b.EndChar])
		want := line == "Give" || strings.HasSuffix(line, " society") || strings.HasPrefix(line, "Our ") || strings.HasPrefix(line, "Visit ")
		if b.InBoilerplate != want {
			t.Errorf("%q: boilerplate %v, want %v", line, b.InBoilerplate, want)
		}
		if want {
			found++
		}
	}
	if found != 4*sites*pages {
		t.Errorf("%d lines of menus, want %d", found, 4*sites*pages)
	}
}
