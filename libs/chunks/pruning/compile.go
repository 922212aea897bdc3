package pruning

import (
	"slices"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// compiled is a predicate made ready for one schema.
type compiled struct {
	root node
	// usesBlock tells that block ranges may rule out chunks, usesFilters that filters may.
	usesBlock, usesFilters bool
}

func compile(s *Schema, p Predicate) compiled {
	c := compiler{schema: s}
	c.root = c.node(p)
	return c.compiled
}

type compiler struct {
	compiled
	schema *Schema
}

func (c *compiler) node(p Predicate) node {
	switch p := p.(type) {
	case nil:
		return constant(True)
	case And:
		return allOf(c.nodes(p))
	case Or:
		return anyOf(c.nodes(p))
	case Not:
		return not{c.node(p.Of)}
	case Compare:
		if p.Op > Ge {
			return unknown{}
		}
		if p.Value.IsNull() {
			return constant(NullTruth)
		}
		return c.leaf(p.Column, compareTest{op: p.Op, literal: p.Value})
	case Distinct:
		return c.distinct(p)
	case In:
		return c.in(p)
	case IsNull:
		return c.leaf(p.Column, nullTest{})
	case IsNotNull:
		return not{c.leaf(p.Column, nullTest{})}
	case Const:
		if Truth(p) <= NullTruth {
			return constant(p)
		}
	}
	return unknown{}
}

func (c *compiler) nodes(ps []Predicate) []node {
	out := make([]node, len(ps))
	for i, p := range ps {
		out[i] = c.node(p)
	}
	return out
}

func (c *compiler) distinct(p Distinct) node {
	var n node
	if p.Value.IsNull() {
		n = not{c.leaf(p.Column, nullTest{})}
	} else {
		n = c.leaf(p.Column, compareTest{op: Ne, literal: p.Value, distinct: true})
	}
	if p.Not {
		return not{n}
	}
	return n
}

func (c *compiler) in(p In) node {
	t := &inTest{hasNull: p.HasNull}
	texts := true
	for _, v := range p.Values {
		if v.IsNull() {
			t.hasNull = true
			continue
		}
		t.literals = append(t.literals, v)
		t.texts = append(t.texts, v.Raw())
		texts = texts && c.has(p.Column) && v.Kind() == c.schema.Columns[p.Column].Kind
	}
	if len(t.literals) == 0 {
		if t.hasNull {
			return constant(NullTruth)
		}
		return constant(False)
	}
	if !texts {
		t.texts = nil
	}
	slices.Sort(t.texts)
	return c.leaf(p.Column, t)
}

func (c *compiler) has(column int) bool { return column >= 0 && column < len(c.schema.Columns) }

// leaf locates the test's literals in the column, and in the block axis if it is the block column.
func (c *compiler) leaf(column int, t test) node {
	if !c.has(column) {
		return unknown{}
	}
	l := &leaf{column: column, test: t, equality: equalityOf(c.schema.Columns[column], t)}
	c.usesFilters = c.usesFilters || len(l.hashes) > 0
	s := spaceOf(c.schema.Columns[column])
	if s.sort == dictSpace {
		l.perPart = true
	} else {
		l.stats, _ = t.prepare(s)
	}
	if column == c.schema.Block {
		axis := c.schema.axis()
		if c.schema.coarse() {
			axis.sort = coarseSpace
		}
		if b, ok := t.prepare(axis); ok {
			l.block = b
			c.usesBlock = true
		}
	}
	return l
}

// locateCoarse places a literal on an axis whose blocks hold several values: it may lie before,
// among or after the values of the block that it falls on, and of its neighbours, as loading may
// have rounded either way.
func (s space) locateCoarse(v value.Value) (position, bool) {
	p, ok := s.locateExact(v)
	if !ok {
		return p, false
	}
	lo, hi := min(p.le, p.ge), max(p.le, p.ge)
	if lo > lowest {
		lo--
	}
	if hi < highest {
		hi++
	}
	return position{lt: hi, le: hi, ge: lo, gt: lo}, true
}
