package pipeline

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"tamis/extractors/tagger"
	"tamis/output"
	"tamis/pipeline/reader"
)

// Config holds every option of a run. The zero value of a field is a sensible
// default, and two runs with equal configurations over equal input write equal
// bytes, whatever Workers says.
type Config struct {
	// Workers is the number of documents in work at once; 0 means one for
	// each processor.
	Workers int `json:"workers"`
	// Memory is about how many bytes of memory the run may take; 0 means
	// 1 GiB. What does not fit waits in files.
	Memory int64 `json:"memory"`
	// Work is the folder in which finished work is kept for the next run; ""
	// means ".work" in the output folder.
	Work string `json:"work,omitempty"`
	// NoCache drops the work that earlier runs kept.
	NoCache bool `json:"no_cache,omitempty"`
	// FilesFrom is a file with more inputs, one path a line, "-" for standard
	// input; "" means none.
	FilesFrom string `json:"files_from,omitempty"`
	// MaxBytes, MaxDepth, MaxRatio and MaxItems are the limits of reading, see
	// reader.Options; a zero is the default there.
	MaxBytes int64 `json:"max_bytes"`
	MaxDepth int   `json:"max_depth"`
	MaxRatio int   `json:"max_ratio"`
	MaxItems int   `json:"max_items,omitempty"`
	// DocTimeout is the time that a document may take; one that takes longer is
	// a reject. 0 means two minutes. It is looked at while a document is cleaned
	// and between the stages: those behind take time in proportion to the text.
	DocTimeout time.Duration `json:"doc_timeout"`
	// Fields names the fields of JSON objects and the columns of tables.
	Fields reader.Fields `json:"fields,omitzero"`
	// Formats lists the formats in which the tables are written beside Parquet,
	// see output.Formats.
	Formats []string `json:"formats,omitempty"`
	// PartBytes is the size at which a table goes on in the next Parquet file;
	// 0 means 512 MiB.
	PartBytes int64 `json:"part_bytes,omitempty"`
	// RepeatMin is the number of documents of one site that must share a
	// line before it can be boilerplate; 0 means 2.
	RepeatMin int `json:"repeat_min"`
	// Corrections is a file of corrections to what is found, see
	// docs/corrections.md; "" means none.
	Corrections string `json:"corrections,omitempty"`
	// Prose asks prose/v2 for a second opinion on people in English text. It
	// is slow, about 0.05 MB/s, and off by default.
	Prose bool `json:"prose"`
	// Model is the file of a tagger model of one's own, see "tamis train"; ""
	// means the one in the program, "none" rules alone.
	Model string `json:"model,omitempty"`

	// Remote lists the files at a URL, which stands among the inputs then; nil
	// means that inputs are paths. The names of what it gives are the paths
	// below the URL, in the order of a walk; "" is the file at the URL itself.
	Remote func(url string) ([]Source, error) `json:"-"`
	// PartSuffix is put behind the names of the files of tables, see
	// output.Options.
	PartSuffix string `json:"-"`

	tagger      *tagger.Model // loaded, see load
	later       uint64        // what the stages behind clean and language depend on, see load
	corrections *corrections  // loaded, see load
}

// Flags defines a flag for each option on fs.
func (c *Config) Flags(fs *pflag.FlagSet) {
	c.WorkersFlag(fs)
	fs.IntVar(&c.RepeatMin, "repeat-min", defaultRepeatMin, "documents of a site that must share a line before it can be boilerplate")
	fs.StringVar(&c.Model, "model", "", "file of a tagger model of your own, or \"none\" for rules alone")
	fs.BoolVar(&c.Prose, "prose", false, "ask prose/v2 for a second opinion on people in English text (slow)")
}

// WorkersFlag defines the flag for Workers, MemoryFlag that for Memory.
func (c *Config) WorkersFlag(fs *pflag.FlagSet) {
	fs.IntVarP(&c.Workers, "workers", "j", 0, "documents in work at once (default: one per processor)")
}

func (c *Config) MemoryFlag(fs *pflag.FlagSet) {
	fs.Var((*byteSize)(&c.Memory), "memory", "memory to use, about; what does not fit waits in files")
	fs.Lookup("memory").DefValue = "1GiB"
}

// InputFlags defines a flag for each option that tells what is read and how.
func (c *Config) InputFlags(fs *pflag.FlagSet) {
	fs.StringVar(&c.Corrections, "corrections", "", "table of corrections to what is found, a CSV file: merges, splits, deletions, types, names, additions")
	fs.StringVar(&c.FilesFrom, "files-from", "", "file with more inputs, one path a line; - for standard input")
	fs.Int64Var(&c.MaxBytes, "max-bytes", reader.DefaultBytes, "reject documents larger than this many bytes")
	fs.IntVar(&c.MaxDepth, "max-depth", reader.DefaultDepth, "containers that may lie inside each other")
	fs.IntVar(&c.MaxRatio, "max-ratio", reader.DefaultRatio, "times its size that a file may grow when it is unpacked, from 16 MiB on")
	fs.IntVar(&c.MaxItems, "max-items", 0, "documents that one container may hold (default: any number)")
	fs.DurationVar(&c.DocTimeout, "doc-timeout", defaultDocTimeout, "reject documents that take longer than this")
	for _, f := range []struct {
		name string
		to   *[]string
	}{
		{"text", &c.Fields.Text}, {"html", &c.Fields.HTML}, {"url", &c.Fields.URL}, {"id", &c.Fields.ID}, {"title", &c.Fields.Title},
		{"date", &c.Fields.Date}, {"language", &c.Fields.Language}, {"author", &c.Fields.Author},
	} {
		fs.StringSliceVar(f.to, f.name+"-field", nil, "JSON fields or table columns for the "+f.name+", best first (default: the usual names)")
	}
}

