package duckdb

import (
	"context"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
	platform "github.com/shoal-db/shoal/libs/platform/run"
)

const (
	// watchEvery is how often the process's memory is looked at.
	watchEvery = 20 * time.Millisecond
	// interruptAgain is how long a query that was interrupted gets to free its memory before the next one is.
	interruptAgain = 100 * time.Millisecond
	// purgeAgain is how often allocators are asked to give back what they keep when the limit is near.
	purgeAgain = 500 * time.Millisecond
	// idleAgain is how often they are while nothing is computed, if memory has grown by idleGrown since.
	idleAgain = 2 * time.Second
	idleGrown = 64 << 20
	// connWait is how long a new connection waits for memory before it is refused.
	connWait = time.Second
	// leastLarge is what large blocks may always take: some queries can then go on, and end.
	leastLarge = 32 << 20
)

// guard keeps the process below what its engines may hold together: the sum of their limits and margins,
// but no more than nine tenths of the machine's memory. It is in force while an engine with a margin is open.
//
// DuckDB's own limit counts buffers, not the texts and lists that a function is making. So a large block
// that would go beyond the guard's limit is refused by the allocator, which is an error of the query that
// asked for it. What small blocks add up to shows in the process's resident memory: if that is beyond the
// limit, the query during which it grew most is interrupted, then the next one, and no new ones begin until
// it is below again. Go's own memory does not count.
type guard struct {
	mu      sync.Mutex
	engines map[*Engine]int64
	margins int64
	runs    map[*run]struct{}
	stop    chan struct{}
	stopped chan struct{}

	limit, resident, interrupted atomic.Int64
	// pressed is closed when memory is below the limit again; nil while it is.
	pressed atomic.Pointer[chan struct{}]

	// Of the watching goroutine.
	last     int64
	purgedAt time.Time
	purgedTo int64 // what was left then
}

var process = &guard{engines: map[*Engine]int64{}, runs: map[*run]struct{}{}}

// ProcessMemory is what all engines of the process hold together. Limits are 0 if no engine has a margin.
type ProcessMemory struct {
	// LimitBytes is what ResidentBytes, the process's memory without Go's own and without files, may be.
	LimitBytes, ResidentBytes int64
	// RefusedBlocks counts the blocks that DuckDB did not get, Interrupted the queries that were ended.
	RefusedBlocks, Interrupted int64
}

// ReadProcessMemory returns what the guard sees.
func ReadProcessMemory() ProcessMemory {
	return ProcessMemory{
		LimitBytes: process.limit.Load(), ResidentBytes: process.resident.Load(),
		RefusedBlocks: refusedBlocks(), Interrupted: process.interrupted.Load(),
	}
}

// add counts an engine that was opened. limit is what it may hold itself.
func (g *guard) add(e *Engine, limit int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.engines[e] = limit
	g.margins += e.opts.MarginBytes
	g.adjust()
	if g.stop == nil && g.margins > 0 {
		g.stop, g.stopped = make(chan struct{}), make(chan struct{})
		g.look(time.Now())
		go g.watch(g.stop, g.stopped)
	}
}

// remove forgets an engine that was closed.
func (g *guard) remove(e *Engine) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, known := g.engines[e]; !known {
		return
	}
	delete(g.engines, e)
	g.margins -= e.opts.MarginBytes
	g.adjust()
	if g.stop != nil && g.margins == 0 {
		stop, stopped := g.stop, g.stopped
		g.stop = nil
		close(stop)
		g.mu.Unlock()
		<-stopped
		g.mu.Lock()
		if g.stop == nil {
			g.relieve()
			limitLarge(0)
		}
	}
}

// adjust computes the limit. REQUIRES: g.mu.
func (g *guard) adjust() {
	limit := g.margins
	if limit == 0 {
		g.limit.Store(0)
		return
	}
	for _, most := range g.engines {
		limit += most
	}
	if machine := platform.MachineMemory(); machine > 0 {
		limit = min(limit, machine/10*9)
	}
	g.limit.Store(limit)
	limitLarge(limit)
}

