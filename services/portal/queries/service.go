// Package queries owns the life of a query in the portal: from the request, by its bound and planned
// form, to its rows, with limits, time-outs, cancelling, and the list of what runs and what ran.
//
// The front doors (HTTP, Flight SQL) are thin above it; binding, planning and running are below.
//
// Invariants: planning never runs anything; what runs is admitted, has a time-out, and can be
// cancelled by its id; a query that could not be run by the workers that were chosen is planned again
// as long as no row of its result was given out, and never after; a statement that two workers died of is
// run by no other.
package queries

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/explain"
	"github.com/shoal-db/shoal/services/portal/planning"
)

// Options configure a Service. All are needed but Lookups and Log.
type Options struct {
	Binder   *binder.Binder
	Executor *exec.Executor
	Catalog  Catalog
	Keyring  Keyring
	// Revoke tells the workers that a query is cancelled whose tickets expire by a time; nil tells nobody.
	Revoke func(ctx context.Context, id ID, expires time.Time) error
	// Filters prune by equality; nil is none.
	Filters pruning.Filters
	// Lookups begins the lookups in reference tables of one query's planning.
	Lookups func(context.Context) planning.Lookup
	// BroadcastSaving is planning.Options.BroadcastSaving.
	BroadcastSaving int64
	// QueryTimeout bounds a run, from admission to the last row.
	QueryTimeout time.Duration
	// TicketTTL is how long a planned query can be run.
	TicketTTL time.Duration
	// Admission bounds what runs in the portal.
	Admission admission.Limits
	// MaxPlanned queries are kept for being run, MaxEnded for being looked at.
	MaxPlanned, MaxEnded int
	Metrics              *Metrics
	Log                  *slog.Logger
}

// Catalog is where snapshots come from; a catalog.Follower is one.
type Catalog interface {
	Current() *catalog.Snapshot
	// Changed is closed when there is a newer one than Current gave before.
	Changed() <-chan struct{}
}

// Service plans and runs queries. Its methods may be called from any goroutine.
type Service struct {
	opts     Options
	gate     *admission.Gate
	registry *registry
	deaths   ledger
	seed     atomic.Uint64
}

// New returns a Service.
func New(opts Options) *Service {
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	return &Service{
		opts:     opts,
		gate:     admission.New(opts.Admission),
		registry: newRegistry(opts.MaxPlanned, opts.MaxEnded),
	}
}

// Admitted is how many queries run, and how many wait for that.
func (s *Service) Admitted() admission.Counts { return s.gate.Counts() }

// Plan binds and plans a request, and keeps the query for being run until its tickets expire. Errors
// are the request's (invalid_argument, not_found), or unavailable, naming chunks that no worker has.
func (s *Service) Plan(ctx context.Context, r Request) (*Query, error) {
	q := &Query{ID: newID(), Request: r, Created: time.Now(), ExpiresAt: s.expiry(), state: Planned}
	ctx = logging.WithQuery(ctx, string(q.ID))
	err := q.readExplain()
	if err == nil {
		err = s.plan(ctx, q)
	}
	if err == nil {
		err = s.registry.add(q)
	}
	s.opts.Metrics.planned.WithLabelValues(string(r.Front), string(r.Form), outcomeOf(err)).Inc()
	if err != nil {
		s.opts.Log.DebugContext(ctx, "query refused", logging.Err(err))
		return nil, withQuery(err, q.ID)
	}
	s.opts.Log.InfoContext(ctx, "query planned", "front", r.Front, "form", r.Form,
		"chunks_selected", q.Placed.Pruning.ChunksSelected, "chunks_total", q.Placed.Pruning.ChunksTotal,
		"subplans", len(q.Placed.Subplans), "merge", q.Placed.Merge != nil, "fallback", q.Placed.Fallback != nil,
		"bind", q.BindTime, "plan", q.PlanTime, "catalog_version", q.Placed.CatalogVersion)
	return q, nil
}

