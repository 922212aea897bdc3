package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Node is a relation of a plan.
type Node struct {
	// Relation is what it is and does. Columns have the names of the tables' columns where they are
	// these, and else names that the relation which computes them gives: e1, e2, ….
	Relation string `json:"relation"`
	// Place is where it runs, and Why says why there; of logical plans only.
	Place  string  `json:"place,omitempty"`
	Why    string  `json:"why,omitempty"`
	Inputs []*Node `json:"inputs,omitempty"`

	line string // the relation's line in rel.Format, by which decisions name it
}

// namer makes nodes of relations. Names of columns that are computed are counted over the plan.
type namer struct {
	computed int
	// read names the columns of a table that is no table of the catalog; nil for others.
	read func(*rel.Read) (text string, columns []string)
	// shared are the columns of the shared subtrees so far.
	shared [][]string
}

// plan makes the trees of a plan: its shared subtrees, then its result.
func (n *namer) plan(p *rel.Plan) (trees []*Node, columns []string) {
	for i, s := range p.Shared {
		node, names := n.node(s)
		n.shared = append(n.shared, names)
		trees = append(trees, &Node{Relation: fmt.Sprintf("shared %d:", i), Inputs: []*Node{node}})
	}
	if p.Root == nil {
		return trees, nil
	}
	root, columns := n.node(p.Root)
	return append(trees, root), columns
}

// node makes the tree below a relation, and names its columns.
func (n *namer) node(r rel.Rel) (*Node, []string) {
	if fragment, ok := n.fragment(r); ok {
		return n.node(fragment)
	}
	node := &Node{line: rel.Headline(r)}
	var inputs [][]string
	for _, in := range r.Inputs() {
		child, names := n.node(in)
		node.Inputs = append(node.Inputs, child)
		inputs = append(inputs, names)
	}
	var columns []string
	node.Relation, columns = n.describe(r, inputs)
	return node, columns
}

// fragment is the one read that a union of a fragment's subplans comes to.
func (n *namer) fragment(r rel.Rel) (*rel.Read, bool) {
	union, ok := r.(*rel.SetOp)
	if !ok || n.read == nil || union.Kind != rel.UnionAll {
		return nil, false
	}
	var all string
	var first *rel.Read
	for i, in := range union.Rels {
		read, ok := in.(*rel.Read)
		if !ok {
			return nil, false
		}
		text, columns := n.read(read)
		if columns == nil || i > 0 && text != all {
			return nil, false
		}
		if i == 0 {
			all, first = text, read
		}
	}
	return first, true
}

// describe says what a relation does, and names its columns; inputs are the names of its inputs'.
func (n *namer) describe(r rel.Rel, inputs [][]string) (string, []string) {
	switch r := r.(type) {
	case *rel.Read:
		return n.describeRead(r)
	case *rel.Filter:
		return "filter " + condition(r.Cond, inputs[0]), inputs[0]
	case *rel.Project:
		return n.describeProject(r, inputs[0])
	case *rel.Aggregate:
		return n.describeAggregate(r, inputs[0])
	case *rel.Join:
		return n.describeJoin(r.Kind, r.Kind.String()+" join", r.Cond, inputs)
	case *rel.AsOf:
		return n.describeJoin(r.Kind, "asof "+r.Kind.String()+" join", r.Cond, inputs)
	case *rel.Sort:
		return rel.Headline(&rel.Sort{Keys: namedKeys(r.Keys, inputs[0])}), inputs[0]
	case *rel.Fetch:
		text := "limit"
		if r.Count != nil {
			text += " " + expression(r.Count, nil)
		}
		if r.Offset != nil {
			text += " offset " + expression(r.Offset, nil)
		}
		return text, inputs[0]
	case *rel.Reference:
		names := n.fresh(len(r.Columns))
		if r.Ordinal < len(n.shared) {
			names = n.shared[r.Ordinal]
		}
		return fmt.Sprintf("shared %d again", r.Ordinal), names
	case *rel.Unnest:
		lists := make([]string, len(r.Lists))
		columns := slices.Clone(inputs[0])
		for i, l := range r.Lists {
			name := n.fresh(1)[0]
			lists[i], columns = name+" = "+expression(l, inputs[0]), append(columns, name)
		}
		return "unnest " + strings.Join(lists, ", "), columns
	case *rel.Values:
		if len(r.Rows) > 3 {
			return fmt.Sprintf("%d constant rows", len(r.Rows)), n.fresh(len(r.Columns))
		}
	}
	return n.describeOther(r, inputs)
}

