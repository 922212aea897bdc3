package flightsql

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/queries"
)

// maxHandleBytes bounds a prepared statement, which travels with each of its calls.
const maxHandleBytes = 4 << 20

// handleMark begins every handle.
const handleMark = "shoal-statement-1\n"

// statement is what a prepared statement's handle holds: the statement itself. It grants nothing that
// its bearer could not ask anew, and so needs no signature.
type statement struct {
	Form   queries.Form `json:"form"`
	SQL    string       `json:"sql,omitempty"`
	Plan   []byte       `json:"plan,omitempty"`
	Schema string       `json:"schema,omitempty"`
	// Values are those of the parameters: a Substrait plan of one row.
	Values []byte `json:"values,omitempty"`
}

func (st statement) handle() ([]byte, error) {
	data, err := json.Marshal(st)
	if err != nil {
		return nil, fault.New(fault.Internal, "prepare statement", "%w", err)
	}
	if len(data) > maxHandleBytes {
		return nil, fault.New(fault.ResourceExhausted, "prepare statement", "the statement has %d bytes; the limit is %d", len(data), maxHandleBytes)
	}
	return append([]byte(handleMark), data...), nil
}

// readHandle is the inverse of handle.
func readHandle(handle []byte) (statement, error) {
	var st statement
	data, ok := bytes.CutPrefix(handle, []byte(handleMark))
	if !ok || len(data) > maxHandleBytes || json.Unmarshal(data, &st) != nil || st.Form != queries.SQL && st.Form != queries.Substrait {
		return st, fault.New(fault.InvalidArgument, "read prepared statement", "the handle is not one of this server's")
	}
	return st, nil
}

// request is what the statement asks, with the values that it is bound to.
func (st statement) request(ctx context.Context) (queries.Request, error) {
	parameters, err := decodeParameters(st.Values)
	s := sessionOf(ctx)
	s.schema = st.Schema
	return s.request(queries.Request{Form: st.Form, Text: st.SQL, Plan: st.Plan, Parameters: parameters}), err
}

// read is the request of a handle.
func read(ctx context.Context, handle []byte) (queries.Request, error) {
	st, err := readHandle(handle)
	if err != nil {
		return queries.Request{}, err
	}
	return st.request(ctx)
}

// prepare checks a statement and tells its schema.
func (s *Server) prepare(ctx context.Context, st statement) (out flightsql.ActionCreatePreparedStatementResult, err error) {
	request, err := st.request(ctx)
	if err != nil {
		return out, err
	}
	schema, parameters, err := s.opts.Queries.Prepare(ctx, request)
	if err != nil {
		return out, err
	}
	out.DatasetSchema, out.ParameterSchema = schema, s.parameterSchema(ctx, parameters)
	out.Handle, err = st.handle()
	return out, err
}

// CreatePreparedStatement prepares SQL, in the schema that is the session's now.
func (s *Server) CreatePreparedStatement(ctx context.Context, request flightsql.ActionCreatePreparedStatementRequest) (flightsql.ActionCreatePreparedStatementResult, error) {
	if err := noTransaction(request.GetTransactionId()); err != nil {
		return flightsql.ActionCreatePreparedStatementResult{}, err
	}
	return s.prepare(ctx, statement{Form: queries.SQL, SQL: request.GetQuery(), Schema: sessionOf(ctx).schema})
}

// CreatePreparedSubstraitPlan prepares a Substrait plan.
func (s *Server) CreatePreparedSubstraitPlan(ctx context.Context, request flightsql.ActionCreatePreparedSubstraitPlanRequest) (flightsql.ActionCreatePreparedStatementResult, error) {
	if err := noTransaction(request.GetTransactionId()); err != nil {
		return flightsql.ActionCreatePreparedStatementResult{}, err
	}
	return s.prepare(ctx, statement{Form: queries.Substrait, Plan: request.GetPlan().Plan, Schema: sessionOf(ctx).schema})
}

// ClosePreparedStatement has nothing to free.
func (s *Server) ClosePreparedStatement(_ context.Context, request flightsql.ActionClosePreparedStatementRequest) error {
	_, err := readHandle(request.GetPreparedStatementHandle())
	return err
}

// GetFlightInfoPreparedStatement plans a prepared statement for the catalog as it is now.
func (s *Server) GetFlightInfoPreparedStatement(ctx context.Context, cmd flightsql.PreparedStatementQuery, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	request, err := read(ctx, cmd.GetPreparedStatementHandle())
	if err != nil {
		return nil, err
	}
	return s.plan(ctx, request, desc)
}

// GetSchemaPreparedStatement tells the schema of a prepared statement's result.
func (s *Server) GetSchemaPreparedStatement(ctx context.Context, cmd flightsql.PreparedStatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	request, err := read(ctx, cmd.GetPreparedStatementHandle())
	if err != nil {
		return nil, err
	}
	if len(request.Parameters) > 0 {
		return s.schema(ctx, request)
	}
	schema, _, err := s.opts.Queries.Prepare(ctx, request)
	if err != nil {
		return nil, err
	}
	return &flight.SchemaResult{Schema: flight.SerializeSchema(schema, s.Alloc)}, nil
}

const readOnly = "queries only read; load data with shoal load"

// DoPutCommandStatementUpdate refuses SQL that changes data.
func (s *Server) DoPutCommandStatementUpdate(context.Context, flightsql.StatementUpdate) (int64, error) {
	return 0, fault.New(fault.InvalidArgument, "execute update", readOnly)
}

// DoPutCommandSubstraitPlan refuses plans that change data.
func (s *Server) DoPutCommandSubstraitPlan(context.Context, flightsql.StatementSubstraitPlan) (int64, error) {
	return 0, fault.New(fault.InvalidArgument, "execute update", readOnly)
}

// DoPutPreparedStatementUpdate refuses SQL that changes data.
func (s *Server) DoPutPreparedStatementUpdate(context.Context, flightsql.PreparedStatementUpdate, flight.MessageReader) (int64, error) {
	return 0, fault.New(fault.InvalidArgument, "execute update", readOnly)
}

// DoPutCommandStatementIngest refuses bulk loads.
func (s *Server) DoPutCommandStatementIngest(context.Context, flightsql.StatementIngest, flight.MessageReader) (int64, error) {
	return 0, fault.New(fault.InvalidArgument, "ingest", readOnly)
}
