package pipeline

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tamis/output"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/duplicates"
	"tamis/pipeline/pairs"
	"tamis/pipeline/runs"
	"tamis/pipeline/segments"
	"tamis/pipeline/translations"
)

// The phases of a plan are the steps of Process, over files. A phase has indices
// that know nothing of each other: shards, which are stretches of the sources in
// their order, or parts, which are ranges of keys of everything. What goes from a
// shard to the parts is a sorted run, of which each part reads its range; what goes
// from the parts to a shard is looked up, or is a run by positions of documents.
//
//	map    shard  records; evidence and definitions, sorted
//	merge  part   what is known of the sites of the part, meanings of its acronyms
//	mark   shard  labels of blocks; hashes, sketches and features of the content
//	exact  part   documents of the same text, by ranges of its hash
//	pair   part   documents of the same sketch; candidates for versions, by keys and by sites
//	band   part   candidates for near duplicates, by bands; candidates for versions, with all evidence
//	near   part   candidates that are near; how frequent the features of the others are, by sites
//	rows   part   these by positions of documents
//	score  part   candidates for versions, weighed
//	link   one    what is near or a version of what: links between documents
//	write  shard  rows of the documents; counts of entities and of repeated lines
//	total  part   rows of entities and of repeated lines
//
// Every step gives the same for the same input, whatever the memory and the number
// of workers, so it does not matter which of several attempts counts.

// A Phase is a step of a plan.
type Phase struct {
	Name   string
	Shards int // indices
}

// phases lists the phases of a plan in the order in which they have to be done: what
// their indices are, and what does one.
func phases() []phase {
	return []phase{
		{"map", byShard, (*step).mapShard},
		{"merge", byPart, (*step).merge},
		{"mark", byShard, (*step).mark},
		{"exact", byPart, (*step).exact},
		{"pair", byPart, (*step).pair},
		{"band", byPart, (*step).band},
		{"near", byPart, (*step).near},
		{"rows", byPart, (*step).rows},
		{"score", byPart, (*step).score},
		{"link", once, (*step).link},
		{"write", byShard, (*step).write},
		{"total", byPart, (*step).total},
	}
}

type phase struct {
	name string
	by   extent
	do   func(*step) error
}

// An extent is what the indices of a phase are.
type extent int

const (
	once extent = iota
	byShard
	byPart
)

// Phases lists the phases in the order in which they have to be done: each needs
// all indices of the one before.
func (p *Plan) Phases() []Phase {
	count := [...]int{once: 1, byShard: len(p.Shards), byPart: p.Parts}
	var all []Phase
	for _, f := range phases() {
		all = append(all, Phase{f.name, count[f.by]})
	}
	return all
}

// Do does an index of a phase, if it is not done. To do it again, or several times
// at once, changes nothing.
func (p *Plan) Do(ctx context.Context, phase string, index int) error {
	all := p.Phases()
	at := slices.IndexFunc(all, func(f Phase) bool { return f.Name == phase })
	if at < 0 {
		return fmt.Errorf("%w: there is no phase %s", ErrPlan, phase)
	}
	if index < 0 {
		return fmt.Errorf("%w: an index can't be negative: %d", ErrPlan, index)
	}
	if index >= all[at].Shards {
		return nil
	}
	former, err := p.marker(phase, index)
	if err != nil || former != nil && p.whole(phase, former, true) == nil {
		return err
	}
	if at > 0 {
		if err := p.complete(all[at-1]); err != nil {
			return err
		}
	}
	cfg, err := p.config()
	if err != nil {
		return err
	}
	if err := cmp.Or(cfg.loadCorrections(), ctx.Err()); err != nil {
		return err
	}
	if former != nil {
		if err := p.redo(phase, index, former); err != nil {
			return err
		}
	}
	defer tune(&cfg)()
	return p.attempt(ctx, phase, index, func(dir, scratch string, m *marker) error {
		return phases()[at].do(&step{plan: p, ctx: ctx, cfg: &cfg, index: index, dir: dir, scratch: scratch, marker: m})
	})
}

