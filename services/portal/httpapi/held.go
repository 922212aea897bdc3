package httpapi

import (
	"net/http"
	"time"
)

// A result's first bytes wait for more, so that an error of a row still has a status: a query's subplans give their
// first rows at different times, and any of them may fail.
const (
	maxHeldBytes = 1 << 20
	maxHeld      = 10 * time.Second
)

// held is a result's body. Nothing is sent, the status included, before there is too much to hold, or it was held
// too long, or the result is whole.
type held struct {
	w      http.ResponseWriter
	header func(http.Header) // of a result; an error has its own
	begun  time.Time
	buf    []byte
	sent   bool
}

func (h *held) Write(p []byte) (int, error) {
	if !h.sent && len(h.buf)+len(p) <= maxHeldBytes {
		h.buf = append(h.buf, p...)
		return len(p), nil
	}
	if err := h.send(); err != nil {
		return 0, err
	}
	return h.w.Write(p)
}

// send sends what was held; from then on there is no status any more.
func (h *held) send() error {
	if !h.sent {
		h.sent = true
		h.header(h.w.Header())
	}
	if len(h.buf) == 0 {
		return nil
	}
	_, err := h.w.Write(h.buf)
	h.buf = nil
	return err
}

// flush sends all that was written, unless it may still be held.
func (h *held) flush() error {
	if !h.sent && time.Since(h.begun) < maxHeld {
		return nil
	}
	if err := h.send(); err != nil {
		return err
	}
	return http.NewResponseController(h.w).Flush()
}
