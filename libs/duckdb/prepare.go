package duckdb

import (
	"context"

	"github.com/apache/arrow/go/v17/arrow"
	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Prepared is what DuckDB says of a statement without running it.
type Prepared struct {
	// Columns of the result; for a statement without rows DuckDB's Count or Success.
	Columns []Column
	// Schema is what Query's stream will have; nil when Arrow cannot carry a column (SchemaErr).
	Schema    *arrow.Schema
	SchemaErr error
	// Parameters is how many different parameters ($1, ?, $name) must be bound.
	Parameters int
	// ParameterNames are what the parameters are called: numbers from 1, or names. ParameterTypes are
	// DuckDB's guesses; "UNKNOWN" where it has none. Both are in DuckDB's order.
	ParameterNames, ParameterTypes []string
	// ReturnsRows is false for statements such as CREATE, INSERT and SET.
	ReturnsRows bool
}

// Prepare parses and binds exactly one statement, and executes nothing.
func (c *Conn) Prepare(ctx context.Context, sql string) (*Prepared, error) {
	const op = "prepare"
	r, err := c.begin(ctx, op, sql)
	if err != nil {
		return nil, err
	}
	defer c.end(r)
	var parsed bindings.ExtractedStatements
	var n bindings.IdxT
	r.call(func() { n = bindings.ExtractStatements(c.db, sql, &parsed) })
	defer bindings.DestroyExtracted(&parsed)
	if message := bindings.ExtractStatementsError(parsed); message != "" {
		return nil, r.fault(op, message)
	}
	if n != 1 {
		f := fault.New(fault.InvalidArgument, op, "the SQL text holds %d statements, not one", n)
		if n > 1 {
			f = f.WithHint("send one at a time; a PIVOT whose values are not listed, with IN (…), is several")
		}
		return nil, f
	}
	var p *Prepared
	err = r.prepareNth(op, parsed, 0, func(stmt bindings.PreparedStatement) error {
		p = c.inspect(op, stmt)
		return nil
	})
	return p, err
}

func (c *Conn) inspect(op string, stmt bindings.PreparedStatement) *Prepared {
	r := c.resultOf(false)
	defer r.free()
	p := &Prepared{Parameters: int(bindings.NParams(stmt))}
	p.SchemaErr = r.describeStatement(op, stmt)
	p.Columns, p.Schema = r.columns, r.schema
	for i := range p.Parameters {
		p.ParameterNames = append(p.ParameterNames, bindings.ParameterName(stmt, bindings.IdxT(i+1)))
		t := bindings.ParamLogicalType(stmt, bindings.IdxT(i+1))
		p.ParameterTypes = append(p.ParameterTypes, typeName(t))
		bindings.DestroyLogicalType(&t)
	}
	switch bindings.PreparedStatementType(stmt) {
	case bindings.StatementTypeSelect, bindings.StatementTypeExplain, bindings.StatementTypeCall,
		bindings.StatementTypePragma, bindings.StatementTypeRelation:
		p.ReturnsRows = true
	}
	return p
}

// Value is one field of a row as text; Valid is false for NULL.
type Value struct {
	Text  string
	Valid bool
}

// QueryRows runs a query whose result is small, and returns each field cast to VARCHAR by DuckDB.
// It is meant for metadata and tests. The query must be one SELECT, without a final semicolon.
func (c *Conn) QueryRows(ctx context.Context, sql string) ([][]Value, error) {
	s, err := c.query(ctx, "SELECT COLUMNS(*)::VARCHAR FROM (\n"+sql+"\n)", sql, nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var rows [][]Value
	for s.Next() {
		more, err := textRows(s.Record())
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, s.Err()
}

// QueryString returns the first field of the first row, as QueryRows does; not_found without rows.
func (c *Conn) QueryString(ctx context.Context, sql string) (string, error) {
	rows, err := c.QueryRows(ctx, sql)
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", fault.New(fault.NotFound, "query", "the query returned no row")
	}
	return rows[0][0].Text, nil
}