// phase returns the phase of a name.
func (p *Plan) phase(name string) Phase {
	all := p.Phases()
	return all[slices.IndexFunc(all, func(f Phase) bool { return f.Name == name })]
}

// complete returns an error if indices of a phase are missing.
func (p *Plan) complete(f Phase) error {
	done, err := p.done(f)
	if err != nil {
		return err
	}
	var lacking []int
	for i, ok := range done {
		if !ok {
			lacking = append(lacking, i)
		}
	}
	if len(lacking) > 0 {
		return missing(f, lacking)
	}
	return nil
}

// A step is the work on an index of a phase. It writes below dir, and what is not to
// stay below scratch.
type step struct {
	plan    *Plan
	ctx     context.Context
	cfg     *Config
	index   int
	dir     string
	scratch string
	marker  *marker
}

// Names of what the steps leave.
const (
	recordsDir      = "records"
	evidenceFile    = "evidence"
	definitionsFile = "definitions"
	positionsFile   = "positions.json"
	factsFile       = "facts"
	acronymsFile    = "acronyms"
	notesFile       = "notes"
	namesFile       = "names"
	copiesFile      = "copies"
	sameFile        = "same"
	versionsFile    = "versions"
	groupsFile      = "groups"
	bandsFile       = "bands"
	goodFile        = "good"
	nearFile        = "near"
	countedFile     = "counted"
	rowsFile        = "rows"
	scoredFile      = "scored"
	linksFile       = "links"
	tallyFile       = "entities"
	ledgerFile      = "repeated"
	tablesDir       = "tables"
)

func (s *step) progress(p Progress) {
	if s.plan.Progress != nil {
		s.plan.Progress(p)
	}
}

func (s *step) file(name string) string { return filepath.Join(s.dir, name) }

// files returns the paths of a file of all indices of a phase.
func (s *step) files(phase, name string) ([]string, error) {
	all, err := s.plan.markers(phase)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(all))
	for i, m := range all {
		paths[i] = s.plan.path(phase, m, name)
	}
	return paths, nil
}

// own returns the path of a file of an index of a phase.
func (s *step) own(phase, name string) (string, error) {
	m, err := s.plan.marker(phase, s.index)
	if err == nil && m == nil {
		err = missing(s.plan.phase(phase), []int{s.index})
	}
	if err != nil {
		return "", err
	}
	return s.plan.path(phase, m, name), nil
}

func (s *step) mapShard() error {
	if err := s.cfg.load(); err != nil {
		return err
	}
	sources, err := s.plan.sources(s.ctx, s.index, s.cfg.Workers)
	if err != nil {
		return err
	}
	store, err := segments.Create(s.file(recordsDir))
	if err != nil {
		return err
	}
	defer store.Close()
	ev := newEvidence(s.cfg, s.scratch)
	defer ev.close()
	sum := &Summary{Files: s.plan.Shards[s.index].Files, Stages: map[string]float64{}}
	m := &mapper{cfg: s.cfg, o: s.cfg.reading(s.scratch), store: store, sum: sum}
	if _, err := m.run(s.ctx, sources, ev, s.progress); err != nil {
		return err
	}
	s.marker.Counts = sum
	return cmp.Or(ev.blocks.Seal(s.file(evidenceFile)), ev.definitions.Seal(s.file(definitionsFile)), store.Close())
}

