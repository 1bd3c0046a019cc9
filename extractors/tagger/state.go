package tagger

import "tamis/extractors"

// state holds one text as the features see it.
type state struct {
	dictionary
	toks []token
	segs []extractors.Span
}

// A token is what features ask of a token of the text.
type token struct {
	word    int32
	shape   uint8
	caps    uint8 // length of the capitalised run
	dist    uint8 // from its head
	line    bool  // first of its line
	hint    uint16
	initial bool // opens a sentence
	run     run
}

// A run holds 1 + the tokens of the first and the last capital of a capitalised
// run and of the head noun to the left in what could be one name, 0 for none.
type run struct{ first, last, head int32 }

// tokens returns the tokens at the places from runFirst on, -1 for none.
func (r *run) tokens() [numPlaces - contextPlaces]int {
	return [...]int{int(r.first) - 1, int(r.last) - 1, int(r.head) - 1}
}

// maxGap is the number of small words after which a segment ends: no name
// reaches further from its last capital.
const maxGap = 9

// prepare fills the state for a text: the tokens' words, hints, runs and the
// segments to decode.
func (s *state) prepare(t *extractors.Text, hints []extractors.Mention, lex Lexicon) {
	s.open()
	s.toks = grow(s.toks, len(t.Tokens))
	for i := range t.Tokens {
		tok := &t.Tokens[i]
		surface := t.S[tok.Start:tok.End]
		at := s.number(surface, tok.Shape, lex)
		w := &s.words[at]
		w.last = s.epoch
		s.toks[i] = token{word: at, shape: w.shape, line: tok.Shape&extractors.IsLine != 0}
	}
	s.setHints(t, hints)
	for i := range s.toks {
		k := &s.toks[i]
		switch {
		case k.shape == shLower:
			if f := s.here(&s.words[k.word]); f.lower < 3 {
				f.lower++
			}
		case isCapShape(k.shape):
			if h := k.hint &^ (hintBegin | hintEnd); h != 0 {
				s.here(&s.words[k.word]).seen |= h
			}
		}
		k.initial = k.line || i > 0 && s.opens(t, i-1)
	}
	s.runs()
	s.segment()
}

// setHints gives each token the bits of the hints that cover it.
func (s *state) setHints(t *extractors.Text, hints []extractors.Mention) {
	n := len(t.Tokens)
	j := 0
	for i := range hints {
		h := &hints[i]
		for j > 0 && t.Tokens[j-1].End > h.Start {
			j--
		}
		for j < n && t.Tokens[j].End <= h.Start {
			j++
		}
		bit := hintOf(h)
		for k := j; k < n && t.Tokens[k].Start < h.End; k++ {
			s.toks[k].hint |= bit
			if k == j {
				s.toks[k].hint |= hintBegin
			}
			if t.Tokens[k].End >= h.End {
				s.toks[k].hint |= hintEnd
			}
		}
	}
}

// opens reports whether a sentence starts after token i.
func (s *state) opens(t *extractors.Text, i int) bool {
	switch s.toks[i].shape {
	case shPoint:
		return !s.abbreviation(t, i)
	case shQuote, shColon, shOther:
		return true
	case shHyphen:
		return s.toks[i].line
	}
	return false
}

// abbreviation reports whether the point at token i ends an abbreviation
// rather than a sentence: a single letter or a short capitalised word before
// it, "M.", "Mr.", "St.".
func (s *state) abbreviation(t *extractors.Text, i int) bool {
	return i > 0 && t.S[t.Tokens[i].Start] == '.' && t.Tokens[i-1].End == t.Tokens[i].Start &&
		(s.toks[i-1].shape == shLetter || s.flags(i-1)&FlagAbbreviation != 0)
}

func (s *state) flags(i int) uint32  { return s.words[s.toks[i].word].flags }
func (s *state) folded(i int) uint64 { return s.words[s.toks[i].word].folded }

// Flags of a Lexicon that the features give a part of their own.
const (
	FlagHead         = 1 << iota // heads names of organizations
	FlagSmall                    // joins the parts of a name: "de", "of"
	FlagAbbreviation             // is written with a point: "Mr"
	FlagAdjective                // French adjective by its ending
	FlagGiven                    // given name
	FlagTitle                    // "Mme"
	FlagRole                     // "ministre"
	FlagSaying                   // "said"
	FlagCommon                   // begins or ends no name of a person
	FlagRareGiven                // rare given name
	FlagSurname                  // family name
)

