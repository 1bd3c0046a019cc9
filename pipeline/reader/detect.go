package reader

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"path"
	"strconv"
	"strings"

	"tamis/pipeline/clean"
)

// A kind is what a part turned out to be.
type kind struct {
	name        string // for people
	read        func(*walk, *part)
	container   bool
	compression bool
	// problem and detail say why it is not read, when read is nil.
	problem, detail string
}

func refused(problem, detail string) kind { return kind{problem: problem, detail: detail} }

func document(mediaType string) kind {
	return kind{name: mediaType, read: func(w *walk, p *part) { w.document(p, mediaType) }}
}

// detect tells the kind of a part by its first bytes. A name has a say only
// where bytes leave a choice: a line of text with commas is a table when its
// name says so.
func detect(p *part, head []byte) kind {
	ext := strings.ToLower(path.Ext(p.hint))
	if k, ok := byMagic(head); ok {
		return k
	}
	if what, ok := foreign(head); ok {
		return refused(NotText, what)
	}
	text := head
	if t, ok := bytes.CutPrefix(head, []byte("\xEF\xBB\xBF")); ok {
		text = t
	}
	if what, ok := noDocuments[ext]; ok && !p.named && p.known.MediaType == "" && !isPage(head) {
		return refused(Unsupported, what)
	}
	if !p.plain {
		switch {
		case bytes.HasPrefix(text, []byte("WARC/")):
			return kind{name: "WARC file", container: true, read: readWARC}
		case bytes.HasPrefix(text, []byte("filedesc:")):
			return kind{name: "ARC file", container: true, read: readARC}
		case isMbox(text):
			return kind{name: "mailbox", container: true, read: readMbox}
		case isMail(text, ext):
			return kind{name: "e-mail", container: true, read: readMail}
		case isJSON(text, ext):
			return kind{name: jsonFile, container: true, read: readJSON}
		}
		if sep, ok := isTable(text, ext, int64(len(head)) < HeadSize); ok {
			return kind{name: "table", container: true, read: func(w *walk, p *part) { readTable(w, p, sep) }}
		}
	}
	if p.known.MediaType != "" {
		return document(p.known.MediaType)
	}
	t := clean.MediaType(p.hint, head)
	if (t == "" || t == clean.Text) && isXML(text) {
		t = clean.XML
	}
	return document(cmp.Or(t, clean.Text))
}

// isPage reports whether a file starts like a page, whatever its name: that of
// the program that wrote it, often.
func isPage(head []byte) bool {
	t := clean.MediaType("", head)
	return t == clean.HTML || t == clean.XHTML
}

// Single reports whether a file is one document by its name and its first
// bytes, or none at all, rather than a container of any number of documents.
// It is a guess at what Read will do, for those who divide work; Read gives
// all there is either way.
func Single(name string, head []byte) bool {
	if len(head) == 0 {
		return true
	}
	if bytes.HasPrefix(head, []byte("PK")) {
		switch strings.ToLower(path.Ext(name)) {
		case ".docx", ".docm", ".dotx", ".pptx", ".odt", ".ott", ".odp", ".xlsx", ".ods":
			return true
		}
	}
	k := detect(&part{name: name, hint: name}, head[:min(len(head), HeadSize)])
	return !k.container && !k.compression
}

// byMagic knows formats by the bytes that each of their files starts with.
func byMagic(head []byte) (kind, bool) {
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case has("\x1F\x8B\x08"):
		return kind{name: "gzip file", compression: true, read: readGzip}, true
	case has("\x28\xB5\x2F\xFD"), len(head) > 4 && head[0]&0xF0 == 0x50 && has(string(head[:1])+"\x2A\x4D\x18"):
		return kind{name: "zstd file", compression: true, read: readZstd}, true
	case has("BZh") && len(head) > 9 && (string(head[4:10]) == "\x31\x41\x59\x26\x53\x59" || string(head[4:10]) == "\x17\x72\x45\x38\x50\x90"):
		return kind{name: "bzip2 file", compression: true, read: readBzip2}, true
	case has("\xFD7zXZ\x00"):
		return kind{name: "xz file", compression: true, read: readXZ}, true
	case has("PK\x03\x04"), has("PK\x05\x06"), has("PK\x07\x08PK\x03\x04"):
		return kind{name: "zip file", container: true, read: readZip}, true
	case isTar(head):
		return kind{name: "tar file", container: true, read: readTar}, true
	case has("PAR1"):
		return kind{name: "Parquet file", container: true, read: readParquet}, true
	case has("PARE"):
		return refused(Encrypted, "Parquet file"), true
	case has(`{\rtf`):
		return kind{name: "RTF document", read: readRTF}, true
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) && !bytes.Contains(head[:bytes.Index(head, []byte("%PDF-"))], []byte("\n\n")):
		return kind{name: "PDF document", read: readPDF}, true
	}
	return kind{}, false
}

