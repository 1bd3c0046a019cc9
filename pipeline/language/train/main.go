// Command train learns the weights of package lid and says how good they are
// on lines that it held out. The same data give the same bytes.
//
//	go run ./pipeline/language/train -data ../shared
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"

	"tamis/pipeline/language/lid"
)

// seed fixes what is cut out of the corpora and in which order it is learned.
const seed = 20260101

// plan is the shape of the model: some 390 KB.
var plan = lid.Plan{
	Langs:   langs,
	Buckets: []uint32{7680, 1024, 1024, 256, 256},
	Epochs:  6,
	Rate:    0.3,
	Drop:    0.4,
	Seed:    seed,
}

// share is the number of pieces to learn from, in thousands, of languages that
// a dump of French and English pages is likely to hold; of the others it is 4.
// It also says how likely a language is before a line is read.
var share = map[string]int{"fr": 30, "en": 30, "es": 12, "pt": 8, "de": 6, "it": 6, "nl": 5, "ru": 8, "ar": 8, "gl": 2, "ca": 3, "ms": 3}

func main() {
	log.SetFlags(0)
	data := flag.String("data", "../shared", "folder with data/lid and gold/written")
	out := flag.String("out", "pipeline/language/lid/model.bin", "file to write")
	flag.Parse()
	learn, held, err := load(*data)
	if err != nil {
		log.Fatal(err)
	}
	model, err := lid.Learn(pieces(learn, 1000), plan)
	if err != nil {
		log.Fatal(err)
	}
	file := model.Encode()
	if err := os.WriteFile(*out, file, 0o666); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d bytes\n", *out, len(file))
	for _, line := range measure(model, held) {
		fmt.Println(line)
	}
}

// pieces cuts the corpora up, by their share times unit.
func pieces(corpora []*corpus, unit int) []lid.Example {
	var out []lid.Example
	for i, c := range corpora {
		n := share[c.lang]
		if n == 0 {
			n = 4
		}
		out = append(out, c.examples(n*unit, rand.New(rand.NewPCG(seed, uint64(i))))...)
	}
	return out
}
