// Package oracle2 asks a second DuckDB, of another version than the one that Shoal embeds, over tables
// of its own: what the embedded one gets wrong, the second one shows. Its version is pinned in
// requirements.txt; `make oracle2` installs it. Where the versions differ on purpose, the files in
// explained say why, and each of their entries must still be needed.
package oracle2

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/tests/oracle"
)

// Variable names the Python that has the second DuckDB.
const Variable = "SHOAL_ORACLE2"

//go:embed runner.py
var runner string

// DuckDB is the second one. Its methods may be called at the same time, and take turns.
type DuckDB struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

// Open starts a second DuckDB that ends with the test; nil if the environment names none.
func Open(t testing.TB) *DuckDB {
	t.Helper()
	python := os.Getenv(Variable)
	if python == "" {
		return nil
	}
	cmd := exec.Command(python, "-c", runner)
	cmd.Stderr = os.Stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		t.Fatalf("second DuckDB: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("second DuckDB: %v", err)
		}
	})
	return &DuckDB{in: in, out: bufio.NewReader(out)}
}

// CopyOf has the second DuckDB begin anew with the tables of another one, by way of a file in DuckDB's
// own format, which keeps every type and value. Names without a schema are looked up in the one given.
func (d *DuckDB) CopyOf(t testing.TB, conn *duckdb.Conn, schema string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tables.duckdb")
	ctx := context.Background()
	// Compressed, 0.0 and -0.0 would be the same.
	copying := fmt.Sprintf("SET force_compression = 'uncompressed'; ATTACH %s AS taken; COPY FROM DATABASE memory TO taken; DETACH taken", duckdb.QuoteLiteral(file))
	if _, err := conn.Exec(ctx, copying); err != nil {
		t.Fatalf("copy tables: %v", err)
	}
	if _, err := d.request(map[string]string{"open": file, "schema": schema}); err != nil {
		t.Fatalf("second DuckDB: copy tables: %v", err)
	}
}

// Query reads the whole result of a query.
func (d *DuckDB) Query(sql string) (*oracle.Result, error) {
	return d.request(map[string]string{"sql": sql})
}

func (d *DuckDB) request(what map[string]string) (*oracle.Result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	line, err := json.Marshal(what)
	if err != nil {
		return nil, err
	}
	if _, err := d.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	if line, err = d.out.ReadBytes('\n'); err != nil {
		return nil, fmt.Errorf("the process ended: %w", err)
	}
	var answer struct {
		Error string
		Bytes int64
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	body := io.LimitReader(d.out, answer.Bytes)
	defer func() { _, _ = io.Copy(io.Discard, body) }()
	if answer.Bytes == 0 {
		return nil, nil
	}
	r, err := ipc.NewReader(body)
	if err != nil {
		return nil, err
	}
	return oracle.Read(r)
}
