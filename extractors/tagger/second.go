package tagger

import (
	"slices"

	"tamis/extractors"
)

// The second pass reads a text again where the first was unsure, with what this
// made of the rest: how the same word is labelled elsewhere and in which longer
// names, what a name's ends and neighbours are, what the other names of the
// line and of the lines about it are. Its features add to the scores of the
// first pass. After Krishnan and Manning, "An Effective Two-Stage Model for
// Exploiting Non-Local Dependencies in Named Entity Recognition" (2006);
// stacking goes back to Wolpert, "Stacked Generalization" (1992).
//
// Only what the first pass was unsure of is read again: a third of the tokens
// near names, where names are dense.

// A finding is a name of the first pass.
type finding struct {
	first, last int32 // tokens
	line        int32
	kind        uint8 // 1 + number of the type
	sure        uint8 // of its least sure token, see sureness
}

// A passage is what the features ask of a line.
type passage struct {
	first, end int32 // tokens
	head       uint8 // kind of the name that opens it, 0 for none
	left       uint8 // kind of its first name
	right      uint8 // kind of its last name
	names      [numTypes]uint8
}

// tally counts what the first pass made of a word in one text, capitals alone.
type tally struct {
	kinds  [1 + numTypes]uint8 // tokens outside of names, in names of each type
	sure   [numTypes]uint8     // in names that are sure
	longer [numTypes]uint8     // in names of several tokens
	alone  [numTypes]uint8     // as a name of its own
	long   int32               // 1 + the longest finding of several tokens with it, 0 for none
}

// kindOf returns the kind of a label: 0 outside of names.
func kindOf(label uint8) int { return (int(label) + 3) / 4 }

// doubt is the least lead of a label's kind over all others that is sure.
const doubt = 3

// lead returns by how much the best label of a kind beats those of the others.
func lead(v *vec, kind int) float32 {
	best := [1 + numTypes]float32{v[0], max(v[1], v[2], v[3], v[4]), max(v[5], v[6], v[7], v[8]), max(v[9], v[10], v[11], v[12])}
	own := best[kind]
	best[kind] = best[(kind+1)%len(best)]
	return own - max(best[0], best[1], best[2], best[3])
}

// sureness turns a lead into one of four steps.
func sureness(lead float32) uint8 {
	switch {
	case lead > 6:
		return 3
	case lead > 3:
		return 2
	case lead > 1:
		return 1
	}
	return 0
}

// A mark is what the first pass made of a token.
type mark struct {
	label  uint8
	sure   uint8
	unsure bool  // to be read again
	in     int32 // 1 + its finding, 0 for none
}

// note keeps what the first pass made of the tokens of a segment.
func (s *Scratch) note(seg extractors.Span) {
	for k := range s.emit[:seg.Len()] {
		i := seg.Start + k
		label := s.read[i].label
		if label == labelO && !isCapShape(s.toks[i].shape) {
			continue // it is read again where a name beside it is
		}
		d := lead(&s.emit[k], kindOf(label))
		s.marks[i] = mark{label: label, sure: sureness(d), unsure: d < doubt}
	}
}

