package reader

import (
	"bufio"
	"io"
	"iter"
	"os"
)

// JSONLines reports whether a file is plain JSON Lines, by its name and its first
// bytes: what Read gives of it can be had in parts then, see ReadLines.
func JSONLines(name string, head []byte, o Options) bool {
	k := detect(&part{name: name, hint: name, named: o.Named}, head[:min(len(head), HeadSize)])
	return k.container && k.name == jsonFile && jsonForm(head) == formLines
}

// ReadLines reads the part of a file of JSON Lines that starts at the line of a
// number, from 1, and ends before the byte to. Of all parts together comes what
// Read gives, if Options.MaxItems is not set and some line is not blank.
func ReadLines(name, path string, from, to int64, line int, o Options) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		w := &walk{o: o.withDefaults(), yield: yield}
		f, err := os.Open(path)
		if err != nil {
			w.reject(&part{name: name}, Unreadable, cause(err))
			return
		}
		defer f.Close()
		p := &part{name: name, hint: name, named: o.Named, depth: 1,
			r: bufio.NewReaderSize(&countIn{io.NewSectionReader(f, from, to-from), w}, bufferSize)}
		if from == 0 {
			skipMark(p)
		}
		w.jsonLines(p, line, from)
	}
}
