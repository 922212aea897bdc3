package roundtrip

import (
	"fmt"
	"testing"

	"github.com/shoal-db/shoal/tests/corpus"
)

// openOdd opens a database with the tables of the corpus.
func openOdd(t testing.TB) *db {
	t.Helper()
	d := openDB(t)
	d.exec(corpus.Tables)
	return d
}

func TestOdd(t *testing.T) {
	d := openOdd(t)
	for _, theme := range corpus.Themes() {
		for i, q := range theme.Queries {
			t.Run(fmt.Sprintf("%s/%02d", theme.Name, i+1), func(t *testing.T) { d.on(t).check(q.SQL, q.Ordered) })
		}
	}
}

func TestUnions(t *testing.T) {
	openOdd(t).check("SELECT id, un, un.n, union_tag(un) FROM x", false)
}
