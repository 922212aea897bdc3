package worker_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/libs/platform/grpcserver"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/services/worker"
	"github.com/shoal-db/shoal/services/worker/internal/workertest"
	"github.com/shoal-db/shoal/services/worker/store"
	"github.com/shoal-db/shoal/services/worker/store/errfs"
)

var must = workertest.Must

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The object store's drivers start it when they are linked, and never stop it.
		goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"))
}

// world is an etcd, an object store, and what the metadata service would write. Its tables are
// reference tables: all workers have them, whatever is assigned.
type world struct {
	t       *testing.T
	etcd    *embedetcd.Server
	client  *clientv3.Client
	objects string
	ring    *ticket.Keyring
	version int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, objects: t.TempDir()}
	var err error
	w.etcd, err = embedetcd.Start(ctx, embedetcd.Config{Dir: t.TempDir(), NoSync: true})
	must(t, err)
	t.Cleanup(w.etcd.Close)
	w.client, err = catalog.Connect(ctx, catalog.ClientConfig{Endpoints: []string{w.etcd.Endpoint()}})
	must(t, err)
	t.Cleanup(func() { must(t, w.client.Close()) })
	key := ticket.GenerateKey()
	w.ring, err = ticket.NewKeyring(key)
	must(t, err)
	w.put(layout.TicketKeysKey, layout.TicketKeys{Keys: []string{key.Reveal()}})
	return w
}

func (w *world) put(key string, record any) {
	w.t.Helper()
	text, ok := record.(string)
	if !ok {
		var err error
		text, err = layout.Encode(record)
		must(w.t, err)
	}
	_, err := w.client.Put(context.Background(), key, text)
	must(w.t, err)
}

// publish makes a table d.<name> of a query's rows; it returns the file's hash.
func (w *world) publish(name, sql string) chunks.ContentHash {
	w.t.Helper()
	ctx := context.Background()
	path := filepath.Join(w.t.TempDir(), "t.parquet")
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1})
	must(w.t, err)
	conn, err := engine.Conn(ctx)
	must(w.t, err)
	_, err = conn.Exec(ctx, "COPY ("+sql+") TO "+duckdb.QuoteLiteral(path)+" (FORMAT parquet)")
	must(w.t, err)
	must(w.t, conn.Close())
	must(w.t, engine.Close(ctx))
	data, err := os.ReadFile(path)
	must(w.t, err)
	sum := sha256.Sum256(data)
	hash := chunks.HashOf(sum)
	object := filepath.Join(w.objects, chunks.ReferencePath("d", name, hash))
	must(w.t, os.MkdirAll(filepath.Dir(object), 0o750))
	must(w.t, os.WriteFile(object, data, 0o600))

	columns := []layout.Column{{Name: "k", Type: "BIGINT"}, {Name: "s", Type: "VARCHAR"}}
	pages, err := manifest.EncodePages([]manifest.Entry{{
		ID: chunks.ID{Hash: hash}, Bytes: int64(len(data)), SHA256: sum, Rows: 1,
		Columns: []manifest.ColumnStats{manifest.UnknownStats(), manifest.UnknownStats()},
	}})
	must(w.t, err)
	w.version++
	page := layout.ManifestPage(fmt.Sprintf("load%d", w.version), 0)
	w.put(layout.ManifestKey(page), string(pages[0]))
	w.put(layout.TableKey("d", name), layout.Table{
		Dataset: "d", Name: name, Columns: columns, Kind: string(catalog.Reference), BlockColumn: -1, Rows: 1, Bytes: int64(len(data)),
		Chunks: 1, Pages: []layout.ManifestRef{{ID: page, Entries: 1, Bytes: len(pages[0])}}, Version: w.version, Incarnation: "i",
	})
	w.put(layout.VersionKey, layout.Version{Version: w.version, SchemaVersion: w.version})
	return hash
}

func (w *world) config() worker.Config {
	return worker.Config{
		Etcd: []string{w.etcd.Endpoint()}, ObjectStore: "file://" + w.objects, DataDir: w.t.TempDir(),
		Flight: "127.0.0.1:0", HTTP: "127.0.0.1:0", Threads: 1, Drain: 5 * time.Second, Logger: testLog(),
	}
}

// testLog is shown with SHOAL_TEST_LOG=1.
func testLog() *slog.Logger {
	if os.Getenv("SHOAL_TEST_LOG") == "" {
		return logging.Discard()
	}
	log, _ := logging.New(os.Stderr, logging.Options{Level: "debug"})
	return log
}

// running is a worker that runs.
type running struct {
	*worker.Worker
	t    *testing.T
	stop func() error
}

