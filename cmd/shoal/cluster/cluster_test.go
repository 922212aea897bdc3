package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/dirlock"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun"))
}

func start(t *testing.T, o Options) *Cluster {
	t.Helper()
	o.NoSync, o.Drain = true, time.Second
	c, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
		select {
		case err := <-c.Failed():
			t.Errorf("a service ended by itself: %v", err)
		default:
		}
	})
	return c
}

// fill loads 10,000 rows in ten chunks.
func fill(t *testing.T, c *Cluster) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	var b strings.Builder
	b.WriteString("k,v\n")
	for i := range 10000 {
		k := (i * 7919) % 10000
		b.WriteString(itoa(k) + "," + itoa(k%10) + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	sum, err := load.Run(t.Context(), c.Client(), load.Options{
		Dataset: "d", Table: "t", Files: []string{path}, BlockColumn: "k", ChunkRows: 1000, Wait: 30 * time.Second,
	})
	if err != nil || sum.Chunks != 10 || sum.Rows != 10000 {
		t.Fatalf("%+v, %v", sum, err)
	}
}

func itoa(n int) string {
	data, _ := json.Marshal(n)
	return string(data)
}

func ask(ctx context.Context, c *client.Client, sql string) (string, error) {
	r, err := c.Query(ctx, client.Statement{SQL: sql}, client.TypeCSV)
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	_, rows, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(rows), err
}

const (
	sql  = "SELECT count(*), sum(k), sum(v) FROM d.t WHERE k < 9500"
	want = "9500,45120250,42750"
)

func wantAnswer(t *testing.T, c *client.Client) {
	t.Helper()
	if got, err := ask(t.Context(), c, sql); err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDataOutlivesARestart(t *testing.T) {
	dir := t.TempDir()
	c := start(t, Options{DataDir: dir})
	fill(t, c)
	wantAnswer(t, c.Client())
	if w := c.Workers(); len(w) != 2 || w[0].ID != "w1" || !strings.HasPrefix(w[1].Location, "grpc://127.0.0.1:") {
		t.Errorf("workers %+v", w)
	}

	_, err := Start(t.Context(), Options{DataDir: dir})
	if !errors.Is(err, dirlock.ErrHeld) || fault.From(err).Hint == "" {
		t.Errorf("a second cluster in the same folder: %v", err)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	c = start(t, Options{DataDir: dir})
	wantAnswer(t, c.Client())
}

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, o := range []Options{{HTTP: l.Addr().String()}, {Flight: l.Addr().String()}} {
		o.DataDir, o.NoSync = t.TempDir(), true
		_, err := Start(t.Context(), o)
		if f := fault.From(err); err == nil || f.Kind != fault.Unavailable || !strings.Contains(f.Text(), l.Addr().String()) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestWorkersComeAndGo(t *testing.T) {
	c := start(t, Options{DataDir: t.TempDir(), Killable: true})
	fill(t, c)
	if err := c.KillWorker(1); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, c.Client()) // the very next query, while the dead worker is still registered
	if err := c.StartWorker(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := c.StopWorker(2); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, c.Client())
	if err := c.StopWorker(2); !fault.Is(err, fault.NotFound) {
		t.Errorf("stopped twice: %v", err)
	}
	if err := c.StartWorker(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, c.Client())
}

func TestMetadataMayRestart(t *testing.T) {
	c := start(t, Options{DataDir: t.TempDir(), Workers: 1})
	fill(t, c)
	if err := c.StopMetadata(); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, c.Client()) // queries need no metadata service
	if err := c.StartMetadata(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Client().DropTable(t.Context(), "d", "t"); err != nil {
		t.Fatal(err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	if _, err := Start(t.Context(), Options{}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("no folder: %v", err)
	}
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{DataDir: file}); err == nil {
		t.Error("a file was taken for a folder")
	}
	c := start(t, Options{DataDir: t.TempDir(), Workers: 1})
	if err := c.KillWorker(1); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("killed: %v", err)
	}
	if err := c.StartWorker(t.Context(), 1); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("started twice: %v", err)
	}
}