// survey gathers what the second pass asks of the whole text.
func (s *Scratch) survey() {
	s.passages, s.findings = s.passages[:0], s.findings[:0]
	var names [numTypes]int
	for i := range s.toks {
		if s.toks[i].line || i == 0 {
			s.passages = append(s.passages, passage{first: int32(i)})
		}
		at := len(s.passages) - 1
		p := &s.passages[at]
		p.end = int32(i) + 1
		m := &s.marks[i]
		kind := kindOf(m.label)
		if kind > 0 {
			if part := (m.label - 1) % 4; part == partB || part == partS {
				s.findings = append(s.findings, finding{first: int32(i), line: int32(at), kind: uint8(kind), sure: m.sure})
				if p.first == int32(i) {
					p.head = uint8(kind)
				}
				if p.left == 0 {
					p.left = uint8(kind)
				}
				p.right = uint8(kind)
				count(&p.names[kind-1])
				names[kind-1]++
			}
			m.in = int32(len(s.findings))
			f := &s.findings[m.in-1]
			f.last, f.sure = int32(i), min(f.sure, m.sure)
		}
	}
	s.mixture = 0
	if n := len(s.findings); n > 0 {
		for kind, x := range names {
			s.mixture |= uint64(5*x/n) << (3 * kind)
		}
	}
	for i := range s.toks {
		if !isCapShape(s.toks[i].shape) {
			continue
		}
		t := &s.here(&s.words[s.toks[i].word]).tally
		in := s.marks[i].in
		if in == 0 {
			count(&t.kinds[0])
			continue
		}
		f := &s.findings[in-1]
		count(&t.kinds[f.kind])
		if f.sure >= 2 {
			count(&t.sure[f.kind-1])
		}
		if f.last == f.first {
			count(&t.alone[f.kind-1])
			continue
		}
		count(&t.longer[f.kind-1])
		if t.long == 0 || f.last-f.first > s.findings[t.long-1].last-s.findings[t.long-1].first {
			t.long = in
		}
	}
}

func count(n *uint8) {
	if *n < 255 {
		*n++
	}
}

// doubtful sets parts to what of the segments is to be read again: the unsure
// tokens with the names and unsure tokens that they touch, and a token on either
// side.
func (s *Scratch) doubtful() {
	s.parts = s.parts[:0]
	for _, seg := range s.segs {
		aside := func(i int) bool { return s.marks[i].label == labelO && !s.marks[i].unsure }
		end := seg.Start
		for i := seg.Start; i < seg.End; i++ {
			if !s.marks[i].unsure {
				continue
			}
			start := i
			for start > end && !aside(start-1) {
				start--
			}
			start = max(start-1, end)
			end = i + 1
			for end < seg.End && !aside(end) {
				end++
			}
			end = min(end+1, seg.End)
			s.parts = append(s.parts, extractors.Span{Start: start, End: end})
			i = end - 1
		}
	}
}

// majority returns the commonest of the kinds, counted from 1, with its share in
// four steps, and how many there are in all, to 3; 0 for none.
func majority(n []uint8) (most, total uint64) {
	k, top, sum := 0, 0, 0
	for i, x := range n {
		sum += int(x)
		if int(x) > top {
			k, top = i+1, int(x)
		}
	}
	if sum == 0 {
		return 0, 0
	}
	part := uint64(0)
	switch {
	case top == sum:
		part = 3
	case 5*top >= 4*sum:
		part = 2
	case 2*top > sum:
		part = 1
	}
	return uint64(k) | part<<3, uint64(min(sum, 3))
}

// sequel holds the labels of a token and of two on either side, how sure the
// first pass was, the token's shape, and which types the text has.
type sequel uint64

func (s *Scratch) sequel(i int) sequel {
	beside := s.beside(i)
	labelAt := func(place int) uint64 {
		if j := beside[place]; j >= 0 {
			return uint64(s.marks[j].label)
		}
		return 15
	}
	sure := s.sureAt(i)
	return sequel(uint64(s.marks[i].label) | labelAt(before)<<4 | labelAt(after)<<8 | labelAt(before2)<<12 | labelAt(after2)<<16 |
		sure<<20 | uint64(s.toks[i].shape)<<22 | s.mixture<<27)
}

// sureAt returns how sure the first pass was of what token i is in.
func (s *Scratch) sureAt(i int) uint64 {
	if in := s.marks[i].in; in > 0 {
		return uint64(s.findings[in-1].sure)
	}
	return uint64(s.marks[i].sure)
}

func (k sequel) features(dst []uint64) []uint64 {
	at := func(place, bits int) uint64 { return uint64(k) >> place & (1<<bits - 1) }
	l, prev, next, prev2, next2, sure, sh := at(0, 4), at(4, 4), at(8, 4), at(12, 4), at(16, 4), at(20, 2), at(22, 5)
	dst = append(dst, mix(tLabel, l), mix(tLabelSure, l|sure<<4), mix(tLabelPrev, l|prev<<4), mix(tLabelNext, l|next<<4),
		mix(tLabels, l|prev<<4|next<<8), mix(tLabelsWide, l|prev2<<4|next2<<8), mix(tLabelShape, l|sh<<4))
	if l != labelO || isCapShape(uint8(sh)) {
		for kind := range numTypes {
			dst = append(dst, mix(tMixture+kind, at(27+3*kind, 3)|l<<4))
		}
	}
	return dst
}

