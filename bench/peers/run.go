package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/jdkato/prose/v2"
	"github.com/markusmobius/go-trafilatura"
	"github.com/parquet-go/parquet-go"
	"github.com/pemistahl/lingua-go"
)

// runPeer runs a peer on the files of a list.
func runPeer(name, list, out string) error {
	b, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	files := strings.Fields(string(b))
	switch name {
	case "four":
		return four(files, out, lingua.NewLanguageDetectorBuilder().FromLanguages(lingua.French, lingua.English).Build())
	case "four-all":
		return four(files, out, lingua.NewLanguageDetectorBuilder().FromAllLanguages().Build())
	case "trafilatura":
		return content(files, trafilatura.Options{ExcludeComments: true, EnableFallback: true})
	case "trafilatura-alone":
		return content(files, trafilatura.Options{ExcludeComments: true})
	}
	return fmt.Errorf("-peer %s: there is no such peer", name)
}

// content extracts the content of pages and drops it.
func content(files []string, o trafilatura.Options) error {
	found := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		if r, err := trafilatura.Extract(bytes.NewReader(b), o); err == nil && r.ContentText != "" {
			found++
		}
	}
	if found < len(files)/2 {
		return fmt.Errorf("content in %d of %d pages: something is wrong", found, len(files))
	}
	return nil
}

// The tables of the four packages.
type (
	document struct {
		Source   string `parquet:"source"`
		Text     string `parquet:"text,zstd"`
		Language string `parquet:"language,dict"`
	}
	block struct {
		Source   string `parquet:"source,dict"`
		Index    int32  `parquet:"block_index"`
		Text     string `parquet:"text,zstd"`
		Language string `parquet:"language,dict"`
	}
	entity struct {
		Source string `parquet:"source,dict"`
		Type   string `parquet:"type,dict"`
		Text   string `parquet:"surface"`
	}
)

// four is the pipeline that the packages make by themselves, each used as its
// own documentation says, but that prose loads its model once and not for every
// document.
func four(files []string, out string, detector lingua.LanguageDetector) (err error) {
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	documents, closeDocuments, err := create[document](out, "documents")
	if err != nil {
		return err
	}
	blocks, closeBlocks, err := create[block](out, "blocks")
	if err != nil {
		return err
	}
	entities, closeEntities, err := create[entity](out, "entities")
	if err != nil {
		return err
	}
	model := prose.ModelFromData("en")
	for _, f := range files {
		text, err := textOf(f)
		if err != nil {
			return err
		}
		size := map[string]int{}
		var bs []block
		for i, line := range text {
			lang := ""
			if l, ok := detector.DetectLanguageOf(line); ok {
				lang = strings.ToLower(l.IsoCode639_1().String())
			}
			size[lang] += len(line)
			bs = append(bs, block{f, int32(i), line, lang})
		}
		d := document{f, strings.Join(text, "\n"), "fr"}
		if size["en"] > size["fr"] {
			d.Language = "en"
		}
		var es []entity
		if d.Language == "en" {
			p, err := prose.NewDocument(d.Text, prose.UsingModel(model))
			if err != nil {
				return err
			}
			for _, e := range p.Entities() {
				es = append(es, entity{f, e.Label, e.Text})
			}
		}
		if _, err := documents.Write([]document{d}); err != nil {
			return err
		}
		if _, err := blocks.Write(bs); err != nil {
			return err
		}
		if _, err := entities.Write(es); err != nil {
			return err
		}
	}
	for _, end := range []func() error{closeDocuments, closeBlocks, closeEntities} {
		if err := end(); err != nil {
			return err
		}
	}
	return nil
}

// create makes a table, and says how to close it.
func create[T any](dir, name string) (*parquet.GenericWriter[T], func() error, error) {
	f, err := os.Create(filepath.Join(dir, name+".parquet"))
	if err != nil {
		return nil, nil, err
	}
	w := parquet.NewGenericWriter[T](f)
	return w, func() error {
		err := w.Close()
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return err
	}, nil
}

// textOf returns the lines of a text, or those of a page that goquery reads.
func textOf(name string) (lines []string, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	text := string(b)
	if filepath.Ext(name) == ".html" {
		page, err := goquery.NewDocumentFromReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		page.Find("script, style, noscript").Remove()
		text = page.Find("body").Text()
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}