// describeOther is for relations whose columns are those of their first input, or that name none.
func (n *namer) describeOther(r rel.Rel, inputs [][]string) (string, []string) {
	var columns []string
	if len(inputs) > 0 {
		columns = inputs[0]
	}
	if _, ok := r.(*rel.Positional); ok {
		columns = slices.Concat(inputs[0], inputs[1])
	}
	width := len(r.Types())
	if len(columns) > width {
		columns = columns[:width]
	}
	return rel.Headline(r), slices.Concat(columns, n.fresh(width-len(columns)))
}

func (n *namer) fresh(count int) []string {
	names := make([]string, count)
	for i := range names {
		n.computed++
		names[i] = "e" + strconv.Itoa(n.computed)
	}
	return names
}

func (n *namer) describeRead(r *rel.Read) (string, []string) {
	if n.read != nil {
		if text, columns := n.read(r); columns != nil {
			return text, columns
		}
	}
	columns := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		columns[i] = c.Name
	}
	text := "read " + strings.Join(r.Table, ".")
	if len(columns) > 0 {
		text += ": " + strings.Join(columns, ", ")
	}
	if r.Filter != nil {
		text += " where " + condition(r.Filter, columns)
	}
	return text, columns
}

func (n *namer) describeProject(r *rel.Project, input []string) (string, []string) {
	columns, shown := n.named(r.Exprs, input)
	if len(shown) == 0 {
		return "no columns", columns
	}
	return "project " + strings.Join(shown, ", "), columns
}

// named names expressions, and shows each, with its name if that is new.
func (n *namer) named(exprs []rel.Expr, input []string) (columns, shown []string) {
	for _, e := range exprs {
		text := expression(e, input)
		if _, ok := e.(*rel.Field); ok {
			columns, shown = append(columns, text), append(shown, text)
			continue
		}
		name := n.fresh(1)[0]
		columns, shown = append(columns, name), append(shown, name+" = "+text)
	}
	return columns, shown
}

func (n *namer) describeAggregate(r *rel.Aggregate, input []string) (string, []string) {
	columns, keys := n.named(r.Groups, input)
	text := "aggregate"
	if len(keys) > 0 {
		text += " by " + strings.Join(keys, ", ")
	}
	if r.Sets != nil {
		text += fmt.Sprintf(" in %d grouping sets", len(r.Sets))
	}
	for i, m := range r.Measures {
		m.Args, m.OrderBy = replaceAll(m.Args, input), namedKeys(m.OrderBy, input)
		if m.Filter != nil {
			m.Filter = replace(m.Filter, input)
		}
		call := rel.FormatMeasure(m)
		call = strings.TrimSuffix(call, ":"+m.Type.String())
		name := n.fresh(1)[0]
		columns = append(columns, name)
		text += map[bool]string{true: ": ", false: ", "}[i == 0] + name + " = " + call
	}
	if len(r.Sets) > 1 {
		columns = append(columns, n.fresh(1)...)
	}
	if text == "aggregate" {
		text = "aggregate to one row"
	}
	return text, columns
}

func (n *namer) describeJoin(kind rel.JoinKind, name string, cond rel.Expr, inputs [][]string) (string, []string) {
	left, right := inputs[0], inputs[1]
	// What is on both sides is told apart by a mark at the right side's.
	right = slices.Clone(right)
	for i, c := range right {
		for slices.Contains(left, right[i]) || slices.Contains(right[:i], right[i]) {
			c += "'"
			right[i] = c
		}
	}
	both := slices.Concat(left, right)
	if cond != nil {
		name += " on " + condition(cond, both)
	}
	switch kind {
	case rel.LeftSemi, rel.LeftAnti:
		return name, left
	case rel.LeftMark:
		return name, slices.Concat(left, n.fresh(1))
	}
	return name, both
}
