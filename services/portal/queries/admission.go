package queries

import (
	"net"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/platform/admission"

	"github.com/shoal-db/shoal/services/portal/planning"
)

// The most that a query may take that is still quick: a few chunks are read of it, and few rows put together.
const (
	quickScanBytes  = 32 << 20
	quickMergeBytes = 8 << 20
)

// The memory that a merge is expected to need: what comes in, once as it comes and once in DuckDB's own form, but
// at least a little, since estimates err.
const (
	memoryPerMergeByte = 2
	leastMergeMemory   = 16 << 20
)

// maxClientName bounds the names that clients give themselves.
const maxClientName = 64

// ClientName tells clients apart: by their host, and on one host by the name that each gives itself, if any.
func ClientName(address, name string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	return host + " " + name[:min(len(name), maxClientName)]
}

// laneOf tells what is quick from what is heavy.
func laneOf(c planning.Cost) admission.Lane {
	if c.ScanBytes <= quickScanBytes && c.MergeBytes <= quickMergeBytes {
		return admission.Quick
	}
	return admission.Heavy
}

// ask is what the query asks to be let in for.
func (q *Query) ask() admission.Ask {
	cost := q.Placed.Cost
	return admission.Ask{Client: q.Request.Client, Lane: laneOf(cost),
		Memory: max(leastMergeMemory, memoryPerMergeByte*cost.MergeBytes)}
}

// parkAfter is for how long a client may not ask for rows until others may compute meanwhile.
const parkAfter = time.Second

// parking parks a pass while the client does other things than to wait for rows.
type parking struct {
	mu     sync.Mutex
	pass   *admission.Pass // nil: none was needed
	timer  *time.Timer
	idle   bool // the client has rows to look at
	parked bool
}

// leave says that the client has rows to look at.
func (p *parking) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.pass == nil:
		return
	case p.timer == nil:
		p.timer = time.AfterFunc(parkAfter, p.park)
	default:
		p.timer.Reset(parkAfter)
	}
	p.idle = true
}

func (p *parking) park() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle {
		p.parked = true
		p.pass.Park()
	}
}

// wait says that the client waits for more.
func (p *parking) wait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = false
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.parked {
		p.parked = false
		p.pass.Resume()
	}
}

// end gives the pass back.
func (p *parking) end() {
	p.wait()
	if p.pass != nil {
		p.pass.Leave()
	}
}
