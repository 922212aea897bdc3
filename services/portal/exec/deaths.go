package exec

import (
	"slices"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// maxDeaths is how many workers may die while they run a statement until it is refused: it is tried once
// more after the first, which may have died for a reason of its own.
const maxDeaths = 2

// sameDeath is within what time two streams that broke at one worker tell of the same death.
const sameDeath = 2 * time.Second

// Deaths are the workers that died, or hung, while they ran a statement. All attempts and parts of a
// query share one, and so may queries of the same statement. The zero value is ready.
type Deaths struct {
	mu   sync.Mutex
	died []death
}

type death struct {
	worker chunks.WorkerID
	at     time.Time
}

// add notes a death.
func (d *Deaths) add(worker chunks.WorkerID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if !slices.ContainsFunc(d.died, func(o death) bool { return o.worker == worker && now.Sub(o.at) < sameDeath }) {
		d.died = append(d.died, death{worker, now})
	}
}

// Last is when a worker died last; zero if none did.
func (d *Deaths) Last() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.died) == 0 {
		return time.Time{}
	}
	return d.died[len(d.died)-1].at
}

// Forget is for when the statement was answered: it is not what workers die of.
func (d *Deaths) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.died = nil
}

// Refuse returns why the statement is not to be run again; nil if it may be. The fault is internal and
// not retryable: neither another replica, nor a new plan, nor the client shall try.
func (d *Deaths) Refuse(op string) *fault.Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.died) < maxDeaths {
		return nil
	}
	names := make([]string, len(d.died))
	text := ""
	for i, x := range d.died {
		names[i] = string(x.worker)
		if i > 0 {
			text += ", then "
		}
		text += names[i]
	}
	return fault.New(fault.Internal, op, "workers died, or hung, while they ran this statement (%s): it is not tried at another one", text).
		WithRetry(false).WithDetail("died", names).
		WithHint("it may need more memory than workers have: look at their logs, filter rows earlier, and make strings and lists shorter; " +
			"if the workers died of something else, run the statement again in a few minutes")
}
