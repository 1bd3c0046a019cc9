// Command makewords writes extractors/vocabulary/data/words.bin from two
// spelling dictionaries, as Debian packages them:
//
//   - SCOWL, English (package scowl; permission to use, copy, modify,
//     distribute and sell the lists and what is made from them, with notice);
//   - the French dictionary of Dicollecte (package hunspell-fr-classical;
//     Mozilla Public License 2.0).
//
// Run it as
//
//	go run ./extractors/vocabulary/makewords -scowl usr/share/dict/scowl -hunspell usr/share/hunspell
//
// French words come in all their forms, except that what is the form of a verb
// alone is left out: half a million words that begin no name. Notices of both
// stand in extractors/vocabulary/data/NOTICE.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tamis/extractors"
	"tamis/extractors/vocabulary"
)

var words = map[string]vocabulary.Class{}

// verbs holds the forms that so far are those of a verb alone.
var verbs = map[string]bool{}

func main() {
	log.SetFlags(0)
	scowl := flag.String("scowl", "usr/share/dict/scowl", "folder of the lists of SCOWL")
	hunspell := flag.String("hunspell", "usr/share/hunspell", "folder of fr.aff and fr.dic")
	out := flag.String("out", "extractors/vocabulary/data/words.bin", "file to write")
	flag.Parse()
	if err := readFrench(*hunspell); err != nil {
		log.Fatal(err)
	}
	if err := readEnglish(*scowl); err != nil {
		log.Fatal(err)
	}
	for w := range verbs {
		if _, ok := words[w]; ok {
			words[w] |= vocabulary.OtherFR
		}
	}
	if err := os.WriteFile(*out, vocabulary.Pack(words), 0o666); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d words\n", *out, len(words))
}

// add notes a word, or the parts of a name.
func add(word string, c vocabulary.Class) {
	w := extractors.Fold(word)
	if c&(vocabulary.Proper|vocabulary.Person) == 0 {
		if utf8.RuneCountInString(w) >= 2 && letters(w) {
			words[w] |= c
		}
		return
	}
	for part := range strings.FieldsFuncSeq(w, func(r rune) bool { return r == '-' || r == '\'' || r == ' ' }) {
		if utf8.RuneCountInString(part) >= 2 && letters(part) {
			words[part] |= c
		}
	}
}

func letters(w string) bool {
	for _, r := range w {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// levels gives the class of each level of SCOWL's lists of words.
var levels = map[string]vocabulary.Class{"10": vocabulary.CommonEN, "20": vocabulary.CommonEN, "35": vocabulary.CommonEN,
	"40": vocabulary.WordEN, "50": vocabulary.WordEN, "55": vocabulary.WordEN, "60": vocabulary.WordEN, "70": vocabulary.RareEN}

func readEnglish(dir string) error {
	for _, variety := range []string{"english", "american", "british"} {
		for level, class := range levels {
			if err := eachLine(filepath.Join(dir, variety+"-words."+level), func(w string) {
				if !strings.Contains(w, "'") && strings.ToLower(w) == w {
					add(w, class)
				}
			}); err != nil {
				return err
			}
			for _, kind := range []string{"upper", "proper-names"} {
				if err := eachLine(filepath.Join(dir, variety+"-"+kind+"."+level), func(w string) {
					if !strings.Contains(w, "'") {
						add(w, vocabulary.Proper)
					}
				}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// eachLine calls f with the lines of a file in Latin 1; a list that is missing
// is empty, as not all varieties have all levels.
func eachLine(path string, f func(string)) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	sc := bufio.NewScanner(charmap.ISO8859_1.NewDecoder().Reader(file))
	for sc.Scan() {
		f(strings.TrimSpace(sc.Text()))
	}
	return sc.Err()
}

// A suffix is a rule of the affix file: what a form loses and gains.
type suffix struct {
	strip, add string
	when       *regexp.Regexp
}

var entry = regexp.MustCompile(`^([^/\s]+)(?:/(\S+))?\s.*?po:(\w+)`)

func readFrench(dir string) error {
	suffixes := map[string][]suffix{}
	if err := eachLineUTF8(filepath.Join(dir, "fr.aff"), func(line string) error {
		f := strings.Fields(line)
		if len(f) < 5 || f[0] != "SFX" {
			return nil
		}
		gain, _, _ := strings.Cut(f[3], "/")
		when, err := regexp.Compile(f[4] + "$")
		if err != nil {
			return err
		}
		suffixes[f[1]] = append(suffixes[f[1]], suffix{strings.TrimPrefix(f[2], "0"), strings.TrimPrefix(gain, "0"), when})
		return nil
	}); err != nil {
		return err
	}
	return eachLineUTF8(filepath.Join(dir, "fr.dic"), func(line string) error {
		m := entry.FindStringSubmatch(line)
		if m == nil {
			return nil
		}
		if len(m[1]) > 1 && strings.ToUpper(m[1]) == m[1] {
			return nil // an acronym
		}
		w, flags, class := m[1], m[2], classOf(m[1], m[3])
		put := func(w string) {
			if class == 0 {
				verbs[extractors.Fold(w)] = true
			} else {
				add(w, class)
			}
		}
		put(w)
		for i := 0; i+1 < len(flags); i += 2 { // flags are of two characters
			for _, s := range suffixes[flags[i:i+2]] {
				if strings.HasSuffix(w, s.strip) && s.when.MatchString(w) {
					put(strings.TrimSuffix(w, s.strip) + s.add)
				}
			}
		}
		return nil
	})
}

// classOf returns the class of a French word by its part of speech, 0 for a
// verb.
func classOf(w, pos string) vocabulary.Class {
	first, _ := utf8.DecodeRuneInString(w)
	switch {
	case pos == "prn" || pos == "patr":
		return vocabulary.Person
	case pos == "npr" || unicode.IsUpper(first):
		return vocabulary.Proper
	case pos == "nom":
		return vocabulary.NounFR
	case pos == "adj":
		return vocabulary.AdjectiveFR
	case strings.HasPrefix(pos, "v0") || strings.HasPrefix(pos, "v1") || strings.HasPrefix(pos, "v2") || strings.HasPrefix(pos, "v3") || pos == "infi":
		return 0
	}
	return vocabulary.OtherFR
}

func eachLineUTF8(path string, f func(string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	for sc.Scan() {
		if err := f(sc.Text()); err != nil {
			return err
		}
	}
	return sc.Err()
}
