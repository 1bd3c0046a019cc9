package resolutions

import (
	"cmp"
	"slices"
	"strings"

	"tamis/extractors"
)

// The second pass: which body adopted what the sweep has found.

// compatible reports whether the body numbers in the way of m.
func compatible(b int, m *member) bool {
	if m.code != "" {
		return false
	}
	if bodies[b].shapes&m.shape == 0 || m.conclusion != (bodies[b].code == exCom) {
		return false
	}
	switch bodies[b].code {
	case "A":
		switch m.shape {
		case shapeSession:
			if m.kind == KindDecision && m.n <= 300 && m.prefix == "" || m.kind == KindResolution && m.n > 400 {
				return false
			}
			return m.prefix != "" || m.session >= 31 && m.session <= assemblyLastSession
		case shapeRoman:
			return m.prefix != "" || assemblySession(m.n, m.session) && m.body == noBody
		}
	case "S":
		if m.kind == KindDecision {
			return false
		}
		switch m.shape {
		case shapeBare:
			return councilYear(m.n) > 0
		case shapeYear:
			return m.n <= councilLast+400
		}
	case "E", "E/CN.4":
		if m.shape == shapeAnnual && (b == ecosoc && m.kind == KindDecision && m.n < 100 || m.kind == KindResolution && m.n > 200) {
			return false
		}
		if m.shape == shapeAnnual && b == rightsComm && m.year > 2006 {
			return false // dissolved in 2006
		}
		if m.shape == shapeRoman {
			return m.prefix == "" && m.body == noBody && m.session <= 63
		}
	case "A/HRC":
		if m.prefix == "ES-" || m.prefix == "" && (m.kind == KindDecision && m.n <= 100 || m.kind == KindResolution && m.n > 100) {
			return false
		}
		return m.session <= rightsLastSession && m.part == "" && m.n <= 150
	case "UNEA":
		return m.prefix == "" && m.session <= 12
	case "UNEP-GC":
		return m.shape != shapeSession || m.prefix == "" && m.session <= 27
	case "CBD": // of the conferences of parties the one with such numbers
		return m.kind == KindDecision && (m.shape != shapeSession || m.prefix == "" && m.session <= 25)
	case "OSCE/MC":
		return m.shape != shapeSession || m.prefix == "" && m.session <= 60
	case "FAO":
		return m.shape != shapeSession
	case "IOM":
		return m.shape != shapeRoman || m.session > 30
	case "ACHPR":
		return m.n < 1000
	case "PACE":
		return m.n < 3000 && (m.shape != shapeYear || m.year >= 1949)
	}
	if m.shape == shapeBare && m.noun >= 0 && !m.numbered {
		switch bodies[b].code {
		case "IOM", "PACE", "S", "LAS":
		default:
			return m.direct
		}
	}
	return true
}

// findIssuer looks for the body that speaks in the document: a line near its
// top that is a body's name, or a symbol that is.
func (f *finder) findIssuer() {
	const lines = 25
	top := len(f.s)
	if len(f.t.Lines) > lines {
		top = f.t.Lines[lines].Start
	}
	for i := range f.members {
		m := &f.members[i]
		if m.number.end > top {
			break
		}
		if m.shape != shapeSymbol || m.tok != 0 && f.toks[m.tok].Shape&extractors.IsLine == 0 {
			continue
		}
		if l := f.t.LineAt(m.start); l >= 0 && f.t.Lines[l].End-m.number.end <= 2 && l < 12 {
			if m.body != noBody {
				f.issuer = m.body
			}
			return
		}
	}
	for _, k := range f.marks {
		start, end := f.toks[k.tok].Start, f.toks[k.end-1].End
		if end > top {
			break
		}
		l := f.t.LineAt(start)
		if k.body == noBody || l < 0 {
			continue
		}
		if line := f.t.Lines[l]; start-line.Start <= len("    The ") && (line.End-end <= 8 || f.s[end] == ',' || l < 5 && f.titled(k)) || f.adopts(k) {
			f.issuer = k.body
			break
		}
	}
}

