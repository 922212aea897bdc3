package binder

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Evaluate computes expressions without field references, as DuckDB does, each to a literal of its
// type. It fails if one of them has no value, or is not the same each time. Nothing is executed:
// DuckDB's optimiser folds the expressions, and its plan has the values.
func (b *Binder) Evaluate(ctx context.Context, exprs []rel.Expr) ([]*rel.Literal, error) {
	const op = "evaluate constants"
	names := make([]string, len(exprs))
	for i := range names {
		names[i] = "c"
	}
	sql, err := sqlgen.Render(&rel.Plan{Root: &rel.Project{Input: oneRow(), Exprs: exprs}, Names: names}, sqlgen.Options{})
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	lasting := len(sql) <= maxLastingBytes && !slices.ContainsFunc(exprs, changes)
	if lasting {
		if known, ok := b.constants.get(sql); ok {
			return known, nil
		}
	}
	conn, err := b.engine.Conn(ctx)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	defer closing(conn)
	text, err := conn.QueryString(ctx, strings.Replace(bound.Query(sql), "optimize := false", "optimize := true", 1))
	if err != nil {
		b.engine.Failed(conn, err)
		return nil, fault.Wrap(err, op)
	}
	plan, err := bound.Convert([]byte(text), bound.Options{Names: names, Now: time.Now().UTC()})
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	out, err := literals(plan.Root, exprs)
	if err == nil && lasting {
		b.constants.put(sql, out)
	}
	return out, err
}

// maxLastingBytes bounds the SQL of expressions whose values are kept.
const maxLastingBytes = 4 << 10

// changes is true of an expression that may have another value later.
func changes(e rel.Expr) bool {
	found := e.Type().ID == types.TimestampTZ || e.Type().ID == types.TimeTZ
	if c, ok := e.(*rel.Call); ok {
		found = found || !facts.ScalarOf(c.Func).Lasting
	} else if _, ok := e.(*rel.Cast); !ok {
		_, ok := e.(*rel.Literal)
		found = found || !ok
	}
	return found || slices.ContainsFunc(e.Children(), changes)
}

// oneRow is a relation of one row, whose column nobody reads.
func oneRow() rel.Rel {
	zero := rel.Int(0)
	return &rel.Values{Columns: []types.Type{zero.Of}, Rows: [][]rel.Expr{{zero}}}
}

// literals reads the values from a folded plan.
func literals(r rel.Rel, exprs []rel.Expr) ([]*rel.Literal, error) {
	const op = "evaluate constants"
	p, ok := r.(*rel.Project)
	if !ok || len(p.Exprs) != len(exprs) {
		return nil, fault.New(fault.Internal, op, "DuckDB's plan is not a projection")
	}
	out := make([]*rel.Literal, len(exprs))
	for i, e := range p.Exprs {
		lit, ok := e.(*rel.Literal)
		if !ok || !lit.Of.Equal(exprs[i].Type()) {
			return nil, fault.New(fault.InvalidArgument, op, "an expression has no constant value")
		}
		out[i] = lit
	}
	return out, nil
}
