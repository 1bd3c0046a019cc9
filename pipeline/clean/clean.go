// Package clean turns the bytes of a document into clean text with blocks:
// decoding, line ends, characters, leftovers of markup, and the parts that
// HTML or the shape of the lines tell.
//
// The text is set here once. What later stages find out stands beside it, and
// Offsets leads back to the bytes of the source.
package clean

import (
	"fmt"

	"tamis/extractors"
)

// A Page is a document as clean text with its blocks.
type Page struct {
	// Text is UTF-8 in normal form C without control characters; its lines
	// end in a line feed alone and carry no trailing space. Blank lines of
	// text formats stay.
	Text string
	// Blocks are lines of Text: in order, not blank, not overlapping. A
	// block ends before its line feed.
	Blocks []Block

	// What metadata says; "" where it says nothing. Published is EDTF
	// (2024-10-03, 2024-10, 2024). Lang is a declaration only.
	Title, URL, Lang, Published, Author, SiteName string

	Charset string  // as decoded: "utf-8", "windows-1252", ...
	Offsets Offsets // from Text to the source file
}

// A Block is a line of a Page's text with its part in the document.
type Block struct {
	extractors.Span // in Text
	Kind            extractors.Kind
	// Region is where the markup puts the block: "main", "article", "nav",
	// "header", "footer", "aside", "" unknown.
	Region string
	Links  float32         // share of the block's letters that stand in links, 0 to 1
	Source extractors.Span // byte range in the source file; {-1, -1} if unknown
}

// Media types that Clean reads.
const (
	Text     = "text/plain"
	Markdown = "text/markdown"
	HTML     = "text/html"
	XHTML    = "application/xhtml+xml"
)

// Clean reads a document of the given media type. An error names the reason
// why the bytes are no document: "empty", "not text: NUL at byte 12".
func Clean(raw []byte, mediaType string) (*Page, error) {
	return nil, fmt.Errorf("media type %s is not supported", mediaType)
}

// MediaType tells the media type of a file by its name, checked against the
// first bytes of its content; "" if Clean does not read it.
func MediaType(name string, head []byte) string { return Text }
