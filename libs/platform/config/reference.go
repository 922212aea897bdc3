package config

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// Markdown returns the reference of a binary's flags: a section for the flags of all commands and
// one for each command, each with a table of flag, environment variable, default and meaning. The
// documentation keeps a copy, which a test compares with this. The grammar must be a fresh one,
// since defaults are taken from it.
func Markdown(app App, grammar any, opts ...kong.Option) (string, error) {
	parser, err := build(app, grammar, opts...)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\n", app.Name)
	if app.Description != "" {
		fmt.Fprintf(&out, "%s\n\n", app.Description)
	}
	fmt.Fprintf(&out, "Each flag can also be set by its environment variable, or by its name in the YAML file that\n"+
		"`--config` names. A flag wins over the environment, the environment over the file.\n\n")
	table(&out, parser.Model.Flags)
	commands(&out, app.Name, parser.Model.Node)
	return strings.TrimRight(out.String(), "\n") + "\n", nil
}

func commands(out *strings.Builder, path string, n *kong.Node) {
	for _, child := range n.Children {
		if child.Hidden {
			continue
		}
		name := path + " " + child.Name
		usage := name
		for _, p := range child.Positional {
			usage += " " + p.Summary()
		}
		fmt.Fprintf(out, "## %s\n\n```\n%s\n```\n\n", name, usage)
		if child.Help != "" {
			fmt.Fprintf(out, "%s\n\n", child.Help)
		}
		for _, p := range child.Positional {
			if p.Help != "" {
				fmt.Fprintf(out, "- `%s`: %s\n", p.Name, p.Help)
			}
		}
		if len(child.Positional) > 0 {
			out.WriteString("\n")
		}
		table(out, child.Flags)
		commands(out, name, child)
	}
}

func table(out *strings.Builder, flags []*kong.Flag) {
	wrote := false
	for _, flag := range flags {
		if flag.Hidden || flag.Name == "help" {
			continue
		}
		if !wrote {
			out.WriteString("| flag | environment | default | meaning |\n|---|---|---|---|\n")
			wrote = true
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", code(spelling(flag)), code(strings.Join(flag.Envs, ", ")),
			code(defaultOf(flag)), cell(flag.Help))
	}
	if wrote {
		out.WriteString("\n")
	}
}

func spelling(flag *kong.Flag) string {
	s := "--" + flag.Name
	if flag.Short != 0 {
		s = "-" + string(flag.Short) + ", " + s
	}
	if flag.IsBool() {
		return s
	}
	if flag.PlaceHolder != "" {
		return s + "=" + flag.PlaceHolder
	}
	if flag.Enum != "" {
		return s + "=" + strings.ReplaceAll(flag.Enum, ",", "|")
	}
	return s + "=" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
}

func defaultOf(flag *kong.Flag) string {
	switch {
	case flag.Required && !flag.HasDefault:
		return "required"
	case flag.HasDefault:
		return flag.Default
	case flag.IsBool() && flag.Name != "version":
		return "false"
	}
	return ""
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + cell(s) + "`"
}

func cell(s string) string { return strings.ReplaceAll(oneLine(s), "|", `\|`) }
