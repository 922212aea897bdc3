package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.parquet")
	duck(t, "COPY (SELECT i, random() AS r FROM range(200000) t(i)) TO '"+good+"'")
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	truncated := text(t, "truncated.parquet", string(data[:len(data)/2]))
	broken := append([]byte{}, data...)
	for i := 1000; i < 60000; i++ {
		broken[i] = 0xff
	}
	corrupt := text(t, "corrupt.parquet", string(broken))
	rows := strings.Repeat("1,x\n", 30000)
	for _, tc := range []struct {
		name  string
		files []string
		edit  func(*Options)
		kind  fault.Kind
		part  string
		hint  string
	}{
		{name: "truncated", files: []string{truncated}, kind: fault.InvalidArgument, part: "truncated.parquet"},
		{name: "corrupt", files: []string{corrupt}, kind: fault.InvalidArgument, part: "corrupt.parquet"},
		{name: "corrupt reference", files: []string{corrupt}, edit: func(o *Options) { o.Reference = true },
			kind: fault.InvalidArgument, part: "corrupt.parquet"},
		{name: "one of several is truncated", files: []string{good, truncated}, kind: fault.InvalidArgument, part: "truncated.parquet"},
		{name: "csv value", files: []string{text(t, "v.csv", "a,b\n"+rows+"oops,y\n")}, kind: fault.InvalidArgument,
			part: "v.csv, line 30002:", hint: "--type a=VARCHAR"},
		{name: "csv shape", files: []string{text(t, "s.csv", "a,b\n"+rows+"1,2,3,4\n")}, kind: fault.InvalidArgument, part: "s.csv, line 30002:"},
		// Within the lines from which DuckDB guesses the dialect, which then says only that it cannot.
		{name: "csv shape early", files: []string{text(t, "e.csv", "a,b\n"+rows[:5000*4]+"1,2,3,4\n")}, kind: fault.InvalidArgument, part: "e.csv, line 5002:"},
		{name: "json", files: []string{text(t, "j.json", "{\"a\":1}\n{\"a\":\n{\"a\":3}\n")}, kind: fault.InvalidArgument, part: "j.json"},
		{name: "missing", files: []string{filepath.Join(dir, "none.csv")}, kind: fault.NotFound, part: "none.csv"},
		{name: "no match", files: []string{filepath.Join(dir, "*.csv")}, kind: fault.NotFound, part: "no file matches"},
		{name: "folder", files: []string{dir}, kind: fault.InvalidArgument, part: "is a folder"},
		{name: "remote", files: []string{"s3://b/x.parquet"}, kind: fault.InvalidArgument, part: "s3://"},
		{name: "mixed", files: []string{good, text(t, "m.csv", "a\n1\n")}, kind: fault.InvalidArgument, part: "is csv"},
		{name: "unknown format", files: []string{text(t, "x.dat", "a\n1\n")}, kind: fault.InvalidArgument, part: "x.dat", hint: "--input-format"},
		{name: "other columns", files: []string{input(t, "1.parquet", "SELECT 1 AS a"), input(t, "2.parquet", "SELECT 1 AS a, 2 AS b")},
			kind: fault.InvalidArgument, part: `has a column "b"`},
		{name: "unknown block column", files: []string{good}, edit: func(o *Options) { o.BlockColumn = "rr" },
			kind: fault.NotFound, part: `"rr"`, hint: "did you mean r?"},
		{name: "block column of a wrong type", files: []string{good}, edit: func(o *Options) { o.BlockColumn = "r" },
			kind: fault.InvalidArgument, part: "it is DOUBLE"},
		{name: "block beyond 64 bits", files: []string{input(t, "u.parquet", "SELECT 18446744073709551615::UBIGINT AS b")},
			edit: func(o *Options) { o.BlockColumn = "b" }, kind: fault.InvalidArgument, part: "18446744073709551615 does not fit"},
		{name: "huge block column", files: []string{text(t, "h.csv", "b\n1\n")},
			edit: func(o *Options) { o.BlockColumn, o.Types = "b", map[string]string{"b": "HUGEINT"} },
			kind: fault.InvalidArgument, part: "it is HUGEINT", hint: "--type b=BIGINT"},
		{name: "nested type that Parquet cannot keep", files: []string{input(t, "n.parquet", "SELECT [INTERVAL 1 DAY] AS n")},
			kind: fault.InvalidArgument, part: "INTERVAL[]"},
		{name: "type of an unknown column", files: []string{good}, edit: func(o *Options) { o.Types = map[string]string{"zz": "INT"} },
			kind: fault.NotFound, part: `"zz"`},
		{name: "unknown type", files: []string{good}, edit: func(o *Options) { o.Types = map[string]string{"r": "NOPE"} },
			kind: fault.NotFound, part: "NOPE"},
		{name: "reference with block column", files: []string{good}, edit: func(o *Options) { o.Reference, o.BlockColumn = true, "i" },
			kind: fault.InvalidArgument, part: "no block column"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := options(t, "d.t", tc.files...)
			if tc.edit != nil {
				tc.edit(&o)
			}
			f := wantFault(t, newFakePortal(t), o, tc.kind, tc.part)
			if !strings.Contains(f.Hint, tc.hint) {
				t.Errorf("hint %q, want %q", f.Hint, tc.hint)
			}
		})
	}
}
