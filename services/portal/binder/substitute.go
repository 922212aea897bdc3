package binder

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
)

// meantForOne tells whether the value names a parameter. Clients number what they bind by its place, from
// 0 or 1.
func (p Parameter) meantForOne() bool { return digits(p.Name) != len(p.Name) }

// assign gives each of the statement's parameters its constant, in the order of their names: by name if
// all of them are given so; else, unless the values have other names, the first value is that of $1, or
// of the first name, and so on.
func assign(p *duckdb.Prepared, values []Parameter) ([]string, error) {
	names := p.ParameterNames
	if len(names) == 0 {
		return nil, fault.New(fault.InvalidArgument, op, "the statement has no parameters, and there is %s", human.Count(len(values), "value"))
	}
	of := func(name string) int {
		return slices.IndexFunc(values, func(v Parameter) bool { return strings.EqualFold(v.Name, name) })
	}
	named := !slices.ContainsFunc(names, func(n string) bool { return of(n) < 0 })
	needed := len(names)
	if numbered(names) && !named {
		for _, n := range names {
			at, err := strconv.Atoi(n)
			if err != nil {
				return nil, fault.New(fault.InvalidArgument, op, "the statement has a parameter $%s", n)
			}
			needed = max(needed, at)
		}
	}
	if len(values) != needed || !named && slices.ContainsFunc(values, Parameter.meantForOne) {
		return nil, mismatch(names, values, needed)
	}
	out := make([]string, len(names))
	for i, n := range names {
		at := i
		switch {
		case named:
			at = of(n)
		case numbered(names):
			at, _ = strconv.Atoi(n) // checked above
			at--
		}
		if at < 0 {
			return nil, fault.New(fault.InvalidArgument, op, "parameters are counted from $1")
		}
		var err error
		if out[i], err = values[at].sql(); err != nil {
			return nil, fault.Wrap(err, "bind parameter "+n)
		}
	}
	return out, nil
}

func mismatch(names []string, values []Parameter, needed int) error {
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = "$" + n
	}
	given := human.Count(len(values), "value")
	if slices.ContainsFunc(values, Parameter.meantForOne) {
		all := make([]string, len(values))
		for i, v := range values {
			all[i] = "$" + v.Name
		}
		given = "values for " + strings.Join(all, ", ")
	}
	f := fault.New(fault.InvalidArgument, op, "the statement has the parameters %s, and gets %s", strings.Join(shown, ", "), given)
	if needed != len(names) {
		f = f.WithHint("give %d values; one that the statement does not use may be NULL", needed)
	}
	return f.WithDetail("parameters", len(names))
}

// substituted is a statement with constants in the place of its parameters.
type substituted struct {
	original, text string
	places         []place
	lengths        []int // of what stands in text for each place
}

func substitute(sql string, places []place, names, constants []string) (*substituted, error) {
	out := &substituted{original: sql, places: places}
	var b strings.Builder
	at := 0
	for _, p := range places {
		i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, p.name) })
		if i < 0 {
			return nil, fault.New(fault.Internal, op, "DuckDB does not know the parameter %q", p.name)
		}
		// The blanks keep it apart from what stands beside it.
		text := " " + constants[i] + " "
		b.WriteString(sql[at:p.start] + text)
		out.lengths = append(out.lengths, len(text))
		at = p.end
	}
	out.text = b.String() + sql[at:]
	return out, nil
}

// inOriginal gives an error about the text its place in the statement as it was asked.
func (s *substituted) inOriginal(err error) error {
	f := fault.From(err)
	at := -1
	switch p := f.Details["position"].(type) {
	case int:
		at = p
	case int64:
		at = int(p)
	}
	if at < 0 {
		return f
	}
	line, column, caret := duckdb.Locate(s.original, s.place(at))
	return f.WithDetail("position", s.place(at)).WithDetail("line", line).WithDetail("column", column).WithDetail("caret", caret)
}

// place is where in the original a place of the text is; within a constant, that of the parameter.
func (s *substituted) place(at int) int {
	shift := 0 // how much longer the text is up to here
	for i, p := range s.places {
		begins := p.start + shift
		if at < begins {
			break
		}
		if at < begins+s.lengths[i] {
			return p.start
		}
		shift += s.lengths[i] - (p.end - p.start)
	}
	return min(max(at-shift, 0), len(s.original))
}

// withoutPlace takes the place off an error.
func withoutPlace(err error) error {
	f := *fault.From(err)
	details := map[string]any{}
	for k, v := range f.Details {
		switch k {
		case "position", "line", "column", "caret":
		default:
			details[k] = v
		}
	}
	f.Details = details
	return &f
}
