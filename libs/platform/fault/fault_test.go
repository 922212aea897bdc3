package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestNew(t *testing.T) {
	f := New(NotFound, "look up table", "no table %q", "lineitm").
		WithHint("did you mean %s?", "lineitem").WithDetail("nearest", []string{"lineitem"}).WithQuery("q1")
	if got, want := f.Error(), `look up table: no table "lineitm"`; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got, want := f.Text(), `no table "lineitm"`; got != want {
		t.Errorf("Text() = %q, want %q", got, want)
	}
	if f.Hint != "did you mean lineitem?" || f.QueryID != "q1" || f.Retryable {
		t.Errorf("fields lost: %+v", f)
	}
	if got := New("nonsense", "x", "y").Kind; got != Internal {
		t.Errorf("undeclared kind became %q, want internal", got)
	}
}

func TestNewWithCause(t *testing.T) {
	f := New(Unavailable, "fetch chunk", "get %s: %w", "a.parquet", io.ErrUnexpectedEOF)
	if !errors.Is(f, io.ErrUnexpectedEOF) {
		t.Error("%w did not set the cause")
	}
	if got, want := f.Error(), "fetch chunk: get a.parquet: unexpected EOF"; got != want {
		t.Errorf("Error() = %q, want %q (cause not repeated)", got, want)
	}
	if !f.Retryable {
		t.Error("unavailable must be retryable by default")
	}
	two := New(Internal, "x", "%w and %w", io.EOF, os.ErrClosed)
	if !errors.Is(two, io.EOF) || !errors.Is(two, os.ErrClosed) {
		t.Error("two %w: a cause was lost")
	}
}

func TestCopiesDoNotShare(t *testing.T) {
	base := New(Internal, "op", "m").WithDetail("a", 1)
	more := base.WithDetail("b", 2).WithHint("h").WithRetry(true)
	if len(base.Details) != 1 || base.Hint != "" || base.Retryable {
		t.Errorf("With changed its receiver: %+v", base)
	}
	if len(more.Details) != 2 {
		t.Errorf("details = %v, want two", more.Details)
	}
	if hint := base.WithHint("100%").Hint; hint != "100%" {
		t.Errorf("hint without args was formatted: %q", hint)
	}
}

func TestWrapKeepsWhatIsKnown(t *testing.T) {
	inner := New(ResourceExhausted, "spill", "disk full").WithHint("free space").
		WithDetail("bytes", 7).WithRetry(true).WithQuery("q9")
	for name, err := range map[string]error{
		"by Wrap":         Wrap(inner, "run subplan"),
		"by fmt.Errorf":   Wrap(fmt.Errorf("run subplan: %w", inner), "x"),
		"in errors.Join":  errors.Join(io.EOF, inner),
		"Wrap in Errorf":  fmt.Errorf("a: %w", Wrap(inner, "b")),
		"WithOp directly": inner.WithOp("run subplan"),
	} {
		f := From(err)
		if f.Kind != ResourceExhausted || f.Hint != "free space" || !f.Retryable || f.QueryID != "q9" ||
			f.Details["bytes"] != 7 {
			t.Errorf("%s: lost something: %+v", name, f)
		}
		if !errors.Is(f, inner) && f != inner {
			t.Errorf("%s: cause lost", name)
		}
	}
	f := From(Wrap(Wrap(inner, "run subplan"), "do get"))
	if got, want := f.Error(), "do get: run subplan: spill: disk full"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got, want := f.Ops(), "do get: run subplan: spill"; got != want {
		t.Errorf("Ops() = %q, want %q", got, want)
	}
	if got, want := f.Text(), "disk full"; got != want {
		t.Errorf("Text() = %q, want %q", got, want)
	}
	if got, want := From(fmt.Errorf("outside: %w", inner)).Text(), "outside: spill: disk full"; got != want {
		t.Errorf("Text() = %q, want %q", got, want)
	}
}

func TestNil(t *testing.T) {
	if err := Wrap(nil, "x"); err != nil {
		t.Errorf("Wrap(nil) = %v, want a nil error", err)
	}
	if From(nil) != nil || KindOf(nil) != "" || Is(nil, Internal) || IsRetryable(nil) {
		t.Error("nil is not a fault")
	}
	if f := FromContext(context.Background(), "x"); f != nil {
		t.Errorf("a live context gave %v", f)
	}
}

