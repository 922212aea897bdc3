package duckdb

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// wide is a table with the shape of TPC-H's lineitem: keys, decimals, dates, short and long texts.
const wide = `SELECT i // 4 AS orderkey, hash(i) %% 200000 AS partkey, hash(i, 1) %% 10000 AS suppkey, i %% 4 AS linenumber,
	(i %% 50)::DECIMAL(15,2) AS quantity, (i %% 100000)::DECIMAL(15,2) AS price, 0.05::DECIMAL(15,2) AS discount,
	0.02::DECIMAL(15,2) AS tax, chr((65 + i %% 3)::INT) AS flag, chr((70 + i %% 2)::INT) AS status,
	DATE '1992-01-01' + (i %% 2500)::INT AS shipdate, DATE '1992-02-01' + (i %% 2500)::INT AS commitdate,
	'DELIVER IN PERSON' AS instruct, 'TRUCK' AS mode, 'comment number ' || i AS comment FROM range(%d) t(i)`

const wideRows = 1_000_000

func wideEngine(b *testing.B) *Conn {
	e := open(b, Options{Threads: 2})
	c := connect(b, e)
	mustExec(b, c, "CREATE TABLE wide AS "+fmt.Sprintf(wide, wideRows))
	return c
}

func drain(b testing.TB, r array.RecordReader, each func(arrow.Record)) (rows, bytes int64) {
	for r.Next() {
		rec := r.Record()
		rows += rec.NumRows()
		bytes += recordBytes(rec, 0, rec.NumRows())
		if each != nil {
			each(rec)
		}
	}
	if err := r.Err(); err != nil {
		b.Fatal(err)
	}
	return rows, bytes
}

// BenchmarkBatchRows is what DefaultBatchRows was chosen by: a table drained in-process and through
// Arrow IPC, in batches as DuckDB makes them and joined to larger ones.
func BenchmarkBatchRows(b *testing.B) {
	c := wideEngine(b)
	for _, query := range []struct{ name, sql string }{
		{"full", "FROM wide"},
		{"thin", "FROM wide WHERE hash(orderkey, linenumber) % 20 = 0"},
	} {
		for _, rows := range []int64{1, 2048, 8192, 32768, 131072} {
			for _, sink := range []string{"drain", "ipc"} {
				b.Run(fmt.Sprintf("%s/rows=%d/%s", query.name, rows, sink), func(b *testing.B) {
					for range b.N {
						s, err := c.Query(context.Background(), query.sql, WithBatchRows(rows), WithBatchBytes(0))
						if err != nil {
							b.Fatal(err)
						}
						w := ipc.NewWriter(io.Discard, ipc.WithSchema(s.Schema()))
						_, bytes := drain(b, s, func(rec arrow.Record) {
							if sink == "ipc" {
								if err := w.Write(rec); err != nil {
									b.Fatal(err)
								}
							}
						})
						b.SetBytes(bytes)
						s.Close()
						w.Close()
					}
				})
			}
		}
	}
}

// BenchmarkRegister scans Arrow batches that are in memory already, so that what is measured is the
// way into DuckDB.
func BenchmarkRegister(b *testing.B) {
	c := wideEngine(b)
	for _, rows := range []int64{2048, 65536} {
		records, schema := collect(b, c, "FROM wide", rows)
		defer release(records)
		for _, sql := range []string{"SELECT count(*) FROM x", "SELECT sum(price) FROM x", "SELECT flag, status, sum(price), max(comment) FROM x GROUP BY ALL",
			"SELECT count(COLUMNS(*)) FROM x"} {
			b.Run(fmt.Sprintf("rows=%d/%s", rows, sql), func(b *testing.B) {
				for range b.N {
					r, err := array.NewRecordReader(schema, records)
					if err != nil {
						b.Fatal(err)
					}
					drop, err := c.RegisterArrow("x", r)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := c.QueryRows(context.Background(), sql); err != nil {
						b.Fatal(err)
					}
					drop()
				}
				b.ReportMetric(float64(wideRows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
			})
		}
	}
}

// collect reads a query to its end.
func collect(b testing.TB, c *Conn, sql string, rows int64) ([]arrow.Record, *arrow.Schema) {
	b.Helper()
	s, err := c.Query(context.Background(), sql, WithBatchRows(rows), WithBatchBytes(0))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var records []arrow.Record
	drain(b, s, func(rec arrow.Record) {
		rec.Retain()
		records = append(records, rec)
	})
	return records, s.Schema()
}

func release(records []arrow.Record) {
	for _, rec := range records {
		rec.Release()
	}
}

// BenchmarkConn is a connection's whole life with one small query: what not pooling sessions costs.
func BenchmarkConn(b *testing.B) {
	e := open(b, Options{Threads: 2})
	for _, query := range []bool{false, true} {
		b.Run(fmt.Sprintf("query=%v", query), func(b *testing.B) {
			for range b.N {
				c, err := e.Conn(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				if query {
					s, err := c.Query(context.Background(), "SELECT 42")
					if err != nil {
						b.Fatal(err)
					}
					drain(b, s, nil)
					s.Close()
				}
				c.Close()
			}
		})
	}
}
