package flightsql

import (
	"context"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/binder"
)

const opBind = "bind parameters"

// DoPutPreparedStatementQuery binds one row of values: what it returns is the handle of the statement
// with them. Parameters of a row have the names of the statement's, or its order. A statement that is
// bound anew has the new values only; no row takes them away.
func (s *Server) DoPutPreparedStatementQuery(_ context.Context, cmd flightsql.PreparedStatementQuery, reader flight.MessageReader, _ flight.MetadataWriter) ([]byte, error) {
	st, err := readHandle(cmd.GetPreparedStatementHandle())
	if err != nil {
		return nil, err
	}
	values, err := oneRow(reader)
	if err != nil {
		return nil, err
	}
	if st.Values, err = encodeParameters(values); err != nil {
		return nil, err
	}
	return st.handle()
}

// oneRow reads a stream of one row; nil for one without rows or columns.
func oneRow(reader array.RecordReader) (out []binder.Parameter, err error) {
	defer func() {
		if fault.Is(err, fault.Internal) {
			err = fault.New(fault.InvalidArgument, opBind, "the values cannot be read: %s", fault.Text(err))
		}
	}()
	defer fault.Catch(&err, opBind) // Arrow trusts what it reads
	if schema := reader.Schema(); schema == nil || schema.NumFields() == 0 {
		return nil, nil
	}
	rows := int64(0)
	for reader.Next() {
		rec := reader.Record()
		if rows += rec.NumRows(); rows > 1 {
			return nil, fault.New(fault.InvalidArgument, opBind, "a query is bound to one row of values, not to several").
				WithHint("execute it once for each row")
		}
		for i := 0; i < int(rec.NumCols()) && rec.NumRows() == 1; i++ {
			v, of, err := valueOf(rec.Column(i), 0)
			if err != nil {
				return nil, fault.Wrap(err, opBind+" "+rec.ColumnName(i))
			}
			out = append(out, binder.Parameter{Name: rec.ColumnName(i), Value: &rel.Literal{Of: of, Value: v}})
		}
	}
	return out, fault.Wrap(reader.Err(), opBind)
}

// encodeParameters writes values as a Substrait plan of one row.
func encodeParameters(values []binder.Parameter) ([]byte, error) {
	if len(values) == 0 {
		return nil, nil
	}
	row := &rel.Values{Rows: [][]rel.Expr{nil}}
	plan := &rel.Plan{Root: row}
	for _, v := range values {
		row.Columns = append(row.Columns, v.Value.Of)
		row.Rows[0] = append(row.Rows[0], v.Value)
		plan.Names = append(plan.Names, v.Name)
	}
	data, err := codec.Encode(plan)
	return data, fault.Wrap(err, opBind)
}

// decodeParameters is the inverse of encodeParameters.
func decodeParameters(data []byte) ([]binder.Parameter, error) {
	if len(data) == 0 {
		return nil, nil
	}
	plan, err := codec.Decode(data, codec.Options{})
	if err != nil {
		return nil, fault.Wrap(err, opBind)
	}
	bad := fault.New(fault.InvalidArgument, opBind, "the handle is not one of this server's")
	row, ok := plan.Root.(*rel.Values)
	if !ok || len(row.Rows) != 1 {
		return nil, bad
	}
	var out []binder.Parameter
	for i, e := range row.Rows[0] {
		l, ok := e.(*rel.Literal)
		if !ok {
			return nil, bad
		}
		out = append(out, binder.Parameter{Name: plan.Names[i], Value: l})
	}
	return out, nil
}

// announced are the Arrow types that parameters of some types are said to have. Clients need not keep to
// them, and JDBC's driver, which does, writes milliseconds whatever the unit is.
var announced = map[types.ID]arrow.DataType{
	types.Time: &arrow.Time32Type{Unit: arrow.Millisecond}, types.TimeNS: &arrow.Time32Type{Unit: arrow.Millisecond},
	types.Timestamp: &arrow.TimestampType{Unit: arrow.Millisecond}, types.TimestampS: &arrow.TimestampType{Unit: arrow.Millisecond},
	types.TimestampNS: &arrow.TimestampType{Unit: arrow.Millisecond}, types.TimestampTZ: &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"},
}

// parameterSchema tells clients what the parameters are. Those whose type depends on the value are said
// to be text, which every client can send, and as which DuckDB takes the words of most types.
func (s *Server) parameterSchema(ctx context.Context, parameters []binder.ParameterInfo) *arrow.Schema {
	if len(parameters) == 0 {
		return nil
	}
	fields := make([]arrow.Field, len(parameters))
	for i, p := range parameters {
		fields[i] = arrow.Field{Name: p.Name, Type: arrow.BinaryTypes.String, Nullable: true}
		t, err := types.Parse(p.Type)
		if err != nil || !p.Known() {
			continue
		}
		if of, ok := announced[t.ID]; ok {
			fields[i].Type = of
			continue
		}
		if schema, err := s.opts.Binder.ArrowSchema(ctx, []rel.Column{{Name: p.Name, Type: t}}); err == nil {
			fields[i] = schema.Field(0)
		}
	}
	return arrow.NewSchema(fields, nil)
}