// titled reports whether a dash or colon follows the name: "SENATE – Hearing".
func (f *finder) titled(k mark) bool {
	if k.end >= len(f.toks) {
		return true
	}
	switch tok := f.toks[k.end]; f.s[tok.Start:tok.End] {
	case "-", "–", "—", ":", "|":
		return f.toks[k.end-1].End < tok.Start || f.s[tok.Start] == ':'
	}
	return false
}

var adopted = wordSet("adopted adopté adoptée adoptées adoptés")

// adopts reports whether the line says "adopted by" right before the name.
func (f *finder) adopts(k mark) bool {
	for i := k.tok - 1; i >= 0 && i >= k.tok-4; i-- {
		if adopted[f.toks[i].Hash] {
			return f.toks[i].Shape&extractors.IsLine != 0
		}
	}
	return false
}

// attribute gives each member its body.
func (f *finder) attribute() {
	f.last = make([]int, len(bodies))
	k := 0 // marks before the group
	for i := 0; i < len(f.members); {
		j := i + 1
		for j < len(f.members) && f.members[i].noun >= 0 && f.members[j].noun == f.members[i].noun {
			j++
		}
		group := f.members[i:j]
		// Names inside a group belong to its later members.
		for n := range group {
			for k < len(f.marks) && f.marks[k].tok < group[n].tok {
				if b := f.marks[k].body; b != noBody {
					f.last[b] = k + 1
				}
				k++
			}
			if n == 0 {
				f.attributeGroup(group, k)
			}
		}
		i = j
	}
}

// attributeGroup finds the bodies of one group; k marks stand before it.
func (f *finder) attributeGroup(group []member, k int) {
	for i := range group {
		m := &group[i]
		if m.shape == shapeSymbol {
			m.how = BodySymbol
		} else if m.shape == shapeBare && m.direct && f.nouns[m.noun].house {
			m.who, m.how = codeOf("US House"), BodyBefore
		} else if m.noun >= 0 && f.nouns[m.noun].body != noBody && compatible(f.nouns[m.noun].body, m) {
			m.who, m.how = f.nouns[m.noun].body, BodyBefore
		}
	}
	// A name behind a member holds for the members up to it.
	open, after := 0, k
	for i := range group {
		limit := len(f.toks)
		if i+1 < len(group) {
			limit = group[i+1].tok
		}
		for after < len(f.marks) && f.marks[after].tok < group[i].end {
			after++
		}
		at := f.attached(group[i].end, limit, after)
		if at < 0 {
			continue
		}
		for n := open; n <= i; n++ {
			f.settle(&group[n], at, n == i, BodyAfter)
		}
		open = i + 1
	}
	if at := f.touching(&group[0], k); at >= 0 {
		for n := range group {
			f.settle(&group[n], at, n == 0, BodyBefore)
		}
	}
	for i := range group {
		if m := &group[i]; m.how == "" {
			f.fallback(m, group[:i], k)
		}
	}
}

// settle gives m the body of the mark if it has none yet and they agree.
func (f *finder) settle(m *member, at int, nearest bool, how string) {
	if m.how != "" {
		return
	}
	b := f.bodyOf(at, m)
	if b == noBody && nearest && m.shape == shapeBare && m.direct && f.marks[at].head == assembly {
		m.how = BodyUnknown // "resolution 1540 of the Parliament" is not the Council's
		return
	}
	if b == noBody || !compatible(b, m) && !(byTouch(b) && nearest && m.shape == shapeBare && m.direct && !m.conclusion) {
		return
	}
	if m.who != noBody && m.who != b && m.code == "" {
		return // its form says otherwise
	}
	m.who, m.how = b, how
	if !nearest {
		m.how = BodyList
	}
}

// byTouch reports whether bare numbers are the body's only where its name
// touches them: chambers of a country ("the National Assembly recalled
// resolution 1701" is not its own) and the African Commission.
func byTouch(b int) bool {
	return bodies[b].head == assembly && bodies[b].shapes == shapeOther && b >= codeOf("US House") || bodies[b].code == "ACHPR"
}

