package progress

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// safe is a buffer for several goroutines.
type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func play(d *Display, pause time.Duration) {
	d.Phase("reading")
	time.Sleep(pause)
	d.Sending(100, 3)
	time.Sleep(pause)
	d.Sent(30, 1<<19)
	time.Sleep(pause)
	d.Sent(10, 1<<19)
	time.Sleep(pause)
	d.Sent(60, 1<<20)
	d.Note("by the way")
	d.Phase("waiting")
	time.Sleep(pause)
	d.Close()
}

func TestLines(t *testing.T) {
	var out safe
	play(New(&out, "lines"), 0)
	want := "reading\nsending 100 rows (files: 3)\nsent 100 of 100 rows, 2.0 MiB\nby the way\nwaiting\n"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestNone(t *testing.T) {
	var out safe
	play(New(&out, "none"), 0)
	if out.String() != "by the way\n" {
		t.Errorf("got %q", out.String())
	}
}

// TestBar looks at the frames that a terminal would show one after the other.
func TestBar(t *testing.T) {
	var out safe
	d := New(&out, "bar")
	play(d, 250*time.Millisecond)
	text := out.String()
	for _, part := range []string{"reading", "40/100 rows, 1.0 MiB", "by the way\n", "waiting"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q was not shown in %q", part, text)
		}
	}
	if _, after, _ := strings.Cut(text, "40/100"); strings.Contains(after, "reading") {
		t.Errorf("a phase that has ended is still shown: %q", after)
	}
	time.Sleep(300 * time.Millisecond)
	if out.String() != text {
		t.Error("something was shown after the end")
	}
	if frames := strings.Split(text, "\r"); strings.TrimSpace(frames[len(frames)-1]) != "" {
		t.Errorf("the last frame stays: %q", frames[len(frames)-1])
	}
}

func TestTimeLeft(t *testing.T) {
	d := New(&safe{}, "lines")
	d.started, d.rows, d.totalRows = time.Now().Add(-10*time.Second), 25, 100
	if got := d.left(); got != ", 30s left" {
		t.Errorf("got %q", got)
	}
}
