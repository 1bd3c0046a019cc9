package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tamis/extractors"
	"tamis/extractors/score"
	"tamis/pipeline"
)

func newShow() *cobra.Command {
	var cfg pipeline.Config
	var format, color string
	cmd := &cobra.Command{
		Use:   "show FILE...",
		Short: "Print documents with what was found in them",
		Long: `Show runs the pipeline over the files, as one dump, and prints each document
with its language, its boilerplate and its mentions. Several files of one site
tell its boilerplate apart; one alone can't. All that run reads can be shown.

With --format json it prints one object a line: id, lang, text, mentions and
boilerplate in code points, and beside them source, title, url, blocks.`,
		Example: `  tamis show page1.html page2.html
  tamis show --format json dump/ > predictions.jsonl`,
		Args: inputs(&cfg),
		RunE: func(c *cobra.Command, files []string) error {
			sources, err := cfg.Sources(files, "")
			if err != nil {
				return classify(err)
			}
			if !slices.Contains([]string{"auto", "always", "never"}, color) {
				return usage(fmt.Errorf("--color %s: auto, always or never", color))
			}
			w := bufio.NewWriter(c.OutOrStdout())
			var print func(io.Writer, *pipeline.Result) error
			switch format {
			case "json":
				print = printJSON
			case "text":
				p := painter{on: color == "always" || color == "auto" && os.Getenv("NO_COLOR") == "" && term.IsTerminal(int(os.Stdout.Fd()))}
				print = p.document
			default:
				return usage(fmt.Errorf("--format %s: text or json", format))
			}
			sum, err := pipeline.Process(c.Context(), cfg, sources, "", nil,
				func(r *pipeline.Result) (*pipeline.Result, error) { return r, nil },
				func(r *pipeline.Result) error {
					if r.Reject != nil {
						fmt.Fprintf(c.ErrOrStderr(), "%s: rejected: %s\n", r.Source, strings.TrimSuffix(r.Reject.Reason+": "+r.Reject.Detail, ": "))
						return nil
					}
					return print(w, r)
				})
			if err == nil {
				err = w.Flush()
			}
			if err == nil && sum.Documents == 0 {
				err = fmt.Errorf("nothing to show: no source could be read")
			}
			return classify(err)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringVar(&color, "color", "auto", "auto, always or never")
	cfg.InputFlags(cmd.Flags())
	cfg.Flags(cmd.Flags())
	return cmd
}

// printJSON prints the prediction format of gold.py and what else is useful.
func printJSON(w io.Writer, r *pipeline.Result) error {
	type block struct {
		Kind        extractors.Kind `json:"kind"`
		Start       int             `json:"start"`
		End         int             `json:"end"`
		Lang        string          `json:"lang,omitempty"`
		Region      string          `json:"region,omitempty"`
		Boilerplate bool            `json:"boilerplate,omitempty"`
		Rule        string          `json:"rule,omitempty"`
	}
	type mention struct {
		score.Mention
		Surface    string            `json:"surface"`
		Entity     string            `json:"entity"`
		Rule       string            `json:"rule"`
		Confidence float64           `json:"confidence"`
		Attributes map[string]string `json:"attributes,omitempty"`
	}
	p := pipeline.Predict(r)
	out := struct {
		score.Prediction
		Mentions   []mention `json:"mentions"`
		Source     string    `json:"source"`
		DocumentID string    `json:"document_id"`
		Title      string    `json:"title,omitempty"`
		URL        string    `json:"url,omitempty"`
		Published  string    `json:"published,omitempty"`
		Confidence float64   `json:"language_confidence"`
		Duplicate  string    `json:"duplicate_of,omitempty"`
		Near       string    `json:"near_duplicate_of,omitempty"`
		Similarity float64   `json:"similarity,omitempty"`
		Blocks     []block   `json:"blocks"`
	}{Prediction: p, Mentions: []mention{}, Source: r.Source, DocumentID: r.DocumentID, Title: r.Title, URL: r.URL, Published: r.Published,
		Confidence: r.Confidence, Duplicate: r.DuplicateOf, Near: r.NearDuplicateOf, Similarity: round(float32(r.Similarity)), Blocks: []block{}}
	for i, m := range r.Mentions {
		x := mention{Mention: p.Mentions[i], Surface: r.Text[m.Start:m.End], Entity: m.Entity, Rule: m.Rule, Confidence: round(m.Confidence)}
		for _, a := range m.Attrs {
			if x.Attributes == nil {
				x.Attributes = map[string]string{}
			}
			x.Attributes[a.Key] = a.Value
		}
		out.Mentions = append(out.Mentions, x)
	}
	chars := pipeline.Chars(r.Text)
	for i, b := range r.Blocks {
		out.Blocks = append(out.Blocks, block{b.Kind, chars(b.Start), chars(b.End), b.Lang, b.Region, r.Labels[i].Boilerplate, r.Labels[i].Rule})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func round(c float32) float64 { return float64(int(c*1e4+0.5)) / 1e4 }

// A painter prints documents for the eye.
type painter struct{ on bool }

// Colours of the types, as SGR codes that read on dark and light terminals.
var colours = map[extractors.Type]string{extractors.Org: "34;1", extractors.Per: "35;1", extractors.Date: "32", extractors.Res: "33;1", extractors.Loc: "36"}

func (p painter) paint(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p painter) document(w io.Writer, r *pipeline.Result) error {
	fmt.Fprintf(w, "%s\n", p.paint("1", r.Source))
	fmt.Fprintf(w, "language %s (%.2f), %s, %s", orNone(r.Language), r.Confidence, r.MediaType, r.Charset)
	for _, f := range []struct{ name, value string }{{"title", r.Title}, {"url", r.URL}, {"published", r.Published}, {"duplicate of", r.DuplicateOf},
		{"near duplicate of", r.NearDuplicateOf}} {
		if f.value != "" {
			fmt.Fprintf(w, "; %s %s", f.name, f.value)
		}
	}
	fmt.Fprint(w, "\n\n")
	next := 0
	for i, b := range r.Blocks {
		var line strings.Builder
		pos := b.Start
		for next < len(r.Mentions) && r.Mentions[next].Start < b.End {
			m := r.Mentions[next]
			next++
			if m.Start < pos || m.End > b.End {
				continue
			}
			line.WriteString(r.Text[pos:m.Start])
			mark := "⟦" + string(m.Type) + "|" + m.Norm + "|" + r.Text[m.Start:m.End] + "⟧"
			if p.on {
				mark = p.paint(colours[m.Type], r.Text[m.Start:m.End]) + p.paint("2", "["+m.Norm+"]")
			}
			line.WriteString(mark)
			pos = m.End
		}
		line.WriteString(r.Text[pos:b.End])
		label := fmt.Sprintf("%-9.9s %-2s ", b.Kind, b.Lang)
		if r.Labels[i].Boilerplate {
			fmt.Fprintf(w, "%s%s %s\n", p.paint("2", label), p.paint("2", "⟦-⟧"+line.String()), p.paint("2", "("+r.Labels[i].Rule+")"))
			continue
		}
		fmt.Fprintf(w, "%s%s\n", p.paint("2", label), line.String())
	}
	_, err := fmt.Fprintln(w)
	return err
}

func orNone(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}