// bodyOf returns the body for which a mark stands. A generic refers back to
// the body of its kind that was named last and numbers like m; where none was
// named, the shape decides.
func (f *finder) bodyOf(at int, m *member) int {
	k := f.marks[at]
	if k.body != noBody {
		return k.body
	}
	best := noBody
	for b := range bodies {
		if bodies[b].head == k.head && compatible(b, m) && f.last[b] > 0 && f.last[b] <= at && (best == noBody || f.last[b] > f.last[best]) {
			best = b
		}
	}
	if f.issuer != noBody && bodies[f.issuer].head == k.head && compatible(f.issuer, m) {
		if best == noBody || f.issuer == securityCouncil {
			return f.issuer
		}
	}
	if best != noBody {
		return best
	}
	for b := generalAssembly; b <= rightsComm; b++ {
		if bodies[b].head == k.head && compatible(b, m) {
			return b
		}
	}
	return noBody
}

// attached returns the mark that the words behind token i attach to the number
// before: "of the", "du 19 décembre 1991, de l'", "adopted by the".
func (f *finder) attached(i, limit, after int) int {
	for n := 0; n < 16 && i < limit && i < len(f.toks); n++ {
		for after < len(f.marks) && f.marks[after].tok < i {
			after++
		}
		if after < len(f.marks) && f.marks[after].tok == i {
			if n == 0 && f.s[f.toks[i].Start-1] != '(' {
				return -1
			}
			return after
		}
		tok := &f.toks[i]
		if f.endsSentence(i) {
			return -1
		}
		if tok.Shape&extractors.IsNumber == 0 && !linking[tok.Hash] {
			return -1
		}
		if f.s[tok.Start] == ',' && i+1 < len(f.toks) && !afterComma[f.toks[i+1].Hash] {
			return -1
		}
		if tok.Shape&extractors.IsLine != 0 && n > 0 && tok.Shape&extractors.IsCap != 0 {
			return -1
		}
		i++
	}
	return -1
}

var linking = wordSet("of the by de du d' des la le l' en date on , ( ) adopted adoptée adoptées adopté par passed its sa annex annexe same même former ancienne ancien unanimously dated 1er st nd rd th " + monthNames)

var afterComma = wordSet("of adopted adoptée adoptées adopté en in du de des par by dated")

// touching returns the mark that stands right before the noun of the member:
// "Security Council resolution", "Council (HRC) resolutions".
func (f *finder) touching(m *member, k int) int {
	i := m.tok
	if m.noun >= 0 {
		i = f.nouns[m.noun].tok
	}
	for n := 0; n < 4 && i > 0; n++ {
		for k > 0 && f.marks[k-1].tok >= i {
			k--
		}
		if k > 0 && f.marks[k-1].end == i {
			return k - 1
		}
		i--
		tok := &f.toks[i]
		if tok.Shape&extractors.IsPoss != 0 || n == 0 && m.noun < 0 {
			continue
		}
		switch f.s[tok.Start] {
		case ')', '(', '|', ':', '\'':
			continue
		}
		return -1
	}
	return -1
}

// sentenceStart returns the first token of the sentence of token i.
func (f *finder) sentenceStart(i int) int {
	for n := 0; n < 80 && i > 0; n++ {
		if f.toks[i].Shape&extractors.IsLine != 0 || f.endsSentence(i-1) {
			return i
		}
		i--
	}
	return i
}

var possessives = wordSet("its ses sa our nos notre their leur leurs")

