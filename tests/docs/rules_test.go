package docs

import (
	"fmt"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rewrite"
)

const rulesHead = `# Rewrite rules

This page is made from the rules of ` + "`libs/substrait/rewrite`" + `; ` + "`go test ./docs -update`" + ` in ` + "`tests`" + ` writes it again.

Before a query is split it goes through these rules, in this order; some are applied again after others. None changes
what a query answers. To find a fault in one, leave it out: over HTTP by ` + "`\"disable_rules\": [\"push-filters\"]`" + ` in the
body, over Flight SQL by the header ` + "`x-shoal-disable-rules: push-filters,push-limits`" + `.

| rule | what it does |
|---|---|
`

func TestRulesPage(t *testing.T) {
	out := rulesHead
	for _, r := range rewrite.Rules() {
		out += fmt.Sprintf("| `%s` | %s |\n", r.Name, r.Does)
	}
	generated(t, "docs/rules.md", out)
}
