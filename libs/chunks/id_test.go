package chunks

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestIDText(t *testing.T) {
	for _, c := range []struct {
		id   ID
		text string
	}{
		{ID{Range{First: 1, Last: 32000}, 0x1a2b3c4d}, "0000000001-0000032000-1a2b3c4d"},
		{ID{Range{}, 0}, "0000000000-0000000000-00000000"},
		{ID{NullRange(), 0x1a2b3c4d}, "null-1a2b3c4d"},
		{ID{Range{First: -5, Last: -1}, 0xffffffff}, "-0000000005--0000000001-ffffffff"},
		{ID{Range{First: -1, Last: 12345678901}, 1}, "-0000000001-12345678901-00000001"},
		{ID{Range{First: math.MinInt64, Last: math.MaxInt64}, 1}, "-9223372036854775808-9223372036854775807-00000001"},
	} {
		if got := c.id.String(); got != c.text {
			t.Errorf("%+v is written %s, not %s", c.id, got, c.text)
		}
		if got, err := ParseID(c.text); err != nil || got != c.id {
			t.Errorf("%s is read as %+v (%v)", c.text, got, err)
		}
	}
}

func TestParseIDRefuses(t *testing.T) {
	for _, s := range []string{
		"", "null", "null-", "NULL-1a2b3c4d", "null-1A2b3c4d", "null-1a2b3c4", "null-1a2b3c4d5", "null-+a2b3c4d", "null-1a2b3c4d-",
		"1-2-1a2b3c4d", "0000000001-0000000002", "0000000001-0000000002-", "0000000002-0000000001-1a2b3c4d",
		"00000000001-0000000002-1a2b3c4d", "+000000001-0000000002-1a2b3c4d", "-0000000000-0000000002-1a2b3c4d",
		"9223372036854775808-9223372036854775808-1a2b3c4d", "0000000001-0000000002-1a2b3c4d/..", "0000000001_0000000002-1a2b3c4d",
		"0000000001-0000000002-0x2b3c4d", "--0000000001-0000000002-1a2b3c4d", strings.Repeat("1", 10_000),
		"０000000001-0000000002-1a2b3c4d",
	} {
		id, err := ParseID(s)
		if !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q is read as %+v (%v)", s, id, err)
		} else if len(err.Error()) > 400 {
			t.Errorf("the message repeats %d bytes of garbage", len(err.Error()))
		}
	}
}

func TestIDJSON(t *testing.T) {
	want := map[string][]ID{"a": {{Range{First: -3, Last: 9}, 7}, {NullRange(), 8}}}
	b, err := json.Marshal(want)
	if err != nil || string(b) != `{"a":["-0000000003-0000000009-00000007","null-00000008"]}` {
		t.Errorf("%s %v", b, err)
	}
	var got map[string][]ID
	if err := json.Unmarshal(b, &got); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"a":["x"]}`), &got); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("%v", err)
	}
	if _, err := json.Marshal(ID{Range: Range{First: 2, Last: 1}}); err == nil {
		t.Error("an invalid id was written")
	}
}

// Within one number of digits and one sign, ids sort as text in the order of their ranges.
func TestIDsSort(t *testing.T) {
	ids := []ID{{Range{First: 0, Last: 9}, 9}, {Range{First: 10, Last: 10}, 0}, {Range{First: 10, Last: 11}, 0}, {Range{First: 10, Last: 11}, 1},
		{Range{First: 9_999_999_999, Last: 9_999_999_999}, 0}, {NullRange(), 0}, {NullRange(), 1}}
	for i := range ids[1:] {
		if ids[i].Compare(ids[i+1]) >= 0 || ids[i+1].Compare(ids[i]) <= 0 || ids[i].Compare(ids[i]) != 0 {
			t.Errorf("%s and %s are out of order", ids[i], ids[i+1])
		}
		if ids[i].String() >= ids[i+1].String() {
			t.Errorf("%s and %s are out of order as texts", ids[i], ids[i+1])
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("0000000001-0000032000-1a2b3c4d")
	f.Add("-9223372036854775808--9223372036854775808-ffffffff")
	f.Add("null-1a2b3c4d")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
		if err != nil {
			return
		}
		if id.String() != s || !id.Range.Valid() || strings.ContainsAny(s, "/\\ ") {
			t.Errorf("%q is read as %+v, which is written %q", s, id, id)
		}
	})
}

func FuzzIDRoundTrip(f *testing.F) {
	f.Add(int64(math.MinInt64), int64(math.MaxInt64), uint32(0), false)
	f.Fuzz(func(t *testing.T, first, last int64, hash uint32, null bool) {
		id := ID{Range{First: min(first, last), Last: max(first, last)}, ContentHash(hash)}
		if null {
			id.Range = NullRange()
		}
		if got, err := ParseID(id.String()); err != nil || got != id {
			t.Errorf("%+v is read as %+v (%v)", id, got, err)
		}
	})
}

func TestContentHash(t *testing.T) {
	if h := HashOf([32]byte{0x1a, 0x2b, 0x3c, 0x4d, 0xff}); h.String() != "1a2b3c4d" {
		t.Errorf("%s", h)
	}
	if h, err := ParseContentHash("0000000a"); err != nil || h != 10 {
		t.Errorf("%s %v", h, err)
	}
}
