package broadcast

import (
	"math/big"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// Many constant rows are written otherwise than few, and are the same.
func TestManyConstantRows(t *testing.T) {
	o := harness.NewOracle(t)
	columns := []types.Type{
		types.Of(types.Varchar), types.Of(types.BigInt), types.Of(types.UBigInt), types.Of(types.HugeInt),
		types.DecimalOf(9, 2), types.Of(types.Date), types.Of(types.Timestamp), types.Of(types.Boolean), types.Of(types.TinyInt),
	}
	huge, _ := new(big.Int).SetString("-170141183460469231731687303715884105727", 10)
	texts := []any{"", "null", "NULL", `"`, `\`, "'", "[,]", "a,b", " ä😀\u2028 ", "\t\n\r\x01", "<&>", nil, "\ufffd"}
	var rows [][]rel.Expr
	for i := range int64(100) {
		cells := []any{
			texts[int(i)%len(texts)], []any{int64(-1 << 63), int64(1<<63 - 1), i, nil}[i%4], []any{uint64(1<<64 - 1), uint64(i), nil}[i%3],
			[]any{huge, big.NewInt(i), nil}[i%3], []any{big.NewInt(-i), big.NewInt(-999999999), nil}[i%3],
			[]any{-i * 1000, i, nil}[i%3], []any{-i * 1234567891, i * 1e14, nil}[i%3], []any{true, false, nil}[i%3], []any{int64(-128), i, nil}[i%3],
		}
		row := make([]rel.Expr, len(columns))
		for c, of := range columns {
			row[c] = &rel.Literal{Of: of, Value: cells[c]}
		}
		rows = append(rows, row)
	}
	read := func(r rel.Rel) *oracle.Result {
		sql, err := sqlgen.Render(&rel.Plan{Root: r, Names: strings.Split("abcdefghi", "")}, sqlgen.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if many := len(r.Inputs()) == 0; strings.Contains(sql, "unnest") != many {
			t.Errorf("%.300s", sql)
		}
		return o.Query(t, sql)
	}
	var parts []rel.Rel
	for at := 0; at < len(rows); at += 20 {
		parts = append(parts, &rel.Values{Columns: columns, Rows: rows[at : at+20]})
	}
	got := read(&rel.Values{Columns: columns, Rows: rows})
	if diff := oracle.Diff(got, read(&rel.SetOp{Kind: rel.UnionAll, Rels: parts}), false); diff != "" {
		t.Error(diff)
	}
}
