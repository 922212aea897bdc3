package httpfault

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestRoundTripOfEveryKind(t *testing.T) {
	for _, kind := range fault.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			sent := fault.New(kind, "bind", "something happened").WithHint("do this").WithQuery("q1").
				WithDetail("line", 3).WithRetry(true)
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				Write(w, fault.Wrap(sent, "plan"))
			}))
			defer srv.Close()
			resp, err := http.Get(srv.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != Status(kind) || Kind(resp.StatusCode) != kind {
				t.Errorf("status %d, kind back %s", resp.StatusCode, Kind(resp.StatusCode))
			}
			want := &fault.Fault{
				Kind: kind, Op: "plan: bind", Message: "something happened", Hint: "do this", QueryID: "q1",
				Retryable: true, Details: map[string]any{"line": int64(3)},
			}
			if got := fault.From(Read(resp)); !reflect.DeepEqual(got, want) {
				t.Errorf("\n got %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestBodyIsTheContract(t *testing.T) {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Length", "999")
	Write(rec, fault.New(fault.Unavailable, "", "no worker has chunk c1").WithDetail("chunk", "c1"))
	var got map[string]map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"kind": "unavailable", "message": "no worker has chunk c1",
		"details": map[string]any{"chunk": "c1"}, "retryable": true,
	}
	if !reflect.DeepEqual(got["error"], want) {
		t.Errorf("body %v, want %v", got, want)
	}
	if rec.Header().Get("Retry-After") == "" || rec.Header().Get("Content-Length") != "" ||
		rec.Header().Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", rec.Header())
	}
}

func TestReadForeignAnswers(t *testing.T) {
	cases := []struct {
		status    int
		body      string
		kind      fault.Kind
		retryable bool
		text      string
	}{
		{404, "<html>nope</html>", fault.NotFound, false, "HTTP 404 Not Found: <html>nope</html>"},
		{405, "", fault.InvalidArgument, false, "HTTP 405 Method Not Allowed"},
		{413, "big", fault.ResourceExhausted, false, "HTTP 413 Request Entity Too Large: big"},
		{502, `{"error":"flat"}`, fault.Unavailable, true, `HTTP 502 Bad Gateway: {"error":"flat"}`},
		{503, `{"error":null}`, fault.Unavailable, true, `HTTP 503 Service Unavailable: {"error":null}`},
		{408, "late", fault.DeadlineExceeded, false, "HTTP 408 Request Timeout: late"},
		{418, "tea\n\n pot", fault.InvalidArgument, false, "HTTP 418 I'm a teapot: tea pot"},
		{500, "\xff\x00", fault.Internal, false, "HTTP 500 Internal Server Error: ?\x00"},
	}
	for _, c := range cases {
		resp := &http.Response{
			StatusCode: c.status, Status: "", Body: io.NopCloser(strings.NewReader(c.body)),
			Request: httptest.NewRequest("GET", "http://u:secret@portal/v1/tables", nil),
		}
		rec := httptest.NewRecorder()
		rec.WriteHeader(c.status)
		resp.Status = rec.Result().Status
		f := fault.From(Read(resp))
		if f.Kind != c.kind || f.Retryable != c.retryable || f.Text() != c.text {
			t.Errorf("%d: %s %v %q, want %s %v %q", c.status, f.Kind, f.Retryable, f.Text(), c.kind, c.retryable, c.text)
		}
		if strings.Contains(f.Error(), "secret") {
			t.Errorf("%d: the password is in %q", c.status, f.Error())
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	resp := &http.Response{StatusCode: 500, Body: io.NopCloser(strings.NewReader(strings.Repeat("é", maxBody)))}
	if text := fault.From(Read(resp)).Text(); len(text) > 400 || !strings.HasSuffix(text, "…") {
		t.Errorf("%d bytes of text", len(text))
	}
}

func TestReadOfSuccess(t *testing.T) {
	resp := &http.Response{StatusCode: 204, Body: nil}
	if err := Read(resp); err != nil {
		t.Errorf("204 gave %v", err)
	}
}

func TestMaxBytesIsRecognised(t *testing.T) {
	rec := httptest.NewRecorder()
	r := http.MaxBytesReader(rec, io.NopCloser(strings.NewReader("too much")), 3)
	_, err := io.ReadAll(r)
	if f := fault.From(errors.Join(err)); f.Kind != fault.ResourceExhausted || !strings.Contains(f.Text(), "3 bytes") {
		t.Errorf("%s %q", f.Kind, f.Text())
	}
}
