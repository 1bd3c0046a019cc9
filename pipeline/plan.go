package pipeline

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"

	"tamis/pipeline/reader"
)

// A plan cuts a run into shards that any number of processes can work on, at any
// time and in any order within a phase, see shards.go. It is a folder: plan.json
// says what was planned, the folder "shards" lists what each shard reads.

// A Plan is what a run over several processes is made of. All that stands in
// its file is frozen.
type Plan struct {
	Tamis string `json:"tamis"`
	// Build is the identity of the program that made the plan. No other one works
	// on it: parts that two programs made would not fit together.
	Build  string   `json:"build"`
	Inputs []string `json:"inputs"`
	Out    string   `json:"out"`
	Files  int      `json:"files"` // of the inputs
	Bytes  int64    `json:"bytes"` // of the files
	// Parts is the number of ranges of sites, of documents and of keys of tables
	// that the phases between the shards work on.
	Parts         int      `json:"parts"`
	Configuration Config   `json:"configuration"`
	Model         string   `json:"model_sha256,omitempty"`
	Corrections   string   `json:"corrections_sha256,omitempty"`
	Shards        []listed `json:"shards"`

	// Workers and Memory are as in Config, for this process, and Scratch is the
	// folder for its temporary files, "" for one in the plan.
	Workers int    `json:"-"`
	Memory  int64  `json:"-"`
	Scratch string `json:"-"`
	// Progress, if not nil, is told how far an index of map or write is.
	Progress func(Progress) `json:"-"`

	dir string
}

// listed is what the plan says of a shard: what its list has.
type listed struct {
	Files  int    `json:"files"` // or parts of files
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the list
}