// fallback looks for the body further out.
func (f *finder) fallback(m *member, before []member, k int) {
	if m.who != noBody { // the number's own form
		m.how = BodyNumbering
		return
	}
	try := func(b int, how string) bool {
		if b == noBody || !compatible(b, m) {
			return false
		}
		m.who, m.how = b, how
		return true
	}
	for i := len(before) - 1; i >= max(0, len(before)-8); i-- {
		if b := &before[i]; b.who != noBody && try(b.who, BodyList) {
			return
		}
	}
	start := m.tok
	if m.noun >= 0 {
		start = f.nouns[m.noun].tok
	}
	sentence := f.sentenceStart(start)
	own := start > 0 && possessives[f.toks[start-1].Hash] || start > 1 && possessives[f.toks[start-2].Hash]
	if b := f.adopter(m, k, start); b != noBody {
		m.who, m.how = b, BodyBefore // "the Senate adopted resolution 45"
		return
	}
	numbering := f.byNumbering(m)
	if numbering == securityCouncil && m.shape == shapeYear && councilYear(m.n) == m.year {
		m.who, m.how = numbering, BodyNumbering
		if f.last[securityCouncil] > 0 && f.marks[f.last[securityCouncil]-1].tok >= sentence {
			m.how = BodyBefore
		}
		return
	}
	if m.shape == shapeRoman && numbering == generalAssembly && !f.named(m, sentence, numbering) {
		m.who, m.how = numbering, BodyNumbering
		return
	}
	if own && !f.speaks(k, start) && try(f.issuer, BodyIssuer) {
		return
	}
	// The name nearest before, then the nearest behind in the sentence.
	if b := f.nearestBefore(m, k, sentence); try(b, BodyBefore) {
		return
	}
	if b := f.nearestAfter(m); try(b, BodyAfter) {
		return
	}
	if f.issuer != noBody && try(f.issuer, BodyIssuer) {
		return
	}
	line := start
	for n := 0; n < 400 && line > 0 && f.toks[line].Shape&extractors.IsLine == 0; n++ {
		line--
	}
	if b := f.lastNamed(m, line); try(b, BodyBefore) {
		return
	}
	if m.shape == shapeSession || m.shape == shapeRoman || m.shape == shapeYear {
		if b := f.lastNamed(m, 0); try(b, BodyBefore) {
			return
		}
	}
	if numbering != noBody {
		m.who, m.how = numbering, BodyNumbering
		return
	}
	if b := f.lastNamed(m, 0); try(b, BodyBefore) {
		return
	}
	if b := f.nextNamed(m); try(b, BodyAfter) {
		return
	}
	m.how = BodyUnknown
}

// adopter returns the chamber that the text says adopted the bare number m,
// whose noun is token start: the name, then "adopted" and nothing more.
func (f *finder) adopter(m *member, k, start int) int {
	if m.shape != shapeBare || !m.direct || start < 2 || !adopted[f.toks[start-1].Hash] && !adopted[f.toks[start-2].Hash] {
		return noBody
	}
	for k > 0 && f.marks[k-1].tok >= start {
		k--
	}
	if k == 0 || start-f.marks[k-1].end > 3 || f.marks[k-1].body == noBody || !byTouch(f.marks[k-1].body) {
		return noBody
	}
	return f.marks[k-1].body
}

// byNumbering returns the body to which such a number belongs where nothing
// else speaks.
func (f *finder) byNumbering(m *member) int {
	if m.conclusion {
		return noBody
	}
	switch m.shape {
	case shapeYear:
		return securityCouncil
	case shapeRoman:
		if compatible(generalAssembly, m) {
			return generalAssembly
		}
		if m.session > 30 && m.session <= 63 && m.n < 2200 {
			return ecosoc
		}
	case shapeSession:
		if compatible(generalAssembly, m) {
			return generalAssembly
		}
	case shapeAnnual:
		if compatible(ecosoc, m) {
			return ecosoc
		}
	case shapeBare:
		if y := councilYear(m.n); y > 0 && m.n >= 100 && !m.numbered && !yearLike(m.n) {
			return securityCouncil
		}
	}
	return noBody
}

func yearLike(n int) bool { return n >= 1940 && n <= 2040 }

// named reports whether another body than b that numbers like m is named in
// the sentence before m.
func (f *finder) named(m *member, sentence, b int) bool {
	for o := range bodies {
		if o != b && f.last[o] > 0 && f.marks[f.last[o]-1].tok >= sentence && compatible(o, m) {
			if f.last[b] < f.last[o] {
				return true
			}
		}
	}
	return false
}

