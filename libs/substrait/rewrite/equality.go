package rewrite

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Values that are equal need not be the same: 0.0 and -0.0 are, and an INTERVAL
// of 30 days and one of a month. A condition that is moved from one of them to
// another must not tell them apart.

// exact is true of types whose equal values are the same.
func exact(t types.Type) bool {
	switch t.ID {
	case types.Boolean, types.Decimal, types.Varchar, types.Blob, types.UUID, types.Date, types.Time, types.TimeNS,
		types.Timestamp, types.TimestampS, types.TimestampMS, types.TimestampNS, types.TimestampTZ, types.Enum:
		return true
	}
	return t.IsInteger()
}

// tellsGroupsApart is true of conditions that are the same for all rows whose
// fields are equal.
func tellsGroupsApart(e rel.Expr) bool {
	compares := false
	switch e := e.(type) {
	case *rel.Field:
		return exact(e.Of)
	case *rel.Call:
		compares = facts.ScalarOf(e.Func).Compares
	case *rel.In:
		compares = true
	}
	for _, c := range e.Children() {
		if _, field := c.(*rel.Field); field && compares {
			continue
		}
		if !tellsGroupsApart(c) {
			return false
		}
	}
	return true
}
