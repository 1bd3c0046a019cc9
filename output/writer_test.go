package output

import (
	"path/filepath"
	"testing"
)

func TestSmoke(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	w, err := Create(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lang := "fr"
	if err := w.Documents.Write(Document{DocumentID: "a", Text: "été", Language: &lang}); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(map[string][]byte{"run.json": []byte(`{"tamis":"1"}`)}); err != nil {
		t.Fatal(err)
	}
}
