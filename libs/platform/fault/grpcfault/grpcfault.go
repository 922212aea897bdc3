// Package grpcfault carries faults over gRPC: the status code and message, which every client
// sees, and a google.rpc.ErrorInfo, which holds the rest for those that look.
//
// The message ends with the detail "caret", which shows the place in SQL, and with the hint, since
// most Flight clients show a person nothing else. A status
// travels in HTTP/2 headers, of which some clients take 8 KiB in all; what doesn't fit is cut,
// details first. Importing this package teaches fault.From the errors of gRPC clients, so a
// client needs no interceptor: fault.From(err) and fault.Wrap(err, op) are enough.
package grpcfault

import (
	"errors"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Domain is the ErrorInfo domain of our statuses.
const Domain = "shoal"

// Keys of ErrorInfo's metadata.
const (
	metaHint      = "hint"
	metaQuery     = "query_id"
	metaDetails   = "details"
	metaOp        = "op"
	metaRetryable = "retryable"
	metaTruncated = "truncated"
)

// detailCaret is the detail of faults that shows a place: a line with a caret below it.
const detailCaret = "caret"

// hintSeparator stands between the text and the hint in a status message.
const hintSeparator = "\nHint: "

var codeOf = map[fault.Kind]codes.Code{
	fault.InvalidArgument:   codes.InvalidArgument,
	fault.NotFound:          codes.NotFound,
	fault.Unauthenticated:   codes.Unauthenticated,
	fault.PermissionDenied:  codes.PermissionDenied,
	fault.ResourceExhausted: codes.ResourceExhausted,
	fault.Unavailable:       codes.Unavailable,
	fault.DeadlineExceeded:  codes.DeadlineExceeded,
	fault.Cancelled:         codes.Canceled,
	fault.Internal:          codes.Internal,
}

var kindOf = map[codes.Code]fault.Kind{
	// Codes that we never send, but other servers do.
	codes.AlreadyExists:      fault.InvalidArgument,
	codes.FailedPrecondition: fault.InvalidArgument,
	codes.OutOfRange:         fault.InvalidArgument,
	codes.Unimplemented:      fault.InvalidArgument,
	codes.Aborted:            fault.Unavailable,
}

func init() {
	for kind, code := range codeOf {
		kindOf[code] = kind
	}
	fault.Recognize(func(err error) *fault.Fault {
		if _, ok := grpcStatus(err); !ok {
			return nil
		}
		return FromError(err)
	})
}

// Code returns the gRPC code of a kind.
func Code(kind fault.Kind) codes.Code {
	if code, ok := codeOf[kind]; ok {
		return code
	}
	return codes.Internal
}

// Kind returns the kind of a gRPC code; Internal for codes that say nothing, such as Unknown.
func Kind(code codes.Code) fault.Kind {
	if kind, ok := kindOf[code]; ok {
		return kind
	}
	return fault.Internal
}

// ToStatus returns err as a status, with all that is known of it. It is nil for a nil err.
func ToStatus(err error) *status.Status {
	if err == nil {
		return nil
	}
	f := fault.From(err)
	info := &errdetails.ErrorInfo{
		Reason:   strings.ToUpper(string(f.Kind)),
		Domain:   Domain,
		Metadata: map[string]string{},
	}
	for key, value := range map[string]string{
		metaHint: f.Hint, metaQuery: f.QueryID, metaOp: f.Ops(), metaDetails: fault.EncodeDetails(f.Details),
	} {
		if value != "" {
			info.Metadata[key] = valid(value)
		}
	}
	if f.Retryable {
		info.Metadata[metaRetryable] = "true"
	}
	text := f.Text()
	if caret, ok := f.Details[detailCaret].(string); ok && caret != "" {
		text += "\n" + caret
	}
	return fit(Code(f.Kind), valid(text), info)
}

// ToError is ToStatus as an error. What is a gRPC status already and no fault is returned as it
// is, so that codes that we have no kind for (Unimplemented) reach the client.
func ToError(err error) error {
	var f *fault.Fault
	if _, ok := grpcStatus(err); ok && !errors.As(err, &f) {
		return err
	}
	return ToStatus(err).Err()
}

// FromStatus returns the fault in a status, or one made from code and message when the status is
// not one of ours. It is nil for a nil or OK status.
func FromStatus(st *status.Status) *fault.Fault {
	if st.Code() == codes.OK {
		return nil
	}
	kind := Kind(st.Code())
	f := &fault.Fault{Kind: kind, Message: st.Message(), Retryable: kind == fault.Unavailable}
	for _, detail := range st.Details() {
		info, ok := detail.(*errdetails.ErrorInfo)
		if !ok || info.GetDomain() != Domain {
			continue
		}
		readInfo(f, info.GetMetadata())
	}
	if st.Code() == codes.Unimplemented && f.Hint == "" {
		f.Hint = "the server does not know this call; it may be older or of another kind than the client expects"
	}
	return f
}

func readInfo(f *fault.Fault, meta map[string]string) {
	f.Hint, f.QueryID, f.Op = meta[metaHint], meta[metaQuery], meta[metaOp]
	f.Retryable = meta[metaRetryable] == "true"
	if f.Hint != "" {
		f.Message = strings.TrimSuffix(f.Message, hintSeparator+f.Hint)
	}
	details, err := fault.DecodeDetails(meta[metaDetails])
	if err != nil {
		return // a peer's broken details must not hide its error
	}
	f.Details = details
	if caret, ok := details[detailCaret].(string); ok {
		f.Message = strings.TrimSuffix(f.Message, "\n"+caret)
	}
}

// FromError returns the fault in an error that a gRPC client got. It is nil for a nil err.
func FromError(err error) *fault.Fault {
	st, ok := grpcStatus(err)
	if !ok {
		return fault.From(err)
	}
	f := FromStatus(st)
	if f == nil {
		return nil
	}
	// Text that was put around the status stays; the flattened status inside makes room.
	if flat := st.Err().Error(); err.Error() != flat && strings.Contains(err.Error(), flat) {
		f.Message = strings.Replace(err.Error(), flat, f.Text(), 1)
	}
	return f
}

func grpcStatus(err error) (*status.Status, bool) {
	var s interface{ GRPCStatus() *status.Status }
	if err == nil || !errors.As(err, &s) {
		return nil, false
	}
	st := s.GRPCStatus()
	return st, st != nil && st.Code() != codes.OK
}

// maxHeaderBytes bounds a status as it travels, below the 8 KiB that Java clients take in all.
const maxHeaderBytes = 7000

// fit builds the status, leaving out details and cutting texts until it fits into headers.
func fit(code codes.Code, message string, info *errdetails.ErrorInfo) *status.Status {
	st := build(code, message, info)
	if headerBytes(st) <= maxHeaderBytes {
		return st
	}
	if info.Metadata[metaDetails] != "" {
		delete(info.Metadata, metaDetails)
		info.Metadata[metaTruncated] = "true"
		if st = build(code, message, info); headerBytes(st) <= maxHeaderBytes {
			return st
		}
	}
	info.Metadata[metaTruncated] = "true"
	for limit := 2000; ; limit /= 2 {
		message = cut(message, limit)
		for key, value := range info.Metadata {
			info.Metadata[key] = cut(value, limit/4)
		}
		if st = build(code, message, info); headerBytes(st) <= maxHeaderBytes || limit < 64 {
			return st
		}
	}
}

func build(code codes.Code, message string, info *errdetails.ErrorInfo) *status.Status {
	if hint := info.Metadata[metaHint]; hint != "" {
		message += hintSeparator + hint
	}
	st := status.New(code, message)
	if withInfo, err := st.WithDetails(info); err == nil {
		return withInfo
	}
	return st
}

// headerBytes estimates how long a status is in headers: the message percent-encoded, and the
// whole status, message included, as base64.
func headerBytes(st *status.Status) int {
	n := 0
	for _, c := range []byte(st.Message()) {
		if c < ' ' || c > '~' || c == '%' {
			n += 2
		}
		n++
	}
	return n + (proto.Size(st.Proto())+2)/3*4
}

func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// valid makes s fit for a protobuf string.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