// merge finds out what is known of a range of the sites, and what the acronyms of
// a range stand for.
func (s *step) merge() error {
	markers, err := s.plan.markers("map")
	if err != nil {
		return err
	}
	var evidence, defining []string
	positions := []int64{0}
	for _, m := range markers {
		evidence = append(evidence, s.plan.path("map", m, evidenceFile))
		defining = append(defining, s.plan.path("map", m, definitionsFile))
		positions = append(positions, positions[len(positions)-1]+int64(m.Counts.Sources))
	}
	if s.index == 0 {
		b, err := json.Marshal(positions)
		if err != nil {
			return err
		}
		if err := os.WriteFile(s.file(positionsFile), b, 0o666); err != nil {
			return err
		}
	}
	known, err := boilerplate.FactsOf(func() iter.Seq2[runs.Triple, error] {
		return pairs.Until(s.ctx, runs.HashPart(s.scratch, evidence, s.index, s.plan.Parts))
	}, s.cfg.RepeatMin, s.scratch, s.cfg.Memory/evidenceShare)
	if err != nil {
		return err
	}
	defer known.Close()
	if err := known.Seal(s.file(factsFile)); err != nil {
		return err
	}
	w, err := runs.Create(s.file(acronymsFile), definitions)
	if err != nil {
		return err
	}
	err = meanings(runs.Part(definitions, s.scratch, defining, s.index, s.plan.Parts, func(d defined) defined {
		return defined{definition: definition{acronym: d.acronym}}
	}), func(d definition) error { return w.Add(defined{d, 1}) })
	if err != nil {
		w.Abort()
		return err
	}
	return w.Close()
}

// positions returns the position of the first document of each shard, and behind
// them the number of all documents.
func (s *step) positions() ([]int64, error) {
	m, err := s.plan.marker("merge", 0)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, missing(s.plan.phase("merge"), []int{0})
	}
	b, err := os.ReadFile(s.plan.path("merge", m, positionsFile))
	if err != nil {
		return nil, err
	}
	var positions []int64
	if err := json.Unmarshal(b, &positions); err != nil || len(positions) != len(s.plan.Shards)+1 {
		return nil, fmt.Errorf("%w: %s is damaged", ErrPlan, positionsFile)
	}
	return positions, nil
}

// records opens the records of the shard.
func (s *step) records() (*records, error) {
	dir, err := s.own("map", recordsDir)
	if err != nil {
		return nil, err
	}
	store, refs, err := segments.OpenShard(dir)
	return &records{store: store, refs: refs}, err
}

// A noteAt is a note in a sealed run.
type noteAt struct {
	position int64
	note     []byte
}

var noteCodec = runs.Codec[noteAt]{
	Compare: func(a, b noteAt) int { return cmp.Compare(a.position, b.position) },
	Append: func(dst []byte, n noteAt) []byte {
		return append(binary.AppendVarint(dst, n.position), n.note...)
	},
	Decode: func(src []byte) (noteAt, error) {
		position, n := binary.Varint(src)
		if n <= 0 {
			return noteAt{}, runs.ErrDamaged
		}
		return noteAt{position, slices.Clone(src[n:])}, nil
	},
	Size: func(n noteAt) int { return 48 + len(n.note) },
}

// sealedNotes reads notes of sealed runs.
type sealedNotes struct {
	next func() (noteAt, error, bool)
	stop func()
}

func openNotes(dir string, paths []string) *sealedNotes {
	next, stop := iter.Pull2(runs.Range(noteCodec, dir, paths, nil, nil))
	return &sealedNotes{next, stop}
}

func (s *sealedNotes) append(dst []byte) ([]byte, error) {
	n, err, ok := s.next()
	if !ok {
		err = errNotes
	}
	if err != nil {
		return dst, err
	}
	return append(binary.AppendUvarint(dst, uint64(len(n.note))), n.note...), nil
}

