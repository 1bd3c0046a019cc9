// Command train learns the weights of package lid and says how good they are
// on lines that it held out. The same data give the same bytes.
//
//	go run ./pipeline/language/train -data ../shared
package main

import (
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
	Seed:    seed,
}

// Pieces to learn from, for each language. French and English are what a dump
// consists of, and have the most text to learn from.
const many, some = 30000, 4000

func main() {
	log.SetFlags(0)
	data := flag.String("data", "../shared", "folder with data/lid and gold/written")
	out := flag.String("out", "pipeline/language/lid/model.bin", "file to write")
	flag.Parse()
	learn, held, err := load(*data)
	if err != nil {
		log.Fatal(err)
	}
	model, err := lid.Learn(pieces(learn, many, some), plan)
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

// pieces cuts the corpora up, many pieces of French and English each.
func pieces(corpora []*corpus, many, some int) []lid.Example {
	var out []lid.Example
	for i, c := range corpora {
		n := some
		if c.lang == "fr" || c.lang == "en" {
			n = many
		}
		out = append(out, c.examples(n, rand.New(rand.NewPCG(seed, uint64(i))))...)
	}
	return out
}
