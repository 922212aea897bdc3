package fault

import (
	"encoding/json"
	"io"
	"math"
	"reflect"
	"testing"
)

func TestJSONRoundTrip(t *testing.T) {
	for _, kind := range Kinds() {
		f := New(kind, "bind", "no column %q", "naem").WithHint("did you mean name?").WithQuery("q7").
			WithRetry(kind == ResourceExhausted).WithDetail("line", 3).WithDetail("big", int64(math.MaxInt64)).
			WithDetail("nearest", []string{"name"}).WithDetail("share", 0.5).
			WithDetail("at", map[string]any{"column": 9})
		b, err := json.Marshal(Wrap(f, "plan"))
		if err != nil {
			t.Fatal(err)
		}
		var got Fault
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		want := Fault{
			Kind: kind, Op: "plan: bind", Message: `no column "naem"`, Hint: "did you mean name?", QueryID: "q7",
			Retryable: kind == ResourceExhausted,
			Details: map[string]any{
				"line": int64(3), "big": int64(math.MaxInt64), "nearest": []any{"name"}, "share": 0.5,
				"at": map[string]any{"column": int64(9)},
			},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", kind, got, want)
		}
	}
}

func TestJSONOfAwkwardDetails(t *testing.T) {
	f := New(Internal, "x", "m: %w", io.EOF).WithDetail("nan", math.NaN()).WithDetail("ok", true).
		WithDetail("ch", []float64{math.Inf(1)})
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var got Fault
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"nan": "NaN", "ok": true, "ch": "[+Inf]"}
	if !reflect.DeepEqual(got.Details, want) || got.Message != "m: EOF" {
		t.Errorf("got %+v, want details %v", got, want)
	}
}

func TestJSONOfAnUnknownKind(t *testing.T) {
	var f Fault
	if err := json.Unmarshal([]byte(`{"kind":"melted","message":"hot"}`), &f); err != nil || f.Kind != Internal {
		t.Errorf("kind %q, %v; want internal", f.Kind, err)
	}
	if err := json.Unmarshal([]byte(`{"kind":7}`), &f); err == nil {
		t.Error("a kind that is a number was taken")
	}
}

func TestDetailsCodec(t *testing.T) {
	if s := EncodeDetails(nil); s != "" {
		t.Errorf("no details encode as %q", s)
	}
	m, err := DecodeDetails(EncodeDetails(map[string]any{"n": 1, "s": "x"}))
	if err != nil || !reflect.DeepEqual(m, map[string]any{"n": int64(1), "s": "x"}) {
		t.Errorf("got %v, %v", m, err)
	}
	if _, err := DecodeDetails("{"); err == nil {
		t.Error("broken details were taken")
	}
}

func FuzzUnmarshalJSON(f *testing.F) {
	f.Add([]byte(`{"kind":"not_found","message":"m","details":{"a":[1,2.5,1e400,{"b":null}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := DecodeDetails(string(b)); err == nil && len(m) > 0 && EncodeDetails(m) == "" {
			t.Fatalf("details %v can't be written again", m)
		}
		var got Fault
		if json.Unmarshal(b, &got) != nil {
			return
		}
		if !got.Kind.Valid() {
			t.Fatalf("kind %q", got.Kind)
		}
		if _, err := json.Marshal(&got); err != nil {
			t.Fatalf("what was read can't be written: %v", err)
		}
	})
}
