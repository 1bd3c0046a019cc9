//go:build unix

package pipeline

import (
	"syscall"
	"testing"
	"time"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/extractors/prose"
	"tamis/extractors/tagger"
)

// computed returns how long the process computes to run f, which on a busy
// machine says more than the clock on the wall.
func computed(tb testing.TB, f func()) time.Duration {
	now := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			tb.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := now()
	f()
	return now() - start
}

// proseSample is how much English text prose is timed on: it takes seconds.
const proseSample = 100 << 10

// BenchmarkTag has tokenizer, gazetteer and tagger. What the rules found is
// given, as evidence. cpu-MB/s counts computing time alone; tokenizer-times is
// how often the tokenizer alone could have read the texts meanwhile, and
// prose-times how often this reads a text while prose/v2 reads it once, in the
// same run. Run it with -cpu 1.
func BenchmarkTag(b *testing.B) {
	texts, hints := benchTexts(b)
	model, scratch := defaultModel(), tagger.NewScratch()
	var names extractors.Gazetteer
	for i, o := range organizations.All() {
		for _, name := range append([]string{o.NameEN, o.NameFR}, o.Variants...) {
			names.Add(name, i)
		}
	}
	var t extractors.Text
	run := func() {
		for i := range texts {
			tokens := t.Tokens[:0]
			t = *texts[i]
			t.Tokens = extractors.Tokenize(tokens, t.S)
			for k := range t.Tokens {
				names.Longest(t.Tokens, k)
			}
			model.Tag(&t, hints[i], scratch)
		}
	}
	run() // the words of the dump are known from the second time on
	spent := computed(b, func() {
		for b.Loop() {
			run()
		}
	}).Seconds() / float64(b.N)
	size, tokens := 0, t.Tokens
	tokenizer := computed(b, func() {
		for range 3 {
			for _, t := range texts {
				tokens = extractors.Tokenize(tokens[:0], t.S)
			}
		}
	}).Seconds() / 3
	english := 0
	var slow time.Duration
	for _, t := range texts {
		size += len(t.S)
		if t.Lang == "en" && english < proseSample {
			english += len(t.S)
			slow += computed(b, func() { prose.Find(t) })
		}
	}
	b.ReportMetric(float64(size)/1e6/spent, "cpu-MB/s")
	b.ReportMetric(spent/tokenizer, "tokenizer-times")
	b.ReportMetric(slow.Seconds()/float64(english)/(spent/float64(size)), "prose-times")
}
