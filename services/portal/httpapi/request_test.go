package httpapi

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/codec"

	"github.com/shoal-db/shoal/services/portal/queries"
)

func header(contentType string, more ...string) http.Header {
	h := http.Header{}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	for i := 0; i < len(more); i += 2 {
		h.Set(more[i], more[i+1])
	}
	return h
}

func TestParseRequest(t *testing.T) {
	for _, c := range []struct {
		header http.Header
		body   string
		form   queries.Form
		text   string
		schema string
	}{
		{header("application/json"), `{"sql":"SELECT 1"}`, queries.SQL, "SELECT 1", ""},
		{header("application/json; charset=utf-8"), ` {"sql":"","schema":"a"} `, queries.SQL, "", "a"},
		{header(""), `{"sql":"x"}`, queries.SQL, "x", ""},
		{header("application/x-www-form-urlencoded"), `{"sql":"x"}`, queries.SQL, "x", ""},
		{header("application/json", HeaderSchema, "h"), `{"sql":"x"}`, queries.SQL, "x", "h"},
		{header("application/json", HeaderSchema, "h"), `{"sql":"x","schema":"b"}`, queries.SQL, "x", "b"},
		{header("application/json"), `{"plan":{"relations":[]}}`, queries.SubstraitJSON, "", ""},
		{header("application/x-protobuf", HeaderSchema, "h"), "\x01\x02", queries.Substrait, "", "h"},
		{header("Application/Protobuf"), "", queries.Substrait, "", ""},
	} {
		got, _, err := parseRequest(c.header, []byte(c.body))
		if err != nil || got.Form != c.form || got.Text != c.text || got.Schema != c.schema || got.NoPruning || got.Front != queries.FrontHTTP {
			t.Errorf("%s: %+v, %v", c.body, got, err)
		}
	}
	got, b, err := parseRequest(header("application/json"), []byte(`{"sql":"x","pruning":false,"analyze":true,"disable_rules":["push-filters"]}`))
	if err != nil || !got.NoPruning || !b.Analyze || !slices.Equal(got.DisableRules, []string{"push-filters"}) {
		t.Errorf("%+v, %+v, %v", got, b, err)
	}
	for _, c := range []struct{ contentType, body string }{
		{"application/json", ""}, {"application/json", "[]"}, {"application/json", `{"sql":1}`}, {"application/json", `{"sql":"a"}{"sql":"b"}`},
		{"application/json", `{"sql":"a"}x`}, {"application/json", `{"sql":null}`}, {"application/json", `{"sql":"a","plan":{}}`},
		{"application/json", `{"sql":"a","quer":1}`}, {"text/html", "<p>"}, {"text/plain", `{"sql":"a"}`}, {"multipart/form-data; boundary=x", `{"sql":"a"}`}, {"", "SELECT 1"}, {"", ""},
	} {
		if got, _, err := parseRequest(header(c.contentType), []byte(c.body)); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s %q: %+v, %v", c.contentType, c.body, got, err)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	for name, read := range map[string]func(http.ResponseWriter, *http.Request) error{
		"query": func(w http.ResponseWriter, r *http.Request) error { _, _, err := queryRequest(w, r); return err },
		"json":  func(w http.ResponseWriter, r *http.Request) error { var v any; return readJSON(w, r, &v) },
	} {
		body := `"` + strings.Repeat("x", MaxBodyBytes) + `"`
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		if err := read(httptest.NewRecorder(), r); !fault.Is(err, fault.ResourceExhausted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFilePlace(t *testing.T) {
	for query, ok := range map[string]bool{
		"first=1&last=2": true, "first=-5&last=-5": true, "null=true": true, "reference=true": true,
		"first=-9223372036854775808&last=9223372036854775807": true,
		"": false, "first=1": false, "last=1": false, "first=2&last=1": false, "first=x&last=2": false, "null=false": false,
		"first=1&last=2&null=true": false, "null=true&reference=true": false, "first=1&last=9223372036854775808": false,
	} {
		_, err := filePlace(httptest.NewRequest("PUT", "/v1/loads/1/files?"+query, nil))
		if (err == nil) != ok || err != nil && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q: %v", query, err)
		}
	}
}

// FuzzPlanBody throws bodies at all that reads them before a query is planned.
func FuzzPlanBody(f *testing.F) {
	f.Add(false, []byte(`{"sql":"SELECT 1"}`))
	f.Add(false, []byte(`{"plan":{"relations":[{"root":{"input":{"read":{"namedTable":{"names":["a","b"]}}},"names":["x"]}}]}}`))
	f.Add(true, []byte("\x1a\x06\x12\x04\n\x02:\x00"))
	f.Fuzz(func(t *testing.T, protobuf bool, data []byte) {
		kind := "application/json"
		if protobuf {
			kind = "application/x-protobuf"
		}
		request, _, err := parseRequest(header(kind), data)
		if err != nil {
			if !fault.Is(err, fault.InvalidArgument) {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		switch request.Form {
		case queries.Substrait:
			_, err = codec.Decode(request.Plan, codec.Options{MaxNodes: 10_000})
		case queries.SubstraitJSON:
			_, err = codec.DecodeJSON(request.Plan, codec.Options{MaxNodes: 10_000})
		}
		if err != nil && !fault.Is(err, fault.InvalidArgument) && !fault.Is(err, fault.ResourceExhausted) {
			t.Errorf("%q: %v", data, err)
		}
	})
}
