package binder

import (
	"container/list"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// entry is what DuckDB said of a statement.
type entry struct {
	plan []byte // as json_serialize_plan gives it
	// statement is as json_serialize_sql gives it, if plan has no plan.
	statement []byte
	// catalog is what the plan asks of the catalog.
	catalog map[string]bound.CatalogRows
	columns []rel.Column
	schema  *arrow.Schema
	// converted is the plan as it is each time, once that is known.
	converted atomic.Pointer[rel.Plan]
}

func (e *entry) names() []string {
	names := make([]string, len(e.columns))
	for i, c := range e.columns {
		names[i] = c.Name
	}
	return names
}

func (e *entry) bytes() int64 {
	n := 2*len(e.plan) + len(e.statement) + 256*len(e.columns)
	for _, rows := range e.catalog {
		for _, row := range rows {
			n += 48 * len(row)
		}
	}
	return int64(n)
}

type cacheKey struct {
	generation  int64
	schema, sql string
}

// cache keeps the entries that were used last, up to a number of bytes. JDBC clients ask for each
// statement three times.
type cache struct {
	limit int64

	mu    sync.Mutex
	bytes int64
	order *list.List // of *cached, the last used first
	index map[cacheKey]*list.Element
}

type cached struct {
	key   cacheKey
	entry *entry
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, order: list.New(), index: map[cacheKey]*list.Element{}}
}

func (c *cache) get(key cacheKey) (*entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.index[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(at)
	return at.Value.(*cached).entry, true
}

func (c *cache) put(key cacheKey, e *entry) {
	size := e.bytes() + int64(len(key.sql))
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.index[key]; ok || size > c.limit/4 {
		return
	}
	c.index[key] = c.order.PushFront(&cached{key, e})
	c.bytes += size
	for c.bytes > c.limit {
		last := c.order.Remove(c.order.Back()).(*cached)
		delete(c.index, last.key)
		c.bytes -= last.entry.bytes() + int64(len(last.key.sql))
	}
}

// maxKnown bounds how much a known keeps.
const maxKnown = 4096

// known keeps what is known of queries by their text. The zero value is empty.
type known[T any] struct {
	mu sync.Mutex
	of map[string]T
}

func (k *known[T]) get(sql string) (T, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	what, ok := k.of[sql]
	return what, ok
}

func (k *known[T]) put(sql string, what T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil || len(k.of) >= maxKnown {
		k.of = map[string]T{} // rare, and soon filled with what is used again
	}
	k.of[sql] = what
}