// An echo holds what the first pass made of the same word elsewhere in the text.
type echo uint64

func (s *Scratch) echo(i int) echo {
	w := &s.words[s.toks[i].word]
	if !isCapShape(s.toks[i].shape) || w.flags&FlagSmall != 0 {
		return 0
	}
	t := s.here(w).tally
	label, single, in := s.marks[i].label, false, s.marks[i].in
	kind := kindOf(label)
	// this one does not count
	less := func(n *uint8) {
		if *n > 0 {
			*n--
		}
	}
	less(&t.kinds[kind])
	if in > 0 {
		f := &s.findings[in-1]
		if f.sure >= 2 {
			less(&t.sure[kind-1])
		}
		if single = f.first == f.last; single {
			less(&t.alone[kind-1])
		} else {
			less(&t.longer[kind-1])
		}
	}
	e := 1 | uint64(label)<<1 | bit(single)<<5 | s.sureAt(i)<<6
	all, n := majority(t.kinds[:])
	if n == 0 {
		return echo(e)
	}
	mask := uint64(0)
	for k, x := range t.kinds {
		mask |= bit(x > 0) << k
	}
	named, _ := majority(t.kinds[1:])
	sure, _ := majority(t.sure[:])
	longer, _ := majority(t.longer[:])
	alone, _ := majority(t.alone[:])
	e |= all<<8 | n<<13 | mask<<15 | named<<19 | sure<<24 | longer<<29 | alone<<34
	if t.long > 0 && t.long != in && longer > 0 {
		f := &s.findings[t.long-1]
		place := uint64(2)
		switch w.folded {
		case s.folded(int(f.first)):
			place = 0
		case s.folded(int(f.last)):
			place = 1
		}
		e |= (uint64(f.kind) | place<<2 | uint64(f.sure)<<4) << 39
	}
	return echo(e)
}

func (k echo) features(dst []uint64) []uint64 {
	at := func(place, bits int) uint64 { return uint64(k) >> place & (1<<bits - 1) }
	label := at(1, 4)
	own := uint64(kindOf(uint8(label))) | at(5, 3)<<2
	all, n, mask, named, sure, longer, alone, long := at(8, 5), at(13, 2), at(15, 4), at(19, 5), at(24, 5), at(29, 5), at(34, 5), at(39, 6)
	if n == 0 {
		return append(dst, mix(tNoEcho, own))
	}
	dst = append(dst, mix(tEcho, all|n<<5|own<<8), mix(tEchoMask, mask|label<<4), mix(tEchoMaskOwn, mask|own<<4))
	if named > 0 {
		dst = append(dst, mix(tEchoNamed, named|own<<8))
	}
	if sure > 0 {
		dst = append(dst, mix(tEchoSure, sure|own<<8), mix(tEchoSureLabel, sure|label<<8))
	}
	if longer > 0 {
		dst = append(dst, mix(tEchoLonger, longer|own<<8), mix(tEchoLongerLabel, longer&7|label<<8))
	}
	if long > 0 {
		dst = append(dst, mix(tEchoLong, long&15|own<<8), mix(tEchoLongLabel, long|label<<8))
	}
	if alone > 0 {
		dst = append(dst, mix(tEchoAlone, alone|own<<8), mix(tEchoAloneLabel, alone&7|label<<8))
	}
	return dst
}

// A setting holds where a name or a capital stands in its line, and what the
// other names of the line and of the lines about it are.
type setting uint64

// nearby is the number of lines on either side that a setting looks at.
const nearby = 4

