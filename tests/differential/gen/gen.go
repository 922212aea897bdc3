package gen

import (
	"fmt"
	"math/rand/v2"
)

// Gen makes queries over tables. The same numbers give the same queries.
type Gen struct {
	*rand.Rand
	tables []*Table
	named  int
	// with are the common table expressions that can be referred to.
	with []*source
}

// New returns a generator of queries over tables.
func New(r *rand.Rand, tables []*Table) *Gen { return &Gen{Rand: r, tables: tables} }

// Query makes a query. Ordered says that its rows have a total order, but for equal ones.
func (g *Gen) Query() (query *Node, ordered bool) {
	g.named, g.with = 0, nil
	depth := 1 + g.IntN(3)
	q := g.query(g.someTypes(5), depth, nil)
	if g.chance(0.2) {
		return q.sorted(g, 0).node, true
	}
	return q.node, false
}

func (g *Gen) chance(p float64) bool { return g.Float64() < p }

func (g *Gen) one(of ...string) string { return of[g.IntN(len(of))] }

// alias is a new name.
func (g *Gen) alias(letter string) string {
	g.named++
	return fmt.Sprintf("%s%d", letter, g.named)
}

func (g *Gen) someTypes(most int) []*Type {
	out := make([]*Type, 1+g.IntN(most))
	for i := range out {
		out[i] = g.anyType()
	}
	return out
}

// column is a column that can be referred to.
type column struct {
	name string
	typ  *Type
}

// source is what stands in a FROM clause.
type source struct {
	alias   string
	columns []column
	// key are the columns that tell rows apart, but for equal ones.
	key []string
	// block is the block column of a table, empty if it has none.
	block string
}

func (s *source) ref(name string) string { return s.alias + "." + name }

// scope is what expressions can refer to.
type scope struct {
	sources []*source
	outer   *scope
	// leaf, if not nil, makes expressions that columns are not allowed in place of.
	leaf func(t *Type) *Node
}

func (s *scope) with(more ...*source) *scope {
	return &scope{sources: append(append([]*source{}, s.sources...), more...), outer: s.outer}
}

// refs are the columns of a type, of this scope only or with those around it.
func (s *scope) refs(t *Type, outer bool) (out []string) {
	for ; s != nil; s = s.outer {
		for _, src := range s.sources {
			for _, c := range src.columns {
				if c.typ == t || t == Double && c.typ == Quarter {
					out = append(out, src.ref(c.name))
				}
			}
		}
		if !outer {
			return out
		}
	}
	return out
}

// key are the columns that tell this scope's rows apart.
func (s *scope) key() (out []string) {
	for _, src := range s.sources {
		for _, k := range src.key {
			out = append(out, src.ref(k))
		}
	}
	return out
}

// anyRef is a column of any type.
func (g *Gen) anyRef(s *scope) (ref string, t *Type, ok bool) {
	var all []column
	for _, src := range s.sources {
		for _, c := range src.columns {
			all = append(all, column{src.ref(c.name), c.typ})
		}
	}
	if len(all) == 0 {
		return "", nil, false
	}
	c := all[g.IntN(len(all))]
	return c.name, c.typ, true
}
