package functions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/substrait-io/substrait-go/v8/extensions"
)

// Explain says why Lookup found nothing, for people: whether the function is one of the standard's
// that DuckDB has no counterpart of, or none at all. It is meant for errors; the first call reads
// the standard's definitions, which takes some ten milliseconds.
func Explain(kind Kind, urn, name string) string {
	simple, _, _ := strings.Cut(name, ":")
	if urn == "" {
		return fmt.Sprintf("the %s function %q, of no extension, is not known", kind, name)
	}
	registry, err := extensions.GetDefaultCollection()
	if err != nil || !registry.URNLoaded(urn) {
		return fmt.Sprintf("the %s function %q is of the extension %q, which is not known", kind, name, urn)
	}
	if !inStandard(registry, kind, urn, simple) {
		return fmt.Sprintf("the extension %q has no %s function %q", urn, kind, name)
	}
	return fmt.Sprintf("the %s function %q of the extension %q has no counterpart in DuckDB", kind, name, urn)
}

// Names are those that Lookup knows without an extension, in order.
func Names(kind Kind) []string {
	seen := map[string]bool{}
	for name := range byName[kind] {
		seen[name] = true
	}
	if kind == Window {
		for name := range byName[Aggregate] {
			seen[name] = true
		}
	}
	for name, other := range aliases {
		seen[name] = seen[name] || seen[other]
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(seen)), func(name string) bool { return !seen[name] })
}

func inStandard(c *extensions.Collection, kind Kind, urn, name string) bool {
	switch kind {
	case Aggregate:
		return contains(c.GetAllAggregateFunctions(), urn, name)
	case Window:
		return contains(c.GetAllWindowFunctions(), urn, name)
	}
	return contains(c.GetAllScalarFunctions(), urn, name)
}

func contains[F extensions.FunctionVariant](list []F, urn, name string) bool {
	for _, f := range list {
		if f.URN() == urn && f.Name() == name {
			return true
		}
	}
	return false
}
