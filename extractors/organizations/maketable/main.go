// Command maketable packs the table of organizations into
// extractors/organizations/data/table.bin, from the files *.tsv beside it. Run it
// after a change of theirs, or of how words are read:
//
//	go run ./extractors/organizations/maketable
//
// It is built with the file that it writes: where that is missing, an empty one
// will do.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"

	"tamis/extractors/organizations"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "extractors/organizations/data", "folder of the table, to read from and write to")
	flag.Parse()
	file, err := organizations.Compile(os.DirFS(*dir))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*dir, "table.bin"), file, 0o644); err != nil {
		log.Fatal(err)
	}
}
