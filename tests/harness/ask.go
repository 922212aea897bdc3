package harness

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/tests/oracle"
)

// Post sends a request as JSON and fails the test if it is refused. The caller closes the answer's body.
func Post(t testing.TB, url, accept string, request any) *http.Response {
	t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := httpfault.Read(resp); err != nil {
		_ = resp.Body.Close()
		t.Fatalf("%v\n%s", err, body)
	}
	return resp
}

// PostJSON reads the answer to a request into what out points at.
func PostJSON(t testing.TB, url string, request, out any) {
	t.Helper()
	resp := Post(t, url, "application/json", request)
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
}

// Ask has the portal at an address answer a query, of the form that /v1/query takes.
func Ask(t testing.TB, address string, request map[string]any) *oracle.Result {
	t.Helper()
	resp := Post(t, address+"/v1/query", "application/vnd.apache.arrow.stream", request)
	defer func() { _ = resp.Body.Close() }()
	return ReadArrow(t, resp.Body)
}

// ReadArrow reads an Arrow IPC stream to its end.
func ReadArrow(t testing.TB, stream io.Reader) *oracle.Result {
	t.Helper()
	r, err := ipc.NewReader(stream)
	if err != nil {
		t.Fatal(err)
	}
	out, err := oracle.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
