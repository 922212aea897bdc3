// Package admission decides who runs now and who waits: it bounds how much runs at a time, keeps room for what
// is quick, and shares the rest out fairly among clients.
//
//	           ┌─ quick ─ a queue for each client ─┐
//	Enter ─────┤                                   ├──► inside ──► Leave
//	           └─ heavy ─ a queue for each client ─┘     ▲   │ Park: the client does not read
//	                                                     └───┘ Resume
//
// Invariants: at most Running are inside, and of these at most three quarters heavy ones, so that there is always
// room for what is quick; at most Heavy of them are not parked; what they reserve together is at most Memory,
// unless there is just one; at most Queued wait. Of those that wait in a lane, the next is the oldest of the client that has least inside.
// When the queue is full, whoever has most waiting gives way. Once draining, nobody is let in any more.
//
// It refuses to know what it lets in.
package admission

import (
	"context"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Lane says what one who asks will take.
type Lane uint8

// The lanes.
const (
	// Quick ones take little and are soon over.
	Quick Lane = iota
	// Heavy ones compete for processors and memory.
	Heavy
	lanes
)

// String is the lane's name.
func (l Lane) String() string { return [lanes]string{"quick", "heavy"}[l] }

// Ask is what somebody wants to be let in for.
type Ask struct {
	// Client is on whose behalf, by any name that tells clients apart.
	Client string
	Lane   Lane
	// Memory is how many bytes a heavy one is expected to need; 0 if that is not known.
	Memory int64
}

// Limits of a gate.
type Limits struct {
	// Running is how many are inside at a time; 64 if not positive.
	Running int
	// Heavy is how many heavy ones compute at a time, which those that are parked don't; without bound if not
	// positive.
	Heavy int
	// Memory is how many bytes heavy ones reserve together; 0 is without bound.
	Memory int64
	// Queued wait; 256 if 0, none if negative.
	Queued int
	// MaxWait is how long one waits; 0 is as long as its context.
	MaxWait time.Duration
	// Hint tells who was sent away which limits to raise.
	Hint string
}

// Gate lets in. Its methods may be called from any goroutine.
type Gate struct {
	limits Limits

	mu       sync.Mutex
	inside   int
	heavy    int            // of those inside
	parked   int            // of the heavy ones
	reserved int64          // by the heavy ones
	held     map[string]int // how many each client has inside
	waiting  [lanes][]*waiter
	draining bool
	idle     chan struct{} // closed when draining and nobody is inside
}

// waiter is one that waits. Its fate is set under the gate's lock, before decided is closed.
type waiter struct {
	ask     Ask
	decided chan struct{}
	pass    *Pass
	err     error
}

// Pass is the right to be inside. Its methods may be called from any goroutine.
type Pass struct {
	gate   *Gate
	ask    Ask
	parked bool
	left   bool
}

// New makes a gate.
func New(l Limits) *Gate {
	if l.Running <= 0 {
		l.Running = 64
	}
	if l.Heavy <= 0 {
		l.Heavy = l.Running
	}
	switch {
	case l.Queued == 0:
		l.Queued = 256
	case l.Queued < 0:
		l.Queued = 0
	}
	return &Gate{limits: l, held: map[string]int{}, idle: make(chan struct{})}
}

const op = "wait for a turn"

// Enter waits for a turn. The pass must be given back by Leave. Errors are resource_exhausted when the queue is
// full or the wait was too long, unavailable while draining, and ctx's own.
func (g *Gate) Enter(ctx context.Context, ask Ask) (*Pass, error) {
	if err := fault.FromContext(ctx, op); err != nil {
		return nil, err
	}
	w := &waiter{ask: ask, decided: make(chan struct{})}
	if pass, err := g.ask(w); pass != nil || err != nil {
		return pass, err
	}
	var late <-chan time.Time
	if g.limits.MaxWait > 0 {
		timer := time.NewTimer(g.limits.MaxWait)
		defer timer.Stop()
		late = timer.C
	}
	var err error
	select {
	case <-w.decided:
		return w.pass, w.err
	case <-late:
		err = g.busy("%d run, and there was no turn in %s", g.limits.Running, g.limits.MaxWait)
	case <-ctx.Done():
		err = fault.FromContext(ctx, op)
	}
	g.giveUp(w)
	return nil, err
}

// ask lets in at once, or puts into the queue: then it returns neither.
func (g *Gate) ask(w *waiter) (*Pass, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining {
		return nil, errDraining()
	}
	if len(g.waiting[w.ask.Lane]) == 0 && g.fits(w.ask) {
		return g.admit(w.ask), nil
	}
	if g.queued() >= g.limits.Queued && !g.displace(w.ask.Client) {
		return nil, g.busy("%d run and %d wait already", g.inside, g.queued())
	}
	g.waiting[w.ask.Lane] = append(g.waiting[w.ask.Lane], w)
	g.dispatch()
	return nil, nil
}

// giveUp takes one out of the queue, or back out of the gate if it was let in meanwhile.
func (g *Gate) giveUp(w *waiter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-w.decided:
		if w.pass != nil {
			g.leave(w.pass)
		}
	default:
		g.remove(w)
	}
}

func (g *Gate) remove(w *waiter) {
	queue := g.waiting[w.ask.Lane]
	for i := range queue {
		if queue[i] == w {
			g.waiting[w.ask.Lane] = append(queue[:i:i], queue[i+1:]...)
			return
		}
	}
}

