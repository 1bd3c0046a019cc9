package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"tamis/output"
	"tamis/output/results"
	"tamis/pipeline"
)

// printDetails prints where the time of a run went and what was rejected.
func printDetails(w io.Writer, sum *pipeline.Summary, out string) error {
	for _, part := range []struct {
		name    string
		seconds map[string]float64
	}{{"phase", sum.Phases}, {"stage, all workers together", sum.Stages}} {
		for _, name := range slices.SortedFunc(maps.Keys(part.seconds), func(a, b string) int {
			return cmp.Or(cmp.Compare(part.seconds[b], part.seconds[a]), cmp.Compare(a, b))
		}) {
			fmt.Fprintf(w, "%8.2f s  %s (%s)\n", part.seconds[name], name, part.name)
		}
	}
	f, err := results.Open(out)
	if err != nil {
		return err
	}
	for r, err := range results.Rows[output.Reject](f, "rejects") {
		if err != nil {
			return err
		}
		detail := ""
		if r.Detail != nil {
			detail = ": " + *r.Detail
		}
		fmt.Fprintf(w, "rejected %s: %s%s\n", r.Source, r.Reason, detail)
	}
	return nil
}