// VocabularyShift is the first of the flags that hold what dictionaries know of
// a word as such; the features take them together.
const VocabularyShift = 11

// inNames are the flags of what stands in names of organizations.
const inNames = FlagHead | FlagSmall | FlagAbbreviation

// runs finds for each token the head noun to its left within the run of words
// that could be one name, and the last word of its run of capitals.
func (s *state) runs() {
	head, dist := int32(0), 0
	for i := range s.toks {
		k := &s.toks[i]
		if k.line {
			head = 0
		}
		k.run.head, k.dist = head, uint8(min(dist, 15))
		switch flags := s.flags(i); {
		case flags&FlagHead != 0:
			head, dist = int32(i)+1, 0
			continue
		case isCapShape(k.shape), flags&(FlagSmall|FlagAdjective) != 0, k.shape == shHyphen, k.shape == shApos, k.shape == shComma:
		case head != 0 && k.shape == shLower && i > 0 && s.flags(i-1)&FlagSmall != 0:
		default:
			head = 0
		}
		dist++
	}
	// capitalised runs, joined by small words
	for i := 0; i < len(s.toks); {
		if !isCapShape(s.toks[i].shape) {
			i++
			continue
		}
		end, caps := i+1, 1
		for j := i + 1; j < len(s.toks) && !s.toks[j].line; j++ {
			k := &s.toks[j]
			if isCapShape(k.shape) {
				end = j + 1
				caps++
			} else if s.flags(j)&FlagSmall == 0 && k.shape != shHyphen && k.shape != shApos || j-end >= 3 {
				break
			}
		}
		for j := i; j < end; j++ {
			k := &s.toks[j]
			k.run.first, k.run.last, k.caps = int32(i)+1, int32(end), uint8(min(caps, 8))
		}
		i = end
	}
}

// segment cuts the lines into what is decoded together.
func (s *state) segment() {
	s.segs = s.segs[:0]
	start, last := -1, 0
	flush := func(end int) {
		if start >= 0 {
			s.segs = append(s.segs, extractors.Span{Start: start, End: min(end, last+maxGap)})
			start = -1
		}
	}
	for i := range s.toks {
		k := &s.toks[i]
		if k.line {
			flush(i)
		}
		if isCapShape(k.shape) || k.hint&^(hintTime|hintBegin|hintEnd) != 0 || k.shape != shLower && s.flags(i)&FlagHead != 0 {
			if start >= 0 && i-last > maxGap+2 {
				flush(i)
			}
			if start < 0 {
				start = max(i-2, 0)
				for start < i && s.toks[start+1].line {
					start++
				}
				if n := len(s.segs); n > 0 && s.segs[n-1].End > start {
					start = s.segs[n-1].End
				}
				if start < i && k.line {
					start = i
				}
			}
			last = i + 1
		}
	}
	flush(len(s.toks))
}

// beside returns the tokens at the places about token i, -1 for one beyond the
// line.
func (s *state) beside(i int) [contextPlaces]int {
	at := [contextPlaces]int{-1, -1, -1, -1}
	if i > 0 && !s.toks[i].line {
		at[before] = i - 1
		if i > 1 && !s.toks[i-1].line {
			at[before2] = i - 2
		}
	}
	if n := len(s.toks); i+1 < n && !s.toks[i+1].line {
		at[after] = i + 1
		if i+2 < n && !s.toks[i+2].line {
			at[after2] = i + 2
		}
	}
	return at
}

// A situation is what many tokens have in common, in one number: its features
// follow from it alone, so their sum is kept.
type situation interface {
	~uint64
	features(dst []uint64) []uint64
}

// around holds the shapes of a token and of two on either side, and the hints
// of the token and its neighbours.
type around uint64

