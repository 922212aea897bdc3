package binder

import (
	"context"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func lit(t string, v any) Parameter {
	of, err := types.Parse(t)
	if err != nil {
		panic(err)
	}
	return Parameter{Value: &rel.Literal{Of: of, Value: v}}
}

func as(name string, p Parameter) Parameter { p.Name = name; return p }

// awkward are values that are easily lost on the way through text.
var awkward = []Parameter{
	lit("BOOLEAN", true), lit("TINYINT", int64(-128)), lit("BIGINT", int64(math.MinInt64)), lit("BIGINT", int64(5)), lit("BIGINT", int64(1)<<40),
	lit("UBIGINT", uint64(math.MaxUint64)), lit("HUGEINT", new(big.Int).Lsh(big.NewInt(-1), 127)), lit("DECIMAL(38,10)", big.NewInt(-1)),
	lit("FLOAT", math.NaN()), lit("DOUBLE", math.Inf(-1)), lit("DOUBLE", math.Copysign(0, -1)), lit("DOUBLE", 0.1), lit("DOUBLE", 5e-324),
	lit("VARCHAR", "'; DROP TABLE t; --"), lit("VARCHAR", ""), lit("VARCHAR", "ü\x00\\'\n$1 ? $$"), lit("VARCHAR", "2020-01-01"),
	lit("BLOB", []byte{0, 0xff, '\'', '\\'}), lit("BLOB", []byte{}), lit("DATE", int64(-719529)), lit("DATE", int64(math.MaxInt32)),
	lit("TIME", int64(86_399_999_999)), lit("TIMESTAMP", int64(-1)), lit("TIMESTAMP", int64(math.MaxInt64)), lit("TIMESTAMP_NS", int64(1)),
	lit("TIMESTAMP WITH TIME ZONE", int64(1_600_000_000_000_001)), lit("INTERVAL", rel.IntervalValue{Months: -1, Days: 2, Micros: math.MinInt64}),
	lit("UUID", "00000000-0000-0000-0000-0000000000ff"), lit("INTEGER[]", []any{int64(1), nil}), lit("VARCHAR[]", []any{}),
	lit("STRUCT(a INTEGER, \"b'c\" VARCHAR[])", []any{int64(1), []any{"'", nil}}), lit("MAP(VARCHAR, INTEGER)", []any{[]any{"k'", nil}}),
	lit("INTEGER", nil), lit("VARCHAR", nil), lit("DATE", nil), lit("INTEGER[]", nil),
}

// TestValuesAreExact: what is bound is the value that was given, of its type.
func TestValuesAreExact(t *testing.T) {
	b, _ := open(t, Options{})
	for _, p := range awkward {
		got, err := b.BindWith(context.Background(), "SELECT ? AS x", "", []Parameter{p})
		if err != nil {
			t.Errorf("%s %v: %v", p.Value.Of, p.Value.Value, err)
			continue
		}
		if p.Value.Value == nil && p.Value.Of.ID == types.Varchar {
			continue // a NULL without a type
		}
		if !got.Columns[0].Type.Equal(p.Value.Of) {
			t.Errorf("%s %v became %s", p.Value.Of, p.Value.Value, got.Columns[0].Type)
		}
		values, err := b.Evaluate(context.Background(), got.Plan.Root.(*rel.Project).Exprs)
		if err != nil {
			t.Errorf("%s %v: %v", p.Value.Of, p.Value.Value, err)
			continue
		}
		want, err := sqlgen.Literal(p.Value)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := sqlgen.Literal(values[0]); err != nil || have != want {
			t.Errorf("%s became %s, %v", want, have, err)
		}
	}
}

// TestBindsAsExecute: names and types are those of DuckDB's EXECUTE, and what it refuses is refused.
func TestBindsAsExecute(t *testing.T) {
	tables := []Table{table("main", "t", "a INTEGER", "d DATE", "s VARCHAR", "l INTEGER[]", "p DECIMAL(10,2)", "h HUGEINT", "ts TIMESTAMP")}
	b, _ := open(t, Options{}, tables...)
	engine, err := duckdb.Open(context.Background(), duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = engine.Close(context.Background()) }()
	conn, err := engine.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// DuckDB 1.5.6's optimiser refuses to compare a date with the time 'infinity'.
	if _, err := conn.Exec(context.Background(), "PRAGMA disable_optimizer; CREATE TABLE t(a INTEGER, d DATE, s VARCHAR, l INTEGER[], p DECIMAL(10,2), h HUGEINT, ts TIMESTAMP)"); err != nil {
		t.Fatal(err)
	}
	bound, refused := 0, 0
	for _, sql := range []string{
		"SELECT ?", "SELECT a + ? FROM t", "SELECT a = ? FROM t", "SELECT d >= ? FROM t", "SELECT s || ? FROM t", "SELECT p * ? FROM t", "SELECT a IN (?, 1) FROM t",
		"SELECT coalesce(?, 1)", "SELECT ts > ? FROM t", "SELECT l = ? FROM t", "SELECT abs(?)", "SELECT upper(?)", "SELECT CASE WHEN a = 5 THEN ? ELSE 1 END FROM t",
		"SELECT a FROM t LIMIT ?", "SELECT (?).a, [?]", "WITH x AS (SELECT ? AS v) SELECT v, v FROM x", "SELECT sum(?) FROM t", "SELECT ?::VARCHAR, typeof(?)",
		"SELECT a FROM t WHERE a BETWEEN ? AND ?", "SELECT list_transform([1], lambda v: v + ?)", "SELECT a IN ? FROM t", "SELECT ? UNION ALL SELECT 1", "FROM range(?)",
	} {
		for _, p := range awkward {
			values := slices.Repeat([]Parameter{p}, strings.Count(sql, "?"))
			constant, err := p.sql()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Exec(context.Background(), "PREPARE p AS "+sql); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			want, wantErr := conn.Prepare(context.Background(), "EXECUTE p("+strings.Join(slices.Repeat([]string{constant}, len(values)), ", ")+")")
			if _, err := conn.Exec(context.Background(), "DEALLOCATE p"); err != nil {
				t.Fatal(err)
			}
			got, err := b.BindWith(context.Background(), sql, "", values)
			if err != nil && strings.Contains(fault.Text(err), "cannot be negative") {
				continue // DuckDB says so of a constant at once, and of a value when it runs
			}
			if (err != nil) != (wantErr != nil || want.SchemaErr != nil) {
				t.Errorf("%s with %s: %v; DuckDB: %v", sql, constant, err, wantErr)
				continue
			}
			if err != nil {
				if refused++; fault.KindOf(err) == fault.Internal {
					t.Errorf("%s with %s: %v", sql, constant, err)
				}
				continue
			}
			bound++
			for i, c := range want.Columns {
				of, err := types.Parse(c.Type)
				if err != nil || got.Columns[i].Name != c.Name || !got.Columns[i].Type.Equal(of) || got.Plan.Names[i] != c.Name {
					t.Errorf("%s with %s: column %v, want %v", sql, constant, got.Columns[i], c)
				}
			}
			if !got.Schema.Equal(want.Schema) {
				t.Errorf("%s with %s: schema %v, want %v", sql, constant, got.Schema, want.Schema)
			}
		}
	}
	if bound < 300 || refused < 100 {
		t.Errorf("%d statements were bound, %d refused", bound, refused)
	}
}

// TestWhichParameter: each value goes where DuckDB puts it.
func TestWhichParameter(t *testing.T) {
	b, _ := open(t, Options{}, shop...)
	numbers := func(n int) (out []Parameter) {
		for i := range n {
			out = append(out, lit("INTEGER", int64(101+i)))
		}
		return out
	}
	for _, c := range []struct {
		sql    string
		values []Parameter
		want   string // the literals of the plan, in its order
	}{
		{"SELECT ? AS x, ? AS y", numbers(2), "101 102"},
		{"SELECT $2 AS x, $1 AS y, $2 AS z", numbers(2), "102 101 102"},
		{"SELECT ?2 AS x, ?1 AS y", numbers(2), "102 101"},
		{"SELECT $b AS x, $a AS y", []Parameter{as("a", lit("INTEGER", int64(1))), as("B", lit("INTEGER", int64(2)))}, "2 1"},
		{"SELECT $\"a b\" AS x", []Parameter{as("a b", lit("INTEGER", int64(7)))}, "7"},
		{"SELECT $b AS x, $a AS y", numbers(2), "101 102"},
		{"SELECT 0 AS x -- ? $1\n, /* ? /* $2 */ ? */ ? AS y", numbers(1), "0 101"},
		{"SELECT '?' AS x, $$ ? $$ AS y, $t$ $1 $t$ AS z, E'\\' ?' AS w, ? AS \"?\"", numbers(1), "'?' ' ? ' ' $1 ' ''' ?' 101"},
		{"SELECT ? AS x WHERE ? > 0", numbers(2), "102 0 101"},
		{"WITH c AS (SELECT ? AS v) SELECT v, ? AS w FROM c", numbers(2), "101 102"},
		{"SELECT? AS x", numbers(1), "101"},
		{"SELECT 1-? AS x", []Parameter{lit("INTEGER", int64(-5))}, "1 -5"},
		{"SELECT a$1 FROM (SELECT ? AS a$1)", numbers(1), "101"},
	} {
		got, err := b.BindWith(context.Background(), c.sql, "", c.values)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		var found []string
		visit := func(r rel.Rel) bool {
			var exprs []rel.Expr
			switch r := r.(type) {
			case *rel.Project:
				exprs = r.Exprs
			case *rel.Filter:
				exprs = []rel.Expr{r.Cond}
			}
			for _, e := range exprs {
				rel.WalkExpr(e, func(e rel.Expr) bool {
					if l, ok := e.(*rel.Literal); ok {
						found = append(found, strings.TrimSuffix(rel.FormatExpr(l), ":"+l.Of.String()))
					}
					return true
				})
			}
			return true
		}
		for _, s := range got.Plan.Shared {
			rel.Walk(s, visit)
		}
		rel.Walk(got.Plan.Root, visit)
		slices.Sort(found)
		want := strings.Split(strings.ReplaceAll(c.want, "' ? ' ' $1 ' ''' ?'", "'_?_' '_$1_' '''_?'"), " ")
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], "_", " ")
		}
		ordered := slices.Clone(want)
		slices.Sort(ordered)
		if !slices.Equal(found, ordered) {
			t.Errorf("%s: %q, want %q", c.sql, found, ordered)
		}
	}
}

