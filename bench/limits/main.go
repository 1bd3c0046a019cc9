// Command limits measures what bounds the speed of tamis from below, on one core
// and on the same documents: the parser of pages, the codecs of tables and of
// kept work, checksums, and memory itself. A program that does nothing else is
// no faster.
package main

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/html"

	"tamis/bench/measure"
)

func main() {
	log.SetFlags(0)
	text := flag.String("text", "../../shared/dump", "folder of text documents")
	pages := flag.String("html", "../../shared/data/content", "folder of HTML documents")
	doc := flag.String("doc", "", "document to write to, between the marks \"limits\"")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	texts, err := read(*text, ".txt")
	if err != nil {
		log.Fatal(err)
	}
	htmls, err := read(*pages, ".html")
	if err != nil {
		log.Fatal(err)
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
	if err != nil {
		log.Fatal(err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		log.Fatal(err)
	}
	joined := bytes.Join(texts, nil)
	packed := encoder.EncodeAll(joined, nil)
	buf := make([]byte, 0, 2*len(joined))
	table := measure.Table{{"on one core", "MB/s"}}
	add := func(name string, docs [][]byte, f func(doc []byte) error) {
		size := 0
		for _, d := range docs {
			size += len(d)
		}
		best := time.Duration(1<<63 - 1)
		for range 7 {
			start := time.Now()
			for _, d := range docs {
				if err := f(d); err != nil {
					log.Fatal(name, ": ", err)
				}
			}
			best = min(best, time.Since(start))
		}
		table.Add(name, fmt.Sprintf("%.3g", float64(size)/1e6/best.Seconds()))
	}
	add("html.Parse, pages", htmls, func(d []byte) error {
		_, err := html.Parse(bytes.NewReader(d))
		return err
	})
	add("html.Tokenizer, pages", htmls, func(d []byte) error {
		z := html.NewTokenizer(bytes.NewReader(d))
		for z.Next() != html.ErrorToken {
		}
		if z.Err() != io.EOF {
			return z.Err()
		}
		return nil
	})
	one := [][]byte{joined}
	add("zstd, texts packed for tables", one, func(d []byte) error {
		encoder.EncodeAll(d, buf[:0])
		return nil
	})
	add("zstd, texts unpacked", one, func([]byte) error {
		_, err := decoder.DecodeAll(packed, buf[:0])
		return err
	})
	add("s2, texts packed for kept work", one, func(d []byte) error {
		s2.Encode(buf[:cap(buf)], d)
		return nil
	})
	add("SHA-256, pages", htmls, func(d []byte) error {
		sha256.Sum256(d)
		return nil
	})
	// More than any cache holds.
	from, to := bytes.Repeat(joined, 1+(1<<29)/len(joined)), []byte(nil)
	to = make([]byte, len(from))
	add("memory, copied", [][]byte{from}, func(d []byte) error {
		copy(to, d)
		return nil
	})
	report := table.String() + fmt.Sprintf("\nBest of 7 on %s; load at the end %.1f.\n", measure.Machine(), measure.Load())
	fmt.Print("\n", report)
	if *doc != "" {
		if err := measure.Write(*doc, "limits", report); err != nil {
			log.Fatal(err)
		}
	}
}

// read reads the documents of a folder.
func read(folder, ext string) (docs [][]byte, err error) {
	_, names, err := measure.Documents(folder, "../testdata/dump", ext)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		docs = append(docs, b)
	}
	return docs, nil
}