func (g *Gate) queued() int { return len(g.waiting[Quick]) + len(g.waiting[Heavy]) }

// fits tells whether there is room for one more.
func (g *Gate) fits(a Ask) bool {
	switch {
	case g.inside >= g.limits.Running:
		return false
	case a.Lane == Quick:
		return true
	case g.heavy-g.parked >= g.limits.Heavy, g.heavy >= max(1, g.limits.Running*3/4):
		return false
	}
	return g.limits.Memory == 0 || g.reserved == 0 || g.reserved+a.Memory <= g.limits.Memory
}

func (g *Gate) admit(a Ask) *Pass {
	g.inside++
	g.held[a.Client]++
	if a.Lane == Heavy {
		g.heavy++
		g.reserved += a.Memory
	}
	return &Pass{gate: g, ask: a}
}

// dispatch lets in whom there is room for, quick ones first: they are soon out of the way.
func (g *Gate) dispatch() {
	for lane := range lanes {
		for len(g.waiting[lane]) > 0 {
			next := g.next(lane)
			if !g.fits(next.ask) {
				break
			}
			g.remove(next)
			next.pass = g.admit(next.ask)
			close(next.decided)
		}
	}
}

// next is the oldest of the client that has least inside. REQUIRES: somebody waits in the lane.
func (g *Gate) next(lane Lane) *waiter {
	best := g.waiting[lane][0]
	for _, w := range g.waiting[lane][1:] {
		if g.held[w.ask.Client] < g.held[best.ask.Client] {
			best = w
		}
	}
	return best
}

// displace sends the newest of the client with most waiting away, if a newcomer of another client then has fewer
// waiting still.
func (g *Gate) displace(newcomer string) bool {
	counts := map[string]int{}
	most := newcomer
	for _, queue := range g.waiting {
		for _, w := range queue {
			counts[w.ask.Client]++
			if counts[w.ask.Client] > counts[most] {
				most = w.ask.Client
			}
		}
	}
	if counts[most] <= counts[newcomer]+1 {
		return false
	}
	for _, lane := range []Lane{Heavy, Quick} {
		queue := g.waiting[lane]
		for i := len(queue) - 1; i >= 0; i-- {
			if w := queue[i]; w.ask.Client == most {
				g.remove(w)
				w.err = g.busy("%d of this client wait already, and others wait, too", counts[most])
				close(w.decided)
				return true
			}
		}
	}
	return false
}

// Leave gives the pass back. Leaving twice is fine.
func (p *Pass) Leave() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	p.gate.leave(p)
}

func (g *Gate) leave(p *Pass) {
	if p.left {
		return
	}
	p.left = true
	g.inside--
	if g.held[p.ask.Client]--; g.held[p.ask.Client] == 0 {
		delete(g.held, p.ask.Client)
	}
	if p.ask.Lane == Heavy {
		g.heavy--
		g.reserved -= p.ask.Memory
		if p.parked {
			g.parked--
		}
	}
	g.dispatch()
	if g.draining && g.inside == 0 {
		close(g.idle)
	}
}

// Park says that it computes nothing for now, as nobody takes what it has computed: another heavy one may run
// meanwhile. It keeps its memory.
func (p *Pass) Park() { p.park(true) }

// Resume ends Park, at once: what has begun is not held up.
func (p *Pass) Resume() { p.park(false) }

func (p *Pass) park(parked bool) {
	if p.ask.Lane != Heavy {
		return
	}
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.left || p.parked == parked {
		return
	}
	p.parked = parked
	if parked {
		g.parked++
		g.dispatch()
	} else {
		g.parked--
	}
}

// Drain lets nobody in any more, sends those away that wait, and returns when all others have left
// or, as ctx's error, when ctx is done.
func (g *Gate) Drain(ctx context.Context) error {
	g.mu.Lock()
	if !g.draining {
		g.draining = true
		for lane, queue := range g.waiting {
			for _, w := range queue {
				w.err = errDraining()
				close(w.decided)
			}
			g.waiting[lane] = nil
		}
		if g.inside == 0 {
			close(g.idle)
		}
	}
	g.mu.Unlock()
	select {
	case <-g.idle:
		return nil
	case <-ctx.Done():
		return fault.FromContext(ctx, "drain queries").WithDetail("running", g.Counts().AllRunning())
	}
}

// Counts are how many are inside, and how many wait, in each lane.
type Counts struct{ Running, Queued [lanes]int }

// AllRunning are those inside, in all lanes.
func (c Counts) AllRunning() int { return c.Running[Quick] + c.Running[Heavy] }

// AllQueued are those that wait, in all lanes.
func (c Counts) AllQueued() int { return c.Queued[Quick] + c.Queued[Heavy] }

// Counts returns how many there are. Those that are parked are inside.
func (g *Gate) Counts() Counts {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := Counts{Queued: [lanes]int{len(g.waiting[Quick]), len(g.waiting[Heavy])}}
	c.Running[Heavy] = g.heavy
	c.Running[Quick] = g.inside - g.heavy
	return c
}

func (g *Gate) busy(format string, args ...any) error {
	return fault.New(fault.ResourceExhausted, op, format, args...).WithHint("%s", g.limits.Hint).WithRetry(true).
		WithDetail("running", g.limits.Running)
}

func errDraining() error {
	return fault.New(fault.Unavailable, op, "the service is shutting down").WithHint("ask another one")
}
