// Package failures checks that a cluster keeps its promises when things go
// wrong: answers are whole and right, or errors that say what is missing and
// why, and whatever was refused or has died, the next query is answered.
package failures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// timeout is far more than anything here takes.
const timeout = 60 * time.Second

// Doors are the ways in which a result reaches a client.
const (
	direct = "flight, from the workers"
	routed = "flight, through the portal"
	byHTTP = "http"
)

var doors = []string{direct, routed, byHTTP}

// asker asks a cluster through all of its doors.
type asker struct {
	sql  *harness.SQLClient
	http *client.Client
}

func newAsker(t testing.TB, http, flight string) *asker {
	t.Helper()
	c, err := client.New(http)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &asker{sql: harness.SQL(t, flight), http: c}
}

func (a *asker) ask(ctx context.Context, door, sql string) (*oracle.Result, error) {
	switch door {
	case direct:
		return a.sql.Query(harness.InSchema(ctx, "tpch"), sql)
	case routed:
		return a.sql.Query(viaPortal(harness.InSchema(ctx, "tpch")), sql)
	}
	result, err := a.http.Query(ctx, client.Statement{SQL: sql, Schema: "tpch"}, client.TypeArrow)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	// The reader of Arrow files forgets what kind of error it met.
	kept := &keepError{r: result}
	rows, err := ipc.NewReader(kept)
	if err != nil {
		return nil, errors.Join(kept.err, err)
	}
	out, err := oracle.Read(rows)
	if err != nil && kept.err != nil {
		return nil, kept.err
	}
	return out, err
}

type keepError struct {
	r   *client.Result
	err error
}

func (k *keepError) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	var f *fault.Fault
	if errors.As(err, &f) {
		k.err = err
	}
	return n, err
}

// viaPortal asks for all streams to come from the portal.
func viaPortal(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "x-shoal-route", "portal")
}

// question is a query with its answer.
type question struct {
	name, sql string
	want      *oracle.Result
}

// questions cover what is read from workers and what is merged.
func questions(t testing.TB, data *harness.TPCH) []question {
	t.Helper()
	out := []question{
		{name: "narrow", sql: "SELECT * FROM lineitem WHERE l_orderkey BETWEEN 1000 AND 1100"},
		{name: "rows", sql: "SELECT l_orderkey, l_linenumber, l_shipdate, l_comment FROM lineitem WHERE l_quantity > 40"},
		{name: "aggregate", sql: data.Queries[0].SQL},
		{name: "join", sql: data.Queries[2].SQL},
	}
	for i, q := range out {
		if out[i].want = data.Query(t, q.sql); len(out[i].want.Rows) == 0 {
			t.Fatalf("%s has no rows: it proves nothing", q.name)
		}
	}
	return out
}

// wrong says what is wrong with the answer that comes through a door.
func (a *asker) wrong(ctx context.Context, door string, q question) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	got, err := a.ask(ctx, door, q.sql)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", q.name, door, err)
	}
	ordered := strings.Contains(strings.ToLower(q.sql), "order by")
	if diff := oracle.Diff(got, q.want, ordered); diff != "" {
		return fmt.Errorf("%s, %s: %s", q.name, door, diff)
	}
	return nil
}

// right fails the test unless all answers are right through all doors.
func (a *asker) right(t testing.TB, when string, all []question) {
	t.Helper()
	for _, door := range doors {
		for _, q := range all {
			if err := a.wrong(context.Background(), door, q); err != nil {
				t.Errorf("%s: %v", when, err)
			}
		}
	}
}

// refused fails the test unless err is of a kind and its message, with the hint,
// says all that it should.
func refused(t testing.TB, what string, err error, kind fault.Kind, says ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: was not refused", what)
		return
	}
	f := fault.From(err)
	text := f.Text() + "\n" + f.Hint
	if st, ok := status.FromError(err); ok {
		text = st.Message() // what a client shows that knows nothing of faults
	} else if caret, ok := f.Details["caret"].(string); ok {
		text += "\n" + caret
	}
	if f.Kind != kind {
		t.Errorf("%s: is %s instead of %s: %s", what, f.Kind, kind, text)
	}
	for _, s := range says {
		if !strings.Contains(text, s) {
			t.Errorf("%s: does not say %q: %s", what, s, text)
		}
	}
}

// shoal runs the command line program against a portal.
func shoal(t testing.TB, portal string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, harness.Binary(t, "shoal"), args...)
	cmd.Env = append(os.Environ(), "SHOAL_PORTAL="+portal)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// oneLine fails the test unless a program has ended with 1 and one clear line
// that says all that it should. Lines before it are of its log.
func oneLine(t testing.TB, program string, err error, output string, says ...string) {
	t.Helper()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("%s ended with %v instead of exit status 1", program, err)
	}
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, program+": ") {
		t.Errorf("%s: the last line is no message: %s", program, output)
	}
	for _, s := range says {
		if !strings.Contains(last, s) {
			t.Errorf("%s: does not say %q: %s", program, s, last)
		}
	}
}

// taken is an address that somebody listens on until the end of the test.
func taken(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// files are all regular files below a folder.
func files(t testing.TB, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // not made yet, or moved away while we look
		}
		if err == nil && d.Type().IsRegular() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// drain reads a stream to its end and returns its rows.
func drain(r array.RecordReader) (rows int64, err error) {
	for r.Next() {
		rows += r.Record().NumRows()
	}
	return rows, r.Err()
}
