package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tamis/pipeline"
)

func newRun() *cobra.Command {
	var cfg pipeline.Config
	var out string
	var maxRejects int
	cmd := &cobra.Command{
		Use:   "run INPUT... --out DIR",
		Short: "Turn files and folders into tables",
		Long: `Run reads every file of the inputs, folders and what lies below them in sorted
order, and writes the tables below DIR. What could not be read stands in the
table "rejects" with the reason. The tables appear all at once when the run is
done; tables of an earlier run in DIR are replaced then and not before. "-" is
standard input.

Read are text, Markdown, HTML, XML, PDF, DOCX, PPTX, ODT and RTF; JSON, CSV and
Parquet with a column of text; e-mail and mailboxes; WARC, WET and ARC; all of it
also below gzip, zstd, bzip2, xz, zip and tar. What a file is, its bytes tell, not
its name. A document in a container is named after both:
"dump.zip!/a/b.html", "crawl.warc.gz!/42".

In folders, files and folders whose name starts with a dot are left out, and
programs, style sheets and the like are rejected unread; a file that is named is
read if it is text.`,
		Example: `  tamis run testdata/dump --out out
  tamis run site1/ crawl.warc.gz notes.txt --out tables --max-rejects 0
  tamis run corpus.jsonl --text-field body --url-field link --out tables
  find dump -name '*.html' | tamis run --files-from - --out tables`,
		Args: inputs(&cfg),
		RunE: func(c *cobra.Command, inputs []string) error {
			if out == "" {
				return usage(fmt.Errorf("--out is missing: where should the tables go?"))
			}
			if maxRejects < -1 { // -1 stands for any number
				return usage(fmt.Errorf("a count can't be negative"))
			}
			p := newProgress(os.Stderr)
			sum, err := pipeline.Run(c.Context(), cfg, inputs, out, p.show)
			p.done()
			if err != nil {
				return classify(err)
			}
			printSummary(c.OutOrStdout(), sum, out, p.elapsed())
			if maxRejects >= 0 && sum.Rejects > maxRejects {
				return statusError{exitRejects, fmt.Errorf("%d sources were rejected, --max-rejects allows %d", sum.Rejects, maxRejects)}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "folder for the tables (made if missing)")
	cmd.Flags().IntVar(&maxRejects, "max-rejects", -1, "exit with status 3 if more sources than this are rejected (default: any number may be)")
	cmd.Flags().Lookup("max-rejects").DefValue = "0" // else the help names -1 as well
	cfg.InputFlags(cmd.Flags())
	cfg.Flags(cmd.Flags())
	cfg.WorkFlags(cmd.Flags())
	return cmd
}

func printSummary(w io.Writer, sum *pipeline.Summary, out string, elapsed time.Duration) {
	files := ""
	if sum.Files != sum.Sources {
		files = fmt.Sprintf(" of %s files", count(sum.Files))
	}
	fmt.Fprintf(w, "%s sources%s = %s documents + %s rejects, %.1f MB in %.1f s\n", count(sum.Sources), files, count(sum.Documents), count(sum.Rejects),
		float64(sum.Bytes)/1e6, elapsed.Seconds())
	for _, name := range slices.Sorted(maps.Keys(sum.Tables)) {
		fmt.Fprintf(w, "  %-14s %10s rows\n", name, count(int(sum.Tables[name])))
	}
	fmt.Fprintf(w, "Tables: %s\n", out)
	if sum.Rejects > 0 {
		fmt.Fprintf(w, "Why sources were rejected: table rejects, column reason.\n")
	}
}

// count writes a number with its thousands apart: 1 234 567.
func count(n int) string {
	s := fmt.Sprint(n)
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// A progressLine shows how far a run is: one line that is rewritten on a
// terminal, a plain line every ten seconds elsewhere.
type progressLine struct {
	w          io.Writer
	terminal   bool
	start      time.Time
	last       time.Time
	phase      string
	phaseStart time.Time
	width      int
}

func newProgress(f *os.File) *progressLine {
	now := time.Now()
	return &progressLine{w: f, terminal: term.IsTerminal(int(f.Fd())), start: now, last: now, phaseStart: now}
}

func (p *progressLine) elapsed() time.Duration { return time.Since(p.start) }

func (p *progressLine) show(s pipeline.Progress) {
	now := time.Now()
	if s.Phase != p.phase {
		p.phase, p.phaseStart = s.Phase, now
		if s.Phase == "map" {
			p.phaseStart = p.start
		}
	}
	wait := 10 * time.Second
	if p.terminal {
		wait = 100 * time.Millisecond
	}
	if now.Sub(p.last) < wait {
		return
	}
	p.last = now
	seconds := now.Sub(p.phaseStart).Seconds()
	line := fmt.Sprintf("%s: %s", s.Phase, count(s.Documents))
	if s.Total > 0 {
		line += " of " + count(s.Total)
	}
	line += fmt.Sprintf(" documents, %.1f", float64(s.Bytes)/1e6)
	all := s.AllBytes >= s.Bytes // standard input does not say how long it is
	if all {
		line += fmt.Sprintf(" of %.1f", float64(s.AllBytes)/1e6)
	}
	line += " MB"
	if seconds > 0.2 {
		line += fmt.Sprintf(", %.1f MB/s", float64(s.Bytes)/1e6/seconds)
		if s.Bytes > 0 && all {
			left := time.Duration(seconds * float64(s.AllBytes-s.Bytes) / float64(s.Bytes) * float64(time.Second))
			line += fmt.Sprintf(", %s to go", left.Round(time.Second))
		}
	}
	if s.Rejects > 0 {
		line += fmt.Sprintf(", %s rejected", count(s.Rejects))
	}
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	fmt.Fprintf(p.w, "\r%-*s", p.width, line)
	p.width = len(line)
}

func (p *progressLine) done() {
	if p.terminal && p.width > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width))
	}
}