// mark tells content from boilerplate in the shard, and prepares what compares it.
func (s *step) mark() error {
	positions, err := s.positions()
	if err != nil {
		return err
	}
	paths, err := s.files("merge", factsFile)
	if err != nil {
		return err
	}
	blocks, err := boilerplate.OpenFacts(paths, s.cfg.RepeatMin, s.cfg.Memory/evidenceShare)
	if err != nil {
		return err
	}
	defer blocks.Close()
	all, err := s.records()
	if err != nil {
		return err
	}
	defer all.store.Close()
	first := positions[s.index]
	copies := duplicates.NewShard(s.scratch, s.dir, s.cfg.Memory/compareShare, first)
	defer copies.Close()
	versions := translations.NewSet(s.scratch, s.cfg.Memory/compareShare)
	defer versions.Close()
	names := newIDs(s.dir)
	defer names.Close()
	w, err := runs.Create(s.file(notesFile), noteCodec)
	if err != nil {
		return err
	}
	position := first
	known := facts{blocks: blocks}
	err = known.mark(s.ctx, s.cfg, all, first, copies, versions, names, func(note []byte) error {
		position++
		return w.Add(noteAt{position - 1, note})
	})
	if err == nil && position != positions[s.index+1] {
		err = fmt.Errorf("%w: shard %d has %d documents, not %d", ErrPlan, s.index, position-first, positions[s.index+1]-first)
	}
	if err != nil {
		w.Abort()
		return err
	}
	return cmp.Or(w.Close(), copies.Seal(), versions.Seal(s.dir), names.Seal(s.file(namesFile)))
}

// marked returns what compares the documents of all shards.
func (s *step) marked() (d duplicates.Shards, v translations.Shards, err error) {
	positions, err := s.positions()
	if err != nil {
		return d, v, err
	}
	dirs, err := s.files("mark", "")
	if err != nil {
		return d, v, err
	}
	d = duplicates.Shards{Dir: s.scratch, Budget: s.cfg.Memory / compareShare}
	for i, dir := range dirs {
		d.List = append(d.List, duplicates.Shard{Dir: dir, First: positions[i], Count: positions[i+1] - positions[i]})
	}
	return d, translations.Shards{Dir: s.scratch, Budget: s.cfg.Memory / compareShare, List: dirs}, nil
}

// unique is marked, with what exact found: copies take no part in the rest.
func (s *step) unique() (d duplicates.Shards, v translations.Shards, copies pairs.Bits, err error) {
	if d, v, err = s.marked(); err != nil {
		return d, v, nil, err
	}
	exact, err := s.files("exact", copiesFile)
	if err != nil {
		return d, v, nil, err
	}
	copies, err = d.Copies(exact)
	v.Without = copies.Has
	return d, v, copies, err
}

func (s *step) exact() error {
	d, _, err := s.marked()
	if err != nil {
		return err
	}
	return d.Exact(s.ctx, s.index, s.plan.Parts, s.file(copiesFile))
}

func (s *step) pair() error {
	d, v, copies, err := s.unique()
	if err != nil {
		return err
	}
	if err := d.Alike(s.ctx, s.index, s.plan.Parts, copies, s.file(sameFile)); err != nil {
		return err
	}
	return v.Candidates(s.ctx, s.index, s.plan.Parts, s.file(versionsFile), s.file(groupsFile))
}

func (s *step) band() error {
	d, v, copies, err := s.unique()
	if err != nil {
		return err
	}
	same, err := s.files("pair", sameFile)
	if err != nil {
		return err
	}
	found, err := s.files("pair", versionsFile)
	if err != nil {
		return err
	}
	if err := d.Bands(s.ctx, s.index, s.plan.Parts, copies, same, s.file(bandsFile)); err != nil {
		return err
	}
	return v.Gather(s.ctx, s.index, s.plan.Parts, found, s.file(goodFile))
}

func (s *step) near() error {
	d, v, _, err := s.unique()
	if err != nil {
		return err
	}
	candidates, err := s.files("band", bandsFile)
	if err != nil {
		return err
	}
	good, err := s.files("band", goodFile)
	if err != nil {
		return err
	}
	groups, err := s.own("pair", groupsFile)
	if err != nil {
		return err
	}
	if err := d.Near(s.ctx, s.index, s.plan.Parts, candidates, s.file(nearFile)); err != nil {
		return err
	}
	return v.Count(s.ctx, s.index, s.plan.Parts, good, groups, s.file(countedFile))
}

