package pipeline

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/spf13/pflag"

	"tamis/extractors/tagger"
)

// Config holds every option of a run. The zero value of a field is a sensible
// default, and two runs with equal configurations over equal input write equal
// bytes, whatever Workers says.
type Config struct {
	// Workers is the number of documents in work at once; 0 means one for
	// each processor.
	Workers int `json:"workers"`
	// MaxBytes is the size in bytes from which a source is rejected instead
	// of read; 0 means 256 MiB.
	MaxBytes int64 `json:"max_bytes"`
	// RepeatMin is the number of documents of one site that must share a
	// line before it can be boilerplate; 0 means 2.
	RepeatMin int `json:"repeat_min"`
	// Prose asks prose/v2 for a second opinion on people in English text. It
	// is slow, about 0.05 MB/s, and off by default.
	Prose bool `json:"prose"`
	// Model is the file of a tagger model of one's own, see "tamis train"; ""
	// means the one in the program, "none" rules alone.
	Model string `json:"model,omitempty"`

	tagger *tagger.Model // loaded, see withDefaults
}

// Flags defines a flag for each option on fs.
func (c *Config) Flags(fs *pflag.FlagSet) {
	fs.IntVarP(&c.Workers, "workers", "j", 0, "documents in work at once (default: one per processor)")
	fs.Int64Var(&c.MaxBytes, "max-bytes", defaultMaxBytes, "reject sources larger than this many bytes")
	fs.IntVar(&c.RepeatMin, "repeat-min", defaultRepeatMin, "documents of a site that must share a line before it can be boilerplate")
	fs.StringVar(&c.Model, "model", "", "file of a tagger model of your own, or \"none\" for rules alone")
	fs.BoolVar(&c.Prose, "prose", false, "ask prose/v2 for a second opinion on people in English text (slow)")
}

const (
	defaultMaxBytes  = 256 << 20
	defaultRepeatMin = 2
)

// withDefaults returns the configuration with every zero replaced by what it
// stands for.
func (c Config) withDefaults() Config {
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = defaultMaxBytes
	}
	if c.RepeatMin <= 0 {
		c.RepeatMin = defaultRepeatMin
	}
	return c
}

// ErrModel says that the file of Config.Model holds no model.
var ErrModel = errors.New("--model")

// load reads the model that the configuration names.
func (c *Config) load() (err error) {
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