// speaks reports whether a body's name stands within a few words before token
// i, so that a possessive refers to it: "l'Assemblée générale, dans sa".
func (f *finder) speaks(k, i int) bool {
	for k > 0 && f.marks[k-1].tok >= i {
		k--
	}
	return k > 0 && i-f.marks[k-1].end <= 6 && f.marks[k-1].tok >= f.sentenceStart(i)
}

// nearestBefore returns the body named last between the tokens from and m.
func (f *finder) nearestBefore(m *member, k, from int) int {
	for n := 0; k > 0 && f.marks[k-1].tok >= from && n < 30; n++ {
		k--
		if b := f.bodyOf(k, m); b != noBody && compatible(b, m) {
			return b
		}
	}
	return noBody
}

// nearestAfter returns the body named first behind m in its sentence.
func (f *finder) nearestAfter(m *member) int {
	k := f.markFrom(m.end)
	for i := m.end; i < len(f.toks) && i < m.end+40; i++ {
		h := f.toks[i].Hash
		if f.endsSentence(i) || f.toks[i].Shape&extractors.IsLine != 0 || f.s[f.toks[i].Start] == ';' || h == hashResolution || h == hashDecision {
			break // what follows belongs to the next citation
		}
		if k < len(f.marks) && f.marks[k].tok == i {
			if b := f.bodyOf(k, m); b != noBody && compatible(b, m) {
				return b
			}
			k++
		}
		for k < len(f.marks) && f.marks[k].tok <= i {
			k++
		}
	}
	return noBody
}

// nextNamed returns the body that numbers like m and is named first behind m,
// not more than three lines on.
func (f *finder) nextNamed(m *member) int {
	line := f.t.LineAt(m.start) + 3
	k := f.markFrom(m.end)
	for _, mark := range f.marks[k:min(len(f.marks), k+20)] {
		if f.t.LineAt(f.toks[mark.tok].Start) > line {
			break
		}
		if mark.body != noBody && compatible(mark.body, m) {
			return mark.body
		}
	}
	return noBody
}

// markFrom returns the index of the first mark that starts at token i or
// behind it.
func (f *finder) markFrom(i int) int {
	k, _ := slices.BinarySearchFunc(f.marks, i, func(m mark, i int) int { return cmp.Compare(m.tok, i) })
	return k
}

// lastNamed returns the body that numbers like m and was named last, not
// before token from.
func (f *finder) lastNamed(m *member, from int) int {
	best := noBody
	for b := range bodies {
		if f.last[b] > 0 && f.marks[f.last[b]-1].tok >= from && compatible(b, m) && (best == noBody || f.last[b] > f.last[best]) {
			best = b
		}
	}
	return best
}

// mentions turns what is kept into mentions.
func (f *finder) mentions() []extractors.Mention {
	evidence := false // a citation that is beyond doubt
	for i := range f.members {
		m := &f.members[i]
		if m.shape == shapeSymbol || m.noun >= 0 && m.direct || m.shape == shapeRoman && m.who == generalAssembly {
			evidence = true
			break
		}
	}
	seen := map[string]bool{}
	for i := range f.members {
		if m := &f.members[i]; m.noun >= 0 && !m.loose && m.shape&(shapeSession|shapeAnnual) != 0 {
			seen[m.text] = true
		}
	}
	var ms []extractors.Mention
	for i := range f.members {
		m := &f.members[i]
		if !f.accept(m, evidence, seen) {
			continue
		}
		f.kept = append(f.kept, m.end)
		ms = f.append(ms, m)
	}
	return ms
}