// stretch returns between which positions the documents of a part are.
func (s *step) stretch(part int) (first, end int64, err error) {
	positions, err := s.positions()
	if err != nil {
		return 0, 0, err
	}
	n, parts := positions[len(positions)-1], int64(s.plan.Parts)
	bound := func(i int64) int64 { return n/parts*i + n%parts*i/parts }
	return bound(int64(part)), bound(int64(part) + 1), nil
}

func (s *step) rows() error {
	_, v, err := s.marked()
	if err != nil {
		return err
	}
	counted, err := s.files("near", countedFile)
	if err != nil {
		return err
	}
	first, end, err := s.stretch(s.index)
	if err != nil {
		return err
	}
	return v.Rows(s.ctx, first, end, counted, s.file(rowsFile))
}

func (s *step) score() error {
	_, v, err := s.marked()
	if err != nil {
		return err
	}
	good, err := s.own("band", goodFile)
	if err != nil {
		return err
	}
	paths, err := s.files("rows", rowsFile)
	if err != nil {
		return err
	}
	rows := make([]pairs.RowsPart, len(paths))
	for i, path := range paths {
		first, end, err := s.stretch(i)
		if err != nil {
			return err
		}
		rows[i] = pairs.RowsPart{Path: path, First: first, Count: end - first}
	}
	return v.Score(s.ctx, good, rows, s.file(scoredFile))
}

// link decides between the pairs that were found.
func (s *step) link() error {
	d, v, err := s.marked()
	if err != nil {
		return err
	}
	var paths [4][]string
	for i, f := range [4][2]string{{"exact", copiesFile}, {"pair", sameFile}, {"near", nearFile}, {"score", scoredFile}} {
		if paths[i], err = s.files(f[0], f[1]); err != nil {
			return err
		}
	}
	found := runs.New(byPosition, s.scratch, s.cfg.Memory/linkShare)
	defer found.Close()
	if err := links(d.Verdicts(s.ctx, paths[0], paths[1], paths[2]), v.Pairs(s.ctx, paths[3]), found.Add); err != nil {
		return err
	}
	return found.Seal(s.file(linksFile))
}

// named returns the links of the shard's documents, with the identifiers of the
// earlier ones, in order.
func (s *step) named(first, end int64) (*runs.Sorter[link], error) {
	paths, err := s.files("link", linksFile)
	if err != nil {
		return nil, err
	}
	names, err := s.files("mark", namesFile)
	if err != nil {
		return nil, err
	}
	positions, err := s.positions()
	if err != nil {
		return nil, err
	}
	files := make([]pairs.RowsPart, len(names))
	for i, path := range names {
		files[i] = pairs.RowsPart{Path: path, First: positions[i], Count: positions[i+1] - positions[i]}
	}
	all := ids{pairs.OpenRows(idBytes, files)}
	defer all.Close()
	found := runs.New(byEarlier, s.scratch, s.cfg.Memory/linkShare)
	defer found.Close()
	for l, err := range runs.Range(byPosition, s.scratch, paths, &link{position: first}, &link{position: end}) {
		if err == nil {
			err = found.Add(l)
		}
		if err != nil {
			return nil, err
		}
	}
	out := runs.New(byPosition, s.scratch, s.cfg.Memory/linkShare)
	if err := nameLinks(s.ctx, found.Sorted(), all, out.Add); err != nil {
		out.Close()
		return nil, err
	}
	return out, nil
}

// facts opens what is known, for the shard's rows.
func (s *step) facts() (*facts, error) {
	paths, err := s.files("merge", acronymsFile)
	if err != nil {
		return nil, err
	}
	f := &facts{acronyms: make(map[string]meaning), corrections: s.cfg.corrections}
	for d, err := range runs.Range(definitions, s.scratch, paths, nil, nil) {
		if err != nil {
			return nil, err
		}
		f.acronyms[d.acronym] = d.meaning
	}
	return f, nil
}