func TestClassify(t *testing.T) {
	_, dialErr := net.DialTimeout("tcp", "127.0.0.1:1", time.Second)
	_, openErr := os.Open("/does/not/exist")
	cases := []struct {
		name      string
		err       error
		kind      Kind
		retryable bool
	}{
		{"cancelled", fmt.Errorf("read: %w", context.Canceled), Cancelled, false},
		{"deadline", context.DeadlineExceeded, DeadlineExceeded, false},
		{"io deadline", os.ErrDeadlineExceeded, DeadlineExceeded, false},
		{"refused", dialErr, Unavailable, true},
		{"reset", fmt.Errorf("x: %w", syscall.ECONNRESET), Unavailable, true},
		{"closed", net.ErrClosed, Unavailable, true},
		{"no host", &net.DNSError{Name: "nowhere", IsNotFound: true}, Unavailable, true},
		{"dial timeout", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, Unavailable, true},
		{"dial cancelled", &net.OpError{Op: "dial", Err: context.Canceled}, Cancelled, false},
		{"disk full", &os.PathError{Op: "write", Path: "f", Err: syscall.ENOSPC}, ResourceExhausted, false},
		{"missing file", openErr, Internal, false},
		{"unknown", errors.New("what"), Internal, false},
	}
	for _, c := range cases {
		f := From(c.err)
		if f.Kind != c.kind || f.Retryable != c.retryable {
			t.Errorf("%s: %s retryable=%v, want %s %v", c.name, f.Kind, f.Retryable, c.kind, c.retryable)
		}
		if f.Text() != c.err.Error() || !errors.Is(f, c.err) {
			t.Errorf("%s: text %q, want %q", c.name, f.Text(), c.err.Error())
		}
	}
}

type teapot struct{}

func (teapot) Error() string { return "short and stout" }

func TestRecognize(t *testing.T) {
	Recognize(func(err error) *Fault {
		if errors.As(err, new(teapot)) {
			return New(PermissionDenied, "brew", "%w", err)
		}
		return nil
	})
	if got := KindOf(fmt.Errorf("x: %w", teapot{})); got != PermissionDenied {
		t.Errorf("kind = %s, want permission_denied", got)
	}
	if got := KindOf(errors.New("other")); got != Internal {
		t.Errorf("an error that is not recognised became %s", got)
	}
}

func TestIsContextError(t *testing.T) {
	if !errors.Is(New(Cancelled, "x", "stopped by the operator"), context.Canceled) ||
		!errors.Is(Wrap(New(DeadlineExceeded, "x", "too slow"), "y"), context.DeadlineExceeded) {
		t.Error("a fault of the kind must be the context's error")
	}
	if errors.Is(New(Internal, "x", "y"), context.Canceled) {
		t.Error("an internal fault is no cancellation")
	}
}

func TestFromContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("client went away"))
	if f := FromContext(ctx, "stream"); f.Kind != Cancelled || f.Error() != "stream: client went away" {
		t.Errorf("plain cause: %s %q", f.Kind, f.Error())
	}
	ctx, cancel = context.WithCancelCause(context.Background())
	cancel(New(ResourceExhausted, "watch memory", "over the limit"))
	if f := FromContext(ctx, "stream"); f.Kind != ResourceExhausted {
		t.Errorf("fault as cause: %s, want resource_exhausted", f.Kind)
	}
	ctx, cancel = context.WithCancelCause(context.Background())
	cancel(New(Internal, "check", "bug"))
	if f := FromContext(ctx, "stream"); f.Kind != Internal {
		t.Errorf("internal fault as cause: %s, want internal", f.Kind)
	}
	late, stop := context.WithTimeout(context.Background(), 0)
	defer stop()
	if f := FromContext(late, "stream"); f.Kind != DeadlineExceeded {
		t.Errorf("deadline: %s", f.Kind)
	}
}

func TestPanics(t *testing.T) {
	err := Safely("count", func() error { var m map[int]int; m[1] = 2; return nil })
	f := From(err)
	if f.Kind != Internal || !strings.Contains(f.Text(), "nil map") {
		t.Errorf("fault = %s %q", f.Kind, f.Text())
	}
	if !strings.Contains(string(f.Stack()), "TestPanics") {
		t.Errorf("stack does not name the function that panicked:\n%s", f.Stack())
	}
	if got := From(Wrap(f, "outer")).Stack(); len(got) == 0 {
		t.Error("wrapping lost the stack")
	}
	if New(Internal, "x", "y").Stack() != nil {
		t.Error("a fault that is no panic has a stack")
	}
	done := make(chan error, 1)
	Go("serve", func() error { panic(io.EOF) }, func(err error) { done <- err })
	if err := <-done; !Is(err, Internal) || !errors.Is(err, io.EOF) {
		t.Errorf("Go: %v", err)
	}
	if err := Safely("x", func() error { return io.EOF }); err != io.EOF {
		t.Errorf("Safely changed an ordinary error: %v", err)
	}
}

func TestKinds(t *testing.T) {
	if len(Kinds()) != 9 {
		t.Errorf("%d kinds, the contract has 9", len(Kinds()))
	}
	Kinds()[0] = "changed"
	if !InvalidArgument.Valid() || Kind("").Valid() {
		t.Error("Valid is wrong, or Kinds gave its own slice away")
	}
	if text := (&Fault{Kind: Unavailable}).Error(); text != "unavailable" {
		t.Errorf("a fault without words reads %q", text)
	}
}
