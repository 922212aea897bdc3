package duckdb

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// result is what a statement's columns are, to DuckDB and to Arrow.
type result struct {
	columns  []Column
	ids      []bindings.Type
	schema   *arrow.Schema
	options  bindings.ArrowOptions
	lossless bool // then options are the engine's
}

func (c *Conn) resultOf(lossless bool) result {
	r := result{lossless: lossless}
	if lossless {
		r.options = c.engine.lossless
	} else {
		// These hold the session's time zone, so they cannot be shared.
		bindings.ConnectionGetArrowOptions(c.db, &r.options)
	}
	return r
}

func (r *result) free() {
	if !r.lossless {
		bindings.DestroyArrowOptions(&r.options)
	}
}

func (r *result) describeStatement(op string, stmt bindings.PreparedStatement) error {
	return r.describe(op, bindings.PreparedStatementColumnCount(stmt), func(i bindings.IdxT) (string, bindings.LogicalType) {
		return bindings.PreparedStatementColumnName(stmt, i), bindings.PreparedStatementColumnLogicalType(stmt, i)
	})
}

func (r *result) describeResult(op string, res *bindings.Result) error {
	return r.describe(op, bindings.ColumnCount(res), func(i bindings.IdxT) (string, bindings.LogicalType) {
		return bindings.ColumnName(res, i), bindings.ColumnLogicalType(res, i)
	})
}

// sameColumns tells whether an executed statement has the columns that were described.
func (r *result) sameColumns(res *bindings.Result) bool {
	if int(bindings.ColumnCount(res)) != len(r.ids) {
		return false
	}
	for i, id := range r.ids {
		if bindings.ColumnType(res, bindings.IdxT(i)) != id {
			return false
		}
	}
	return true
}

// describe fills in columns always, and schema unless it returns an error.
func (r *result) describe(op string, n bindings.IdxT, column func(bindings.IdxT) (string, bindings.LogicalType)) error {
	r.columns, r.ids, r.schema = make([]Column, n), make([]bindings.Type, n), nil
	names, types := make([]string, n), make([]bindings.LogicalType, n)
	for i := range n {
		names[i], types[i] = column(i)
		defer bindings.DestroyLogicalType(&types[i])
		r.columns[i] = Column{Name: names[i], Type: typeName(types[i])}
		r.ids[i] = bindings.GetTypeId(types[i])
	}
	for i, t := range types {
		if why := r.obstacle(t, "", false); why != "" {
			return r.refuse(op, i, why)
		}
	}
	schema, err := schemaToArrow(r.options, names, types)
	if err == nil {
		r.schema = schema
		return nil
	}
	for i := range names {
		if _, err := schemaToArrow(r.options, names[i:i+1], types[i:i+1]); err != nil {
			return r.refuse(op, i, parseError(err.Error()).Message)
		}
	}
	return fault.New(fault.Internal, op, "make arrow schema: %w", err)
}

func (r *result) refuse(op string, i int, why string) error {
	name, typ := r.columns[i].Name, r.columns[i].Type
	return fault.New(fault.InvalidArgument, op, "column %q has type %s, which Arrow cannot carry: %s", name, typ, why).
		WithHint("cast it, for example to VARCHAR").
		WithDetail("column", name).WithDetail("type", typ)
}

// obstacle says why a type must not be exported although DuckDB would: it would arrive as another
// value or type, and nobody would be told. inside is the nearest enclosing nested type.
func (r *result) obstacle(t bindings.LogicalType, inside string, inMap bool) string {
	id := bindings.GetTypeId(t)
	switch {
	case id == bindings.TypeUHugeInt && !r.lossless && inside != "":
		return "inside of " + inside + " values from 2^127 on would turn negative"
	case r.lossless && inMap && needsExtension(t, id):
		return "inside of a MAP the Arrow extension type is lost"
	case r.lossless && id == bindings.TypeEnum && inside != "":
		return "DuckDB cannot read an ENUM inside of " + inside
	}
	children := childTypes(t, id)
	defer func() {
		for i := range children {
			bindings.DestroyLogicalType(&children[i])
		}
	}()
	for _, child := range children {
		within := inside
		if name := nestedNames[id]; name != "" {
			within = name
		}
		if why := r.obstacle(child, within, inMap || id == bindings.TypeMap); why != "" {
			return why
		}
	}
	return ""
}

// needsExtension tells whether lossless export marks the type by an Arrow extension.
func needsExtension(t bindings.LogicalType, id bindings.Type) bool {
	switch id {
	case bindings.TypeBoolean, bindings.TypeHugeInt, bindings.TypeUHugeInt, bindings.TypeBit, bindings.TypeUUID,
		bindings.TypeTimeTZ, bindings.TypeBigNum, bindings.TypeGeometry:
		return true
	}
	return bindings.LogicalTypeGetAlias(t) == "JSON"
}

// checkRange refuses UHUGEINT values that DuckDB's export as DECIMAL(38,0) makes negative.
func (r *result) checkRange(rec arrow.Record) error {
	if r.lossless {
		return nil
	}
	for i, id := range r.ids {
		if id != bindings.TypeUHugeInt {
			continue
		}
		values, ok := rec.Column(i).(*array.Decimal128)
		for j := 0; ok && j < values.Len(); j++ {
			if values.IsValid(j) && values.Value(j).Sign() < 0 {
				return fault.New(fault.InvalidArgument, "query", "column %q has a UHUGEINT value from 2^127 on, which Arrow cannot carry", r.columns[i].Name).
					WithHint("cast it to VARCHAR").WithDetail("column", r.columns[i].Name).WithDetail("type", "UHUGEINT")
			}
		}
	}
	return nil
}
