package bound_test

import (
	"encoding/json"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
)

// use does with a converted plan what comes next; nothing may panic.
func use(t *testing.T, planJSON []byte) (converted bool) {
	t.Helper()
	plan, err := bound.Convert(planJSON, bound.Options{})
	if err != nil {
		if k := fault.KindOf(err); k != fault.InvalidArgument && k != fault.Internal {
			t.Fatalf("kind %s: %v", k, err)
		}
		return false
	}
	rel.Format(plan)
	scan := sqlgen.Options{Scan: func(*rel.Read) (string, error) { return "t", nil }}
	if _, err := sqlgen.Render(plan, scan); err != nil && !fault.Is(err, fault.InvalidArgument) {
		t.Fatal(err)
	}
	plan, _ = rewrite.Optimize(plan, rewrite.Options{})
	_, _ = sqlgen.Render(plan, scan)
	return true
}

func FuzzConvert(f *testing.F) {
	for _, p := range plans(f) {
		f.Add([]byte(p[1]))
	}
	f.Add([]byte(`{"error":false,"plans":[{"type":"LOGICAL_DUMMY_SCAN"}]}`))
	f.Add([]byte(strings.Repeat("[", 20_000)))
	f.Fuzz(func(t *testing.T, planJSON []byte) { use(t, planJSON) })
}

// FuzzMutate changes real plans in a few places, which gets further into the
// conversion than changing bytes does.
func FuzzMutate(f *testing.F) {
	trees, names := parsed(f)
	for i := range 20 {
		f.Add(uint64(i))
	}
	f.Fuzz(func(t *testing.T, seed uint64) { use(t, mutated(trees, names, seed)) })
}

// TestMutated is FuzzMutate's first part, each time.
func TestMutated(t *testing.T) {
	trees, names := parsed(t)
	converted := 0
	for seed := range uint64(4000) {
		if use(t, mutated(trees, names, seed)) {
			converted++
		}
	}
	if converted < 200 || converted > 3900 {
		t.Errorf("%d of 4000 mutated plans were converted, which tests little", converted)
	}
}

func parsed(tb testing.TB) (map[string]any, []string) {
	trees := map[string]any{}
	var names []string
	for name, p := range plans(tb) {
		var tree any
		// Infinity is no JSON.
		if json.Unmarshal([]byte(p[1]), &tree) == nil {
			trees[name] = tree
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return trees, names
}

// mutated is a plan with one to three changes; equal seeds give equal plans.
func mutated(trees map[string]any, names []string, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	tree := clone(trees[names[r.IntN(len(names))]])
	donor := trees[names[r.IntN(len(names))]]
	for range 1 + r.IntN(3) {
		mutate(r, tree, donor)
	}
	out, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	return out
}

func clone(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// mutate changes one member of an object somewhere in the tree.
func mutate(r *rand.Rand, tree, donor any) {
	objects := collect(tree, nil)
	o := objects[r.IntN(len(objects))]
	keys := sortedKeys(o)
	if len(keys) == 0 {
		return
	}
	key := keys[r.IntN(len(keys))]
	switch v := o[key].(type) {
	case float64:
		o[key] = []any{0.0, 1.0, -1.0, v + 1, 1e18, "x", nil}[r.IntN(7)]
		return
	case []any:
		if len(v) > 0 && r.IntN(2) == 0 {
			o[key] = [][]any{v[1:], v[:len(v)-1], append(v, v...), {}}[r.IntN(4)]
			return
		}
	}
	others := collect(donor, nil)
	other := others[r.IntN(len(others))]
	switch r.IntN(4) {
	case 0:
		delete(o, key)
	case 1:
		o[key] = clone(any(other))
	case 2: // the same key of another object, if it has it
		for _, other := range others {
			if v, ok := other[key]; ok && r.IntN(3) == 0 {
				o[key] = clone(v)
				return
			}
		}
	case 3:
		o[key] = []any{true, false, "", "x", nil, map[string]any{}, []any{}}[r.IntN(7)]
	}
}

func collect(v any, out []map[string]any) []map[string]any {
	switch v := v.(type) {
	case map[string]any:
		out = append(out, v)
		for _, k := range sortedKeys(v) {
			out = collect(v[k], out)
		}
	case []any:
		for _, e := range v {
			out = collect(e, out)
		}
	}
	return out
}

func sortedKeys(o map[string]any) []string {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