func (s *Scratch) setting(i int) setting {
	in := s.marks[i].in
	if in == 0 && !isCapShape(s.toks[i].shape) {
		return 0
	}
	line, _ := slices.BinarySearchFunc(s.passages, int32(i), func(p passage, i int32) int { return int(p.first) - int(i) - 1 })
	line--
	p := &s.passages[line]
	first, last := int32(i), int32(i)
	names := p.names
	prev, next := uint64(0), uint64(0)
	if in > 0 {
		f := &s.findings[in-1]
		first, last = f.first, f.last
		if names[f.kind-1] > 0 {
			names[f.kind-1]--
		}
		prev, next = s.kindAt(int(in)-2, f.line), s.kindAt(int(in), f.line)
	} else {
		for j := i - 1; j >= max(int(p.first), i-reach); j-- {
			if in := s.marks[j].in; in > 0 {
				prev = uint64(s.findings[in-1].kind)
				break
			}
		}
		for j := i + 1; j < min(int(p.end), i+reach+1); j++ {
			if in := s.marks[j].in; in > 0 {
				next = uint64(s.findings[in-1].kind)
				break
			}
		}
	}
	opens, closes := p.first == first, p.end == last+1
	k := 1 | uint64(s.marks[i].label)<<1 | prev<<5 | next<<7 | bit(opens)<<9 | bit(closes)<<10 | uint64(min(p.end-p.first, 12))<<11
	others, n := majority(names[:])
	k |= others<<15 | n<<20
	about := [2]passage{{head: 7, left: 7}, {head: 7, left: 7}}
	if line > 0 {
		about[0] = s.passages[line-1]
	}
	if line+1 < len(s.passages) {
		about[1] = s.passages[line+1]
	}
	k |= uint64(about[0].left)<<22 | uint64(about[1].left)<<25
	if !opens && !closes {
		return setting(k)
	}
	var heads, rights [1 + numTypes]uint8
	for j := max(0, line-nearby); j < min(len(s.passages), line+nearby+1); j++ {
		if j != line {
			count(&heads[s.passages[j].head])
			count(&rights[s.passages[j].right])
		}
	}
	if opens {
		all, _ := majority(heads[:])
		named, n := majority(heads[1:])
		k |= uint64(about[0].head)<<28 | uint64(about[1].head)<<31 | all<<34 | named<<39 | n<<44
	}
	if closes {
		all, _ := majority(rights[:])
		k |= all << 46
	}
	return setting(k)
}

// reach is how far from a capital outside of names a setting looks for one.
const reach = 7

// kindAt returns the kind of a finding of the line, 0 where there is none.
func (s *Scratch) kindAt(at int, line int32) uint64 {
	if at < 0 || at >= len(s.findings) || s.findings[at].line != line {
		return 0
	}
	return uint64(s.findings[at].kind)
}

func (k setting) features(dst []uint64) []uint64 {
	at := func(place, bits int) uint64 { return uint64(k) >> place & (1<<bits - 1) }
	l, prev, next, opens, closes, size := at(1, 4), at(5, 2), at(7, 2), at(9, 1), at(10, 1), at(11, 4)
	edges := opens | closes<<1
	dst = append(dst, mix(tNamePrev, prev|l<<2), mix(tNameNext, next|l<<2), mix(tNamesBeside, prev|next<<2|l<<4),
		mix(tEdges, edges|l<<2), mix(tEdgesSize, edges|size<<2|l<<8), mix(tLinesBeside, at(22, 3)|at(25, 3)<<3|l<<6|edges<<12))
	if others := at(15, 5); others > 0 {
		dst = append(dst, mix(tNamesOfLine, others|at(20, 2)<<5|l<<8))
	}
	if opens == 1 {
		heads := at(28, 3) | at(31, 3)<<3 | l<<6
		dst = append(dst, mix(tHeads, heads), mix(tHeadsSize, heads|closes<<12|size<<13), mix(tHeadsNearby, at(34, 5)|l<<6))
		if named := at(39, 5); named > 0 {
			dst = append(dst, mix(tHeadsNamed, named|l<<6|at(44, 2)<<12))
		}
	}
	if closes == 1 {
		dst = append(dst, mix(tRightsNearby, at(46, 5)|l<<6))
	}
	return dst
}

