package results

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"
)

var seed = maphash.MakeSeed()

// Fingerprint returns the number of rows of a table and a sum over them that is
// equal for equal rows in whatever order, and all but surely another one else.
// It holds within one process. A column that is null throughout counts as one
// that is not there.
func Fingerprint(f *Folder, table string) (rows int64, sum uint64, err error) {
	parts := f.parts[table]
	if len(parts) == 0 {
		return 0, 0, missing(f, table)
	}
	for _, p := range parts {
		n, s, err := fingerprint(p)
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", p, err)
		}
		rows, sum = rows+n, sum+s
	}
	return rows, sum, nil
}

func fingerprint(path string) (rows int64, sum uint64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	err = damaged(func() error {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		opened, err := parquet.OpenFile(file, info.Size(), parquet.SkipBloomFilters(true))
		if err != nil {
			return err
		}
		names := opened.Schema().Columns()
		buf := make([]parquet.Row, batch)
		for _, group := range opened.RowGroups() {
			r := group.Rows()
			for err == nil {
				var n int
				n, err = r.ReadRows(buf)
				for _, row := range buf[:n] {
					rows++
					sum += rowSum(row, names)
				}
			}
			r.Close()
			if err != io.EOF {
				return err
			}
			err = nil
		}
		return nil
	})
	return rows, sum, err
}

func rowSum(row parquet.Row, names [][]string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	var b []byte
	for _, v := range row {
		if v.IsNull() {
			continue
		}
		for _, name := range names[v.Column()] {
			h.WriteString(name)
		}
		b = v.AppendBytes(b[:0])
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(b)))
		h.Write(size[:])
		h.Write(b)
	}
	return h.Sum64()
}
