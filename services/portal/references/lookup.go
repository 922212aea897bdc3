package references

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"

	"github.com/shoal-db/shoal/services/portal/planning"
)

const (
	// maxKeys is up to how many keys are told one by one.
	maxKeys = 10_000
	// maxTime bounds a lookup that nobody waits for any more; its result is for the next query.
	maxTime = 2 * time.Second
)

// Begin starts the lookups of one query's planning, which share a budget of time.
func (c *Copies) Begin(ctx context.Context) planning.Lookup { return &session{copies: c, ctx: ctx} }

// session is the lookups of one query.
type session struct {
	copies *Copies
	ctx    context.Context
	spent  time.Duration
}

// Near implements planning.Lookup.
func (s *session) Near(t *catalog.Table) bool {
	_, ok := s.copies.copyOf(t.Path(0))
	return ok
}

// Keys implements planning.Lookup.
func (s *session) Keys(source rel.Rel, tables planning.Tables) (planning.Keys, bool) {
	q, err := s.copies.query(source, tables)
	if err != nil {
		s.copies.opts.Log.DebugContext(s.ctx, "no lookup in reference tables", logging.Err(err))
		s.count(resultFailed)
		return planning.Keys{}, false
	}
	r, fresh := s.copies.results.get(q.text)
	if fresh && !s.copies.start(s.ctx, q, r) {
		s.count(resultRefused)
		return planning.Keys{}, false
	}
	return s.await(r)
}

// await waits for a result for what is left of the budget.
func (s *session) await(r *result) (planning.Keys, bool) {
	select {
	case <-r.done:
		return s.told(r, resultKnown)
	default:
	}
	begun := time.Now()
	defer func() { s.spent += time.Since(begun) }()
	timer := time.NewTimer(s.copies.opts.Budget - s.spent)
	defer timer.Stop()
	select {
	case <-r.done:
		return s.told(r, resultComputed)
	case <-timer.C:
	case <-s.ctx.Done():
	}
	s.count(resultLate)
	return planning.Keys{}, false
}

func (s *session) told(r *result, how string) (planning.Keys, bool) {
	if !r.ok {
		how = resultFailed
	}
	s.count(how)
	return r.keys, r.ok
}

func (s *session) count(result string) {
	s.copies.opts.Metrics.lookups.WithLabelValues(result).Inc()
}

// query is a lookup in SQL.
type query struct {
	// text has the distinct keys, one more than maxKeys; ends their least and greatest. They name files, and
	// rows that are sent, so that equal texts have equal rows for ever.
	text, ends string
	sent       []*planning.Sent // that the lookup reads besides
}

// query renders a lookup.
func (c *Copies) query(source rel.Rel, tables planning.Tables) (query, error) {
	var q query
	scan := func(r *rel.Read) (string, error) {
		if sent := tables.Sent(r); sent != nil {
			if !slices.Contains(q.sent, sent) {
				q.sent = append(q.sent, sent)
			}
			return sqlgen.SentScan(r), nil
		}
		t, err := tables.Table(r)
		if err != nil {
			return "", err
		}
		path, ok := c.copyOf(t.Path(0))
		if t.Kind != catalog.Reference || !ok {
			return "", fault.New(fault.Unavailable, "look up keys", "there is no copy of %s.%s", t.Dataset, t.Name)
		}
		return sqlgen.ParquetTable(r.Columns, []string{path}, c.parquet.Inspect)
	}
	render := func(r rel.Rel, names ...string) (string, error) {
		return sqlgen.Render(&rel.Plan{Root: r, Names: names}, sqlgen.Options{Scan: scan})
	}
	key := &rel.Field{Index: 0, Of: source.Types()[0]}
	distinct := &rel.Aggregate{Input: source, Groups: []rel.Expr{key}}
	var err error
	if q.text, err = render(&rel.Fetch{Input: distinct, Count: rel.Int(maxKeys + 1)}, "k"); err != nil {
		return q, err
	}
	q.ends, err = render(&rel.Aggregate{Input: source, Measures: []rel.Measure{
		{Func: "min", Args: []rel.Expr{key}, Type: key.Of}, {Func: "max", Args: []rel.Expr{key}, Type: key.Of},
		{Func: "bool_or", Args: []rel.Expr{rel.Bools(rel.IsNull, key)}, Type: rel.Bool(true).Of},
	}}, "least", "greatest", "nulls")
	return q, err
}

