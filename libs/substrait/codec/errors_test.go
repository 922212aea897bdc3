package codec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// wrapped puts a relation, in JSON, under a root with names for n columns.
func wrapped(relation string, n int) string {
	names := strings.TrimSuffix(strings.Repeat(`"x",`, n), ",")
	return fmt.Sprintf(`{
		"extensionUrns": [{"extensionUrnAnchor": 1, "urn": "extension:io.substrait:functions_arithmetic"},
			{"extensionUrnAnchor": 2, "urn": "extension:com.acme:functions_magic"},
			{"extensionUrnAnchor": 3, "urn": "extension:io.shoal:functions_duckdb"},
			{"extensionUrnAnchor": 4, "urn": "extension:io.shoal:types_duckdb"}],
		"extensions": [
			{"extensionFunction": {"extensionUrnReference": 1, "functionAnchor": 1, "name": "add:i64_i64"}},
			{"extensionFunction": {"extensionUrnReference": 2, "functionAnchor": 2, "name": "conjure:i64"}},
			{"extensionFunction": {"extensionUrnReference": 1, "functionAnchor": 3, "name": "quantile:req_req_i64_any"}},
			{"extensionFunction": {"extensionUrnReference": 3, "functionAnchor": 4, "name": "lower"}},
			{"extensionFunction": {"extensionUrnReference": 1, "functionAnchor": 5, "name": "row_number:"}},
			{"extensionFunction": {"extensionUrnReference": 3, "functionAnchor": 6, "name": "sum"}},
			{"extensionFunction": {"extensionUrnReference": 3, "functionAnchor": 7, "name": "case"}},
			{"extensionFunction": {"functionAnchor": 9, "name": "least"}},
			{"extensionType": {"extensionUrnReference": 4, "typeAnchor": 1, "name": "duckdb"}},
			{"extensionType": {"extensionUrnReference": 2, "typeAnchor": 2, "name": "wand"}}],
		"relations": [{"root": {"names": [%s], "input": %s}}]}`, names, relation)
}

const table = `{"read": {"baseSchema": {"names": ["a", "b"], "struct": {"types": [{"i64": {}}, {"string": {}}]}}, "namedTable": {"names": ["t"]}}}`

func projection(expression string) string {
	return wrapped(fmt.Sprintf(`{"project": {"input": %s, "expressions": [%s]}}`, table, expression), 3)
}

func literal(l string) string { return projection(`{"literal": ` + l + `}`) }

// userLiteral is a literal of our extension's type.
func userLiteral(t, fields string) string {
	return literal(fmt.Sprintf(`{"userDefined": {"typeReference": 1, "typeParameters": [{"string": %q}], "struct": {"fields": [%s]}}}`, t, fields))
}

