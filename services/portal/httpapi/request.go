package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/queries"
)

// body is the JSON in which queries are asked: SQL, or a Substrait plan in protobuf's JSON.
type body struct {
	SQL    *string         `json:"sql"`
	Plan   json.RawMessage `json:"plan"`
	Schema string          `json:"schema"`
	// Parameters are values for the parameters of SQL: a list, or an object.
	Parameters json.RawMessage `json:"parameters"`
	// Pruning false has every chunk read, to find faults in pruning.
	Pruning *bool `json:"pruning"`
	// DynamicPruning false leaves out of pruning what joins with reference tables say.
	DynamicPruning *bool `json:"dynamic_pruning"`
	// Broadcast false computes no part of the query first.
	Broadcast *bool `json:"broadcast"`
	// DisableRules names rewrite rules to leave out, to find faults in them.
	DisableRules []string `json:"disable_rules"`
	// Analyze is for explanations: it runs the query.
	Analyze bool `json:"analyze"`
}

// queryRequest reads what to plan from a request's body.
func queryRequest(w http.ResponseWriter, r *http.Request) (queries.Request, body, error) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBodyBytes))
	if err != nil {
		return queries.Request{}, body{}, badBody(err)
	}
	request, b, err := parseRequest(r.Header, data)
	request.Client = queries.ClientName(r.RemoteAddr, r.Header.Get(HeaderClient))
	return request, b, err
}

// planned plans what the request's body says, and names the query in the answer's header.
func (a *API) planned(w http.ResponseWriter, r *http.Request) (*queries.Query, body, error) {
	request, b, err := queryRequest(w, r)
	if err != nil {
		return nil, b, err
	}
	q, err := a.Queries.Plan(r.Context(), request)
	if err != nil {
		return nil, b, err
	}
	w.Header().Set(HeaderQueryID, string(q.ID))
	return q, b, nil
}

// parseRequest is queryRequest without the transport.
func parseRequest(header http.Header, data []byte) (queries.Request, body, error) {
	const op = "read request"
	out := queries.Request{Front: queries.FrontHTTP, Schema: header.Get(HeaderSchema)}
	switch kind := contentType(header, data); kind {
	case "application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf":
		out.Form, out.Plan = queries.Substrait, data
		return out, body{}, nil
	case "application/json":
	default:
		return out, body{}, fault.New(fault.InvalidArgument, op, "bodies of type %q are not understood", kind).
			WithHint(`send {"sql": "…"} or {"plan": …} as application/json, or a Substrait plan as application/x-protobuf`)
	}
	var b body
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&b); err != nil {
		return out, b, badBody(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return out, b, badBody(errors.New("there is more after the first value"))
	}
	if b.Schema != "" {
		out.Schema = b.Schema
	}
	out.NoPruning = b.Pruning != nil && !*b.Pruning
	out.NoDynamicPruning = b.DynamicPruning != nil && !*b.DynamicPruning
	out.NoBroadcast = b.Broadcast != nil && !*b.Broadcast
	out.DisableRules = b.DisableRules
	var err error
	if out.Parameters, err = parameters(b.Parameters); err != nil {
		return out, b, err
	}
	switch {
	case (b.SQL != nil) == (len(b.Plan) > 0):
		return out, b, fault.New(fault.InvalidArgument, op, "the body must have either sql or plan").
			WithHint(`for example {"sql": "SELECT 42"}`)
	case b.SQL != nil:
		out.Form, out.Text = queries.SQL, *b.SQL
	default:
		out.Form, out.Plan = queries.SubstraitJSON, b.Plan
	}
	return out, b, nil
}

// contentType returns what the body is said to be. Tools that send forms unless told otherwise, and
// those that say nothing, mean JSON when it looks like that.
func contentType(header http.Header, data []byte) string {
	text := header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(text)
	if err != nil {
		kind = text
	}
	if kind == "" || kind == "application/x-www-form-urlencoded" {
		if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '{' {
			return "application/json"
		}
	}
	return kind
}

func tooLarge(err error) bool {
	var large *http.MaxBytesError
	return errors.As(err, &large)
}
