package clean

import (
	"golang.org/x/net/html/atom"

	"tamis/extractors"
)

// An element says how an HTML element shows in text.
type element struct {
	block  bool // starts and ends a line
	skip   bool // shows no text
	apart  bool // stands apart from its neighbours like a word
	kind   extractors.Kind
	region string
}

// elements holds the elements of HTML. Elements that are not here are inline.
var elements = map[atom.Atom]element{
	atom.H1: {block: true, kind: extractors.Heading},
	atom.H2: {block: true, kind: extractors.Heading},
	atom.H3: {block: true, kind: extractors.Heading},
	atom.H4: {block: true, kind: extractors.Heading},
	atom.H5: {block: true, kind: extractors.Heading},
	atom.H6: {block: true, kind: extractors.Heading},

	atom.Li:         {block: true, kind: extractors.ListItem},
	atom.Dt:         {block: true, kind: extractors.ListItem},
	atom.Dd:         {block: true, kind: extractors.ListItem},
	atom.Caption:    {block: true, kind: extractors.Caption},
	atom.Figcaption: {block: true, kind: extractors.Caption},
	atom.Blockquote: {block: true, kind: extractors.Quote},
	atom.Pre:        {block: true, kind: extractors.Pre},
	atom.Listing:    {block: true, kind: extractors.Pre},
	atom.Xmp:        {block: true, kind: extractors.Pre},
	atom.Plaintext:  {block: true, kind: extractors.Pre},
	atom.Tr:         {block: true},
	atom.Td:         {block: true},
	atom.Th:         {block: true},

	atom.Main:    {block: true, region: "main"},
	atom.Article: {block: true, region: "article"},
	atom.Nav:     {block: true, region: "nav"},
	atom.Menu:    {block: true},
	atom.Header:  {block: true, region: "header"},
	atom.Footer:  {block: true, region: "footer"},
	atom.Aside:   {block: true, region: "aside"},

	atom.Address: {block: true}, atom.Body: {block: true}, atom.Center: {block: true}, atom.Details: {block: true},
	atom.Dialog: {block: true}, atom.Dir: {block: true}, atom.Div: {block: true}, atom.Dl: {block: true},
	atom.Fieldset: {block: true}, atom.Figure: {block: true}, atom.Form: {block: true}, atom.Hgroup: {block: true},
	atom.Hr: {block: true}, atom.Html: {block: true}, atom.Legend: {block: true}, atom.Ol: {block: true},
	atom.Optgroup: {block: true}, atom.P: {block: true}, atom.Search: {block: true}, atom.Section: {block: true},
	atom.Summary: {block: true}, atom.Table: {block: true}, atom.Tbody: {block: true}, atom.Tfoot: {block: true},
	atom.Thead: {block: true}, atom.Ul: {block: true}, atom.Frameset: {block: true}, atom.Noframes: {block: true},

	atom.Head: {skip: true}, atom.Script: {skip: true}, atom.Style: {skip: true}, atom.Template: {skip: true},
	atom.Noscript: {skip: true}, atom.Title: {skip: true}, atom.Meta: {skip: true}, atom.Link: {skip: true},
	atom.Base: {skip: true}, atom.Noembed: {skip: true}, atom.Rp: {skip: true}, atom.Colgroup: {skip: true},

	// What is a box among the words, with no text that a reader would quote.
	atom.Svg: {skip: true, apart: true}, atom.Iframe: {skip: true, apart: true}, atom.Img: {skip: true, apart: true},
	atom.Input: {skip: true, apart: true}, atom.Select: {skip: true, apart: true}, atom.Textarea: {skip: true, apart: true},
	atom.Datalist: {skip: true}, atom.Audio: {skip: true, apart: true}, atom.Video: {skip: true, apart: true},
	atom.Canvas: {skip: true, apart: true}, atom.Object: {skip: true, apart: true}, atom.Embed: {skip: true, apart: true},
	atom.Progress: {skip: true, apart: true}, atom.Meter: {skip: true, apart: true}, atom.Map: {skip: true, apart: true},
	atom.Button: {apart: true}, atom.Label: {apart: true},

	atom.A: {}, atom.Abbr: {}, atom.Acronym: {}, atom.B: {}, atom.Bdi: {}, atom.Bdo: {}, atom.Big: {}, atom.Blink: {}, atom.Br: {},
	atom.Cite: {}, atom.Code: {}, atom.Col: {}, atom.Data: {}, atom.Del: {}, atom.Dfn: {}, atom.Em: {}, atom.Font: {},
	atom.I: {}, atom.Ins: {}, atom.Kbd: {}, atom.Mark: {}, atom.Marquee: {}, atom.Nobr: {}, atom.Output: {}, atom.Picture: {}, atom.Q: {},
	atom.Ruby: {}, atom.Rt: {}, atom.S: {}, atom.Samp: {}, atom.Small: {}, atom.Source: {}, atom.Span: {}, atom.Strike: {},
	atom.Strong: {}, atom.Sub: {}, atom.Sup: {}, atom.Time: {}, atom.Tt: {}, atom.U: {}, atom.Var: {}, atom.Wbr: {},
}
