package portaltest

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/grpcserver"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
)

// Worker answers tickets from the cluster's files.
type Worker struct {
	flight.BaseFlightServer
	ID      chunks.WorkerID
	cluster *Cluster
	server  *grpcserver.Server
	engine  *duckdb.Engine
	session *catalog.WorkerSession
	files   map[chunks.Key]bool
	running bool
	stop    func()

	// Cancelled is the query that was cancelled last, a string.
	Cancelled atomic.Value
	// Calls counts DoGet, Batches what was sent.
	Calls, Batches atomic.Int64

	mu     sync.Mutex
	before func(*ticket.Ticket) error // called before the first byte
	during func(batch int) error      // called before each batch
}

func (c *Cluster) startWorker(id chunks.WorkerID) *Worker {
	c.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w := &Worker{ID: id, cluster: c, files: map[chunks.Key]bool{}, running: true}
	var err error
	w.engine, err = duckdb.Open(ctx, duckdb.Options{Threads: 1})
	c.must(err)
	w.server, err = grpcserver.New(ctx, grpcserver.Options{Addr: "127.0.0.1:0", Service: "worker"})
	c.must(err)
	flight.RegisterFlightServiceServer(w.server.GRPC(), w)
	w.session, err = catalog.NewWorkerSession(c.client, catalog.SessionConfig{
		ID: id, Location: "grpc://" + w.server.Addr().String(), TTL: 5 * time.Second,
	})
	c.must(err)
	var wg sync.WaitGroup
	wg.Go(func() { _ = w.server.Serve(ctx) })
	wg.Go(func() { _ = w.session.Run(ctx) })
	var once sync.Once
	w.stop = func() {
		once.Do(func() {
			cancel()
			w.server.Stop()
			wg.Wait()
			c.must(w.engine.Close(context.Background()))
		})
	}
	c.T.Cleanup(w.stop)
	return w
}

// hold reports a file.
func (w *Worker) hold(key chunks.Key) {
	w.files[key] = true
	w.session.ReportReady([]chunks.Key{key}, nil)
}

// Drop takes all files of the worker out of what it reports; Hold puts them back.
func (w *Worker) Drop() {
	keys := make([]chunks.Key, 0, len(w.files))
	for k := range w.files {
		keys = append(keys, k)
	}
	w.session.ReportReady(nil, keys)
}

// Kill stops the worker without a word to anybody: its lease goes on for a while.
func (w *Worker) Kill() { w.server.Stop() }

// Before has every call fail with what fn returns, before its first byte; nil lets all pass.
func (w *Worker) Before(fn func(*ticket.Ticket) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.before = fn
}

// During has streams fail with what fn returns before a batch, counted from 0.
func (w *Worker) During(fn func(batch int) error) { w.mu.Lock(); defer w.mu.Unlock(); w.during = fn }

// Missing is the fault of a worker that lacks all chunks of a ticket.
func Missing(t *ticket.Ticket) error {
	missing := map[string]any{}
	for _, table := range t.Tables {
		ids := []any{}
		for _, id := range table.Chunks {
			ids = append(ids, id.String())
		}
		missing[table.Dataset+"."+table.Table] = ids
	}
	return fault.New(fault.Unavailable, "run subplan", "the worker does not hold chunks").WithDetail("missing_chunks", missing)
}

// DoGet answers a ticket.
func (w *Worker) DoGet(raw *flight.Ticket, stream flight.FlightService_DoGetServer) error {
	w.Calls.Add(1)
	t, err := w.cluster.Keyring.Verify(raw.GetTicket(), w.ID, time.Now())
	if err != nil {
		return err
	}
	w.mu.Lock()
	before, during := w.before, w.during
	w.mu.Unlock()
	if before != nil {
		if err := before(t); err != nil {
			return err
		}
	}
	plan, err := codec.Decode(t.Plan, codec.Options{})
	if err != nil {
		return err
	}
	sql, err := sqlgen.Render(plan, sqlgen.Options{Scan: func(r *rel.Read) (string, error) { return w.scan(t, r) }})
	if err != nil {
		return err
	}
	conn, err := w.engine.Conn(stream.Context())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	for _, sent := range t.Rows {
		if err := conn.StoreIPC(stream.Context(), sqlgen.SentName(sent.Name), sent.Data); err != nil {
			return err
		}
	}
	rows, err := conn.Query(stream.Context(), sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	out := flight.NewRecordWriter(stream, ipc.WithSchema(rows.Schema()))
	for batch := 0; rows.Next(); batch++ {
		if during != nil {
			if err := during(batch); err != nil {
				return err
			}
		}
		if err := out.Write(rows.Record()); err != nil {
			return err
		}
		w.Batches.Add(1)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return out.Close()
}

// DoAction takes a portal's word that a query is cancelled.
func (w *Worker) DoAction(action *flight.Action, _ flight.FlightService_DoActionServer) error {
	query, _, err := w.cluster.Keyring.OpenCancel(action.GetBody())
	if err == nil {
		w.Cancelled.Store(query)
	}
	return err
}

// scan reads the files of a table in a ticket.
func (w *Worker) scan(t *ticket.Ticket, r *rel.Read) (string, error) {
	if r.IsSent() {
		return sqlgen.SentScan(r), nil
	}
	var paths []string
	for _, table := range t.Tables {
		if table.Dataset == r.Table[0] && table.Table == r.Table[1] {
			for _, id := range table.Chunks {
				paths = append(paths, duckdb.QuoteLiteral(filepath.Join(w.cluster.dir, chunks.ObjectPath(table.Dataset, table.Table, id))))
			}
		}
	}
	for _, ref := range t.References {
		if ref.Dataset == r.Table[0] && ref.Table == r.Table[1] {
			paths = append(paths, duckdb.QuoteLiteral(filepath.Join(w.cluster.dir, chunks.ReferencePath(ref.Dataset, ref.Table, ref.Hash))))
		}
	}
	if len(paths) == 0 {
		columns := make([]string, len(r.Columns))
		for i, c := range r.Columns {
			columns[i] = "CAST(NULL AS " + c.Type.String() + ") AS " + duckdb.QuoteIdent(c.Name)
		}
		return "(SELECT " + strings.Join(columns, ", ") + " WHERE false)", nil
	}
	columns := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		columns[i] = "CAST(f." + duckdb.QuoteIdent(c.Name) + " AS " + c.Type.String() + ") AS " + duckdb.QuoteIdent(c.Name)
	}
	if len(columns) == 0 {
		columns = []string{"1"}
	}
	return "(SELECT " + strings.Join(columns, ", ") + " FROM read_parquet([" + strings.Join(paths, ", ") + "]) AS f)", nil
}
