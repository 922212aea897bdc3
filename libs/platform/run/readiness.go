package run

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Condition is one thing that must hold for a service to be ready.
type Condition struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Why says what is missing, or what there is; it may be empty when OK.
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since"`
}

// Readiness says whether a service can do its work now, and if not, what is missing. It is ready
// when all its conditions hold. All methods may be called from any goroutine.
type Readiness struct {
	mu         sync.Mutex
	conditions []Condition
	changed    chan struct{} // closed and replaced by each change
}

// NewReadiness returns a Readiness that waits for the named conditions; each is "starting" until
// it is set. More can be set later.
func NewReadiness(names ...string) *Readiness {
	r := &Readiness{changed: make(chan struct{})}
	for _, name := range names {
		r.conditions = append(r.conditions, Condition{Name: name, Why: "starting", Since: time.Now()})
	}
	return r
}

// Set says whether a condition holds, and why (not).
func (r *Readiness) Set(name string, ok bool, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.conditions, func(c Condition) bool { return c.Name == name })
	if i < 0 {
		i = len(r.conditions)
		r.conditions = append(r.conditions, Condition{Name: name, OK: !ok})
	}
	c := &r.conditions[i]
	if c.OK != ok {
		c.Since = time.Now()
	}
	c.OK, c.Why = ok, why
	close(r.changed)
	r.changed = make(chan struct{})
}

// Ready tells whether all conditions hold.
func (r *Readiness) Ready() bool { return r.Err() == nil }

// Conditions returns a copy of all conditions, in the order in which they were first named.
func (r *Readiness) Conditions() []Condition {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.conditions)
}

// Err returns nil when ready, else an Unavailable fault that names what is missing.
func (r *Readiness) Err() error {
	var missing []string
	conditions := r.Conditions()
	for _, c := range conditions {
		if c.OK {
			continue
		}
		text := c.Name
		if c.Why != "" {
			text += " (" + c.Why + ")"
		}
		missing = append(missing, text)
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.New(fault.Unavailable, "", "not ready: %s", strings.Join(missing, ", "))
}

// Wait returns nil as soon as the service is ready, or, when ctx ends first, a fault that names
// what was missing then.
func (r *Readiness) Wait(ctx context.Context) error {
	for {
		r.mu.Lock()
		changed := r.changed
		r.mu.Unlock()
		err := r.Err()
		if err == nil {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			kind := fault.FromContext(ctx, "").Kind
			return fault.New(kind, "wait until ready", "%s", fault.Text(err))
		}
	}
}