// isTar reports whether a block is the header of a tar file: its magic, or for
// files older than that its checksum.
func isTar(head []byte) bool {
	if len(head) < 512 {
		return false
	}
	if string(head[257:262]) == "ustar" {
		return true
	}
	field := strings.Trim(string(head[148:156]), " \x00")
	want, err := strconv.ParseInt(field, 8, 64)
	if err != nil || head[0] == 0 {
		return false
	}
	sum := int64(8 * ' ')
	for i, c := range head[:512] {
		if i < 148 || i >= 156 {
			sum += int64(c)
		}
	}
	return sum == want
}

// foreign names files that hold no text, by their first bytes.
func foreign(head []byte) (string, bool) {
	for _, f := range foreignMagic {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return f.name, true
		}
	}
	switch {
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return "film or picture (MP4 family)", true
	case len(head) >= 12 && string(head[:4]) == "RIFF" && binary.LittleEndian.Uint32(head[4:]) > 4:
		return "sound or picture (RIFF)", true
	}
	return "", false
}

var foreignMagic = []struct{ magic, name string }{
	{"\x89PNG\r\n", "PNG picture"},
	{"\xFF\xD8\xFF", "JPEG picture"},
	{"GIF87a", "GIF picture"},
	{"GIF89a", "GIF picture"},
	{"II*\x00", "TIFF picture"},
	{"MM\x00*", "TIFF picture"},
	{"\x00\x00\x01\x00", "icon"},
	{"\x7FELF", "program"},
	{"MZ\x90\x00", "program"},
	{"\xCA\xFE\xBA\xBE", "program"},
	{"ID3\x03", "MP3 sound"},
	{"ID3\x04", "MP3 sound"},
	{"OggS", "Ogg sound or film"},
	{"fLaC", "FLAC sound"},
	{"\x1A\x45\xDF\xA3", "Matroska film"},
	{"wOFF", "font"},
	{"wOF2", "font"},
	{"\x00\x01\x00\x00\x00", "font"},
	{"OTTO\x00", "font"},
	{"SQLite format 3\x00", "SQLite database"},
	{"7z\xBC\xAF\x27\x1C", "7z archive, which is not read"},
	{"Rar!\x1A\x07", "RAR archive, which is not read"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old Microsoft Office document (.doc, .xls, .ppt, .msg), which is not read"},
	{"%!PS", "PostScript, which is not read"},
	{"ARROW1\x00\x00", "Arrow file, which is not read"},
	{"Obj\x01", "Avro file, which is not read"},
	{"\x89HDF\r\n", "HDF5 file"},
}

// noDocuments are names of text files that nobody wrote to be read.
var noDocuments = map[string]string{
	".css": "style sheet", ".js": "script", ".mjs": "script", ".map": "source map",
	".svg": "drawing", ".woff": "font", ".cdx": "index of a web archive", ".cdxj": "index of a web archive",
	".scss": "style sheet", ".sass": "style sheet", ".less": "style sheet", ".ts": "script", ".tsx": "script", ".jsx": "script", ".vue": "script",
	".sh": "script", ".bash": "script", ".bat": "script", ".ps1": "script", ".sql": "script",
	".go": "program", ".py": "program", ".rb": "program", ".pl": "program", ".pm": "program", ".php": "program", ".java": "program", ".kt": "program",
	".c": "program", ".h": "program", ".cc": "program", ".cpp": "program", ".hpp": "program", ".cs": "program", ".rs": "program", ".swift": "program",
	".scala": "program", ".lua": "program", ".r": "program", ".ipynb": "program",
	".yaml": "configuration", ".yml": "configuration", ".toml": "configuration", ".ini": "configuration", ".cfg": "configuration", ".conf": "configuration",
	".properties": "configuration", ".lock": "configuration", ".mod": "configuration", ".sum": "configuration", ".xsl": "style sheet", ".xslt": "style sheet",
	".xsd": "schema", ".dtd": "schema", ".po": "translations of a program", ".pot": "translations of a program",
	".ann": "annotations", ".ics": "calendar", ".vcf": "contacts", ".gpx": "tracks", ".kml": "drawing of a map", ".geojson": "drawing of a map",
	".log": "log", ".pem": "key", ".crt": "key", ".key": "key", ".sha256": "checksums", ".md5": "checksums",
}

// isXML reports whether text starts like XML: a declaration, or an element
// with a namespace.
func isXML(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	if bytes.HasPrefix(text, []byte("<?xml")) {
		return true
	}
	for bytes.HasPrefix(text, []byte("<!--")) || bytes.HasPrefix(text, []byte("<!DOCTYPE")) {
		end := bytes.IndexByte(text, '>')
		if end < 0 {
			return false
		}
		text = bytes.TrimLeft(text[end+1:], " \t\r\n")
	}
	if len(text) < 2 || text[0] != '<' {
		return false
	}
	tag := text
	if end := bytes.IndexByte(tag, '>'); end >= 0 {
		tag = tag[:end]
	}
	return bytes.Contains(tag, []byte(" xmlns")) && !bytes.HasPrefix(bytes.ToLower(tag), []byte("<html"))
}
