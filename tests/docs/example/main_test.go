package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/tests/harness"
)

func TestExample(t *testing.T) {
	c := harness.Start(t, cluster.Options{})
	d := harness.NewOracle(t)
	d.Exec(t, "CREATE TABLE fish AS SELECT i AS id, 'fish ' || i AS name FROM range(10) t(i)")
	harness.Load(t, c.HTTP(), "sea", "fish", d.WriteParquet(t, "fish"), "id", 3)
	portal := strings.TrimPrefix(c.Flight(), "grpc://")
	for sql, want := range map[string]string{
		"SELECT name FROM fish WHERE id = 7":       `"fish 7"`,
		"SELECT count(*) FROM fish WHERE id >= 2":  "[8]",
		"SELECT name FROM fish ORDER BY 1 LIMIT 1": `"fish 0"`,
	} {
		var out bytes.Buffer
		if err := query(&out, portal, "sea", sql); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v\n%s", sql, err, out.String())
		}
	}
	var out bytes.Buffer
	if err := query(&out, portal, "sea", "SELECT nme FROM fish"); err == nil || !strings.Contains(err.Error(), "nme") {
		t.Errorf("a wrong query: %v", err)
	}
}