func start(t *testing.T, cfg worker.Config) *running {
	t.Helper()
	w, err := worker.New(context.Background(), cfg)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	r := &running{Worker: w, t: t, stop: sync.OnceValue(func() error {
		cancel()
		return <-done
	})}
	t.Cleanup(func() { must(t, r.stop()) })
	return r
}

func (r *running) waitReady() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	must(r.t, r.Ready().Wait(ctx))
}

func (r *running) get(path string) (code int, body string) {
	r.t.Helper()
	resp, err := http.Get("http://" + r.HTTPAddr().String() + path)
	must(r.t, err)
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	must(r.t, err)
	return resp.StatusCode, string(data)
}

func (r *running) dial() flight.Client {
	r.t.Helper()
	client, err := flight.NewClientWithMiddleware(r.FlightAddr().String(), nil, nil, append(grpcserver.DialOptions(0),
		grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	must(r.t, err)
	r.t.Cleanup(func() { _ = client.Close() })
	return client
}

// ask redeems a ticket for sum(k) and max(s) over the rows of d.<table> with k > 10.
func (r *running) ask(w *world, table string, hash chunks.ContentHash) (string, error) {
	r.t.Helper()
	bigint, varchar := types.Of(types.BigInt), types.Of(types.Varchar)
	k := &rel.Field{Index: 0, Of: bigint}
	plan, err := codec.Encode(&rel.Plan{
		Names: []string{"n", "top"},
		Root: &rel.Aggregate{
			Input: &rel.Filter{
				Input: &rel.Read{Table: []string{"d", table}, Columns: []rel.Column{{Name: "k", Type: bigint}, {Name: "s", Type: varchar}}},
				Cond:  &rel.Call{Func: rel.Gt, Args: []rel.Expr{k, &rel.Literal{Of: bigint, Value: int64(10)}}, Of: types.Of(types.Boolean)},
			},
			Measures: []rel.Measure{
				{Func: "count", Args: []rel.Expr{k}, Type: bigint},
				{Func: "max", Args: []rel.Expr{&rel.Field{Index: 1, Of: varchar}}, Type: varchar},
			},
		},
	})
	must(r.t, err)
	signed, err := w.ring.Sign(ticket.Ticket{
		QueryID: "q", Workers: []chunks.WorkerID{r.ID()}, Plan: plan, ExpiresAt: time.Now().Add(time.Minute),
		References: []ticket.Reference{{Dataset: "d", Table: table, Hash: hash}},
	})
	must(r.t, err)
	stream, err := r.dial().DoGet(context.Background(), &flight.Ticket{Ticket: signed})
	if err != nil {
		return "", err
	}
	reader, err := flight.NewRecordReader(stream)
	if err != nil {
		return "", err
	}
	defer reader.Release()
	var out strings.Builder
	for reader.Next() {
		rec := reader.Record()
		fmt.Fprintf(&out, "%s=%s %s=%s;", rec.ColumnName(0), rec.Column(0).ValueStr(0), rec.ColumnName(1), rec.Column(1).ValueStr(0))
	}
	return out.String(), reader.Err()
}

const rows = "SELECT range AS k, 'row ' || range AS s FROM range(20)"

func TestWorkerInACluster(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("t", rows)
	cfg := w.config()
	r := start(t, cfg)
	r.waitReady()
	if got, err := r.ask(w, "t", hash); err != nil || got != "n=9 top=row 19;" {
		t.Errorf("answer %q, %v", got, err)
	}
	if code, body := r.get("/readyz"); code != http.StatusOK {
		t.Errorf("readyz %d: %s", code, body)
	}
	// The cluster knows where it is and what it has.
	follower := catalog.NewFollower(w.client, catalog.FollowerOptions{})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	following := make(chan error, 1)
	followCtx, stopFollowing := context.WithCancel(context.Background())
	go func() { following <- follower.Run(followCtx) }()
	snap, err := follower.Wait(ctx, "wait for the report", func(s *catalog.Snapshot) bool { return len(s.Workers()) == 1 && s.Workers()[0].Ready == 1 })
	must(t, err)
	if got := snap.Workers()[0]; got.ID != r.ID() || got.Location != "grpc://"+r.FlightAddr().String() {
		t.Errorf("registered as %+v", got)
	}
	// A table that comes later is fetched; one that is superseded is not reported any more.
	second := w.publish("u", rows)
	third := w.publish("t", rows+" UNION ALL SELECT 100, 'z'")
	_, err = follower.Wait(ctx, "wait for the new tables", func(s *catalog.Snapshot) bool {
		return s.Version() == 3 && s.Holds(0, chunks.ReferenceKey("d", "u", second)) && s.Holds(0, chunks.ReferenceKey("d", "t", third)) &&
			!s.Holds(0, chunks.ReferenceKey("d", "t", hash))
	})
	must(t, err)
	for _, c := range []struct {
		hash chunks.ContentHash
		want string
	}{{third, "n=10 top=z;"}, {hash, "n=9 top=row 19;"}} { // the old one, in its grace period
		if got, err := r.ask(w, "t", c.hash); err != nil || got != c.want {
			t.Errorf("answer %q, %v; want %q", got, err, c.want)
		}
	}
	code, body := r.get("/metrics")
	for _, want := range []string{
		"shoal_worker_ready_files_count 2", "shoal_worker_downloads_total 3", `shoal_worker_queries_total{outcome="ok"} 3`,
		`shoal_worker_download_errors_total{kind="resource_exhausted"} 0`, "shoal_worker_duckdb_memory_bytes", "shoal_worker_disk_free_bytes",
	} {
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("metrics (%d) lack %q", code, want)
		}
	}
	// It leaves, and is gone at once; it comes back with its files, under the same name.
	must(t, r.stop())
	_, err = follower.Wait(ctx, "wait for the worker to go", func(s *catalog.Snapshot) bool { return len(s.Workers()) == 0 })
	must(t, err)
	must(t, os.RemoveAll(filepath.Join(w.objects, "d"))) // nothing can be fetched again
	again := start(t, cfg)
	again.waitReady()
	if again.ID() != r.ID() {
		t.Errorf("came back as %s", again.ID())
	}
	if got, err := again.ask(w, "t", third); err != nil || got != "n=10 top=z;" {
		t.Errorf("after the restart: %q, %v", got, err)
	}
	must(t, again.stop())
	stopFollowing()
	must(t, <-following)
}

func TestDamagedFileIsRepaired(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("t", rows)
	cfg := w.config()
	r := start(t, cfg)
	r.waitReady()
	path := filepath.Join(cfg.DataDir, "chunks", chunks.ReferencePath("d", "t", hash))
	data, err := os.ReadFile(path)
	must(t, err)
	data[len(data)/2] ^= 0x55
	must(t, os.WriteFile(path, data, 0o600))
	_, err = r.ask(w, "t", hash)
	got := grpcfault.FromError(err)
	if got == nil || got.Kind != fault.Unavailable || !strings.Contains(fmt.Sprint(got.Details["missing_chunks"]), hash.String()) {
		t.Fatalf("error %v", err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if answer, err := r.ask(w, "t", hash); err == nil && answer == "n=9 top=row 19;" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("not repaired")
		}
	}
}

func TestFullDiskIsSaid(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("t", rows)
	cfg := w.config()
	var mu sync.Mutex
	full := true
	cfg.FS = errfs.FS{Under: store.OS{}, Fail: func(op errfs.Op, _ string) error {
		mu.Lock()
		defer mu.Unlock()
		if op == errfs.Write && full {
			return syscall.ENOSPC
		}
		return nil
	}}
	r := start(t, cfg)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if code, body := r.get("/readyz"); code == http.StatusServiceUnavailable && strings.Contains(body, "1 of 1 assigned files are not there yet: the disk is full") {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("readyz %d: %s", code, body)
		}
	}
	if _, body := r.get("/metrics"); !strings.Contains(body, "shoal_worker_disk_full_info 1") || !strings.Contains(body, `download_errors_total{kind="resource_exhausted"} 1`) {
		t.Error("the metrics do not say it")
	}
	if _, err := r.ask(w, "t", hash); !fault.Is(grpcfault.FromError(err), fault.Unavailable) {
		t.Errorf("a query meanwhile: %v", err)
	}
}