// WorkFlags defines a flag for each option of a run that keeps its work.
func (c *Config) WorkFlags(fs *pflag.FlagSet) {
	c.MemoryFlag(fs)
	fs.StringVar(&c.Work, "work", "", "folder in which finished work is kept for the next run (default: .work in the output folder)")
	fs.BoolVar(&c.NoCache, "no-cache", false, "drop the work that earlier runs kept, and start afresh")
}

// OutputFlags defines a flag for each option that tells how tables are written.
func (c *Config) OutputFlags(fs *pflag.FlagSet) {
	fs.Var((*formats)(&c.Formats), "format", "formats of the tables beside Parquet, which is always written: jsonl, csv or both, parted by commas")
	fs.Var((*byteSize)(&c.PartBytes), "part-size", "size at which a table goes on in the next Parquet file, about")
	fs.Lookup("part-size").DefValue = "512MiB"
}

// A formats is a list of formats as a flag, which may be given several times.
type formats []string

func (f *formats) Set(s string) error {
	names := strings.Split(s, ",")
	if err := output.CheckFormats(names); err != nil {
		return err
	}
	*f = append(*f, names...)
	return nil
}

func (f *formats) String() string { return strings.Join(*f, ",") }

// Type is that of the flags of this name that other commands have.
func (f *formats) Type() string { return "string" }

// A byteSize is a number of bytes as a flag: "512MiB", "2GB", "1000000".
type byteSize int64

func (b *byteSize) Set(s string) error {
	number := strings.TrimRight(s, "KMGTiBkb ")
	unit, ok := map[string]float64{"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30,
		"T": 1 << 40, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}[strings.ToUpper(strings.TrimSpace(s[len(number):]))]
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !ok || !(v >= 0) || v*unit >= 1<<62 {
		return errors.New("a size is a number and a unit, such as 512MiB or 2GB")
	}
	*b = byteSize(v * unit)
	return nil
}

func (b *byteSize) String() string { return strconv.FormatInt(int64(*b), 10) }

func (b *byteSize) Type() string { return "size" }

const (
	defaultRepeatMin = 2
	defaultMemory    = 1 << 30

	defaultDocTimeout = 2 * time.Minute
)

// withDefaults returns the configuration with every zero replaced by what it
// stands for.
func (c Config) withDefaults() Config {
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = reader.DefaultBytes
	}
	if c.MaxDepth <= 0 {
		c.MaxDepth = reader.DefaultDepth
	}
	if c.MaxRatio <= 0 {
		c.MaxRatio = reader.DefaultRatio
	}
	if c.RepeatMin <= 0 {
		c.RepeatMin = defaultRepeatMin
	}
	if c.DocTimeout <= 0 {
		c.DocTimeout = defaultDocTimeout
	}
	if c.Memory <= 0 {
		c.Memory = defaultMemory
	}
	return c
}

// reading returns the options of the reader. Containers that it has to keep
// aside go below the folder work.
func (c *Config) reading(work string) reader.Options {
	return reader.Options{MaxBytes: c.MaxBytes, MaxDepth: c.MaxDepth, MaxRatio: c.MaxRatio, MaxItems: c.MaxItems, Fields: c.Fields, TempDir: work}
}

// ErrModel says that the file of Config.Model holds no model.
var ErrModel = errors.New("--model")

// load reads the model and the corrections that the configuration names.
func (c *Config) load() (err error) {
	if err := c.loadCorrections(); err != nil {
		return err
	}
	h := fnv.New64a()
	fmt.Fprintln(h, c.Prose, c.Model)
	defer func() { c.later = h.Sum64() }()
	switch c.Model {
	case "none":
		c.tagger = nil
	case "":
		if c.tagger == nil {
			c.tagger = defaultModel()
		}
	default:
		var file []byte
		if file, err = os.ReadFile(c.Model); err == nil {
			h.Write(file)
			c.tagger, err = tagger.Parse(file, lexicon)
		}
		if err != nil {
			err = fmt.Errorf("%w %s: %w", ErrModel, c.Model, cause(err))
		}
	}
	return err
}

// defaultModel is the tagger in the program.
var defaultModel = sync.OnceValue(func() *tagger.Model {
	m, err := tagger.Parse(tagger.Default, lexicon)
	if err != nil {
		panic(err) // embedded, and a test reads it
	}
	return m
})
