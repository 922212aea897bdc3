package substrait

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/functions"
)

// testEveryFunction calls every function that has a name in Substrait, with arguments that fit it and others that do
// not, over a column and constants: each call is answered, or refused in a way that blames the plan.
func testEveryFunction(t *testing.T, s *shop) {
	answered, refused := 0, 0
	for _, kind := range []functions.Kind{functions.Scalar, functions.Aggregate} {
		for _, name := range functions.Names(kind) {
			for _, of := range []string{"i64", "fp64", "string"} {
				for arity := 1; arity <= 3; arity++ {
					_, err := s.post(t, "/v1/query", "application/json", "text/csv", asJSON(t, []byte(callPlan(kind, name, of, arity))))
					switch fault.KindOf(err) {
					case "":
						answered++
					case fault.InvalidArgument, fault.NotFound, fault.ResourceExhausted:
						refused++
					default:
						t.Errorf("%s %s of %d × %s: %v", kind, name, arity, of, err)
					}
				}
			}
		}
	}
	if answered < 150 || refused < 150 {
		t.Errorf("%d calls were answered and %d refused: that proves little", answered, refused)
	}
}

// callPlan is a plan with a call of which the first argument is a column, cast to the type, and the others are
// constants, the last of them NULL.
func callPlan(kind functions.Kind, name, of string, arity int) string {
	typ := fmt.Sprintf(`{%q: {"nullability": "NULLABILITY_NULLABLE"}}`, of)
	args := []string{fmt.Sprintf(`{"value": {"cast": {"type": %s, "input": {"selection": {"directReference": {"structField": {}}, "rootReference": {}}}}}}`, typ)}
	if arity > 1 {
		args = append(args, fmt.Sprintf(`{"value": {"literal": {"nullable": true, %q: "2"}}}`, of))
	}
	if arity > 2 {
		args = append(args, fmt.Sprintf(`{"value": {"literal": {"nullable": true, "null": %s}}}`, typ))
	}
	call := fmt.Sprintf(`{"functionReference": 1, "outputType": {"string": {"nullability": "NULLABILITY_NULLABLE"}}, "arguments": [%s]}`, strings.Join(args, ", "))
	const input = `"input": {"read": {"baseSchema": {"names": ["id"], "struct": {"types": [{"i64": {"nullability": "NULLABILITY_NULLABLE"}}]}},
		"namedTable": {"names": ["shop", "sales"]}}}`
	over := fmt.Sprintf(`{"project": {"common": {"emit": {"outputMapping": [1]}}, %s, "expressions": [{"scalarFunction": %s}]}}`, input, call)
	if kind == functions.Aggregate {
		over = fmt.Sprintf(`{"aggregate": {%s, "measures": [{"measure": %s}]}}`, input, call)
	}
	return fmt.Sprintf(`{"extensions": [{"extensionFunction": {"functionAnchor": 1, "name": %q}}], "relations": [{"root": {"names": ["v"], "input": %s}}]}`, name, over)
}
