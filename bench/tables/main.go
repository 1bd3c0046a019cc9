// Command tables prints, for each table of an output, its number of rows and a
// hash of them in their order, whatever part files they stand in: two outputs
// that print the same hold the same.
//
//	go run ./tables DIR
package main

import (
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/parquet-go/parquet-go"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: tables DIR")
	}
	parts, err := filepath.Glob(filepath.Join(os.Args[1], "*", "*.parquet"))
	if err == nil && len(parts) == 0 {
		err = fmt.Errorf("no tables in %s", os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
	slices.Sort(parts)
	var table string
	var rows int64
	sum := fnv.New128a()
	flush := func() {
		if table != "" {
			fmt.Printf("%s %d %x\n", table, rows, sum.Sum(nil))
		}
		rows = 0
		sum.Reset()
	}
	for _, part := range parts {
		if t := filepath.Base(filepath.Dir(part)); t != table {
			flush()
			table = t
		}
		n, err := add(sum, part)
		if err != nil {
			log.Fatalf("%s: %v", part, err)
		}
		rows += n
	}
	flush()
}

// add adds the rows of a file to the hash.
func add(sum hash.Hash, name string) (rows int64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := parquet.NewReader(f)
	defer r.Close()
	buf := make([]parquet.Row, 256)
	for {
		n, err := r.ReadRows(buf)
		for _, row := range buf[:n] {
			for _, v := range row {
				fmt.Fprintf(sum, "%d %d %d %d ", v.Column(), v.RepetitionLevel(), v.DefinitionLevel(), len(v.Bytes()))
				sum.Write(v.Bytes())
			}
		}
		rows += int64(n)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
	}
}