func TestParametersThatDoNotFit(t *testing.T) {
	b, _ := open(t, Options{}, shop...)
	one := lit("INTEGER", int64(1))
	for _, c := range []struct {
		sql    string
		values []Parameter
		text   string
		line   int
		col    int
	}{
		{"SELECT ?, ?", []Parameter{one}, "gets 1 value", 0, 0},
		{"SELECT ?", []Parameter{one, one}, "gets 2 values", 0, 0},
		{"SELECT 1", []Parameter{one}, "no parameters", 0, 0},
		{"SELECT $a, $b", []Parameter{as("a", one)}, "$a, $b", 0, 0},
		{"SELECT $a", []Parameter{as("b", one)}, "gets values for $b", 0, 0},
		{"SELECT ?", []Parameter{as("b", one)}, "gets values for $b", 0, 0},
		{"SELECT ?", nil, "no values", 0, 0},
		{"SELECT\n  ?, o_pice FROM shop.orders", []Parameter{lit("VARCHAR", "a long text that moves all else")}, "o_pice", 2, 6},
		{"SELECT a FROM t ORDER BY ?", []Parameter{one}, "ORDER BY", 0, 0},
		{"CREATE TABLE x AS SELECT ?", []Parameter{one}, "not a query", 0, 0},
		{"SELECT ?; SELECT 2", []Parameter{one}, "2 statements", 0, 0},
		{"SELECT x FROM (SELECT ? AS x) y, (SELECT ?) AS q, (SELECT q) z", []Parameter{one, one}, "", 0, 0},
		{"SELECT q FROM (SELECT ?) AS q", []Parameter{one}, "column", 0, 0},
		{"SELECT ?", []Parameter{lit("VARCHAR", "\xff")}, "UTF-8", 0, 0},
	} {
		_, err := b.BindWith(context.Background(), c.sql, "", c.values)
		if c.text == "" && err == nil {
			continue
		}
		f := fault.From(err)
		if f == nil || f.Kind == fault.Internal || !strings.Contains(f.Text(), c.text) {
			t.Errorf("%s: %v, want %q", c.sql, err, c.text)
			continue
		}
		if c.line > 0 && (f.Details["line"] != c.line || f.Details["column"] != c.col || strings.Contains(f.Details["caret"].(string), "moves")) {
			t.Errorf("%s: %v, want %d:%d", c.sql, f.Details, c.line, c.col)
		}
	}
}