// A piece is a file, or a part of one, on the list of a shard.
type piece struct {
	Name    string `json:"name"`
	Path    string `json:"path"`
	Size    int64  `json:"size"` // of the piece, about where it is cut by items
	Named   bool   `json:"named,omitempty"`
	Problem string `json:"problem,omitempty"`
	Cut     *Cut   `json:"cut,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of the bytes; of the whole file where it is cut by items
}

// A Cut is a part of a file. Of a file of JSON Lines it is a range of bytes, with
// the number of the line that it starts with; of another container, a range of
// its items, those before it are read over. The last part of these has no end, 0.
type Cut struct {
	From int64 `json:"from"`
	To   int64 `json:"to,omitempty"`
	Line int   `json:"line,omitempty"` // from 1; 0 for items
}

// PlanFolder returns the folder of the plan of an output folder, if no other one is
// named.
func PlanFolder(out string) string { return filepath.Join(out, ".plan") }

// ErrPlan says that a plan can't be made, or can't be worked on as things are.
var ErrPlan = errors.New("plan")

const (
	planFile  = "plan.json"
	listsDir  = "shards"
	maxParts  = 256
	maxShards = 99_999
)

// MakePlan freezes a plan for the inputs: it reads all files, for their hashes, and
// cuts the large ones. dir is the folder of the plan, "" for PlanFolder. To make the
// same plan again does nothing.
func MakePlan(cfg Config, inputs []string, out, dir string, shards int) (*Plan, error) {
	if shards < 1 || shards > maxShards {
		return nil, fmt.Errorf("%w: from 1 to %d shards", ErrPlan, maxShards)
	}
	if slices.Contains(inputs, Stdin) {
		return nil, fmt.Errorf("%w: standard input can be read by nobody else", ErrPlan)
	}
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(cmp.Or(dir, PlanFolder(out))); err != nil {
		return nil, err
	}
	for _, file := range []*string{&cfg.Model, &cfg.Corrections} {
		if *file != "" && *file != "none" {
			if *file, err = filepath.Abs(*file); err != nil {
				return nil, err
			}
		}
	}
	if err := cfg.load(); err != nil {
		return nil, err
	}
	sources, err := cfg.Sources(inputs, out)
	if err != nil {
		return nil, err
	}
	p := &Plan{Tamis: Version, Build: buildID(), Out: out, Files: len(sources), Parts: min(shards, maxParts), dir: dir}
	for _, in := range inputs {
		p.Inputs = append(p.Inputs, filepath.ToSlash(in))
	}
	workers := cfg.withDefaults().Workers
	cfg.Workers, cfg.Work, cfg.NoCache, cfg.FilesFrom = 0, "", false, ""
	p.Configuration = cfg
	if p.Model, p.Corrections, err = cfg.hashes(); err != nil {
		return nil, err
	}
	for i := range sources {
		if sources[i].Open != nil {
			return nil, fmt.Errorf("%w: %s is no file that all machines share", ErrPlan, sources[i].Name)
		}
		p.Bytes += sources[i].Size
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	aside, err := os.MkdirTemp(dir, "tmp-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(aside)
	if err := p.list(sources, shards, workers, aside); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, err
	}
	text = append(text, '\n')
	if former, err := os.ReadFile(filepath.Join(dir, planFile)); err == nil {
		if !bytes.Equal(former, text) {
			return nil, fmt.Errorf("%w: %s holds another one; remove it, or name another folder with --plan", ErrPlan, dir)
		}
		return OpenPlan(dir)
	}
	if err := os.RemoveAll(filepath.Join(dir, listsDir)); err != nil { // of a plan that was never finished
		return nil, err
	}
	if err := os.Rename(filepath.Join(aside, listsDir), filepath.Join(dir, listsDir)); err != nil {
		return nil, err
	}
	if err := writeAside(filepath.Join(aside, planFile), filepath.Join(dir, planFile), text); err != nil {
		return nil, err
	}
	return OpenPlan(dir)
}

// writeAside writes a file under a name and renames it when it is on the disk.
func writeAside(aside, path string, data []byte) error {
	f, err := os.Create(aside)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(aside, path)
}

// OpenPlan opens the plan in a folder.
func OpenPlan(dir string) (*Plan, error) {
	b, err := os.ReadFile(filepath.Join(dir, planFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s has none; tamis plan makes one", ErrPlan, dir)
	}
	if err != nil {
		return nil, err
	}
	p := &Plan{dir: dir}
	if err := json.Unmarshal(b, p); err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrPlan, dir, err)
	}
	return p, nil
}

// Dir returns the folder of the plan.
func (p *Plan) Dir() string { return p.dir }

// config returns the configuration for the work of this process, and makes sure
// that it gives what the plan says.
func (p *Plan) config() (Config, error) {
	cfg := p.Configuration
	if b := buildID(); b != p.Build {
		return cfg, fmt.Errorf("%w: made by another build of tamis (%s, this is %s)", ErrPlan, p.Build, b)
	}
	model, corrections, err := cfg.hashes()
	if err != nil {
		return cfg, err
	}
	if model != p.Model {
		return cfg, fmt.Errorf("%w: %s is not the model that was planned", ErrPlan, cfg.Model)
	}
	if corrections != p.Corrections {
		return cfg, fmt.Errorf("%w: %s are not the corrections that were planned", ErrPlan, cfg.Corrections)
	}
	cfg.Workers, cfg.Memory = p.Workers, cmp.Or(p.Memory, cfg.Memory)
	return cfg.withDefaults(), nil
}

// hashes returns those of the files that the configuration names, "" for none.
func (c *Config) hashes() (model, corrections string, err error) {
	if c.Model != "" && c.Model != "none" {
		if model, err = hashFile(c.Model, 0, -1); err != nil {
			return "", "", err
		}
	}
	if c.Corrections != "" {
		corrections, err = hashFile(c.Corrections, 0, -1)
	}
	return model, corrections, err
}

// hashFile returns the SHA-256 of a range of a file; -1 stands for its end.
func hashFile(path string, from, to int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if to < 0 {
		to = math.MaxInt64
	}
	if _, err := io.Copy(h, io.NewSectionReader(f, from, to-from)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// fileWeight is what a file costs beside its bytes, in bytes: it has to be opened.
const fileWeight = 4 << 10

// list cuts the sources into shards of about the same size, in their order, and
// writes the list of each. Sizes are those of files: what is compressed counts as it
// lies there.
func (p *Plan) list(sources []Source, shards, workers int, dir string) error {
	total := int64(0)
	for i := range sources {
		total += sources[i].Size + fileWeight
	}
	ideal := float64(total) / float64(shards)
	w := &listWriter{dir: filepath.Join(dir, listsDir), sum: sha256.New()}
	if err := os.Mkdir(w.dir, 0o777); err != nil {
		return err
	}
	cfg := p.Configuration.withDefaults()
	o := cfg.reading(dir)
	before := int64(0)
	type placed struct {
		source *Source
		first  int       // shard
		cuts   []float64 // shares of the source at which the next shard begins
	}
	items := func(yield func(placed, error) bool) {
		for i := range sources {
			s := &sources[i]
			weight := float64(s.Size + fileWeight)
			at := placed{source: s, first: min(int((float64(before)+weight/2)/ideal), shards-1)}
			if start := min(int(float64(before)/ideal), shards-1); weight > ideal/4 && !s.single() {
				at.first = start
				for next := start + 1; next < shards; next++ {
					share := (float64(next)*ideal - float64(before)) / weight
					if share >= 1 {
						break
					}
					at.cuts = append(at.cuts, share)
				}
			}
			before += s.Size + fileWeight
			if !yield(at, nil) {
				return
			}
		}
	}
	type pieces struct {
		first int
		list  []piece
	}
	err := ordered(context.Background(), workers, items, func() *struct{} { return nil },
		func(_ context.Context, _ *struct{}, at placed) (pieces, error) {
			list, err := at.source.pieces(o, at.cuts)
			return pieces{at.first, list}, err
		},
		func(all pieces) error {
			for i := range all.list {
				if err := w.add(all.first+i, &all.list[i]); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return err
	}
	if err := w.upTo(shards); err != nil {
		return err
	}
	p.Shards = w.shards
	return nil
}

// pieces cuts a source at about the shares, and returns one piece more than these.
func (s *Source) pieces(o reader.Options, shares []float64) ([]piece, error) {
	whole := piece{Name: s.Name, Path: s.Path, Size: s.Size, Named: s.Named, Problem: s.Problem}
	if s.Problem != "" {
		return []piece{whole}, nil
	}
	head, err := s.head()
	if err != nil {
		return []piece{whole}, nil // reading it says why
	}
	if len(shares) > 0 && o.MaxItems == 0 {
		o.Named = s.Named
		if reader.JSONLines(s.Name, head, o) {
			return cutLines(whole, shares)
		}
	}
	if whole.SHA256, err = hashFile(s.Path, 0, -1); err != nil {
		return []piece{whole}, nil
	}
	if len(shares) == 0 {
		return []piece{whole}, nil
	}
	return s.cutItems(whole, o, shares), nil
}

// head returns the first bytes of the file.
func (s *Source) head() ([]byte, error) {
	f, err := os.Open(s.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, reader.HeadSize)
	n, err := io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

// cutLines cuts a file of JSON Lines behind the line feed that follows each share.
func cutLines(whole piece, shares []float64) ([]piece, error) {
	f, err := os.Open(whole.Path)
	if err != nil {
		return []piece{whole}, nil
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 256<<10)
	var out []piece
	sum := sha256.New()
	at, line := int64(0), 1
	start, first := at, line
	end := func() {
		p := whole
		p.Size, p.Cut, p.SHA256 = at-start, &Cut{From: start, To: at, Line: first}, hex.EncodeToString(sum.Sum(nil))
		out = append(out, p)
		sum.Reset()
		start, first = at, line
	}
	for {
		b, err := r.ReadSlice('\n')
		sum.Write(b)
		at += int64(len(b))
		if err == nil {
			line++
			for len(out) < len(shares) && at >= int64(shares[len(out)]*float64(whole.Size)) {
				end()
			}
		}
		switch {
		case err == io.EOF:
			for len(out) <= len(shares) {
				end()
			}
			return out, nil
		case err != nil && err != bufio.ErrBufferFull:
			return nil, fmt.Errorf("%s: %w", whole.Path, err)
		}
	}
}

// cutItems cuts a container between items, by their bytes.
func (s *Source) cutItems(whole piece, o reader.Options, shares []float64) []piece {
	// Some of the items, with the bytes up to their end: a tenth of a percent of a
	// long list is near enough.
	const most = 4096
	var ends []int64
	every, n, bytes := int64(1), int64(0), int64(0)
	o.Lazy = true
	for it := range s.items(o) {
		bytes += int64(len(it.Data)) + fileWeight
		if n++; n%every != 0 {
			continue
		}
		if ends = append(ends, bytes); len(ends) == most {
			for i := range most / 2 {
				ends[i] = ends[2*i+1]
			}
			ends, every = ends[:most/2], 2*every
		}
	}
	var out []piece
	from, size := int64(0), int64(0)
	for _, share := range append(slices.Clone(shares), 1) {
		i, _ := slices.BinarySearch(ends, int64(share*float64(bytes)))
		to := max(from, int64(i+1)*every)
		upTo := int64(share * float64(whole.Size))
		if len(out) == len(shares) {
			to, upTo = 0, whole.Size
		}
		p := whole
		p.Size, p.Cut = 0, &Cut{From: from, To: to}
		if to != from {
			p.Size, size = upTo-size, upTo
		}
		out = append(out, p)
		from = to
	}
	return out
}

// A listWriter writes the lists of the shards, one after the other.
type listWriter struct {
	dir    string
	shards []listed
	f      *os.File
	w      *bufio.Writer
	sum    hash.Hash
}

// add adds a piece to the list of a shard. A part of a file that is empty is left
// out.
func (w *listWriter) add(shard int, p *piece) error {
	if err := w.upTo(shard); err != nil {
		return err
	}
	if p.Cut != nil && p.Cut.To > 0 && p.Cut.From == p.Cut.To {
		return nil
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if w.f == nil {
		if err := w.open(); err != nil {
			return err
		}
	}
	l := &w.shards[len(w.shards)-1]
	l.Files++
	l.Bytes += p.Size
	_, err = w.w.Write(append(b, '\n'))
	return err
}

func (w *listWriter) open() (err error) {
	if w.f, err = os.Create(filepath.Join(w.dir, listName(len(w.shards)))); err != nil {
		return err
	}
	w.sum.Reset()
	w.w = bufio.NewWriter(io.MultiWriter(w.f, w.sum))
	w.shards = append(w.shards, listed{})
	return nil
}

// upTo ends the lists of the shards before a number.
func (w *listWriter) upTo(shard int) error {
	for len(w.shards) < shard || len(w.shards) == shard && w.f != nil {
		if w.f == nil {
			if err := w.open(); err != nil {
				return err
			}
		}
		if err := errors.Join(w.w.Flush(), w.f.Sync(), w.f.Close()); err != nil {
			return err
		}
		w.shards[len(w.shards)-1].SHA256 = hex.EncodeToString(w.sum.Sum(nil))
		w.f = nil
	}
	return nil
}

func listName(shard int) string { return fmt.Sprintf("%05d.jsonl", shard) }

// sources returns what a shard reads, and whether the files are as they were when
// the plan was made.
func (p *Plan) sources(ctx context.Context, shard, workers int) ([]Source, error) {
	b, err := os.ReadFile(filepath.Join(p.dir, listsDir, listName(shard)))
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != p.Shards[shard].SHA256 {
		return nil, fmt.Errorf("%w: the list of shard %d is not as it was planned", ErrPlan, shard)
	}
	var list []piece
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var e piece
		if err := d.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	sources := make([]Source, 0, len(list))
	items := func(yield func(piece, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
	err = ordered(ctx, workers, items, func() *struct{} { return nil },
		func(_ context.Context, _ *struct{}, e piece) (Source, error) {
			s := Source{Name: e.Name, Path: e.Path, Size: e.Size, Named: e.Named, Problem: e.Problem, Cut: e.Cut}
			if e.SHA256 == "" {
				return s, nil
			}
			from, to := int64(0), int64(-1)
			if e.Cut != nil && e.Cut.Line > 0 {
				from, to = e.Cut.From, e.Cut.To
			}
			sum, err := hashFile(e.Path, from, to)
			if err == nil && sum != e.SHA256 {
				err = fmt.Errorf("%w: %s is not as it was planned", ErrPlan, e.Path)
			}
			return s, err
		},
		func(s Source) error {
			sources = append(sources, s)
			return nil
		})
	return sources, err
}
