// Package wire owns the primitives of the binary formats of manifests, tickets and assignments:
// minimal varints, counted strings, and bounded zstd.
//
// Invariants: a value has one encoding; a Reader never reads past its input, never allocates by a
// count that the input could not hold, and after its first error returns zeros only.
package wire

import (
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// AppendUint appends v as a varint.
func AppendUint(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

// AppendInt appends v as a zigzag varint.
func AppendInt(b []byte, v int64) []byte { return binary.AppendVarint(b, v) }

// AppendText appends s, led by its length.
func AppendText(b []byte, s string) []byte { return append(AppendUint(b, uint64(len(s))), s...) }

// AppendRange appends r relative to the blocks before it. prev is the last block of the range
// before, 0 at first, and becomes r's.
func AppendRange(b []byte, r chunks.Range, prev *int64) []byte {
	if r.Null {
		return append(b, 1)
	}
	b = append(b, 0)
	b = AppendInt(b, r.First-*prev) // may wrap around, and does so back when read
	*prev = r.Last
	return AppendUint(b, r.Span())
}

// Reader reads what the Append functions write.
type Reader struct {
	rest []byte
	err  error
}

// NewReader returns a reader of b, which it keeps.
func NewReader(b []byte) *Reader { return &Reader{rest: b} }

// Fail makes the reader fail with an invalid_argument fault, unless it has failed already.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = fault.New(fault.InvalidArgument, "", format, args...)
	}
	r.rest = nil
}

// Err returns the first error.
func (r *Reader) Err() error { return r.err }

// Close returns the first error, which may be that something is left.
func (r *Reader) Close() error {
	if len(r.rest) > 0 {
		r.Fail("%d bytes too many", len(r.rest))
	}
	return r.err
}

// Len is the number of bytes left.
func (r *Reader) Len() int { return len(r.rest) }

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if len(r.rest) == 0 {
		r.Fail("it ends too early")
		return 0
	}
	v := r.rest[0]
	r.rest = r.rest[1:]
	return v
}

// Bool reads a byte that is 0 or 1.
func (r *Reader) Bool() bool {
	v := r.Byte()
	if v > 1 {
		r.Fail("%d is not a boolean", v)
	}
	return v == 1
}

// Raw reads n bytes, which alias the input.
func (r *Reader) Raw(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.Fail("it ends too early")
		return nil
	}
	v := r.rest[:n]
	r.rest = r.rest[n:]
	return v
}

// Uint reads a varint.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || n > 1 && r.rest[n-1] == 0 {
		r.Fail("a number is cut off, too large or longer than it needs to be")
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// Int reads a zigzag varint.
func (r *Reader) Int() int64 {
	v := r.Uint()
	return int64(v>>1) ^ -int64(v&1)
}

// Size reads a number that must not be negative as an int64.
func (r *Reader) Size() int64 {
	v := r.Uint()
	if v > 1<<63-1 {
		r.Fail("a size is too large")
		return 0
	}
	return int64(v)
}

// Count reads a number of things of which each takes at least size bytes of what is left.
func (r *Reader) Count(size int) int {
	v := r.Uint()
	if v > uint64(len(r.rest)/max(size, 1)) {
		r.Fail("it announces more than it holds")
		return 0
	}
	return int(v)
}

// Text reads a counted string of at most limit bytes.
func (r *Reader) Text(limit int) string {
	n := r.Count(1)
	if n > limit {
		r.Fail("a text of %d bytes is too long", n)
		return ""
	}
	return string(r.Raw(n))
}

// Range reads what AppendRange writes.
func (r *Reader) Range(prev *int64) chunks.Range {
	if r.Bool() {
		return chunks.NullRange()
	}
	first := *prev + r.Int()
	last := first + int64(r.Uint())
	if last < first {
		r.Fail("a range is not valid")
		return chunks.Range{}
	}
	*prev = last
	return chunks.Range{First: first, Last: last}
}

// The coders are made once: each holds buffers of some size, and all may be shared.
var (
	encoder     = sync.OnceValues(func() (*zstd.Encoder, error) { return newEncoder(zstd.SpeedDefault) })
	fastEncoder = sync.OnceValues(func() (*zstd.Encoder, error) { return newEncoder(zstd.SpeedFastest) })
	decoder     = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(MaxRawBytes),
			zstd.WithDecoderMaxWindow(MaxRawBytes))
	})
)

func newEncoder(level zstd.EncoderLevel) (*zstd.Encoder, error) {
	// A single segment tells its size, however small it is.
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithWindowSize(1<<20), zstd.WithSingleSegment(true))
}

// MaxRawBytes bounds what Decompress returns.
const MaxRawBytes = 64 << 20

// Compress appends raw, which has at most MaxRawBytes, compressed to dst.
func Compress(dst, raw []byte) ([]byte, error) { return compress(encoder, dst, raw) }

// CompressFast is Compress for what is read once, soon.
func CompressFast(dst, raw []byte) ([]byte, error) { return compress(fastEncoder, dst, raw) }

func compress(encoder func() (*zstd.Encoder, error), dst, raw []byte) ([]byte, error) {
	if len(raw) > MaxRawBytes {
		return nil, fault.New(fault.ResourceExhausted, "compress", "%d bytes are too many", len(raw))
	}
	z, err := encoder()
	if err != nil {
		return nil, fault.New(fault.Internal, "compress", "%w", err)
	}
	return z.EncodeAll(raw, dst), nil
}

// Decompress is the inverse of Compress; what would become longer than limit is invalid_argument,
// found before it is unpacked.
func Decompress(b []byte, limit int) ([]byte, error) {
	z, err := decoder()
	if err != nil {
		return nil, fault.New(fault.Internal, "decompress", "%w", err)
	}
	var h zstd.Header
	if err := h.Decode(b); err != nil {
		return nil, fault.New(fault.InvalidArgument, "decompress", "%w", err)
	}
	// All that Compress writes is one frame that tells its size.
	if h.Skippable || !h.HasFCS || h.FrameContentSize > uint64(min(limit, MaxRawBytes)) {
		return nil, fault.New(fault.InvalidArgument, "decompress", "it unpacks to more than %d bytes or does not tell", limit)
	}
	raw, err := z.DecodeAll(b, make([]byte, 0, h.FrameContentSize))
	if err != nil {
		return nil, fault.New(fault.InvalidArgument, "decompress", "%w", err)
	}
	if uint64(len(raw)) != h.FrameContentSize {
		return nil, fault.New(fault.InvalidArgument, "decompress", "it has %d bytes more than its header tells",
			uint64(len(raw))-h.FrameContentSize)
	}
	return raw, nil
}
