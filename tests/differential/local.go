package differential

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/planning"
	"github.com/shoal-db/shoal/services/portal/queries"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/tests/oracle"
)

// local answers queries as a cluster does, but in this process and without network, store and etcd:
// the portal's binder and planner over a made-up catalog, the workers' SQL over the chunk files, the
// subplans' rows as Arrow into the merge plan.
type local struct {
	binder *binder.Binder
	worker *duckdb.Engine
	merge  *duckdb.Pair
	world  *world
}

func newLocal(ctx context.Context) (*local, error) {
	l := &local{}
	var err error
	if l.worker, err = duckdb.Open(ctx, duckdb.Options{Threads: 1, Rendered: true, Settings: map[string]string{
		// As services/worker has them.
		"preserve_insertion_order": "false", "parquet_metadata_cache": "true", "enable_external_file_cache": "false",
	}}); err != nil {
		return nil, err
	}
	if l.merge, err = exec.OpenEngines(ctx, exec.EngineOptions{Threads: 1}); err != nil {
		return nil, err
	}
	l.binder, err = binder.Open(ctx, binder.Options{Parallel: 1, CacheBytes: 1, Source: func() binder.Catalog {
		return queries.View{Snapshot: l.world.catalog}
	}})
	return l, err
}

func (l *local) close() {
	ctx := context.Background()
	_ = l.binder.Close(ctx)
	_ = l.merge.Close(ctx)
	_ = l.worker.Close(ctx)
}

// options are ways to plan a query that must not change its answer.
type options struct {
	noPruning bool
	// merge has the portal put together what one worker could answer.
	merge bool
	// substrait has the plan written and read as a client's.
	substrait bool
	// seed chooses among workers.
	seed uint64
}

// plan binds and plans.
func (l *local) plan(ctx context.Context, sql string, o options) (*planning.Planned, error) {
	bound, err := l.binder.Bind(ctx, sql, Schema)
	if err != nil {
		return nil, err
	}
	if bound.Plan == nil {
		return nil, fault.New(fault.InvalidArgument, "plan query", "not supported but by the fallback: %s", bound.Fallback.Reason)
	}
	logical := bound.Plan
	if o.substrait {
		// Clients have no dependent joins, nor has Substrait.
		optimised, _ := rewrite.Optimize(logical, rewrite.Options{})
		data, err := codec.Encode(optimised)
		if err != nil {
			return nil, err
		}
		if logical, err = codec.Decode(data, codec.Options{DefaultSchema: Schema}); err != nil {
			return nil, err
		}
	}
	return planning.Plan(l.world.catalog, logical, planning.Options{
		Evaluate:       func(exprs []rel.Expr) ([]*rel.Literal, error) { return l.binder.Evaluate(ctx, exprs) },
		DisablePruning: o.noPruning, AlwaysMerge: o.merge, Seed: o.seed,
	})
}

// query answers.
func (l *local) query(ctx context.Context, sql string, o options) (*oracle.Result, error) {
	planned, err := l.plan(ctx, sql, o)
	if err != nil {
		return nil, err
	}
	var out *oracle.Result
	var parts []*records
	for _, sub := range planned.Subplans {
		part, err := l.subplan(ctx, &sub)
		if err != nil {
			return nil, err
		}
		if planned.Merge != nil {
			parts = append(parts, part)
			continue
		}
		got, err := oracle.Read(part.reader())
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = got
		} else if err := out.Append(got); err != nil {
			return nil, err
		}
	}
	switch {
	case planned.Merge != nil:
		return l.merged(ctx, planned, parts)
	case out == nil:
		schema, err := l.binder.ArrowSchema(ctx, planned.Columns)
		if err != nil {
			return nil, err
		}
		return oracle.Empty(schema), nil
	}
	return out, nil
}

// records are a subplan's rows.
type records struct {
	id     int
	schema *arrow.Schema
	list   []arrow.Record
}

func (r *records) release() {
	for _, rec := range r.list {
		rec.Release()
	}
}

// reader gives out the rows, once.
func (r *records) reader() array.RecordReader {
	out, err := array.NewRecordReader(r.schema, r.list)
	r.release()
	r.list = nil
	if err != nil {
		panic(err) // all records came with the schema
	}
	return out
}

// subplan runs a subplan over the files of its chunks, from the bytes that its ticket would have.
func (l *local) subplan(ctx context.Context, sub *planning.Subplan) (*records, error) {
	data, err := codec.Encode(sub.Plan)
	if err != nil {
		return nil, err
	}
	sql, err := query.Substrait(data, func(read *rel.Read) (string, error) { return l.scan(sub, read) })
	if err != nil {
		return nil, err
	}
	conn, err := l.worker.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	stream, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("subplan %d: %w", sub.ID, err)
	}
	defer stream.Release()
	out := &records{id: sub.ID, schema: stream.Schema()}
	for stream.Next() {
		rec := stream.Record()
		rec.Retain()
		out.list = append(out.list, rec)
	}
	if err := stream.Err(); err != nil {
		out.release()
		return nil, fmt.Errorf("subplan %d: %w", sub.ID, err)
	}
	return out, nil
}

// scan is the table expression of a read in a subplan.
func (l *local) scan(sub *planning.Subplan, read *rel.Read) (string, error) {
	for _, t := range sub.Tables {
		if chunks.FoldName(t.Table.Dataset) != chunks.FoldName(read.Table[0]) || chunks.FoldName(t.Table.Name) != chunks.FoldName(read.Table[1]) {
			continue
		}
		var paths []string
		for _, ordinal := range t.Chunks {
			paths = append(paths, l.world.path(string(t.Table.Kind), t.Table.Dataset, t.Table.Name, t.Table.ID(ordinal)))
		}
		return sqlgen.ParquetTable(read.Columns, paths, l.world.files.Inspect)
	}
	return "", fmt.Errorf("subplan %d reads %s, which its tables %v lack", sub.ID, strings.Join(read.Table, "."), sub.Tables)
}

// merged runs the merge plan over the subplans' rows.
func (l *local) merged(ctx context.Context, planned *planning.Planned, parts []*records) (*oracle.Result, error) {
	defer func() {
		for _, p := range parts {
			p.release()
		}
	}()
	name := func(id string) string { return rel.SubplanTable + "." + id }
	sql, err := sqlgen.Render(planned.Merge, sqlgen.Options{Scan: func(r *rel.Read) (string, error) {
		return duckdb.QuoteIdent(name(r.Table[1])), nil
	}})
	if err != nil {
		return nil, err
	}
	conn, err := l.merge.For(true).Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	for _, p := range parts {
		if _, err := conn.RegisterArrow(name(fmt.Sprint(p.id)), p.reader()); err != nil {
			return nil, err
		}
	}
	stream, err := conn.Query(ctx, sqlgen.Prelude(planned.Merge)+sql)
	if err != nil {
		return nil, fmt.Errorf("merge: %w", err)
	}
	out, err := oracle.Read(stream)
	if err != nil {
		return nil, fmt.Errorf("merge: %w", err)
	}
	return out, nil
}

// describe shows a plan.
func describe(p *planning.Planned) string {
	var out strings.Builder
	fmt.Fprintf(&out, "the plan:\n%s", rel.Format(p.Logical))
	shown := map[*rel.Plan]bool{}
	for _, s := range p.Subplans {
		if !shown[s.Plan] {
			shown[s.Plan] = true
			fmt.Fprintf(&out, "subplan %d:\n%s", s.ID, rel.Format(s.Plan))
		}
	}
	if p.Merge != nil {
		fmt.Fprintf(&out, "merge:\n%s", rel.Format(p.Merge))
	}
	return out.String()
}
