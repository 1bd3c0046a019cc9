//go:build unix

package extractors_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tamis/extractors"
	"tamis/extractors/dates"
	"tamis/extractors/places"
	"tamis/extractors/resolutions"
)

// calendar are the extractors that work by rules and lists alone; together
// they read at least 40 MB/s on one core.
var calendar = []*extractors.Extractor{resolutions.Extractor, dates.Extractor, places.Extractor}

// cpuTime returns the time that the process has computed, which on a busy
// machine says more than the clock on the wall.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCalendar runs each of the three extractors, and all of them, over
// the sample dump, tokens given; cpu-MB/s counts computing time only. Run it
// with -cpu 1.
func BenchmarkCalendar(b *testing.B) {
	var texts []*extractors.Text
	var size int64
	err := filepath.WalkDir("../../shared/dump", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, extractors.NewText(string(text), ""))
		size += int64(len(text))
		return err
	})
	if err != nil {
		b.Skipf("no sample dump in ../shared: %v", err)
	}
	for _, e := range calendar {
		b.Run(e.Name, func(b *testing.B) { benchCPU(b, texts, size, e) })
	}
	b.Run("all", func(b *testing.B) { benchCPU(b, texts, size, calendar...) })
}

// worst are what makes scanners of figures and names look around.
var worst = []struct{ name, unit string }{{"digits", "7"}, {"slashes", "/"}, {"résolution 1", "résolution 1 "}}

// BenchmarkCalendarWorst has a megabyte of each.
func BenchmarkCalendarWorst(b *testing.B) {
	for _, c := range worst {
		text := extractors.NewText(strings.Repeat(c.unit, 1<<20/len(c.unit)), "fr")
		b.Run(c.name, func(b *testing.B) { benchCPU(b, []*extractors.Text{text}, int64(len(text.S)), calendar...) })
	}
}

// TestCalendarLinear wants four times the text done in well under sixteen
// times the computing time.
func TestCalendarLinear(t *testing.T) {
	for _, c := range worst {
		spent := func(size int) time.Duration {
			text := extractors.NewText(strings.Repeat(c.unit, size/len(c.unit)), "fr")
			best := time.Hour
			for range 3 {
				start := cpuTime(t)
				for _, e := range calendar {
					e.Find(text)
				}
				best = min(best, cpuTime(t)-start)
			}
			return best
		}
		spent(1 << 16) // loads the lists
		small, large := spent(1<<18), spent(1<<20)
		if large > 10*small && large > 100*time.Millisecond {
			t.Errorf("%s: a quarter of a megabyte takes %v, a megabyte %v", c.name, small, large)
		}
		t.Logf("%-14s %v, %v", c.name, small, large)
	}
}

func benchCPU(b *testing.B, texts []*extractors.Text, size int64, es ...*extractors.Extractor) {
	b.SetBytes(size)
	start := cpuTime(b)
	for range b.N {
		for _, t := range texts {
			for _, e := range es {
				e.Find(t)
			}
		}
	}
	b.ReportMetric(float64(size)*float64(b.N)/1e6/(cpuTime(b)-start).Seconds(), "cpu-MB/s")
}
