package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestGuard sends what browsers send of pages: those of others are refused whatever the content type, and programs pass.
func TestGuard(t *testing.T) {
	local, err := NewGuard([]string{"https://ok.example"}, true)
	if err != nil {
		t.Fatal(err)
	}
	public, err := NewGuard(nil, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		guard   *Guard
		method  string
		host    string
		headers string // Name: value, separated by ;
		ok      bool
	}{
		{local, "POST", "localhost:8080", "", true},
		{local, "POST", "127.0.0.1:8080", "Content-Type: application/x-www-form-urlencoded", true},
		{local, "POST", "[::1]:8080", "", true},
		{local, "POST", "localhost:8080", "Origin: http://localhost:8080", true},
		{local, "POST", "localhost:8080", "Origin: https://ok.example", true},
		{local, "POST", "localhost:8080", "Origin: http://ok.example", false},
		{local, "POST", "localhost:8080", "Origin: http://evil.example", false},
		{local, "POST", "localhost:8080", "Origin: null", false},
		{local, "POST", "localhost:8080", "Origin: http://localhost:3000", false},
		{local, "POST", "localhost:8080", "Sec-Fetch-Site: cross-site", false},
		{local, "POST", "localhost:8080", "Sec-Fetch-Site: same-site", false},
		{local, "POST", "localhost:8080", "Sec-Fetch-Site: same-origin", true},
		{local, "DELETE", "localhost:8080", "Origin: http://evil.example", false},
		{local, "PUT", "localhost:8080", "Origin: http://evil.example", false},
		{local, "GET", "localhost:8080", "Origin: http://evil.example", true}, // which cannot read the answer
		// A name that was made to lead here.
		{local, "POST", "evil.example:8080", "Origin: http://evil.example:8080", false},
		{local, "GET", "evil.example:8080", "", false},
		{local, "GET", "ok.example", "", true},
		{public, "GET", "shoal.internal", "", true},
		{public, "POST", "shoal.internal", "Origin: http://shoal.internal", true},
		{public, "POST", "shoal.internal", "Origin: http://evil.example", false},
	} {
		r := httptest.NewRequest(c.method, "/v1/query", strings.NewReader("{}"))
		r.Host = c.host
		for h := range strings.SplitSeq(c.headers, ";") {
			if name, value, ok := strings.Cut(h, ": "); ok {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		c.guard.wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		if want := map[bool]int{true: 200, false: 403}[c.ok]; w.Code != want {
			t.Errorf("%s %s %s: %d, want %d: %s", c.method, c.host, c.headers, w.Code, want, w.Body)
		}
	}
	for _, bad := range []string{"ok.example", "https://ok.example/path", "*", ""} {
		if _, err := NewGuard([]string{bad}, true); err == nil {
			t.Errorf("%q is taken for an origin", bad)
		}
	}
}
