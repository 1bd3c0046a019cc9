package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tamis/pipeline"
	"tamis/storage"
	"tamis/storage/storagetest"
)

// What reading and writing costs beside files: a thousand pages of 10 kB, read in
// the order of the list, and an object of 128 MiB. Servers are on this machine.
func BenchmarkStore(b *testing.B) {
	page, large := make([]byte, 10_000), make([]byte, 128<<20)
	for _, backend := range backends {
		if backend.name == "memory" {
			continue
		}
		b.Run(backend.name, func(b *testing.B) {
			ctx, stop := context.WithCancelCause(b.Context())
			defer stop(nil)
			s := storage.Retry(backend.openAt(b, backend.start(b)), storage.Backoff{})
			for i := range 1000 {
				storagetest.Put(ctx, b, s, fmt.Sprintf("pages/%04d.html", i), page)
			}
			dir := b.TempDir()
			file := filepath.Join(dir, "large")
			if err := os.WriteFile(file, large, 0o666); err != nil {
				b.Fatal(err)
			}
			read := func(prefix string) func(b *testing.B) {
				return func(b *testing.B) {
					for b.Loop() {
						sources, err := storage.List(ctx, stop, s, prefix)
						if err != nil {
							b.Fatal(err)
						}
						var total int64
						for i := range sources {
							total += readSource(b, &sources[i])
						}
						b.SetBytes(total)
					}
				}
			}
			b.Run("write large", func(b *testing.B) {
				b.SetBytes(int64(len(large)))
				for b.Loop() {
					if err := s.Write(ctx, "large", "application/octet-stream", func() (io.ReadCloser, error) { return os.Open(file) }); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("read large", read("large"))
			b.Run("read pages", read("pages/"))
		})
	}
}

func readSource(b *testing.B, s *pipeline.Source) int64 {
	f, err := s.Open()
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, io.NewSectionReader(f, 0, f.Size()), make([]byte, 64<<10))
	if err != nil || n != f.Size() {
		b.Fatal(n, err)
	}
	return n
}
