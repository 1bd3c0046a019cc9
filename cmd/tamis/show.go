package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"golang.org/x/text/encoding/htmlindex"

	"tamis/extractors"
	"tamis/extractors/score"
	"tamis/output/view"
	"tamis/pipeline"
	"tamis/pipeline/reader"
)

func newShow() *cobra.Command {
	var cfg pipeline.Config
	var format, color, out string
	var why, raw bool
	cmd := &cobra.Command{
		Use:   "show FILE...",
		Short: "Print documents with what was found in them",
		Long: `Show runs the pipeline over the files, as one dump, and prints each document
with its language, its boilerplate and its mentions. Several files of one site
tell its boilerplate apart; one alone can't. All that run reads can be shown.

On a terminal what was found is coloured and boilerplate is dimmed, elsewhere it
is marked: ⟦TYPE|norm|surface⟧, and ⟦-⟧ before boilerplate. The variable NO_COLOR
and --color decide otherwise. --why adds what is known of each mention: its
entity, the rule that found it, how sure that is. --raw shows the source beside
the text.

With --format html it writes one page that loads nothing, with the marks in
place; what is known of a mention shows when it is pointed at or focused.
With --format json it prints one object a line: id, lang, text, mentions and
boilerplate in code points, and beside them source, title, url, blocks.`,
		Example: `  tamis show page1.html page2.html
  tamis show --why --raw notes.txt
  tamis show --format html --out pages.html dump/
  tamis show --format json dump/ > predictions.jsonl`,
		Args: inputs(&cfg),
		RunE: func(c *cobra.Command, files []string) error {
			if raw && slices.Contains(append(files, cfg.FilesFrom), pipeline.Stdin) {
				return usage(fmt.Errorf("--raw reads a file twice, which standard input does not allow: name a file"))
			}
			sources, err := cfg.Sources(files, "")
			if err != nil {
				return classify(err)
			}
			documents := func(consume func(*pipeline.Result) error) error {
				sum, err := pipeline.Process(c.Context(), cfg, sources, "", nil,
					func(r *pipeline.Result) (*pipeline.Result, error) { return r, nil },
					func(r *pipeline.Result) error {
						if r.Reject != nil {
							fmt.Fprintf(c.ErrOrStderr(), "%s: rejected: %s\n", r.Source, strings.TrimSuffix(r.Reject.Reason+": "+r.Reject.Detail, ": "))
							return nil
						}
						return consume(r)
					})
				if err == nil && sum.Documents == 0 {
					err = fmt.Errorf("nothing to show: no source could be read")
				}
				if err == nil && sum.Corrections != nil {
					for _, u := range sum.Corrections.Unmatched {
						if u.Source != "" { // other lines may be of other documents
							fmt.Fprintln(c.ErrOrStderr(), unmatched(sum.Corrections, u))
						}
					}
				}
				return err
			}
			rawOf := func(*pipeline.Result) string { return "" }
			if raw {
				next, stop := rawSources(cfg, sources)
				defer stop()
				rawOf = next
			}
			err = writeFile(c.OutOrStdout(), out, func(f io.Writer) (err error) {
				w := bufio.NewWriter(f)
				switch format {
				case "json":
					err = documents(func(r *pipeline.Result) error { return printJSON(w, r) })
				case "html":
					var stopped error // of the pipeline; the page's own comes first
					err = view.WritePage(w, func(yield func(*view.Document) bool) {
						stopped = documents(func(r *pipeline.Result) error {
							if !yield(viewOf(r, rawOf(r))) {
								return fmt.Errorf("the page can't be written")
							}
							return nil
						})
					})
					if err == nil {
						err = stopped
					}
				default:
					on := coloured(color, os.Stdout) && (out == stdout || color == "always")
					t := view.Text{Colour: on, Why: why, Raw: raw, Width: columns(os.Stdout)}
					err = documents(func(r *pipeline.Result) error { return t.Write(w, viewOf(r, rawOf(r))) })
				}
				if err != nil {
					return err
				}
				return w.Flush()
			})
			return classify(err)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, html or json")
	cmd.Flags().StringVarP(&out, "out", "o", stdout, "file to write, - for standard output")
	cmd.Flags().StringVar(&color, "color", "auto", "auto, always or never")
	cmd.Flags().BoolVar(&why, "why", false, "add what is known of each mention: entity, rule, confidence")
	cmd.Flags().BoolVar(&raw, "raw", false, "show the source beside the text")
	choose(cmd, "format", "text", "html", "json")
	choose(cmd, "color", "auto", "always", "never")
	cfg.InputFlags(cmd.Flags())
	cfg.Flags(cmd.Flags())
	return cmd
}

// coloured reports whether what goes to f is to be coloured: --color decides,
// else whether f is a terminal whose user did not ask for none (no-color.org).
func coloured(color string, f *os.File) bool {
	switch color {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// columns returns the width of the terminal, 0 if f is none.
func columns(f *os.File) int {
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// rawSources reads the sources once more, for their bytes. next is to be called
// with the results in order.
func rawSources(cfg pipeline.Config, sources []pipeline.Source) (next func(*pipeline.Result) string, stop func()) {
	items, stop := iter.Pull(func(yield func(reader.Item) bool) {
		for _, s := range sources {
			if s.Problem != "" {
				continue
			}
			o := reader.Options{MaxBytes: cfg.MaxBytes, MaxDepth: cfg.MaxDepth, MaxRatio: cfg.MaxRatio, MaxItems: cfg.MaxItems, Fields: cfg.Fields, Named: s.Named}
			for it := range reader.Read(s.Name, s.Path, o) {
				if !yield(it) {
					return
				}
			}
		}
	})
	return func(r *pipeline.Result) string {
		for {
			it, ok := items()
			switch {
			case !ok:
				return ""
			case it.Name == r.Source && it.Problem == "":
				return string(it.Data)
			}
		}
	}, stop
}

// viewOf returns what is shown of a result. raw is its source, "" if that is not
// to be shown. Where the source is not UTF-8 it is decoded as the pipeline did,
// and shown as a whole.
func viewOf(r *pipeline.Result, raw string) *view.Document {
	d := &view.Document{Source: r.Source, Language: r.Language, Certainty: round(float32(r.Confidence)), MediaType: r.MediaType, Charset: r.Charset, Text: r.Text}
	for _, f := range []view.Field{{Name: "title", Value: r.Title}, {Name: "url", Value: r.URL}, {Name: "published", Value: r.Published},
		{Name: "duplicate of", Value: r.DuplicateOf}, {Name: "near duplicate of", Value: r.NearDuplicateOf}} {
		if f.Value != "" {
			d.About = append(d.About, f)
		}
	}
	utf8Raw := utf8.ValidString(raw)
	for i, b := range r.Blocks {
		v := view.Block{Start: b.Start, End: b.End, RawStart: b.Source.Start, RawEnd: b.Source.End, Kind: string(b.Kind), Language: b.Lang,
			Boilerplate: r.Labels[i].Boilerplate, Rule: r.Labels[i].Rule}
		if !utf8Raw {
			v.RawStart, v.RawEnd = 0, 0
		}
		d.Blocks = append(d.Blocks, v)
	}
	for _, m := range r.Mentions {
		v := view.Mention{Start: m.Start, End: m.End, Type: string(m.Type), Norm: m.Norm, Entity: m.Entity, Rule: m.Rule, Confidence: round(m.Confidence)}
		for _, a := range m.Attrs {
			v.Attributes = append(v.Attributes, view.Field{Name: a.Key, Value: a.Value})
		}
		d.Mentions = append(d.Mentions, v)
	}
	if d.Raw = raw; !utf8Raw {
		d.Raw = decode(raw, r.Charset)
	}
	return d
}

// decode returns the text of bytes in a charset; what is no text stays visible
// as U+FFFD.
func decode(raw, charset string) string {
	if e, err := htmlindex.Get(charset); err == nil {
		if s, err := e.NewDecoder().String(raw); err == nil {
			return s
		}
	}
	return strings.ToValidUTF8(raw, "\uFFFD")
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
