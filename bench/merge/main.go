// Command merge simulates the part of a sharded run that grows with all that was
// observed, at a size whose documents would not fit this machine: it makes the
// evidence of so many blocks, with synthetic keys, as the map phase of each shard
// would leave it, and merges it by ranges of sites, as the merge phase does, with
// the program's own sorting and merging. It prints time, disk and memory of both.
//
// A document has 40 blocks, 12 of them its site's; sites are drawn so that few are
// large and many small, and each shard has documents of all: the worst case for a
// merge.
package main

import (
	"flag"
	"fmt"
	"iter"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"tamis/bench/measure"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/runs"
)

const (
	documentBlocks = 40
	siteBlocks     = 12
)

func main() {
	log.SetFlags(0)
	blocks := flag.Float64("blocks", 1e7, "blocks observed")
	shards := flag.Int("shards", 50, "shards whose evidence is merged")
	parts := flag.Int("parts", 16, "ranges of sites")
	sites := flag.Float64("sites", 50_000, "sites")
	memory := flag.Int64("memory", 128<<20, "bytes that sorting may hold")
	dir := flag.String("dir", "", "folder for the files (default: a temporary one)")
	flag.Parse()
	tmp, err := os.MkdirTemp(*dir, "merge-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(tmp)
	debug.SetMemoryLimit(4 * *memory)
	if err := simulate(tmp, int64(*blocks), *shards, *parts, *sites, *memory); err != nil {
		os.RemoveAll(tmp)
		log.Fatal(err)
	}
}

func simulate(tmp string, blocks int64, shards, parts int, sites float64, memory int64) error {
	documents := blocks / documentBlocks
	fmt.Printf("%s blocks of %s documents, %d shards, %d ranges of sites; %s\n\n", count(blocks), count(documents), shards, parts, measure.Machine())
	fmt.Println("| phase | seconds | processor seconds | a block, ns | memory, first to last, MiB | on disk behind it, GiB |")
	fmt.Println("|---|---:|---:|---:|---:|---:|")

	var evidence []string
	r := rand.New(rand.NewPCG(1, 2))
	total, first, last := usage{}, int64(0), int64(0)
	for s := range shards {
		u, err := measured(func() error {
			c := boilerplate.NewCounter(tmp, memory)
			defer c.Close()
			var doc []runs.Triple
			for range documents*int64(s+1)/int64(shards) - documents*int64(s)/int64(shards) {
				doc = document(r, doc[:0], sites)
				c.AddEvidence(doc)
			}
			path := filepath.Join(tmp, fmt.Sprintf("evidence-%04d", s))
			evidence = append(evidence, path)
			return c.Seal(path)
		})
		if err != nil {
			return err
		}
		if s == 0 {
			first = u.memory
		}
		last = u.memory
		total.add(u)
	}
	report("sorting, in each shard", total, blocks, first, last, tmp)

	total = usage{}
	repeated := int64(0)
	for p := range parts {
		u, err := measured(func() error {
			known, err := boilerplate.FactsOf(func() iter.Seq2[runs.Triple, error] {
				return runs.HashPart(tmp, evidence, p, parts)
			}, 2, tmp, memory)
			if err != nil {
				return err
			}
			defer known.Close()
			return known.Seal(filepath.Join(tmp, fmt.Sprintf("facts-%04d", p)))
		})
		if err != nil {
			return err
		}
		if p == 0 {
			first = u.memory
		}
		last = u.memory
		total.add(u)
	}
	facts, err := filepath.Glob(filepath.Join(tmp, "facts-*"))
	if err != nil {
		return err
	}
	for _, f := range facts {
		st, err := os.Stat(f)
		if err != nil {
			return err
		}
		repeated += st.Size()
	}
	report("merging, in each range", total, blocks, first, last, tmp)
	fmt.Printf("\nWhat is known of the sites in the end: %.1f MiB.\n", float64(repeated)/(1<<20))
	return nil
}

// document appends the evidence of a document: of site number n with a
// probability of about 1/n.
func document(r *rand.Rand, dst []runs.Triple, sites float64) []runs.Triple {
	n := uint64(math.Exp(r.Float64() * math.Log(sites)))
	site, id := mix(n), r.Uint64()
	dst = append(dst, runs.Triple{site, 0, id})
	for i := range uint64(siteBlocks) {
		dst = append(dst, runs.Triple{site, mix(n<<8 | i + 1), id})
	}
	for range documentBlocks - siteBlocks {
		dst = append(dst, runs.Triple{site, r.Uint64() | 1, id})
	}
	return dst
}

// mix spreads the bits of a number (the finalizer of SplitMix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

type usage struct {
	wall, cpu time.Duration
	memory    int64 // resident at the worst moment
}

func (u *usage) add(v usage) {
	u.wall += v.wall
	u.cpu += v.cpu
	u.memory = max(u.memory, v.memory)
}

func measured(f func() error) (u usage, err error) {
	runtime.GC()
	debug.FreeOSMemory()
	var peak atomic.Int64
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				peak.Store(max(peak.Load(), resident()))
			}
		}
	}()
	start, cpu := time.Now(), processor()
	err = f()
	u = usage{wall: time.Since(start), cpu: processor() - cpu, memory: max(peak.Load(), resident())}
	close(stop)
	return u, err
}

func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident returns the resident memory of this process in bytes.
func resident() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		log.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

func report(phase string, u usage, blocks, first, last int64, dir string) {
	var size int64
	files, err := os.ReadDir(dir)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			size += info.Size()
		}
	}
	fmt.Printf("| %s | %.0f | %.0f | %.0f | %.0f to %.0f | %.2f |\n", phase, u.wall.Seconds(), u.cpu.Seconds(), float64(u.cpu.Nanoseconds())/float64(blocks),
		float64(first)/(1<<20), float64(last)/(1<<20), float64(size)/(1<<30))
}

func count(n int64) string { return strconv.FormatFloat(float64(n), 'g', 3, 64) }
