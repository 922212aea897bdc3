package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/run"
)

// runsMain makes the test's own binary be shoal.
const runsMain = "SHOAL_TEST_RUNS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(runsMain) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := run.SignalContext(context.Background())
	code := Main(ctx, os.Args[1:], IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}

func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	// Not the test's context: clean-up comes after its end, and wants to see an orderly one.
	cmd := exec.CommandContext(context.Background(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), runsMain+"=1")
	return cmd
}

// up starts a cluster as a process, and returns how to stop it.
func up(t *testing.T, dir string) (stop func()) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a cluster as a process")
	}
	cmd := process(t, "up", "--data-dir", dir, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0", "--memory", "256MiB", "--portal-memory", "256MiB")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	found := regexp.MustCompile(`^shoal is up: http=(http://127\.0\.0\.1:\d+) flight=grpc://127\.0\.0\.1:\d+ .*workers=w1=grpc://\S+,w2=grpc://\S+ `).FindStringSubmatch(line)
	if err != nil || found == nil {
		_ = cmd.Process.Kill()
		t.Fatalf("up said %q, %v, %s", line, err, stderr.String())
	}
	t.Setenv("SHOAL_PORTAL", found[1])
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		rest, _ := io.ReadAll(out)
		if err := cmd.Wait(); err != nil || len(rest) > 0 {
			t.Errorf("up ended with %v, said %q and %s", err, rest, stderr.String())
		}
	}
	t.Cleanup(stop)
	return stop
}

func want(t *testing.T, wantCode int, part string, args ...string) (stdout string) {
	t.Helper()
	code, out, errs := shoal(t, "", args...)
	if code != wantCode || !strings.Contains(out+errs, part) {
		t.Errorf("shoal %s: exit %d, %q, %q; want %q", strings.Join(args, " "), code, out, errs, part)
	}
	return out
}

