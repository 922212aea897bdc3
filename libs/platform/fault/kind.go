package fault

import "slices"

// Kind says what sort of thing went wrong. The set is closed, and its spelling is part of the
// outer contract: it is what clients see in JSON and in gRPC details.
type Kind string

const (
	// InvalidArgument: the request is wrong and stays wrong however often it is sent.
	InvalidArgument Kind = "invalid_argument"
	// NotFound: the request names something that does not exist.
	NotFound Kind = "not_found"
	// Unauthenticated: who is asking is not known, or the proof is forged or expired.
	Unauthenticated Kind = "unauthenticated"
	// PermissionDenied: who is asking is known and may not.
	PermissionDenied Kind = "permission_denied"
	// ResourceExhausted: a bound was hit (memory, disk, queue, size, rate).
	ResourceExhausted Kind = "resource_exhausted"
	// Unavailable: something that is needed cannot be reached now; retryable unless said otherwise.
	Unavailable Kind = "unavailable"
	// DeadlineExceeded: the time that was given ran out.
	DeadlineExceeded Kind = "deadline_exceeded"
	// Cancelled: somebody who may do so stopped it.
	Cancelled Kind = "cancelled"
	// Internal: a bug of ours, never the client's fault.
	Internal Kind = "internal"
)

var kinds = []Kind{
	InvalidArgument, NotFound, Unauthenticated, PermissionDenied, ResourceExhausted,
	Unavailable, DeadlineExceeded, Cancelled, Internal,
}

// Kinds returns all kinds, in the order of their declaration. The slice is the caller's.
func Kinds() []Kind { return slices.Clone(kinds) }

// Valid tells whether k is one of the declared kinds.
func (k Kind) Valid() bool { return slices.Contains(kinds, k) }

// String returns the kind as it is spelled on the wire.
func (k Kind) String() string { return string(k) }
