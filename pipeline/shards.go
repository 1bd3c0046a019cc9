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
//	map      shard  records; evidence and definitions, sorted
//	merge    part   what is known of the sites of the part, meanings of its acronyms
//	mark     shard  labels of blocks; hashes, sketches and features of the content
//	compare  one    links between documents
//	write    shard  rows of the documents; counts of entities and of repeated lines
//	total    part   rows of entities and of repeated lines
//
// Every step gives the same for the same input, whatever the memory and the number
// of workers, so it does not matter which of several attempts counts.

// A Phase is a step of a plan.
type Phase struct {
	Name   string
	Shards int // indices
}

// Phases lists the phases in the order in which they have to be done: each needs
// all indices of the one before.
func (p *Plan) Phases() []Phase {
	n := len(p.Shards)
	return []Phase{{"map", n}, {"merge", p.Parts}, {"mark", n}, {"compare", 1}, {"write", n}, {"total", p.Parts}}
}

// Do does an index of a phase, if it is not done. To do it again, or several times
// at once, changes nothing.
func (p *Plan) Do(ctx context.Context, phase string, index int) error {
	phases := p.Phases()
	at := slices.IndexFunc(phases, func(f Phase) bool { return f.Name == phase })
	if at < 0 {
		return fmt.Errorf("%w: there is no phase %s", ErrPlan, phase)
	}
	if index < 0 {
		return fmt.Errorf("%w: an index can't be negative: %d", ErrPlan, index)
	}
	if index >= phases[at].Shards {
		return nil
	}
	if m, err := p.marker(phase, index); err != nil {
		return err
	} else if m != nil {
		if p.whole(phase, m, true) == nil {
			return nil
		}
		if err := p.redo(phase, index, m); err != nil {
			return err
		}
	}
	if at > 0 {
		if err := p.complete(phases[at-1]); err != nil {
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
	defer tune(&cfg)()
	return p.attempt(ctx, phase, index, func(dir, scratch string, m *marker) error {
		s := step{plan: p, ctx: ctx, cfg: &cfg, index: index, dir: dir, scratch: scratch, marker: m}
		switch phase {
		case "map":
			return s.mapShard()
		case "merge":
			return s.merge()
		case "mark":
			return s.mark()
		case "compare":
			return s.compare()
		case "write":
			return s.write()
		default:
			return s.total()
		}
	})
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
	linksFile       = "links"
	tallyFile       = "entities"
	ledgerFile      = "repeated"
	tablesDir       = "tables"
)

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
		err = missing(Phase{phase, len(s.plan.Shards)}, []int{s.index})
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
	if _, err := m.run(s.ctx, sources, ev, func(Progress) {}); err != nil {
		return err
	}
	s.marker.Counts = sum
	return cmp.Or(ev.blocks.Seal(s.file(evidenceFile)), runs.Seal(s.file(definitionsFile), definitions, ev.sortedDefinitions()), store.Close())
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
		return nil, missing(Phase{"merge", s.plan.Parts}, []int{0})
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
	copies := duplicates.NewShard(s.scratch, s.cfg.Memory/compareShare, first)
	defer copies.Close()
	versions := translations.NewSet(s.scratch, s.cfg.Memory/compareShare)
	defer versions.Close()
	w, err := runs.Create(s.file(notesFile), noteCodec)
	if err != nil {
		return err
	}
	position := first
	known := facts{blocks: blocks}
	err = known.mark(s.ctx, s.cfg, all, first, copies, versions, func(note []byte) error {
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
	return cmp.Or(w.Close(), copies.Seal(s.dir), versions.Seal(s.dir))
}

// compare finds the links between all documents.
func (s *step) compare() error {
	positions, err := s.positions()
	if err != nil {
		return err
	}
	dirs, err := s.files("mark", "")
	if err != nil {
		return err
	}
	var shards []duplicates.Shard
	var notes []string
	for i, dir := range dirs {
		shards = append(shards, duplicates.Shard{Dir: dir, First: positions[i], Count: positions[i+1] - positions[i]})
		notes = append(notes, filepath.Join(dir, notesFile))
	}
	copies := duplicates.OpenShards(s.scratch, s.cfg.Memory/compareShare, shards)
	defer copies.Close()
	versions := translations.OpenShards(s.scratch, s.cfg.Memory/compareShare, dirs)
	defer versions.Close()
	found := runs.New(linksBy(func(l link) int64 { return l.of }), s.scratch, s.cfg.Memory/linkShare)
	defer found.Close()
	if err := findLinks(s.ctx, copies, versions, found.Add); err != nil {
		return err
	}
	links := runs.New(byPosition, s.scratch, s.cfg.Memory/linkShare)
	defer links.Close()
	r := openNotes(s.scratch, notes)
	defer r.stop()
	if err := nameLinks(s.ctx, found.Sorted(), r, 0, links.Add); err != nil {
		return err
	}
	return links.Seal(s.file(linksFile))
}

// byPosition is the codec of links in the order of the later document.
var byPosition = linksBy(func(l link) int64 { return l.position })

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
	links, err := s.files("compare", linksFile)
	if err != nil {
		return err
	}
	r := openNotes(s.scratch, []string{notes})
	defer r.stop()
	first, end := link{position: positions[s.index]}, link{position: positions[s.index+1]}
	asides, stop := asidesOf(r, runs.Range(byPosition, s.scratch, links, &first, &end), positions[s.index])
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
	if err := joinPhase(s.ctx, s.cfg, all, known, asides, fixes, func(Progress) {}, m.Counts, rowsOf, t.add); err != nil {
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
