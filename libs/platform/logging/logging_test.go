package logging

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func logger(t *testing.T, o Options) (*slog.Logger, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	log, err := New(&out, o)
	if err != nil {
		t.Fatal(err)
	}
	return log, &out
}

func record(t *testing.T, out *bytes.Buffer) map[string]any {
	t.Helper()
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	out.Reset()
	return got
}

func TestContextIsLogged(t *testing.T) {
	log, out := logger(t, Options{Format: "json"})
	ctx := WithRequest(WithQuery(context.Background(), "q1"), "r1")
	log.With("service", "portal").InfoContext(ctx, "planned", "chunks", 3)
	got := record(t, out)
	if got["query"] != "q1" || got["request"] != "r1" || got["service"] != "portal" || got["chunks"] != 3.0 {
		t.Errorf("record %v", got)
	}
	log.InfoContext(WithQuery(ctx, "q2"), "again")
	if got := record(t, out); got["query"] != "q2" || got["request"] != "r1" {
		t.Errorf("replaced id: %v", got)
	}
	if Query(ctx) != "q1" || Request(ctx) != "r1" || Query(context.Background()) != "" {
		t.Error("the ids can't be read back, or a derived context changed its parent")
	}
	log.InfoContext(ctx, "x", "query", "own")
	if line := out.String(); strings.Count(line, `"query"`) != 1 || !strings.Contains(line, `"query":"own"`) {
		t.Errorf("the key is there twice: %s", line)
	}
}

func TestLevelsAndFormats(t *testing.T) {
	for level, lines := range map[string]int{"debug": 4, "info": 3, "warn": 2, "error": 1, "": 3} {
		log, out := logger(t, Options{Level: level})
		log.Debug("m")
		log.Info("m")
		log.Warn("m")
		log.Error("m")
		if got := strings.Count(out.String(), "msg=m"); got != lines {
			t.Errorf("level %q: %d lines, want %d", level, got, lines)
		}
	}
	for _, o := range []Options{{Level: "loud"}, {Format: "xml"}} {
		if _, err := New(&bytes.Buffer{}, o); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	Discard().Error("nobody reads this")
}

func TestErr(t *testing.T) {
	log, out := logger(t, Options{Format: "json"})
	log.Info("m", Err(fault.Wrap(fault.New(fault.NotFound, "find", "gone"), "plan")))
	if got := record(t, out); got["error"] != "plan: find: gone" || got["kind"] != "not_found" || got["stack"] != nil {
		t.Errorf("fault: %v", got)
	}
	log.Info("m", Err(errors.New("plain")))
	if got := record(t, out); got["error"] != "plain" || got["kind"] != nil {
		t.Errorf("plain error: %v", got)
	}
	log.Info("m", Err(fault.Safely("x", func() error { panic("boom") })))
	if got := record(t, out); !strings.HasPrefix(got["stack"].(string), "goroutine") {
		t.Errorf("panic: %v", got)
	}
	log.Info("m", Err(nil))
	if got := record(t, out); got["error"] != nil {
		t.Errorf("no error: %v", got)
	}
}