// write joins the records of the shard with what is known, and writes the rows of
// the documents.
func (s *step) write() error {
	positions, err := s.positions()
	if err != nil {
		return err
	}
	known, err := s.facts()
	if err != nil {
		return err
	}
	all, err := s.records()
	if err != nil {
		return err
	}
	defer all.store.Close()
	notes, err := s.own("mark", notesFile)
	if err != nil {
		return err
	}
	links, err := s.named(positions[s.index], positions[s.index+1])
	if err != nil {
		return err
	}
	defer links.Close()
	r := openNotes(s.scratch, []string{notes})
	defer r.stop()
	asides, stop := asidesOf(r, links.Sorted(), positions[s.index])
	defer stop()
	t, err := s.tables()
	if err != nil {
		return err
	}
	defer t.close()
	defer t.w.DiscardPart()
	fixes := newFixes(s.cfg)
	m, err := s.plan.marker("map", s.index)
	if err != nil {
		return err
	}
	if err := joinPhase(s.ctx, s.cfg, all, known, asides, fixes, s.progress, m.Counts, rowsOf, t.add); err != nil {
		return err
	}
	if fixes != nil {
		s.marker.Fixes = fixes.state()
	}
	if s.marker.Parts, err = t.w.FinishPart(); err != nil {
		return err
	}
	return t.seal(s.file(tallyFile), s.file(ledgerFile))
}

// tables returns tables for a part of the rows.
func (s *step) tables() (*tables, error) {
	w, err := output.CreatePart(s.file(tablesDir), output.Options{PartBytes: s.cfg.PartBytes, Formats: s.cfg.Formats})
	if err != nil {
		return nil, err
	}
	t := newTables(w, s.scratch, s.cfg.Memory/tablesShare)
	t.names = s.cfg.corrections
	return t, nil
}

// total writes the rows of a range of the entities and of the repeated lines.
func (s *step) total() error {
	entities, err := s.files("write", tallyFile)
	if err != nil {
		return err
	}
	repeated, err := s.files("write", ledgerFile)
	if err != nil {
		return err
	}
	t, err := s.tables()
	if err != nil {
		return err
	}
	defer t.close()
	defer t.w.DiscardPart()
	if err := t.writeRepeated(pairs.Until(s.ctx, runs.Part(ledgerCodec, s.scratch, repeated, s.index, s.plan.Parts, nil))); err != nil {
		return err
	}
	if err := t.writeEntities(pairs.Until(s.ctx, runs.Part(tallyCodec, s.scratch, entities, s.index, s.plan.Parts, nil))); err != nil {
		return err
	}
	s.marker.Parts, err = t.w.FinishPart()
	return err
}

// A PhaseStatus says how far a phase is.
type PhaseStatus struct {
	Name    string  `json:"name"`
	Shards  int     `json:"indices"`
	Done    int     `json:"done"`
	Missing []int   `json:"missing"`
	Damaged []int   `json:"damaged"` // files of theirs are gone or have another size
	Seconds float64 `json:"seconds"` // of those that are done, added up
}

// Status says how far each phase is.
func (p *Plan) Status() ([]PhaseStatus, error) {
	var all []PhaseStatus
	for _, f := range p.Phases() {
		st := PhaseStatus{Name: f.Name, Shards: f.Shards, Missing: []int{}, Damaged: []int{}}
		done, err := p.done(f)
		if err != nil {
			return nil, err
		}
		for i, ok := range done {
			if !ok {
				st.Missing = append(st.Missing, i)
				continue
			}
			m, err := p.marker(f.Name, i)
			switch {
			case err != nil:
				return nil, err
			case m == nil: // it was taken away meanwhile
				st.Missing = append(st.Missing, i)
			case p.whole(f.Name, m, false) != nil:
				st.Damaged = append(st.Damaged, i)
			default:
				st.Done++
				st.Seconds += m.Seconds
			}
		}
		all = append(all, st)
	}
	return all, nil
}

