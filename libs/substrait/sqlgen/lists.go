package sqlgen

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// minListed is from how many constant rows on lists are made of their columns: DuckDB 1.5.4 binds each constant
// of VALUES by itself, which takes it 14 µs, and reads a list from one text in a twentieth of that.
const minListed = 64

// listed is a table of constants as lists, one of each column, that are unnested side by side; false if a
// column is of a type, or has a value, for which there is no such list.
func listed(v *rel.Values, table string) (from string, cols []string, ok bool) {
	if len(v.Rows) < minListed || len(v.Columns) == 0 {
		return "", nil, false
	}
	lists := make([]string, len(v.Columns))
	for c, t := range v.Columns {
		list, value, ok := column(v, c, t)
		if !ok {
			return "", nil, false
		}
		name := "c" + strconv.Itoa(c)
		lists[c] = "unnest(" + list + ") AS " + name
		cols = append(cols, value(table+"."+name))
	}
	return "(SELECT " + strings.Join(lists, ", ") + ") AS " + table, cols, true
}

// column is a column as a list, and its value by what that unnests to.
func column(v *rel.Values, c int, t types.Type) (list string, value func(string) string, ok bool) {
	same := func(sql string) string { return sql }
	switch {
	case t.ID == types.Varchar:
		list, ok = texts(v, c)
		return list, same, ok
	case t.ID == types.Boolean, t.IsInteger(), t.ID == types.Decimal:
		list, ok = numbers(v, c, t)
		return list, same, ok
	case t.ID == types.Date:
		list, ok = numbers(v, c, types.Of(types.Integer))
		return list, func(sql string) string { return "(DATE '1970-01-01' + " + sql + ")" }, ok
	case t.ID == types.Timestamp:
		list, ok = numbers(v, c, types.Of(types.BigInt))
		return list, func(sql string) string { return "make_timestamp(" + sql + ")" }, ok
	}
	return "", nil, false
}

// texts are written as JSON, whose escapes are well defined. NUL has no place in it.
func texts(v *rel.Values, c int) (string, bool) {
	all := make([]any, len(v.Rows))
	for i, row := range v.Rows {
		l, ok := row[c].(*rel.Literal)
		if !ok {
			return "", false
		}
		text, ok := l.Value.(string)
		if l.Value != nil && (!ok || !utf8.ValidString(text) || strings.ContainsRune(text, 0)) {
			return "", false
		}
		all[i] = l.Value
	}
	data, err := json.Marshal(all)
	return "from_json(" + quote(string(data)) + `, '["VARCHAR"]')`, err == nil
}

// mostDays bounds the days from 1970 of dates that are computed from them.
const mostDays = 700_000

// numbers are values that read the same in every list, of the type t.
func numbers(v *rel.Values, c int, t types.Type) (string, bool) {
	all := make([]string, len(v.Rows))
	for i, row := range v.Rows {
		l, ok := row[c].(*rel.Literal)
		if !ok {
			return "", false
		}
		switch n := l.Value.(type) {
		case nil:
			all[i] = "NULL"
		case bool:
			all[i] = strconv.FormatBool(n)
		case int64:
			if l.Of.ID == types.Date && (n > mostDays || n < -mostDays) ||
				l.Of.ID == types.Timestamp && (n > mostDays*86_400_000_000 || n < -mostDays*86_400_000_000) {
				return "", false
			}
			all[i] = strconv.FormatInt(n, 10)
		case uint64:
			all[i] = strconv.FormatUint(n, 10)
		case *big.Int:
			if all[i] = n.String(); l.Of.ID == types.Decimal {
				all[i] = rel.FormatDecimal(n, l.Of.Scale)
			}
		default:
			return "", false
		}
	}
	return castTo("'["+strings.Join(all, ",")+"]'", types.ListOf(t)), true
}
