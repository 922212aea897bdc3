package bound

import (
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// malformed is for JSON that DuckDB 1.5 does not write.
func malformed(format string, args ...any) error {
	return fault.New(fault.Internal, op, "unexpected plan: "+format, args...)
}

// unsupported names what nothing can answer, in SQL's words.
func unsupported(what string) *fault.Fault {
	return fault.New(fault.InvalidArgument, op, "%s not supported", what)
}

// operators that the tree has no words for.
var beyondOperators = map[string]string{
	"LOGICAL_PIVOT":          "this PIVOT is",
	"LOGICAL_DEPENDENT_JOIN": "this correlated subquery is",
}

// statements are the operators of statements that are no queries, where
// DuckDB's name of the operator is not the statement's.
var statements = map[string]string{
	"LOGICAL_COPY_TO_FILE": "COPY", "LOGICAL_COPY_DATABASE": "COPY", "LOGICAL_TRANSACTION": "transaction",
	"LOGICAL_VACUUM": "ANALYZE", "LOGICAL_PRAGMA": "PRAGMA", "LOGICAL_EXTENSION_OPERATOR": "extension",
}

// refusal is why an operator is not converted.
func refusal(kind string) error {
	what, known := beyondOperators[kind]
	name, logical := strings.CutPrefix(kind, "LOGICAL_")
	switch {
	case known:
		return beyond(KindOperator, what)
	case !logical:
		return malformed("an operator of type %q", kind)
	}
	if s, ok := statements[kind]; ok {
		name = s
	} else {
		name = strings.ReplaceAll(name, "_", " ")
	}
	return fault.New(fault.InvalidArgument, op, "%s statements are not supported; one SELECT is expected", name)
}

// unwritten are the types of errors that DuckDB has when it cannot write down a
// plan that it could bind.
var unwritten = map[string]bool{"internal": true, "serialization": true, "not implemented": true}

// planError is DuckDB's refusal of the query.
func planError(answer object) error {
	message := answer.string("error_message")
	// What DuckDB cannot write down comes in words of its own.
	if rest, ok := strings.CutPrefix(message, "Operator '"); ok {
		if kind, _, ok := strings.Cut(rest, "' does not support serialization"); ok {
			return refusal(kind)
		}
	}
	switch {
	case strings.Contains(message, "statement of type MULTI"):
		return unsupported("PIVOT without a list of values is")
	case strings.Contains(message, "dereference unique_ptr that is NULL"):
		return unsupported("parameters are")
	case unwritten[answer.string("error_type")]:
		return beyond(KindSerialization, "part of the query, which DuckDB binds and cannot write down, is")
	}
	f := fault.New(fault.InvalidArgument, op, "%s", message)
	if kind := answer.string("error_type"); kind != "" {
		f = f.WithDetail("error_type", kind)
	}
	if pos, err := strconv.ParseInt(answer.string("position"), 10, 64); err == nil && pos >= 0 {
		f = f.WithDetail(positionDetail, pos)
	}
	return f
}

// positionDetail is where in the SQL text, in bytes, an error belongs.
const positionDetail = "position"

// at adds where in the SQL o stands, unless a narrower place is known.
func at(err error, o object) error {
	f, ok := err.(*fault.Fault)
	if !ok || f.Kind != fault.InvalidArgument || f.Details[positionDetail] != nil || !o.has("query_location") {
		return err
	}
	pos, bad := o.uint("query_location")
	if bad != nil || pos > 1<<40 {
		return err
	}
	return f.WithDetail(positionDetail, int64(pos))
}

// locate adds line and column, counted from 1, for a known position.
func locate(err error, sql string) error {
	f, ok := err.(*fault.Fault)
	if !ok {
		return err
	}
	pos, ok := f.Details[positionDetail].(int64)
	if !ok || sql == "" || pos > int64(len(sql)) {
		return err
	}
	before := sql[:pos]
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return f.WithDetail("line", line).WithDetail("column", column)
}