// accept decides whether the number is a citation at all.
func (f *finder) accept(m *member, evidence bool, seen map[string]bool) bool {
	if m.shape == shapeSymbol {
		return true
	}
	if m.conclusion && (m.who == noBody || m.how == BodyIssuer || m.shape == shapeBare && !m.numbered) {
		return false
	}
	if m.direct {
		switch m.shape {
		case shapeBare:
			return f.acceptBare(m)
		case shapeOther:
			return !f.screen(m) && (m.numbered || m.body != noBody || m.who != noBody && strings.ContainsAny(m.text, "-/.") || m.end-m.tok > 1 && len(m.text) >= 6)
		case shapeSession, shapeAnnual:
			return !f.screen(m)
		}
		return true
	}
	if m.noun >= 0 && !m.loose {
		if m.shape == shapeBare {
			return f.acceptBare(m)
		}
		return true
	}
	switch m.shape {
	case shapeOther:
		return !m.weak || m.loose
	case shapeYear:
		y := councilYear(m.n)
		if m.loose || f.nounNear(m) {
			return y > 0 && y-m.year <= 1 && m.year-y <= 1
		}
		return y == m.year && (evidence || f.last[securityCouncil] > 0)
	case shapeRoman:
		return compatible(generalAssembly, m) && m.who == generalAssembly || m.how == BodyBefore || m.how == BodyAfter || m.how == BodyList
	case shapeSession, shapeAnnual:
		return f.acceptStroke(m, evidence, seen)
	case shapeBare:
		if m.noun < 0 && f.issuer != noBody && bodies[f.issuer].code == "IOM" && m.n < 2000 {
			m.who, m.how = f.issuer, BodyIssuer
			return true
		}
	}
	return false
}

// acceptBare decides on "résolution 1325".
func (f *finder) acceptBare(m *member) bool {
	n := &f.nouns[m.noun]
	if m.numbered {
		return true
	}
	named := m.how == BodyAfter || m.how == BodyBefore || m.how == BodyList
	if m.who == noBody && m.how == BodyUnknown && m.direct && f.foreign(m) {
		return !f.screen(m)
	}
	if m.who == noBody || !named && f.screen(m) {
		return false
	}
	switch {
	case named:
		return true
	case n.decision:
		return false
	case m.how == BodyNumbering:
		return m.n >= 100
	}
	return !yearLike(m.n) || m.who == f.issuer
}

// foreign reports whether the parliament that stands behind m has no name.
func (f *finder) foreign(m *member) bool {
	k := f.markFrom(m.end)
	return k < len(f.marks) && f.marks[k].tok-m.end <= 3 && f.marks[k].body == noBody && f.marks[k].head == assembly
}

// screen reports whether the words around m speak of pixels, or of a draft.
func (f *finder) screen(m *member) bool {
	for i := m.end; i < len(f.toks) && i < m.end+5; i++ {
		if i == m.end && f.toks[i].Len() == 1 && f.s[f.toks[i].Start] == 'x' {
			return true // "1280 x 1024"
		}
		if pixels[f.toks[i].Hash] {
			return true
		}
	}
	for i := m.tok - 1; i >= 0 && i > m.tok-8; i-- {
		if pixels[f.toks[i].Hash] {
			return true
		}
	}
	return false
}

var pixels = wordSet("pixel pixels px dpi ppp ppi hz écran écrans screen screens display × image images vidéo video camera caméra monitor moniteur webcam hd uhd fps megapixels mégapixels")

// acceptStroke decides on "46/182" and "2004/50" without a noun that governs
// them.
func (f *finder) acceptStroke(m *member, evidence bool, seen map[string]bool) bool {
	if f.screen(m) || m.tok > 0 && notCited[f.toks[m.tok-1].Hash] || m.tok > 1 && notCited[f.toks[m.tok-2].Hash] {
		return false
	}
	if m.end < len(f.toks) && (f.s[f.toks[m.end].Start] == '%' || notBehind[f.toks[m.end].Hash]) {
		return false
	}
	if m.prefix == "" && m.shape == shapeSession && (m.n+m.session == 100 || m.n == m.session || m.session < 31) && !(m.loose && m.session < 31 && m.who == humanRights) {
		return false
	}
	if m.shape == shapeAnnual && m.n == (m.year+1)%100 && !m.loose {
		return false // a school year
	}
	if m.loose || m.prefix == "ES-" && evidence {
		return true
	}
	if n := len(f.kept); n > 0 && m.shape == shapeSession && m.tok-f.kept[n-1] < 20 && f.sentenceStart(m.tok) < f.kept[n-1] {
		return true // another citation stands in the sentence before it
	}
	if f.toks[m.tok].Shape&extractors.IsLine != 0 && evidence || f.toks[m.tok].Shape&extractors.IsLine != 0 && f.issuer != noBody {
		switch rest := f.s[m.number.end:]; {
		case strings.HasPrefix(rest, ". "), strings.HasPrefix(rest, ".\u00a0"), strings.HasPrefix(rest, "\t"), strings.HasPrefix(rest, " |"), strings.HasPrefix(rest, "  "), strings.HasPrefix(rest, " –"), strings.HasPrefix(rest, " —"), strings.HasPrefix(rest, "\n"), rest == "":
			return true
		}
	}
	if m.shape == shapeAnnual {
		return m.how == BodyBefore && f.toks[m.tok].Shape&extractors.IsLine == 0 && f.nounNear(m)
	}
	return f.nounNear(m) || evidence && (seen[m.text] || f.dated(m) || m.how == BodyBefore && f.last[m.who] > 0)
}

