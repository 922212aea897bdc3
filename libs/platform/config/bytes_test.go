package config

import (
	"math"
	"testing"
)

func TestParseBytes(t *testing.T) {
	cases := []struct {
		in   string
		want Bytes
		ok   bool
	}{
		{"0", 0, true}, {"17", 17, true}, {"17B", 17, true}, {"1KiB", 1024, true}, {"1kb", 1000, true},
		{"4GiB", 4 << 30, true}, {" 4 gib ", 4 << 30, true}, {"1.5MiB", 3 << 19, true}, {"0.5KB", 500, true},
		{"8191PiB", 8191 << 50, true}, {"9223372036854775807", math.MaxInt64, true},
		{"8192PiB", 0, false}, {"9223372036854775808", 0, false}, {"8192.0PiB", 0, false},
		{"", 0, false}, {"GiB", 0, false}, {"-1", 0, false}, {"1 2", 0, false}, {"1e3", 0, false}, {"+1", 0, false},
		{"NaN", 0, false}, {"Inf", 0, false}, {"0x10", 0, false}, {"1.2.3GiB", 0, false}, {".", 0, false}, {"4G", 0, false},
		{"1_000", 0, false},
	}
	for _, c := range cases {
		got, err := ParseBytes(c.in)
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("ParseBytes(%q) = %d, %v; want %d, ok=%v", c.in, got, err, c.want, c.ok)
		}
	}
}

func TestBytesString(t *testing.T) {
	for b, want := range map[Bytes]string{
		0: "0B", 1: "1B", 1000: "1000B", 1024: "1KiB", 1536: "1536B", 3 << 29: "1536MiB", 4 << 30: "4GiB", 1 << 50: "1PiB",
	} {
		if b.String() != want {
			t.Errorf("%d reads %q, want %q", int64(b), b, want)
		}
	}
}

func FuzzParseBytes(f *testing.F) {
	f.Add("1.5GiB")
	f.Fuzz(func(t *testing.T, s string) {
		b, err := ParseBytes(s)
		if err != nil {
			return
		}
		if b < 0 {
			t.Fatalf("%q is %d", s, b)
		}
		if again, err := ParseBytes(b.String()); err != nil || again != b {
			t.Fatalf("%q is %d, written %q, read %d, %v", s, b, b, again, err)
		}
	})
}
