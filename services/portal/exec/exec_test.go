package exec

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/grpcserver"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type counts struct{ rows, bytes, failovers atomic.Int64 }

func (c *counts) Received(rows, bytes int64) { c.rows.Add(rows); c.bytes.Add(bytes) }
func (c *counts) FailedOver()                { c.failovers.Add(1) }

var numbers = arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)

// worker sends, for any ticket, batches of 10 rows numbered from 0, or fails as told.
type worker struct {
	flight.BaseFlightServer
	schema  *arrow.Schema
	batches int
	fail    error // after the batches
	calls   atomic.Int64
	sent    atomic.Int64
}

func (w *worker) DoGet(_ *flight.Ticket, stream flight.FlightService_DoGetServer) error {
	w.calls.Add(1)
	if w.batches == 0 && w.fail != nil {
		return w.fail
	}
	out := flight.NewRecordWriter(stream, ipc.WithSchema(w.schema))
	for b := range w.batches {
		builder := array.NewInt64Builder(memory.DefaultAllocator)
		for i := range 10 {
			builder.Append(int64(10*b + i))
		}
		column := builder.NewArray()
		err := out.Write(array.NewRecord(w.schema, []arrow.Array{column}, 10))
		if err != nil {
			return err
		}
		w.sent.Add(1)
	}
	if w.fail != nil {
		return w.fail
	}
	return out.Close()
}

func (w *worker) start(t *testing.T, id string) Replica {
	t.Helper()
	if w.schema == nil {
		w.schema = numbers
	}
	return serveFlight(t, w, id)
}

func serveFlight(t *testing.T, w flight.FlightServer, id string) Replica {
	t.Helper()
	server, err := grpcserver.New(context.Background(), grpcserver.Options{Addr: "127.0.0.1:0", Service: "worker"})
	if err != nil {
		t.Fatal(err)
	}
	flight.RegisterFlightServiceServer(server.GRPC(), w)
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(context.Background()) }()
	t.Cleanup(func() { server.Stop(); <-done })
	return Replica{Worker: chunks.WorkerID("w-" + id), Location: "grpc://" + server.Addr().String()}
}

