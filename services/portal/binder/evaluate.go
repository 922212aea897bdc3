package binder

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
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
	text, err := b.fold(ctx, sql)
	if err != nil {
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

const (
	// foldParallel is how many expressions are folded at a time.
	foldParallel = 2
	// foldBytes bounds the large blocks that folding takes. What needs more fails, and stays as it is.
	foldBytes = 32 << 20
	// foldTimeout is how long a caller waits for constants; the query then goes on with the expressions.
	foldTimeout = 5 * time.Second
)

// openFolding opens the DuckDB that folds constants: one of its own, so that what comes of folding, which
// cannot be interrupted within a function, meets nobody who binds.
func openFolding(ctx context.Context, opts Options) (*duckdb.Renewing, error) {
	return duckdb.OpenRenewing(ctx, duckdb.RenewingOptions{Name: "folding engine", Log: opts.Log, Engine: duckdb.Options{
		Threads: 1, MemoryLimitBytes: 64 << 20, MaxConns: 2 * foldParallel, CallBytes: foldBytes,
		Confine: true, LockConfiguration: true,
	}})
}

// fold has DuckDB optimise a query, and returns the plan. What is written at length needs as much memory as
// binding it, and is done where that is, one at a time.
func (b *Binder) fold(ctx context.Context, sql string) (text string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, foldTimeout, fault.New(fault.DeadlineExceeded, "fold constants",
		"computing constants takes longer than %s", foldTimeout))
	defer cancel()
	engine, run := b.folding, b.aside
	if len(sql) > longSQLBytes {
		engine = b.engine
		run = func(ctx context.Context, fn func(context.Context) error) error { return b.detached(ctx, true, fn) }
	}
	query := strings.Replace(bound.Query(sql), "optimize := false", "optimize := true", 1)
	folded := make(chan string, 1)
	err = run(ctx, func(ctx context.Context) error {
		conn, err := engine.Conn(ctx)
		if err != nil {
			return err
		}
		defer closing(conn)
		text, err := conn.QueryString(ctx, query)
		if err != nil {
			engine.Failed(conn, err)
			return err
		}
		folded <- text
		return nil
	})
	if err != nil {
		return "", err
	}
	return <-folded, nil
}

// aside runs fn in one of the slots for folding, as detached does in those for binding.
func (b *Binder) aside(ctx context.Context, fn func(context.Context) error) error {
	return inSlot(ctx, b.foldSlots, func() {}, fn)
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