func TestDescribeParameters(t *testing.T) {
	b, _ := open(t, Options{}, shop...)
	for _, c := range []struct{ sql, parameters, columns string }{
		{"SELECT o_custkey FROM shop.orders WHERE o_orderkey = ? AND o_date > ? LIMIT ?", "1 BIGINT, 2 DATE, 3 BIGINT", "o_custkey"},
		{"SELECT $x AS v, o_price + $y FROM shop.orders", "x UNKNOWN, y UNKNOWN", "v, (o_price + $y)"},
		{"SELECT 1 AS one", "", "one"},
	} {
		d, err := b.Describe(context.Background(), c.sql, "")
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		var parameters, columns []string
		for _, p := range d.Parameters {
			parameters = append(parameters, p.Name+" "+p.Type)
		}
		for _, f := range d.Schema.Fields() {
			columns = append(columns, f.Name)
		}
		if got := strings.Join(parameters, ", "); got != c.parameters || strings.Join(columns, ", ") != c.columns {
			t.Errorf("%s: %s; %v", c.sql, got, columns)
		}
	}
	if _, err := b.Describe(context.Background(), "SELECT nosuch, ? FROM shop.orders", ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("a wrong statement: %v", err)
	}
}

func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"SELECT ?", "$a$ ? $a$ $1 $\"x\"\" ", "E'\\'", "/* /* ? */", "'' ? \"", "$", "$$", "?1?", "e''?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		at := 0
		for _, p := range findPlaces(sql) {
			if p.start < at || p.end <= p.start || p.end > len(sql) || sql[p.start] != '?' && sql[p.start] != '$' {
				t.Fatalf("%q has a place %+v", sql, p)
			}
			at = p.end
		}
	})
}
