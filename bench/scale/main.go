// Command scale runs tamis, as a whole process with its default memory, on
// synthetic dumps each larger than the last, and writes what that takes to a
// document: in time, memory and disk; with nothing done before, with everything
// done before, and after one file in a hundred came to a dump. It fails where
// time grows faster than the dump, memory passes the limit, or a small dump
// takes longer than one waits.
//
// The dumps stay below -dir for the next time.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tamis/bench/measure"
	"tamis/bench/vary"
)

const (
	// growth is how many times as long ten times the dump may take.
	growth = 11
	// memoryLimit is what a process may take at any moment: the default of
	// --memory.
	memoryLimit = 1 << 30
	// A dump of startupSize is to be done in startupLimit.
	startupSize  = "100KB"
	startupLimit = 300 * time.Millisecond
	// Of smallSize and less, the best of some runs counts, as little else on
	// the machine is enough to disturb them.
	smallSize = 200e6
)

func main() {
	log.SetFlags(0)
	var b bench
	flag.StringVar(&b.tamis, "tamis", "../tamis", "program to measure")
	flag.StringVar(&b.dir, "dir", "../dist/scale", "folder for dumps and tables")
	flag.IntVar(&b.runs, "runs", 3, "runs on dumps up to 200 MB; the best counts")
	sizes := flag.String("sizes", "10MB,100MB,1GB", "sizes of the dumps, growing")
	doc := flag.String("doc", "", "document to write to, between the marks \"scale\" and \"growth\"")
	flag.Parse()
	var all []result
	for s := range strings.SplitSeq(*sizes, ",") {
		r, err := b.measure(s)
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, r)
	}
	start, err := b.startup()
	if err != nil {
		log.Fatal(err)
	}
	text := table(all) + "\n" + start.String() + fmt.Sprintf("\nMeasured on %s; load before the first run %.1f, after the last %.1f.\n",
		measure.Machine(), all[0].load, measure.Load())
	fmt.Printf("\n%s\n%s", text, extrapolate(all[len(all)-1]))
	if *doc != "" {
		err := measure.Write(*doc, "scale", text)
		if err == nil {
			err = measure.Write(*doc, "growth", extrapolate(all[len(all)-1]))
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	wrong := append(judge(all), start.judge()...)
	for _, w := range wrong {
		fmt.Println("NOT AS PROMISED:", w)
	}
	if len(wrong) > 0 {
		os.Exit(1)
	}
}

type bench struct {
	tamis, dir string
	runs       int
}

// A result is what one dump took.
type result struct {
	name                string
	bytes               int64 // of the documents, unpacked
	documents           int64
	load                float64
	cold, warm, more    measure.Usage
	reused              int64 // documents that the run after the growth did not map again
	work, tables, extra int64 // bytes: work folder, tables, files added
	phases              map[string]float64
}

// dump makes a dump, if it is not there.
func (b *bench) dump(size string) (string, error) {
	dir := filepath.Join(b.dir, "dump-"+size)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	fmt.Printf("%s: making the dump\n", size)
	unfinished := dir + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	if _, err := (measure.Process{Args: []string{"go", "run", "./bigdump", "-size", size, "-out", unfinished}}).Run(); err != nil {
		return "", err
	}
	return dir, os.Rename(unfinished, dir)
}

func (b *bench) measure(size string) (r result, err error) {
	n, err := measure.ParseSize(size)
	if err != nil {
		return r, err
	}
	dump, err := b.dump(size)
	if err != nil {
		return r, err
	}
	if err := shrink(dump); err != nil { // a run that was stopped left the dump grown
		return r, err
	}
	out := filepath.Join(b.dir, "out-"+size, "tables")
	defer os.RemoveAll(filepath.Dir(out))
	run := func(what string) (u measure.Usage, err error) {
		u, err = measure.Process{Args: []string{b.tamis, "run", dump, "--out", out, "--quiet"}, Watch: filepath.Dir(out)}.Run()
		fmt.Printf("%s, %s: %s, CPU %s, memory %s, disk at most %s\n", size, what, measure.Seconds(u.Wall), measure.Seconds(u.CPU), measure.MiB(u.Memory), measure.Bytes(u.Disk))
		return u, err
	}
	runs := 1
	if n <= smallSize {
		runs = b.runs
	}
	r.name, r.load = strings.ReplaceAll(strings.ReplaceAll(size, "MB", " MB"), "GB", " GB"), measure.Load()
	var cold, warm, more []measure.Usage
	for range runs {
		if err := fresh(out); err != nil {
			return r, err
		}
		u, err := run("nothing done before")
		if err != nil {
			return r, err
		}
		cold = append(cold, u)
	}
	counts, err := readCounts(out)
	if err != nil {
		return r, err
	}
	r.bytes, r.documents, r.work, r.phases = counts.DocumentBytes, counts.Documents, counts.WorkBytes, counts.Phases
	all, _ := measure.Size(out)
	hidden, _ := measure.Size(filepath.Join(out, ".work"))
	r.tables = all - hidden
	for range runs {
		u, err := run("everything done before")
		if err != nil {
			return r, err
		}
		warm = append(warm, u)
	}
	for i := range runs {
		if r.extra, err = grow(dump, uint64(i)); err != nil {
			return r, err
		}
		u, err := run("1 % more files")
		if err != nil {
			return r, err
		}
		more = append(more, u)
	}
	if counts, err = readCounts(out); err != nil {
		return r, err
	}
	r.reused = counts.Reused
	r.cold, r.warm, r.more = measure.Best(cold), measure.Best(warm), measure.Best(more)
	return r, shrink(dump)
}

func fresh(out string) error {
	if err := os.RemoveAll(filepath.Dir(out)); err != nil {
		return err
	}
	return os.MkdirAll(filepath.Dir(out), 0o777)
}

// counts is the part of run.json that is read here.
type counts struct {
	Documents     int64              `json:"documents"`
	DocumentBytes int64              `json:"document_bytes"`
	Reused        int64              `json:"reused"`
	WorkBytes     int64              `json:"work_bytes"`
	Phases        map[string]float64 `json:"phase_seconds"`
}

func readCounts(out string) (counts, error) {
	var info struct{ Counts counts }
	b, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	return info.Counts, err
}

// added is how the names of files start that a dump grew by.
const added = "added-"

// grow puts files into the dump, beside every hundredth and like it, but other
// than what came with another seed. It returns their size.
func grow(dump string, seed uint64) (size int64, err error) {
	if err := shrink(dump); err != nil {
		return 0, err
	}
	names, err := files(dump)
	if err != nil {
		return 0, err
	}
	for i := 50; i < len(names); i += 100 {
		b, err := os.ReadFile(names[i])
		if err != nil {
			return 0, err
		}
		b = vary.Document(rand.New(rand.NewPCG(seed, uint64(i))), b)
		if err := os.WriteFile(filepath.Join(filepath.Dir(names[i]), added+filepath.Base(names[i])), b, 0o666); err != nil {
			return 0, err
		}
		size += int64(len(b))
	}
	return size, nil
}

// shrink removes what grow added.
func shrink(dump string) error {
	names, err := files(dump)
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(filepath.Base(name), added) {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// files lists the files of a dump that are one document.
func files(dump string) (names []string, err error) {
	err = filepath.WalkDir(dump, func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err == nil && (ext == ".html" || ext == ".txt") {
			names = append(names, path)
		}
		return err
	})
	return names, err
}

// times are those of many runs on a small dump.
type times []time.Duration

func (b *bench) startup() (times, error) {
	dump, err := b.dump(startupSize)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(b.dir, "out-"+startupSize, "tables")
	defer os.RemoveAll(filepath.Dir(out))
	var all times
	for range 11 {
		if err := fresh(out); err != nil {
			return nil, err
		}
		u, err := measure.Process{Args: []string{b.tamis, "run", dump, "--out", out, "--quiet"}}.Run()
		if err != nil {
			return nil, err
		}
		all = append(all, u.Wall)
	}
	all = all[1:] // the first brings the program into memory
	slices.Sort(all)
	return all, nil
}

func (t times) median() time.Duration { return (t[len(t)/2] + t[(len(t)-1)/2]) / 2 }

func (t times) String() string {
	return fmt.Sprintf("A dump of 100 kB, the whole process: best %.3f s, median %.3f s, worst %.3f s of %d runs (%.1f s allowed).\n",
		t[0].Seconds(), t.median().Seconds(), t[len(t)-1].Seconds(), len(t), startupLimit.Seconds())
}

func (t times) judge() []string {
	if t.median() > startupLimit {
		return []string{fmt.Sprintf("a dump of 100 kB takes %.3f s, not %.1f s", t.median().Seconds(), startupLimit.Seconds())}
	}
	return nil
}

func table(all []result) string {
	t := measure.Table{{"dump", "documents", "time", "MB/s", "times the last", "CPU", "memory", "work folder", "tables", "disk at most", "again", "1 % more", "mapped again"}}
	for i, r := range all {
		step := "–"
		if i > 0 {
			step = fmt.Sprintf("%.1f", r.cold.Wall.Seconds()/all[i-1].cold.Wall.Seconds())
		}
		t.Add(r.name, fmt.Sprint(r.documents), measure.Seconds(r.cold.Wall), fmt.Sprintf("%.1f", float64(r.bytes)/1e6/r.cold.Wall.Seconds()), step,
			measure.Seconds(r.cold.CPU), measure.MiB(r.memory()), measure.Bytes(r.work), measure.Bytes(r.tables), measure.Bytes(max(r.cold.Disk, r.warm.Disk, r.more.Disk)),
			measure.Seconds(r.warm.Wall), measure.Seconds(r.more.Wall), fmt.Sprintf("%.1f %%", 100*float64(r.documents-r.reused)/float64(r.documents)))
	}
	return t.String()
}

// memory is the most that any of the runs took.
func (r *result) memory() int64 { return max(r.cold.Memory, r.warm.Memory, r.more.Memory) }

// judge returns what is not as promised.
func judge(all []result) (wrong []string) {
	for i, r := range all {
		if m := r.memory(); m > memoryLimit {
			wrong = append(wrong, fmt.Sprintf("%s: %s of memory, more than %s", r.name, measure.MiB(m), measure.MiB(memoryLimit)))
		}
		if i == 0 {
			continue
		}
		last := all[i-1]
		allowed := float64(r.bytes) / float64(last.bytes) * growth / 10
		if times := r.cold.Wall.Seconds() / last.cold.Wall.Seconds(); times > allowed {
			wrong = append(wrong, fmt.Sprintf("%s takes %.1f times as long as %s, more than %.1f", r.name, times, last.name, allowed))
		}
	}
	return wrong
}

// extrapolate tells what larger dumps would take, from what one took.
func extrapolate(r result) string {
	n := float64(r.documents)
	cpu := r.cold.CPU.Seconds() / n
	t := measure.Table{{"", "1 document", "10⁸ documents", "10¹⁰ documents"}}
	bytes := func(name string, total int64) {
		one := float64(total) / n
		t.Add(name, measure.Bytes(int64(one)), measure.Bytes(int64(one*1e8)), measure.Bytes(int64(one*1e10)))
	}
	hours := func(name string, seconds float64) {
		t.Add(name, fmt.Sprintf("%.2g ms", seconds*1e3), span(seconds*1e8), span(seconds*1e10))
	}
	bytes("dump, unpacked", r.bytes)
	bytes("work folder", r.work)
	bytes("tables", r.tables)
	bytes("disk at the worst moment, dump left out", max(r.cold.Disk, r.warm.Disk))
	hours("one core", cpu)
	hours("this machine, as measured", r.cold.Wall.Seconds()/n)
	hours("one machine of 32 cores", cpu/32)
	hours("100 machines of 32 cores", cpu/3200)
	hours("this machine, everything mapped before", r.warm.Wall.Seconds()/n)
	phases := ""
	for _, p := range []string{"map", "reduce", "compare", "write"} {
		phases += fmt.Sprintf(", %s %.0f %%", p, 100*r.phases[p]/r.cold.Wall.Seconds())
	}
	return fmt.Sprintf("From the run on %s (%s documents of %s each; of the time%s):\n\n%s", r.name, fmt.Sprint(r.documents), measure.Bytes(r.bytes/max(r.documents, 1)),
		strings.Replace(phases, ",", "", 1), t)
}

// span writes seconds in the unit in which one would plan.
func span(seconds float64) string {
	switch {
	case seconds < 120:
		return fmt.Sprintf("%.0f s", seconds)
	case seconds < 2*3600:
		return fmt.Sprintf("%.0f min", seconds/60)
	case seconds < 72*3600:
		return fmt.Sprintf("%.1f h", seconds/3600)
	}
	return fmt.Sprintf("%.0f days", seconds/86400)
}
