package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tamis/output/results"
)

// choices is the annotation of a flag that takes one of a few words.
const choices = "tamis.choices"

// choose says which words a flag takes: the shell completes them, others are
// refused.
func choose(c *cobra.Command, name string, words ...string) {
	if err := c.Flags().SetAnnotation(name, choices, words); err != nil {
		panic(err) // the flag was defined above
	}
	if err := c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

// checkFlags refuses values that no command can make sense of.
func checkFlags(c *cobra.Command) (err error) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		value := f.Value.String()
		words := f.Annotations[choices]
		switch {
		case err != nil:
		case len(words) > 0 && !slices.Contains(words, value):
			err = fmt.Errorf("--%s %s: %s or %s", f.Name, value, strings.Join(words[:len(words)-1], ", "), words[len(words)-1])
		case (f.Value.Type() == "int" || f.Value.Type() == "int64") && strings.HasPrefix(value, "-") && (f.Name != "max-rejects" || value != "-1"):
			err = fmt.Errorf("--%s %s: a count can't be negative", f.Name, value)
		}
	})
	return err
}

// folders completes arguments that are folders.
func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// checkInputs refuses inputs that can't be meant.
func checkInputs(c *cobra.Command, args []string) error {
	for _, in := range args {
		if in == "" {
			return fmt.Errorf("an INPUT is empty: is a variable of your script not set?")
		}
		if strings.Contains(in, "://") {
			return fmt.Errorf("%s is a URL; tamis reads files and folders, and tamis-cloud reads object stores", in)
		}
		if results.Is(in) {
			return fmt.Errorf("%s holds tables that tamis wrote, no documents: name what they were made of; to look at them, \"tamis report %[1]s\"", in)
		}
	}
	return nil
}
