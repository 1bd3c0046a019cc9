package reader

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"tamis/pipeline/clean"
)

// fuzzOptions keep a file of a few bytes from taking seconds.
var fuzzOptions = Options{MaxBytes: 1 << 20, MaxItems: 2000}

// check reads data under a name and holds what every receiver counts on: an
// item is a document or a problem, its name and metadata are UTF-8 on one
// line, and reading twice gives the same.
func check(t *testing.T, name string, data []byte) {
	t.Helper()
	var first []string
	for it := range ReadFrom(name, bytes.NewReader(data), fuzzOptions) {
		if (it.Problem == "") == (it.Data == nil) {
			t.Fatalf("%q: problem %q and %d bytes", it.Name, it.Problem, len(it.Data))
		}
		if it.Problem == "" && it.MediaType == "" {
			t.Fatalf("%q: no media type", it.Name)
		}
		for _, s := range []string{it.Name, it.MediaType, it.Charset, it.URL, it.ID, it.Title, it.Language, it.Author, it.Published, it.Problem, it.Detail} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\n\r") {
				t.Fatalf("%q is not UTF-8 on one line", s)
			}
		}
		if int64(len(it.Data)) > 16*fuzzOptions.MaxBytes {
			t.Fatalf("%q: %d bytes", it.Name, len(it.Data))
		}
		first = append(first, fmt.Sprintf("%+v", it))
	}
	if len(first) == 0 {
		t.Fatal("neither a document nor a problem")
	}
	n := 0
	for it := range ReadFrom(name, bytes.NewReader(data), fuzzOptions) {
		if s := fmt.Sprintf("%+v", it); n >= len(first) || s != first[n] {
			t.Fatalf("the second time: %s", s)
		}
		n++
	}
	if n != len(first) {
		t.Fatalf("%d items, then %d", len(first), n)
	}
}

func fuzz(f *testing.F, name string, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) { check(t, name, data) })
}

func FuzzAny(f *testing.F) {
	fuzz(f, "x", []byte("<p>x"), []byte("filedesc://x 0.0.0.0 20160101000000 text/plain 3\nabc\n"), []byte("BZh91AY&SY\x00"), tarred(f, "a", "b"), gzipped(f, "x"), zstded(f, "x"), xzed(f, "x"))
}

func FuzzZip(f *testing.F) {
	fuzz(f, "x.zip", zipped(f, "a.txt", "b", "c/", ""), zipped(f, "n.zip", string(zipped(f, "a", "b"))))
}

func FuzzJSON(f *testing.F) {
	fuzz(f, "x.json", []byte("{\"text\":\"a\\u00e9\",\"url\":\"http://x\",\"metadata\":{\"date\":[\"2016\"]}}\nnull\n"), []byte("[{\"text\":1},\n2,{}]"), []byte("{\n\"html\":\"\"}{"))
}

func FuzzTable(f *testing.F) {
	fuzz(f, "x.csv", []byte("id,text\n1,\"a\"\"b\n\"\n2,c\n"), []byte("text;url\n\"x"), []byte("text\n\"a\n\"b\n\"c"))
}

func FuzzMail(f *testing.F) {
	fuzz(f, "x.eml", []byte("From: a\nTo: =?utf-8?q?b?=\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=y\n\nYQ==\n--x--"))
}

func FuzzMbox(f *testing.F) {
	fuzz(f, "x", []byte("From a\nFrom: a\nMessage-ID: b\n\nc\n\nFrom d\nTo: e\n\n>From f\n"))
}

func FuzzWARC(f *testing.F) {
	r := response("Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n", "3\r\n<p>\r\n0\r\n\r\n")
	fuzz(f, "x.warc", []byte(r), gzipped(f, r), []byte(r+"junk\n"+r), []byte(record("revisit", "a", "b", "c")))
}

func FuzzRTF(f *testing.F) {
	fuzz(f, "x.rtf", []byte(`{\rtf1\ansi\uc2{\info{\title a}}\u233 ??\'e9\bin2 xx\par}`))
}

func FuzzPDF(f *testing.F) {
	fuzz(f, "x.pdf", pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
		pdfStream("BT /F 10 Tf 12 TL 1 0 0 1 5 5 Tm [(a)-300<62>] TJ T* (c) ' ET"), "<</Type/Font/Subtype/Type1/Encoding<</Differences[1/eacute]>>/Widths[1 2]>>"))
}

// FuzzPDFPage goes straight to the instructions of a page, which a file has
// compressed.
func FuzzPDFPage(f *testing.F) {
	f.Add([]byte("BT /F 10 Tf 12 TL 1 0 0 1 5 5 Tm [(a)-300<62>] TJ T* (c) ' ET q 2 0 0 2 0 0 cm BI ID x EI Q"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var lost []string
		w := &walk{o: fuzzOptions.withDefaults(), yield: func(Item) bool { return true }}
		text, _, _ := w.pdfText(pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
			"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>", pdfStream(string(b)), "<</Type/Font/Subtype/Type1>>"), &Item{})
		if !utf8.ValidString(text) {
			t.Fatalf("%q %q", text, lost)
		}
	})
}

func FuzzDOCX(f *testing.F) {
	f.Add([]byte(`<w:document><w:p><w:pPr><w:numPr/></w:pPr><w:t>a</w:t></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:document>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t, "x.docx", zipped(t, "word/document.xml", string(b)))
		check(t, "x.odt", zipped(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", string(b)))
	})
}

func FuzzParquet(f *testing.F) { fuzz(f, "x.parquet", []byte("PAR1PAR1")) }

// What the reader calls a document of a type, the cleaner takes or refuses
// without a panic.
func FuzzClean(f *testing.F) {
	f.Add("x", []byte("{\"text\":\"a\"}\n{\"html\":\"<p>b\"}"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		for it := range ReadFrom(name, bytes.NewReader(data), fuzzOptions) {
			if it.Data == nil {
				continue
			}
			if _, err := clean.Clean(it.Data, it.MediaType); err != nil && bytes.Contains([]byte(err.Error()), []byte("not supported")) {
				t.Fatalf("%s: %v", it.Name, err)
			}
		}
	})
}
