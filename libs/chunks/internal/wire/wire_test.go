package wire

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestRoundTrip(t *testing.T) {
	uints := []uint64{0, 1, 127, 128, math.MaxUint64}
	ints := []int64{0, -1, 1, math.MinInt64, math.MaxInt64}
	ranges := []chunks.Range{
		{First: math.MinInt64, Last: math.MaxInt64}, {First: 5, Last: 5}, {First: math.MaxInt64, Last: math.MaxInt64},
		{First: math.MinInt64, Last: math.MinInt64}, {}, chunks.NullRange(),
	}
	var b []byte
	var prev int64
	for _, v := range uints {
		b = AppendUint(b, v)
	}
	for _, v := range ints {
		b = AppendInt(b, v)
	}
	for _, v := range ranges {
		b = AppendRange(b, v, &prev)
	}
	b = AppendText(b, "é")
	r := NewReader(b)
	for _, v := range uints {
		if got := r.Uint(); got != v {
			t.Errorf("%d becomes %d", v, got)
		}
	}
	for _, v := range ints {
		if got := r.Int(); got != v {
			t.Errorf("%d becomes %d", v, got)
		}
	}
	prev = 0
	for _, v := range ranges {
		if got := r.Range(&prev); got != v {
			t.Errorf("%s becomes %s", v, got)
		}
	}
	if got := r.Text(2); got != "é" || r.Close() != nil {
		t.Errorf("%q: %v", got, r.Err())
	}
}

func TestReaderRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		b    string
		read func(*Reader)
	}{
		"no byte":          {"", func(r *Reader) { r.Byte() }},
		"no boolean":       {"\x02", func(r *Reader) { r.Bool() }},
		"cut varint":       {"\x80", func(r *Reader) { r.Uint() }},
		"long varint":      {"\x80\x00", func(r *Reader) { r.Uint() }},
		"large varint":     {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", func(r *Reader) { r.Uint() }},
		"large size":       {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", func(r *Reader) { r.Size() }},
		"count":            {"\x05\x00\x00", func(r *Reader) { r.Count(1) }},
		"count of large":   {"\x02\x00\x00", func(r *Reader) { r.Count(2) }},
		"cut text":         {"\x05abc", func(r *Reader) { r.Text(10) }},
		"long text":        {"\x03abc", func(r *Reader) { r.Text(2) }},
		"raw":              {"ab", func(r *Reader) { r.Raw(3) }},
		"negative raw":     {"ab", func(r *Reader) { r.Raw(-1) }},
		"range flag":       {"\x02", func(r *Reader) { var p int64; r.Range(&p) }},
		"range wraps":      {"\x00\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", func(r *Reader) { var p int64; r.Range(&p) }},
		"something left":   {"ab", func(r *Reader) { r.Byte() }},
		"after an error":   {"\x02\x01", func(r *Reader) { r.Bool(); r.Byte() }},
		"failed by caller": {"", func(r *Reader) { r.Fail("%s", "so") }},
	} {
		r := NewReader([]byte(c.b))
		c.read(r)
		if err := r.Close(); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
		if r.Len() != 0 || r.Byte() != 0 || r.Uint() != 0 {
			t.Errorf("%s: it reads on after an error", name)
		}
	}
}

func TestCompression(t *testing.T) {
	for _, raw := range []string{"a", strings.Repeat("abc", 100), strings.Repeat("0", 5<<20)} {
		b, err := Compress([]byte("head"), []byte(raw))
		if err != nil || !bytes.HasPrefix(b, []byte("head")) {
			t.Fatal(err)
		}
		got, err := Decompress(b[4:], len(raw))
		if err != nil || string(got) != raw {
			t.Errorf("%d bytes become %d: %v", len(raw), len(got), err)
		}
		if _, err := Decompress(b[4:], len(raw)-1); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("a limit was passed: %v", err)
		}
		if _, err := Decompress(b[4:len(b)-1], len(raw)); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("a cut frame: %v", err)
		}
		if _, err := Decompress(append(b[4:len(b):len(b)], b[4:]...), 3*len(raw)); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("two frames: %v", err)
		}
	}
	if _, err := Decompress([]byte("\x50\x2a\x4d\x18\x01\x00\x00\x00x"), 100); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a skippable frame: %v", err)
	}
	if _, err := Compress(nil, make([]byte, MaxRawBytes+1)); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("too much: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte{0, 2, 5, 0, 3, 97, 98, 99}, []byte{7, 6})
	f.Fuzz(func(t *testing.T, b, how []byte) {
		r := NewReader(b)
		var prev int64
		for _, h := range how {
			before := r.Len()
			switch h % 8 {
			case 0:
				r.Byte()
			case 1:
				r.Bool()
			case 2:
				r.Uint()
			case 3:
				r.Int()
			case 4:
				r.Size()
			case 5:
				if n := r.Count(3); n*3 > before {
					t.Errorf("%d things of 3 bytes in %d", n, before)
				}
			case 6:
				if s := r.Text(8); len(s) > 8 {
					t.Errorf("a text of %d bytes", len(s))
				}
			case 7:
				if x := r.Range(&prev); !x.Valid() {
					t.Errorf("%+v", x)
				}
			}
			if r.Len() > before {
				t.Error("it went back")
			}
		}
	})
}
