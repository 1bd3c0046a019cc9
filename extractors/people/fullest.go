package people

import (
	"slices"
	"strings"

	"tamis/extractors"
)

// A fullName is a name of several words, as a document prints it.
type fullName struct {
	norm  string
	words []string // folded, in the order of "Given Surname"
	start int      // of its first mention
}

// nameFullest gives each name found the fullest form of it in the text: "M. Ban",
// "de Mistura", "R. L. Ammal", "Azarenko, M.". Of persons who share a name, it is
// the one named last before, as readers take it.
func (f *finder) nameFullest() {
	var all []fullName
	byWord := make(map[string][]int32) // the names with a word, by position
	seen := make(map[string]bool)
	words := make([][]string, len(f.found))
	order := make([]int, len(f.found))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return f.found[a].Start - f.found[b].Start })
	for _, k := range order {
		m := &f.found[k]
		if words[k] = nameWords(m.Norm); len(words[k]) < 2 || seen[m.Norm] || !f.credible(m, words[k]) {
			continue
		}
		seen[m.Norm] = true
		for i, w := range words[k] {
			if !slices.Contains(words[k][:i], w) {
				byWord[w] = append(byWord[w], int32(len(all)))
			}
		}
		all = append(all, fullName{m.Norm, words[k], m.Start})
	}
	if len(all) == 0 {
		return
	}
	for k := range f.found {
		m, short := &f.found[k], words[k]
		if len(short) == 0 || len(short) == 1 && classOf(short[0])&(notName|functionWord) != 0 {
			continue
		}
		var best *fullName
		for _, i := range byWord[longest(short)] {
			n := &all[i]
			if n.norm == m.Norm || !shortOf(short, n.words) && !turned(m.Norm, n.norm, short, n.words) {
				continue
			}
			if best == nil || nearer(n, best, m.Start) {
				best = n
			}
		}
		if best == nil {
			continue
		}
		// What is fuller than that counts again: "Ban", "Ban Ki-moon", "Ban Ki-moon Jr".
		for _, i := range byWord[longest(best.words)] {
			if n := &all[i]; n.norm != best.norm && len(n.words) > len(best.words) && shortOf(best.words, n.words) {
				best = n
			}
		}
		f.setNorm(m, best.norm)
	}
}

// nearer reports whether name a is rather meant than b by a short form at an
// offset: one that was named before, and the later of these; else the first.
func nearer(a, b *fullName, at int) bool {
	if before := a.start <= at; before != (b.start <= at) {
		return before
	} else if before {
		return a.start > b.start
	}
	return a.start < b.start
}

// credible reports whether others may be named after the mention: it is not so
// long that the tagger ran a list together.
func (f *finder) credible(m *extractors.Mention, words []string) bool {
	return m.Rule != "tagger" || len(words) <= 4 || len(words) <= maxCaps && slices.ContainsFunc(words, f.personal)
}

// nameWords returns the words of a name, folded, those behind a comma first:
// "Azarenko, Mykola A." is "mykola a azarenko".
func nameWords(norm string) []string {
	split := func(s string) []string {
		return strings.FieldsFunc(strings.TrimRight(extractors.Fold(s), "'"), func(r rune) bool { return r == ' ' || r == '-' || r == '.' || r == '"' || r == '(' || r == ')' })
	}
	if surname, given, ok := strings.Cut(norm, ","); ok {
		return append(split(given), split(surname)...)
	}
	return split(norm)
}

// longest returns the longest word: initials are in no name's list.
func longest(words []string) string {
	return slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
}

// shortOf reports whether words are short for the full name: words of it in their
// order, or initials of them, from its start or up to its end; a lone word may
// be any one.
func shortOf(short, full []string) bool {
	if len(short) > len(full) {
		return false
	}
	if len(short) == 1 {
		return len(full) > 1 && slices.Contains(full, short[0])
	}
	initials, next := false, 0
	for _, w := range short {
		for next < len(full) && full[next] != w && !(len(w) == 1 && strings.HasPrefix(full[next], w)) {
			next++
		}
		if next == len(full) {
			return false
		}
		initials = initials || len(full[next]) > len(w)
		next++
	}
	if len(short) == len(full) {
		return initials
	}
	return next == len(full) || slices.Equal(short, full[:len(short)])
}

// turned reports whether the first of two names is the second one with the
// surname before a comma.
func turned(norm, full string, words, fullWords []string) bool {
	return strings.Contains(norm, ",") && !strings.Contains(full, ",") && slices.Equal(words, fullWords)
}
