package substrait

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"

	_ "github.com/shoal-db/shoal/libs/platform/fault/grpcfault" // reads faults out of gRPC errors

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/tests/harness"
)

// refusal is a plan that must be refused, by every way in, with a kind and a text.
type refusal struct {
	name string
	plan encoded // json may be nil
	kind fault.Kind
	// has are in the message or the hint.
	has []string
}

func refusals(t *testing.T) []refusal {
	narrow := fromFile(t, "narrow")
	// changed replaces text in both forms; in protobuf's it must keep its length.
	changed := func(from, to string) encoded {
		if len(from) != len(to) {
			t.Fatalf("%q and %q are not of the same length", from, to)
		}
		out := encoded{bytes.Replace(narrow.proto, []byte(from), []byte(to), -1), bytes.Replace(narrow.json, []byte(from), []byte(to), -1)}
		if bytes.Equal(out.proto, narrow.proto) || bytes.Equal(out.json, narrow.json) {
			t.Fatalf("%q is not in the plan", from)
		}
		return out
	}
	unsupported := []byte(`{"relations": [{"root": {"names": ["a"], "input": {"write": {"namedTable": {"names": ["shop", "sales"]}}}}}]}`)
	out := []refusal{
		{"column", changed("region", "regoin"), fault.NotFound, []string{"shop.sales", `"regoin"`, "region"}},
		{"table", changed("sales", "salse"), fault.NotFound, []string{"salse", "shop.sales"}},
		{"function", changed("between:any_any_any", "betwixt:any_any_any"), fault.InvalidArgument, []string{"betwixt"}},
		// What only DuckDB can tell is told by the portal, and no worker is asked.
		{"DuckDB's function", calling(t, functions.DuckDB, "nosuch"), fault.InvalidArgument, []string{"nosuch", "does not exist"}},
		{"DuckDB's function, nearly", calling(t, functions.DuckDB, "lowerr"), fault.InvalidArgument, []string{"lowerr", `"lower"`}},
		{"arguments", calling(t, functions.DuckDB, "md5"), fault.InvalidArgument, []string{"md5"}},
		{"function of no extension", calling(t, "", "date_trun"), fault.InvalidArgument, []string{"date_trun", "date_trunc"}},
		{"relation", encoded{marshal(t, fromJSON(t, unsupported)), unsupported}, fault.InvalidArgument, []string{"write"}},
		{"no plan", encoded{proto: []byte{}, json: []byte(`{}`)}, fault.InvalidArgument, nil},
		{"type in JSON", encoded{json: []byte(`{"relations": 7}`)}, fault.InvalidArgument, nil},
		{"not JSON", encoded{json: []byte(`"plan"`)}, fault.InvalidArgument, nil},
	}
	for _, n := range []int{1, 2, len(narrow.proto) / 2, len(narrow.proto) - 1} {
		out = append(out, refusal{fmt.Sprintf("first %d bytes", n), encoded{proto: narrow.proto[:n]}, fault.InvalidArgument, nil})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		garbage := make([]byte, 1+random.IntN(300))
		for j := range garbage {
			garbage[j] = byte(random.Uint32())
		}
		out = append(out, refusal{fmt.Sprintf("random bytes %d", i), encoded{proto: garbage}, fault.InvalidArgument, nil})
	}
	return out
}

// calling is a plan that calls a function of each sale's number.
func calling(t *testing.T, urn, name string) encoded {
	urns, ref := "", ""
	if urn != "" {
		urns, ref = fmt.Sprintf(`"extensionUrns": [{"extensionUrnAnchor": 1, "urn": %q}],`, urn), `"extensionUrnReference": 1,`
	}
	const i64 = `{"i64": {"nullability": "NULLABILITY_NULLABLE"}}`
	text := fmt.Sprintf(`{%s "extensions": [{"extensionFunction": {%s "functionAnchor": 1, "name": %q}}],
		"relations": [{"root": {"names": ["v"], "input": {"project": {"common": {"emit": {"outputMapping": [1]}},
		"input": {"read": {"baseSchema": {"names": ["id"], "struct": {"types": [%s]}}, "namedTable": {"names": ["shop", "sales"]}}},
		"expressions": [{"scalarFunction": {"functionReference": 1, "outputType": %s,
		"arguments": [{"value": {"selection": {"directReference": {"structField": {"field": 0}}, "rootReference": {}}}}]}}]}}}}]}`, urns, ref, name, i64, i64)
	return encoded{marshal(t, fromJSON(t, []byte(text))), []byte(text)}
}

// testRefused sends bad plans, and a good one after each, which the cluster must still answer.
func testRefused(t *testing.T, s *shop) {
	good := question{plan: fromFile(t, "reference")}
	for _, r := range refusals(t) {
		t.Run(r.name, func(t *testing.T) {
			for _, path := range []string{"/v1/plan", "/v1/query"} {
				if r.plan.proto != nil {
					_, err := s.post(t, path, "application/x-protobuf", "", r.plan.proto)
					r.check(t, path+" protobuf", err)
				}
				if r.plan.json != nil {
					_, err := s.post(t, path, "application/json", "", asJSON(t, r.plan.json))
					r.check(t, path+" json", err)
				}
			}
			if r.plan.proto != nil {
				ctx := harness.InSchema(context.Background(), "shop")
				_, err := s.sql.Portal().ExecuteSubstrait(ctx, flightsql.SubstraitPlan{Plan: r.plan.proto})
				r.check(t, "Flight SQL", err)
			}
			if n := len(s.execute(t, good).Rows); n != 40 {
				t.Errorf("after that, %d rows instead of 40", n)
			}
		})
	}
}

func (r *refusal) check(t *testing.T, way string, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("%s: it was accepted", way)
	}
	f := fault.From(err)
	if f.Kind != r.kind {
		t.Errorf("%s: kind %s, want %s: %v", way, f.Kind, r.kind, err)
	}
	if r.kind == fault.NotFound {
		if near, _ := f.Details["candidates"].([]any); len(near) == 0 {
			t.Errorf("%s: no near names in the details %v", way, f.Details)
		}
	}
	for _, part := range r.has {
		if !strings.Contains(f.Text()+" "+f.Hint, part) {
			t.Errorf("%s: %q is not in %q, hint %q", way, part, f.Text(), f.Hint)
		}
	}
}
