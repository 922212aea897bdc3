package binder

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// session is a connection that looks unqualified names up in a schema of the catalog.
type session struct {
	conn *duckdb.Conn
	// beside is another one, for what can be done at the same time; nil if all has to be done by conn.
	beside     *duckdb.Conn
	schema     string
	catalog    Catalog
	engine     *duckdb.Engine
	generation int64
}

// reading runs fn with a connection to the newest catalog that looks unqualified names up in the schema.
// All that one run of fn sees is one state of the catalog: if it changed meanwhile, fn is run again. fn
// leaves nothing behind on the connection, which others use after it.
func (b *Binder) reading(ctx context.Context, schema string, fn func(session) error) error {
	s, err := b.idleSession(ctx, schema)
	if err != nil {
		return err
	}
	unchanged := false
	func() {
		err = errPanicked
		defer func() { unchanged = b.leave(s, err) }()
		err = fn(s)
	}()
	if unchanged {
		return err
	}
	if s, err = b.session(ctx, schema); err != nil {
		return err
	}
	defer s.close()
	if err = fn(s); err != nil {
		b.engine.Failed(s.conn, err)
	}
	return err
}

// errPanicked is how what does not return ends.
var errPanicked = errors.New("it panicked")

// idleSession returns a connection to the newest catalog that is not in use, or a new one. The caller leaves it.
func (b *Binder) idleSession(ctx context.Context, schema string) (session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.newest(ctx, schema)
	if err != nil {
		return s, err
	}
	if i := slices.IndexFunc(b.idle, func(idle session) bool { return idle.schema == schema }); i >= 0 {
		s.conn, s.beside = b.idle[i].conn, b.idle[i].beside
		b.idle = slices.Delete(b.idle, i, i+1)
		return s, nil
	}
	if s.conn, err = s.connect(ctx, ""); err == nil {
		s.beside, err = s.connect(ctx, "")
	}
	if err != nil {
		s.close()
	}
	return s, err
}

// leave keeps a session for others, unless something failed in it. It tells whether the catalog is still what it
// was when the session began.
func (b *Binder) leave(s session, err error) (unchanged bool) {
	if err != nil {
		b.engine.Failed(s.conn, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	unchanged = s.generation == b.shadow.generation
	if err != nil || b.closed || s.engine != b.shadow.engine {
		s.close()
		return unchanged
	}
	if len(b.idle) == b.opts.Parallel {
		b.idle[0].close()
		b.idle = slices.Delete(b.idle, 0, 1)
	}
	b.idle = append(b.idle, s)
	return unchanged
}

// closeIdle closes the connections that are not in use. REQUIRES: b.mu.
func (b *Binder) closeIdle() {
	for _, s := range b.idle {
		s.close()
	}
	b.idle = nil
}

// session returns a new connection, which sees the newest catalog until it is closed. The caller closes it.
func (b *Binder) session(ctx context.Context, schema string) (session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.newest(ctx, schema)
	if err != nil {
		return s, err
	}
	// The transaction fixes what the connection sees from its first use of the database on, which is
	// USE: so the lock need not be held while the statement is bound, which may take long.
	s.conn, err = s.connect(ctx, "BEGIN; ")
	return s, err
}

func (s session) close() {
	for _, conn := range []*duckdb.Conn{s.conn, s.beside} {
		if conn != nil {
			closing(conn)
		}
	}
}

// newest is a session of the newest catalog, without a connection. REQUIRES: b.mu.
func (b *Binder) newest(ctx context.Context, schema string) (session, error) {
	s := session{schema: schema, catalog: b.opts.Source()}
	if err := b.sync(ctx, s.catalog); err != nil {
		return s, err
	}
	s.engine, s.generation = b.shadow.engine, b.shadow.generation
	if !b.hasSchema(schema) {
		f := fault.New(fault.NotFound, op, "there is no dataset %q", schema).WithDetail("schema", schema)
		return s, withCandidates(f, schema, append(datasetNames(s.catalog), DefaultSchema))
	}
	return s, nil
}

// connect makes a connection for the session, on which it executes begin first.
func (s session) connect(ctx context.Context, begin string) (*duckdb.Conn, error) {
	conn, err := s.engine.Conn(ctx)
	if err != nil {
		return nil, err
	}
	// Preparing optimises, too, for nothing: nobody looks at that plan. It takes minutes for a hundred
	// joins or a long chain of ORs, and cannot be interrupted.
	if _, err := conn.Exec(ctx, "PRAGMA disable_optimizer; "+begin+"USE "+Database+"."+types.QuoteIdent(s.schema)); err != nil {
		closing(conn)
		return nil, err
	}
	return conn, nil
}

// planText has DuckDB write down a statement's plan: text returns it. Unless the statement is long, and takes much
// memory, this goes on while the caller uses the first connection; when wait returns, it does not any more.
func (s session) planText(ctx context.Context, sql string) (text func() (string, error), wait func()) {
	query := bound.Query(sql)
	if s.beside == nil || len(sql) > longSQLBytes {
		return func() (string, error) { return s.conn.QueryString(ctx, query) }, func() {}
	}
	var plan string
	done := make(chan error, 1)
	fault.Go(op, func() (err error) { plan, err = s.beside.QueryString(ctx, query); return err }, func(err error) { done <- err })
	text = sync.OnceValues(func() (string, error) { err := <-done; return plan, err })
	return text, func() { _, _ = text() }
}
