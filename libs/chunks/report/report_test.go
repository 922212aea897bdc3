package report

import (
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestRoundTrip(t *testing.T) {
	want := Report{
		Worker: "w1", Waited: 1, Ran: time.Hour, Sending: 2, CPU: 3, Files: 4, FileBytes: 1 << 60, RowsScanned: 5,
		RowsSent: 6, BytesSent: 7, PeakMemoryBytes: 8, PeakSpillBytes: 9,
	}
	data, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	want.Version = version
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "x", "[]", "{}", `{"version": 2}`, `{"version": 1, "files": "many"}`} {
		if _, err := Decode([]byte(bad)); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
