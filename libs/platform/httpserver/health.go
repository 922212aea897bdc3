package httpserver

import (
	"encoding/json"
	"net/http"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/run"
	"github.com/shoal-db/shoal/libs/platform/version"
)

// healthz says that the process answers; whether it can work is readyz's question.
func healthz(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"status": "ok", "version": version.Get()})
}

// readyz answers 200 when ready, else 503, in either case with all conditions.
func readyz(ready *run.Readiness) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		body := struct {
			Ready      bool            `json:"ready"`
			Conditions []run.Condition `json:"conditions"`
			Error      *fault.Fault    `json:"error,omitempty"`
		}{Conditions: []run.Condition{}}
		status := http.StatusOK
		if ready != nil {
			body.Conditions = append(body.Conditions, ready.Conditions()...)
			body.Error = fault.From(ready.Err())
		}
		if body.Ready = body.Error == nil; !body.Ready {
			status = http.StatusServiceUnavailable
		}
		writeJSON(w, status, body)
	}
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// An error here means that the client is gone.
	_ = json.NewEncoder(w).Encode(body)
}
