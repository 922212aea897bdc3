package serve_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/report"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/libs/platform/grpcserver"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/services/worker/internal/workertest"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/services/worker/serve"
	"github.com/shoal-db/shoal/services/worker/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a worker's Flight service and a client of it.
type fixture struct {
	*workertest.World
	t        testing.TB
	registry *prometheus.Registry
	ring     *ticket.Keyring
	gate     *admission.Gate
	log      *bytes.Buffer
	addr     net.Addr
	client   flight.Client
	noKeys   bool
}

type settings struct {
	limits admission.Limits
	stall  time.Duration
	query  query.Options
	noKeys bool
}

func newFixture(t testing.TB, s settings) *fixture {
	t.Helper()
	f := &fixture{t: t, World: workertest.New(t, s.query), registry: prometheus.NewRegistry(), gate: admission.New(s.limits), log: &bytes.Buffer{}, noKeys: s.noKeys}
	var err error
	f.ring, err = ticket.NewKeyring(ticket.GenerateKey())
	workertest.Must(t, err)
	log, err := logging.New(f.log, logging.Options{})
	workertest.Must(t, err)
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	srv, err := grpcserver.New(context.Background(), grpcserver.Options{Addr: "127.0.0.1:0", Service: "worker"})
	workertest.Must(t, err)
	flight.RegisterFlightServiceServer(srv.GRPC(), &serve.Server{
		Worker: "w1", Tickets: &serve.Verifier{Worker: "w1", Keyring: func() *ticket.Keyring {
			if f.noKeys {
				return nil
			}
			return f.ring
		}},
		Gate: f.gate, Runner: f.Runner, Metrics: serve.NewMetrics(metrics.For(f.registry, "worker")),
		Log: log, StallTimeout: s.stall, Allocator: mem,
	})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(context.Background()) }()
	f.addr = srv.Addr()
	f.client = f.dial()
	t.Cleanup(func() {
		srv.Stop()
		workertest.Must(t, <-served)
		mem.AssertSize(t, 0)
	})
	return f
}