func (s *Service) plan(ctx context.Context, q *Query) error {
	begun := time.Now()
	snap, err := s.understand(ctx, q)
	if err != nil {
		return err
	}
	q.BindTime = time.Since(begun)
	s.opts.Metrics.phase(phaseBind, q.BindTime)
	q.schemaVersion = snap.SchemaVersion()
	begun = time.Now()
	if q.Placed, err = s.place(q, snap, s.planning(ctx, q)); err != nil {
		return err
	}
	q.PlanTime = time.Since(begun)
	s.opts.Metrics.phase(phasePlan, q.PlanTime)
	s.opts.Metrics.pruned(q.Placed.Pruning, len(q.Placed.Subplans))
	if f := q.Placed.Fallback; f != nil {
		s.opts.Metrics.fallbacks.WithLabelValues(f.Kind).Inc()
	}
	if q.ownSchema == nil {
		if q.ownSchema, err = s.opts.Binder.ArrowSchema(ctx, q.Placed.Columns); err != nil {
			return err
		}
	}
	q.Columns, q.Schema = q.Placed.Columns, q.ownSchema
	if q.Explain != nil {
		q.Columns = explain.ResultColumns()
		q.Schema, err = s.opts.Binder.ArrowSchema(ctx, q.Columns)
	}
	return err
}

// planning are the options with which a query is planned.
func (s *Service) planning(ctx context.Context, q *Query) planning.Options {
	opts := planning.Options{
		Evaluate:       func(exprs []rel.Expr) ([]*rel.Literal, error) { return s.opts.Binder.Evaluate(ctx, exprs) },
		Explain:        q.Explain != nil,
		DisablePruning: q.Request.NoPruning,
		DisableRules:   q.Request.DisableRules,
		Filters:        s.opts.Filters,
		Seed:           s.seed.Add(1),
		Broadcast:      !q.Request.NoBroadcast, BroadcastSaving: s.opts.BroadcastSaving,
	}
	if s.opts.Lookups != nil && !q.Request.NoDynamicPruning {
		opts.Lookup = s.opts.Lookups(ctx)
	}
	return opts
}

// understand makes the logical plan, and says for which snapshot.
func (s *Service) understand(ctx context.Context, q *Query) (*catalog.Snapshot, error) {
	var err error
	if q.Request.Form != SQL && len(q.Request.Parameters) > 0 {
		return nil, fault.New(fault.InvalidArgument, "read substrait plan", "a plan has no parameters, and there are values for some")
	}
	switch q.Request.Form {
	case SQL:
		b, err := s.opts.Binder.BindWith(ctx, q.sql, q.Request.Schema, q.Request.Parameters)
		if err != nil {
			return nil, err
		}
		s.opts.Metrics.cacheHits.WithLabelValues(map[bool]string{true: "hit", false: "miss"}[b.Cached]).Inc()
		q.Logical, q.ownSchema = b.Plan, b.Schema
		if b.Fallback != nil {
			schema := cmp.Or(q.Request.Schema, binder.DefaultSchema)
			q.fallback = planning.NewFallback(b.Fallback, b.SQL, schema, b.Columns)
		}
		return b.Catalog.(View).Snapshot, nil
	case Substrait:
		q.Logical, err = codec.Decode(q.Request.Plan, s.decoding(ctx, q))
	case SubstraitJSON:
		q.Logical, err = codec.DecodeJSON(q.Request.Plan, s.decoding(ctx, q))
	default:
		err = fault.New(fault.Internal, "", "form %q", q.Request.Form)
	}
	if err == nil {
		q.Logical, err = s.opts.Binder.BindPlan(ctx, q.Logical)
	}
	return s.opts.Catalog.Current(), fault.Wrap(err, "read substrait plan")
}

// Describe tells the schema of a request's result, without planning it.
func (s *Service) Describe(ctx context.Context, r Request) (*arrow.Schema, error) {
	q := &Query{Request: r}
	if err := q.readExplain(); err != nil {
		return nil, err
	}
	if _, err := s.understand(ctx, q); err != nil {
		return nil, err
	}
	switch {
	case q.Explain != nil:
		return s.opts.Binder.ArrowSchema(ctx, explain.ResultColumns())
	case q.ownSchema != nil:
		return q.ownSchema, nil
	}
	return s.opts.Binder.ArrowSchema(ctx, columnsOf(q.Logical))
}

// Prepare is Describe, and tells which parameters the request's statement has. Where the schema depends
// on their values, it is the one for NULLs.
func (s *Service) Prepare(ctx context.Context, r Request) (*arrow.Schema, []binder.ParameterInfo, error) {
	q := &Query{Request: r}
	if err := q.readExplain(); err != nil {
		return nil, nil, err
	}
	if r.Form != SQL || !binder.MayHaveParameters(q.sql) {
		schema, err := s.Describe(ctx, r)
		return schema, nil, err
	}
	described, err := s.opts.Binder.Describe(ctx, q.sql, r.Schema)
	switch {
	case err != nil:
		return nil, nil, err
	case len(described.Parameters) == 0: // what looked like some is none
		schema, err := s.Describe(ctx, r)
		return schema, nil, err
	case q.Explain != nil:
		described.Schema, err = s.opts.Binder.ArrowSchema(ctx, explain.ResultColumns())
	}
	return described.Schema, described.Parameters, err
}

