package flightsql

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/queries"
)

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"%", "", true}, {"%", "abc", true}, {"a%", "abc", true}, {"%c", "abc", true}, {"%b%", "abc", true},
		{"a_c", "abc", true}, {"a_c", "ac", false}, {"A%", "abc", true}, {"abc", "ABC", true}, {"%%", "x", true}, {"_", "é", true},
		{`a\_c`, "abc", false}, {`a\_c`, "a_c", true}, {`a\%`, "a%", true}, {`a\%`, "ab", false}, {`a\`, `a\`, true}, {`\\`, `\`, true},
		{"%a%a%a%b", strings.Repeat("a", 200), false}, {"a%b%c", "axxbyyczzc", true},
	} {
		if got := like(&c.pattern, c.name); got != c.want {
			t.Errorf("%q like %q: %v", c.name, c.pattern, got)
		}
	}
	if !like(nil, "x") {
		t.Error("no pattern must match all")
	}
}

func TestHandles(t *testing.T) {
	for _, st := range []statement{
		{Form: queries.SQL, SQL: "SELECT 'é'", Schema: "shop"}, {Form: queries.Substrait, Plan: []byte{0, 1, 255}},
	} {
		handle, err := st.handle()
		if err != nil {
			t.Fatal(err)
		}
		got, err := readHandle(handle)
		if err != nil || got.Form != st.Form || got.SQL != st.SQL || string(got.Plan) != string(st.Plan) || got.Schema != st.Schema {
			t.Errorf("%+v became %+v, %v", st, got, err)
		}
	}
	if _, err := (statement{Form: queries.SQL, SQL: strings.Repeat("x", maxHandleBytes)}).handle(); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("a long statement: %v", err)
	}
	for _, bad := range []string{"", "x", handleMark, handleMark + "{}", handleMark + `{"form":"substrait_json"}`, handleMark + `{"form":"sql"`} {
		if _, err := readHandle([]byte(bad)); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzHandle(f *testing.F) {
	good, _ := statement{Form: queries.SQL, SQL: "SELECT 1"}.handle()
	f.Add(good)
	f.Add([]byte(handleMark + `{"form":"sql","plan":"AAA="}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := readHandle(data)
		if err != nil {
			if !fault.Is(err, fault.InvalidArgument) {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		again, err := st.handle()
		if err != nil {
			return
		}
		if got, err := readHandle(again); err != nil || got.SQL != st.SQL || string(got.Plan) != string(st.Plan) {
			t.Errorf("%+v became %+v, %v", st, got, err)
		}
	})
}

func FuzzCommand(f *testing.F) {
	f.Add([]byte("\n\x07type.go\x12\x00"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if cmd, err := command(data); (err == nil) != (cmd != nil) || err != nil && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q: %v, %v", data, cmd, err)
		}
	})
}
