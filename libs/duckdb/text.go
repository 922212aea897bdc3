package duckdb

import (
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// textRows copies a record of strings.
func textRows(rec arrow.Record) ([][]Value, error) {
	rows := make([][]Value, rec.NumRows())
	for i := range rows {
		rows[i] = make([]Value, rec.NumCols())
	}
	for j, column := range rec.Columns() {
		texts, ok := column.(*array.String)
		if !ok {
			return nil, fault.New(fault.Internal, "query", "column %d is %s, not text", j, column.DataType())
		}
		for i := range rows {
			if texts.IsValid(i) {
				rows[i][j] = Value{Text: strings.Clone(texts.Value(i)), Valid: true}
			}
		}
	}
	return rows, nil
}
