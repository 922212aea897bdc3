// Package config fills a struct from the command line, the environment, a YAML file and defaults,
// in this order of precedence, in one way for all binaries. The struct is a kong grammar: each
// field is a flag --like-this, an environment variable SHOAL_LIKE_THIS and a key like-this in the
// file that --config (or SHOAL_CONFIG) names.
//
// It refuses what it does not know (a key in the file that is no flag, a value of the wrong type)
// in one line that says where. A variable that is set to the empty string counts as set.
package config

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/version"
)

// EnvPrefix begins the name of every environment variable.
const EnvPrefix = "SHOAL"

// Common holds the flags that every binary has; embed it in the grammar.
type Common struct {
	Config  File             `help:"YAML file with values for flags; keys are the flags' names." placeholder:"FILE"`
	Version kong.VersionFlag `help:"Print the version and exit." env:"-"`
}

// App describes a binary.
type App struct {
	Name        string
	Description string
}

// Parse fills the grammar, a pointer to a struct, from args (without the program's name) and the
// other sources. For --help and --version it prints and exits. Errors are of kind
// InvalidArgument. The kong context tells which command was selected.
func Parse(app App, grammar any, args []string, opts ...kong.Option) (*kong.Context, error) {
	parser, err := build(app, grammar, opts...)
	if err != nil {
		return nil, err
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		return nil, invalid(app, err)
	}
	return ctx, nil
}

func build(app App, grammar any, opts ...kong.Option) (*kong.Kong, error) {
	all := append([]kong.Option{
		kong.Name(app.Name),
		kong.Description(app.Description),
		kong.DefaultEnvars(EnvPrefix),
		// With a resolver, even an empty one, kong lets a flag win over a broken variable.
		kong.Resolvers(&fileValues{}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ValueFormatter(withDefault),
		kong.Vars{"version": app.Name + " " + version.Get().String()},
	}, opts...)
	parser, err := kong.New(grammar, all...)
	if err != nil {
		return nil, fault.New(fault.Internal, "build flags of "+app.Name, "%w", err)
	}
	return parser, nil
}

// withDefault adds a value's default to its help where a placeholder stands in the default's place.
func withDefault(v *kong.Value) string {
	help := kong.DefaultHelpValueFormatter(v)
	if v.Tag.PlaceHolder == "" || v.Default == "" || v.Default == "0" {
		return help
	}
	text, dot := strings.CutSuffix(help, ".")
	text += " (default " + v.Default + ")"
	if dot {
		text += "."
	}
	return text
}

func invalid(app App, err error) error {
	f := fault.New(fault.InvalidArgument, "", "%s", oneLine(err.Error()))
	var inner *fault.Fault
	if errors.As(err, &inner) && inner.Hint != "" {
		return f.WithHint("%s", inner.Hint)
	}
	return f.WithHint("%s", "see "+app.Name+" --help")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Report writes what a person should read of err: one line that begins with the program's name, or
// several when the message itself has several (SQL with a caret). A main calls it and exits with 1.
func Report(w io.Writer, program string, err error) {
	f := fault.From(err)
	text := strings.TrimRight(f.Text(), "\n")
	switch {
	case f.Hint == "":
	case strings.Contains(text, "\n"):
		text += "\nHint: " + f.Hint
	default:
		text += " (" + f.Hint + ")"
	}
	// Nobody is left to tell when standard error is closed.
	_, _ = fmt.Fprintf(w, "%s: %s\n", program, text)
}
