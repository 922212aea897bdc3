package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

func serve(t *testing.T, fn http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(fn)
	t.Cleanup(s.Close)
	c, err := New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAddresses(t *testing.T) {
	for _, bad := range []string{"", "http://", "ftp://h:1", "http://[::1", "://"} {
		if _, err := New(bad); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for text, want := range map[string]string{
		"h:1": "http://h:1", "http://h:1/": "http://h:1/", "https://h/prefix": "https://h/prefix",
	} {
		c, err := New(text)
		if err != nil || c.Portal() != want {
			t.Errorf("%q: %v, %v", text, c, err)
		}
	}
}

func TestAnswersThatAreNotWhole(t *testing.T) {
	for _, body := range []string{"", "{", `{"tables": [`, "<html>", `{"tables": 3}`} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		if _, err := c.Tables(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%q: %v", body, err)
		}
	}
	c := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := c.Tables(t.Context()); !fault.Is(err, fault.Unavailable) || !fault.IsRetryable(err) {
		t.Errorf("no answer: %v", err)
	}
}

func TestFaultsKeepWhatTheyAre(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		httpfault.Write(w, fault.New(fault.ResourceExhausted, "x", "full").WithHint("wait").WithRetry(true).WithDetail("n", 3))
	})
	_, err := c.BeginLoad(t.Context(), LoadSpec{})
	f := fault.From(err)
	if f.Kind != fault.ResourceExhausted || f.Text() != "full" || f.Hint != "wait" || !f.Retryable || f.Details["n"] != int64(3) {
		t.Errorf("%+v", f)
	}
}

func TestCancelledCalls(t *testing.T) {
	entered := make(chan struct{}, 2)
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		entered <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-entered; cancel(errors.New("enough")) }()
	if _, err := c.Workers(ctx); !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if _, err := c.Query(ctx, Statement{SQL: "SELECT 1"}, TypeCSV); !fault.Is(err, fault.DeadlineExceeded) {
		t.Errorf("timed out: %v", err)
	}
}

func TestPlaces(t *testing.T) {
	var got []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.String()+" "+string(body))
		_, _ = io.WriteString(w, `{"chunk":"c","rows":1,"bytes":4}`)
	})
	for _, p := range []Place{
		{Range: chunks.Range{First: -9223372036854775808, Last: 9223372036854775807}}, {Range: chunks.NullRange()}, {Reference: true},
	} {
		stored, err := c.PutFile(t.Context(), "l1", p, strings.NewReader("PAR1"), 4)
		if err != nil || stored.Rows != 1 || stored.Bytes != 4 {
			t.Errorf("%+v, %v", stored, err)
		}
	}
	want := []string{
		"PUT /v1/loads/l1/files?first=-9223372036854775808&last=9223372036854775807 PAR1",
		"PUT /v1/loads/l1/files?null=true PAR1", "PUT /v1/loads/l1/files?reference=true PAR1",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
}

// TestResultEndsOnlyWhenItIsWhole has a result that breaks off with and without a reason.
func TestResultEndsOnlyWhenItIsWhole(t *testing.T) {
	list := `{"queries":[{"id":"q1","error":{"kind":"resource_exhausted","message":"no memory"}}]}`
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, list)
			return
		}
		w.Header().Set(HeaderQueryID, "q1")
		_, _ = io.WriteString(w, "a,b\n1,2\n")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	for _, want := range []fault.Kind{fault.ResourceExhausted, fault.Unavailable} {
		r, err := c.Query(t.Context(), Statement{SQL: "SELECT 1"}, TypeCSV)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		_ = r.Close()
		if string(data) != "a,b\n1,2\n" || !fault.Is(err, want) {
			t.Errorf("%q, %v, want %s", data, err, want)
		}
		list = `{"queries":[]}`
	}
}

// TestPortalThatHangs says nothing any more, before its answer and within it; one that is slow is waited for.
func TestPortalThatHangs(t *testing.T) {
	var hangs atomic.Bool
	over := make(chan struct{})
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if hangs.Load() {
			<-over
			return
		}
		if r.URL.Path == "/healthz" {
			return
		}
		_, _ = io.WriteString(w, "a,b\n")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(300 * time.Millisecond)
		if r.Header.Get("Accept") == "hang" {
			hangs.Store(true)
			<-over
		}
	})
	defer close(over)
	c.patience = patience{silence: 40 * time.Millisecond, answer: 50 * time.Millisecond, misses: 2}
	for _, mediaType := range []string{TypeCSV, "hang"} {
		r, err := c.Query(t.Context(), Statement{SQL: "SELECT 1"}, mediaType)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		_ = r.Close()
		if slow := mediaType == TypeCSV; string(data) != "a,b\n" || slow != (err == nil) || !slow && !strings.Contains(err.Error(), "hangs") {
			t.Errorf("%s: %q, %v", mediaType, data, err)
		}
	}
	if _, err := c.Tables(t.Context()); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "hangs") {
		t.Errorf("before the answer: %v", err)
	}
}