// dated reports whether a date of adoption follows: "41/128 du 4 décembre".
func (f *finder) dated(m *member) bool {
	i := m.end
	for n := 0; n < 3 && i+1 < len(f.toks); n++ {
		if f.toks[i].Shape&extractors.IsNumber != 0 || f.toks[i].Hash == hashFirst {
			return months[f.toks[i+1].Hash]
		}
		if !linking[f.toks[i].Hash] {
			return false
		}
		i++
	}
	return false
}

var hashFirst = hash("1er")

var notCited = wordSet("ratio score room salle bureau flight vol page pages article art section rule saison season note vote votes chambre suite blood pression tension fraction loi law act ordonnance décret decree arrêté directive règlement regulation convention train bus autobus ligne route gagné won lost perdu document doc cote")

var notBehind = wordSet("share vote votes voix split points point season saison")

// nounNear reports whether a noun stands in the line before m, or in the line
// before that.
func (f *finder) nounNear(m *member) bool {
	lines := 0
	for i, n := m.tok, 0; i >= 0 && n < 60; i, n = i-1, n+1 {
		tok := &f.toks[i]
		if tok.Hash == hashResolution || tok.Hash == hashDecision {
			return true
		}
		if tok.Shape&extractors.IsLine != 0 {
			if lines++; lines > 1 {
				break
			}
		}
	}
	return false
}

// append adds the mentions of one member, two where it has two parts.
func (f *finder) append(ms []extractors.Mention, m *member) []extractors.Mention {
	sp := extractors.Span{Start: f.spanStart(m), End: m.number.end}
	if len(ms) > 0 && sp.Start < ms[len(ms)-1].End {
		return ms
	}
	mention := extractors.Mention{Span: sp, Type: extractors.Res, Norm: f.symbol(m), Rule: "number"}
	mention.Entity = mention.Norm
	mention.Confidence = 0.95
	bare := m.noun < 0 && m.body == noBody
	switch {
	case m.how == BodySymbol:
		mention.Rule = "symbol"
		mention.Confidence = 0.99
	case m.how == BodyUnknown:
		mention.Entity = ""
		mention.Confidence = 0.6
	case m.how == BodyNumbering && (bare || m.shape == shapeBare):
		mention.Confidence = 0.7
	case m.how == BodyNumbering:
		mention.Confidence = 0.85
	case bare:
		mention.Confidence = 0.8
	}
	if bare && m.how != BodySymbol {
		mention.Rule = "bare"
	}
	sanity, suggestion := check(m)
	attrs := make([]extractors.Attr, 0, 4) // sorted by key
	attrs = append(attrs, extractors.Attr{Key: AttrBody, Value: m.how})
	if p := f.paragraphs(m); p != "" {
		attrs = append(attrs, extractors.Attr{Key: AttrParagraphs, Value: p})
	}
	attrs = append(attrs, extractors.Attr{Key: AttrSanity, Value: sanity})
	if suggestion != "" {
		attrs = append(attrs, extractors.Attr{Key: AttrSuggestion, Value: suggestion})
	}
	mention.Attrs = attrs
	ms = append(ms, mention)
	if m.part2 != "" && m.start2 >= sp.End {
		second := *m
		second.part, second.part2 = m.part2, ""
		mention.Span = extractors.Span{Start: m.start2, End: m.end2}
		mention.Norm = f.symbol(&second)
		if mention.Entity != "" {
			mention.Entity = mention.Norm
		}
		mention.Attrs = nil
		mention.SetAttr(AttrBody, m.how)
		mention.SetAttr(AttrSanity, sanity)
		ms = append(ms, mention)
	}
	return ms
}

