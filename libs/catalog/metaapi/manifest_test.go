package metaapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func someEntries(n int) []manifest.Entry {
	out := make([]manifest.Entry, n)
	for i := range out {
		sum := sha256.Sum256(binary.LittleEndian.AppendUint64(nil, uint64(i)))
		out[i] = manifest.Entry{
			ID:   chunks.ID{Range: chunks.Range{First: int64(i) * 10, Last: int64(i)*10 + 9}, Hash: chunks.HashOf(sum)},
			Rows: 10, Bytes: 100, SHA256: sum,
			Columns: []manifest.ColumnStats{{Nulls: 0, Min: value.Int(int64(i)), Max: value.Int(int64(i) + 1)}},
		}
	}
	return out
}

func TestManifestsTravel(t *testing.T) {
	for _, n := range []int{0, 1, 2, 50_000} {
		want := someEntries(n)
		var body bytes.Buffer
		if err := WriteManifest(&body, want); err != nil {
			t.Fatal(err)
		}
		got, err := ReadManifest(iotest.HalfReader(&body), n)
		if err != nil || len(got) != n || n > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%d entries became %d, %v", n, len(got), err)
		}
	}
}

func TestManifestsThatAreRefused(t *testing.T) {
	var body bytes.Buffer
	if err := WriteManifest(&body, someEntries(100)); err != nil {
		t.Fatal(err)
	}
	whole := body.Bytes()
	for _, cut := range []int{1, 2, 10, len(whole) - 1} {
		if _, err := ReadManifest(bytes.NewReader(whole[:cut]), 1000); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("cut after %d bytes: %v", cut, err)
		}
	}
	for name, garbage := range map[string][]byte{
		"a page of no bytes":   {0},
		"a page of 2^63 bytes": binary.AppendUvarint(nil, 1<<63),
		"no uvarint":           bytes.Repeat([]byte{0xff}, 12),
		"no page":              append([]byte{5}, "hello"...),
	} {
		if _, err := ReadManifest(bytes.NewReader(garbage), 1000); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadManifest(bytes.NewReader(whole), 99); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("too many: %v", err)
	}
	broken := io.MultiReader(bytes.NewReader(whole[:20]), iotest.ErrReader(fault.New(fault.Unavailable, "", "reset")))
	if _, err := ReadManifest(broken, 1000); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a connection that breaks: %v", err)
	}
	if err := WriteManifest(brokenWriter{}, someEntries(1)); err == nil {
		t.Error("a write that fails is not told")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("gone") }

func FuzzReadManifest(f *testing.F) {
	var body bytes.Buffer
	if err := WriteManifest(&body, someEntries(3)); err != nil {
		f.Fatal(err)
	}
	f.Add(body.Bytes())
	f.Add([]byte{})
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := ReadManifest(bytes.NewReader(data), 10_000)
		if err != nil {
			if k := fault.KindOf(err); k != fault.InvalidArgument && k != fault.ResourceExhausted {
				t.Errorf("%v", err)
			}
			return
		}
		for i := range entries {
			if err := entries[i].Check(); err != nil {
				t.Error(err)
			}
		}
	})
}
