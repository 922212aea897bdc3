package config

import (
	"math"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Bytes is a number of bytes that is written with a unit: "4GiB" (powers of 1024) or "4GB" (powers
// of 1000); a plain number is bytes. It is never negative.
type Bytes int64

var units = []struct {
	name  string
	bytes int64
}{
	{"PiB", 1 << 50}, {"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"PB", 1e15}, {"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"B", 1},
}

// ParseBytes reads a number of bytes. Units may be written in any case, a space may precede them.
func ParseBytes(s string) (Bytes, error) {
	number, factor := strings.TrimSpace(s), int64(1)
	for _, u := range units {
		if rest, ok := cutSuffixFold(number, u.name); ok {
			number, factor = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	invalid := fault.New(fault.InvalidArgument, "", "%q is not a number of bytes", s).
		WithHint("write it like 512MiB, 4GiB or 1.5GB")
	if strings.Trim(number, "0123456789.") != "" {
		return 0, invalid
	}
	if whole, err := strconv.ParseInt(number, 10, 64); err == nil {
		if whole > math.MaxInt64/factor {
			return 0, fault.New(fault.InvalidArgument, "", "%q is more than 8 EiB", s)
		}
		return Bytes(whole * factor), nil
	}
	fraction, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, invalid
	}
	bytes := fraction * float64(factor)
	if bytes >= math.MaxInt64 {
		return 0, fault.New(fault.InvalidArgument, "", "%q is more than 8 EiB", s)
	}
	return Bytes(math.Round(bytes)), nil
}

func cutSuffixFold(s, suffix string) (string, bool) {
	at := len(s) - len(suffix)
	if at < 0 || !strings.EqualFold(s[at:], suffix) {
		return s, false
	}
	return s[:at], true
}

// String writes the number exactly, with the largest power of 1024 that divides it.
func (b Bytes) String() string {
	for _, u := range units[:5] {
		if b != 0 && int64(b)%u.bytes == 0 {
			return strconv.FormatInt(int64(b)/u.bytes, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(b), 10) + "B"
}

// MarshalText writes what String does.
func (b Bytes) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what ParseBytes does.
func (b *Bytes) UnmarshalText(text []byte) error {
	parsed, err := ParseBytes(string(text))
	if err != nil {
		return err
	}
	*b = parsed
	return nil
}
