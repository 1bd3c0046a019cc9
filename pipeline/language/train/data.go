package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"tamis/extractors/ann"
	"tamis/pipeline/language/lid"
)

// A corpus is the text of one language, line by line.
type corpus struct {
	lang  string
	lines []string // running text: declarations of human rights, our own documents
	words []string // single words and pairs of them
}

// names maps the names that the sources use to our codes. What is missing
// here is not learned; of the forms of Norwegian and of Persian we make one.
var names = map[string]string{
	"nb": "no", "nn": "no", "nob": "no", "nno": "no",
	"als": "sq", "azj_latn": "az", "ces": "cs", "cym": "cy", "dan": "da", "est": "et", "fin": "fi", "gle": "ga",
	"hau_NG": "ha", "hrv": "hr", "hun": "hu", "ibo": "ig", "ind": "id", "isl": "is", "kin": "rw", "kmr": "ku",
	"lav": "lv", "lin": "ln", "lit": "lt", "mlt": "mt", "mly_latn": "ms", "plt": "mg", "pol": "pl", "ron_1993": "ro",
	"slk": "sk", "slv": "sl", "som": "so", "swe": "sv", "swh": "sw", "tgl": "tl", "tur": "tr", "uzn_latn": "uz",
	"vie": "vi", "wol": "wo", "yor": "yo", "zul": "zu",
	"rus": "ru", "ukr": "uk", "bel": "be", "bul": "bg", "mkd": "mk", "srp_cyrl": "sr", "kaz": "kk", "kir": "ky",
	"khk": "mn", "tgk": "tg",
	"arb": "ar", "pes_1": "fa", "pes_2": "fa", "urd": "ur", "urd_2": "ur", "pbu": "ps", "ckb": "ckb", "uig_arab": "ug",
	"hin": "hi", "mar": "mr", "nep": "ne",
	"amh": "am", "tir": "ti",
}

// langs are the languages that each script's classifier tells apart. French
// and English come first: of equals the first wins.
var langs = [][]string{
	strings.Fields("fr en es pt it de nl ca ro gl ht so sw tr pl cs sk hr hu sq sv da no fi et lv lt is ga cy eu af id ms vi tl yo zu sl mt rw wo ln mg ha ig ku az"),
	strings.Fields("ru uk be bg mk sr kk ky mn tg"),
	strings.Fields("ar fa ur ps ckb ug"),
	strings.Fields("hi mr ne"),
	strings.Fields("am ti"),
}

// labels are words of menus and templates, a language and a label a line. The
// other sources have prose only, and these are what stands in another language
// on a page.
//
//go:embed labels.tsv
var labels string

// labelTimes is how often a label counts beside the thousands of other words.
const labelTimes = 4

func code(name string) string {
	if c, ok := names[name]; ok {
		return c
	}
	for _, group := range langs {
		for _, l := range group {
			if l == name {
				return l
			}
		}
	}
	return ""
}

// load reads the corpora below the shared folder, in the order of langs, once
// for learning and once held out: every sixth line of a list or declaration,
// every fifth of our documents.
func load(shared string) (learn, held []*corpus, err error) {
	byLang := map[string]int{}
	for _, group := range langs {
		for _, l := range group {
			byLang[l] = len(learn)
			learn, held = append(learn, &corpus{lang: l}), append(held, &corpus{lang: l})
		}
	}
	seen := map[string]int{}
	for _, file := range []string{"udhr.tsv", "lingua_single-words.tsv", "lingua_word-pairs.tsv"} {
		f, err := os.Open(filepath.Join(shared, "data", "lid", file))
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			name, text, ok := strings.Cut(sc.Text(), "\t")
			lang := code(name)
			if !ok || lang == "" {
				continue
			}
			to := learn
			if seen[file+name]++; seen[file+name]%6 == 0 {
				to = held
			}
			c := to[byLang[lang]]
			if file == "udhr.tsv" {
				c.lines = append(c.lines, text)
			} else {
				c.words = append(c.words, text)
			}
		}
		if err := sc.Err(); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	for line := range strings.Lines(labels) {
		lang, label, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		k, ok := byLang[lang]
		if !ok {
			return nil, nil, fmt.Errorf("labels.tsv: %q: unknown language", line)
		}
		for range labelTimes {
			learn[k].words = append(learn[k].words, label)
		}
	}
	documents, err := filepath.Glob(filepath.Join(shared, "gold", "written", "*.ann")) // sorted
	if err != nil {
		return nil, nil, err
	}
	if len(documents) == 0 {
		return nil, nil, fmt.Errorf("no annotated documents below %s", shared)
	}
	for i, file := range documents {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, err
		}
		d, err := ann.ParseDocument(string(raw))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		to := learn
		if i%5 == 0 {
			to = held
		}
		for _, l := range d.Lines {
			lang := l.Lang
			if lang == "" {
				lang = d.Header["lang"]
			}
			k, known := byLang[lang]
			text := strings.TrimSpace(d.Text[l.Start:l.End])
			if text != "" && known && (lang == "fr" || lang == "en") {
				to[k].lines = append(to[k].lines, text)
			}
		}
	}
	return learn, held, nil
}

// examples cuts n pieces out of the corpus: runs of one to fifteen words of
// its lines, and words and pairs as they are or a few together.
func (c *corpus) examples(n int, random *rand.Rand) []lid.Example {
	out := make([]lid.Example, 0, n)
	for len(out) < n {
		var text string
		if len(c.words) > 0 && random.IntN(5) < 2 {
			for range 1 + random.IntN(3) {
				text += c.words[random.IntN(len(c.words))] + " "
			}
		} else {
			words := strings.Fields(c.lines[random.IntN(len(c.lines))])
			size := 1 + random.IntN(6)
			if random.IntN(3) == 0 {
				size *= 3
			}
			size = min(size, len(words))
			start := random.IntN(len(words) - size + 1)
			text = strings.Join(words[start:start+size], " ")
		}
		out = append(out, lid.Example{Lang: c.lang, Text: text})
	}
	return out
}