// Commit makes sure that everything is there and whole, puts the tables together
// and publishes them, as Run does. It can be done again.
func (p *Plan) Commit(ctx context.Context) (*Summary, error) {
	cfg, err := p.config()
	if err != nil {
		return nil, err
	}
	if err := cfg.loadCorrections(); err != nil {
		return nil, err
	}
	started := time.Now()
	var lacking []error
	for _, f := range p.Phases() {
		if err := p.complete(f); errors.Is(err, ErrMissing) {
			lacking = append(lacking, err)
		} else if err != nil {
			return nil, err
		}
	}
	if err := errors.Join(lacking...); err != nil {
		return nil, err
	}
	sum := &Summary{Files: p.Files, Stages: map[string]float64{}, Phases: map[string]float64{}}
	w, err := output.Create(p.Out, output.Options{PartBytes: cfg.PartBytes, Formats: cfg.Formats})
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	fixes := newFixes(&cfg)
	for _, f := range p.Phases() {
		markers, err := p.markers(f.Name)
		if err != nil {
			return nil, err
		}
		for i, m := range markers {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			// What goes into the tables is read once more; of the rest only the sizes
			// count, since others have read it with checksums of its blocks.
			if err := p.whole(f.Name, m, len(m.Parts) > 0); err != nil {
				return nil, fmt.Errorf("%s %d: %w", f.Name, i, err)
			}
			if m.Started.Before(started) {
				started = m.Started
			}
			sum.Phases[f.Name] += m.Seconds
			if c := m.Counts; c != nil {
				sum.Sources += c.Sources
				sum.Documents += c.Documents
				sum.Rejects += c.Rejects
				sum.Bytes += c.Bytes
				sum.DocumentBytes += c.DocumentBytes
				for name, seconds := range c.Stages {
					sum.Stages[name] += seconds
				}
			}
			if fixes != nil && m.Fixes != nil {
				fixes.merge(m.Fixes)
			}
			if err := w.Adopt(p.path(f.Name, m, tablesDir), m.Parts); err != nil {
				return nil, err
			}
			for _, f := range m.Files {
				sum.WorkBytes += f.Size
			}
		}
	}
	if fixes != nil {
		sum.Corrections = fixes.finish()
	}
	sum.Tables = w.Counts()
	if err := sum.check(); err != nil {
		return nil, err
	}
	info, err := runInfo(cfg, p.Inputs, started, sum)
	if err != nil {
		return nil, err
	}
	// Publication moves the plan, if it lies in the output folder: nothing in it may
	// be open.
	if err := w.Commit(map[string][]byte{"run.json": info}); err != nil {
		return nil, err
	}
	return sum, p.tidy()
}

// fixState is what corrections did to a shard, for the sum over all.
type fixState struct {
	Used    []int             `json:"used"` // numbers of lines
	Trouble map[int]Unmatched `json:"trouble"`
	Changed int64             `json:"changed"`
	Added   int64             `json:"added"`
	Deleted int64             `json:"deleted"`
}

func (a *fixes) state() *fixState {
	f := &fixState{Trouble: a.trouble, Changed: a.sum.Changed, Added: a.sum.Added, Deleted: a.sum.Deleted}
	for i, used := range a.used {
		if used {
			f.Used = append(f.Used, i)
		}
	}
	return f
}

// merge adds what was done to the next shard.
func (a *fixes) merge(f *fixState) {
	for _, i := range f.Used {
		a.used[i] = true
	}
	maps.Copy(a.trouble, f.Trouble)
	a.sum.Changed += f.Changed
	a.sum.Added += f.Added
	a.sum.Deleted += f.Deleted
}
