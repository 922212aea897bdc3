package bound

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// recursion is a recursive common table expression under conversion.
type recursion struct {
	id    int
	types []types.Type
}

func (c *converter) recursiveCTE(o object) (node, error) {
	children := o.objects("children")
	if len(children) != 2 {
		return node{}, malformed("a recursive common table expression of %d inputs", len(children))
	}
	if o.has("payload_aggregates") && len(o.array("payload_aggregates")) > 0 {
		return node{}, beyond(KindOperator, "USING KEY with aggregates is")
	}
	index, err := o.uint("table_index")
	if err != nil {
		return node{}, err
	}
	base, err := c.side(children[0])
	if err != nil {
		return node{}, err
	}
	c.nextID++
	c.recursions[index] = recursion{id: c.nextID, types: base.typs}
	out := &rel.Recursive{ID: c.nextID, Base: base.rel, Distinct: !o.bool("union_all")}
	step, err := c.side(children[1])
	if err != nil {
		return node{}, err
	}
	if out.Step = step.rel; !types.EqualAll(base.typs, step.typs) {
		return node{}, malformed("the sides of a recursion differ")
	}
	for _, k := range o.objects("key_targets") {
		i, err := k.index("index", len(base.typs))
		if err != nil || k.string("expression_class") != "BOUND_REF" {
			return node{}, beyond(KindOperator, "USING KEY of an expression is")
		}
		out.Keys = append(out.Keys, i)
	}
	return straight(out), nil
}

// side converts an input whose columns are its fields.
func (c *converter) side(o object) (node, error) {
	n, err := c.rel(o)
	if err != nil {
		return node{}, err
	}
	return c.visible(n)
}

// openRecursion is true if r reads the rows of a recursion that it does not
// contain.
func openRecursion(r rel.Rel) bool {
	inside, read := map[int]bool{}, map[int]bool{}
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Recursive:
			inside[r.ID] = true
		case *rel.Working:
			read[r.ID] = true
		}
		return true
	})
	for id := range read {
		if !inside[id] {
			return true
		}
	}
	return false
}
