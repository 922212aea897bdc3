// Package gen makes random tables and random queries over them whose answer is one whatever the
// order of rows, and makes those smaller that show a difference.
//
// A query is a tree whose nodes know by which simpler ones they may be replaced; the text of the
// tree is SQL. What the generator promises, so that two engines can be compared at all:
//
//   - Whatever depends on an order (LIMIT, DISTINCT ON, row numbers, frames of rows, lists) has an
//     order that is total but for rows that are equal.
//   - Sums and averages are over integers, decimals and floats that are small multiples of 1/4, whose
//     sums are exact in any order. All other floats are compared, never added up; what is computed
//     from averages is one of those.
//   - Values that are equal and print differently (-0.0 and 0.0, 24 hours and a day) are not printed,
//     or not made.
package gen

import "strings"

// Node is a part of a query.
type Node struct {
	// parts are strings and *Nodes, which one after the other are the text.
	parts []any
	// instead are simpler nodes that may stand in its place.
	instead []*Node
	// optional nodes may be left out, with everything in them.
	optional bool
	// list, if not nil, says that the parts are elements of which some may be left out.
	list *list
}

// list says how elements are written.
type list struct {
	separator string
	least     int
}

// N makes a node of strings and nodes.
func N(parts ...any) *Node { return &Node{parts: parts} }

// Or adds simpler nodes that may stand in the node's place.
func (n *Node) Or(instead ...*Node) *Node {
	for _, other := range instead {
		if other != nil && other != n {
			n.instead = append(n.instead, other)
		}
	}
	return n
}

// Optional makes a node that may be left out.
func Optional(parts ...any) *Node { return &Node{parts: parts, optional: true} }

// List makes a list of which all but least elements may be left out.
func List(separator string, least int, elements ...*Node) *Node {
	n := &Node{list: &list{separator, least}}
	for _, e := range elements {
		n.parts = append(n.parts, e)
	}
	return n
}

// String is the node's text.
func (n *Node) String() string {
	var out strings.Builder
	n.write(&out)
	return out.String()
}

func (n *Node) write(out *strings.Builder) {
	for i, p := range n.parts {
		if n.list != nil && i > 0 {
			out.WriteString(n.list.separator)
		}
		switch p := p.(type) {
		case string:
			out.WriteString(p)
		case *Node:
			p.write(out)
		}
	}
}

// Shrink makes the tree smaller for as long as fails says that what it was changed to still does.
// The largest parts go first. It returns when nothing can be left out any more, or fails has been
// asked so many times.
func (n *Node) Shrink(tries int, fails func() bool) {
	for tries > 0 {
		before := len(n.String())
		n.shrink(&tries, fails)
		if len(n.String()) >= before {
			return
		}
	}
}

func (n *Node) shrink(tries *int, fails func() bool) {
	for _, other := range n.instead {
		n.attempt(tries, fails, *other)
	}
	if n.optional && len(n.parts) > 0 {
		n.attempt(tries, fails, Node{})
	}
	if n.list != nil {
		n.shorten(tries, fails)
	}
	for _, p := range n.parts {
		if child, ok := p.(*Node); ok {
			child.shrink(tries, fails)
		}
	}
}

// shorten leaves out elements, the last first.
func (n *Node) shorten(tries *int, fails func() bool) {
	for i := len(n.parts) - 1; i >= 0 && len(n.parts) > n.list.least; i-- {
		next := *n
		next.parts = append(append([]any{}, n.parts[:i]...), n.parts[i+1:]...)
		n.attempt(tries, fails, next)
	}
}

// attempt changes the node, and back if that does not fail.
func (n *Node) attempt(tries *int, fails func() bool, next Node) {
	if *tries <= 0 {
		return
	}
	old := *n
	if old.String() == next.String() {
		return
	}
	*tries--
	*n = next
	if !fails() {
		*n = old
	}
}