func (s *state) around(i int, beside *[contextPlaces]int) around {
	shapeAt := func(j int) uint64 {
		if j < 0 {
			return shEdge
		}
		return uint64(s.toks[j].shape)
	}
	k := &s.toks[i]
	hintAt := func(j int) uint64 {
		if j < 0 {
			return 0
		}
		return uint64(s.toks[j].hint)
	}
	return around(bit(k.initial) | uint64(k.shape)<<1 | shapeAt(beside[before])<<6 | shapeAt(beside[after])<<11 | shapeAt(beside[before2])<<16 | shapeAt(beside[after2])<<21 |
		uint64(k.hint)<<26 | hintAt(beside[before])<<37 | hintAt(beside[after])<<48)
}

func (a around) features(dst []uint64) []uint64 {
	shapeAt := func(place int) uint64 { return uint64(a) >> place & (1<<5 - 1) }
	hintAt := func(place int) uint64 { return uint64(a) >> place & (1<<11 - 1) }
	initial, sh, prev, next, prev2, next2 := uint64(a)&1, shapeAt(1), shapeAt(6), shapeAt(11), shapeAt(16), shapeAt(21)
	hint, hintBefore, hintAfter := hintAt(26), hintAt(37), hintAt(48)
	dst = append(dst,
		mix(tInitial, initial|sh<<1),
		mix(tHint, hint),
		mix(tHintPrev, hint|hintBefore<<16),
		mix(tHintNext, hint|hintAfter<<16),
		mix(tHintShape, hint|sh<<16|initial<<24),
		mix(tShapes, prev|sh<<8|next<<16),
		mix(tShapesWide, prev|sh<<8|next<<16|prev2<<24|next2<<32),
	)
	if prev == shOpen || next == shClose {
		dst = append(dst, mix(tBracket, prev|next<<8|sh<<16))
	}
	return dst
}

// company holds how a capital stands elsewhere in the text and how long its
// run is, and how far back a head noun stands; 0 where there is nothing to
// tell.
type company uint64

func (s *state) company(i int, beside *[contextPlaces]int) (c company) {
	k := &s.toks[i]
	if isCapShape(k.shape) {
		f := s.here(&s.words[k.word])
		c = company(1 | uint64(f.seen)<<1 | uint64(f.lower)<<12 | bit(k.initial)<<14 | uint64(k.caps)<<15)
	}
	if k.run.head != 0 {
		next := uint64(shEdge)
		if j := beside[after]; j >= 0 {
			next = uint64(s.toks[j].shape)
		}
		c |= company(1<<24 | uint64(k.dist)<<25 | next<<29)
	}
	if c != 0 {
		c |= company(k.shape) << 19
	}
	return c
}

func (c company) features(dst []uint64) []uint64 {
	sh := uint64(c) >> 19 & (1<<5 - 1)
	if c&1 != 0 {
		seen, lower, initial, run := uint64(c)>>1&(1<<11-1), uint64(c)>>12&3, uint64(c)>>14&1, uint64(c)>>15&(1<<4-1)
		dst = append(dst, mix(tElsewhere, seen), mix(tElsewhereShape, seen|sh<<16|initial<<24),
			mix(tLower, lower|initial<<8|sh<<16), mix(tRunLength, run|sh<<8|initial<<16))
	}
	if c>>24&1 != 0 {
		dist, next := uint64(c)>>25&(1<<4-1), uint64(c)>>29&(1<<5-1)
		dst = append(dst, mix(tRunHeadDist, dist|sh<<8|next<<16))
	}
	return dst
}

// lexical appends the features of token i that pair its word or shape with
// another word.
func (s *state) lexical(i int, beside *[contextPlaces]int, dst []uint64) []uint64 {
	k := &s.toks[i]
	w, sh := s.folded(i), uint64(k.shape)
	if j := beside[before]; j >= 0 {
		p := s.folded(j)
		dst = append(dst, mix(tBigram, w^p*31), mix(tPrevShape, p^sh))
	}
	if j := beside[after]; j >= 0 {
		n := s.folded(j)
		dst = append(dst, mix(tBigramNext, w^n*37), mix(tNextShape, n^sh))
	}
	if isCapShape(k.shape) {
		dst = append(dst, mix(tRunLastShape, s.folded(int(k.run.last)-1)^sh<<3))
	}
	if k.run.head != 0 {
		dst = append(dst, mix(tRunHead, s.folded(int(k.run.head)-1)^sh))
	}
	return dst
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n+n/4)[:n]
	}
	return s[:n]
}
