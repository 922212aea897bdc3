package rewrite

import (
	"fmt"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// tooLong bounds the time for absurd plans on a slow, busy machine; work that
// grows with the cube of the size takes hours.
const tooLong = 30 * time.Second

// chain is a join of so many tables, each with its neighbour, as SQL's comma
// makes it: a product below all conditions.
func chain(n int, kind rel.JoinKind, deep bool) *rel.Plan {
	var root rel.Rel = table("t0", "x", "y")
	var conds []rel.Expr
	for i := 1; i < n; i++ {
		on := eq(f(2*i-1), f(2*i))
		next := table(fmt.Sprintf("t%d", i), "x", "y")
		if deep {
			root = join(kind, root, next, on)
		} else {
			root = join(kind, root, next, nil)
			conds = append(conds, on)
		}
	}
	root = filter(root, append(conds, is(0, 5)))
	return &rel.Plan{Root: project(root, f(0), f(2*n-1)), Names: []string{"a", "b"}}
}

func TestAbsurdPlans(t *testing.T) {
	nested := is(0, 1)
	for i := range 10_000 {
		switch i % 3 {
		case 0:
			nested = rel.Bools(rel.And, nested, is(1, int64(i)))
		case 1:
			nested = rel.Bools(rel.Or, nested, is(0, int64(i)))
		default:
			nested = rel.Bools(rel.Not, nested)
		}
	}
	sum := rel.Expr(f(0))
	for range 10_000 {
		sum = &rel.Call{Func: "+", Args: []rel.Expr{sum, f(1)}, Of: bigint}
	}
	list := &rel.In{Value: f(0)}
	for i := range 500_000 {
		list.Options = append(list.Options, rel.Int(int64(i)))
	}
	wide := &rel.Read{Table: []string{"d", "wide"}}
	for i := range 5_000 {
		wide.Columns = append(wide.Columns, rel.Column{Name: fmt.Sprint("c", i), Type: bigint})
	}
	projects := a()
	for range 1_000 {
		projects = where(project(projects, f(1), f(0)), rel.Bools(rel.Gt, f(0), f(1)))
	}
	names := func(r rel.Rel) *rel.Plan { return &rel.Plan{Root: r, Names: make([]string, len(r.Types()))} }
	for name, p := range map[string]*rel.Plan{
		"1,000 tables":               chain(1_000, rel.Inner, false),
		"1,000 inner joins":          chain(1_000, rel.Inner, true),
		"1,000 left joins":           chain(1_000, rel.Left, true),
		"10,000 nested conditions":   names(where(a(), nested)),
		"10,000 nested additions":    names(where(project(a(), sum, f(0)), is(0, 5))),
		"a long list":                names(where(join(rel.Inner, a(), b(), eq(f(0), f(2))), list)),
		"5,000 columns":              names(where(project(wide, rel.FieldsOf(wide.Types())...), is(0, 5))),
		"5,000 columns, joined":      names(where(join(rel.Full, wide, wide, eq(f(0), f(5_000))), is(0, 5))),
		"1,000 nested subselects":    names(projects),
		"1,000 inputs of one union":  names(where(unionOf(1_000), is(0, 5))),
		"300 unions in one another":  names(where(nestedUnion(300), is(0, 5))),
		"1,000 conditions on 1 join": names(where(join(rel.Inner, a(), b(), nil), manyConds(1_000))),
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			got, _ := Optimize(p, Options{Tables: func(r *rel.Read) (Table, bool) {
				return Table{Axis: r.Table[1], BlockColumn: "x", Rows: 10}, true
			}})
			if took := time.Since(begun); took > tooLong {
				t.Errorf("%s", took)
			}
			if rel.Width(got.Root) != len(p.Names) {
				t.Errorf("%d columns instead of %d", rel.Width(got.Root), len(p.Names))
			}
		})
	}
}

func unionOf(n int) rel.Rel {
	u := &rel.SetOp{Kind: rel.UnionAll}
	for range n {
		u.Rels = append(u.Rels, a())
	}
	return u
}

func nestedUnion(n int) rel.Rel {
	r := a()
	for range n {
		r = &rel.SetOp{Kind: rel.UnionDistinct, Rels: []rel.Rel{r, b()}}
	}
	return r
}

func manyConds(n int) rel.Expr {
	conds := []rel.Expr{eq(f(0), f(2))}
	for i := range n {
		conds = append(conds, rel.Bools(rel.Ne, f(i%4), rel.Int(int64(i))))
	}
	return rel.Conjunction(conds)
}