func (f *fixture) dial() flight.Client {
	f.t.Helper()
	client, err := flight.NewClientWithMiddleware(f.addr.String(), nil, nil, append(grpcserver.DialOptions(0),
		grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	workertest.Must(f.t, err)
	f.t.Cleanup(func() { _ = client.Close() })
	return client
}

// ticket is for all rows of the files.
func (f *fixture) ticket(plan []byte, files ...store.File) ticket.Ticket {
	f.t.Helper()
	t := ticket.Ticket{QueryID: "query-7", Workers: []chunks.WorkerID{"w0", "w1"}, Plan: plan, ExpiresAt: time.Now().Add(time.Minute)}
	table := ticket.Table{Dataset: "d", Table: "t"}
	for _, file := range files {
		id, err := chunks.ParseID(strings.Split(file.Object, "/")[1])
		workertest.Must(f.t, err)
		table.Chunks = append(table.Chunks, id)
	}
	t.Tables = []ticket.Table{table}
	return t
}

func (f *fixture) sign(t ticket.Ticket) []byte {
	f.t.Helper()
	signed, err := f.ring.Sign(t)
	workertest.Must(f.t, err)
	return signed
}

// get redeems a ticket and counts the rows.
func (f *fixture) get(ctx context.Context, signed []byte) (rows int64, schema *arrow.Schema, err error) {
	stream, err := f.client.DoGet(ctx, &flight.Ticket{Ticket: signed})
	if err != nil {
		return 0, nil, err
	}
	r, err := flight.NewRecordReader(stream)
	if err != nil {
		return 0, nil, err
	}
	defer r.Release()
	for r.Next() {
		rows += r.Record().NumRows()
	}
	return rows, r.Schema(), r.Err()
}

const all = "SELECT k, s FROM %s"

func (f *fixture) someRows() []store.File {
	files := []store.File{
		f.Put("t", "SELECT range AS k, 'row ' || range AS s FROM range(5000)"),
		f.Put("t", "SELECT range + 5000 AS k, NULL::VARCHAR AS s FROM range(5000)"),
	}
	f.Sync()
	return files
}

func allRows() []byte { return workertest.Plan(all, "d.t: k BIGINT; s VARCHAR") }

func TestDoGet(t *testing.T) {
	f := newFixture(t, settings{})
	files := f.someRows()
	rows, schema, err := f.get(context.Background(), f.sign(f.ticket(allRows(), files...)))
	if err != nil || rows != 10000 {
		t.Fatalf("%d rows, %v", rows, err)
	}
	if got := schema.String(); !strings.Contains(got, "k: type=int64, nullable") || !strings.Contains(got, "s: type=utf8, nullable") {
		t.Errorf("schema %s", got)
	}
	// A result without rows has its schema, too.
	rows, schema, err = f.get(context.Background(), f.sign(f.ticket(workertest.Plan(all+" WHERE k < 0", "d.t: k BIGINT; s VARCHAR"), files...)))
	if err != nil || rows != 0 || schema.NumFields() != 2 {
		t.Errorf("%d rows, %v, %v", rows, schema, err)
	}
	want := `
# HELP shoal_worker_streamed_rows_total Rows sent to clients.
# TYPE shoal_worker_streamed_rows_total counter
shoal_worker_streamed_rows_total 10000
`
	if err := testutil.GatherAndCompare(f.registry, strings.NewReader(want), "shoal_worker_streamed_rows_total"); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(f.registry, "shoal_worker_queries_total"); err != nil || n != 1+len(fault.Kinds()) {
		t.Errorf("%d outcomes, %v", n, err)
	}
	if got := f.log.String(); !strings.Contains(got, "query=query-7") || !strings.Contains(got, "rows=10000") {
		t.Errorf("log %q", got)
	}
}

func TestReport(t *testing.T) {
	f := newFixture(t, settings{})
	files := f.someRows()
	last := f.ticket(workertest.Plan(all+" WHERE k >= 5000", "d.t: k BIGINT; s VARCHAR"), files...)
	trailer := func(tk ticket.Ticket) []string {
		stream, err := f.client.DoGet(context.Background(), &flight.Ticket{Ticket: f.sign(tk)})
		workertest.Must(t, err)
		for err == nil {
			_, err = stream.Recv()
		}
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		return stream.Trailer().Get(report.Trailer)
	}
	if got := trailer(last); len(got) != 0 {
		t.Errorf("a report that nobody asked for: %q", got)
	}
	last.Flags = report.Flag
	got := trailer(last)
	if len(got) != 1 {
		t.Fatalf("%d reports", len(got))
	}
	r, err := report.Decode([]byte(got[0]))
	workertest.Must(t, err)
	if r.Worker != "w1" || r.RowsSent != 5000 || r.RowsScanned < 5000 || r.RowsScanned > 10000 || r.Files != 2 || r.FileBytes == 0 || r.BytesSent == 0 ||
		r.Ran <= 0 || r.Sending <= 0 || r.Sending > r.Ran || r.CPU <= 0 || r.PeakMemoryBytes == 0 || r.PeakSpillBytes != 0 {
		t.Errorf("%+v", r)
	}
}

func TestRefusedTickets(t *testing.T) {
	f := newFixture(t, settings{})
	files := f.someRows()
	good := f.ticket(allRows(), files...)
	other, err := ticket.NewKeyring(ticket.GenerateKey())
	workertest.Must(t, err)
	foreign, err := other.Sign(good)
	workertest.Must(t, err)
	with := func(change func(*ticket.Ticket)) []byte {
		c := good
		change(&c)
		return f.sign(c)
	}
	forged := f.sign(good)
	forged[len(forged)/2] ^= 1
	for name, c := range map[string]struct {
		signed []byte
		kind   fault.Kind
	}{
		"none":             {nil, fault.InvalidArgument},
		"garbage":          {[]byte("SELECT 1"), fault.InvalidArgument},
		"truncated":        {f.sign(good)[:20], fault.InvalidArgument},
		"forged":           {forged, fault.Unauthenticated},
		"of another key":   {foreign, fault.Unauthenticated},
		"expired":          {with(func(t *ticket.Ticket) { t.ExpiresAt = time.Now().Add(-time.Millisecond) }), fault.Unauthenticated},
		"for others":       {with(func(t *ticket.Ticket) { t.Workers = []chunks.WorkerID{"w0", "w2"} }), fault.PermissionDenied},
		"of a later form":  {with(func(t *ticket.Ticket) { t.Flags = 1 << 40 }), fault.InvalidArgument},
		"with a bad plan":  {with(func(t *ticket.Ticket) { t.Plan = []byte("\xff\x00plan") }), fault.InvalidArgument},
		"without its plan": {with(func(t *ticket.Ticket) { t.Plan = nil }), fault.InvalidArgument},
		"another's table":  {with(func(t *ticket.Ticket) { t.Tables = nil }), fault.PermissionDenied},
	} {
		t.Run(name, func(t *testing.T) {
			rows, _, err := f.get(context.Background(), c.signed)
			got := grpcfault.FromError(err)
			if got == nil || got.Kind != c.kind || rows != 0 {
				t.Errorf("%d rows, %v; want %s", rows, err, c.kind)
			}
		})
	}
	if c := f.gate.Counts(); c.AllRunning() != 0 || c.AllQueued() != 0 {
		t.Errorf("%+v are inside or wait", c)
	}
	if rows, _, err := f.get(context.Background(), f.sign(good)); err != nil || rows != 10000 {
		t.Errorf("afterwards: %d rows, %v", rows, err)
	}
}

func FuzzRedeem(f *testing.F) {
	ring, err := ticket.NewKeyring(ticket.GenerateKey())
	workertest.Must(f, err)
	signed, err := ring.Sign(ticket.Ticket{
		Workers: []chunks.WorkerID{"w1"}, ExpiresAt: time.Now().Add(time.Hour), Plan: []byte("plan"),
		Tables:     []ticket.Table{{Dataset: "d", Table: "t", Chunks: []chunks.ID{{Range: chunks.Range{First: 1, Last: 2}}}}},
		References: []ticket.Reference{{Dataset: "d", Table: "r"}},
	})
	workertest.Must(f, err)
	v := &serve.Verifier{Worker: "w1", Keyring: func() *ticket.Keyring { return ring }}
	if sub, err := v.Redeem(signed); err != nil || len(sub.Tables) != 2 || sub.Tables[1].Files[0] != "d/_reference/00000000/r.parquet" {
		f.Fatalf("%+v %v", sub, err)
	}
	f.Add(signed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		sub, err := v.Redeem(data)
		if !bytes.Equal(data, signed) && err == nil {
			t.Fatalf("accepted %q as %+v", data, sub)
		}
		if kind := fault.KindOf(err); err != nil && kind != fault.InvalidArgument && kind != fault.Unauthenticated {
			t.Fatalf("%s: %v", kind, err)
		}
	})
}

func TestNoKeysYet(t *testing.T) {
	f := newFixture(t, settings{noKeys: true})
	_, _, err := f.get(context.Background(), f.sign(f.ticket(allRows())))
	if got := grpcfault.FromError(err); got == nil || got.Kind != fault.Unavailable || !got.Retryable {
		t.Errorf("error %v", err)
	}
}

// What a worker lacks must reach the portal in a form that it can plan again from.
func TestMissingAndDamagedChunksOverTheWire(t *testing.T) {
	f := newFixture(t, settings{})
	files := f.someRows()
	tick := f.ticket(allRows(), files...)
	lost := chunks.ID{Range: chunks.Range{First: 77, Last: 78}}
	tick.Tables[0].Chunks = append(tick.Tables[0].Chunks, lost)
	check := func(err error, id string) {
		t.Helper()
		got := grpcfault.FromError(err)
		if got == nil || got.Kind != fault.Unavailable || !got.Retryable || got.QueryID != "query-7" {
			t.Fatalf("error %v", err)
		}
		named, _ := got.Details["missing_chunks"].(map[string]any)
		ids, _ := named["d.t"].([]any)
		if len(ids) != 1 || ids[0] != id || got.Details["worker"] != "w1" {
			t.Errorf("details %v", got.Details)
		}
	}
	_, _, err := f.get(context.Background(), f.sign(tick))
	check(err, lost.String())

	data, err := os.ReadFile(f.Path(files[1]))
	workertest.Must(t, err)
	data[len(data)/2] ^= 0xff
	workertest.Must(t, os.WriteFile(f.Path(files[1]), data, 0o600))
	_, _, err = f.get(context.Background(), f.sign(f.ticket(allRows(), files...)))
	check(err, strings.Split(files[1].Object, "/")[1])
	f.Sync()
	if rows, _, err := f.get(context.Background(), f.sign(f.ticket(allRows(), files...))); err != nil || rows != 10000 {
		t.Errorf("fetched again: %d rows, %v", rows, err)
	}
}

// bigRows has far more rows than any buffer on the way: some 180 MB as Arrow.
func (f *fixture) bigRows() []byte {
	file := f.Put("t", "SELECT range AS k, 'this is some text to make the row wider, and it is number ' || range AS s FROM range(10000)")
	f.Sync()
	return f.sign(f.ticket(workertest.Plan("SELECT a.k, a.s FROM %s a, range(200)", "d.t: k BIGINT; s VARCHAR"), file))
}

func (f *fixture) streamed(name string) float64 {
	f.t.Helper()
	families, err := f.registry.Gather()
	workertest.Must(f.t, err)
	for _, m := range families {
		if m.GetName() == name {
			return m.GetMetric()[0].GetCounter().GetValue()
		}
	}
	f.t.Fatalf("there is no metric %s", name)
	return 0
}

func (f *fixture) wait(what string, done func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatalf("not within five seconds: %s", what)
		}
	}
}