// A stream that runs when the worker is told to go is finished; whoever comes then is sent away.
func TestShutdownDrains(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("t", "SELECT range AS k, 'this is text that makes rows wider than numbers ' || range AS s FROM range(600000)")
	r := start(t, w.config())
	r.waitReady()
	bigint, varchar := types.Of(types.BigInt), types.Of(types.Varchar)
	plan, err := codec.Encode(&rel.Plan{Names: []string{"k", "s"}, Root: &rel.Read{
		Table: []string{"d", "t"}, Columns: []rel.Column{{Name: "k", Type: bigint}, {Name: "s", Type: varchar}},
	}})
	must(t, err)
	signed, err := w.ring.Sign(ticket.Ticket{
		QueryID: "q", Workers: []chunks.WorkerID{r.ID()}, Plan: plan, ExpiresAt: time.Now().Add(time.Minute),
		References: []ticket.Reference{{Dataset: "d", Table: "t", Hash: hash}},
	})
	must(t, err)
	client := r.dial()
	stream, err := client.DoGet(context.Background(), &flight.Ticket{Ticket: signed})
	must(t, err)
	reader, err := flight.NewRecordReader(stream)
	must(t, err)
	defer reader.Release()
	if !reader.Next() {
		t.Fatal(reader.Err())
	}
	n := reader.Record().NumRows()
	stopped := make(chan error, 1)
	go func() { stopped <- r.stop() }()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		second, err := client.DoGet(context.Background(), &flight.Ticket{Ticket: signed})
		if err == nil {
			_, err = second.Recv()
		}
		if err != nil {
			if !fault.Is(grpcfault.FromError(err), fault.Unavailable) {
				t.Errorf("a query while draining: %v", err)
			}
			break
		}
		_ = second.CloseSend()
		if time.Now().After(deadline) {
			t.Fatal("still takes queries")
		}
	}
	for reader.Next() {
		n += reader.Record().NumRows()
	}
	if reader.Err() != nil || n != 600000 {
		t.Errorf("%d rows, %v", n, reader.Err())
	}
}

