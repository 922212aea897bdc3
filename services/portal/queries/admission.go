package queries

import (
	"context"
	"sync/atomic"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// gate lets a number of queries run, and a number wait, in no particular order.
type gate struct {
	slots   chan struct{}
	most    int64 // waiting
	waiting atomic.Int64
}

func newGate(running, waiting int) *gate {
	return &gate{slots: make(chan struct{}, running), most: int64(waiting)}
}

// enter returns when the query may run; leave must follow. A full queue is resource_exhausted.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.most {
		return fault.New(fault.ResourceExhausted, "admit query", "%d queries run and %d wait already", cap(g.slots), g.most).
			WithRetry(true).WithHint("try again later, or raise --max-queries or --max-queued")
	}
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fault.FromContext(ctx, "wait to be run")
	}
}

func (g *gate) leave() { <-g.slots }

func (g *gate) running() int { return len(g.slots) }
