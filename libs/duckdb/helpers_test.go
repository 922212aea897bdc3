package duckdb

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open gives an engine that is closed at the test's end, and checks that by then every Arrow array
// that went out or in has been released.
func open(t testing.TB, opts Options) *Engine {
	t.Helper()
	e, err := Open(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := e.Close(ctx); err != nil {
			t.Error(err)
		}
		if n := e.Running(); n != 0 {
			t.Errorf("%d statements still run", n)
		}
		if out, in := LiveArrays(); out != 0 || in != 0 {
			t.Errorf("arrow arrays alive: %d exported, %d imported", out, in)
		}
	})
	return e
}

func connect(t testing.TB, e *Engine) *Conn {
	t.Helper()
	c, err := e.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func mustExec(t testing.TB, c *Conn, sql string) {
	t.Helper()
	if _, err := c.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
}

// queryString returns the first field of the first row.
func queryString(t testing.TB, c *Conn, sql string) string {
	t.Helper()
	text, err := c.QueryString(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
