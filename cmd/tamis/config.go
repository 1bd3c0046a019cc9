package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The configuration file. A key is a flag by its long name. What stands above
// the first table holds for all commands with that flag, what stands in the
// table of a command for that one, and a flag on the command line over both.
const (
	configFile = "tamis.toml" // read if it is in the current folder
	noConfig   = "none"
)

// origins of a flag's value, beside the file.
const (
	fromDefault = "default"
	fromFlag    = "flag"
)

// addConfigFlag gives all commands the flag that names the file.
func addConfigFlag(root *cobra.Command) {
	root.PersistentFlags().String("config", configFile, "configuration file, none for none; one by that name need not be there")
}

// configure sets the flags of the command that the command line leaves to the
// configuration file. It returns where each value comes from.
func configure(c *cobra.Command) (map[string]string, error) {
	origin := make(map[string]string)
	c.Flags().VisitAll(func(f *pflag.Flag) {
		origin[f.Name] = fromDefault
		if f.Changed {
			origin[f.Name] = fromFlag
		}
	})
	named := c.Flags().Lookup("config")
	if named == nil || named.Value.String() == noConfig {
		return origin, nil
	}
	name := named.Value.String()
	file, err := readConfig(name)
	if errors.Is(err, fs.ErrNotExist) && !named.Changed {
		return origin, nil
	}
	if err != nil {
		return nil, err
	}
	if err := checkConfig(c.Root(), name, file); err != nil {
		return nil, err
	}
	set := func(values map[string]any, where string) error {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			f := c.Flags().Lookup(key)
			if _, table := values[key].(map[string]any); table || f == nil || f.Changed {
				continue
			}
			if err := setFlag(f, values[key]); err != nil {
				return fmt.Errorf("%s: %s = %v: %w", where, key, values[key], err)
			}
			origin[key] = where
		}
		return nil
	}
	if err := set(file, name); err != nil {
		return nil, err
	}
	if own, ok := file[c.Name()].(map[string]any); ok {
		if err := set(own, name+" ["+c.Name()+"]"); err != nil {
			return nil, err
		}
	}
	return origin, nil
}

func readConfig(name string) (map[string]any, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, fmt.Errorf("--config %s: %w", name, err)
	}
	var file map[string]any
	if err := toml.Unmarshal(b, &file); err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return nil, fmt.Errorf("%s, line %d: %s", name, pe.Position.Line, pe.Message)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return file, nil
}

// checkConfig refuses a key that no flag has, wherever it stands: a mistyped one
// must not be passed over in silence.
func checkConfig(root *cobra.Command, name string, file map[string]any) error {
	commands := make(map[string]*cobra.Command)
	for _, c := range root.Commands() {
		commands[c.Name()] = c
	}
	for _, key := range slices.Sorted(maps.Keys(file)) {
		if table, ok := file[key].(map[string]any); ok {
			c := commands[key]
			if c == nil {
				return fmt.Errorf("%s: [%s] is no command of tamis%s", name, key, like(key, maps.Keys(commands)))
			}
			flags := configurable(c)
			for _, key := range slices.Sorted(maps.Keys(table)) {
				if flags[key] == nil {
					return fmt.Errorf("%s [%s]: %s has no flag --%s%s", name, c.Name(), c.Name(), key, like(key, maps.Keys(flags)))
				}
			}
			continue
		}
		var usages, having []string
		all := make(map[string]*pflag.Flag)
		for _, n := range slices.Sorted(maps.Keys(commands)) {
			flags := configurable(commands[n])
			maps.Copy(all, flags)
			if f := flags[key]; f != nil {
				having = append(having, n)
				if !slices.Contains(usages, f.Usage) {
					usages = append(usages, f.Usage)
				}
			}
		}
		switch {
		case len(having) == 0:
			return fmt.Errorf("%s: no command has a flag --%s%s", name, key, like(key, maps.Keys(all)))
		case len(usages) > 1:
			return fmt.Errorf("%s: %s is not the same in %s: write it below [%s], or the command that you mean", name, key, strings.Join(having, ", "), having[0])
		}
	}
	return nil
}

