package pipeline

import (
	"tamis/extractors"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/clean"
	"tamis/pipeline/duplicates"
)

// A Record is what the map phase makes of one source: a pure function of the
// source's name and bytes and the configuration. It holds all that the later
// phases need, so it can be kept, repeated and moved. A rejected source is a
// record too: Reject is set and only Source and ByteCount beside it.
type Record struct {
	DocumentID       string
	Source           string
	URL              string
	Site             string // host of the URL, else the folder of the source
	MediaType        string
	Charset          string
	ByteCount        int64
	SHA256           string          // of the source's bytes, hexadecimal
	Content          duplicates.Hash // of the text: equal for exact duplicates
	Title            string
	Author           string
	SiteName         string
	DeclaredLanguage string
	Published        string // EDTF
	Modified         string // EDTF
	Repairs          string // as clean.Repairs writes them
	Text             string
	Language         string
	Confidence       float64 // of Language
	Blocks           []Block
	Mentions         []Mention
	References       []extractors.Mention // to resolutions, by description
	Symbol           string               // of the resolution that the document is
	Alternates       []string             // addresses of its versions in all languages, as the page names them
	Offsets          clean.Offsets        // from Text to the source's bytes
	Reject           *Reject
}

// A Block is a line of Record.Text with what is known about it by itself.
type Block struct {
	extractors.Line
	Region string
	Hint   string // of the page's content model
	Links  float32
	Source extractors.Span // in the source's bytes, {-1,-1} if unknown
	Key    uint64          // under which equal lines are counted
}

// A Mention is an extractor's mention with its place in the source's bytes.
type Mention struct {
	extractors.Mention
	Source extractors.Span // {-1,-1} if unknown
}

// A Reject says at which stage a source could not be handled, and why.
type Reject struct {
	Stage  string
	Reason string // a few words, the same for all sources of one trouble
	Detail string
}

// evidence returns the blocks as the boilerplate step sees them.
func (r *Record) evidence(dst []boilerplate.Block) []boilerplate.Block {
	for i := range r.Blocks {
		b := &r.Blocks[i]
		dst = append(dst, boilerplate.Block{Key: b.Key, Text: r.Text[b.Start:b.End], Kind: b.Kind, Region: b.Region, Hint: b.Hint,
			Links: b.Links, Lang: b.Lang})
	}
	return dst
}