func TestErrorsNameWhatAndWhere(t *testing.T) {
	const field = `{"selection": {"directReference": {"structField": {"field": 0}}}}`
	call := func(anchor int, rest string) string {
		return projection(fmt.Sprintf(`{"scalarFunction": {"functionReference": %d%s}}`, anchor, rest))
	}
	for _, c := range []struct{ plan, want string }{
		// Relations.
		{`{}`, "no relations"},
		{`{"relations": [{}]}`, "a relation is missing"},
		{`{"relations": [{"root": {}}, {"root": {"input": ` + table + `}}]}`, "more than one root"},
		{`{"extensions": [{"extensionFunction": {"extensionUrnReference": 4, "name": "add:i64_i64"}}]}`, "\"add:i64_i64\" is of the extension with the anchor 4, which is not declared (at extensions)"},
		{`{"extensions": [{"extensionFunction": {"name": "add:i64_i64"}}, {"extensionFunction": {"name": "subtract:i64_i64"}}]}`, "anchor 0 is declared twice, as add:i64_i64 and as subtract:i64_i64"},
		{wrapped(table, 3), "3 names for 2 columns"},
		{wrapped(`{"filter": {"input": {"write": {}}}}`, 0), "relation write is not supported"},
		{wrapped(`{"filter": {"input": {"exchange": {}}}}`, 0), "at root.filter.input.exchange"},
		{wrapped(`{"ddl": {}}`, 0), "ddl"}, {wrapped(`{"update": {}}`, 0), "update"}, {wrapped(`{"expand": {}}`, 0), "expand"},
		{wrapped(`{"expand": {"input": `+table+`, "fields": [{}]}}`, 0), "of no known kind"},
		{wrapped(`{"expand": {"input": `+table+`, "fields": [{"switchingField": {}}]}}`, 0), "no expressions"},
		{wrapped(`{"expand": {"input": `+table+`, "fields": [{"switchingField": {"duplicates": [`+field+`, `+field+`]}}, {"switchingField": {"duplicates": [`+field+`, `+field+`, `+field+`]}}]}}`, 0), "2 copies of one column and 3 of another"},
		{wrapped(`{"extensionLeaf": {}}`, 0), "extensionLeaf"}, {wrapped(`{"extensionSingle": {}}`, 0), "extensionSingle"},
		{wrapped(`{"extensionMulti": {}}`, 0), "extensionMulti"},
		{wrapped(`{"cross": {"left": `+table+`, "right": {"read": {}}}}`, 0), "at root.cross.right.read"},
		{wrapped(`{"read": {"localFiles": {}}}`, 0), "local files"},
		{wrapped(`{"read": {"icebergTable": {}}}`, 0), "Iceberg"},
		{wrapped(`{"read": {"extensionTable": {}}}`, 0), "extension table"},
		{wrapped(`{"read": {"namedTable": {"names": ["a", "b", "c", "d"]}}}`, 0), "4 parts"},
		{wrapped(`{"read": {"namedTable": {}}}`, 0), "0 parts"},
		{wrapped(`{"read": {"namedTable": {"names": ["a", ""]}}}`, 0), "is empty"},
		{wrapped(`{"read": {"namedTable": {"names": ["pg", "b", "c"]}}}`, 0), "no catalog \"pg\""},
		{wrapped(`{"read": {"baseSchema": {"names": ["a", "a"], "struct": {"types": [{"i64": {}}, {"i64": {}}]}}, "namedTable": {"names": ["t"]}}}`, 2), "column \"a\" twice"},
		{wrapped(`{"read": {"baseSchema": {"names": ["a"], "struct": {"types": [{"i64": {}}, {"i64": {}}]}}, "namedTable": {"names": ["t"]}}}`, 2), "1 names for 2 columns"},
		{wrapped(`{"read": {"namedTable": {"names": ["t"]}, "projection": {"select": {"structItems": [{"field": 1}]}}}}`, 0), "column 1 of 0"},
		{wrapped(`{"read": {"baseSchema": {"names": ["a"], "struct": {"types": [{"i64": {}}]}}, "virtualTable": {"expressions": [{}]}}}`, 1), "0 values for 1 columns"},
		{wrapped(`{"sort": {"common": {"emit": {"outputMapping": [2]}}, "input": `+table+`}}`, 1), "emit mapping names column 2 of 2"},
		{wrapped(`{"project": {"common": {"emit": {"outputMapping": [-1]}}, "input": `+table+`}}`, 1), "emit mapping names column -1"},
		{wrapped(`{"filter": {"input": `+table+`}}`, 2), "no condition"},
		{wrapped(`{"filter": {"input": `+table+`, "condition": `+field+`}}`, 2), "condition is BIGINT, not BOOLEAN"},
		{wrapped(`{"sort": {"input": `+table+`, "sorts": [{"expr": `+field+`, "direction": "SORT_DIRECTION_CLUSTERED"}]}}`, 2), "SORT_DIRECTION_CLUSTERED"},
		{wrapped(`{"sort": {"input": `+table+`, "sorts": [{"expr": `+field+`}]}}`, 2), "at root.sort.sorts[0]"},
		{wrapped(`{"fetch": {"input": `+table+`, "offset": -1}}`, 2), "negative"},
		{wrapped(`{"fetch": {"input": `+table+`, "count": -2}}`, 2), "negative"},
		{wrapped(`{"fetch": {"input": `+table+`, "countExpr": {"literal": {"i64": -1}}}}`, 2), "negative"},
		{wrapped(`{"fetch": {"input": `+table+`, "countExpr": {"literal": {"string": "1"}}}}`, 2), "not an integer"},
		{wrapped(`{"fetch": {"input": `+table+`, "offsetExpr": `+field+`}}`, 2), "column 0 of 0"},
		{wrapped(`{"set": {"op": "SET_OP_UNION_ALL", "inputs": [`+table+`]}}`, 2), "1 inputs"},
		{wrapped(`{"set": {"inputs": [`+table+`, `+table+`]}}`, 2), "SET_OP_UNSPECIFIED"},
		{wrapped(`{"set": {"op": "SET_OP_UNION_ALL", "inputs": [`+table+`, {"read": {"namedTable": {"names": ["t"]}}}]}}`, 2), "has 0 columns, the first has 2"},
		{wrapped(`{"join": {"left": `+table+`, "right": `+table+`}}`, 4), "JOIN_TYPE_UNSPECIFIED"},
		{wrapped(`{"hashJoin": {"type": "JOIN_TYPE_INNER", "left": `+table+`, "right": `+table+`}}`, 4), "0 left and 0 right keys"},
		{wrapped(`{"hashJoin": {"type": "JOIN_TYPE_LEFT", "leftKeys": [{"directReference": {"structField": {}}}], "rightKeys": [{"directReference": {"structField": {}}}], "postJoinFilter": `+field+`, "left": `+table+`, "right": `+table+`}}`, 4), "leaves open"},
		{wrapped(`{"mergeJoin": {"type": "JOIN_TYPE_LEFT", "keys": [{"comparison": {"customFunctionReference": 1}}], "left": `+table+`, "right": `+table+`}}`, 4), "comparison function of its own"},
		{wrapped(`{"join": {"type": "JOIN_TYPE_LEFT_SEMI", "left": `+table+`, "right": `+table+`, "postJoinFilter": {"selection": {"directReference": {"structField": {"field": 2}}}}}}`, 2), "column 2 of 2"},
		{wrapped(`{"reference": {"subtreeOrdinal": 7}}`, 0), "relation 7 of 1"},
		{wrapped(`{"reference": {"subtreeOrdinal": 0}}`, 0), "refers to itself"},
		{`{"relations": [{"rel": {"reference": {"subtreeOrdinal": 1}}}, {"rel": {"reference": {}}}, {"root": {"input": ` + table + `}}]}`, "refers to itself (at relations[1].reference)"},
		// Aggregates.
		{wrapped(`{"aggregate": {"input": `+table+`, "groupings": [{"expressionReferences": [1]}], "groupingExpressions": [`+field+`]}}`, 1), "expression 1 of 1"},
		{wrapped(`{"aggregate": {"input": `+table+`, "groupingExpressions": [`+field+`]}}`, 1), "no grouping that uses them"},
		{wrapped(`{"aggregate": {"input": `+table+`, "measures": [{}]}}`, 1), "no function"},
		{wrapped(`{"aggregate": {"input": `+table+`, "measures": [{"measure": {"functionReference": 3, "outputType": {"i64": {}}}}]}}`, 1), "quantile:req_req_i64_any"},
		{wrapped(`{"aggregate": {"input": `+table+`, "measures": [{"measure": {"functionReference": 6, "phase": "AGGREGATION_PHASE_INITIAL_TO_INTERMEDIATE", "outputType": {"i64": {}}}}]}}`, 1), "AGGREGATION_PHASE_INITIAL_TO_INTERMEDIATE"},
		{wrapped(`{"aggregate": {"input": `+table+`, "measures": [{"measure": {"functionReference": 6, "outputType": {"i64": {}}}, "filter": `+field+`}]}}`, 1), "filter is BIGINT"},
		// Expressions.
		{projection(`{}`), "expression is missing"},
		{projection(`{"selection": {"directReference": {"structField": {"field": 2}}}}`), "column 2 of 2 (at root.project.expressions[0].selection)"},
		{projection(`{"selection": {"directReference": {"listElement": {}}}}`), "does not begin with a column"},
		{projection(`{"selection": {"maskedReference": {}}}`), "masked"},
		{projection(`{"selection": {"directReference": {"structField": {}}, "outerReference": {"stepsOut": 1}}}`), "the query 1 levels out, where 0 are"},
		{projection(`{"selection": {"directReference": {"structField": {}}, "lambdaParameterReference": {}}}`), "lambda"},
		{projection(`{"selection": {"directReference": {"structField": {"field": 0, "child": {"structField": {}}}}}}`), "BIGINT has no member 0"},
		{projection(`{"selection": {"directReference": {"structField": {"field": 0, "child": {"listElement": {}}}}}}`), "BIGINT has no elements"},
		{projection(`{"selection": {"directReference": {"structField": {"field": 0, "child": {"mapKey": {}}}}}}`), "BIGINT has no keys"},
		{projection(`{"selection": {"directReference": {"structField": {"field": 0, "child": {}}}}}`), "segment of an unknown kind"},
		{projection(`{"subquery": {}}`), "of no known kind"},
		{projection(`{"subquery": {"scalar": {"input": ` + table + `}}}`), "a scalar subquery has 2 columns"},
		{projection(`{"subquery": {"setPredicate": {"predicateOp": "PREDICATE_OP_UNIQUE", "tuples": ` + table + `}}}`), "PREDICATE_OP_UNIQUE is not supported"},
		{projection(`{"subquery": {"inPredicate": {"needles": [` + field + `], "haystack": ` + table + `}}}`), "1 values are looked for in 2 columns"},
		{projection(`{"subquery": {"setComparison": {"left": ` + field + `, "right": ` + table + `}}}`), "neither ANY nor ALL"},
		{projection(`{"subquery": {"setComparison": {"reductionOp": "REDUCTION_OP_ANY", "left": ` + field + `, "right": ` + table + `}}}`), "COMPARISON_OP_UNSPECIFIED is not known"},
		{projection(`{"lambda": {}}`), "lambda"}, {projection(`{"enum": {}}`), "an enum stands"},
		{projection(`{"dynamicParameter": {"parameterReference": 3}}`), "parameter 3 is bound to no value"},
		{projection(`{"ifThen": {}}`), "no arms"},
		{projection(`{"ifThen": {"ifs": [{"then": ` + field + `}]}}`), "no condition"},
		{projection(`{"switchExpression": {"match": ` + field + `}}`), "no arms"},
		{projection(`{"multiOrList": {"value": [` + field + `], "options": [{}]}}`), "0 fields for 1 values"},
		{projection(`{"cast": {"input": ` + field + `}}`), "type is missing"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"userDefined": {"typeReference": 9}}}}`), "type anchor 9 is not declared"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"userDefined": {"typeReference": 2}}}}`), "type \"wand\" of the extension"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"userDefined": {"typeReference": 1}}}}`), "spelling"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"userDefined": {"typeReference": 1, "typeParameters": [{"string": "FOO"}]}}}}`), "FOO is not a type"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"decimal": {"precision": 39}}}}`), "DECIMAL(39,0) does not exist"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"decimal": {"precision": 3, "scale": 4}}}}`), "DECIMAL(3,4)"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"precisionTimestampTz": {"precision": 9}}}}`), "precision of 9"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"precisionTimestamp": {"precision": 12}}}}`), "precision of 12"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"struct": {}}}}`), "without members"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"alias": {}}}}`), "alias 0 is not declared"},
		{projection(`{"cast": {"input": ` + field + `, "type": {"func": {}}}}`), "not supported"},
		{projection(`{"nested": {}}`), "no known kind"}, {projection(`{"nested": {"list": {}}}`), "must be a literal"},
		{projection(`{"nested": {"struct": {}}}`), "without members"},
		// Functions.
		{call(1, ``), "add takes no arguments of the types ()"},
		{call(4, ``), "\"lower\" states no output type"},
		{call(1, `, "outputType": {"i64": {}}`), "takes no arguments of the types ()"},
		{call(1, `, "outputType": {"i64": {}}, "arguments": [{}]`), "arguments[0]"},
		{call(1, `, "outputType": {"i64": {}}, "arguments": [{"type": {"i64": {}}}]`), "type arguments"},
		{call(1, `, "outputType": {"i64": {}}, "options": [{"name": "overflow", "preference": ["SILENT"]}], "arguments": [{"value": `+field+`}, {"value": `+field+`}]`), "overflow = SILENT"},
		{call(2, `, "outputType": {"i64": {}}`), "\"conjure:i64\" is of the extension \"extension:com.acme:functions_magic\""},
		{call(4, `, "outputType": {"i64": {}}, "arguments": [{"enum": "X"}]`), "no enum argument, but X"},
		{call(4, `, "outputType": {"i64": {}}, "options": [{"name": "X"}]`), "no option \"X\""},
		{call(7, `, "outputType": {"i64": {}}, "arguments": [{"value": `+field+`}]`), "CASE has 1 arguments"},
		{call(8, `, "outputType": {"i64": {}}`), "anchor 8 is not declared"},
		{wrapped(`{"filter": {"input": `+table+`, "condition": {"windowFunction": {"functionReference": 5, "outputType": {"i64": {}}}}}}`, 2), "outside of a projection"},
		{projection(`{"windowFunction": {"functionReference": 6, "outputType": {"i64": {}}, "arguments": [{"value": {"windowFunction": {"functionReference": 5, "outputType": {"i64": {}}}}}]}}`), "outside of a projection"},
		{projection(`{"windowFunction": {"functionReference": 6, "outputType": {"i64": {}}, "lowerBound": {"preceding": {"offset": "-9223372036854775808"}}}}`), "out of range"},
		{projection(`{"windowFunction": {"functionReference": 6, "outputType": {"i64": {}}, "arguments": [{"enum": "FILTER"}]}}`), "FILTER has a value too many or too few"},
		{projection(`{"windowFunction": {"functionReference": 6, "outputType": {"i64": {}}, "arguments": [{"enum": "GROUPS"}, {"value": ` + field + `}]}}`), "GROUPS has a value"},
		{projection(`{"windowFunction": {"functionReference": 6, "outputType": {"i64": {}}, "arguments": [{"enum": "MAGIC"}]}}`), "MAGIC is not known"},
		{projection(`{"windowFunction": {"functionReference": 6, "outputType": {"i64": {}}, "arguments": [{"enum": "FILTER"}, {"value": ` + field + `}, {"value": ` + field + `}]}}`), "addition is expected"},
		// Literals.
		{literal(`{}`), "no value"}, {literal(`{"i8": 128}`), "128 is no TINYINT"}, {literal(`{"i16": -32769}`), "SMALLINT"},
		{literal(`{"decimal": {"value": "", "precision": 3}}`), "0 bytes"},
		{literal(`{"decimal": {"value": "6AMAAAAAAAAAAAAAAAAAAA==", "precision": 3}}`), "1000 does not fit DECIMAL(3,0)"},
		{literal(`{"uuid": "AAA="}`), "2 bytes"}, {literal(`{"list": {}}`), "must say its type"}, {literal(`{"map": {}}`), "must say its type"},
		{literal(`{"list": {"values": [{"i64": 1}, {"string": "x"}]}}`), "both BIGINT and VARCHAR"},
		{literal(`{"map": {"keyValues": [{"key": {"null": {"i64": {}}}, "value": {"i64": 1}}]}}`), "key is NULL"},
		{literal(`{"struct": {}}`), "without members"},
		{literal(`{"precisionTimestampTz": {"precision": 9, "value": 1}}`), "does not fit"},
		{literal(`{"precisionTimestamp": {"precision": 1, "value": 9223372036854775807}}`), "does not fit"},
		{literal(`{"precisionTime": {"precision": -1, "value": 1}}`), "does not fit"},
		{literal(`{"intervalYearToMonth": {"years": 2147483647}}`), "does not fit"},
		{literal(`{"intervalDayToSecond": {"seconds": 1, "precision": 6, "subseconds": 9223372036854775807}}`), "does not fit"},
		{literal(`{"intervalDayToSecond": {"precision": 9, "subseconds": 1}}`), "does not fit"},
		{literal(`{"userDefined": {}}`), "by no anchor"},
		{userLiteral("UTINYINT", `{"string": "256"}`), "\"256\" is no UTINYINT"}, {userLiteral("HUGEINT", `{"string": "1e3"}`), "is no HUGEINT"},
		{userLiteral("UHUGEINT", `{"string": "-1"}`), "is no UHUGEINT"}, {userLiteral("BIGNUM", `{"string": "`+strings.Repeat("9", 10_001)+`"}`), "more than 10000 digits"},
		{userLiteral("ENUM('a')", `{"string": "b"}`), "\"b\" is no value"}, {userLiteral("BIGINT", `{"string": "1"}`), "Substrait's own"},
		{userLiteral("BIT", `{"i64": 1}`), "is BIGINT, not VARCHAR"}, {userLiteral("BIT", `{"null": {"string": {}}}`), "has no text"}, {userLiteral("BIT", ``), "0 parts"},
		{userLiteral("INTEGER[2]", `{"i32": 1}`), "1 members"}, {userLiteral(`STRUCT(a INTEGER)`, ``), "0 members"},
		{userLiteral(`UNION(a INTEGER)`, `{"i32": 1}, {"i32": 1}`), "no member 1"}, {userLiteral(`UNION(a INTEGER)`, ``), "0 parts"},
	} {
		p, err := codec.DecodeJSON([]byte(c.plan), codec.Options{})
		if err == nil {
			t.Errorf("%s was read as\n%s", c.plan, rel.Format(p))
			continue
		}
		if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\ngot %v (%s), want an error with %q", c.plan, err, fault.KindOf(err), c.want)
		}
		if at, _ := fault.From(err).Details["at"].(string); at == "" && !strings.HasPrefix(c.plan, "{}") {
			t.Errorf("%v does not say where", err)
		}
	}
}

func TestNotAPlan(t *testing.T) {
	good, err := codec.Encode(plans()["aggregate sets"])
	if err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if _, err := codec.Decode(good[:n], codec.Options{}); !fault.Is(err, fault.InvalidArgument) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(good), err)
		}
	}
	for _, text := range []string{"", "{", "[]", `{"relations": 1}`, "null", `{"relations": [{"root": {"input": {"read": []}}}]}`} {
		if _, err := codec.DecodeJSON([]byte(text), codec.Options{}); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
