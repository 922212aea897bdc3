package queries

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/shoal-db/shoal/services/portal/exec"
)

// remembered is for how long a statement is known by the workers that died while they ran it.
const remembered = 10 * time.Minute

// maxRemembered is how many such statements are known, at least, before old ones are looked for.
const maxRemembered = 1000

// ledger knows which statements workers died of, so that a client that sends one again and again does not
// kill one worker after the other. An answer clears a statement.
type ledger struct {
	mu      sync.Mutex
	entries map[[32]byte]*ledgerEntry
}

type ledgerEntry struct {
	exec.Deaths
	runs int
}

// statement is what a request says, whoever asks.
func statement(r *Request) [32]byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%q %q %q %q", r.Form, r.Text, r.Plan, r.Schema)
	for _, p := range r.Parameters {
		_, _ = fmt.Fprintf(h, " %q %s", p.Name, p.As)
		if p.Value != nil {
			_, _ = fmt.Fprintf(h, " %+v", *p.Value)
		}
	}
	return [32]byte(h.Sum(nil))
}

// begin returns the deaths of a statement that begins to run; end must follow.
func (l *ledger) begin(key [32]byte) (deaths *exec.Deaths, end func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.entries == nil {
		l.entries = map[[32]byte]*ledgerEntry{}
	}
	e := l.entries[key]
	if e == nil {
		l.shrink()
		e = &ledgerEntry{}
		l.entries[key] = e
	}
	if time.Since(e.Last()) > remembered {
		e.Forget()
	}
	e.runs++
	return &e.Deaths, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if e.runs--; e.runs == 0 && e.Last().IsZero() {
			delete(l.entries, key)
		}
	}
}

// shrink forgets what is old.
//
// REQUIRES: l.mu is held.
func (l *ledger) shrink() {
	if len(l.entries) < maxRemembered {
		return
	}
	for key, e := range l.entries {
		if e.runs == 0 && time.Since(e.Last()) > remembered {
			delete(l.entries, key)
		}
	}
}
