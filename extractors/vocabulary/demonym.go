package vocabulary

import "strings"

// Demonym reports whether a folded English word is the name of a people or what
// is said of it, "Velmisan": dictionaries know it with a capital alone. Such a
// name may have another before a hyphen, in French too: "sud-velmisais".
func Demonym(folded string) bool {
	w := strings.TrimSuffix(folded, "s")
	if first, last, ok := strings.Cut(w, "-"); ok {
		return (halves[first] || Of(first)&Proper != 0) && (Demonym(last) || halves[first] && hasSuffix(strings.TrimSuffix(last, "e"), "ai", "ais", "oi", "ois", "een", "eenn", "ien", "ienn", "ain"))
	}
	return len(w) >= 5 && Of(w)&(Proper|CommonEN|Person) == Proper && hasSuffix(w, "ian", "ean", "can", "elan", "ese", "ish", "eni", "aqi", "aeli", "iot", "ghan")
}

// halves stand before a hyphen in the names of peoples, folded.
var halves = map[string]bool{"sud": true, "nord": true, "est": true, "ouest": true, "south": true, "north": true, "bissau": true, "equato": true}

func hasSuffix(w string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return true
		}
	}
	return false
}
