package httpapi

import (
	"net/http"

	"github.com/shoal-db/shoal/services/portal/explain"
)

// explain answers how a query is planned and, with analyze, how it ran.
func (a *API) explain(w http.ResponseWriter, r *http.Request) error {
	request, b, err := queryRequest(w, r)
	if err != nil {
		return err
	}
	request.Explain = &explain.Options{Analyze: b.Analyze}
	q, err := a.Queries.Plan(r.Context(), request)
	if err != nil {
		return err
	}
	w.Header().Set(HeaderQueryID, string(q.ID))
	run, err := a.Queries.Run(r.Context(), q)
	if err != nil {
		return err
	}
	defer run.Release()
	for run.Next() {
		continue // the answer has the same, structured
	}
	if err := run.Err(); err != nil {
		return err
	}
	return answer(w, run.Explanation())
}
