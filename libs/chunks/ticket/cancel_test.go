package ticket

import (
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestCancel(t *testing.T) {
	ring, err := NewKeyring(GenerateKey())
	if err != nil {
		t.Fatal(err)
	}
	until := time.UnixMilli(time.Now().UnixMilli())
	sealed := ring.SealCancel("q7", until)
	if query, expires, err := ring.OpenCancel(sealed); err != nil || query != "q7" || !expires.Equal(until) {
		t.Errorf("%q, %s, %v", query, expires, err)
	}
	for i := range sealed {
		forged := append([]byte(nil), sealed...)
		forged[i] ^= 1
		if _, _, err := ring.OpenCancel(forged); !fault.Is(err, fault.Unauthenticated) && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	if _, _, err := ring.OpenCancel(ring.Seal("portal-query", []byte("q7"))); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("another purpose: %v", err)
	}
}
