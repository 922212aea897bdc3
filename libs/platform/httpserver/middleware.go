package httpserver

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// HeaderRequestID carries the id of a request, both ways.
const HeaderRequestID = "X-Request-Id"

// requestID takes the client's id when it is harmless, or makes one, and puts it into the
// answer and into the context for the log.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(HeaderRequestID)
		if !harmless(id) {
			id = rand.Text()
		}
		w.Header().Set(HeaderRequestID, id)
		next.ServeHTTP(w, r.WithContext(logging.WithRequest(r.Context(), id)))
	})
}

// harmless tells whether an id from outside may go into logs.
func harmless(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == ':':
		default:
			return false
		}
	}
	return true
}

// accessLog writes a line per request: for the server's own failures as a warning, else at debug
// level, since the metrics count the rest.
func accessLog(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun := time.Now()
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			defer func() {
				level := slog.LevelDebug
				if ww.Status() >= 500 {
					level = slog.LevelWarn
				}
				log.LogAttrs(r.Context(), level, "answered",
					slog.String(logging.KeyMethod, r.Method), slog.String(logging.KeyPath, r.URL.Path),
					slog.Int(logging.KeyStatus, ww.Status()), slog.Int(logging.KeyBytes, ww.BytesWritten()),
					slog.Duration(logging.KeyDuration, time.Since(begun)))
			}()
			next.ServeHTTP(ww, r)
		})
	}
}

// recoverPanics answers with an internal fault when a handler panics, and breaks the connection
// when the answer had begun.
func recoverPanics(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			defer func() {
				v := recover()
				if v == nil {
					return
				}
				if v == http.ErrAbortHandler { // how a handler breaks the connection on purpose
					panic(v)
				}
				f := fault.FromPanic(v, r.Method+" "+r.URL.Path)
				log.LogAttrs(r.Context(), slog.LevelError, "handler panicked", logging.Err(f))
				if ww.Status() != 0 || ww.BytesWritten() > 0 {
					panic(http.ErrAbortHandler)
				}
				httpfault.Write(ww, f)
			}()
			next.ServeHTTP(ww, r)
		})
	}
}
