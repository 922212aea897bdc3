package load

import (
	"bytes"
	"compress/gzip"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// TestStandardInput loads each format from standard input, said and found out.
func TestStandardInput(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(input(t, name, "SELECT 1 AS a, 'x' AS b"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(" [{\"a\": 1, \"b\": \"x\"}]"))
	_ = z.Close()
	for name, tc := range map[string]struct {
		content string
		format  Format
	}{
		"parquet": {read("x.parquet"), ""}, "csv": {read("x.csv"), ""}, "json": {read("x.json"), ""}, "csv.zst": {read("x.csv.zst"), ""},
		"json.gz": {zipped.String(), ""}, "arrow": {arrowStream(t), ""}, "arrow, said": {arrowStream(t), Arrow}, "csv, said": {read("x.csv"), CSV},
	} {
		t.Run(name, func(t *testing.T) {
			p := newFakePortal(t)
			o := options(t, "d.t", Stdin)
			o.Format, o.Stdin = tc.format, strings.NewReader(tc.content)
			mustLoad(t, p, o)
			if got := p.query(t, "SELECT a, b FROM {d.t}"); got != "1|x" {
				t.Errorf("got %s", got)
			}
		})
	}
	o := options(t, "d.t", Stdin)
	o.Stdin = strings.NewReader("")
	wantFault(t, newFakePortal(t), o, fault.InvalidArgument, "standard input is empty")
	o.Stdin = strings.NewReader(arrowStream(t)[:300])
	wantFault(t, newFakePortal(t), o, fault.Unavailable, "")
}

func arrowStream(t *testing.T) string {
	schema := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64}, {Name: "b", Type: arrow.BinaryTypes.String}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	b.Field(0).(*array.Int64Builder).Append(1)
	b.Field(1).(*array.StringBuilder).Append("x")
	rec := b.NewRecord()
	defer rec.Release()
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(schema))
	if err := w.Write(rec); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
