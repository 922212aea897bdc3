package planning

import (
	"strings"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/nearest"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// resolve ties reads to the catalog: tables and columns get the names and types
// that they have there. A plan that a client made may spell them otherwise, or
// take a column for another type, to which it is then cast.
func (p *planner) resolve(plan *rel.Plan) (*rel.Plan, error) {
	var failed error
	out := plan.Transform(func(r rel.Rel) rel.Rel {
		read, ok := r.(*rel.Read)
		if !ok || failed != nil {
			return r
		}
		var out rel.Rel
		if out, failed = p.resolveRead(read); failed != nil {
			return r
		}
		return out
	})
	return out, failed
}

func (p *planner) resolveRead(r *rel.Read) (rel.Rel, error) {
	t, err := p.lookup(r)
	if err != nil {
		return nil, err
	}
	scan := &rel.Read{Table: []string{t.Dataset, t.Name}, Filter: r.Filter}
	same := true
	asDeclared := make([]rel.Expr, len(r.Columns))
	for i, declared := range r.Columns {
		c, err := column(t, declared.Name)
		if err != nil {
			return nil, err
		}
		scan.Columns = append(scan.Columns, c)
		asDeclared[i] = &rel.Field{Index: i, Of: c.Type}
		if !c.Type.Equal(declared.Type) {
			same = false
			asDeclared[i] = &rel.Cast{Input: asDeclared[i], To: declared.Type}
		}
	}
	if same {
		return scan, nil
	}
	scan.Filter = nil
	return filtered(&rel.Project{Input: scan, Exprs: asDeclared}, r.Filter), nil
}

// column finds a table's column by its name; upper and lower case are not told
// apart.
func column(t *catalog.Table, name string) (rel.Column, error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if strings.EqualFold(c.Name, name) {
			typ, err := types.Parse(c.Type)
			if err != nil {
				return rel.Column{}, fault.New(fault.Internal, "plan query", "column %s of %s.%s: %w", c.Name, t.Dataset, t.Name, err)
			}
			return rel.Column{Name: c.Name, Type: typ}, nil
		}
		names[i] = c.Name
	}
	return rel.Column{}, fault.New(fault.NotFound, "plan query", "table %s.%s has no column %q", t.Dataset, t.Name, name).
		WithDetail("candidates", nearest.Names(name, names, 3)).WithHint("%s", hint(name, names))
}

// hint suggests near names, or lists some when none is.
func hint(name string, have []string) string {
	if h := nearest.Hint(name, have); h != "" {
		return h
	}
	return "there are: " + strings.Join(have[:min(len(have), 10)], ", ")
}

// lookup is the catalog's table of a read.
func (p *planner) lookup(r *rel.Read) (*catalog.Table, error) {
	if len(r.Table) == 2 {
		if t, ok := p.snap.Table(r.Table[0], r.Table[1]); ok {
			return t, nil
		}
	}
	name := strings.Join(r.Table, ".")
	var have []string
	for _, d := range p.snap.Datasets() {
		for _, t := range d.Tables {
			have = append(have, d.Name+"."+t.Name)
		}
	}
	f := fault.New(fault.NotFound, "plan query", "table %s does not exist", name)
	if len(have) == 0 {
		return nil, f.WithHint("no tables are loaded yet; load some with shoal load")
	}
	return nil, f.WithDetail("candidates", nearest.Names(name, have, 3)).WithHint("%s", hint(name, have))
}
