package resolutions

import (
	"strings"

	"tamis/extractors"
)

// Pin-cites: "paragraphes 15 et 16 de la résolution 1970 (2011)", "resolution
// 2254 (2015), para. 4".

var paragraphWords = wordSet("paragraphe paragraphes paragraph paragraphs para paras par pars § op ops pp")

var pinWords = wordSet("et and ou or , to through à – - ( ) ; au aux du des de of")

// toResolution holds the words between a paragraph's number and its
// resolution's noun.
var toResolution = wordSet("de of du la sa ses the its in dans des d' l' à to present")

// paragraphs returns the paragraphs cited of m, in the order of the text.
func (f *finder) paragraphs(m *member) string {
	i := m.tok - 1
	if m.noun >= 0 && m.direct {
		i = f.nouns[m.noun].tok - 1
	} else if m.noun >= 0 {
		return f.paragraphsAfter(m)
	}
	of := false
	for n := 0; n < 8 && i > 0; n++ {
		tok := &f.toks[i]
		if tok.Shape&extractors.IsNumber != 0 || f.s[tok.Start] == ')' || tok.Shape&extractors.IsWord != 0 && tok.Len() == 1 && !toResolution[tok.Hash] {
			break
		}
		if of && !toResolution[tok.Hash] {
			break
		}
		of = of || tok.Hash == hashOf || tok.Hash == hashDe || tok.Hash == hashDu || tok.Hash == hashIn || tok.Hash == hashDes
		if f.endsSentence(i) || f.s[tok.Start] == ',' || f.s[tok.Start] == ';' {
			return f.paragraphsAfter(m)
		}
		i--
	}
	if !of {
		return f.paragraphsAfter(m)
	}
	end := i + 1
	for n := 0; n < 40 && i >= 0; n++ {
		tok := &f.toks[i]
		if paragraphWords[tok.Hash] {
			return f.pinNumbers(i+1, end)
		}
		if strings.HasPrefix(strings.ToUpper(f.s[tok.Start:tok.End]), "OP") && countDigits(f.s[tok.Start+2:tok.End]) == tok.Len()-2 && tok.Len() > 2 {
			return f.s[tok.Start+2 : tok.End]
		}
		if tok.Shape&extractors.IsNumber == 0 && tok.Len() != 1 && !pinWords[tok.Hash] && !(tok.Shape&extractors.IsWord != 0 && allRoman(f.s[tok.Start:tok.End])) {
			break
		}
		i--
	}
	return f.paragraphsAfter(m)
}

var hashOf, hashDe, hashDu, hashIn, hashDes = hash("of"), hash("de"), hash("du"), hash("in"), hash("des")

// paragraphsAfter reads ", par. 15", "(paras. 3 and 4)" behind m.
func (f *finder) paragraphsAfter(m *member) string {
	i := m.end
	for n := 0; n < 3 && i < len(f.toks); n++ {
		tok := &f.toks[i]
		if paragraphWords[tok.Hash] {
			end := i + 1
			for end < len(f.toks) && end < i+40 {
				t := &f.toks[end]
				if t.Shape&extractors.IsNumber == 0 && t.Len() != 1 && !pinWords[t.Hash] || f.endsSentence(end) || t.Shape&extractors.IsLine != 0 || f.s[t.Start] == ';' {
					break
				}
				end++
			}
			return f.pinNumbers(i+1, end)
		}
		if c := f.s[tok.Start]; c != ',' && c != '(' {
			break
		}
		i++
	}
	return ""
}

// pinNumbers collects the numbers of the tokens [i, end), with letters in
// brackets: "9(a)"; a range counts with all that it covers.
func (f *finder) pinNumbers(i, end int) string {
	var out []string
	last, ranged := 0, false
	for ; i < end; i++ {
		tok := &f.toks[i]
		w := f.s[tok.Start:tok.End]
		switch {
		case tok.Shape&extractors.IsNumber != 0 && len(w) <= 3:
			n := atoi(w)
			if ranged && last > 0 && n > last && n-last <= 60 {
				for k := last + 1; k < n; k++ {
					out = append(out, itoa(k))
				}
			}
			ranged = false
			last = n
			out = append(out, itoa(n))
		case tok.Shape&extractors.IsNumber != 0:
			return strings.Join(out, ",") // a year or a number of something else
		case tok.Shape&extractors.IsWord != 0 && len(out) > 0 && i+1 < end && f.s[f.toks[i+1].Start] == ')' && len(w) <= 2:
			if !strings.HasSuffix(out[len(out)-1], ")") {
				out[len(out)-1] += "(" + w + ")"
			}
		case w == "à" || w == "to" || w == "–" || w == "-" || w == "through":
			ranged = true
		}
	}
	return strings.Join(out, ",")
}

func allRoman(s string) bool { _, ok := roman(strings.ToUpper(s)); return ok }
