package sqlgen

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// SentName is the name of the table that a read of rel.SentTable reads.
func SentName(name string) string { return rel.SentTable + "." + name }

// SentScan is the table expression of a read of rel.SentTable, with the columns in their declared types. The
// table of that name must be there.
func SentScan(r *rel.Read) string {
	columns := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		columns[i] = "CAST(s." + types.QuoteIdent(c.Name) + " AS " + c.Type.String() + ") AS " + types.QuoteIdent(c.Name)
	}
	if len(columns) == 0 {
		columns = []string{"1"}
	}
	return "(SELECT " + strings.Join(columns, ", ") + " FROM " + types.QuoteIdent(SentName(r.Table[1])) + " AS s)"
}
