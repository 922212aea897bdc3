package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Process is a running program. It ends with the test at the latest.
type Process struct {
	Name string
	cmd  *exec.Cmd
	log  *logBuffer
	done chan struct{}
	err  error
}

// StartProcess starts a program. What it writes is shown if the test fails.
func StartProcess(t testing.TB, name, program string, args ...string) *Process {
	t.Helper()
	p := &Process{Name: name, cmd: exec.Command(program, args...), log: &logBuffer{}, done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	// Its own group, so that an interrupt of the test run reaches it through the test alone.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	go func() {
		defer close(p.done)
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("%s wrote:\n%s", name, p.log.tail())
		}
	})
	return p
}

// Kill ends the process without a chance to clean up, and waits.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.done
}

// Freeze has the process hang, with all its connections open, until Thaw.
func (p *Process) Freeze(t testing.TB) { p.signal(t, syscall.SIGSTOP) }

// Thaw has a frozen process go on.
func (p *Process) Thaw(t testing.TB) { p.signal(t, syscall.SIGCONT) }

func (p *Process) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
}

// Stop asks the process to end, and returns its error if it does not end well.
func (p *Process) Stop(t testing.TB, timeout time.Duration) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		if p.err != nil {
			t.Errorf("%s ended with %v", p.Name, p.err)
		}
	case <-time.After(timeout):
		p.Kill()
		t.Errorf("%s did not stop within %s", p.Name, timeout)
	}
}

// Wait returns how the process ended.
func (p *Process) Wait(timeout time.Duration) error {
	select {
	case <-p.done:
		return p.err
	case <-time.After(timeout):
		return errors.New("it still runs")
	}
}

// Running tells whether the process has not ended.
func (p *Process) Running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Output is the end of what the process wrote.
func (p *Process) Output() string { return p.log.tail() }

// ResidentBytes is the process's resident memory.
func (p *Process) ResidentBytes(t testing.TB) int64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(raw), &size, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * int64(os.Getpagesize())
}

// logBuffer keeps the end of what a process writes.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

const maxLogBytes = 64 << 10

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b.Len() > 4*maxLogBytes {
		rest := append([]byte(nil), l.b.Bytes()[l.b.Len()-maxLogBytes:]...)
		l.b.Reset()
		l.b.Write(rest)
	}
	return l.b.Write(p)
}

func (l *logBuffer) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.b.Bytes()
	return string(b[max(0, len(b)-maxLogBytes):])
}

// FreeAddress is a loopback address that nobody listened on a moment ago.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Root is the top folder of the checkout.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Binary is one of the project's programs, which `make build` made.
func Binary(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Root(), "bin", name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is missing: run make build", path)
	}
	return path
}

var buildEtcd = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("shoal-test-etcd-%d", os.Getuid()))
	cmd := exec.Command("go", "build", "-o", path, "./cmd/etcd")
	cmd.Dir = filepath.Join(Root(), "tests")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building etcd: %w\n%s", err, out)
	}
	return path, nil
})

// WaitReady waits until a service's /readyz answers 200.
func WaitReady(t testing.TB, p *Process, address string, timeout time.Duration) {
	t.Helper()
	Eventually(t, timeout, p.Name+" ready", func() error {
		if !p.Running() {
			t.Fatalf("%s ended: %v\n%s", p.Name, p.err, p.Output())
		}
		return get(t.Context(), "http://"+address+"/readyz")
	})
}

func get(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var body bytes.Buffer
		_, _ = body.ReadFrom(resp.Body)
		return fmt.Errorf("%s: %s", resp.Status, body.String())
	}
	return nil
}

// Eventually tries until there is no error, and fails the test with the last
// one.
func Eventually(t testing.TB, timeout time.Duration, what string, try func() error) {
	t.Helper()
	deadline := time.Now().Add(timeout)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s: %v", what, timeout, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
