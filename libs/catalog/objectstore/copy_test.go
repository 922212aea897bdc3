package objectstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestCopy(t *testing.T) {
	const text = "what the object has"
	right := Sum{Bytes: int64(len(text)), SHA256: sha256.Sum256([]byte(text))}
	short, other := right, right
	short.Bytes--
	other.SHA256[0]++
	for name, c := range map[string]struct {
		has  string
		want Sum
		kind fault.Kind
	}{
		"right":     {text, right, ""},
		"too long":  {text, short, fault.Unavailable},
		"cut short": {text[1:], right, fault.Unavailable},
		"other":     {text, other, fault.Unavailable},
		"empty":     {"", Sum{SHA256: sha256.Sum256(nil)}, ""},
	} {
		var out bytes.Buffer
		got := 0
		err := Copy(context.Background(), &out, strings.NewReader(c.has), "d/x.parquet", c.want, func(n int) { got += n })
		if kind := fault.KindOf(err); err != nil && (kind != c.kind || !fault.IsRetryable(err)) || err == nil && c.kind != "" {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (out.String() != c.has || got != len(c.has)) {
			t.Errorf("%s: copied %q, and told of %d bytes", name, out.String(), got)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Copy(ctx, &bytes.Buffer{}, strings.NewReader(text), "x", right, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
