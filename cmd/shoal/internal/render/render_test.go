package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

const head = `{"query_id":"q","columns":[{"name":"n","type":"BIGINT"},{"name":"s","type":"VARCHAR"},{"name":"b","type":"BLOB"},{"name":"l","type":"INTEGER[]"}],"rows":[`

func TestResult(t *testing.T) {
	var out bytes.Buffer
	rows, err := Result(&out, strings.NewReader(head+
		`[1,"a\nb\u001b[31m","AGI=",[1,null]],[12345678901234567890,null,null,null]],"row_count":2}`))
	if err != nil || rows != 2 {
		t.Fatal(rows, err)
	}
	want := `
┌──────────────────────┬───────────┬───────┬───────────┐
│                    n │ s         │ b     │ l         │
│               BIGINT │ VARCHAR   │ BLOB  │ INTEGER[] │
├──────────────────────┼───────────┼───────┼───────────┤
│                    1 │ a\nb�[31m │ \x00b │ [1,null]  │
│ 12345678901234567890 │ NULL      │ NULL  │ NULL      │
└──────────────────────┴───────────┴───────┴───────────┘
`
	if got := "\n" + out.String(); got != want {
		t.Errorf("got %s", got)
	}
}

func TestResultWithoutRowsHasAHeader(t *testing.T) {
	var out bytes.Buffer
	rows, err := Result(&out, strings.NewReader(head+`],"row_count":0}`))
	if err != nil || rows != 0 || !strings.Contains(out.String(), "BIGINT") {
		t.Error(rows, err, out.String())
	}
}

func TestPagesAreWhole(t *testing.T) {
	var in, out bytes.Buffer
	in.WriteString(`{"columns":[{"name":"n","type":"BIGINT"}],"rows":[`)
	const n = 2*pageRows + 1
	for i := range n {
		if i > 0 {
			in.WriteByte(',')
		}
		fmt.Fprintf(&in, "[%d]", i)
	}
	fmt.Fprintf(&in, `],"row_count":%d}`, n)
	rows, err := Result(&out, &in)
	if err != nil || rows != n {
		t.Fatal(rows, err)
	}
	for _, i := range []int{0, pageRows - 1, pageRows, n - 1} {
		if !strings.Contains(out.String(), fmt.Sprintf(" %d │", i)) {
			t.Errorf("row %d is not shown", i)
		}
	}
	if pages := strings.Count(out.String(), "BIGINT"); pages != 3 {
		t.Errorf("%d pages", pages)
	}
}

// TestShortResultsAreErrors cuts a good result everywhere.
func TestShortResultsAreErrors(t *testing.T) {
	whole := head + `[1,"a","AGI=",[1]],[2,"b",null,null]],"row_count":2}`
	for n := range len(whole) - 1 {
		if _, err := Result(io.Discard, strings.NewReader(whole[:n])); err == nil {
			t.Errorf("%q was taken for whole", whole[:n])
		}
	}
	for _, bad := range []string{
		head + `[1,"a","AGI=",[1]]],"row_count":2}`,
		head + `[1,"a"]],"row_count":1}`,
		head + `[1,"a","%%",null]],"row_count":1}`,
		head + `]}`, `[]`, `{}`, `null`,
	} {
		if _, err := Result(io.Discard, strings.NewReader(bad)); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	_, err := Result(io.Discard, strings.NewReader(head+`[1,"a","AGI=",[1]]],"error":{"kind":"resource_exhausted","message":"no memory"}}`))
	if f := fault.From(err); err == nil || f.Kind != fault.ResourceExhausted || f.Text() != "no memory" {
		t.Errorf("%v", err)
	}
}

func FuzzResult(f *testing.F) {
	f.Add([]byte(head + `[1,"a","AGI=",[1]],[2,"b",null,null]],"row_count":2}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = Result(io.Discard, bytes.NewReader(data)) // it must not crash
	})
}

// stream is an Arrow stream with two columns of the same name.
func stream(t *testing.T, rows int) []byte {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "A", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(schema))
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for range 3 {
		for i := range rows {
			b.Field(0).(*array.Int64Builder).Append(int64(i))
			b.Field(1).(*array.StringBuilder).Append(fmt.Sprint("s", i))
		}
		r := b.NewRecord()
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
		r.Release()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestParquet(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "r.parquet")
	var rows int64
	err := ToFile(path, func(w io.Writer) (err error) {
		rows, err = Copy(ctx, w, bytes.NewReader(stream(t, 100)), "parquet")
		return err
	})
	if err != nil || rows != 300 {
		t.Fatal(rows, err)
	}
	e, err := duckdb.Open(ctx, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(ctx)
	c, err := e.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got, err := c.QueryString(ctx, "SELECT count(*) || ' ' || sum(a) || ' ' || max(\"A_1\") FROM '"+path+"'")
	if err != nil || got != "300 14850 s99" {
		t.Errorf("%q %v", got, err)
	}
}

// failing is a stream that breaks off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestBrokenParquetLeavesNoFile(t *testing.T) {
	whole := stream(t, 100)
	path := filepath.Join(t.TempDir(), "r.parquet")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	cause := fault.New(fault.ResourceExhausted, "query", "no memory")
	for _, n := range []int{0, 10, len(whole) / 2, len(whole) - 8, len(whole)} {
		err := ToFile(path, func(w io.Writer) error {
			_, err := Copy(context.Background(), w, io.MultiReader(bytes.NewReader(whole[:n]), failing{cause}), "parquet")
			return err
		})
		if !fault.Is(err, fault.ResourceExhausted) {
			t.Errorf("after %d of %d bytes: %v", n, len(whole), err)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if data, _ := os.ReadFile(path); string(data) != "before" {
		t.Errorf("the file was changed: %q", data)
	}
}

func TestToFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := ToFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	bad := errors.New("bad")
	if err := ToFile(path, func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return bad }); !errors.Is(err, bad) {
		t.Error(err)
	}
	if data, _ := os.ReadFile(path); string(data) != "new" {
		t.Errorf("%q", data)
	}
	if err := ToFile(filepath.Join(path, "x"), func(io.Writer) error { return nil }); err == nil {
		t.Error("a file in a file was written")
	}
}
