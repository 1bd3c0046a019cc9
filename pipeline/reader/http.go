package reader

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// decoded undoes the content codings of a body. Crawlers often undo them and
// keep the head as it was: a body without the marks of its coding stays as it
// is. Beside an error it returns what came before.
func (w *walk) decoded(b []byte, codings string) ([]byte, error) {
	list := strings.Split(strings.ToLower(codings), ",")
	if len(list) > 4 {
		return nil, &problem{Unsupported, "more than four content codings"}
	}
	for i := len(list) - 1; i >= 0; i-- {
		var r io.Reader
		var err error
		switch c := strings.TrimSpace(list[i]); c {
		case "gzip", "x-gzip":
			if !bytes.HasPrefix(b, []byte("\x1F\x8B")) {
				continue
			}
			r, err = gzip.NewReader(bytes.NewReader(b))
		case "deflate":
			// Servers send both: with the frame of zlib and without.
			if len(b) >= 2 && b[0]&0x0F == 8 && (uint(b[0])<<8|uint(b[1]))%31 == 0 {
				r, err = zlib.NewReader(bytes.NewReader(b))
			} else {
				r = flate.NewReader(bytes.NewReader(b))
			}
		case "br":
			r = brotli.NewReader(bytes.NewReader(b))
		case "zstd":
			if !bytes.HasPrefix(b, []byte("\x28\xB5\x2F\xFD")) {
				continue
			}
			var z *zstd.Decoder
			if z, err = zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(16<<20)); err == nil {
				defer z.Close()
				r = z
			}
		case "", "identity", "none", "utf-8":
			continue
		default:
			return nil, &problem{Unsupported, "content coding " + cleanName(c)}
		}
		if err != nil {
			return nil, &problem{Damaged, "body: " + err.Error()}
		}
		out, err := w.readUpTo(&zipData{r: r, packed: int64(len(b)), ratio: int64(w.o.MaxRatio)}, int64(len(b))*4)
		var p *problem
		switch {
		case errors.As(err, &p) && p.what != Truncated && p.what != Damaged:
			return nil, err
		case err != nil && len(out) == 0 && looksPlain(b):
			continue
		case errors.As(err, &p):
			return out, err
		case err != nil:
			return out, &problem{Damaged, "compressed body: " + err.Error()}
		}
		b = out
	}
	return b, nil
}

// looksPlain reports whether a body that should be compressed is markup.
func looksPlain(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b, "\xEF\xBB\xBF \t\r\n"), []byte("<"))
}
