package fault

import (
	"runtime/debug"
)

// FromPanic makes an Internal fault of a recovered value, with the stack of the panic. It must be
// called in the deferred function that recovered:
//
//	defer func() {
//		if v := recover(); v != nil {
//			err = fault.FromPanic(v, "serve stream")
//		}
//	}()
func FromPanic(recovered any, op string) *Fault {
	f := New(Internal, op, "panic: %v", recovered).
		WithHint("this is a bug in shoal; the log of the process that panicked has the stack")
	if err, ok := recovered.(error); ok {
		f.Cause = err
	}
	f.stack = debug.Stack()
	return f
}

// Catch turns a panic of the calling goroutine into a fault in *err; it is to be deferred:
//
//	defer fault.Catch(&err, "serve stream")
func Catch(err *error, op string) {
	if v := recover(); v != nil {
		*err = FromPanic(v, op)
	}
}

// Go runs fn on its own goroutine and hands its result to done, a panic as an Internal fault. It
// is for goroutine roots that no run group or errgroup looks after.
func Go(op string, fn func() error, done func(error)) {
	go func() { done(call(op, fn)) }()
}

// Safely calls fn and returns its error, a panic as an Internal fault.
func Safely(op string, fn func() error) error { return call(op, fn) }

func call(op string, fn func() error) (err error) {
	defer Catch(&err, op)
	return fn()
}
