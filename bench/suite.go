package main

import (
	"context"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
)

// suite is a benchmark: its tables, its data, and its queries.
type suite struct {
	name, title string
	// blocks are the chunked tables with their block column; all others are reference tables.
	blocks   map[string]string
	generate func(context.Context, *duckdb.Conn, float64) error
	queries  func(context.Context, *duckdb.Conn) ([]benchdata.Query, error)
}

var tpch = suite{
	name: "tpch", title: "TPC-H", generate: benchdata.TPCH, queries: benchdata.TPCHQueries,
	blocks: map[string]string{"lineitem": "l_orderkey", "orders": "o_orderkey"},
}

// The facts of TPC-DS are cut by date: that is how they arrive.
var tpcds = suite{
	name: "tpcds", title: "TPC-DS", generate: benchdata.TPCDS, queries: benchdata.TPCDSQueries,
	blocks: map[string]string{
		"store_sales": "ss_sold_date_sk", "store_returns": "sr_returned_date_sk", "catalog_sales": "cs_sold_date_sk",
		"catalog_returns": "cr_returned_date_sk", "web_sales": "ws_sold_date_sk", "web_returns": "wr_returned_date_sk",
		"inventory": "inv_date_sk",
	},
}
