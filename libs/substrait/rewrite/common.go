package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// maxCommon bounds how many aggregates are compared with each other.
const maxCommon = 64

// ShareCommon makes a shared subtree of an aggregate of tables in pieces that
// stands in the query several times: its rows are computed, and sent, once.
func ShareCommon(p *rel.Plan, tables Tables) *rel.Plan {
	c := &common{tables: tables}
	c.collect(p.Root)
	if len(c.found) < 2 || len(c.found) > maxCommon {
		return p
	}
	out := *p
	out.Shared = slices.Clip(p.Shared)
	c.share = func(r rel.Rel) int {
		out.Shared = append(out.Shared, r)
		return len(out.Shared) - 1
	}
	out.Root = c.replace(p.Root)
	if len(out.Shared) == len(p.Shared) {
		return p
	}
	return &out
}

// common finds aggregates that are the same.
type common struct {
	tables Tables
	found  []*rel.Aggregate
	shared []sharedAggregate
	share  func(rel.Rel) int
}

type sharedAggregate struct {
	of      rel.Rel
	ordinal int
}

// collect finds the aggregates that may be shared. What a recursion computes in
// each round stays there.
func (c *common) collect(r rel.Rel) {
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Recursive:
			return false
		case *rel.Aggregate:
			if e := c.tables.extentOf(r); e.cut && !e.other && facts.Repeatable(r, nil) {
				c.found = append(c.found, r)
			}
		}
		return true
	})
}

// replace works from the root down: the largest common subtrees are shared.
func (c *common) replace(r rel.Rel) rel.Rel {
	if a, ok := r.(*rel.Aggregate); ok && slices.Contains(c.found, a) {
		for _, s := range c.shared {
			if rel.EqualRels(s.of, r) {
				return &rel.Reference{Ordinal: s.ordinal, Columns: r.Types()}
			}
		}
		same := func(o *rel.Aggregate) bool { return o != a && rel.EqualRels(o, a) }
		if slices.ContainsFunc(c.found, same) {
			s := sharedAggregate{r, c.share(r)}
			c.shared = append(c.shared, s)
			return &rel.Reference{Ordinal: s.ordinal, Columns: r.Types()}
		}
	}
	if _, ok := r.(*rel.Recursive); ok {
		return r
	}
	return mapInputs(r, c.replace)
}
