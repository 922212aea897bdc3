// Package tpcds checks all 99 queries of TPC-DS, through Flight SQL, against DuckDB alone.
package tpcds

import (
	"testing"

	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/tpc"
)

var (
	date = tpc.Layout{Name: "date", Blocks: map[string]string{
		"store_sales": "ss_sold_date_sk", "store_returns": "sr_returned_date_sk", "catalog_sales": "cs_sold_date_sk",
		"catalog_returns": "cr_returned_date_sk", "web_sales": "ws_sold_date_sk", "web_returns": "wr_returned_date_sk",
		"inventory": "inv_date_sk",
	}}
	item = tpc.Layout{Name: "item", Blocks: map[string]string{
		"store_sales": "ss_item_sk", "store_returns": "sr_item_sk", "catalog_sales": "cs_item_sk", "catalog_returns": "cr_item_sk",
		"web_sales": "ws_item_sk", "web_returns": "wr_item_sk", "inventory": "inv_item_sk", "item": "i_item_sk",
	}}
	ticket = tpc.Layout{Name: "ticket", Blocks: map[string]string{
		"store_sales": "ss_ticket_number", "store_returns": "sr_ticket_number", "catalog_sales": "cs_order_number",
		"catalog_returns": "cr_order_number", "web_sales": "ws_order_number", "web_returns": "wr_order_number",
		"inventory": tpc.Positional, "customer": tpc.Positional, "customer_address": tpc.Positional,
	}}
	customer = tpc.Layout{Name: "customer", Blocks: map[string]string{
		"store_sales": "ss_customer_sk", "store_returns": "sr_customer_sk", "catalog_sales": "cs_bill_customer_sk",
		"catalog_returns": "cr_returning_customer_sk", "web_sales": "ws_bill_customer_sk", "web_returns": "wr_refunded_customer_sk",
		"inventory": tpc.Positional, "customer": "c_customer_sk", "date_dim": tpc.Positional,
	}}
	position = tpc.Layout{Name: "position", Else: tpc.Positional}
)

func TestTPCDS(t *testing.T) {
	data := harness.NewTPCDS(t, tpc.Scale(t))
	s := tpc.NewSuite(t, data, adapted(t, data), empty)
	for _, c := range configurations() {
		s.Run(t, c)
	}
}

// configurations cover each layout and number of workers, or are all of them.
func configurations() []tpc.Configuration {
	if tpc.Matrix() {
		return tpc.All([]tpc.Layout{date, item, ticket, customer, position}, []int64{7_001, 60_000}, []int{4, 1, 2})
	}
	return []tpc.Configuration{
		{Layout: date, ChunkRows: 20_000, Workers: []int{2}},
		{Layout: item, ChunkRows: 7_001, Workers: []int{4}},
		{Layout: ticket, ChunkRows: 20_000, Workers: []int{2}},
		{Layout: customer, ChunkRows: 60_000, Workers: []int{1}},
		{Layout: position, ChunkRows: 20_000, Workers: []int{2}},
	}
}