func newExecutor(t *testing.T) (*Executor, *counts) {
	t.Helper()
	ctx := context.Background()
	engine, err := OpenEngines(ctx, EngineOptions{Threads: 1, SpillDir: t.TempDir(), MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	pool, m := NewPool(), &counts{}
	t.Cleanup(func() {
		pool.Close()
		if err := engine.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return New(Options{Engines: engine, Pool: pool, Parallel: 3, Metrics: m}), m
}

func drain(r Result) (rows int64, err error) {
	defer r.Release()
	for r.Next() {
		rows += r.Record().NumRows()
	}
	return rows, r.Err()
}

func inputs(n int, replicas ...Replica) []Input {
	out := make([]Input, n)
	for i := range out {
		out[i] = Input{ID: i, Ticket: []byte("t"), Replicas: replicas, Schema: numbers, Chunks: map[string][]string{"d.t": {"chunk-1"}}}
	}
	return out
}

// sumOf is the merge plan sum over all inputs.
func sumOf(n int) *rel.Plan {
	column := rel.Column{Name: "n", Type: types.Of(types.BigInt)}
	var all []rel.Rel
	for i := range n {
		all = append(all, &rel.Read{Table: []string{rel.SubplanTable, string(rune('0' + i))}, Columns: []rel.Column{column}})
	}
	input := all[0]
	if n > 1 {
		input = &rel.SetOp{Kind: rel.UnionAll, Rels: all}
	}
	count := rel.Measure{Func: "count_star", Type: column.Type}
	return &rel.Plan{Root: &rel.Aggregate{Input: input, Measures: []rel.Measure{count}}, Names: []string{"n"}}
}

func TestConcatenates(t *testing.T) {
	e, m := newExecutor(t)
	w := &worker{batches: 20}
	r := w.start(t, "a")
	progress := &Progress{}
	result, err := e.Run(context.Background(), Job{Inputs: inputs(7, r), Schema: numbers, Progress: progress})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := drain(result)
	if err != nil || rows != 1400 || m.rows.Load() != 1400 || m.bytes.Load() == 0 {
		t.Errorf("%d rows, %v; counted %d", rows, err, m.rows.Load())
	}
	if state, ok := progress.Input(6); !ok || state.Rows != 200 || state.Took == 0 || state.Worker != r.Worker {
		t.Errorf("progress %+v", state)
	}
	result, err = e.Run(context.Background(), Job{Schema: numbers})
	if err != nil {
		t.Fatal(err)
	}
	if rows, err = drain(result); rows != 0 || err != nil {
		t.Errorf("no inputs: %d rows, %v", rows, err)
	}
}

func TestMerges(t *testing.T) {
	e, _ := newExecutor(t)
	r := (&worker{batches: 20}).start(t, "a")
	result, err := e.Run(context.Background(), Job{Inputs: inputs(7, r), Merge: sumOf(7), Schema: numbers})
	if err != nil {
		t.Fatal(err)
	}
	defer result.Release()
	if !result.Next() || result.Record().Column(0).(*array.Int64).Value(0) != 1400 || result.Next() || result.Err() != nil {
		t.Errorf("%v", result.Err())
	}
	wrong := arrow.NewSchema([]arrow.Field{{Name: "m", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)
	if _, err := e.Run(context.Background(), Job{Inputs: inputs(1, r), Merge: sumOf(1), Schema: wrong}); !fault.Is(err, fault.Internal) {
		t.Errorf("another schema than was announced: %v", err)
	}
}

func TestWindowReadsItsSubplanOnce(t *testing.T) {
	e, _ := newExecutor(t)
	r := (&worker{batches: 20}).start(t, "a")
	column := rel.Column{Name: "n", Type: types.Of(types.BigInt)}
	n := &rel.Field{Of: column.Type}
	count := &rel.WindowCall{Func: "count", Args: []rel.Expr{n}, Partition: []rel.Expr{n}, Of: column.Type,
		Frame: rel.Frame{Start: rel.Bound{Kind: rel.UnboundedPreceding}, End: rel.Bound{Kind: rel.UnboundedFollowing}}}
	merge := &rel.Plan{Names: []string{"n"}, Root: &rel.Project{Exprs: []rel.Expr{count},
		Input: &rel.Read{Table: []string{rel.SubplanTable, "0"}, Columns: []rel.Column{column}}}}
	result, err := e.Run(context.Background(), Job{Inputs: inputs(1, r), Merge: merge, Schema: numbers})
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := drain(result); rows != 200 || err != nil {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func TestFailover(t *testing.T) {
	e, m := newExecutor(t)
	broken := (&worker{fail: fault.New(fault.Unavailable, "", "out of order")}).start(t, "a")
	gone := Replica{Worker: "w-gone", Location: "grpc://127.0.0.1:1"}
	odd := Replica{Worker: "w-odd", Location: "nonsense"}
	good := (&worker{batches: 3}).start(t, "b")
	for _, merge := range []*rel.Plan{nil, sumOf(2)} {
		result, err := e.Run(context.Background(), Job{Inputs: inputs(2, broken, gone, odd, good), Merge: merge, Schema: numbers})
		if err != nil {
			t.Fatal(err)
		}
		if rows, err := drain(result); err != nil || rows == 0 {
			t.Errorf("%d rows, %v", rows, err)
		}
	}
	if m.failovers.Load() != 12 {
		t.Errorf("%d failovers", m.failovers.Load())
	}
}

func TestFailures(t *testing.T) {
	e, _ := newExecutor(t)
	unavailable := fault.New(fault.Unavailable, "run subplan", "out of order")
	half := &worker{batches: 4, fail: unavailable}
	bad := &worker{fail: fault.New(fault.InvalidArgument, "run subplan", "'x' is no number")}
	strange := &worker{batches: 1, schema: arrow.NewSchema([]arrow.Field{{Name: "m", Type: arrow.PrimitiveTypes.Int64}}, nil)}
	spare := &worker{batches: 1}
	halfAt, badAt, strangeAt, spareAt := half.start(t, "half"), bad.start(t, "bad"), strange.start(t, "strange"), spare.start(t, "spare")
	for name, c := range map[string]struct {
		replicas []Replica
		kind     fault.Kind
		text     string
	}{
		"halfway":        {[]Replica{halfAt, spareAt}, fault.Unavailable, "out of order"},
		"its own fault":  {[]Replica{badAt, spareAt}, fault.InvalidArgument, "no number"},
		"another schema": {[]Replica{strangeAt}, fault.Internal, "instead of"},
		"no replica":     {nil, fault.Unavailable, "no worker"},
	} {
		for _, merge := range []*rel.Plan{nil, sumOf(1)} {
			result, err := e.Run(context.Background(), Job{Inputs: inputs(1, c.replicas...), Merge: merge, Schema: numbers})
			if err == nil {
				_, err = drain(result)
			}
			if !fault.Is(err, c.kind) || !strings.Contains(fault.From(err).Text(), c.text) {
				t.Errorf("%s, merge %v: %v, want %s with %q", name, merge != nil, err, c.kind, c.text)
			}
			if c.kind == fault.Unavailable && fault.From(err).Details["chunks"] == nil {
				t.Errorf("%s: no chunk is named in %v", name, fault.From(err).Details)
			}
		}
	}
	if n := spare.calls.Load(); n != 0 {
		t.Errorf("the spare replica was asked %d times", n)
	}
}

func TestAbandonedAndCancelledResults(t *testing.T) {
	e, _ := newExecutor(t)
	w := &worker{batches: 100_000}
	r := w.start(t, "a")
	abandoned, err := e.Run(context.Background(), Job{Inputs: inputs(5, r), Schema: numbers})
	if err != nil {
		t.Fatal(err)
	}
	if !abandoned.Next() {
		t.Error(abandoned.Err())
	}
	abandoned.Release() // goleak sees what stays behind
	ctx, cancel := context.WithCancelCause(context.Background())
	result, err := e.Run(ctx, Job{Inputs: inputs(5, r), Schema: numbers})
	if err != nil {
		t.Fatal(err)
	}
	result.Next()
	why := fault.New(fault.Cancelled, "", "enough")
	time.AfterFunc(20*time.Millisecond, func() { cancel(why) })
	if _, err := drain(result); !fault.Is(err, fault.Cancelled) || !strings.Contains(err.Error(), "enough") {
		t.Errorf("%v", err)
	}
	ctx, cancel = context.WithCancelCause(context.Background())
	time.AfterFunc(20*time.Millisecond, func() { cancel(why) })
	if result, err = e.Run(ctx, Job{Inputs: inputs(5, r), Merge: sumOf(5), Schema: numbers}); err == nil {
		_, err = drain(result)
	}
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("merged: %v", err)
	}
}

func TestPool(t *testing.T) {
	p := NewPool()
	a, err := p.client("grpc://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := p.client("grpc://127.0.0.1:1"); err != nil || again != a {
		t.Errorf("another connection, %v", err)
	}
	p.Retire(nil)
	if again, err := p.client("grpc://127.0.0.1:1"); err != nil || again != a {
		t.Error("a connection was closed while streams may use it")
	}
	a.gone = time.Now().Add(-2 * retireAfter)
	p.Retire(nil)
	if again, err := p.client("grpc://127.0.0.1:1"); err != nil || again == a {
		t.Error("a connection to a worker that is long gone is kept")
	}
	for _, location := range []string{"", "http://x:1", "grpc://", "127.0.0.1:1", "grpc://%zz"} {
		if _, err := p.client(location); !fault.Is(err, fault.Internal) {
			t.Errorf("%q: %v", location, err)
		}
	}
	p.Close()
	if _, err := p.client("grpc://127.0.0.1:1"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("after Close: %v", err)
	}
}
