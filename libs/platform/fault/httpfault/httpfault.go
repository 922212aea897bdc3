// Package httpfault carries faults over HTTP: the status, and the JSON body
//
//	{"error": {"kind", "message", "hint", "query_id", "details", "op", "retryable"}}
//
// Importing it teaches fault.From the errors of net/http.
package httpfault

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// StatusCancelled is the status of a request that was cancelled; HTTP has no number of its own for
// it, and this one is what proxies use.
const StatusCancelled = 499

// maxBody is how much of an error body is read: enough for any of ours, little enough for a
// stranger's.
const maxBody = 256 << 10

type body struct {
	Error *fault.Fault `json:"error"`
}

func init() {
	fault.Recognize(func(err error) *fault.Fault {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return fault.New(fault.ResourceExhausted, "read request",
				"the request body is larger than %d bytes", tooLarge.Limit)
		}
		return nil
	})
}

// Status returns the HTTP status of a kind.
func Status(kind fault.Kind) int {
	switch kind {
	case fault.InvalidArgument:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.PermissionDenied:
		return http.StatusForbidden
	case fault.ResourceExhausted:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.DeadlineExceeded:
		return http.StatusGatewayTimeout
	case fault.Cancelled:
		return StatusCancelled
	}
	return http.StatusInternalServerError
}

// Kind returns the kind of an HTTP error status, also of one that only a proxy or another server
// would send.
func Kind(status int) fault.Kind {
	switch status {
	case http.StatusNotFound, http.StatusGone:
		return fault.NotFound
	case http.StatusUnauthorized:
		return fault.Unauthenticated
	case http.StatusForbidden:
		return fault.PermissionDenied
	case http.StatusTooManyRequests, http.StatusRequestEntityTooLarge, http.StatusInsufficientStorage:
		return fault.ResourceExhausted
	case http.StatusServiceUnavailable, http.StatusBadGateway:
		return fault.Unavailable
	case http.StatusGatewayTimeout, http.StatusRequestTimeout:
		return fault.DeadlineExceeded
	case StatusCancelled:
		return fault.Cancelled
	}
	if status >= 400 && status < 500 {
		return fault.InvalidArgument
	}
	return fault.Internal
}

// Write answers a request with err. The answer must not have begun: once rows were sent, the only
// honest way to fail is to break the connection, panic(http.ErrAbortHandler).
func Write(w http.ResponseWriter, err error) {
	WriteStatus(w, Status(fault.KindOf(err)), err)
}

// WriteStatus is Write with a status that says more than the kind does, such as 405.
func WriteStatus(w http.ResponseWriter, status int, err error) {
	f := fault.From(err)
	b, mErr := json.Marshal(body{Error: f})
	if mErr != nil {
		b = []byte(`{"error":{"kind":"internal","message":"the error can't be written as JSON","retryable":false}}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Del("Content-Length")
	if f.Retryable && (status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests) {
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	// An error here means that the client is gone, and nobody is left to tell.
	_, _ = w.Write(append(b, '\n'))
}

// Read returns nil for an answer below 400, without touching its body. Else it reads the body and
// returns the fault in it, or one made from the status when the body is not one of ours. The
// caller closes the body in either case.
func Read(resp *http.Response) error {
	if resp.StatusCode < 400 {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	var decoded body
	if err == nil && json.Unmarshal(b, &decoded) == nil && decoded.Error != nil {
		return decoded.Error
	}
	return foreign(resp, string(b))
}

// foreign makes a fault of an error answer that no Shoal service wrote.
func foreign(resp *http.Response, text string) *fault.Fault {
	const maxText = 300
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	message := "HTTP " + resp.Status
	if resp.Status == "" {
		message = "HTTP " + http.StatusText(resp.StatusCode)
	}
	if text != "" {
		message += ": " + text
	}
	f := fault.New(Kind(resp.StatusCode), "", "%s", message).WithDetail("http_status", resp.StatusCode)
	if resp.Request != nil && resp.Request.URL != nil {
		f.Op = resp.Request.Method + " " + resp.Request.URL.Redacted()
	}
	return f
}