// findingFeatures appends the features that all tokens of a name of the first
// pass share: its words, and those about it.
func (s *Scratch) findingFeatures(at int, dst []uint64) []uint64 {
	f := &s.findings[at]
	kind := uint64(f.kind)
	first, last := int(f.first), int(f.last)
	add := func(template int, value uint64) { dst = append(dst, mix(template, value<<2^kind)) }
	add(tFirst, s.folded(first))
	add(tLast, s.folded(last))
	add(tSize, uint64(min(last-first+1, 6)))
	shapes := uint64(0)
	for j := first; j <= last && j < first+5; j++ {
		shapes = shapes<<5 | uint64(s.toks[j].shape)
	}
	add(tNameShape, shapes)
	a, b := uint64(s.flags(first)), uint64(s.flags(last))
	add(tFirstLists, a)
	add(tLastLists, b)
	if last > first {
		add(tEndsLists, mix(0, a<<32|b))
	}
	// the words about it, within the line
	p := &s.passages[f.line]
	var words [contextPlaces]uint64
	for place, j := range [contextPlaces]int{first - 2, first - 1, last + 1, last + 2} {
		if j < int(p.first) || j >= int(p.end) {
			continue
		}
		words[place] = s.folded(j)
		for i, x := range &s.clusters[s.toks[j].word] {
			if x != 0 && i%3 != 0 {
				add(tClusterBeside+6*place+i, uint64(x))
			}
		}
	}
	add(tBeside+before, words[before])
	add(tBeside+before2, words[before2])
	add(tBeside+after, words[after])
	add(tBeside+after2, words[after2])
	add(tTwoBefore, words[before]^words[before2]*31)
	add(tTwoAfter, words[after]^words[after2]*31)
	add(tAround, words[before]^words[after]*31)
	// what parts it from the names about it
	prev, next := s.kindAt(at-1, f.line), s.kindAt(at+1, f.line)
	left, right := uint64(0), uint64(0)
	if prev > 0 {
		left = s.gap(int(s.findings[at-1].last), first)
	}
	if next > 0 {
		right = s.gap(last, int(s.findings[at+1].first))
	}
	add(tGapLeft, mix(0, left)^prev)
	add(tGapRight, mix(0, right)^next)
	if prev > 0 && next > 0 {
		add(tGaps, mix(0, left)^mix(1, right)^(prev|next<<2))
	}
	return dst
}

// gap returns the words between two tokens, or how many there are.
func (s *Scratch) gap(a, b int) uint64 {
	switch n := b - a - 1; n {
	case 1:
		return 2 | s.folded(a+1)<<6
	case 2:
		return 3 | (s.folded(a+1)*31^s.folded(a+2))<<6
	default:
		return uint64(min(n, 6))
	}
}

// reread fills emit with the scores of the labels of token i in the second pass.
func (m *Model) reread(s *Scratch, i int, emit *vec) {
	m.emission(s, i, emit)
	v := *recall(m, s, s.sequels[:], s.sequel(i))
	if k := s.echo(i); k != 0 {
		v.plus(recall(m, s, s.echoes[:], k))
	}
	if k := s.setting(i); k != 0 {
		v.plus(recall(m, s, s.settings[:], k))
	}
	if in := s.marks[i].in; in > 0 {
		if in != s.finding {
			s.finding = in
			s.feats = s.findingFeatures(int(in)-1, s.feats[:0])
			s.findingSum = m.sum(s.feats)
		}
		v.plus(&s.findingSum)
	}
	var more vec
	v.scores(&more, m.two.scale)
	for l, x := range &more {
		emit[l] = emit[l]*m.carry + x
	}
}

// secondFeatures appends the features of token i in the second pass.
func (s *Scratch) secondFeatures(i int, dst []uint64) []uint64 {
	dst = s.sequel(i).features(dst)
	if k := s.echo(i); k != 0 {
		dst = k.features(dst)
	}
	if k := s.setting(i); k != 0 {
		dst = k.features(dst)
	}
	if in := s.marks[i].in; in > 0 {
		dst = s.findingFeatures(int(in)-1, dst)
	}
	return dst
}