// start computes a result in the background; false, and the result is forgotten, if too many are computed.
func (c *Copies) start(ctx context.Context, q query, r *result) bool {
	select {
	case c.slots <- struct{}{}:
	default:
		c.results.drop(q.text, r)
		close(r.done)
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxTime)
	begun := time.Now()
	fault.Go("look up keys", func() (err error) {
		r.keys, err = c.compute(ctx, q)
		return err
	}, func(err error) {
		cancel()
		<-c.slots
		c.opts.Metrics.took.Observe(time.Since(begun).Seconds())
		if r.ok = err == nil; !r.ok {
			c.opts.Log.DebugContext(ctx, "lookup in reference tables failed", logging.Err(err))
		}
		c.results.finish(q.text, r, err)
	})
	return true
}

// compute runs a lookup.
func (c *Copies) compute(ctx context.Context, q query) (keys planning.Keys, err error) {
	conn, err := c.engine.Conn(ctx)
	if err != nil {
		return keys, err
	}
	defer func() {
		if err != nil {
			c.engine.Failed(conn, err)
		}
		_ = conn.Close() // its streams are closed already
	}()
	for _, sent := range q.sent {
		if err := conn.StoreIPC(ctx, sqlgen.SentName(sent.Name), sent.Data); err != nil {
			return keys, err
		}
	}
	rows, err := rowsOf(ctx, conn, q.text)
	if err != nil {
		return keys, err
	}
	for _, row := range rows {
		if row[0].Value == nil {
			keys.HasNull = true
			continue
		}
		keys.Values = append(keys.Values, row[0])
	}
	if len(rows) <= maxKeys {
		return keys, nil
	}
	if rows, err = rowsOf(ctx, conn, q.ends); err != nil {
		return keys, err
	}
	ends := rows[0]
	return planning.Keys{TooMany: true, Least: ends[0], Greatest: ends[1], HasNull: ends[2].Value == true}, nil
}

// maxResults and maxResultKeys bound what is kept of results.
const (
	maxResults    = 1000
	maxResultKeys = 20 * maxKeys
)

// results keeps what was computed, and what is being computed, by the texts of queries.
type results struct {
	mu    sync.Mutex
	known map[string]*result
	order []string // of known, oldest first
	keys  int
}

// result is what a lookup gave, once it is done.
type result struct {
	done chan struct{}
	keys planning.Keys
	ok   bool
}

func newResults() *results { return &results{known: map[string]*result{}} }

// get returns the result of a query; fresh says that the caller has to compute it.
func (s *results) get(text string) (r *result, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.known[text]; r != nil {
		return r, false
	}
	r = &result{done: make(chan struct{})}
	s.known[text] = r
	s.order = append(s.order, text)
	return r, true
}

// finish tells those who wait. What failed for another reason than the query itself is forgotten.
func (s *results) finish(text string, r *result, err error) {
	switch fault.KindOf(err) {
	case fault.InvalidArgument, fault.DeadlineExceeded, fault.ResourceExhausted:
		err = nil
	}
	if err != nil {
		s.drop(text, r)
	}
	s.mu.Lock()
	if s.known[text] == r {
		s.keys += len(r.keys.Values)
	}
	close(r.done)
	s.mu.Unlock()
	s.shrink()
}

// drop forgets a result that is not done.
func (s *results) drop(text string, r *result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[text] == r {
		delete(s.known, text)
	}
}

// shrink forgets the oldest results that are done.
func (s *results) shrink() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.order) > 0 && (len(s.known) > maxResults || s.keys > maxResultKeys || s.known[s.order[0]] == nil) {
		text := s.order[0]
		if r := s.known[text]; r != nil {
			select {
			case <-r.done:
			default:
				return
			}
			s.keys -= len(r.keys.Values)
			delete(s.known, text)
		}
		s.order = s.order[1:]
	}
}
