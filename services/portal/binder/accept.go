package binder

import (
	"encoding/json"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
	"github.com/shoal-db/shoal/libs/platform/nearest"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

const onlySelect = "shoal answers one SELECT at a time (WITH, VALUES and FROM included); " +
	"tables are loaded with shoal load, and plans shown with shoal explain"

// accept refuses prepared statements that are no plain queries.
func accept(p *duckdb.Prepared) error {
	switch {
	case !p.ReturnsRows:
		return fault.New(fault.InvalidArgument, op, "the statement is not a query").WithHint(onlySelect)
	case p.Parameters > 0:
		return fault.New(fault.InvalidArgument, op, "the statement has %s and no values for them", human.Count(p.Parameters, "parameter")).
			WithHint("bind them: over Flight SQL by a prepared statement, over HTTP by the field \"parameters\"").WithDetail("parameters", p.Parameters)
	case p.SchemaErr != nil:
		return p.SchemaErr
	case len(p.Columns) > maxColumns:
		return fault.New(fault.ResourceExhausted, op, "the result would have %d columns; the limit is %d", len(p.Columns), maxColumns)
	}
	return nil
}

// refused returns the error in what json_serialize_plan gave, if it is one. Statements that got this
// far are bound, so it can only be one that DuckDB does not serialize, such as EXPLAIN.
func refused(text string) error {
	if !strings.HasPrefix(text, `{"error":true`) {
		return nil
	}
	var answer struct {
		Type    string `json:"error_type"`
		Message string `json:"error_message"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return fault.New(fault.Internal, op, "DuckDB's answer is not JSON: %w", err)
	}
	if strings.Contains(answer.Message, "LOGICAL_EXPLAIN") {
		return fault.New(fault.InvalidArgument, op, "EXPLAIN is not a query").
			WithHint("use shoal explain, or POST /v1/explain")
	}
	return fault.New(fault.InvalidArgument, op, "the statement cannot be planned: %s", answer.Message).
		WithHint(onlySelect).WithDetail("duckdb_error_type", answer.Type)
}

// explain adds to DuckDB's error what only the catalog knows.
func (b *Binder) explain(err error, current Catalog) error {
	f := fault.From(err)
	kind, _ := f.Details["duckdb_error_type"].(string)
	switch {
	case kind == "permission":
		f = f.WithHint("queries read loaded tables only; load files with shoal load")
	case kind == "catalog" && strings.Contains(f.Message, "because schema"):
		f = b.missingSchema(f, current)
	case kind == "catalog" && f.Details["entry_type"] == "Table" && !suggestsTable(f, current):
		name, _ := f.Details["entry_name"].(string)
		f = withCandidates(f, name, tableNames(current))
	}
	return fault.Wrap(f, op)
}

// suggestsTable tells whether DuckDB's candidates are tables of the catalog; it also knows internal
// ones.
func suggestsTable(f *fault.Fault, current Catalog) bool {
	candidates, _ := f.Details["candidates"].([]string)
	for _, t := range current.Tables() {
		for _, c := range candidates {
			if strings.EqualFold(c, t.Name) || strings.EqualFold(c, t.Dataset+"."+t.Name) {
				return true
			}
		}
	}
	return false
}

// missingSchema makes not_found of DuckDB's answer to an unknown schema, which has no subtype.
func (b *Binder) missingSchema(f *fault.Fault, current Catalog) *fault.Fault {
	name := ""
	if parts := strings.Split(f.Message, `"`); len(parts) > 3 {
		name = parts[3]
	}
	c := *f
	c.Kind = fault.NotFound
	return withCandidates(&c, name, datasetNames(current))
}

// withCandidates suggests the names that are near, or lists some when none is.
func withCandidates(f *fault.Fault, name string, have []string) *fault.Fault {
	if close := nearest.Names(name, have, 3); len(close) > 0 {
		return f.WithDetail("candidates", close).WithHint("%s", nearest.Hint(name, have))
	}
	if len(have) == 0 {
		return f.WithHint("no tables are loaded yet; load some with shoal load")
	}
	return f.WithHint("there are: %s", strings.Join(have[:min(len(have), 10)], ", "))
}

func tableNames(c Catalog) []string {
	var names []string
	for _, t := range c.Tables() {
		names = append(names, t.Dataset+"."+t.Name)
	}
	return names
}

func datasetNames(c Catalog) []string {
	var names []string
	seen := map[string]bool{}
	for _, t := range c.Tables() {
		if !seen[t.Dataset] {
			seen[t.Dataset] = true
			names = append(names, t.Dataset)
		}
	}
	return names
}

// nullsOf is a query with columns of the given names and types.
func nullsOf(columns []rel.Column) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = "CAST(NULL AS " + c.Type.String() + ") AS " + types.QuoteIdent(c.Name)
	}
	return "SELECT " + strings.Join(parts, ", ")
}
