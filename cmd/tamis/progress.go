package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"tamis/pipeline"
)

// A progressLine shows how far a run is: a bar that is rewritten on a terminal,
// a plain line every ten seconds elsewhere, or objects of JSON.
type progressLine struct {
	w          io.Writer
	file       *os.File
	log        *slog.Logger // for JSON, nil for people
	quiet      bool
	terminal   bool
	start      time.Time
	last       time.Time
	phase      string
	phaseStart time.Time
	width      int
	metrics    *metrics // nil if nobody asked for them
}

func newProgress(f *os.File, format string, quiet bool) *progressLine {
	now := time.Now()
	p := &progressLine{w: f, file: f, quiet: quiet, terminal: term.IsTerminal(int(f.Fd())), start: now, last: now, phaseStart: now}
	if format == "json" {
		p.log, p.terminal = slog.New(slog.NewJSONHandler(f, nil)), false
	}
	return p
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
	if p.metrics != nil {
		p.metrics.show(s)
	}
	wait := 10 * time.Second
	if p.terminal {
		wait = 100 * time.Millisecond
	}
	if p.quiet || now.Sub(p.last) < wait {
		return
	}
	p.last = now
	rate, left := p.rate(s, now)
	if p.log != nil {
		p.log.Info("progress", "phase", s.Phase, "documents", s.Documents, "total_documents", s.Total, "bytes", s.Bytes, "total_bytes", s.AllBytes,
			"rejects", s.Rejects, "reused", s.Reused, "megabytes_per_second", rate, "seconds_left", left.Seconds())
		return
	}
	line := fmt.Sprintf("%s: %s", s.Phase, count(s.Documents))
	if s.Total > 0 {
		line += " of " + count(s.Total)
	}
	line += fmt.Sprintf(" documents, %.1f", float64(s.Bytes)/1e6)
	if s.AllBytes >= s.Bytes { // standard input does not say how long it is
		line += fmt.Sprintf(" of %.1f", float64(s.AllBytes)/1e6)
	}
	line += " MB"
	if rate > 0 {
		line += fmt.Sprintf(", %.1f MB/s", rate)
	}
	if left > 0 {
		line += fmt.Sprintf(", %s to go", left.Round(time.Second))
	}
	if s.Reused > 0 {
		line += fmt.Sprintf(", %s as before", count(s.Reused))
	}
	if s.Rejects > 0 {
		line += fmt.Sprintf(", %s rejected", count(s.Rejects))
	}
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	line = bar(s) + line
	if width, _, err := term.GetSize(int(p.file.Fd())); err == nil && width > 1 {
		line = cutTo(line, width-1) // a line that wraps can't be rewritten
	}
	fmt.Fprintf(p.w, "\r%-*s", p.width, line)
	p.width = len(line)
}

// rate returns the speed in megabytes a second and the time that is left, zero
// where nothing can be said.
func (p *progressLine) rate(s pipeline.Progress, now time.Time) (megabytes float64, left time.Duration) {
	seconds := now.Sub(p.phaseStart).Seconds()
	if seconds <= 0.2 || s.Bytes == 0 {
		return 0, 0
	}
	if s.AllBytes >= s.Bytes {
		left = time.Duration(seconds * float64(s.AllBytes-s.Bytes) / float64(s.Bytes) * float64(time.Second))
	}
	return float64(s.Bytes) / 1e6 / seconds, left
}

// bar draws how much of a phase is done, "" where that is not known.
func bar(s pipeline.Progress) string {
	const width = 20
	if s.AllBytes < s.Bytes || s.AllBytes == 0 {
		return ""
	}
	n := int(width * s.Bytes / s.AllBytes)
	return "[" + strings.Repeat("#", n) + strings.Repeat(".", width-n) + "] "
}

func cutTo(line string, width int) string {
	if len(line) <= width {
		return line
	}
	return line[:width]
}

func (p *progressLine) done() {
	if p.terminal && p.width > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width))
		p.width = 0
	}
}

// maxWarnings is the number of corrections that people are warned of one by one.
const maxWarnings = 20

// warnings says which corrections did nothing. The log has them all.
func (p *progressLine) warnings(c *pipeline.Corrected) {
	if c == nil {
		return
	}
	for i, u := range c.Unmatched {
		switch {
		case p.log != nil:
			p.log.Warn("correction does nothing", "file", c.File, "line", u.Line, "source", u.Source, "reason", u.Reason)
		case i < maxWarnings:
			fmt.Fprintln(p.w, unmatched(c, u))
		case i == maxWarnings:
			fmt.Fprintf(p.w, "tamis: %s, and %s more lines do nothing; run.json lists them\n", c.File, count(len(c.Unmatched)-i))
		}
	}
}

// unmatched says why a line of corrections did nothing.
func unmatched(c *pipeline.Corrected, u pipeline.Unmatched) string {
	if u.Source != "" {
		return fmt.Sprintf("tamis: %s, line %d does nothing: %s: %s", c.File, u.Line, u.Source, u.Reason)
	}
	return fmt.Sprintf("tamis: %s, line %d does nothing: %s", c.File, u.Line, u.Reason)
}
