// Package fault owns the one error type that crosses boundaries in Shoal: a kind, the operation
// that was going on, what a person can do about it, and whether a retry may help.
//
// Invariants: a fault is never changed after it was made (the With methods return copies), so one
// may be shared between goroutines; a fault's kind is always one of Kinds; everything but Cause
// survives the trip over HTTP (package httpfault) and gRPC (package grpcfault).
//
// It refuses to know transports: they teach it their errors by Recognize. It depends on the
// standard library only, so that pure packages can use it.
package fault

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// Fault is an error with structure. Make one with New, Wrap or From.
type Fault struct {
	Kind Kind
	// Op is what was being done, as a short verb phrase: "decode ticket".
	Op string
	// Message is what went wrong. It may be empty when Cause says it all.
	Message string
	// Hint is what a person could do about it; empty when there is nothing to say.
	Hint string
	// Details are facts for programs. Values must be encodable as JSON.
	Details map[string]any
	// Retryable tells whether doing the same again may succeed.
	Retryable bool
	// QueryID names the query that was hit; empty outside of queries.
	QueryID string
	// Cause is what this fault was made from. It stays in this process.
	Cause error

	stack []byte
}

// New makes a fault; the message is formatted as by fmt.Errorf, so that %w sets Cause.
// Unavailable faults are retryable unless WithRetry says otherwise.
func New(kind Kind, op, format string, args ...any) *Fault {
	f := &Fault{Kind: kind, Op: op, Retryable: kind == Unavailable}
	if !kind.Valid() {
		f.Kind = Internal
	}
	err := fmt.Errorf(format, args...)
	f.Message = err.Error()
	switch w := err.(type) {
	case interface{ Unwrap() error }:
		f.Cause = w.Unwrap()
	case interface{ Unwrap() []error }:
		f.Cause = errors.Join(w.Unwrap()...)
	}
	return f
}

// Wrap says what was being done when err happened, keeping err's kind and all that is known of it
// (see From). It returns an error, and nil for a nil err, so that it can end a function; to add
// more, use From(err).WithOp(op).
func Wrap(err error, op string) error {
	if err == nil {
		return nil
	}
	return From(err).WithOp(op)
}

// From returns err as a fault: the fault itself, the fault that err wraps with err's text around
// it, or a new one whose kind is found by looking at err; what is not recognised is Internal.
// It returns nil only for a nil err; mind that a nil *Fault in an error is not nil.
func From(err error) *Fault {
	if err == nil {
		return nil
	}
	if f, ok := err.(*Fault); ok && f != nil {
		return f
	}
	var inner *Fault
	if errors.As(err, &inner) && inner != nil {
		f := inner.inherit()
		f.Cause = err
		return f
	}
	return classify(err)
}

// FromContext returns the fault for a context that is done, preferring the cause that it was
// cancelled with, and nil for one that is not done.
func FromContext(ctx context.Context, op string) *Fault {
	if ctx.Err() == nil {
		return nil
	}
	cause := context.Cause(ctx)
	f := From(cause)
	var known *Fault
	if f.Kind == Internal && !errors.As(cause, &known) {
		// A context cancelled with a plain error as its cause is cancelled, not a bug.
		f.Kind = classify(ctx.Err()).Kind
	}
	return f.WithOp(op)
}

// KindOf returns the kind that From(err) has, and the empty kind for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return From(err).Kind
}

// Is tells whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// IsRetryable tells whether doing again what gave err may succeed.
func IsRetryable(err error) bool { return err != nil && From(err).Retryable }

// Error returns operation, message and cause, for logs.
func (f *Fault) Error() string {
	return f.join(f.Op, func(cause error) string { return cause.Error() })
}

// Text returns message and causes without the operations: what a person should read, and what
// travels as the message over HTTP and gRPC.
func (f *Fault) Text() string {
	return f.join("", func(cause error) string {
		if inner, ok := cause.(*Fault); ok {
			return inner.Text()
		}
		return cause.Error()
	})
}

func (f *Fault) join(op string, textOf func(error) string) string {
	var parts []string
	if op != "" {
		parts = append(parts, op)
	}
	if f.Message != "" {
		parts = append(parts, f.Message)
	}
	// A message made with %w already has the text of its cause.
	if f.Cause != nil && !strings.Contains(f.Message, Text(f.Cause)) {
		parts = append(parts, textOf(f.Cause))
	}
	if len(parts) == 0 {
		return string(f.Kind)
	}
	return strings.Join(parts, ": ")
}

// Text returns what a person should read of any error: Fault.Text for a fault, else Error.
func Text(err error) string {
	if f, ok := err.(*Fault); ok {
		return f.Text()
	}
	return err.Error()
}

// Ops returns the operations of the fault and of the faults that it wraps, outermost first,
// separated by ": ".
func (f *Fault) Ops() string {
	var ops []string
	for f != nil {
		if f.Op != "" {
			ops = append(ops, f.Op)
		}
		var next *Fault
		if !errors.As(f.Cause, &next) {
			break
		}
		f = next
	}
	return strings.Join(ops, ": ")
}

// Unwrap returns Cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Is lets errors.Is(err, context.Canceled) and context.DeadlineExceeded hold for faults of these
// kinds, also for those that came from another process.
func (f *Fault) Is(target error) bool {
	switch target {
	case context.Canceled:
		return f.Kind == Cancelled
	case context.DeadlineExceeded:
		return f.Kind == DeadlineExceeded
	}
	return false
}

// WithOp returns a fault of the same kind around f that says what was being done.
func (f *Fault) WithOp(op string) *Fault {
	c := f.inherit()
	c.Op, c.Cause = op, f
	return c
}

// WithHint returns a copy with the hint, formatted if there are args.
func (f *Fault) WithHint(hint string, args ...any) *Fault {
	c := *f
	if len(args) > 0 {
		hint = fmt.Sprintf(hint, args...)
	}
	c.Hint = hint
	return &c
}

// WithDetail returns a copy with one more detail. The value must be encodable as JSON.
func (f *Fault) WithDetail(key string, value any) *Fault {
	c := *f
	c.Details = maps.Clone(f.Details)
	if c.Details == nil {
		c.Details = make(map[string]any, 1)
	}
	c.Details[key] = value
	return &c
}

// WithRetry returns a copy that says whether a retry may help.
func (f *Fault) WithRetry(retryable bool) *Fault {
	c := *f
	c.Retryable = retryable
	return &c
}

// WithQuery returns a copy that names the query.
func (f *Fault) WithQuery(id string) *Fault {
	c := *f
	c.QueryID = id
	return &c
}

// WithCause returns a copy with the cause.
func (f *Fault) WithCause(err error) *Fault {
	c := *f
	c.Cause = err
	return &c
}

// Stack returns the stack of the panic that the fault was made from, nil for other faults. It is
// for the log and never leaves the process.
func (f *Fault) Stack() []byte {
	if f.stack != nil {
		return f.stack
	}
	var inner *Fault
	if errors.As(f.Cause, &inner) {
		return inner.Stack()
	}
	return nil
}

// inherit returns a fault without text of its own that has all else in common with f.
func (f *Fault) inherit() *Fault {
	return &Fault{
		Kind: f.Kind, Hint: f.Hint, Details: f.Details,
		Retryable: f.Retryable, QueryID: f.QueryID,
	}
}
