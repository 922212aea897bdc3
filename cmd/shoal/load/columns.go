package load

import (
	"regexp"
	"strings"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// asText are the types that Parquet, as DuckDB writes it, would change: HUGEINT to DOUBLE, INTERVAL
// to milliseconds, TIMETZ to UTC. Columns of them are stored as text, which workers cast back. Types
// that DuckDB itself stores as text (ENUM, BIT, …) need nothing.
var asText = map[string]bool{
	"HUGEINT": true, "UHUGEINT": true, "INTERVAL": true, "TIME WITH TIME ZONE": true,
}

var (
	quotedName = regexp.MustCompile(`"(?:[^"]|"")*"|'(?:[^']|'')*'`)
	changed    = regexp.MustCompile(`\b(U?HUGEINT|INTERVAL|TIME WITH TIME ZONE|UNION)\b`)
)

// checkStorable refuses columns whose values would not come back from Parquet as they were.
func checkStorable(columns []Column) error {
	for _, c := range columns {
		if asText[c.Type] {
			continue
		}
		if _, err := types.Parse(c.Type); err != nil {
			return fault.New(fault.InvalidArgument, "check columns", "column %q is %s, which tables cannot have", c.Name, c.Type).
				WithHint("convert it, for example with --type %s=%s", c.Name, insteadOf(c.Type))
		}
		if m := changed.FindString(quotedName.ReplaceAllString(c.Type, "")); m != "" {
			return fault.New(fault.InvalidArgument, "check columns",
				"column %q is %s, and Parquet cannot keep %s within other types", c.Name, c.Type, m).
				WithHint("convert it, for example with --type %s=VARCHAR", c.Name)
		}
	}
	return nil
}

// isGeometry tells whether a type is GEOMETRY, with or without a coordinate system.
func isGeometry(t string) bool { return t == "GEOMETRY" || strings.HasPrefix(t, "GEOMETRY(") }

// insteadOf is a type to which values of one can be converted that tables cannot have.
func insteadOf(t string) string {
	if t == "VARIANT" {
		return "JSON"
	}
	return "VARCHAR"
}

// storedList is the select list that writes columns to Parquet; named says what each is called where
// it is read from.
func storedList(columns []Column, named func(i int) string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = named(i)
		if asText[c.Type] {
			list[i] = "CAST(" + list[i] + " AS VARCHAR)"
		}
		list[i] += " AS " + duckdb.QuoteIdent(c.Name)
	}
	return strings.Join(list, ", ")
}

// blockKind tells what a block column's blocks are.
func blockKind(c Column) (chunks.BlockKind, error) {
	kind, err := chunks.BlockKindOf(c.Type)
	if err != nil {
		f := fault.From(err)
		return "", fault.New(fault.InvalidArgument, f.Op, "%q cannot be the block column: it is %s", c.Name, c.Type).WithHint("%s", f.Hint)
	}
	if asText[c.Type] {
		return "", fault.New(fault.InvalidArgument, "choose block column", "%q cannot be the block column: it is %s, and blocks have 64 bits", c.Name, c.Type).
			WithHint("if its values fit, choose another type with --type %s=BIGINT", c.Name)
	}
	return kind, nil
}

// fit arranges a source for a table that exists: its columns in its order, with its types. Text
// files are read as the table's types; Parquet files must have them, or ones that fit into them.
func fit(s *source, table []Column) (chosen map[string]string, list string, err error) {
	const op = "fit to the table"
	if name := missing(table, s.columns); name != "" {
		return nil, "", fault.New(fault.InvalidArgument, op, "the table has a column %q, the files have not", name)
	}
	if name := missing(s.columns, table); name != "" {
		return nil, "", fault.New(fault.InvalidArgument, op, "the files have a column %q, the table has not", name).
			WithHint("load with --replace to change the table's columns")
	}
	chosen = map[string]string{}
	parts := make([]string, len(table))
	for i, want := range table {
		has := s.columns[findColumn(s.columns, want.Name)]
		parts[i] = duckdb.QuoteIdent(has.Name) + " AS " + duckdb.QuoteIdent(want.Name)
		if has.Type == want.Type {
			continue
		}
		if s.format == Parquet && !widens(has.Type, want.Type) {
			return nil, "", fault.New(fault.InvalidArgument, op, "column %q is %s in the files and %s in the table", want.Name, has.Type, want.Type).
				WithHint("convert it with --type %s='%s' if nothing is lost by that", want.Name, want.Type)
		}
		chosen[has.Name] = want.Type
	}
	return chosen, strings.Join(parts, ", "), nil
}

// integerBits are the sizes of integer types, negative for unsigned ones.
var integerBits = map[string]int{
	"TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64, "HUGEINT": 128,
	"UTINYINT": -8, "USMALLINT": -16, "UINTEGER": -32, "UBIGINT": -64, "UHUGEINT": -128,
}

// widens tells whether every value of one type is one of the other.
func widens(from, to string) bool {
	a, b := integerBits[from], integerBits[to]
	switch {
	case a > 0 && b > 0:
		return a <= b
	case a < 0 && b < 0:
		return -a <= -b
	case a < 0 && b > 0:
		return -a < b
	}
	return from == "FLOAT" && to == "DOUBLE"
}