func (s *Service) decoding(ctx context.Context, q *Query) codec.Options {
	schema := q.Request.Schema
	if schema == "" {
		schema = binder.DefaultSchema
	}
	return codec.Options{DefaultSchema: schema,
		ResultType: func(kind functions.Kind, duck string, args []rel.Expr) (types.Type, error) {
			return s.opts.Binder.ResultType(ctx, kind, duck, args)
		}}
}

// Run runs a planned query. It returns when the first rows are there, or there are none, so that most
// failures are seen here; the caller must Release the Run. A query runs once at a time.
func (s *Service) Run(ctx context.Context, q *Query) (*Run, error) {
	ctx = logging.WithQuery(ctx, string(q.ID))
	ctx, cancelTime := context.WithTimeoutCause(ctx, s.opts.QueryTimeout, fault.New(fault.DeadlineExceeded, "run query",
		"the query takes longer than %s", s.opts.QueryTimeout).WithHint("raise --query-timeout"))
	ctx, cancel := context.WithCancelCause(ctx)
	deaths, endDeaths := s.deaths.begin(statement(&q.Request))
	r := &Run{service: s, query: q, ctx: ctx, begun: time.Now(), deaths: deaths, end: func() { cancel(errEnded); cancelTime(); endDeaths() }}
	if err := q.begin(cancel); err != nil {
		r.end()
		return nil, err
	}
	if err := r.open(); err != nil {
		err = withQuery(cancelledCause(ctx, err), q.ID)
		r.finish(err)
		return nil, err
	}
	return r, nil
}

var errEnded = errors.New("the query has ended")

// cancelledCause prefers the reason that a run's context was ended with to what broke because of it.
func cancelledCause(ctx context.Context, err error) error {
	if f := fault.FromContext(ctx, "run query"); f != nil && !errors.Is(context.Cause(ctx), errEnded) {
		return f
	}
	return err
}

// List returns what runs, what may still be run, and what ended, the newest first.
func (s *Service) List() []Info { return s.registry.list() }

// Cancel stops a query, or keeps it from being run: by the portal, and by clients that have tickets for workers. It is
// unavailable if not all workers could be told; to cancel again then does no harm.
func (s *Service) Cancel(ctx context.Context, id ID) error {
	q, ok := s.registry.get(id)
	if !ok {
		return fault.New(fault.NotFound, "cancel query", "there is no query %q that could be cancelled", id).
			WithHint("see shoal queries")
	}
	q.mu.Lock()
	cancel, state := q.cancel, q.state
	if cancel == nil && q.state == Planned {
		q.state = Cancelled
	}
	q.mu.Unlock()
	if cancel == nil && (state == Done || state == Failed) {
		return fault.New(fault.NotFound, "cancel query", "the query %q has ended already: it is %s", id, state).WithQuery(string(id))
	}
	if cancel != nil {
		cancel(errCancelled(id))
		return nil
	}
	if s.opts.Revoke == nil {
		return nil
	}
	return fault.Wrap(s.opts.Revoke(ctx, id, q.ExpiresAt), "cancel query")
}

// withQuery names the query in a fault that does not name one.
func withQuery(err error, id ID) error {
	f := fault.From(err)
	if f.QueryID == "" {
		f = f.WithQuery(string(id))
	}
	return f
}

// View is a snapshot as the binder reads it.
type View struct{ Snapshot *catalog.Snapshot }

// Version implements binder.Catalog: the tables' columns are the same until it changes.
func (v View) Version() int64 { return v.Snapshot.SchemaVersion() }

// Tables implements binder.Catalog.
func (v View) Tables() []binder.Table {
	var out []binder.Table
	for _, d := range v.Snapshot.Datasets() {
		for _, t := range d.Tables {
			table := binder.Table{Dataset: t.Dataset, Name: t.Name}
			for _, c := range t.Columns {
				table.Columns = append(table.Columns, binder.Column{Name: c.Name, Type: c.Type})
			}
			out = append(out, table)
		}
	}
	return out
}
