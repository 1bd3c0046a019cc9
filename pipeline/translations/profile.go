package translations

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Address returns the form of a document's address under which other pages'
// links to it are found: host and path, without "www." and what names the index
// of a folder. source stands in for the address where the URL is unknown.
func Address(rawURL, source string) string {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" {
		return strings.ToLower(source)
	}
	a := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") + strings.ToLower(u.Path)
	if dir, file := path.Split(a); strings.HasPrefix(file, "index.") && dir != "" {
		a = dir
	}
	a = strings.TrimRight(a, "/")
	if u.RawQuery != "" {
		a += "?" + strings.ToLower(u.RawQuery)
	}
	return a
}

// marks are the words that say in an address in which language the page is.
var marks = map[string]bool{"fr": true, "en": true, "es": true, "ar": true, "ru": true, "zh": true, "de": true, "it": true, "pt": true, "fra": true,
	"fre": true, "eng": true, "spa": true, "french": true, "english": true, "spanish": true, "francais": true, "français": true, "anglais": true,
	"espanol": true, "español": true, "arabic": true, "russian": true, "chinese": true,
	"f": true, "e": true, "s": true}

// neutral returns an address with each mark of a language replaced, and whether
// there is one: "example.org/fr/a-fr" and "example.org/en/a-en" become one. A
// region goes with its language, "fr-ca". Letters count behind a mark of their
// own only: "report_e".
func neutral(a string) (s string, marked bool) {
	out := make([]byte, 0, len(a))
	for last := byte('/'); len(a) > 0; {
		end := strings.IndexAny(a, separators)
		if end < 0 {
			end = len(a)
		}
		if word := a[:end]; marks[word] && (len(word) > 1 || last == '_' || last == '-') {
			marked = true
			out = append(out, '*')
			if rest := a[end:]; len(rest) >= 3 && rest[0] == '-' && (len(rest) == 3 || strings.IndexByte(separators, rest[3]) >= 0) {
				end += 3
			}
		} else {
			out = append(out, word...)
		}
		if end < len(a) {
			last = a[end]
			out = append(out, last)
			end++
		}
		a = a[end:]
	}
	return string(out), marked
}

const separators = "/.-_=&?!"

// Features gathers what a translation leaves as it is. The zero value is ready.
type Features struct{ all []uint32 }

// maxFeatures is how many features a profile holds: those with the least hashes,
// which are the same ones in two versions.
const maxFeatures = 64

// Add adds a feature: the kind and the normal form of a name, a date, a symbol.
func (f *Features) Add(kind, norm string) {
	f.all = append(f.all, uint32(hash(kind, norm)>>32))
}

// hash returns a hash of a name of some kind.
func hash(kind, name string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for i := range len(kind) {
		h = (h ^ uint64(kind[i])) * prime
	}
	h *= prime
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// AddNumbers adds the numbers of a text that have two digits or more. How
// thousands and decimals are set off does not count: "39,910" is "39 910".
func (f *Features) AddNumbers(text string) {
	var number []byte
	for i := 0; i < len(text); {
		if !digit(text, i) {
			i++
			continue
		}
		number = number[:0]
		for first := true; ; first = false {
			start := i
			for digit(text, i) {
				i++
			}
			number = append(number, text[start:i]...)
			r, n := utf8.DecodeRuneInString(text[i:])
			group := digit(text, i+n) && digit(text, i+n+1) && digit(text, i+n+2) && !digit(text, i+n+3)
			switch r {
			case '.', ',':
				if !digit(text, i+n) {
					n = 0
				}
			case ' ', 0xA0, 0x202F, 0x2009, '\'', '’':
				if !group || first && i-start > 3 {
					n = 0
				}
			default:
				n = 0
			}
			if n == 0 {
				break
			}
			i += n
		}
		if len(number) > 1 {
			f.Add("number", string(number))
		}
	}
}

func digit(s string, i int) bool { return i < len(s) && '0' <= s[i] && s[i] <= '9' }

// Take returns the features added since the last call, for a Profile.
func (f *Features) Take() []uint32 {
	slices.Sort(f.all)
	f.all = slices.Compact(f.all)
	out := slices.Clone(f.all[:min(len(f.all), maxFeatures)])
	f.all = f.all[:0]
	return out
}
