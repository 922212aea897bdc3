package functions

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// concat joins by || (a NULL makes the result NULL) or by concat() (NULLs are skipped).
func concat(b *building) (rel.Expr, error) {
	if b.option("null_handling") == "IGNORE_NULLS" {
		return call("concat", types.Varchar, b.values...), nil
	}
	out := b.values[0]
	for _, v := range b.values[1:] {
		of := out.Type()
		if of.ID == types.SQLNull {
			of = v.Type()
		}
		out = callAs("||", of, out, v)
	}
	return out, nil
}

// like takes a NULL for the escape character, which DataFusion writes, for none.
func like(b *building) (rel.Expr, error) {
	if len(b.values) == 3 {
		if l, ok := b.values[2].(*rel.Literal); ok && l.Value == nil {
			b.values = b.values[:2]
		}
	}
	insensitive := b.option("case_sensitivity") == "CASE_INSENSITIVE"
	name := map[[2]bool]string{
		{false, false}: "~~", {true, false}: "~~*", {false, true}: "like_escape", {true, true}: "ilike_escape",
	}[[2]bool{insensitive, len(b.values) == 3}]
	return rel.Bools(name, b.values...), nil
}

// folded compares in lower case when the call asks for insensitivity.
func folded(b *building) (rel.Expr, error) {
	if b.option("case_sensitivity") == "CASE_INSENSITIVE" {
		for i, v := range b.values {
			b.values[i] = call("lower", types.Varchar, v)
		}
	}
	return b.plain()
}

// regexFlags are DuckDB's letters for the options of regular expressions.
func regexFlags(b *building) string {
	flags := ""
	if b.option("case_sensitivity") == "CASE_INSENSITIVE" {
		flags += "i"
	}
	if b.option("dotall") == "DOTALL_ENABLED" {
		flags += "s"
	}
	return flags
}

// regexReplace replaces all occurrences, or the first one.
func regexReplace(b *building) (rel.Expr, error) {
	flags := "g" + regexFlags(b)
	if len(b.values) == 5 {
		if !isInt(b.values[3], 1) {
			return nil, b.invalid("%s can only begin at position 1", b.name)
		}
		switch {
		case isInt(b.values[4], 1):
			flags = flags[1:]
		case !isInt(b.values[4], 0):
			return nil, b.invalid("%s replaces the first occurrence or all, none else", b.name)
		}
	}
	return call("regexp_replace", types.Varchar, append(b.values[:3:3], rel.Str(flags))...), nil
}

// regexExtract finds the first occurrence, or a group of it.
func regexExtract(b *building) (rel.Expr, error) {
	group := &rel.Literal{Of: types.Of(types.Integer), Value: int64(0)}
	if len(b.values) == 5 {
		l, ok := b.values[4].(*rel.Literal)
		if !ok || l.Value == nil || !isInt(b.values[2], 1) || !isInt(b.values[3], 1) {
			return nil, b.invalid("%s finds a constant group of the first occurrence from position 1, none else", b.name)
		}
		group.Value = l.Value
	}
	args := []rel.Expr{b.values[0], b.values[1], group}
	if flags := regexFlags(b); flags != "" {
		args = append(args, rel.Str(flags))
	}
	return call("regexp_extract", types.Varchar, args...), nil
}

func isInt(x rel.Expr, want int64) bool {
	l, ok := x.(*rel.Literal)
	return ok && l.Value == want
}

// padded fills with spaces where the call names no filling.
func padded(b *building) (rel.Expr, error) {
	if len(b.values) == 2 {
		b.values = append(b.values, rel.Str(" "))
	}
	return b.plain()
}

// sortList spells the direction as DuckDB does.
func sortList(b *building) (rel.Expr, error) {
	order, nulls := "ASC", "NULLS LAST"
	switch b.option("direction") {
	case "ASC_NULLS_FIRST":
		nulls = "NULLS FIRST"
	case "DESC_NULLS_FIRST":
		order, nulls = "DESC", "NULLS FIRST"
	case "DESC_NULLS_LAST":
		order = "DESC"
	}
	return callAs("list_sort", b.values[0].Type(), b.values[0], rel.Str(order), rel.Str(nulls)), nil
}