// spanStart returns where the mention starts: at its noun, if that is a
// singular on the same line that touches it, else at "n°", else at the number.
func (f *finder) spanStart(m *member) int {
	if m.noun >= 0 && m.direct {
		n := &f.nouns[m.noun]
		if !n.plural && !strings.Contains(f.s[n.end:m.start], "\n") {
			return n.start
		}
	}
	if m.noun >= 0 {
		if k := f.numeroBefore(m.start); !strings.Contains(f.s[k:m.start], "\n") {
			return k
		}
	}
	return m.start
}

// codeOf returns what stands for the body in the symbol of m.
func (f *finder) codeOf(m *member) string {
	switch {
	case m.code != "":
		return m.code
	case m.who == noBody:
		return "?"
	case bodies[m.who].code == localCode:
		return f.local
	}
	return bodies[m.who].code
}

// symbol returns the norm of m.
func (f *finder) symbol(m *member) string {
	code := f.codeOf(m)
	decision := m.decision
	if !m.decision && !m.resolution {
		if m.noun >= 0 && !f.nouns[m.noun].mixed {
			decision = f.nouns[m.noun].decision
		} else {
			decision = decisionNumber(code, m)
		}
	}
	kind := "/RES/"
	if decision {
		kind = "/DEC/"
	}
	text := m.text
	if m.who == securityCouncil && code == "S" && m.year == 0 {
		if y := councilYear(m.n); y > 0 && text == itoa(m.n) {
			text += "(" + itoa(y) + ")"
		}
	}
	return code + kind + text + m.part
}

// decisionNumber reports whether the number lies where a body numbers its
// decisions.
func decisionNumber(code string, m *member) bool {
	switch code {
	case "A":
		return m.shape == shapeSession && (m.n > 400 || m.n > 300 && m.session < 56)
	case "E":
		return m.shape == shapeAnnual && m.n > 200
	case "A/HRC":
		return m.shape == shapeSession && m.prefix == "" && m.n > 100
	}
	return false
}

// check compares the number with what the series allows.
func check(m *member) (sanity, suggestion string) {
	code := m.code
	if code == "" && m.who != noBody {
		code = bodies[m.who].code
	}
	switch code {
	case "S":
		y := councilYear(m.n)
		switch {
		case y == 0:
			return SanityUnknown, ""
		case m.year == 0:
			return SanitySupplied, ""
		case m.year != y:
			return SanityYear, "S/RES/" + itoa(m.n) + "(" + itoa(y) + ")"
		}
		return SanityOK, ""
	case "A":
		switch {
		case m.prefix != "":
			return SanityOK, ""
		case m.session == 0:
			return SanityUnknown, ""
		case strings.Contains(m.text, "("):
			if assemblySession(m.n, m.session) {
				return SanityOK, ""
			}
			if s := assemblyRoman(m.n); s > 0 {
				return SanityNumber, "A/RES/" + itoa(m.n) + "(" + canonicalRoman(s) + ")" + m.part
			}
			return SanityNumber, ""
		case m.session >= 31 && m.session <= assemblyLastSession && m.n >= 1 && m.n < 700:
			return SanityOK, ""
		}
		return SanityNumber, ""
	case "E":
		if m.year >= 1978 && m.n >= 1 && m.n < 400 || m.session > 0 {
			return SanityOK, ""
		}
		return SanityNumber, ""
	case "A/HRC":
		if m.prefix != "" || m.session >= 1 && m.session <= rightsLastSession && m.n >= 1 && m.n < 140 {
			return SanityOK, ""
		}
		return SanityNumber, ""
	}
	return SanityUnknown, ""
}
