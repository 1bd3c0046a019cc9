package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tamis/pipeline"
)

func newRun() *cobra.Command {
	var cfg pipeline.Config
	var out, logFormat, metricsAddr string
	var maxRejects int
	var quiet, verbose bool
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
  tamis run testdata/dump --out tables --format csv,jsonl
  tamis run testdata/dump --out tables --corrections fixes.csv
  find dump -name '*.html' | tamis run --files-from - --out tables`,
		Args: inputs(&cfg),
		RunE: func(c *cobra.Command, inputs []string) error {
			if out == "" {
				return usage(fmt.Errorf("--out is missing: where should the tables go?"))
			}
			if strings.Contains(out, "://") {
				return usage(fmt.Errorf("--out %s is a URL; tamis writes to folders, and tamis-cloud to object stores", out))
			}
			if maxRejects < -1 { // -1 stands for any number
				return usage(fmt.Errorf("--max-rejects %d: a count can't be negative", maxRejects))
			}
			if logFormat != "text" && logFormat != "json" {
				return usage(fmt.Errorf("--log-format %s: text or json", logFormat))
			}
			p := newProgress(os.Stderr, logFormat, quiet)
			if metricsAddr != "" {
				m, addr, err := serveMetrics(metricsAddr)
				if err != nil {
					return err
				}
				defer m.close()
				p.metrics = m
				if p.log != nil {
					p.log.Info("metrics", "address", "http://"+addr+"/metrics")
				} else {
					fmt.Fprintf(os.Stderr, "metrics: http://%s/metrics\n", addr)
				}
			}
			sum, err := pipeline.Run(c.Context(), cfg, inputs, out, p.show)
			p.done()
			if errors.Is(err, context.Canceled) {
				return fmt.Errorf("stopped; tables in %s are as they were before, and what is finished is kept in %s: the same command goes on from there", out,
					cfg.WorkFolder(out))
			}
			if err != nil {
				return classify(err)
			}
			if p.log != nil {
				p.log.Info("done", "out", out, "seconds", p.elapsed().Seconds(), "counts", sum)
			} else if !quiet {
				printSummary(c.OutOrStdout(), sum, out, p.elapsed(), "Work kept for the next run: %.1f MB (tamis clean frees it).")
			}
			if p.log != nil || !quiet {
				p.warnings(sum.Corrections)
			}
			if verbose {
				if err := printDetails(os.Stderr, sum, out); err != nil {
					return err
				}
			}
			if maxRejects >= 0 && sum.Rejects > maxRejects {
				return statusError{status: exitRejects, err: fmt.Errorf("%d sources were rejected, --max-rejects allows %d", sum.Rejects, maxRejects)}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "folder for the tables (made if missing)")
	cmd.Flags().IntVar(&maxRejects, "max-rejects", -1, "exit with status 3 if more sources than this are rejected (default: any number may be)")
	cmd.Flags().Lookup("max-rejects").DefValue = "0" // else the help names -1 as well
	cmd.Flags().StringVar(&logFormat, "log-format", "text", "what to write to standard error: text or json, an object a line")
	cmd.Flags().StringVar(&metricsAddr, "metrics", "", "address on which to serve Prometheus metrics and pprof while the run lasts, such as localhost:9090")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress and no summary; errors only")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "also each source that was rejected, and where the time went")
	cfg.InputFlags(cmd.Flags())
	cfg.Flags(cmd.Flags())
	cfg.OutputFlags(cmd.Flags())
	cfg.WorkFlags(cmd.Flags())
	return cmd
}

// printSummary tells what a run did; work is the line about the room of its work.
func printSummary(w io.Writer, sum *pipeline.Summary, out string, elapsed time.Duration, work string) {
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
	if c := sum.Corrections; c != nil {
		fmt.Fprintf(w, "Corrections of %s: %s mentions changed, %s added, %s deleted.\n", c.File, count(int(c.Changed)), count(int(c.Added)), count(int(c.Deleted)))
	}
	if sum.Reused > 0 {
		fmt.Fprintf(w, "%s documents were mapped by an earlier run.\n", count(sum.Reused))
	}
	fmt.Fprintf(w, work+"\n", float64(sum.WorkBytes)/1e6)
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