func (f *fixture) idle() bool {
	c := f.gate.Counts()
	return c.AllRunning() == 0 && c.AllQueued() == 0
}

func TestSlowClientHoldsTheScan(t *testing.T) {
	f := newFixture(t, settings{})
	signed := f.bigRows()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stream, err := f.client.DoGet(ctx, &flight.Ticket{Ticket: signed})
	workertest.Must(t, err)
	r, err := flight.NewRecordReader(stream, ipc.WithAllocator(memory.NewGoAllocator()))
	workertest.Must(t, err)
	defer r.Release()
	if !r.Next() {
		t.Fatal(r.Err())
	}
	var most float64
	for range 10 {
		time.Sleep(30 * time.Millisecond)
		most = f.streamed("shoal_worker_streamed_bytes_total")
	}
	// gRPC lets 64 KiB go before the client asks for more; a record or two wait on either side.
	if most > 4<<20 {
		t.Errorf("%.0f bytes were sent to a client that took one record", most)
	}
	m, err := f.Memory(ctx)
	workertest.Must(t, err)
	if m.UsedBytes > 64<<20 {
		t.Errorf("DuckDB holds %d bytes", m.UsedBytes)
	}
	t.Logf("sent %.0f bytes; DuckDB holds %d", most, m.UsedBytes)
	rows := r.Record().NumRows()
	for r.Next() {
		rows += r.Record().NumRows()
	}
	if r.Err() != nil || rows != 2_000_000 {
		t.Errorf("%d rows, %v", rows, r.Err())
	}
}

