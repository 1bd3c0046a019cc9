package reader

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/ulikunitz/xz"
)

// read reads data as a stream and as a file, which must give the same, and
// returns an item on each line: name, media type and data, or name, problem.
func read(t *testing.T, name string, data []byte, o Options) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var fromFile, fromStream []Item
	for it := range Read(name, file, o) {
		fromFile = append(fromFile, it)
	}
	for it := range ReadFrom(name, bytes.NewReader(data), o) {
		fromStream = append(fromStream, it)
	}
	got := show(t, fromFile)
	if s := show(t, fromStream); s != got {
		t.Errorf("%s: as a file\n%s\nas a stream\n%s", name, got, s)
	}
	return got
}

func show(t *testing.T, items []Item) string {
	t.Helper()
	var b strings.Builder
	for _, it := range items {
		if (it.Problem == "") == (it.Data == nil) {
			t.Errorf("%s: problem %q with %d bytes of data", it.Name, it.Problem, len(it.Data))
		}
		if it.Problem != "" {
			fmt.Fprintf(&b, "%s: %s\n", it.Name, it.Problem)
			continue
		}
		fmt.Fprintf(&b, "%s: %s: %s", it.Name, it.MediaType, it.Data)
		for _, m := range []struct{ k, v string }{{"charset", it.Charset}, {"url", it.URL}, {"id", it.ID}, {"title", it.Title}, {"lang", it.Language}, {"author", it.Author}, {"published", it.Published}} {
			if m.v != "" {
				fmt.Fprintf(&b, " %s=%s", m.k, m.v)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func packed(t testing.TB, data string, open func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, data string) []byte {
	return packed(t, data, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
}

func zstded(t testing.TB, data string) []byte {
	return packed(t, data, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
}

func xzed(t testing.TB, data string) []byte {
	return packed(t, data, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) })
}

// zipped packs pairs of a name and its data.
func zipped(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, pairs[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: pairs[i], Size: int64(len(pairs[i+1])), Mode: 0o600, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestContainers opens files by what their bytes say, and layers inside each
// other.
func TestContainers(t *testing.T) {
	page := "<!DOCTYPE html><title>T</title><p>Bonjour."
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"a.txt", []byte("Bonjour."), "a.txt: text/plain: Bonjour.\n"},
		{"a.html", []byte(page), "a.html: text/html: " + page + "\n"},
		{"no-name", []byte(page), "no-name: text/html: " + page + "\n"},
		{"a.md", []byte("# Titre"), "a.md: text/markdown: # Titre\n"},
		{"odd.xyz", []byte("Du texte."), "odd.xyz: text/plain: Du texte.\n"},
		{"akn", []byte("<?xml version='1.0'?><akomaNtoso><p>x</p></akomaNtoso>"), "akn: application/xml: <?xml version='1.0'?><akomaNtoso><p>x</p></akomaNtoso>\n"},
		{"akn2", []byte("<!-- c --><doc xmlns='x'/>"), "akn2: application/xml: <!-- c --><doc xmlns='x'/>\n"},
		{"empty.txt", nil, "empty.txt: empty\n"},
		{"x.txt", []byte("\x89PNG\r\n\x1a\n"), "x.txt: not text\n"},
		{"x.css", []byte("p { color: red }"), "x.css: unsupported format\n"},
		{"old.doc", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "old.doc: not text\n"},
		{"a.html.gz", gzipped(t, page), "a.html.gz: text/html: " + page + "\n"},
		{"wrong.zip", gzipped(t, "Bonjour."), "wrong.zip: text/plain: Bonjour.\n"}, // the bytes count
		{"a.zst", zstded(t, "Bonjour."), "a.zst: text/plain: Bonjour.\n"},
		{"a.xz", xzed(t, "Bonjour."), "a.xz: text/plain: Bonjour.\n"},
		{"two.gz", append(gzipped(t, "Bon"), gzipped(t, "jour.")...), "two.gz: text/plain: Bonjour.\n"},
		{"padded.gz", append(gzipped(t, "Bonjour."), make([]byte, 600)...), "padded.gz: text/plain: Bonjour.\n"},
		{"d.zip", zipped(t, "a/b.html", page, "c/", "", "e.txt", "E"), "d.zip!/a/b.html: text/html: " + page + "\nd.zip!/e.txt: text/plain: E\n"},
		{"d.tar", tarred(t, "a.txt", "A", "../../etc/b.txt", "B"), "d.tar!/a.txt: text/plain: A\nd.tar!/../../etc/b.txt: text/plain: B\n"},
		{"d.tgz", gzipped(t, string(tarred(t, "a.txt", "A"))), "d.tgz!/a.txt: text/plain: A\n"},
		{"d.tar.xz", xzed(t, string(tarred(t, "a.txt", "A"))), "d.tar.xz!/a.txt: text/plain: A\n"},
		{"n.zip", zipped(t, "i.tar.gz", string(gzipped(t, string(tarred(t, "j.zip", string(zipped(t, "k.txt.gz", string(gzipped(t, "K")))))))), "l.txt", "L"),
			"n.zip!/i.tar.gz!/j.zip!/k.txt.gz: text/plain: K\nn.zip!/l.txt: text/plain: L\n"},
		{"same.tar", tarred(t, "a", "1", "a", "2"), "same.tar!/a: text/plain: 1\nsame.tar!/a#2: text/plain: 2\n"},
		{"same.tar", tarred(t, "a#2", "1", "a", "2", "a", "3", "a", "4"), "same.tar!/a#2: text/plain: 1\nsame.tar!/a: text/plain: 2\nsame.tar!/a#3: text/plain: 3\nsame.tar!/a#4: text/plain: 4\n"},
		{"odd.tar", tarred(t, "a\x1b[31m\nb", "1"), "odd.tar!/a\uFFFD[31m\uFFFDb: text/plain: 1\n"},
		{"none.zip", zipped(t), "none.zip: empty\n"},
		{"folders.zip", zipped(t, "a/", ""), "folders.zip: empty\n"},
		{"book.epub", zipped(t, "mimetype", "application/epub+zip", "META-INF/container.xml", "<x/>", "c.opf", "<x/>", "1.xhtml", page), "book.epub!/1.xhtml: application/xhtml+xml: " + page + "\n"},
		{"s.tsv", []byte("url\ttext\nhttps://a.b\tUn texte.\n"), "s.tsv!/2: text/plain: Un texte. url=https://a.b\n"},
	} {
		if got := read(t, c.name, c.data, Options{}); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// TestJSON reads the shapes of known tools, and goes on behind bad lines.
func TestJSON(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"datatrove.jsonl", `{"text":"Un.","id":"<urn:uuid:1>","metadata":{"dump":"CC-MAIN-2024-10","url":"https://a.b/c","date":"2024-03-01T00:00:00Z","language":"fr"}}`,
			"datatrove.jsonl!/1: text/plain: Un. charset=utf-8 url=https://a.b/c id=<urn:uuid:1> lang=fr\n"}, // the date is the crawl's
		{"dolma.jsonl", `{"id":"7","text":"Two.","source":"common-crawl","added":"2024-01-01","created":"2019-05-06T07:08:09.000Z","metadata":{"url":"http://x.y","title":"T"}}`,
			"dolma.jsonl!/1: text/plain: Two. charset=utf-8 url=http://x.y id=7 title=T published=2019-05-06\n"},
		{"trafilatura.json", "{\n \"title\": \"T\", \"author\": \"A; B\", \"date\": \"2016-07-25\", \"source\": \"https://u.v/w\", \"raw_text\": \"r\", \"text\": \"Un.\\nDeux.\", \"language\": null\n}\n",
			"trafilatura.json!/1: text/plain: Un.\nDeux. charset=utf-8 url=https://u.v/w title=T author=A; B published=2016-07-25\n"},
		{"fineweb.jsonl", `{"text":"T.","id":"i","dump":"d","url":"https://f.w","date":"2013-05-18T05:30:00Z","language":"en","language_score":0.9,"token_count":3}`,
			"fineweb.jsonl!/1: text/plain: T. charset=utf-8 url=https://f.w id=i lang=en\n"},
		{"html.jsonl", `{"HTML":"<p>x</p>","url":"https://f.w"}` + "\n" + `{"content":"<div>y</div>"}`,
			"html.jsonl!/1: text/html: <p>x</p> charset=utf-8 url=https://f.w\nhtml.jsonl!/2: text/html: <div>y</div> charset=utf-8\n"},
		{"bad.jsonl", "{\"text\":\"a\"}\n{\"text\":\n\n{\"text\":\"b\"\"}\n[1]\nnull\nzzz\n{\"text\":\"c\"} {}\n{\"url\":\"x\"}\r\n{\"text\":\"d\"}",
			"bad.jsonl!/1: text/plain: a charset=utf-8\nbad.jsonl!/2: damaged\nbad.jsonl!/4: damaged\nbad.jsonl!/5: damaged\nbad.jsonl!/6: damaged\nbad.jsonl!/7: damaged\n" +
				"bad.jsonl!/8: damaged\nbad.jsonl!/9: no text\nbad.jsonl!/10: text/plain: d charset=utf-8\n"},
		{"surrogates.jsonl", `{"text":"a\ud800b\ud83d\ude00c\udc00\u00e9\q\"\u12"}`, "surrogates.jsonl!/1: text/plain: a\uFFFDb😀c\uFFFDé\\q\"\\u12 charset=utf-8\n"},
		{"array.json", "[ {\"text\":\"a]\\\"\"} ,\n{\"text\":[\"b\",\"c\"]}, 3, {\"text\":\"d\"}]\n", "array.json!/1: text/plain: a]\" charset=utf-8\narray.json!/2: text/plain: b\nc charset=utf-8\n" +
			"array.json!/3: damaged\narray.json!/4: text/plain: d charset=utf-8\n"},
		{"cut.json", "[{\"text\":\"a\"},{\"text\":\"b", "cut.json!/1: text/plain: a charset=utf-8\ncut.json!/2: truncated\n"},
		{"deep.json", "[{\"a\":" + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "},{\"text\":\"x\"}]", "deep.json!/1: damaged\ndeep.json!/2: text/plain: x charset=utf-8\n"},
		{"unnamed", `{"text":"x"}`, "unnamed!/1: text/plain: x charset=utf-8\n"},
		{"prose", "{Un mot} entre accolades", "prose: text/plain: {Un mot} entre accolades\n"},
		{"list", "[1] Une note de bas de page.", "list: text/plain: [1] Une note de bas de page.\n"},
	} {
		if got := read(t, c.name, []byte(c.in), Options{}); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
	own := Options{Fields: Fields{Text: []string{"Meta.Corps"}, ID: []string{"n"}}}
	if got, want := read(t, "a.jsonl", []byte(`{"meta":{"corps":"x"},"n":12,"text":"y"}`), own), "a.jsonl!/1: text/plain: x charset=utf-8 id=12\n"; got != want {
		t.Errorf("fields of one's own:\n got %q\nwant %q", got, want)
	}
}

func TestTables(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a.csv", "id,text,date\n1,\"Un, deux\n\"\"trois\"\"\",2016\n2,,\n\n3,Quatre", "a.csv!/2: text/plain: Un, deux\n\"trois\" id=1 published=2016\na.csv!/4: no text\na.csv!/6: text/plain: Quatre id=3\n"},
		{"b.csv", "titre;texte\nA;Il dit : \"oui\", puis non.\r\n", "b.csv!/2: text/plain: Il dit : \"oui\", puis non. title=A\n"},
		{"c.csv", "a,b\n1,2\n", "c.csv: no text\n"},
		{"d.csv", "id,text\n1,\"never closed\n2,two\n3,three\n", "d.csv!/2: damaged\nd.csv!/3: text/plain: two id=2\nd.csv!/4: text/plain: three id=3\n"},
		{"e.csv", "id,text\n1,a,b\n2,c\n", "e.csv!/2: damaged\ne.csv!/3: text/plain: c id=2\n"},
		{"f", "url,title,text\nhttps://a.b,T,x\n", "f!/2: text/plain: x url=https://a.b title=T\n"},
		{"g.txt", "Hello, text, url\nand more", "g.txt: text/plain: Hello, text, url\nand more\n"}, // a greeting
		{"h.csv", "\uFEFFtext\nx\n", "h.csv!/2: text/plain: x\n"},
	} {
		if got := read(t, c.name, []byte(c.in), Options{}); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestParquet(t *testing.T) {
	type row struct {
		ID       string `parquet:"id"`
		Text     *string
		Language string `parquet:"language,dict"`
		Meta     struct {
			URL string `parquet:"url"`
		} `parquet:"metadata"`
		Tags []string `parquet:"tags"`
	}
	var b bytes.Buffer
	w := parquet.NewGenericWriter[row](&b)
	text := "Un texte."
	r := row{ID: "1", Text: &text, Language: "fr", Tags: []string{"a", "b"}}
	r.Meta.URL = "https://a.b"
	w.Write([]row{r, {ID: "2"}})
	w.Flush()
	w.Write([]row{{ID: "3", Text: &text, Language: "en"}})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := "x.parquet!/1: text/plain: Un texte. url=https://a.b id=1 lang=fr\nx.parquet!/2: no text\nx.parquet!/3: text/plain: Un texte. id=3 lang=en\n"
	if got := read(t, "x.parquet", b.Bytes(), Options{}); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	for cut := 0; cut < b.Len(); cut += 5 { // wherever it is cut, it is a reject or rows
		if got := read(t, "x.parquet", b.Bytes()[:cut], Options{}); got == "" {
			t.Errorf("cut at %d: nothing", cut)
		}
	}
}

func TestMail(t *testing.T) {
	mail := strings.ReplaceAll(`Return-Path: <a@b.c>
From: =?utf-8?q?Jos=C3=A9?= <a@b.c>
Subject: =?iso-8859-1?Q?R=E9union?= du
 comité
Date: Mon, 25 Jul 2016 10:00:00 +0200
Message-ID: <1@b.c>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="X"

preamble
--X
Content-Type: multipart/alternative; boundary=Y

--Y
Content-Type: text/html; charset=utf-8

<p>html
--Y
Content-Type: text/plain; charset=ISO-8859-1
Content-Transfer-Encoding: quoted-printable

Gen=E8ve, le=
 3 mai.
--Y--
--X
Content-Type: application/octet-stream; name="note.txt"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="../note.txt"

Qm9uam91ciE=
--X
Content-Type: message/rfc822

From: d@e.f
To: a@b.c
Subject: Inner

Inside.
--X
Content-Type: image/png; name=x.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--X--
`, "\n", "\r\n")
	want := "m.eml: text/plain: Gen\xe8ve, le 3 mai. charset=iso-8859-1 id=1@b.c title=Réunion du comité author=José <a@b.c> published=2016-07-25\n" +
		"m.eml!/../note.txt: text/plain: Bonjour!\n" +
		"m.eml!/message.eml: text/plain: Inside. title=Inner author=d@e.f\n" +
		"m.eml!/x.png: not text\n"
	if got := read(t, "m.eml", []byte(mail), Options{}); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	box := "From a@b.c Mon Jul 25 10:00:00 2016\nFrom: a@b.c\nMessage-ID: <1>\nSubject: One\n\nText.\n>From here on\n\nFrom d@e.f Tue Jul 26 10:00:00 2016\nFrom: d@e.f\nTo: x\nSubject: Two\nContent-Type: text/plain; format=flowed\n\nA line \nthat flows.\n"
	want = "box!/1: text/plain: Text.\nFrom here on\n\n id=1 title=One author=a@b.c\nbox!/2: text/plain: A line that flows.\n title=Two author=d@e.f\n"
	if got := read(t, "box", []byte(box), Options{}); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	minutes := "From: the chair\nDate: today\nSubject: minutes\n\nWe met."
	if got, want := read(t, "minutes.txt", []byte(minutes), Options{}), "minutes.txt: text/plain: "+minutes+"\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestOffice(t *testing.T) {
	head := "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n"
	docx := zipped(t, "[Content_Types].xml", "<Types/>", "docProps/core.xml", `<cp:coreProperties><dc:title>Le titre</dc:title><dc:creator>A. B.</dc:creator></cp:coreProperties>`,
		"word/styles.xml", `<w:styles><w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="Puces"><w:pPr><w:numPr/></w:pPr></w:style></w:styles>`,
		"word/document.xml", `<w:document><w:body><w:p><w:pPr><w:pStyle w:val="Titre1"/></w:pPr><w:r><w:t>Un</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t xml:space="preserve">a &lt; </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:hyperlink><w:r><w:t>b</w:t></w:r></w:hyperlink></w:p>
<w:p><w:pPr><w:pStyle w:val="Puces"/></w:pPr><w:r><w:t>c</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>y</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent><w:t>around</w:t></w:r></w:p></w:body></w:document>`)
	want := "a.docx: text/html: " + head + "<h1>Un</h1>\n<ul><li>a &lt; b</li></ul>\n<ul><li>c</li></ul>\n<table>\n<tr><td><p>x</p>\n</td><td><p>y</p>\n</td></tr>\n</table>\n<p>box</p>\n<p>around</p>\n</body></html>\n charset=utf-8 title=Le titre author=A. B.\n"
	if got := read(t, "a.docx", docx, Options{}); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	odt := zipped(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", `<office:document-content><office:body><office:text><text:h text:outline-level="2">Un</text:h>
<text:p>a<text:s text:c="2"/>b<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note></text:p>
<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list></office:text></office:body></office:document-content>`)
	want = "a.odt: text/html: " + head + "<h2>Un</h2>\n<p>a b</p>\n<ul><li>item</li></ul>\n<p>note</p>\n</body></html>\n charset=utf-8\n"
	if got := read(t, "a.odt", odt, Options{}); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	rtf := `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}{\info{\title Le titre}}{\*\generator x;}Gen\'e8ve\u8217?s \{x\}\par Deux\tab trois}`
	want = "a.rtf: text/plain: Genève’s {x}\n\nDeux\ttrois charset=utf-8 title=Le titre\n"
	if got := read(t, "a.rtf", []byte(rtf), Options{}); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	for _, c := range []struct{ name, member string }{{"a.xlsx", "xl/workbook.xml"}} {
		if got, want := read(t, c.name, zipped(t, c.member, "<x/>"), Options{}), c.name+": unsupported format\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// pdfFile writes a PDF file of the given objects, the first of them the
// catalogue, with a sound table of their places.
func pdfFile(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

func pdfStream(s string) string {
	return fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(s), s)
}

func TestPDF(t *testing.T) {
	page := func(content string) []byte {
		return pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
			"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R/G 6 0 R>>/XObject<</X 8 0 R/I 9 0 R>>>>>>", pdfStream(content),
			"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[1/eacute/uni0153/f_i 200/bullet]>>>>",
			"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</DW 500>>]/ToUnicode 7 0 R>>",
			pdfStream("1 begincodespacerange<0000><FFFF>endcodespacerange 1 beginbfchar<0001><00C9>endbfchar 1 beginbfrange<0002><0004><0061>endbfrange"),
			"<</Type/XObject/Subtype/Form/Length 40>>\nstream\nBT /F 10 Tf 0 500 Td (in a form) Tj ET /X Do\nendstream", "<</Subtype/Image/Length 0>>\nstream\n\nendstream")
	}
	for _, c := range []struct{ name, content, want string }{
		{"lines and a paragraph", "BT /F 10 Tf 12 TL 50 700 Td (One) Tj T* (two \\(x\\)) Tj T* (three) Tj 0 -30 Td (Four) Tj ET", "One\ntwo (x)\nthree\n\nFour\n\n"},
		{"words by their gaps", "BT /F 10 Tf 50 700 Td [(Un)-400(mot)-20(s)] TJ ET", "Un mots\n\n"},
		{"names of glyphs", "BT /F 10 Tf 50 700 Td (\\001t\\001 s\\002ur \\003n \\310) Tj ET", "été sœur fin •\n\n"},
		{"two bytes a code", "BT /G 10 Tf 50 700 Td <0001000200030004> Tj ET", "Éabc\n\n"},
		{"a form that draws itself", "/X Do", "in a form\n\n"},
		{"an image among the instructions", "BI /W 1 ID (((\x00 EI BT /F 10 Tf (after) Tj ET", "after\n\n"},
		{"bold by drawing twice", "BT /F 10 Tf 1 0 0 1 50 700 Tm (A) Tj 1 0 0 1 50.3 700 Tm (A) Tj ET", "A\n\n"},
	} {
		if got, want := read(t, "a.pdf", page(c.content), Options{}), "a.pdf: text/plain: "+c.want+" charset=utf-8\n"; got != want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, want)
		}
	}
	for _, c := range []struct{ name, content, want string }{
		{"a scan", "/I Do", NotText},
		{"nothing", "", NoText},
		{"letters without a meaning", "BT /G 10 Tf <00990098> Tj ET", NotText},
		{"lists without end", strings.Repeat("[", 1<<20), NoText},
	} {
		if got, want := read(t, "a.pdf", page(c.content), Options{}), "a.pdf: "+c.want+"\n"; got != want {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
	circle := pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>")
	if got := read(t, "a.pdf", circle, Options{}); got != "a.pdf: too many documents\n" {
		t.Errorf("pages in a circle: %q", got)
	}
	whole := page("BT /F 10 Tf (x) Tj ET")
	for cut := 0; cut < len(whole); cut += 7 {
		if got := read(t, "a.pdf", whole[:cut], Options{}); got == "" {
			t.Errorf("cut at %d: nothing", cut)
		}
	}
}

// record writes a record of a WARC file.
func record(typ, uri, contentType, block string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", typ, uri, contentType, len(block), block)
}

func response(head, body string) string {
	return record("response", "https://a.b/c", "application/http; msgtype=response", "HTTP/1.1 200 OK\r\n"+head+"\r\n"+body)
}

func TestWARC(t *testing.T) {
	html := "Content-Type: text/html; charset=ISO-8859-1\r\n"
	brotlied := packed(t, "<p>br", func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriter(w), nil })
	for _, c := range []struct{ name, in, want string }{
		{"plain", response(html, "<p>x"), "1: text/html: <p>x charset=iso-8859-1 url=https://a.b/c"},
		{"chunked", response(html+"Transfer-Encoding: chunked\r\n", "3\r\n<p>\r\n2;ext\r\nxy\r\n0\r\n\r\n"), "1: text/html: <p>xy charset=iso-8859-1 url=https://a.b/c"},
		{"chunked in name only", response(html+"Transfer-Encoding: chunked\r\n", "<p>xy"), "1: text/html: <p>xy charset=iso-8859-1 url=https://a.b/c"},
		{"gzip", response(html+"Content-Encoding: gzip\r\n", string(gzipped(t, "<p>gz"))), "1: text/html: <p>gz charset=iso-8859-1 url=https://a.b/c"},
		{"gzip in name only", response(html+"Content-Encoding: gzip\r\n", "<p>gz"), "1: text/html: <p>gz charset=iso-8859-1 url=https://a.b/c"},
		{"br", response(html+"Content-Encoding: br\r\n", string(brotlied)), "1: text/html: <p>br charset=iso-8859-1 url=https://a.b/c"},
		{"br in name only", response(html+"Content-Encoding: br\r\n", "<p>plain</p>"), "1: text/html: <p>plain</p> charset=iso-8859-1 url=https://a.b/c"},
		{"zstd", response(html+"Content-Encoding: zstd\r\n", string(zstded(t, "<p>zs"))), "1: text/html: <p>zs charset=iso-8859-1 url=https://a.b/c"},
		{"a gzip file", response("Content-Type: application/gzip\r\n", string(gzipped(t, "Texte."))), "1: text/plain: Texte. url=https://a.b/c"},
		{"cut gzip", response(html+"Content-Encoding: gzip\r\n", string(gzipped(t, "<p>abc"))[:20]), "1: text/html: <p>abc charset=iso-8859-1 url=https://a.b/c|1: truncated"},
		{"not 200", record("response", "https://a.b", "application/http", "HTTP/1.1 301 Moved\r\nLocation: https://c.d\r\n\r\n"), "1: HTTP status"},
		{"not text", response("Content-Type: image/png\r\n", "\x89PNG"), "1: not text"},
		{"wrongly text", response(html, "\x89PNG\r\n\x1a\n"), "1: not text"},
		{"no body", response(html, ""), "1: empty"},
		{"wet", record("warcinfo", "", "x", "a: b") + record("conversion", "https://a.b", "text/plain", "Texte."), "2: text/plain: Texte. url=https://a.b"},
		{"resource", record("resource", "file:///a.html", "text/html", "<p>x"), "1: text/html: <p>x url=file:///a.html"},
		{"revisit", record("revisit", "https://a.b", "application/http", "HTTP/1.1 200 OK\r\n\r\n"), "1: revisit"},
		{"only requests", record("request", "https://a.b", "application/http", "GET / HTTP/1.1\r\n\r\n"), ": empty"},
		{"rubbish between", response(html, "<p>1") + "rubbish\nmore\n" + response(html, "<p>2"),
			"1: text/html: <p>1 charset=iso-8859-1 url=https://a.b/c|2: damaged|3: text/html: <p>2 charset=iso-8859-1 url=https://a.b/c"},
		{"length too short", strings.Replace(response(html, "<p>1234567890ab"), "Content-Length: 7", "Content-Length: 6", 1) + response(html, "<p>2"), // by 10
			"1: text/html: <p>12 charset=iso-8859-1 url=https://a.b/c|2: damaged|3: text/html: <p>2 charset=iso-8859-1 url=https://a.b/c"},
		{"length too long", strings.Replace(response(html, "<p>12345"), "Content-Length: 7", "Content-Length: 9", 1) + response(html, "<p>2"),
			"1: damaged|2: text/html: <p>2 charset=iso-8859-1 url=https://a.b/c"},
		{"no length", "WARC/1.1\r\nWARC-Type: response\r\n\r\nx\r\n\r\n" + response(html, "<p>2"), "1: damaged|2: text/html: <p>2 charset=iso-8859-1 url=https://a.b/c"},
		{"cut in a block", response(html, "<p>12345")[:len(response(html, "<p>12345"))-8], "1: text/html: <p>1 charset=iso-8859-1 url=https://a.b/c|1: truncated"},
		{"cut in a head", response(html, "<p>1") + "WARC/1.0\r\nWARC-Ty", "1: text/html: <p>1 charset=iso-8859-1 url=https://a.b/c|2: truncated"},
	} {
		got := strings.TrimSuffix(strings.ReplaceAll(strings.ReplaceAll(read(t, "x", []byte(c.in), Options{}), "x!/", ""), "\n", "|"), "|")
		if strings.TrimPrefix(got, "x") != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// Documents that are converted later, and maybe by somebody else, are the same,
// with what their container knows of them.
func TestLazy(t *testing.T) {
	pdf := string(pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
		pdfStream("BT /F 10 Tf 5 5 Td (Un) Tj ET"), "<</Type/Font/Subtype/Type1>>"))
	docx := string(zipped(t, "word/document.xml", "<w:document><w:body><w:p><w:t>Deux</w:t></w:p></w:body></w:document>"))
	empty := string(zipped(t, "word/document.xml", "<w:document></w:document>"))
	rtf := `{\rtf1\ansi Trois\par}`
	mail := "From: a\r\nTo: b\r\nSubject: c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nQuatre\r\n--x\r\nContent-Disposition: attachment; filename=d.pdf\r\n\r\n" + pdf + "\r\n--x--\r\n"
	web := response("Content-Type: application/pdf\r\n", pdf) + response("Content-Type: text/html\r\n", "<p>Cinq")
	all := zipped(t, "a.pdf", pdf, "b.docx", docx, "c.txt", "Texte", "d.rtf", rtf, "e.docx", empty, "f.pdf", pdf[:100], "g.zip", string(zipped(t, "h.docx", docx)), "i.eml", mail, "j.warc", web)
	file := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(file, all, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {MaxDepth: 1}, {MaxBytes: 60}} {
		want := slices.Collect(Read("x.zip", file, o))
		lazy := o
		lazy.Lazy = true
		var got []Item
		unread := 0
		for it := range Read("x.zip", file, lazy) {
			if it.Unread {
				unread++
			}
			got = append(got, slices.Collect(it.Items(o))...)
		}
		if o.MaxDepth+int(o.MaxBytes) == 0 && unread != 8 {
			t.Errorf("%d are left unread", unread)
		}
		for i := range got {
			got[i].Read = 0
		}
		for i := range want {
			want[i].Read = 0
		}
		if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
			t.Errorf("%+v:\n got %s\nwant %s", o, g, w)
		}
	}
}

// TestRevisit reads revisits whose original is in the file, by each way to refer
// to it, and those whose original is not.
func TestRevisit(t *testing.T) {
	rec := func(typ, id, uri, date, fields, block string) string {
		return fmt.Sprintf("WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:%s>\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\n%sContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
			typ, id, uri, date, fields, len(block), block)
	}
	page := func(s string) string { return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + s }
	const again = "HTTP/1.1 304 Not Modified\r\n\r\n"
	records := []string{
		rec("response", "1", "https://a.b/1", "2020-01-01T00:00:00Z", "WARC-Payload-Digest: sha1:AAA\r\n", page("<p>un")),
		rec("response", "2", "https://a.b/2", "2020-01-01T00:00:01Z", "WARC-Payload-Digest: sha1:BBB\r\n", page("<p>deux")),
		rec("revisit", "3", "https://a.b/1", "2021-01-01T00:00:00Z", "WARC-Refers-To: <urn:uuid:1>\r\n", again),
		rec("revisit", "4", "https://a.b/3", "2021-01-01T00:00:00Z", "WARC-Refers-To-Target-URI: https://a.b/2\r\nWARC-Refers-To-Date: 2020-01-01T00:00:01Z\r\n", again),
		rec("revisit", "5", "https://a.b/4", "2021-01-01T00:00:00Z", "WARC-Payload-Digest: SHA1:BBB\r\n", again),
		rec("revisit", "6", "https://a.b/5", "2021-01-01T00:00:00Z", "WARC-Refers-To: <urn:uuid:3>\r\n", again),
		rec("revisit", "7", "https://a.b/6", "2021-01-01T00:00:00Z", "WARC-Refers-To-Target-URI: https://c.d/\r\n", again),
		rec("response", "8", "https://a.b/8", "2020-01-01T00:00:02Z", "", page("<p>huit")),
	}
	var plain, members bytes.Buffer
	for _, r := range records {
		plain.WriteString(r)
		members.Write(gzipped(t, r))
	}
	const want = "x!/1: text/html: <p>un url=https://a.b/1 id=urn:uuid:1\nx!/2: text/html: <p>deux url=https://a.b/2 id=urn:uuid:2\n" +
		"x!/3: text/html: <p>un url=https://a.b/1 id=urn:uuid:3\nx!/4: text/html: <p>deux url=https://a.b/3 id=urn:uuid:4\nx!/5: text/html: <p>deux url=https://a.b/4 id=urn:uuid:5\n" +
		"x!/6: revisit\nx!/7: revisit\nx!/8: text/html: <p>huit url=https://a.b/8 id=urn:uuid:8\n"
	for name, data := range map[string][]byte{"plain": plain.Bytes(), "gzip by member": members.Bytes()} {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var items []Item
		for it := range Read("x", file, Options{}) {
			items = append(items, it)
		}
		if got := show(t, items); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
	// A gzip file of one member, or a stream, is not read again.
	for _, it := range slices.Collect(ReadFrom("x", &plain, Options{})) {
		if it.ID == "urn:uuid:3" && (it.Problem != Revisit || !strings.Contains(it.Detail, "stream")) {
			t.Errorf("in a stream: %+v", it)
		}
	}
}

// Revisits of one large record do not make much out of little.
func TestRevisitBomb(t *testing.T) {
	var b bytes.Buffer
	b.Write(gzipped(t, strings.Replace(response("Content-Type: text/html\r\n", "<p>"+strings.Repeat("un mot ", 1<<20)), "WARC-Type", "WARC-Record-ID: <urn:uuid:1>\r\nWARC-Type", 1)))
	for range 2000 {
		b.Write(gzipped(t, strings.Replace(record("revisit", "https://a.b", "application/http", ""), "WARC-Type", "WARC-Refers-To: <urn:uuid:1>\r\nWARC-Type", 1)))
	}
	file := filepath.Join(t.TempDir(), "file")
	b.Write(gzipped(t, response("Content-Type: text/html\r\n", "<p>fin")))
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	size, refused, last := 0, 0, Item{}
	for it := range Read("x", file, Options{MaxRatio: 20}) {
		size += len(it.Data)
		if it.Problem == Expands {
			refused++
		}
		last = it
	}
	if refused < 1900 || size > 20*b.Len()+expansionFrom+16<<20 || string(last.Data) != "<p>fin" {
		t.Errorf("%d bytes out of %d, %d refused, the last item: %.100s %s %s", size, b.Len(), refused, last.Data, last.Problem, last.Detail)
	}
}

// TestWARCMembers breaks one gzip member of a file: the others stay, and the
// places of the records are those of the members.
func TestWARCMembers(t *testing.T) {
	var file []byte
	var starts []int64
	for i := range 5 {
		starts = append(starts, int64(len(file)))
		m := gzipped(t, response("Content-Type: text/html\r\n", fmt.Sprintf("<p>%d %s", i, strings.Repeat(fmt.Sprint(i*7919), 500))))
		if i == 2 {
			m[len(m)/2] ^= 0xFF
		}
		file = append(file, m...)
	}
	found, problems := map[int64]bool{}, 0
	for it := range ReadFrom("x.warc.gz", bytes.NewReader(file), Options{}) {
		if it.Problem != "" {
			problems++
		} else {
			found[it.Offset] = true
		}
	}
	for i, s := range starts {
		if i != 2 && !found[s] {
			t.Errorf("no document at %d, the start of member %d", s, i)
		}
	}
	if problems == 0 {
		t.Error("the broken member is no reject")
	}
}

// TestDamage cuts and bends files: what could be read is kept, the rest says
// what is wrong.
func TestDamage(t *testing.T) {
	text := strings.Repeat("Une phrase entière. ", 2000)
	whole := gzipped(t, text)
	items := func(name string, data []byte) (kept, problems []string) {
		for it := range ReadFrom(name, bytes.NewReader(data), Options{}) {
			if it.Problem != "" {
				problems = append(problems, it.Problem)
			} else {
				kept = append(kept, string(it.Data))
			}
		}
		return kept, problems
	}
	kept, problems := items("a.gz", whole[:len(whole)-6])
	if len(kept) != 1 || kept[0] != text || len(problems) != 1 || problems[0] != Truncated {
		t.Errorf("gzip without its end: %d kept, %q", len(kept), problems)
	}
	kept, problems = items("a.gz", whole[:len(whole)/2])
	if len(kept) != 1 || !strings.HasPrefix(text, kept[0]) || len(problems) != 1 || problems[0] != Truncated {
		t.Errorf("half a gzip file: %d kept, %q", len(kept), problems)
	}
	bent := bytes.Clone(whole)
	bent[len(bent)-6] ^= 1
	kept, problems = items("a.gz", bent)
	if len(kept) != 1 || kept[0] != text || len(problems) != 1 || problems[0] != Damaged {
		t.Errorf("gzip with a wrong checksum: %d kept, %q", len(kept), problems)
	}
	z := zipped(t, "a.txt", text, "b.txt", "B")
	kept, problems = items("d.zip", z[:len(z)-40])
	if len(kept) != 2 || kept[0] != text || kept[1] != "B" || len(problems) != 1 || problems[0] != Damaged {
		t.Errorf("zip without its end: %d kept, %q", len(kept), problems)
	}
	var stored bytes.Buffer
	w := zip.NewWriter(&stored)
	f, _ := w.CreateRaw(&zip.FileHeader{Name: "a.txt", Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte("other")), CompressedSize64: 4, UncompressedSize64: 4})
	io.WriteString(f, "text")
	f, _ = w.CreateRaw(&zip.FileHeader{Name: "secret.txt", Method: zip.Store, Flags: 1, CompressedSize64: 4, UncompressedSize64: 4})
	io.WriteString(f, "text")
	w.Close()
	if got, want := read(t, "z.zip", stored.Bytes(), Options{}), "z.zip!/a.txt: text/plain: text\nz.zip!/a.txt: damaged\nz.zip!/secret.txt: encrypted\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	tarFile := tarred(t, "a.txt", "A", "b.txt", text)
	kept, problems = items("d.tar", tarFile[:3000])
	if len(kept) != 2 || kept[0] != "A" || len(problems) == 0 || problems[0] != Truncated {
		t.Errorf("half a tar file: %d kept, %q", len(kept), problems)
	}
	var lines strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&lines, "{\"text\":\"line %d\"}\n", i)
	}
	torn := gzipped(t, lines.String())
	kept, problems = items("a.jsonl.gz", torn[:len(torn)/2])
	if len(kept) < 100 || problems[len(problems)-1] != Truncated {
		t.Errorf("half of the lines: %d kept, %q", len(kept), problems)
	}
}

// endless gives a head and then n bytes of one letter.
type endless struct {
	head string
	left int64
	fill byte
}

func (e *endless) Read(b []byte) (int, error) {
	if e.head != "" {
		n := copy(b, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), e.left))
	for i := range n {
		b[i] = e.fill
	}
	e.left -= int64(n)
	return n, nil
}

// TestHostile reads files that want to fill memory or never end.
func TestHostile(t *testing.T) {
	zeros := packed(t, "", func(w io.Writer) (io.WriteCloser, error) {
		z, _ := gzip.NewWriterLevel(w, gzip.BestCompression)
		_, err := io.Copy(z, &endless{left: 100 << 20, fill: ' '})
		return z, err
	})
	var bomb bytes.Buffer
	zw := zip.NewWriter(&bomb)
	f, _ := zw.Create("a.txt")
	io.WriteString(f, "before")
	f, _ = zw.Create("bomb.txt")
	io.Copy(f, &endless{left: 100 << 20, fill: 'a'})
	f, _ = zw.Create("c.txt")
	io.WriteString(f, "after")
	zw.Close()
	nested := "deep"
	for range 6 {
		nested = string(zipped(t, "n.zip", nested))
	}
	many := make([]string, 0, 200)
	for i := range 100 {
		many = append(many, fmt.Sprintf("%d.txt", i), "x")
	}
	small := Options{MaxBytes: 1 << 20}
	for _, c := range []struct {
		name string
		r    io.Reader
		o    Options
		want string
	}{
		{"gzip bomb", bytes.NewReader(zeros), Options{}, "x: expands too much\n"},
		{"gzip bomb in a gzip bomb", bytes.NewReader(gzipped(t, string(zeros))), Options{}, "x: expands too much\n"},
		{"zip bomb", bytes.NewReader(bomb.Bytes()), small, "x!/a.txt: text/plain: before\nx!/bomb.txt: too large\nx!/c.txt: text/plain: after\n"},
		{"zip bomb by its ratio", bytes.NewReader(bomb.Bytes()), Options{}, "x!/a.txt: text/plain: before\nx!/bomb.txt: text/plain: …\nx!/bomb.txt: expands too much\nx!/c.txt: text/plain: after\n"},
		{"nested too deep", strings.NewReader(nested), Options{}, "x!/n.zip!/n.zip!/n.zip!/n.zip: nested too deep\n"},
		{"too many members", bytes.NewReader(zipped(t, many...)), Options{MaxItems: 2}, "x!/0.txt: text/plain: x\nx!/1.txt: text/plain: x\nx: too many documents\n"},
		{"a line of 200 MB", io.MultiReader(&endless{head: "{\"text\":\"a\"}\n{\"text\":\"", left: 200 << 20, fill: 'a'}, strings.NewReader("\"}\n{\"text\":\"b\"}\n")), small,
			"x!/1: text/plain: a charset=utf-8\nx!/2: too large\nx!/3: text/plain: b charset=utf-8\n"},
		{"a text of 200 MB", &endless{head: "a", left: 200 << 20, fill: 'a'}, small, "x: too large\n"},
		{"a field of 200 MB", io.MultiReader(&endless{head: "id,text\n1,\"", left: 200 << 20, fill: 'a'}, strings.NewReader("\"\n2,b\n")), small, "x!/2: too large\nx!/3: text/plain: b id=2\n"},
		{"an object of 200 MB", io.MultiReader(&endless{head: "[{\"text\":\"", left: 100 << 20, fill: 'a'}, strings.NewReader("\"},{\"text\":\"b\"}]")), small, "x!/1: too large\nx!/2: text/plain: b charset=utf-8\n"},
		{"a record of 200 MB", io.MultiReader(strings.NewReader("WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\nContent-Length: 209715200\r\n\r\n"), &endless{left: 200 << 20, fill: 'a'},
			strings.NewReader("\r\n\r\n"+response("Content-Type: text/html\r\n", "<p>x"))), small, "x!/1: too large\nx!/2: text/html: <p>x url=https://a.b/c\n"},
		{"a head without end", &endless{head: "WARC/1.0\r\nX: ", left: 200 << 20, fill: 'a'}, small, "x!/1: damaged\n"},
		{"NULs", strings.NewReader(strings.Repeat("\x00", 4096)), Options{}, "x: text/plain: …\n"}, // the cleaner says what they are
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var items []Item
		for it := range ReadFrom("x", c.r, c.o) {
			if len(it.Data) > 1000 {
				it.Data = []byte("…")
			}
			items = append(items, it)
		}
		runtime.ReadMemStats(&after)
		if got := show(t, items); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
		if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 160 {
			t.Errorf("%s: allocates %d MB", c.name, got)
		}
	}
}

// A receiver that breaks off gets no further call.
func TestBreak(t *testing.T) {
	for _, data := range [][]byte{tarred(t, "a", "1", "b", "2"), zipped(t, "a", "1", "b", "2"), []byte("{\"text\":\"a\"}\n{\"text\":\"b\"}\n"),
		[]byte(response("Content-Type: text/html\r\n", "<p>1") + response("Content-Type: text/html\r\n", "<p>2"))} {
		n := 0
		for range ReadFrom("x", bytes.NewReader(data), Options{}) {
			n++
			break
		}
		if n != 1 {
			t.Errorf("%d items", n)
		}
	}
}

// An archive of much text is no bomb: what is read in any order counts as read.
func TestRatioOfZip(t *testing.T) {
	var pairs []string
	for i := range 24 {
		var b strings.Builder
		for n := i; b.Len() < 1<<20; n++ {
			fmt.Fprintf(&b, "ligne %d, %x\n", n, n*n*2654435761)
		}
		pairs = append(pairs, fmt.Sprint(i), b.String())
	}
	file := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(file, zipped(t, pairs...), 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	for it := range Read("a.zip", file, Options{}) {
		if it.Problem != "" {
			t.Fatalf("%s: %s %s", it.Name, it.Problem, it.Detail)
		}
		n++
	}
	if n != 24 {
		t.Errorf("%d members", n)
	}
}

// Single is right about files of each kind, and where a name is all there is.
func TestSingle(t *testing.T) {
	for _, c := range []struct {
		name, head string
		want       bool
	}{
		{"a.txt", "Un texte.", true},
		{"a", "", true},
		{"a.html", "<p>Une page.", true},
		{"a.pdf", "%PDF-1.4", true},
		{"a.png", "\x89PNG\r\n", true}, // a reject is one, too
		{"a.docx", "PK\x03\x04", true},
		{"a.zip", "PK\x03\x04", false},
		{"a.html", string(gzipped(t, "Un texte.")), false},
		{"a.txt", `{"text": "Un texte."}`, false},
		{"a.csv", "text,id\n", false},
		{"a", "WARC/1.0\r\n", false},
	} {
		if got := Single(c.name, []byte(c.head)); got != c.want {
			t.Errorf("Single(%q, %q) = %t", c.name, c.head, got)
		}
	}
}

// A panic of a format is a reject of its file; one of the receiver is the
// receiver's.
func TestPanic(t *testing.T) {
	var got []Item
	w := &walk{o: Options{}.withDefaults(), yield: func(it Item) bool { got = append(got, it); return true }}
	w.read(&part{name: "a", r: nil, at: nil, size: 1}) // no reader at all
	if len(got) != 1 || got[0].Problem != Damaged {
		t.Errorf("%+v", got)
	}
	defer func() {
		if recover() != "mine" {
			t.Error("the receiver's panic is lost")
		}
	}()
	for range ReadFrom("a", strings.NewReader("Un texte."), Options{}) {
		panic("mine")
	}
}
