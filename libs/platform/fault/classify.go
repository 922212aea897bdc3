package fault

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
)

// Recognizer turns an error of some library into a fault, or returns nil when it is not one that
// it knows.
type Recognizer func(err error) *Fault

var (
	recognizersMu sync.Mutex
	recognizers   atomic.Pointer[[]Recognizer]
)

// Recognize teaches From another library's errors. It is meant for init functions of the packages
// that know a transport (grpcfault, httpfault), which keeps transports out of this one.
func Recognize(r Recognizer) {
	recognizersMu.Lock()
	defer recognizersMu.Unlock()
	var all []Recognizer
	if old := recognizers.Load(); old != nil {
		all = slices.Clone(*old)
	}
	all = append(all, r)
	recognizers.Store(&all)
}

// classify makes a fault of an error that holds none.
func classify(err error) *Fault {
	// Before all else: an error that says both "cancelled" and "connection closed" is a cancellation.
	switch {
	case errors.Is(err, context.Canceled):
		return &Fault{Kind: Cancelled, Cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &Fault{Kind: DeadlineExceeded, Cause: err}
	}
	if all := recognizers.Load(); all != nil {
		for _, r := range *all {
			if f := r(err); f != nil {
				return f
			}
		}
	}
	switch {
	case isFull(err):
		return &Fault{Kind: ResourceExhausted, Cause: err}
	case isNetwork(err):
		return &Fault{Kind: Unavailable, Retryable: true, Cause: err}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &Fault{Kind: DeadlineExceeded, Cause: err}
	}
	return &Fault{Kind: Internal, Cause: err}
}

func isFull(err error) bool {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}

// isNetwork tells whether the other side could not be reached or went away. A connection that
// timed out counts too: the time was the network's, not the one that a query was given.
func isNetwork(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	if errors.As(err, &op) || errors.As(err, &dns) || errors.Is(err, net.ErrClosed) {
		return true
	}
	for _, gone := range []error{syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}
