package score

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// conllSentences is the number of sentences that make one document: corpora
// in CoNLL form have lost their documents.
const conllSentences = 20

// ReadCoNLL reads a corpus of one token and its BIO tag a line, separated by a
// tab, sentences separated by blank lines. PER, ORG and LOC become marks, other
// tags nothing. Tokens are joined by spaces, or by none where French and
// English write none; the language is the second part of the file's name,
// "wikineural.fr.val.conll".
func ReadCoNLL(path string) ([]Gold, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	lang := "en"
	if parts := strings.Split(name, "."); len(parts) > 2 {
		lang = parts[1]
	}
	var docs []Gold
	var text strings.Builder
	var marks []ann.Mark
	sentences := 0
	open := -1 // index of the mark that the last token belongs to
	flush := func() {
		if text.Len() > 0 {
			d := &ann.Document{Header: map[string]string{"lang": lang}, Text: text.String(), Marks: marks}
			docs = append(docs, Gold{fmt.Sprintf("%s-%04d", strings.TrimSuffix(name, ".conll"), len(docs)), d})
		}
		text.Reset()
		marks, sentences, open = nil, 0, -1
	}
	glue := true // no space before the next token
	for line := range strings.Lines(string(src)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			if text.Len() > 0 && !strings.HasSuffix(text.String(), "\n") {
				text.WriteByte('\n')
				if sentences++; sentences == conllSentences {
					flush()
				}
			}
			glue, open = true, -1
			continue
		}
		token, tag, _ := strings.Cut(line, "\t")
		if !glue && !strings.Contains(".,)]%", token) {
			text.WriteByte(' ')
		}
		glue = strings.HasSuffix(token, "'") || strings.HasSuffix(token, "’") || token == "(" || token == "["
		start := text.Len()
		text.WriteString(token)
		prefix, kind, _ := strings.Cut(tag, "-")
		t := extractors.Type(kind)
		switch {
		case t != extractors.Per && t != extractors.Org && t != extractors.Loc:
			open = -1
		case prefix == "I" && open >= 0 && marks[open].Type == t:
			marks[open].End = text.Len()
		default:
			m := ann.Mark{}
			m.Span, m.Type, m.Norm = extractors.Span{Start: start, End: text.Len()}, t, "-"
			marks = append(marks, m)
			open = len(marks) - 1
		}
	}
	flush()
	if len(docs) == 0 {
		return nil, fmt.Errorf("%s: no sentences", path)
	}
	return docs, nil
}
