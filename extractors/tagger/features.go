package tagger

import (
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// Labels are those of the BIOES scheme over three types: a name of one token
// is S, a longer one B I* E. Ratinov and Roth, "Design Challenges and
// Misconceptions in Named Entity Recognition" (2009).
const (
	labelO    = 0
	numTypes  = 3
	numLabels = 1 + 4*numTypes
)

// Parts of a name, in the order of the labels of one type.
const (
	partB = iota
	partI
	partE
	partS
)

var labelTypes = [numTypes]extractors.Type{extractors.Org, extractors.Per, extractors.Loc}

func label(kind, part int) int { return 1 + 4*kind + part }

// A vec holds a score for each label.
type vec [numLabels]float32

// The templates. A number may not be used twice; the trained model knows
// features by them.
const (
	tWord = iota + 1
	tExact
	tPrefix // + length, to 4
	_
	_
	_
	tSuffix // + length, to 5
	_
	_
	_
	_
	tShape
	tLexicon // a flag each
	tInitial
	tHint
	tHintPrev
	tHintNext
	tHintShape
	tShapes
	tShapesWide
	tBigram
	tBigramNext
	tPrevShape
	tNextShape
	tElsewhere
	tElsewhereShape
	tLower
	tRunHead
	tRunHeadDist
	tRunLast
	tRunLastShape
	tRunLength
	tBracket
	tKind
	tLang
	tHintLexPrev
	tLineCaps
	tTrigram
	tVocabulary
	tLists
	tContext // + 10 for each place, see contextFeatures
)

// Templates of clusters stand apart: six for each place, from 0 for the token
// itself, see clusterFeatures.
const tCluster = 200

// The templates of the second pass.
const (
	tLabel = iota + 400
	tLabelSure
	tLabelPrev
	tLabelNext
	tLabels
	tLabelsWide
	tLabelShape
	tMixture // + number of the type
	_
	_
	tNoEcho
	tEcho
	tEchoMask
	tEchoMaskOwn
	tEchoNamed
	tEchoSure
	tEchoSureLabel
	tEchoLonger
	tEchoLongerLabel
	tEchoLong
	tEchoLongLabel
	tEchoAlone
	tEchoAloneLabel
	tNamePrev
	tNameNext
	tNamesBeside
	tEdges
	tEdgesSize
	tLinesBeside
	tNamesOfLine
	tHeads
	tHeadsSize
	tHeadsNearby
	tHeadsNamed
	tRightsNearby
	tFirst
	tLast
	tSize
	tNameShape
	tFirstLists
	tLastLists
	tEndsLists
	tTwoBefore
	tTwoAfter
	tAround
	tGapLeft
	tGapRight
	tGaps
	tBeside // + place
	_
	_
	_
	tClusterBeside // + 6 for each place
)

// The places of the words that a token's features ask for beside its own.
const (
	before2 = iota
	before
	after
	after2
	contextPlaces
)

// The words of a run, which are the same for many tokens: its first and its last
// capital, and the head noun to the left in what could be one name.
const (
	runFirst = contextPlaces + iota
	runLast
	runHead
	numPlaces
)

func mix(template int, value uint64) uint64 {
	h := value ^ uint64(template)*0x9E3779B97F4A7C15
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	h ^= h >> 32
	return h
}

func hashBytes(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// shape classes of a token, coarse enough for conjunctions.
const (
	shLower    = iota + 1 // "mot"
	shCap                 // "Mot"
	shUpper               // "MOT", short
	shUpperLng            // "MINISTÈRE": six letters or more
	shLetter              // "M"
	shMixed               // "McDonald", "UNiTE"
	shNumber
	shAlnum // "G5", "B2B"
	shComma
	shPoint
	shOpen
	shClose
	shHyphen
	shApos
	shSlash
	shColon
	shQuote
	shOther
	shEdge // beyond the line
)

func shapeOf(surface string, sh extractors.Shape) uint8 {
	switch {
	case sh&extractors.IsPoss != 0:
		return shApos
	case sh&extractors.IsNumber != 0:
		return shNumber
	case sh&extractors.IsWord == 0:
		switch surface[0] {
		case ',', ';':
			return shComma
		case '.', '!', '?':
			return shPoint
		case '(', '[':
			return shOpen
		case ')', ']':
			return shClose
		case '-':
			return shHyphen
		case '\'':
			return shApos
		case '/', '|':
			return shSlash
		case ':':
			return shColon
		case '"':
			return shQuote
		}
		switch r, _ := utf8.DecodeRuneInString(surface); r {
		case '–', '—', '‑':
			return shHyphen
		case '«', '»', '“', '”':
			return shQuote
		case '’':
			return shApos
		}
		return shOther
	case sh&extractors.HasDigit != 0:
		return shAlnum
	case sh&extractors.IsUpper != 0:
		if len(surface) >= 6 {
			return shUpperLng
		}
		return shUpper
	case sh&extractors.IsCap != 0:
		n := len(surface)
		if n == 1 || n <= 3 && utf8.RuneCountInString(surface) == 1 {
			return shLetter
		}
		for _, r := range surface[1:] {
			if unicode.IsUpper(r) {
				return shMixed
			}
		}
		return shCap
	}
	for _, r := range surface {
		if unicode.IsUpper(r) {
			return shMixed
		}
	}
	return shLower
}

// isCapShape reports whether a token may stand at the head of a name by its
// letters.
func isCapShape(sh uint8) bool { return sh >= shCap && sh <= shMixed || sh == shAlnum }

// wordFeatures appends the features that a token has by itself: they are
// looked up once for each word.
func wordFeatures(dst []uint64, surface string, w *word, c *Clusters) []uint64 {
	return knowledge(spelling(dst, surface, w), surface, w, c)
}

// isWordShape reports whether a token is spelled, so that lists may know it.
func isWordShape(sh uint8) bool { return sh <= shAlnum && sh != shNumber }

// spelling appends the features by which a model knows a word by heart, or its
// like by their letters.
func spelling(dst []uint64, surface string, w *word) []uint64 {
	sh := w.shape
	if !isWordShape(sh) {
		return dst
	}
	var buf [96]byte
	f := extractors.AppendFold(buf[:0], surface)
	dst = append(dst, mix(tWord, hashBytes(f)), mix(tExact, hashString(surface)))
	for n := 1; n <= 4 && n < len(f); n++ {
		dst = append(dst, mix(tPrefix+n-1, hashBytes(f[:n])^uint64(sh)<<56))
	}
	for n := 1; n <= 5 && n < len(f); n++ {
		dst = append(dst, mix(tSuffix+n-1, hashBytes(f[len(f)-n:])^uint64(sh)<<56))
	}
	if isCapShape(sh) {
		for n := 0; n+3 <= len(f); n++ {
			dst = append(dst, mix(tTrigram, hashBytes(f[n:n+3])))
		}
	}
	return dst
}

// knowledge appends what is known of a word beside its spelling, and what other
// tokens are.
func knowledge(dst []uint64, surface string, w *word, c *Clusters) []uint64 {
	sh, flags := w.shape, w.flags
	dst = append(dst, mix(tShape, uint64(sh)))
	if !isWordShape(sh) {
		var buf [96]byte
		f := extractors.AppendFold(buf[:0], surface)
		dst = append(dst, mix(tWord, hashBytes(f)))
		if sh == shNumber {
			dst = append(dst, mix(tExact, uint64(len(f))))
		}
	}
	for bit := range 32 {
		if flags&(1<<bit) != 0 {
			dst = append(dst, mix(tLexicon, uint64(bit)), mix(tLexicon, uint64(bit)|uint64(sh)<<8))
		}
	}
	if isWordShape(sh) {
		dst = append(dst, mix(tVocabulary, uint64(flags>>VocabularyShift)|uint64(sh)<<16), mix(tLists, uint64(flags&^inNames)|uint64(sh)<<32))
	}
	return clusterFeatures(dst, 0, c, fine|middle|coarse)
}

// contextFeatures appends the features that a word gives to the tokens that it
// has a place for.
func contextFeatures(dst []uint64, place int, surface string, w *word, c *Clusters) []uint64 {
	switch place {
	case runFirst, runHead:
		return clusterFeatures(dst, 1+place, c, middle)
	case runLast:
		return clusterFeatures(append(dst, mix(tRunLast, w.folded)), 1+place, c, middle)
	}
	sh, flags := w.shape, w.flags
	var buf [96]byte
	f := extractors.AppendFold(buf[:0], surface)
	t := tContext + 10*place
	dst = append(dst, mix(t, hashBytes(f)), mix(t+1, uint64(sh)))
	if sh == shLower && len(f) > 4 {
		dst = append(dst, mix(t+2, hashBytes(f[len(f)-3:])))
	}
	for bit := range 32 {
		if flags&(1<<bit) != 0 {
			dst = append(dst, mix(t+3, uint64(bit)))
		}
	}
	if isWordShape(sh) {
		dst = append(dst, mix(t+4, uint64(flags>>VocabularyShift)|uint64(sh)<<16))
	}
	return clusterFeatures(dst, 1+place, c, middle|coarse)
}

// Grains of Clusters, a bit each.
const (
	fine = 1 << iota
	middle
	coarse
)

// clusterFeatures appends a word's clusters of the grains. Those of place 0 are
// the token's own.
func clusterFeatures(dst []uint64, place int, c *Clusters, grains int) []uint64 {
	for i, x := range c {
		if x != 0 && grains>>(i%3)&1 != 0 {
			dst = append(dst, mix(tCluster+len(c)*place+i, uint64(x)))
		}
	}
	return dst
}

// Hints are what rules and lists say of a token, one bit each.
const (
	hintTable     = 1 << iota // in a name of the table of organizations
	hintHead                  // in a name by its head noun
	hintDefined               // in a definition, or an acronym that is explained
	hintAcronym               // an acronym that nothing explains
	hintPerStrong             // in a person's name, by a title or role
	hintPerWeak               // in a person's name, by a given name or a label
	hintLocStrong             // in a place name that is unambiguous
	hintLocWeak               // in another place name
	hintTime                  // in a date or a resolution
	hintBegin                 // the first token of one of them
	hintEnd                   // the last token of one of them
)

func hintOf(m *extractors.Mention) uint16 {
	switch m.Type {
	case extractors.Org:
		switch {
		case m.Confidence < extractors.Certain:
			return hintAcronym
		case m.Rule == "table":
			return hintTable
		case m.Rule == "head-noun":
			return hintHead
		}
		return hintDefined
	case extractors.Per:
		if m.Confidence >= 0.9 {
			return hintPerStrong
		}
		return hintPerWeak
	case extractors.Loc:
		switch {
		case m.Confidence >= 0.9:
			return hintLocStrong
		case m.Confidence < 0.4:
			return hintLocStrong | hintLocWeak // of a list, without evidence
		}
		return hintLocWeak
	}
	return hintTime
}