func (g *guard) watch(stop, stopped chan struct{}) {
	defer close(stopped)
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-ticker.C:
			g.mu.Lock()
			g.look(now)
			g.mu.Unlock()
		}
	}
}

// look compares the process's memory with the limit. REQUIRES: g.mu.
func (g *guard) look(now time.Time) {
	limit := g.limit.Load()
	if limit == 0 {
		return
	}
	resident := engineBytes()
	// What was freed may still be resident: it is given back before anybody suffers for it.
	again := purgeAgain
	if resident > limit {
		again = interruptAgain
	}
	since := now.Sub(g.purgedAt)
	purged := resident > limit/8*7 && since >= again ||
		since >= idleAgain && resident > g.purgedTo+idleGrown && g.computing() == 0
	if purged {
		purge()
		resident = engineBytes()
		g.purgedAt, g.purgedTo = now, resident
	}
	g.blame(resident - g.last)
	g.last = resident
	g.resident.Store(resident)
	// What is not in large blocks leaves less for them.
	limitLarge(max(limit-max(resident-largeBytes(), 0), leastLarge))
	if resident <= limit {
		g.relieve()
		return
	}
	if g.pressed.Load() == nil {
		pressed := make(chan struct{})
		g.pressed.Store(&pressed)
	}
	if purged {
		g.interruptGreediest(resident, limit)
	}
}

func (g *guard) relieve() {
	if pressed := g.pressed.Swap(nil); pressed != nil {
		close(*pressed)
	}
}

// blame has the queries that are computing share what memory has grown by. REQUIRES: g.mu.
func (g *guard) blame(grown int64) {
	if grown <= 0 {
		return
	}
	computing := g.computing()
	for r := range g.runs {
		if r.computing.Load() {
			r.grown += grown / max(computing, 1)
		}
	}
}

// computing is how many queries are inside DuckDB now. REQUIRES: g.mu.
func (g *guard) computing() (n int64) {
	for r := range g.runs {
		if r.computing.Load() {
			n++
		}
	}
	return n
}

// interruptGreediest ends the query during which memory grew most. REQUIRES: g.mu.
func (g *guard) interruptGreediest(resident, limit int64) {
	var greediest *run
	for r := range g.runs {
		if r.ctx.Err() == nil && (greediest == nil || r.grown > greediest.grown) {
			greediest = r
		}
	}
	if greediest == nil {
		return
	}
	g.interrupted.Add(1)
	greediest.cancel(fault.New(fault.ResourceExhausted, "watch memory",
		"DuckDB holds %s, and may hold %s: the query during which that grew most was ended", human.Bytes(resident), human.Bytes(limit)).
		WithHint(hintMemory))
}

const hintMemory = "make smaller texts and lists, or fewer at a time; --memory and --memory-margin bound what a process holds"

func (g *guard) begin(r *run) {
	if g.limit.Load() == 0 || !r.conn.pooled {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.runs[r] = struct{}{}
}

func (g *guard) end(r *run) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.runs, r)
}

// room waits for a moment while there is too little memory for another query.
func (g *guard) room(ctx context.Context, op string) error {
	pressed := g.pressed.Load()
	if pressed == nil {
		return nil
	}
	timer := time.NewTimer(connWait)
	defer timer.Stop()
	select {
	case <-*pressed:
		return nil
	case <-ctx.Done():
		return fault.FromContext(ctx, op)
	case <-timer.C:
	}
	return fault.New(fault.ResourceExhausted, op, "DuckDB holds %s, and may hold %s: no query can begin",
		human.Bytes(g.resident.Load()), human.Bytes(g.limit.Load())).
		WithHint("try again in a moment").WithRetry(true)
}

// engineBytes is the process's resident memory without files and Go's own.
func engineBytes() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return max(anonymousBytes()-int64(samples[0].Value.Uint64()-samples[1].Value.Uint64()), 0)
}
