package load

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// TestFoldersAreColumns loads files from folders named after columns, in each format.
func TestFoldersAreColumns(t *testing.T) {
	for _, ext := range []string{"parquet", "csv", "json"} {
		t.Run(ext, func(t *testing.T) {
			dir := t.TempDir()
			for _, part := range []string{"2023/7", "2024/1", "2024/12"} {
				y, m, _ := strings.Cut(part, "/")
				folder := filepath.Join(dir, "year="+y, "day="+y+"-01-0"+m[:1])
				if err := os.MkdirAll(folder, 0o700); err != nil {
					t.Fatal(err)
				}
				duck(t, "COPY (SELECT "+m+" AS v) TO '"+filepath.Join(folder, m+"."+ext)+"'")
			}
			p := newFakePortal(t)
			o := options(t, "d.t", filepath.Join(dir, "*", "*", "*."+ext))
			o.BlockColumn = "day"
			mustLoad(t, p, o)
			if got := p.query(t, "SELECT v, year, day, typeof(year), typeof(day) FROM {d.t} ORDER BY v"); got !=
				"1|2024|2024-01-01|BIGINT|DATE\n7|2023|2023-01-07|BIGINT|DATE\n12|2024|2024-01-01|BIGINT|DATE" {
				t.Errorf("got %s", got)
			}
			o = options(t, "d.u", filepath.Join(dir, "*", "*", "*."+ext))
			o.Types = map[string]string{"YEAR": "VARCHAR", "v": "DOUBLE"}
			mustLoad(t, p, o)
			if got := p.query(t, "SELECT v, year, typeof(year) FROM {d.u} ORDER BY v LIMIT 1"); got != "1.0|2024|VARCHAR" {
				t.Errorf("with types: %s", got)
			}
			o = options(t, "d.w", filepath.Join(dir, "*", "*", "*."+ext))
			o.NoFolders = true
			mustLoad(t, p, o)
			if got := len(p.tables["d.w"].Columns); got != 1 {
				t.Errorf("%d columns without those of folders", got)
			}
		})
	}
}

func TestFoldersThatDisagreeAreRefused(t *testing.T) {
	dir := t.TempDir()
	put := func(name, sql string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		duck(t, "COPY ("+sql+") TO '"+path+"'")
		return path
	}
	a, b := put("k=1/x.csv", "SELECT 1 v"), put("k=1/j=2/x.csv", "SELECT 1 v")
	wantFault(t, newFakePortal(t), options(t, "d.t", a, b), fault.InvalidArgument, "named after")
	// The folder's value would hide the file's.
	own := put("k=2/l=3/x.parquet", "SELECT 1 v, 'own' k")
	wantFault(t, newFakePortal(t), options(t, "d.t", own), fault.InvalidArgument, `column "k"`)
	p := newFakePortal(t)
	mustLoad(t, p, options(t, "d.t", put("k=4/x.parquet", "SELECT 1 v, 'own' k")))
	if got := p.query(t, "SELECT k FROM {d.t}"); got != "own" {
		t.Errorf("got %s", got)
	}
}

