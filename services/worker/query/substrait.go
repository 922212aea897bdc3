package query

import (
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
)

// Substrait is the Compile for Substrait plans.
func Substrait(plan []byte, scan func(*rel.Read) (string, error)) (string, error) {
	p, err := codec.Decode(plan, codec.Options{})
	if err != nil {
		return "", err
	}
	sql, err := sqlgen.Render(p, sqlgen.Options{Scan: scan})
	return sqlgen.Prelude(p) + sql, err
}
