package pipeline

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// buildID tells this program from all others, so that work that another one kept
// is not taken for its own. The linker writes such an identity, a hash of all
// that the program was built from, into the head of the file; where that is not
// found, the size and the time of the file stand in.
var buildID = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return Version
	}
	f, err := os.Open(path)
	if err != nil {
		return Version
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return Version
	}
	if id, ok := embeddedID(head[:n]); ok {
		return id
	}
	info, err := f.Stat()
	if err != nil {
		return Version
	}
	return fmt.Sprint(Version, info.Size(), info.ModTime().UnixNano())
})

// embeddedID looks for the identity: as the note of ELF files, and as the text
// that the other linkers put before the code.
func embeddedID(head []byte) (string, bool) {
	if i := bytes.Index(head, []byte("\xff Go build ID: \"")); i >= 0 {
		rest := head[i+len("\xff Go build ID: \""):]
		if end := bytes.IndexByte(rest, '"'); end > 0 {
			return string(rest[:end]), true
		}
	}
	// A note: the lengths of name and content, the type 4, the name "Go".
	if i := bytes.Index(head, []byte("\x04\x00\x00\x00Go\x00\x00")); i >= 4 {
		n := int(head[i-4]) | int(head[i-3])<<8
		if rest := head[i+8:]; n > 0 && n <= len(rest) {
			return string(rest[:n]), true
		}
	}
	return "", false
}
