package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/nearest"
)

// File is the type of the --config flag.
type File string

// BeforeResolve is called by kong once it knows the flag; it reads the file.
func (f File) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	path, _ := ctx.FlagValue(trace.Flag).(File)
	if path == "" {
		return nil
	}
	name := kong.ExpandPath(string(path))
	in, err := os.Open(name)
	if err != nil {
		return fault.New(fault.InvalidArgument, "", "--config: %w", err)
	}
	defer in.Close()
	values, err := readFile(name, in, flagsOf(ctx.Model))
	if err != nil {
		return err
	}
	ctx.AddResolver(values)
	return nil
}

// entry is one value of the file.
type entry struct {
	value any // as kong takes it: a string in the syntax of the flag
	line  int
}

// fileValues is a kong resolver for the values of one file.
type fileValues struct {
	name   string
	values map[string]entry // by flag name
}

// Validate does nothing: keys are checked when the file is read.
func (v *fileValues) Validate(*kong.Application) error { return nil }

// Resolve returns the file's value for a flag. Kong asks resolvers after the environment and lets
// them win, so what the environment has must be left alone here.
func (v *fileValues) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	e, ok := v.values[flag.Name]
	if !ok || fromEnvironment(flag) {
		return nil, nil
	}
	// Parsed here once more, only to say where a wrong value stands.
	scratch := reflect.New(flag.Target.Type()).Elem()
	if scratch.Kind() == reflect.Map {
		scratch.Set(reflect.MakeMap(scratch.Type()))
	}
	if err := flag.Parse(kong.Scan().PushTyped(e.value, kong.FlagValueToken), scratch); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", v.name, e.line, err)
	}
	return e.value, nil
}

func fromEnvironment(flag *kong.Flag) bool {
	return slices.ContainsFunc(flag.Envs, func(name string) bool {
		_, ok := os.LookupEnv(name)
		return ok
	})
}

// flagsOf returns all flags of all commands that a file may set, by name.
func flagsOf(app *kong.Application) map[string]*kong.Flag {
	flags := map[string]*kong.Flag{}
	var collect func(*kong.Node)
	collect = func(n *kong.Node) {
		for _, flag := range n.Flags {
			switch flag.Target.Interface().(type) {
			case File, kong.VersionFlag:
				continue
			}
			if flag.Name != "help" {
				flags[flag.Name] = flag
			}
		}
		for _, child := range n.Children {
			collect(child)
		}
	}
	collect(app.Node)
	return flags
}

// readFile reads YAML and checks its keys against the flags. Mappings may nest: "log: {level: x}"
// is the same as "log-level: x".
func readFile(name string, in io.Reader, flags map[string]*kong.Flag) (*fileValues, error) {
	values := &fileValues{name: name, values: map[string]entry{}}
	dec := yaml.NewDecoder(in)
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) { // empty, or nothing but comments
			return values, nil
		}
		return nil, wrong(name, 0, "%s", oneLine(strings.TrimPrefix(err.Error(), "yaml: ")))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, wrong(name, 0, "there is more than one YAML document")
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return values, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, wrong(name, root.Line, "a mapping from flags to values is needed")
	}
	return values, values.collect("", root, flags)
}

func (v *fileValues) collect(prefix string, mapping *yaml.Node, flags map[string]*kong.Flag) error {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		keyNode, node := mapping.Content[i], mapping.Content[i+1]
		if node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		key := prefix + strings.ReplaceAll(keyNode.Value, "_", "-")
		flag, known := flags[key]
		if !known && node.Kind == yaml.MappingNode && hasPrefix(flags, key+"-") {
			if err := v.collect(key+"-", node, flags); err != nil {
				return err
			}
			continue
		}
		if !known {
			return v.unknown(key, keyNode.Line, flags)
		}
		if before, twice := v.values[key]; twice {
			return wrong(v.name, keyNode.Line, "%s is set a second time, after line %d", key, before.line)
		}
		value, err := v.convert(key, node, flag)
		if err != nil {
			return err
		}
		v.values[key] = entry{value: value, line: keyNode.Line}
	}
	return nil
}

func hasPrefix(flags map[string]*kong.Flag, prefix string) bool {
	for name := range flags {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func (v *fileValues) unknown(key string, line int, flags map[string]*kong.Flag) error {
	names := make([]string, 0, len(flags))
	for name := range flags {
		names = append(names, name)
	}
	slices.Sort(names)
	f := wrong(v.name, line, "unknown key %q", key)
	if hint := nearest.Hint(key, names); hint != "" {
		return f.WithHint("%s", hint)
	}
	return f.WithHint("%s", "known keys: "+strings.Join(names, ", "))
}

// convert writes a YAML value in the syntax that the flag has on the command line, so that both
// are read by the same code.
func (v *fileValues) convert(key string, node *yaml.Node, flag *kong.Flag) (any, error) {
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null":
		return nil, wrong(v.name, node.Line, "%s has no value", key)
	case node.Kind == yaml.ScalarNode:
		return node.Value, nil
	case node.Kind == yaml.SequenceNode && flag.IsSlice():
		return v.join(key, node.Content, flag.Tag.Sep)
	case node.Kind == yaml.MappingNode && flag.IsMap():
		pairs := make([]*yaml.Node, 0, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			k, val := node.Content[i], node.Content[i+1]
			if val.Kind != yaml.ScalarNode {
				return nil, wrong(v.name, val.Line, "%s.%s: a single value is needed", key, k.Value)
			}
			pairs = append(pairs, &yaml.Node{Kind: yaml.ScalarNode, Value: k.Value + "=" + val.Value, Line: val.Line})
		}
		return v.join(key, pairs, flag.Tag.MapSep)
	}
	return nil, wrong(v.name, node.Line, "%s: a single value is needed", key)
}

func (v *fileValues) join(key string, nodes []*yaml.Node, separator rune) (string, error) {
	if separator == -1 && len(nodes) > 1 {
		return "", wrong(v.name, nodes[0].Line, "%s: a single value is needed", key)
	}
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			return "", wrong(v.name, n.Line, "%s: each element must be a single value", key)
		}
		parts[i] = n.Value
		if separator != -1 {
			parts[i] = strings.ReplaceAll(n.Value, string(separator), `\`+string(separator))
		}
	}
	return strings.Join(parts, string(separator)), nil
}

func wrong(name string, line int, format string, args ...any) *fault.Fault {
	where := name
	if line > 0 {
		where = fmt.Sprintf("%s:%d", name, line)
	}
	return fault.New(fault.InvalidArgument, "", "%s: %s", where, fmt.Sprintf(format, args...))
}
