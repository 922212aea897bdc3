// Package tpch checks all 22 queries of TPC-H, through Flight SQL, against DuckDB alone.
package tpch

import (
	"testing"

	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/tpc"
)

var (
	key  = tpc.Layout{Name: "key", Blocks: map[string]string{"lineitem": "l_orderkey", "orders": "o_orderkey"}}
	date = tpc.Layout{Name: "date", Blocks: map[string]string{"lineitem": "l_shipdate", "orders": "o_orderdate", "customer": tpc.Positional}}
	part = tpc.Layout{Name: "part", Blocks: map[string]string{
		"lineitem": "l_partkey", "part": "p_partkey", "partsupp": "ps_partkey", "orders": tpc.Positional,
	}}
	position = tpc.Layout{Name: "position", Else: tpc.Positional}
)

// empty are the queries without an answer: none.
var empty []string

func TestTPCH(t *testing.T) {
	s := tpc.NewSuite(t, harness.NewTPCH(t, tpc.Scale(t)).Benchmark, nil, empty)
	for _, c := range configurations() {
		s.Run(t, c)
	}
}

// configurations cover each layout and number of workers, or are all of them.
func configurations() []tpc.Configuration {
	if tpc.Matrix() {
		return tpc.All([]tpc.Layout{key, date, part, position}, []int64{1_000, 100_000}, []int{2, 1, 4})
	}
	return []tpc.Configuration{
		{Layout: key, ChunkRows: 1_000, Workers: []int{2, 1, 4}},
		{Layout: date, ChunkRows: 20_011, Workers: []int{2}},
		{Layout: part, ChunkRows: 50_000, Workers: []int{4}},
		{Layout: position, ChunkRows: 100_000, Workers: []int{2}},
	}
}