// configurable returns the flags of a command that a file may set.
func configurable(c *cobra.Command) map[string]*pflag.Flag {
	flags := make(map[string]*pflag.Flag)
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "version" {
			flags[f.Name] = f
		}
	})
	return flags
}

// like names what the user may have meant.
func like(key string, names func(yield func(string) bool)) string {
	best, distance := "", 3
	for n := range names {
		if d := edits(strings.ReplaceAll(key, "_", "-"), n); d < distance || d == distance && n < best {
			best, distance = n, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// edits returns how many bytes must be put, left out or replaced to make b of a.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func setFlag(f *pflag.Flag, value any) error {
	switch v := value.(type) {
	case string:
		return flagError(f, f.Value.Set(v))
	case bool, int64, float64:
		return flagError(f, f.Value.Set(fmt.Sprint(v)))
	case []any:
		slice, ok := f.Value.(pflag.SliceValue)
		if !ok {
			return errors.New("one value is wanted, not a list")
		}
		var list []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return errors.New("a list of strings is wanted")
			}
			list = append(list, s)
		}
		return slice.Replace(list)
	}
	return fmt.Errorf("%s is wanted", f.Value.Type())
}

// flagError says what was wanted, in place of what strconv says.
func flagError(f *pflag.Flag, err error) error {
	var num *strconv.NumError
	if !errors.As(err, &num) {
		return err
	}
	wanted := f.Value.Type()
	switch wanted {
	case "int", "int64":
		wanted = "a whole number"
	case "bool":
		wanted = "true or false"
	}
	return fmt.Errorf("%s is wanted", wanted)
}

func newConfig() *cobra.Command {
	return &cobra.Command{
		Use:   "config [COMMAND]",
		Short: "Print what is in force, and where each value comes from",
		Long: `Config prints the configuration of a command, or of all, as a configuration file:
what a file sets, with where it stands, and what is left at its default, as a
comment. What it prints can be kept as tamis.toml and changed.

A configuration file is tamis.toml in the current folder, or the one that --config
names; --config none reads none. Every key in it is a flag by its long name:

  workers = 4                  # for all commands that have --workers
  [run]
  out = "tables"               # for run alone
  text-field = ["body", "text"]

A flag on the command line goes before the file.`,
		Example: `  tamis config
  tamis config run
  tamis config > tamis.toml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var all []*cobra.Command
			for _, other := range c.Root().Commands() {
				if len(configurable(other)) > 0 && (len(args) == 0 || other.Name() == args[0]) {
					all = append(all, other)
				}
			}
			if len(all) == 0 {
				return usage(fmt.Errorf("%s is no command that can be configured", args[0]))
			}
			for i, other := range all {
				if i > 0 {
					fmt.Fprintln(c.OutOrStdout())
				}
				if err := other.ParseFlags(nil); err != nil { // takes over the flags of the root
					return err
				}
				if err := printConfig(c.OutOrStdout(), other); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func printConfig(w io.Writer, c *cobra.Command) error {
	origin, err := configure(c)
	if err != nil {
		return usage(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[%s]\n", c.Name())
	flags := configurable(c)
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		line := name + " = " + tomlValue(flags[name])
		if origin[name] == fromDefault {
			line = "#" + line
		}
		fmt.Fprintf(&b, "%-40s # %s\n", line, origin[name])
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// tomlValue returns a flag's value as TOML has it.
func tomlValue(f *pflag.Flag) string {
	if slice, ok := f.Value.(pflag.SliceValue); ok {
		var list []string
		for _, s := range slice.GetSlice() {
			list = append(list, tomlString(s))
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	switch f.Value.Type() {
	case "int", "int64", "bool", "float64":
		return f.Value.String()
	}
	return tomlString(f.Value.String())
}

func tomlString(s string) string {
	if !strings.ContainsAny(s, "'\n\r") { // a path of Windows is no escape
		return "'" + s + "'"
	}
	return strconv.Quote(s)
}
