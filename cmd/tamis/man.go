package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tamis/pipeline"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the man page",
		Long:  `Man prints the page of the manual with all commands and flags, in roff.`,
		Example: `  tamis man | man -l -
  tamis man > /usr/local/share/man/man1/tamis.1`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return writeMan(c.OutOrStdout(), c.Root()) },
	}
}

// writeMan writes one page about all commands: they share most of what is to be
// said. It bears no date, so that one version has one page.
func writeMan(w io.Writer, root *cobra.Command) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH TAMIS 1 \"\" \"tamis %s\" \"User Commands\"\n", pipeline.Version)
	fmt.Fprintf(&b, ".SH NAME\ntamis \\- %s\n", roff(lowerFirst(root.Short)))
	b.WriteString(".SH SYNOPSIS\n")
	commands := manCommands(root)
	for _, c := range commands {
		fmt.Fprintf(&b, ".B %s\n.br\n", roff(strings.TrimSuffix(c.CommandPath(), c.Name())+c.Use))
	}
	b.WriteString(".SH DESCRIPTION\n")
	paragraphs(&b, root.Long)
	for _, c := range commands {
		fmt.Fprintf(&b, ".SH %s\n%s.\n.PP\n", roff(strings.ToUpper(c.CommandPath())), roff(c.Short))
		paragraphs(&b, c.Long)
		manFlags(&b, c.LocalNonPersistentFlags())
		if c.Example != "" {
			b.WriteString(".PP\nExamples:\n.PP\n.nf\n.RS 4\n")
			for line := range strings.Lines(c.Example) {
				b.WriteString(roff(strings.TrimSpace(line)) + "\n")
			}
			b.WriteString(".RE\n.fi\n")
		}
	}
	b.WriteString(".SH FLAGS OF ALL COMMANDS\n")
	manFlags(&b, root.PersistentFlags())
	b.WriteString(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nIf set, and not empty, nothing is coloured.\n.TP\n.B TMPDIR\nFolder for temporary files.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// manCommands returns the commands that a user calls.
func manCommands(root *cobra.Command) (list []*cobra.Command) {
	for _, c := range root.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		list = append(list, c)
		if c.Name() == "plan" { // those of completion are told by their own help
			list = append(list, c.Commands()...)
		}
	}
	return list
}

func manFlags(b *strings.Builder, fs *pflag.FlagSet) {
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name, usage := pflag.UnquoteUsage(f)
		b.WriteString(".TP\n.B ")
		if f.Shorthand != "" {
			b.WriteString(roff("-"+f.Shorthand) + ", ")
		}
		b.WriteString(roff("--" + f.Name))
		if name != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", roff(name))
		}
		b.WriteString("\n" + roff(usage) + "\n")
	})
}

// paragraphs writes text: blank lines part paragraphs, indented lines stay as
// they are.
func paragraphs(b *strings.Builder, text string) {
	asIs := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		indented := strings.HasPrefix(line, "  ")
		if indented != asIs {
			b.WriteString(map[bool]string{true: ".nf\n.RS 4\n", false: ".RE\n.fi\n"}[indented])
			asIs = indented
		}
		if line == "" {
			b.WriteString(".PP\n")
			continue
		}
		b.WriteString(roff(strings.TrimPrefix(line, "  ")) + "\n")
	}
	if asIs {
		b.WriteString(".RE\n.fi\n")
	}
}

// roff returns text that roff takes for text.
func roff(s string) string {
	var b strings.Builder
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		b.WriteString(`\&`) // else it is a request
	}
	for _, r := range s {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
