// Package httpapi is the portal's HTTP front door: planning, queries, the catalog and the cluster as
// JSON, loads, and explanations.
//
// Invariants: what a handler answers before the first byte of a result is a fault with its status;
// after it, an answer that cannot be finished is cut off, never ended as if it were whole. Bodies are
// bounded.
package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"

	"github.com/shoal-db/shoal/services/portal/filters"
	"github.com/shoal-db/shoal/services/portal/loads"
	"github.com/shoal-db/shoal/services/portal/queries"
)

// HeaderQueryID names the query in every answer that belongs to one.
const HeaderQueryID = "X-Shoal-Query-Id"

// HeaderSchema is where unqualified names are looked up, for bodies that have no place to say so.
const HeaderSchema = "X-Shoal-Schema"

// HeaderClient tells clients on one host apart, of whom each gets a fair share of what runs.
const HeaderClient = "X-Shoal-Client"

// MaxBodyBytes bounds the body of a request that is no file.
const MaxBodyBytes = 64 << 20

// API answers requests.
type API struct {
	Queries *queries.Service
	Catalog queries.Catalog
	Loads   *loads.Manager
	Filters *filters.Store
	// Guard is asked first; nil refuses nothing.
	Guard *Guard
}

// Routes adds the API's routes.
func (a *API) Routes(r chi.Router) {
	r = r.With(a.Guard.wrap)
	r.Post("/v1/plan", handle(a.plan))
	r.Post("/v1/query", handle(a.query))
	r.Post("/v1/explain", handle(a.explain))
	r.Get("/v1/tables", handle(a.tables))
	r.Get("/v1/chunks", handle(a.chunks))
	r.Get("/v1/workers", handle(a.workers))
	r.Get("/v1/queries", handle(a.list))
	r.Delete("/v1/queries/{id}", handle(a.cancel))
	r.Post("/v1/loads", handle(a.beginLoad))
	r.Put("/v1/loads/{id}/files", handle(a.putFile))
	r.Post("/v1/loads/{id}/commit", handle(a.commitLoad))
	r.Delete("/v1/loads/{id}", handle(a.abortLoad))
	r.Delete("/v1/tables/{dataset}/{table}", handle(a.dropTable))
}

// handle answers with the error of a handler that has not begun its answer.
func handle(fn func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := fn(w, r); err != nil {
			if id := fault.From(err).QueryID; id != "" {
				w.Header().Set(HeaderQueryID, id)
			}
			httpfault.Write(w, err)
		}
	}
}

// answer writes a whole JSON answer.
func answer(w http.ResponseWriter, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return fault.New(fault.Internal, "write answer", "%w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	// An error here means that the client is gone.
	_, _ = w.Write(append(data, '\n'))
	return nil
}

// readJSON reads a JSON body; fields that are not known are refused, since they are misspelt.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	if kind := contentType(r.Header, []byte("{")); kind != "application/json" {
		return fault.New(fault.InvalidArgument, "read request", "bodies of type %q are not understood", kind).WithHint("send application/json")
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, MaxBodyBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return badBody(err)
	}
	if decoder.More() {
		return badBody(fault.New(fault.InvalidArgument, "", "there is more after the first value"))
	}
	return nil
}

// badBody says why a body could not be read.
func badBody(err error) error {
	const op = "read request"
	if tooLarge(err) {
		return fault.New(fault.ResourceExhausted, op, "the body is larger than %d bytes", MaxBodyBytes)
	}
	if fault.KindOf(err) == fault.Cancelled {
		return fault.Wrap(err, op)
	}
	return fault.New(fault.InvalidArgument, op, "the body is not the JSON that is expected: %s", strings.TrimPrefix(err.Error(), "json: "))
}