// TestNoLineIsLost loads small CSV files that DuckDB would read with fewer rows than there are lines, or as one
// column: each is loaded whole, or refused with the line.
func TestNoLineIsLost(t *testing.T) {
	for name, tc := range map[string]struct {
		content, refused string // refused is part of the error
		edit             func(*Options)
		want             string
	}{
		"short line":      {content: "a,b,c\n1,2,3\n4,5\n6,7,8\n", refused: ".csv, line 3"},
		"long line":       {content: "a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n", refused: ".csv, line 3"},
		"short header":    {content: "a,b\n1,2,3\n4,5,6\n", refused: ".csv, line 2"},
		"long header":     {content: "a,b,c\n1,2\n4,5\n", refused: ".csv, line 2"},
		"no header":       {content: "1,2\n4,5,6\n7,8,9\n", refused: ".csv, line 2"},
		"last line":       {content: "a;b\n1;2\n3;4\nTotal\n", refused: ".csv, line 4"},
		"tabs":            {content: "a\tb\n1\t2\n3\n", refused: ".csv, line 3"},
		"title":           {content: "title of it\n\na,b\n1,2\n5,6\n", refused: ".csv, line 1"},
		"comments":        {content: "# hello\na,b\n1,2\n#3,4\n5,6\n", refused: ".csv, line 1"},
		"title left out":  {content: "title of it\na,b\n1,2\n5,6\n", edit: func(o *Options) { o.CSV.SkipLines = 1 }, want: "1|2;5|6"},
		"hash in a field": {content: "a,b\n1,2\n#3,4\n", want: "#3|4;1|2"},
		"one column":      {content: "name\nx,y\nz\n", want: "x,y;z"},
		"quoted name":     {content: "\"a,b\"\n1\n2\n", want: "1;2"},
		"delimiter":       {content: "a,b\n1\n2,3\n", edit: func(o *Options) { o.CSV.Delimiter = ";" }, want: "1;2,3"},
		"header only":     {content: "a,b\n", want: ""},
		"BOM":             {content: "\xef\xbb\xbfa,b\n1,2\n", want: "1|2"},
		"no end":          {content: "a,b\n1,2", want: "1|2"},
		"trailing commas": {content: "a,b\n1,2,\n3,4,\n", want: "1|2;3|4"},
		"latin":           {content: "a,b\n1,\xe9\n", refused: ".csv, line 2"},
		"utf16":           {content: "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00", refused: ".csv, line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newFakePortal(t)
			o := options(t, "d.t", text(t, "f.csv", tc.content))
			if tc.edit != nil {
				tc.edit(&o)
			}
			if tc.refused != "" {
				wantFault(t, p, o, fault.InvalidArgument, tc.refused)
				return
			}
			mustLoad(t, p, o)
			got := ""
			if len(p.tables["d.t"].files) > 0 {
				got = p.query(t, "SELECT coalesce(string_agg(t, ';' ORDER BY t), '') FROM (SELECT concat_ws('|', *COLUMNS(*)) AS t FROM {d.t})")
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// TestEveryTypeComesBack loads a column of each of DuckDB's types, alone and within others: it is the same when it is
// read as workers do, or the load was refused.
func TestEveryTypeComesBack(t *testing.T) {
	values := map[string]string{
		"BOOLEAN": "true", "TINYINT": "-5", "SMALLINT": "-5", "INTEGER": "-5", "BIGINT": "-9223372036854775808",
		"HUGEINT": "-170141183460469231731687303715884105728", "UTINYINT": "255", "USMALLINT": "65535", "UINTEGER": "4294967295",
		"UBIGINT": "18446744073709551615", "UHUGEINT": "340282366920938463463374607431768211455", "BIGNUM": "1234567890123456789012345678901234567890123",
		"FLOAT": "1.1", "DOUBLE": "-0.0", "DECIMAL(4,1)": "12.3", "DECIMAL(38,10)": "1234567890123456789012345678.0123456789",
		"VARCHAR": "a''ü", "BLOB": `\x00\xFFa`, "BIT": "10101", "UUID": "eeccb8c5-9943-b2bb-bb5e-222f4e14b687",
		"DATE": "0044-03-15 (BC)", "TIME": "24:00:00", "TIMETZ": "11:30:00.123456-02:00:00", "TIME_NS": "11:30:00.123456789",
		"TIMESTAMP": "infinity", "TIMESTAMP_S": "2024-01-01 00:00:01", "TIMESTAMP_MS": "2024-01-01 00:00:01.123",
		"TIMESTAMP_NS": "2024-01-01 00:00:01.123456789", "TIMESTAMPTZ": "2024-01-01 00:00:01.5+00", "INTERVAL": "14 months 3 days 00:00:00.000001",
		"JSON": `{"a": [1]}`, "ENUM('a','it''s')": "it''s", "GEOMETRY": "POINT (1 2)", "VARIANT": "x",
		"UNION(n INTEGER, s VARCHAR)": "x", "INTEGER[3]": "[1, NULL, 3]", "MAP(VARCHAR, INTEGER)": "{a=1}",
		"STRUCT(a INTEGER, \"B c\" VARCHAR)": "{a: 1, B c: x}",
	}
	for typ, value := range values {
		scalar := "CAST('" + value + "' AS " + typ + ")"
		for shape, sql := range map[string]string{
			"": scalar, "list": "[" + scalar + ", NULL]", "struct": "{'x': " + scalar + "}", "array": "array_value(" + scalar + ")",
			"map": "MAP {'k': " + scalar + "}", "deep": "[{'x': [" + scalar + "]}]",
		} {
			t.Run(typ+" "+shape, func(t *testing.T) { comesBack(t, sql) })
		}
	}
}

func comesBack(t *testing.T, sql string) {
	kind := duck(t, "SELECT typeof("+sql+")")
	path := filepath.Join(t.TempDir(), "x.parquet")
	if _, err := ask("COPY (SELECT " + sql + " AS v) TO '" + path + "'"); err != nil {
		t.Skipf("no such file: %v", err)
	}
	written := duck(t, "SELECT typeof(v) FROM '"+path+"'")
	chosen := map[string]string{}
	if written != kind && !isGeometry(kind) {
		chosen["v"] = kind // Parquet has another type for it
	}
	p := newFakePortal(t)
	o := options(t, "d.t", path)
	o.Types = chosen
	if _, err := Run(context.Background(), p, o); err != nil {
		f := fault.From(err)
		if kind == "GEOMETRY" || f.Kind != fault.InvalidArgument || f.Hint == "" && !strings.Contains(f.Text(), "ast") {
			t.Errorf("%s: %v", kind, err)
		}
		t.Logf("%s is refused: %s", kind, f.Text())
		return
	}
	table := p.tables["d.t"]
	if isGeometry(kind) && table.Columns[0].Type != "BLOB" {
		t.Errorf("%s was loaded as %s", kind, table.Columns[0].Type)
	}
	parsed, err := types.Parse(table.Columns[0].Type)
	if err != nil {
		t.Fatalf("%s was loaded as %s: %v", kind, table.Columns[0].Type, err)
	}
	var names []string
	for _, name := range table.files {
		names = append(names, name)
	}
	from, err := sqlgen.ParquetTable([]rel.Column{{Name: "v", Type: parsed}}, names, new(manifest.Inspector).Inspect)
	if err != nil {
		t.Fatal(err)
	}
	want := "v"
	if len(chosen) > 0 {
		want = "CAST(v AS " + kind + ")"
	}
	if isGeometry(written) {
		want = "ST_AsWKB(v)"
	}
	if got, want := duck(t, "SELECT v::VARCHAR, typeof(v) FROM "+from), duck(t, "SELECT ("+want+")::VARCHAR, typeof("+want+") FROM "+duckdb.QuoteLiteral(path)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