func TestClientThatGoesAwayEndsTheQuery(t *testing.T) {
	f := newFixture(t, settings{})
	signed := f.bigRows()
	ctx, cancel := context.WithCancel(context.Background())
	stream, err := f.client.DoGet(ctx, &flight.Ticket{Ticket: signed})
	workertest.Must(t, err)
	_, err = stream.Recv()
	workertest.Must(t, err)
	cancel()
	f.wait("the query ends", f.idle)
	// A client that vanishes without a word.
	client := f.dial()
	stream, err = client.DoGet(context.Background(), &flight.Ticket{Ticket: signed})
	workertest.Must(t, err)
	_, err = stream.Recv()
	workertest.Must(t, err)
	workertest.Must(t, client.Close())
	f.wait("the query ends", f.idle)
}

func TestStalledClientIsCutOff(t *testing.T) {
	f := newFixture(t, settings{stall: 100 * time.Millisecond})
	stream, err := f.client.DoGet(context.Background(), &flight.Ticket{Ticket: f.bigRows()})
	workertest.Must(t, err)
	f.wait("the query starts", func() bool { return !f.idle() })
	f.wait("the query ends", f.idle)
	// What was sent before is still there; then comes the reason.
	for err == nil {
		_, err = stream.Recv()
	}
	if got := grpcfault.FromError(err); errors.Is(err, io.EOF) || got.Kind != fault.DeadlineExceeded {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestErrorAfterTheFirstRowIsNoShortAnswer(t *testing.T) {
	f := newFixture(t, settings{})
	file := f.Put("t", "SELECT range AS k, 'x' AS s FROM range(300000)")
	f.Sync()
	signed := f.sign(f.ticket(workertest.Plan("SELECT CAST(CASE WHEN k = 299999 THEN 'no number' ELSE '1' END AS BIGINT) FROM %s", "d.t: k BIGINT; s VARCHAR"), file))
	// DuckDB may lose the reason, which is told as a failure that is worth a retry; but never the failure.
	for range 10 {
		rows, _, err := f.get(context.Background(), signed)
		if err == nil {
			t.Fatalf("%d rows and no error", rows)
		}
		got := grpcfault.FromError(err)
		if got.Kind == fault.InvalidArgument {
			return
		}
		if got.Kind != fault.Unavailable || !got.Retryable {
			t.Fatalf("%d rows, %v", rows, err)
		}
	}
	t.Error("the reason was lost ten times in a row")
}

func TestQueueIsBounded(t *testing.T) {
	f := newFixture(t, settings{limits: admission.Limits{Running: 1, Queued: 1, MaxWait: time.Minute}})
	signed := f.bigRows()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	first, err := f.client.DoGet(ctx, &flight.Ticket{Ticket: signed})
	workertest.Must(t, err)
	f.wait("the first runs", func() bool { return f.gate.Counts().AllRunning() == 1 })
	small := f.sign(f.ticket(workertest.Plan("SELECT 1")))
	second := make(chan error, 1)
	go func() {
		_, _, err := f.get(context.Background(), small)
		second <- err
	}()
	f.wait("the second waits", func() bool { return f.gate.Counts().AllQueued() == 1 })
	_, _, err = f.get(context.Background(), small)
	if got := grpcfault.FromError(err); got == nil || got.Kind != fault.ResourceExhausted || !got.Retryable {
		t.Errorf("the third: %v", err)
	}
	cancel()
	for err = nil; err == nil; {
		_, err = first.Recv()
	}
	if err := <-second; err != nil {
		t.Errorf("the second: %v", err)
	}
}

func TestDrain(t *testing.T) {
	f := newFixture(t, settings{})
	stream, err := f.client.DoGet(context.Background(), &flight.Ticket{Ticket: f.bigRows()})
	workertest.Must(t, err)
	f.wait("the query runs", func() bool { return f.gate.Counts().AllRunning() == 1 })
	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := f.gate.Drain(short); !fault.Is(err, fault.DeadlineExceeded) {
		t.Errorf("drained over a running query: %v", err)
	}
	_, _, err = f.get(context.Background(), f.sign(f.ticket(workertest.Plan("SELECT 1"))))
	if got := grpcfault.FromError(err); got == nil || got.Kind != fault.Unavailable {
		t.Errorf("a new query while draining: %v", err)
	}
	r, err := flight.NewRecordReader(stream)
	workertest.Must(t, err)
	defer r.Release()
	var rows int64
	for r.Next() {
		rows += r.Record().NumRows()
	}
	if r.Err() != nil || rows != 2_000_000 {
		t.Errorf("the running query: %d rows, %v", rows, r.Err())
	}
	workertest.Must(t, f.gate.Drain(context.Background()))
}

func TestOtherCallsAreThePortals(t *testing.T) {
	f := newFixture(t, settings{})
	ctx := context.Background()
	receive := func(r interface{ RecvMsg(any) error }, err error) error {
		if err == nil {
			err = r.RecvMsg(&flight.Result{})
		}
		return err
	}
	_, info := f.client.GetFlightInfo(ctx, &flight.FlightDescriptor{})
	_, schema := f.client.GetSchema(ctx, &flight.FlightDescriptor{})
	_, poll := f.client.PollFlightInfo(ctx, &flight.FlightDescriptor{})
	errs := []error{
		info, schema, poll,
		receive(f.client.ListFlights(ctx, &flight.Criteria{})),
		receive(f.client.DoAction(ctx, &flight.Action{Type: "x"})),
		receive(f.client.DoPut(ctx)),
		receive(f.client.DoExchange(ctx)),
	}
	for i, err := range errs {
		if st, _ := status.FromError(err); st.Code() != codes.Unimplemented || !strings.Contains(st.Message(), "portal") {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

// Many clients that read, stop and go away at random leave nothing behind (see goleak and the
// checked allocator).
func TestManyClients(t *testing.T) {
	f := newFixture(t, settings{limits: admission.Limits{Running: 4, Queued: 100}})
	signed := f.bigRows()
	done := make(chan error, 24)
	for i := range cap(done) {
		go func() {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			stream, err := f.client.DoGet(ctx, &flight.Ticket{Ticket: signed})
			for n := rand.IntN(40); err == nil && n > 0; n-- {
				_, err = stream.Recv()
			}
			if i%3 == 0 {
				time.Sleep(time.Millisecond)
			}
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil && !slices.Contains([]fault.Kind{fault.Cancelled}, grpcfault.FromError(err).Kind) {
			t.Error(err)
		}
	}
	f.wait("all queries end", f.idle)
}
