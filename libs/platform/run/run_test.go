package run

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// events records what happened, in order.
type events struct {
	mu  sync.Mutex
	all []string
}

func (e *events) add(s string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, s)
}

func (e *events) list() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.all)
}

func untilDone(e *events, name string) func(context.Context) error {
	return func(ctx context.Context) error {
		<-ctx.Done()
		e.add(name + " returned")
		return ctx.Err()
	}
}

func TestOrderlyShutdown(t *testing.T) {
	var e events
	ready := NewReadiness("catalog")
	ready.Set("catalog", true, "")
	g := &Group{Ready: ready, Settle: time.Millisecond}
	g.Actor("store", untilDone(&e, "store"), nil)
	g.Actor("server", untilDone(&e, "server"), func(cause error) {
		if !fault.Is(cause, fault.Cancelled) {
			t.Errorf("cause %v", cause)
		}
		e.add("server interrupted")
	})
	g.OnDeregister("lease", func(context.Context) error {
		if ready.Ready() {
			t.Error("still ready while deregistering")
		}
		e.add("deregistered")
		return errors.New("etcd is gone") // must not stop the rest
	})
	g.OnDrain("server", func(ctx context.Context) error {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("drain without a deadline")
		}
		e.add("drained")
		return nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- g.Run(ctx) }()
	if err := ready.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	got := e.list()
	// The interrupt and the return of one actor may come in either order.
	if i := slices.Index(got, "server returned"); i >= 0 {
		got = slices.Delete(got, i, i+1)
	}
	if want := []string{"deregistered", "drained", "server interrupted", "store returned"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestFirstFailureStopsAll(t *testing.T) {
	var e events
	g := &Group{}
	g.Actor("store", untilDone(&e, "store"), nil)
	g.Actor("watch", func(context.Context) error { return fault.New(fault.Unavailable, "watch", "lost") }, nil)
	err := g.Run(context.Background())
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "watch: watch: lost") {
		t.Errorf("err = %v", err)
	}
	if got := e.list(); !slices.Equal(got, []string{"store returned"}) {
		t.Errorf("events %v", got)
	}
}

func TestActorThatReturnsEndsTheGroup(t *testing.T) {
	var e events
	g := &Group{}
	g.Actor("job", func(context.Context) error { return nil }, nil)
	g.Actor("other", untilDone(&e, "other"), nil)
	if err := g.Run(context.Background()); err != nil {
		t.Errorf("err = %v", err)
	}
	if len(e.list()) != 1 {
		t.Error("the other actor was not stopped")
	}
}

func TestPanicIsAFault(t *testing.T) {
	var out bytes.Buffer
	g := &Group{Log: slog.New(slog.NewTextHandler(&out, nil))}
	g.Actor("server", func(context.Context) error { panic("boom") }, nil)
	err := g.Run(context.Background())
	if f := fault.From(err); f.Kind != fault.Internal || f.Stack() == nil {
		t.Errorf("err = %v", err)
	}
	if !strings.Contains(out.String(), "goroutine") {
		t.Errorf("no stack in the log: %s", out.String())
	}
}

func TestPanicsOnTheWayDown(t *testing.T) {
	var e events
	g := &Group{}
	g.Actor("a", untilDone(&e, "a"), func(error) { panic("in interrupt") })
	g.Actor("b", func(ctx context.Context) error { <-ctx.Done(); return errors.New("close failed") }, nil)
	g.OnDrain("c", func(context.Context) error { panic("in drain") })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := g.Run(ctx)
	if err == nil || !strings.Contains(err.Error(), "b: close failed") {
		t.Errorf("err = %v, want the error of the actor that failed while stopping", err)
	}
	if len(e.list()) != 1 {
		t.Error("actor a did not return")
	}
}

func TestStuckActorIsNamed(t *testing.T) {
	release := make(chan struct{})
	var e events
	g := &Group{StopTimeout: 20 * time.Millisecond}
	g.Actor("fine", untilDone(&e, "fine"), nil)
	g.Actor("stuck", func(context.Context) error { <-release; return nil }, nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := g.Run(ctx)
	close(release)
	if !fault.Is(err, fault.DeadlineExceeded) || !strings.Contains(err.Error(), "stuck") {
		t.Errorf("err = %v", err)
	}
}

func TestDrainDeadline(t *testing.T) {
	var out bytes.Buffer
	g := &Group{Log: slog.New(slog.NewTextHandler(&out, nil)), DrainTimeout: 20 * time.Millisecond, Settle: time.Hour}
	g.OnDrain("slow", func(ctx context.Context) error { <-ctx.Done(); return fault.FromContext(ctx, "drain") })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	begun := time.Now()
	if err := g.Run(ctx); err != nil {
		t.Errorf("a drain that was cut off is no failure of the service: %v", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	if !strings.Contains(out.String(), "slow") {
		t.Errorf("the log does not name the hook: %s", out.String())
	}
}

func TestReadiness(t *testing.T) {
	r := NewReadiness("etcd", "catalog")
	if r.Ready() {
		t.Error("ready before anything was set")
	}
	r.Set("etcd", true, "")
	err := r.Err()
	if !fault.Is(err, fault.Unavailable) || !fault.IsRetryable(err) || fault.Text(err) != "not ready: catalog (starting)" {
		t.Errorf("err = %v", err)
	}
	r.Set("catalog", true, "version 17")
	if !r.Ready() {
		t.Error("not ready with all set")
	}
	since := r.Conditions()[1].Since
	r.Set("catalog", true, "version 18")
	if c := r.Conditions()[1]; c.Since != since || c.Why != "version 18" {
		t.Errorf("a condition that still holds: %+v, since %s", c, since)
	}
	r.Set("disk", false, "full")
	r.Set("etcd", false, "")
	if got := fault.Text(r.Err()); got != "not ready: etcd, disk (full)" {
		t.Errorf("%q", got)
	}
	r.Conditions()[0].OK = true
	if r.Conditions()[0].OK {
		t.Error("Conditions gave its own slice away")
	}
}

func TestReadinessWait(t *testing.T) {
	r := NewReadiness("a")
	done := make(chan error)
	go func() { done <- r.Wait(context.Background()) }()
	r.Set("b", false, "later")
	r.Set("a", true, "")
	r.Set("b", true, "")
	if err := <-done; err != nil {
		t.Error(err)
	}
	r.Set("a", false, "gone")
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := r.Wait(ctx); !fault.Is(err, fault.DeadlineExceeded) || !strings.Contains(err.Error(), "a (gone)") {
		t.Errorf("err = %v", err)
	}
}

func TestSignalContext(t *testing.T) {
	ctx, stop := SignalContext(context.Background())
	defer stop()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("the signal did not end the context")
	}
	if f := fault.FromContext(ctx, ""); f.Kind != fault.Cancelled || !strings.Contains(f.Text(), "terminated") {
		t.Errorf("%v", f)
	}
	ctx, stop = SignalContext(context.Background())
	stop()
	if ctx.Err() == nil {
		t.Error("stop did not end the context")
	}
}

// A small heap is collected when there is more garbage than it is large.
func TestGiveHeapRoom(t *testing.T) {
	t.Setenv("GOGC", "")
	if err := os.Unsetenv("GOGC"); err != nil {
		t.Fatal(err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	GiveHeapRoom()
	runtime.GC()
	goal := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(goal)
	if got := goal[0].Value.Uint64(); got < HeapRoom/2 {
		t.Errorf("the next collection is at %d bytes", got)
	}
}
