// Command peers measures tamis next to what one would use in its place, on the
// same documents, each as a process on one core:
//
//   - the pipeline that four packages make by themselves: goquery for the text of
//     pages, lingua for the language of each block, of two or of all that it knows,
//     prose for the entities of English documents, parquet-go for the tables;
//   - go-trafilatura, which finds the content and the metadata of pages, and
//     nothing else.
//
// The tools take turns, so that what disturbs the machine disturbs them all;
// ratios are of the same turn, and speeds those of a second of the core, not of
// the clock.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tamis/bench/measure"
)

func main() {
	log.SetFlags(0)
	tamis := flag.String("tamis", "../tamis", "program to measure")
	dir := flag.String("dir", "../dist/peers", "folder for lists and tables")
	text := flag.String("text", "../../shared/dump", "folder of text documents")
	html := flag.String("html", "../../shared/data/content", "folder of HTML documents")
	runs := flag.Int("runs", 5, "turns")
	slow := flag.Int("slow-runs", 3, "turns of the four packages, which take minutes")
	slowest := flag.Int("slowest-runs", 1, "turns of the four packages with all languages of lingua, which take longer")
	sample := flag.Int("sample", 1, "take one document in so many")
	doc := flag.String("doc", "", "document to write to, between the marks \"peers\"")
	peer := flag.String("peer", "", "run this peer on the list of files and nothing else; what -tamis is not")
	list := flag.String("list", "", "with -peer: list of files")
	out := flag.String("out", "", "with -peer: folder for its tables")
	flag.Parse()
	if *peer != "" {
		if err := runPeer(*peer, *list, *out); err != nil {
			log.Fatal(err)
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll(*dir, 0o777); err != nil {
		log.Fatal(err)
	}
	var report strings.Builder
	for _, kind := range []struct{ name, folder, ext string }{{"text", *text, ".txt"}, {"HTML", *html, ".html"}} {
		docs, err := find(kind.folder, kind.ext, *sample)
		if err != nil {
			log.Fatal(err)
		}
		list, err := writeList(filepath.Join(*dir, kind.name+".list"), docs)
		if err != nil {
			log.Fatal(err)
		}
		var tools []tool
		add := func(name, does string, runs int, args ...string) {
			tools = append(tools, tool{name: name, does: does, runs: runs, args: args, out: filepath.Join(*dir, kind.name+"-out")})
		}
		add("tamis", "everything", *runs, *tamis, "run", "--files-from", list, "--quiet", "--out")
		add("four packages, two languages", "text, language, English entities, tables", min(*runs, *slow), self, "-peer", "four", "-list", list, "-out")
		add("four packages, all languages", "the same", min(*runs, *slowest), self, "-peer", "four-all", "-list", list, "-out")
		if kind.ext == ".html" {
			add("go-trafilatura", "content, metadata", *runs, self, "-peer", "trafilatura", "-list", list, "-out")
			add("go-trafilatura, alone", "content, metadata, without its fallback", *runs, self, "-peer", "trafilatura-alone", "-list", list, "-out")
		}
		text, err := compare(kind.name, docs, tools)
		if err != nil {
			log.Fatal(err)
		}
		report.WriteString(text)
	}
	fmt.Fprintf(&report, "Measured on %s; load at the end %.1f.\n", measure.Machine(), measure.Load())
	fmt.Print("\n", report.String())
	if *doc != "" {
		if err := measure.Write(*doc, "peers", report.String()); err != nil {
			log.Fatal(err)
		}
	}
}

// A file is a document to measure on.
type file struct {
	path string
	size int64
}

// find lists one in so many documents of a folder.
func find(folder, ext string, sample int) (docs []file, err error) {
	_, names, err := measure.Documents(folder, "../testdata/dump", ext)
	if err != nil {
		return nil, err
	}
	for i := sample - 1; i < len(names); i += sample {
		info, err := os.Stat(names[i])
		if err != nil {
			return nil, err
		}
		docs = append(docs, file{names[i], info.Size()})
	}
	return docs, nil
}

func writeList(name string, docs []file) (string, error) {
	var b strings.Builder
	for _, d := range docs {
		b.WriteString(d.path + "\n")
	}
	return name, os.WriteFile(name, []byte(b.String()), 0o666)
}

// A tool is a program to measure. The folder for its tables is its last argument.
type tool struct {
	name, does string
	args       []string
	out        string
	runs       int
	used       []measure.Usage
}

// compare runs the tools in turn. The first one is compared with the others.
func compare(kind string, docs []file, tools []tool) (string, error) {
	size := int64(0)
	for _, d := range docs {
		size += d.size
	}
	most := slices.MaxFunc(tools, func(a, b tool) int { return cmp.Compare(a.runs, b.runs) }).runs
	for run := range most {
		for i := range tools {
			t := &tools[i]
			if run >= t.runs {
				continue
			}
			if err := os.RemoveAll(t.out); err != nil {
				return "", err
			}
			u, err := measure.Process{Args: append(slices.Clone(t.args), t.out), Cores: 1}.Run()
			if err != nil {
				return "", err
			}
			t.used = append(t.used, u)
			fmt.Printf("%s, %s: %s, CPU %s, memory %s\n", kind, t.name, measure.Seconds(u.Wall), measure.Seconds(u.CPU), measure.MiB(u.Memory))
		}
	}
	table := measure.Table{{kind, "what it does", "MB/s of CPU, median", "from", "to", "time", "memory", "tamis is as fast, times"}}
	for i := range tools {
		t := &tools[i]
		speed := speeds(size, t.used)
		ratio := "1"
		if i > 0 {
			var times []float64
			for k, u := range t.used {
				times = append(times, u.CPU.Seconds()/tools[0].used[k].CPU.Seconds())
			}
			ratio = fmt.Sprintf("%.3g (%.3g to %.3g)", measure.Median(times), slices.Min(times), slices.Max(times))
		}
		b := measure.Best(t.used)
		table.Add(t.name, t.does, fmt.Sprintf("%.3g", measure.Median(speed)), fmt.Sprintf("%.3g", slices.Min(speed)), fmt.Sprintf("%.3g", slices.Max(speed)),
			measure.Seconds(b.Wall), measure.MiB(b.Memory), ratio)
	}
	return fmt.Sprintf("%d documents, %s of %s:\n\n%s\n", len(docs), measure.Bytes(size), kind, table), nil
}

func speeds(size int64, used []measure.Usage) (all []float64) {
	for _, u := range used {
		all = append(all, float64(size)/1e6/u.CPU.Seconds())
	}
	return all
}
