package rel_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rel/samples"
)

var (
	exprType = reflect.TypeFor[rel.Expr]()
	relType  = reflect.TypeFor[rel.Rel]()
)

// held are the expressions that a value has in its fields, those within other expressions left out, but
// for itself.
func held(v reflect.Value, top bool) []rel.Expr {
	if !top && v.Type().Implements(relType) {
		return nil
	}
	if !top && v.Type().Implements(exprType) {
		if v.Kind() == reflect.Interface && v.IsNil() {
			return nil
		}
		return []rel.Expr{v.Interface().(rel.Expr)}
	}
	var out []rel.Expr
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			out = held(v.Elem(), top)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, held(v.Field(i), false)...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, held(v.Index(i), false)...)
		}
	}
	return out
}

// embedded has the fields of a dependent join's join, which is a relation in itself.
func embedded(r rel.Rel) []rel.Expr {
	if d, ok := r.(*rel.DependentJoin); ok {
		return append(held(reflect.ValueOf(&d.Join), true), d.Keys...)
	}
	return held(reflect.ValueOf(r), true)
}

func sameSet(a, b []rel.Expr) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(e rel.Expr) bool { return !slices.Contains(b, e) })
}

// marked is a relation with an expression of its own in each place, so that none can be taken for another.
func marked(r rel.Rel) (rel.Rel, []rel.Expr) {
	exprs := make([]rel.Expr, len(r.Expressions()))
	for i, e := range r.Expressions() {
		exprs[i] = &rel.Cast{Input: rel.Int(int64(i)), To: e.Type()}
	}
	return r.WithExpressions(exprs), exprs
}

// Every kind of relation shows all of its expressions, and takes others in their places.
func TestRelationsShowTheirExpressions(t *testing.T) {
	for _, s := range samples.Relations() {
		before := rel.FormatRel(s.Rel)
		r, exprs := marked(s.Rel)
		if got := r.Expressions(); !slices.Equal(got, exprs) {
			t.Errorf("%s: %d expressions were given, %d others are shown", s.Name, len(exprs), len(got))
		}
		if fields := embedded(r); !sameSet(fields, exprs) {
			t.Errorf("%s has %d expressions in its fields, and shows %d", s.Name, len(fields), len(exprs))
		}
		if reflect.TypeOf(r) != reflect.TypeOf(s.Rel) || !slices.Equal(r.Inputs(), s.Rel.Inputs()) {
			t.Errorf("%s became another relation", s.Name)
		}
		if rel.FormatRel(s.Rel) != before {
			t.Errorf("%s was changed", s.Name)
		}
		if back := r.WithExpressions(s.Rel.Expressions()); rel.FormatRel(back) != before {
			t.Errorf("%s became\n%s\ninstead of\n%s", s.Name, rel.FormatRel(back), before)
		}
	}
}

// Every kind of expression shows all of its parts, and takes others in their places.
func TestExpressionsShowTheirChildren(t *testing.T) {
	for _, e := range samples.Expressions() {
		name := fmt.Sprintf("%T", e)
		children := make([]rel.Expr, len(e.Children()))
		for i, c := range e.Children() {
			children[i] = &rel.Cast{Input: rel.Int(int64(i)), To: c.Type()}
		}
		next := e.WithChildren(children)
		if got := next.Children(); !slices.Equal(got, children) {
			t.Errorf("%s: %d children were given, %d others are shown", name, len(children), len(got))
		}
		if fields := held(reflect.ValueOf(next), true); !sameSet(fields, children) {
			t.Errorf("%s has %d expressions in its fields, and shows %d", name, len(fields), len(children))
		}
		if len(children) > 0 && rel.FormatExpr(next.WithChildren(e.Children())) != rel.FormatExpr(e) {
			t.Errorf("%s became %s", rel.FormatExpr(e), rel.FormatExpr(next.WithChildren(e.Children())))
		}
	}
}

// The samples have each kind that there is.
func TestSamplesAreComplete(t *testing.T) {
	have := map[string]bool{}
	for _, s := range samples.Relations() {
		have[reflect.TypeOf(s.Rel).Elem().Name()] = true
	}
	for _, e := range samples.Expressions() {
		have[reflect.TypeOf(e).Elem().Name()] = true
	}
	kinds := 0
	packages, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range packages["rel"].Files {
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Recv == nil || m.Name.Name != "WithInputs" && m.Name.Name != "WithChildren" {
				continue
			}
			kinds++
			if name := m.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name; !have[name] {
				t.Errorf("there is no sample of %s", name)
			}
		}
	}
	if kinds < 25 {
		t.Errorf("%d kinds were found", kinds)
	}
}

// A plan's relations are walked in all of its trees, and no further than is asked.
func TestPlanRels(t *testing.T) {
	plan, kinds := &rel.Plan{Root: samples.Table()}, samples.Relations()
	for _, s := range kinds {
		plan.Shared = append(plan.Shared, s.Rel)
	}
	all := 0
	for range plan.Rels() {
		all++
	}
	for stop := range all {
		n := 0
		for range plan.Rels() {
			if n++; n > stop {
				break
			}
		}
		if n != stop+1 {
			t.Fatalf("%d relations were seen where %d were asked for", n, stop+1)
		}
	}
	seen := map[rel.Rel]bool{}
	plan.Any(func(r rel.Rel) bool { seen[r] = true; return false })
	for _, s := range kinds {
		if !seen[s.Rel] {
			t.Errorf("%s was not seen", s.Name)
		}
	}
	renamed := plan.Transform(func(r rel.Rel) rel.Rel {
		if read, ok := r.(*rel.Read); ok {
			c := *read
			c.Table = []string{"e", "t"}
			return &c
		}
		return r
	})
	if renamed.Any(func(r rel.Rel) bool { read, ok := r.(*rel.Read); return ok && read.Table[0] == "d" }) {
		t.Error("a table was left out")
	}
}
