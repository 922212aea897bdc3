package codec

import (
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// joinSpec is what the join relations have in common. Their join types are enums of their own,
// which is why kinds are told apart by name.
type joinSpec struct {
	kind        string
	left, right *pb.Rel
	expression  *pb.Expression
	keys        []joinKey
	post        *pb.Expression
	// physical joins do not say whether their filter is part of the condition.
	physical bool
}

type joinKey struct {
	left, right *pb.Expression_FieldReference
	comparison  pb.ComparisonJoinKey_SimpleComparisonType
}

var joinKinds = map[string]struct {
	kind rel.JoinKind
	// swapped is true for kinds that our tree has for the other side only.
	swapped bool
}{
	"JOIN_TYPE_INNER": {rel.Inner, false}, "JOIN_TYPE_OUTER": {rel.Full, false},
	"JOIN_TYPE_LEFT": {rel.Left, false}, "JOIN_TYPE_RIGHT": {rel.Right, false},
	"JOIN_TYPE_LEFT_SEMI": {rel.LeftSemi, false}, "JOIN_TYPE_RIGHT_SEMI": {rel.LeftSemi, true},
	"JOIN_TYPE_LEFT_ANTI": {rel.LeftAnti, false}, "JOIN_TYPE_RIGHT_ANTI": {rel.LeftAnti, true},
	"JOIN_TYPE_LEFT_SINGLE": {rel.LeftSingle, false}, "JOIN_TYPE_RIGHT_SINGLE": {rel.LeftSingle, true},
	"JOIN_TYPE_LEFT_MARK": {rel.LeftMark, false}, "JOIN_TYPE_RIGHT_MARK": {rel.LeftMark, true},
}

func (d *decoder) cross(c *pb.CrossRel) (node, error) {
	return d.joinOf(joinSpec{kind: "JOIN_TYPE_INNER", left: c.GetLeft(), right: c.GetRight()})
}

func (d *decoder) join(j *pb.JoinRel) (node, error) {
	return d.joinOf(joinSpec{kind: j.GetType().String(), left: j.GetLeft(), right: j.GetRight(),
		expression: j.GetExpression(), post: j.GetPostJoinFilter()})
}

func (d *decoder) nestedLoopJoin(j *pb.NestedLoopJoinRel) (node, error) {
	return d.joinOf(joinSpec{kind: j.GetType().String(), left: j.GetLeft(), right: j.GetRight(), expression: j.GetExpression()})
}

func (d *decoder) hashJoin(j *pb.HashJoinRel) (node, error) {
	keys, err := d.joinKeys(j.GetKeys(), j.GetLeftKeys(), j.GetRightKeys())
	if err != nil {
		return node{}, err
	}
	return d.joinOf(joinSpec{kind: j.GetType().String(), left: j.GetLeft(), right: j.GetRight(),
		keys: keys, post: j.GetPostJoinFilter(), physical: true})
}

func (d *decoder) mergeJoin(j *pb.MergeJoinRel) (node, error) {
	keys, err := d.joinKeys(j.GetKeys(), j.GetLeftKeys(), j.GetRightKeys())
	if err != nil {
		return node{}, err
	}
	return d.joinOf(joinSpec{kind: j.GetType().String(), left: j.GetLeft(), right: j.GetRight(),
		keys: keys, post: j.GetPostJoinFilter(), physical: true})
}

// joinKeys reads the keys of either style; the older one means equality.
func (d *decoder) joinKeys(keys []*pb.ComparisonJoinKey, left, right []*pb.Expression_FieldReference) ([]joinKey, error) {
	var out []joinKey
	for _, k := range keys {
		c, ok := k.GetComparison().GetInnerType().(*pb.ComparisonJoinKey_ComparisonType_Simple)
		if !ok {
			return nil, d.fail("a join key with a comparison function of its own is not supported")
		}
		out = append(out, joinKey{k.GetLeft(), k.GetRight(), c.Simple})
	}
	if len(out) > 0 {
		return out, nil
	}
	if len(left) != len(right) || len(left) == 0 {
		return nil, d.fail("the join has %d left and %d right keys", len(left), len(right))
	}
	for i := range left {
		out = append(out, joinKey{left[i], right[i], pb.ComparisonJoinKey_SIMPLE_COMPARISON_TYPE_EQ})
	}
	return out, nil
}

func (d *decoder) joinOf(s joinSpec) (node, error) {
	left, err := in(d, "left", s.left, d.rel)
	if err != nil {
		return node{}, err
	}
	right, err := in(d, "right", s.right, d.rel)
	if err != nil {
		return node{}, err
	}
	kind, ok := joinKinds[s.kind]
	if !ok {
		return node{}, d.fail("the join type %s is not supported", s.kind)
	}
	both := slices.Concat(left.columns, right.columns)
	if err := d.charge(len(both)); err != nil {
		return node{}, err
	}
	cond, err := d.joinCondition(s, left.columns, right.columns)
	if err != nil {
		return node{}, err
	}
	if kind.swapped {
		return d.afterJoin(s, swapJoin(kind.kind, left, right, cond))
	}
	columns := joinColumns(kind.kind, left.columns, right.columns)
	n, err := d.remarkedJoin(node{&rel.Join{Kind: kind.kind, Left: left.Rel, Right: right.Rel, Cond: cond}, columns})
	if err != nil {
		return node{}, err
	}
	return d.afterJoin(s, n)
}

// joinCondition is the condition over both sides' columns, nil if it is true.
func (d *decoder) joinCondition(s joinSpec, left, right []types.Type) (rel.Expr, error) {
	both := slices.Concat(left, right)
	cond, err := d.condition("expression", s.expression, both)
	if err != nil {
		return nil, err
	}
	if l, ok := cond.(*rel.Literal); ok && l.Value == true && !d.own {
		cond = nil
	}
	var conds []rel.Expr
	for _, k := range s.keys {
		c, err := d.keyCondition(k, left, right)
		if err != nil {
			return nil, err
		}
		conds = append(conds, c)
	}
	if s.physical && s.post != nil {
		if s.kind != "JOIN_TYPE_INNER" {
			return nil, d.fail("a postJoinFilter of a %s leaves open whether it removes matches or rows of the result", s.kind)
		}
		post, err := d.condition("postJoinFilter", s.post, both)
		if err != nil {
			return nil, err
		}
		conds = append(conds, post)
	}
	if len(conds) > 0 {
		return rel.Conjunction(conds), nil
	}
	return cond, nil
}

func (d *decoder) keyCondition(k joinKey, left, right []types.Type) (rel.Expr, error) {
	l, err := in(d, "left", k.left, d.selectionOver(left))
	if err != nil {
		return nil, err
	}
	r, err := in(d, "right", k.right, d.selectionOver(right))
	if err != nil {
		return nil, err
	}
	r = rel.MapFields(r, func(i int) int { return len(left) + i })
	switch k.comparison {
	case pb.ComparisonJoinKey_SIMPLE_COMPARISON_TYPE_EQ:
		return rel.Bools(rel.Eq, l, r), nil
	case pb.ComparisonJoinKey_SIMPLE_COMPARISON_TYPE_IS_NOT_DISTINCT_FROM:
		return rel.Bools(rel.NotDistinctFrom, l, r), nil
	case pb.ComparisonJoinKey_SIMPLE_COMPARISON_TYPE_MIGHT_EQUAL:
		eq := rel.Bools(rel.Eq, l, r)
		return rel.Bools(rel.Or, eq, rel.Bools(rel.IsNull, eq)), nil
	}
	return nil, d.fail("the key comparison %s is not supported", k.comparison)
}

// swapJoin turns a right-sided join round. Semi, anti and mark joins output the side that they are
// named for; a single join outputs both sides, in their order.
func swapJoin(kind rel.JoinKind, left, right node, cond rel.Expr) node {
	nl, nr := len(left.columns), len(right.columns)
	if cond != nil {
		cond = rel.MapFields(cond, func(i int) int {
			if i < nl {
				return nr + i
			}
			return i - nl
		})
	}
	n := node{&rel.Join{Kind: kind, Left: right.Rel, Right: left.Rel, Cond: cond},
		joinColumns(kind, right.columns, left.columns)}
	if kind != rel.LeftSingle {
		return n
	}
	order := make([]int, 0, nl+nr)
	for i := range nl {
		order = append(order, nr+i)
	}
	for i := range nr {
		order = append(order, i)
	}
	return n.pick(order)
}

// afterJoin applies a logical join's filter, which sees the rows that the join put out: those that
// an outer join filled up with NULLs as well, and of a semi join one side only.
func (d *decoder) afterJoin(s joinSpec, n node) (node, error) {
	if s.post == nil || s.physical {
		return n, nil
	}
	post, err := d.condition("postJoinFilter", s.post, n.columns)
	if err != nil {
		return node{}, err
	}
	return node{&rel.Filter{Input: n.Rel, Cond: post}, n.columns}, nil
}
