package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/loads"
)

func (a *API) beginLoad(w http.ResponseWriter, r *http.Request) error {
	var spec metaapi.LoadSpec
	if err := readJSON(w, r, &spec); err != nil {
		return err
	}
	begun, err := a.Loads.Begin(r.Context(), spec)
	if err != nil {
		return err
	}
	if begun.Ranges == nil {
		begun.Ranges = [][2]int64{}
	}
	return answer(w, begun)
}

// putFile takes a Parquet file, as it comes.
func (a *API) putFile(w http.ResponseWriter, r *http.Request) error {
	place, err := filePlace(r)
	if err != nil {
		return err
	}
	put, err := a.Loads.Put(r.Context(), chi.URLParam(r, "id"), place, r.Body)
	if err != nil {
		return err
	}
	return answer(w, map[string]any{"chunk": put.Chunk, "rows": put.Rows, "bytes": put.Bytes})
}

// filePlace reads where a file belongs: first and last, null=true, or reference=true.
func filePlace(r *http.Request) (loads.Place, error) {
	const op = "read request"
	q := r.URL.Query()
	given := 0
	place := loads.Place{}
	if q.Has("first") || q.Has("last") {
		given++
		for name, into := range map[string]*int64{"first": &place.Range.First, "last": &place.Range.Last} {
			v, err := strconv.ParseInt(q.Get(name), 10, 64)
			if err != nil {
				return place, fault.New(fault.InvalidArgument, op, "the parameter %s is %q, not a 64-bit number", name, q.Get(name))
			}
			*into = v
		}
		if !place.Range.Valid() {
			return place, fault.New(fault.InvalidArgument, op, "the first block %d is after the last, %d", place.Range.First, place.Range.Last)
		}
	}
	if q.Get("null") == "true" {
		given++
		place.Range = chunks.NullRange()
	}
	if q.Get("reference") == "true" {
		given++
		place.Reference = true
	}
	if given != 1 {
		return place, fault.New(fault.InvalidArgument, op, "the request must say where the file belongs").
			WithHint("use ?first=…&last=…, ?null=true, or ?reference=true")
	}
	return place, nil
}

func (a *API) commitLoad(w http.ResponseWriter, r *http.Request) error {
	done, err := a.Loads.Commit(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return answer(w, done)
}

func (a *API) abortLoad(w http.ResponseWriter, r *http.Request) error {
	id := chi.URLParam(r, "id")
	if err := a.Loads.Abort(r.Context(), id); err != nil {
		return err
	}
	return answer(w, map[string]any{"load_id": id, "aborted": true})
}

func (a *API) dropTable(w http.ResponseWriter, r *http.Request) error {
	version, err := a.Loads.Drop(r.Context(), chi.URLParam(r, "dataset"), chi.URLParam(r, "table"))
	if err != nil {
		return err
	}
	return answer(w, metaapi.Dropped{CatalogVersion: version})
}