func writeFile(t *testing.T, name string, lines func(w io.Writer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	lines(w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEndToEnd is what a person does: start, load, ask, change, stop, start again.
func TestEndToEnd(t *testing.T) {
	dir := t.TempDir()
	stop := up(t, dir)
	orders := writeFile(t, "orders.csv", func(w io.Writer) {
		fmt.Fprintln(w, "k,day,price")
		for i := range 5000 {
			k := (i * 7919) % 5000
			fmt.Fprintf(w, "%d,2024-01-%02d,%d.25\n", k, 1+k%28, k)
		}
	})
	items := writeFile(t, "items.json", func(w io.Writer) {
		for i := range 20000 {
			fmt.Fprintf(w, `{"k": %d, "n": %d, "tags": ["t%d"]}`+"\n", i/4, i%4, i%3)
		}
	})
	out := want(t, 0, "5000 rows", "load", "shop.orders", orders, "--block-column", "k", "--chunk-rows", "1000", "--type", "price=DECIMAL(10,2)")
	if !strings.Contains(out, "in 5 chunks") {
		t.Errorf("orders: %s", out)
	}
	want(t, 0, "in 5 chunks", "load", "shop.items", items, "--block-column", "k")
	want(t, 0, "in 1 file", "load", "shop.days", writeFile(t, "d.csv", func(w io.Writer) { fmt.Fprint(w, "day,name\n2024-01-01,first\n") }), "--reference")
	want(t, 1, "exists (append to it with --append", "load", "shop.orders", orders, "--block-column", "k")

	join := "SELECT count(*), sum(price), max(tags[1]) FROM orders JOIN items USING (k) JOIN days USING (day)"
	answer := want(t, 0, "716,1784451.00,t2", "query", "--schema", "shop", "--format", "csv", join)
	want(t, 0, "DECIMAL(10,2)", "tables", "shop.orders")
	want(t, 0, "1 of 5 chunks to be read", "explain", "SELECT price FROM shop.orders WHERE k = 17")
	want(t, 1, "LINE 1: SELECT nope FROM shop.orders WHERE\n"+strings.Repeat(" ", 42)+"^\n", "query", "SELECT nope FROM shop.orders WHERE")
	want(t, 0, "17,abc,1.50\n", "query", "--format", "csv", "SELECT k, $s, $p FROM shop.orders WHERE k = $k AND day > $d",
		"--param", "k=17", "--param", "s=abc", "--param", "p=1.50", "--param", "d=2000-01-01")
	want(t, 0, "5,5\n", "query", "--format", "csv", "SELECT ?, ?::VARCHAR", "--param", "1=5", "--param", `2="5"`)
	want(t, 0, "1 of 5 chunks to be read", "explain", "SELECT price FROM shop.orders WHERE k = ?", "--param", "1=17")
	want(t, 1, "the statement has the parameters $a, and gets values for $b", "query", "SELECT $a", "--param", "b=1")
	want(t, 1, "did you mean shop.orders?", "tables", "shop.order")

	more := writeFile(t, "more.csv", func(w io.Writer) { fmt.Fprint(w, "k,day,price\n6000,2024-02-01,1.5\n,2024-02-02,2.5\n") })
	want(t, 0, "2 rows", "load", "shop.orders", more, "--append")
	want(t, 1, "already", "load", "shop.orders", more, "--append")
	want(t, 0, "5002,2", "query", "--format", "csv", "SELECT count(*), count(*) FILTER (WHERE k IS NULL OR k > 5500) FROM shop.orders")

	formats(t)

	stop()
	up(t, dir)
	if again := want(t, 0, "", "query", "--schema", "shop", "--format", "csv", join); again != answer {
		t.Errorf("after a restart: %q, before %q", again, answer)
	}
	want(t, 0, "2 rows", "load", "shop.orders", more, "--replace", "--block-column", "k")
	want(t, 0, "2", "query", "--format", "csv", "SELECT count(*) FROM shop.orders")
	want(t, 0, "dropped", "drop", "shop.items")
	want(t, 1, "items", "query", "SELECT * FROM shop.items")
}

// formats saves a result in every format, and loads it again where that is possible.
func formats(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for i, name := range []string{"r.csv", "r.json", "r.parquet", "r.arrow"} {
		path := filepath.Join(dir, name)
		want(t, 0, "wrote "+path, "query", "SELECT k, price, sum(k) OVER () AS h FROM shop.orders WHERE k < 10", "-o", path)
		switch name {
		case "r.json":
			data, err := os.ReadFile(path)
			var body struct{ Rows [][]any }
			if err != nil || json.Unmarshal(data, &body) != nil || len(body.Rows) != 10 {
				t.Errorf("json: %s, %v", data, err)
			}
		case "r.csv", "r.parquet":
			table := fmt.Sprintf("shop.again%d", i)
			want(t, 0, "10 rows", "load", table, path)
			want(t, 0, "10,45,450", "query", "--format", "csv", "SELECT count(*), sum(k), sum(h) FROM "+table)
		}
	}
}

// TestKilledLoadLeavesNothing kills a load when it has sent some of its files.
func TestKilledLoadLeavesNothing(t *testing.T) {
	up(t, t.TempDir())
	file := writeFile(t, "t.csv", func(w io.Writer) {
		fmt.Fprintln(w, "k")
		for i := range 20000 {
			fmt.Fprintln(w, i)
		}
	})
	temp := t.TempDir()
	args := []string{"load", "d.t", file, "--block-column", "k", "--temp-dir", temp, "--chunk-rows"}
	for _, signal := range []os.Signal{syscall.SIGKILL, os.Interrupt} {
		cmd := process(t, append(args, "10")...)
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(stderr)
		for lines.Scan() && !strings.HasPrefix(lines.Text(), "sending") {
			continue
		}
		time.Sleep(200 * time.Millisecond)
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, stderr)
		if err := cmd.Wait(); err == nil {
			t.Fatal("the load had ended before it was killed")
		}
		if out := want(t, 0, "", "tables", "--format", "json"); strings.TrimSpace(out) != "[]" {
			t.Errorf("after %s: %s", signal, out)
		}
	}
	want(t, 0, "20000 rows", append(args, "5000")...)
	want(t, 0, "20000,199990000", "query", "--format", "csv", "SELECT count(*), sum(k) FROM d.t")
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUpSaysWhyItCannotStart(t *testing.T) {
	dir := t.TempDir()
	up(t, dir)
	want(t, 1, "is in use by another process (stop the other cluster", "up", "--data-dir", dir, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0")
	addr := strings.TrimPrefix(os.Getenv("SHOAL_PORTAL"), "http://")
	code, out, errs := shoal(t, "", "up", "--data-dir", t.TempDir(), "--http", addr, "--flight", "127.0.0.1:0")
	if code != 1 || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, addr+" is in use") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}
