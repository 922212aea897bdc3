package binder

import (
	"container/list"
	"sync"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// entry is what DuckDB said of a statement.
type entry struct {
	plan    []byte // as json_serialize_plan gives it
	columns []rel.Column
	schema  *arrow.Schema
}

func (e *entry) names() []string {
	names := make([]string, len(e.columns))
	for i, c := range e.columns {
		names[i] = c.Name
	}
	return names
}

func (e *entry) bytes() int64 { return int64(len(e.plan) + 256*len(e.columns)) }

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

// maxSchemas bounds how many schemas are kept.
const maxSchemas = 4096

// schemas keeps Arrow schemas by the query that has them. The zero value is empty.
type schemas struct {
	mu    sync.Mutex
	known map[string]*arrow.Schema
}

func (s *schemas) get(sql string) (*arrow.Schema, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	schema, ok := s.known[sql]
	return schema, ok
}

func (s *schemas) put(sql string, schema *arrow.Schema) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= maxSchemas {
		s.known = map[string]*arrow.Schema{} // rare, and soon filled with what is used again
	}
	s.known[sql] = schema
}