func TestRefusedAtStart(t *testing.T) {
	w := newWorld(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = taken.Close() }()
	inUse := w.config()
	r := start(t, inUse)
	r.waitReady()
	with := func(change func(*worker.Config)) worker.Config {
		cfg := w.config()
		change(&cfg)
		return cfg
	}
	for name, c := range map[string]struct {
		cfg  worker.Config
		kind fault.Kind
		text string
	}{
		"no etcd named":     {with(func(c *worker.Config) { c.Etcd = nil }), fault.InvalidArgument, "etcd"},
		"etcd away":         {with(func(c *worker.Config) { c.Etcd, c.ConnectTimeout = []string{"127.0.0.1:1"}, 300*time.Millisecond }), fault.Unavailable, "127.0.0.1:1"},
		"no object store":   {with(func(c *worker.Config) { c.ObjectStore = "" }), fault.InvalidArgument, "object store"},
		"bad object store":  {with(func(c *worker.Config) { c.ObjectStore = "nope://x" }), "", "nope"},
		"no data folder":    {with(func(c *worker.Config) { c.DataDir = "" }), fault.InvalidArgument, "data folder"},
		"folder in use":     {with(func(c *worker.Config) { c.DataDir = inUse.DataDir }), fault.Unavailable, "in use"},
		"flight port taken": {with(func(c *worker.Config) { c.Flight = taken.Addr().String() }), fault.Unavailable, taken.Addr().String()},
		"http port taken":   {with(func(c *worker.Config) { c.HTTP = taken.Addr().String() }), fault.Unavailable, taken.Addr().String()},
		"bad id":            {with(func(c *worker.Config) { c.ID = "a b" }), fault.InvalidArgument, "a b"},
		"bad advertise":     {with(func(c *worker.Config) { c.Advertise = "0.0.0.0" }), fault.InvalidArgument, "0.0.0.0"},
		"bad threads":       {with(func(c *worker.Config) { c.Threads = -1 }), fault.InvalidArgument, "threads"},
	} {
		t.Run(name, func(t *testing.T) {
			err := worker.Run(context.Background(), c.cfg)
			if err == nil || c.kind != "" && !fault.Is(err, c.kind) || !strings.Contains(fault.Text(err), c.text) {
				t.Errorf("%s: %v", fault.KindOf(err), err)
			}
		})
	}
}

// Flags and zero values mean the same.
func TestFlagsAndDefaultsAgree(t *testing.T) {
	var flags struct {
		config.Common
		worker.Config
	}
	_, err := config.Parse(config.App{Name: "worker"}, &flags, []string{"--etcd", "a:1,b:2", "--object-store", "file:///x", "--data-dir", "/y"})
	must(t, err)
	got := flags.Config
	if len(got.Etcd) != 2 || got.Etcd[1] != "b:2" {
		t.Errorf("etcd %q", got.Etcd)
	}
	zero := worker.Config{Etcd: got.Etcd, ObjectStore: got.ObjectStore, DataDir: got.DataDir}
	a, b := worker.Resolve(got), worker.Resolve(zero)
	a.Logger, b.Logger = nil, nil
	if fmt.Sprintf("%+v", a) != fmt.Sprintf("%+v", b) {
		t.Errorf("flags\n%+v\nzero values\n%+v", a, b)
	}
}
