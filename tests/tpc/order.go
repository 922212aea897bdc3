package tpc

import (
	"fmt"
	"strings"
)

// ordering is a query taken apart at the ORDER BY and LIMIT that belong to its whole result.
type ordering struct{ body, keys, limit string }

// parseOrder takes a query apart; ok is false if it has no order. REQUIRES: no comments, and no
// parentheses or keywords in quotes, as in TPC's queries.
func parseOrder(sql string) (o ordering, ok bool) {
	depth, at, end := 0, -1, len(sql)
	lower := strings.ToLower(sql)
	for i := range lower {
		switch {
		case lower[i] == '(':
			depth++
		case lower[i] == ')':
			depth--
		case depth > 0:
		case strings.HasPrefix(lower[i:], "order by"):
			at, end = i, len(sql)
		case at >= 0 && strings.HasPrefix(lower[i:], "limit "):
			end = i
		}
	}
	if at < 0 {
		return ordering{body: sql}, false
	}
	return ordering{body: sql[:at], keys: sql[at+len("order by") : end], limit: sql[end:]}, true
}

// total is the query with all columns added to its order, in a direction.
func (o ordering) total(columns int, direction string) string {
	keys := o.keys
	for i := range columns {
		keys += fmt.Sprintf(", %d %s", i+1, direction)
	}
	return o.body + "ORDER BY " + keys + " " + o.limit
}
