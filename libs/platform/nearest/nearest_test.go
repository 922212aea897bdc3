package nearest

import (
	"slices"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	have := []string{"lineitem", "orders", "customer", "part", "partsupp", "nation", "region", "supplier"}
	cases := []struct {
		want string
		got  []string
	}{
		{"lineitm", []string{"lineitem"}},
		{"ilneitem", []string{"lineitem"}},
		{"LineItem", []string{"lineitem"}},
		{"order", []string{"orders"}},
		{"parts", []string{"part", "partsupp"}},
		{"item", []string{"lineitem"}},
		{"natoin", []string{"nation"}},
		{"xyzzy", []string{}},
		{"", []string{}},
		{strings.Repeat("x", 10000), []string{}},
	}
	for _, c := range cases {
		if got := Names(c.want, have, 3); !slices.Equal(got, c.got) {
			t.Errorf("Names(%.20q) = %v, want %v", c.want, got, c.got)
		}
	}
	if got := Names("part", []string{"part", "part", "part1", "part2"}, 2); !slices.Equal(got, []string{"part", "part1"}) {
		t.Errorf("bound, order or duplicates: %v", got)
	}
	if got := Names("a", []string{"b"}, 3); len(got) != 0 {
		t.Errorf("one letter of one changed is not close: %v", got)
	}
	if got := Names("größe", []string{"grösse", "größen"}, 3); !slices.Equal(got, []string{"größen", "grösse"}) {
		t.Errorf("letters outside of ASCII: %v", got)
	}
}

func TestHint(t *testing.T) {
	for want, have := range map[string][]string{
		"":                                      {"zebra"},
		"did you mean workers?":                 {"workers"},
		"did you mean worker or workers?":       {"workers", "worker"},
		"did you mean work, worker or workers?": {"workers", "worker", "wurst", "work"},
	} {
		if got := Hint("workr", have); got != want {
			t.Errorf("Hint = %q, want %q", got, want)
		}
	}
}
