// Command whole measures tamis from end to end, as a whole process: on a dump of
// texts and on one of pages, with nothing done before and with everything done
// before, on one core and on two.
//
// The dumps are real documents repeated until there are enough, each time with
// other numbers, names and dates, so that nothing is a plain copy; they stay
// below -dir for the next time.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tamis/bench/measure"
	"tamis/bench/vary"
)

// A kind is a kind of dump, and what is aimed at.
type kind struct {
	name, folder, ext string
	size              int64
	goal              float64 // MB/s on one core, with nothing done before
}

// twice is how many times as fast two cores are to be as one.
const twice = 1.85

func main() {
	log.SetFlags(0)
	tamis := flag.String("tamis", "../tamis", "program to measure")
	dir := flag.String("dir", "../dist/whole", "folder for dumps and tables")
	text := flag.String("text", "../../shared/dump", "folder of text documents")
	html := flag.String("html", "../../shared/data/content", "folder of HTML documents")
	textSize := flag.String("text-size", "60MB", "size of the text dump")
	htmlSize := flag.String("html-size", "120MB", "size of the HTML dump")
	runs := flag.Int("runs", 3, "runs of each; the best counts")
	doc := flag.String("doc", "", "document to write to, between the marks \"whole\" and \"stages\"")
	flag.Parse()
	kinds := []kind{{"text", *text, ".txt", size(*textSize), 20}, {"HTML", *html, ".html", size(*htmlSize), 40}}
	table := measure.Table{{"dump", "cores", "first run", "MB/s", "MB/s aimed at", "CPU", "memory", "again", "MB/s again"}}
	stages := measure.Table{{"share of the time on one core, %"}}
	var below []string
	for _, k := range kinds {
		dump, bytes, err := k.make(*dir)
		if err != nil {
			log.Fatal(err)
		}
		var cold [3]measure.Usage
		for cores := 1; cores <= 2; cores++ {
			out := filepath.Join(*dir, "out-"+k.name)
			var first, again []measure.Usage
			for range *runs {
				if err := os.RemoveAll(out); err != nil {
					log.Fatal(err)
				}
				for _, used := range []*[]measure.Usage{&first, &again} {
					u, err := measure.Process{Args: []string{*tamis, "run", dump, "--out", out, "--quiet"}, Cores: cores}.Run()
					if err != nil {
						log.Fatal(err)
					}
					*used = append(*used, u)
					fmt.Printf("%s, %d cores: %s, CPU %s, memory %s\n", k.name, cores, measure.Seconds(u.Wall), measure.Seconds(u.CPU), measure.MiB(u.Memory))
					if cores == 1 && used == &first && u.Wall == measure.Best(first).Wall {
						if err := addStages(&stages, k.name, out); err != nil {
							log.Fatal(err)
						}
					}
				}
			}
			b, a := measure.Best(first), measure.Best(again)
			cold[cores] = b
			speed := float64(bytes) / 1e6 / b.Wall.Seconds()
			goal := ""
			if cores == 1 {
				goal = fmt.Sprintf("%.0f", k.goal)
				if speed < k.goal {
					below = append(below, fmt.Sprintf("%s: %.1f MB/s on one core, %.0f are aimed at", k.name, speed, k.goal))
				}
			}
			table.Add(fmt.Sprintf("%s, %s", k.name, measure.Bytes(bytes)), fmt.Sprint(cores), measure.Seconds(b.Wall), fmt.Sprintf("%.1f", speed), goal,
				measure.Seconds(b.CPU), measure.MiB(b.Memory), measure.Seconds(a.Wall), fmt.Sprintf("%.1f", float64(bytes)/1e6/a.Wall.Seconds()))
			if err := os.RemoveAll(out); err != nil {
				log.Fatal(err)
			}
		}
		times := cold[1].Wall.Seconds() / cold[2].Wall.Seconds()
		table.Add(k.name+", two cores over one", "", "", fmt.Sprintf("× %.2f", times), fmt.Sprintf("× %.2f", twice), "", "", "", "")
		if times < twice {
			below = append(below, fmt.Sprintf("%s: two cores are %.2f times as fast as one, %.2f are aimed at", k.name, times, twice))
		}
	}
	report := table.String() + fmt.Sprintf("\nBest of %d runs on %s; load at the end %.1f.\n", *runs, measure.Machine(), measure.Load())
	fmt.Printf("\n%s\n%s", report, stages)
	for _, b := range below {
		fmt.Println("below what is aimed at:", b)
	}
	if *doc != "" {
		err := measure.Write(*doc, "whole", report)
		if err == nil {
			err = measure.Write(*doc, "stages", stages.String())
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

func size(s string) int64 {
	n, err := measure.ParseSize(s)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// make makes the dump, if it is not there, and returns its folder and size.
func (k kind) make(dir string) (dump string, size int64, err error) {
	dump = filepath.Join(dir, fmt.Sprintf("dump-%s-%s", k.name, strings.ReplaceAll(measure.Bytes(k.size), " ", "")))
	if _, err := os.Stat(dump); err == nil {
		size, _ := measure.Size(dump)
		return dump, size, nil
	}
	folder, names, err := measure.Documents(k.folder, "../testdata/dump", k.ext)
	if err != nil {
		return "", 0, err
	}
	unfinished := dump + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", 0, err
	}
	for round := 0; size < k.size; round++ {
		for i, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				return "", 0, err
			}
			below, err := filepath.Rel(folder, name)
			if err != nil {
				return "", 0, err
			}
			b = vary.Document(rand.New(rand.NewPCG(uint64(round), uint64(i))), b)
			to := filepath.Join(unfinished, fmt.Sprintf("%03d", round), below)
			if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
				return "", 0, err
			}
			if err := os.WriteFile(to, b, 0o666); err != nil {
				return "", 0, err
			}
			if size += int64(len(b)); size >= k.size {
				break
			}
		}
	}
	return dump, size, os.Rename(unfinished, dump)
}

// addStages adds a column for a kind to the table of the stages: what share of
// the time each stage of the map phase took, and each later phase.
func addStages(t *measure.Table, kind, out string) error {
	var info struct {
		Seconds float64
		Counts  struct {
			Stages map[string]float64 `json:"stage_seconds"`
			Phases map[string]float64 `json:"phase_seconds"`
		}
	}
	b, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil {
		return err
	}
	rows := []string{"load", "clean", "language", "extract", "rest of map", "reduce", "compare", "write", "begin and end"}
	share := map[string]float64{}
	rest, end := info.Counts.Phases["map"], info.Seconds
	for stage, s := range info.Counts.Stages {
		share[stage] = s
		rest -= s
	}
	for phase, s := range info.Counts.Phases {
		share[phase] = s
		end -= s
	}
	share["rest of map"], share["begin and end"] = max(rest, 0), max(end, 0)
	column := slices.Index((*t)[0], kind)
	if column < 0 {
		column = len((*t)[0])
		(*t)[0] = append((*t)[0], kind)
		for i, row := range rows {
			if len(*t) < i+2 {
				t.Add(row)
			}
			(*t)[i+1] = append((*t)[i+1], "")
		}
	}
	for i, row := range rows {
		(*t)[i+1][column] = fmt.Sprintf("%.1f", 100*share[row]/info.Seconds)
	}
	return nil
}
