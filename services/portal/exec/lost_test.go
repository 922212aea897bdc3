package exec

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/libs/chunks/report"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// mortal tells that it runs the subplan, and then waits for the end of its connection or of its call.
type mortal struct {
	worker
	begun chan struct{}
	die   func()
}

func (m *mortal) DoGet(t *flight.Ticket, stream flight.FlightService_DoGetServer) error {
	if err := stream.SendHeader(metadata.Pairs(report.Running, "w")); err != nil {
		return err
	}
	if m.begun != nil {
		m.begun <- struct{}{}
	}
	if m.die != nil {
		time.Sleep(100 * time.Millisecond) // until the header has left
		m.die()
	}
	if m.batches > 0 {
		time.Sleep(600 * time.Millisecond) // computes for longer than a silence
		return m.worker.DoGet(t, stream)
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

// pipe is a connection to a worker that can be cut, or hang.
type pipe struct {
	listener net.Listener
	mu       sync.Mutex
	conns    []net.Conn
	hung     bool
	resume   *sync.Cond
}

func newPipe(t *testing.T, r Replica) (*pipe, Replica) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &pipe{listener: l}
	p.resume = sync.NewCond(&p.mu)
	var wg sync.WaitGroup
	behind := strings.TrimPrefix(r.Location, "grpc://")
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", behind)
			if err != nil {
				_ = in.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, in, out)
			p.mu.Unlock()
			wg.Go(func() { p.copy(out, in) })
			wg.Go(func() { p.copy(in, out) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); p.hang(false); p.cut(); wg.Wait() })
	r.Location = "grpc://" + l.Addr().String()
	return p, r
}

func (p *pipe) copy(to io.WriteCloser, from io.Reader) {
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		for p.hung {
			p.resume.Wait()
		}
		p.mu.Unlock()
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

func (p *pipe) hang(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung = on
	p.resume.Broadcast()
}

func (p *pipe) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
}

func quick(e *Executor) {
	e.opts.Pool.patience = patience{silence: 200 * time.Millisecond, answer: 300 * time.Millisecond, misses: 2}
}

// TestStatementKillsTwoWorkersAtMost has a statement of which every worker dies.
func TestStatementKillsTwoWorkersAtMost(t *testing.T) {
	for _, merge := range []*rel.Plan{nil, sumOf(1)} {
		e, _ := newExecutor(t)
		var replicas []Replica
		var calls []*mortal
		// One that is down counts for nothing, nor one that refuses.
		refuses := (&worker{fail: fault.New(fault.Unavailable, "", "draining")}).start(t, "r")
		replicas = append(replicas, Replica{Worker: "w-gone", Location: "grpc://127.0.0.1:1"}, refuses)
		for _, id := range []string{"a", "b", "c", "d"} {
			m := &mortal{begun: make(chan struct{}, 10)}
			m.schema = numbers
			p, r := newPipe(t, serveFlight(t, m, id))
			m.die = p.cut
			replicas, calls = append(replicas, r), append(calls, m)
		}
		deaths := &Deaths{}
		// A new attempt, with a new job, goes on where the last one ended.
		var err error
		for i, some := range [][]Replica{replicas[:3], replicas[3:]} {
			var result Result
			if result, err = e.Run(context.Background(), Job{Inputs: inputs(1, some...), Merge: merge, Schema: numbers, Deaths: deaths}); err == nil {
				_, err = drain(result)
			}
			if i == 0 && !fault.IsRetryable(err) {
				t.Errorf("after one death: %v", err)
			}
		}
		f := fault.From(err)
		if f.Kind != fault.Internal || f.Retryable || f.Hint == "" || f.Details["subplan"] == nil || !strings.Contains(f.Text(), "w-a, then w-b") {
			t.Errorf("after two deaths: %s, %+v", f.Text(), f)
		}
		for i, m := range calls {
			if n := len(m.begun); (n > 0) != (i < 2) {
				t.Errorf("mortal %d was called %d times", i, n)
			}
		}
		deaths.Forget()
		if deaths.Refuse("") != nil {
			t.Error("refused after it was forgotten")
		}
	}
}

// TestHungWorkerIsLeft has the connections to a worker hang, before and after it began; what computes for
// long is waited for.
func TestHungWorkerIsLeft(t *testing.T) {
	e, m := newExecutor(t)
	quick(e)
	slow := &mortal{worker: worker{batches: 2, schema: numbers}}
	good := serveFlight(t, slow, "slow")
	hanging := &mortal{worker: worker{schema: numbers}, begun: make(chan struct{}, 10)}
	p, r := newPipe(t, serveFlight(t, hanging, "hanging"))
	hanging.die = func() { p.hang(true) }
	for i, when := range []string{"while it runs", "before it begins"} {
		begun := time.Now()
		deaths := &Deaths{}
		result, err := e.Run(context.Background(), Job{Inputs: inputs(1, r, good), Merge: sumOf(1), Schema: numbers, Deaths: deaths})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := drain(result)
		if err != nil || rows != 1 {
			t.Errorf("%s: %d rows, %v", when, rows, err)
		}
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("%s: it took %s", when, took)
		}
		if (len(deaths.died) == 1) != (i == 0) {
			t.Errorf("%s: deaths %v", when, deaths.died)
		}
		if e.Health(r.Location) != 1 || e.Health(good.Location) != 0 {
			t.Errorf("%s: health %d and %d", when, e.Health(r.Location), e.Health(good.Location))
		}
		// The next is asked first at the other one; here it shall not be known.
		client, err := e.opts.Pool.client(r.Location)
		if err != nil {
			t.Fatal(err)
		}
		client.pulse.hungAt.Store(0)
	}
	if n := m.failovers.Load(); n != 2 {
		t.Errorf("%d failovers", n)
	}
	client, err := e.opts.Pool.client(r.Location)
	if err != nil {
		t.Fatal(err)
	}
	client.pulse.hungAt.Store(time.Now().UnixNano())
	if got := e.byHealth([]Replica{r, good}); !slices.Equal(got, []Replica{good, r}) {
		t.Errorf("ordered %v", got)
	}
	p.hang(false)
	for begun := time.Now(); e.Health(r.Location) != 0; time.Sleep(50 * time.Millisecond) {
		if client.hangs(e.opts.Pool.patience); time.Since(begun) > 5*time.Second {
			t.Fatal("a worker that answers again is taken to hang")
		}
	}
}

// TestHangAfterTheFirstBatch cannot fail over.
func TestHangAfterTheFirstBatch(t *testing.T) {
	e, _ := newExecutor(t)
	quick(e)
	w := &worker{batches: 100_000}
	p, r := newPipe(t, w.start(t, "a"))
	spare := &worker{batches: 1}
	result, err := e.Run(context.Background(), Job{Inputs: inputs(1, r, spare.start(t, "b")), Schema: numbers})
	if err != nil {
		t.Fatal(err)
	}
	if !result.Next() {
		t.Fatal(result.Err())
	}
	p.hang(true)
	begun := time.Now()
	if _, err := drain(result); !fault.Is(err, fault.Unavailable) || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "hangs") {
		t.Errorf("%v", err)
	}
	if took := time.Since(begun); took > 3*time.Second || spare.calls.Load() != 0 {
		t.Errorf("took %s, asked the spare one %d times", took, spare.calls.Load())
	}
}
