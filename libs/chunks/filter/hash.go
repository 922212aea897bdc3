package filter

import (
	"encoding/binary"

	"github.com/zeebo/xxh3"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// Form is how the values of a column are hashed.
type Form uint8

// The forms; see the package comment.
const (
	NoForm   Form = iota // there are no filters of such columns
	IntForm              // Int
	WideForm             // Wide
	TextForm             // Text
)

// FormOf returns the form of a type's values.
func FormOf(t value.Type) Form {
	switch t.Kind {
	case value.Integer:
		if t.Bits > 64 {
			return WideForm
		}
		return IntForm
	case value.Decimal:
		if t.Width > MaxIntDigits {
			return WideForm
		}
		return IntForm
	case value.Float32, value.Float64, value.Date, value.Time, value.Timestamp, value.TimestampTZ:
		return IntForm
	case value.String, value.Bytes, value.UUID:
		return TextForm
	}
	return NoForm
}

// MaxIntDigits is up to how many digits decimals are hashed as Int.
const MaxIntDigits = 18

// Int hashes a 64-bit number.
func Int(v int64) uint64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(v))
	return xxh3.Hash(b[:])
}

// Wide hashes the 128-bit number hi·2⁶⁴ + lo.
func Wide(hi int64, lo uint64) uint64 {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], lo)
	binary.LittleEndian.PutUint64(b[8:], uint64(hi))
	return xxh3.Hash(b[:])
}

// Text hashes bytes.
func Text(s string) uint64 { return xxh3.HashString(s) }
