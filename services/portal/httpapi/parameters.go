package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/binder"
)

// parameters reads values for a statement's parameters: a list, or an object with names.
func parameters(raw json.RawMessage) ([]binder.Parameter, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var given any
	if err := d.Decode(&given); err != nil {
		return nil, badBody(err)
	}
	var out []binder.Parameter
	add := func(name string, v any) error {
		p, err := parameter(v)
		if err != nil {
			return err
		}
		p.Name = name
		out = append(out, p)
		return nil
	}
	switch given := given.(type) {
	case []any:
		for _, v := range given {
			if err := add("", v); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(given)) {
			if err := add(name, given[name]); err != nil {
				return nil, err
			}
		}
	default:
		return nil, badParameter("parameters are a list, or an object")
	}
	return out, nil
}

func badParameter(format string, args ...any) error {
	return fault.New(fault.InvalidArgument, "read parameters", format, args...).
		WithHint(`a value is a number, a text, true, false, null, or {"type": "DATE", "value": "2026-03-01"} for all that JSON lacks`)
}

// parameter is one value: one of JSON's, as SQL would take it, or one that says its type.
func parameter(v any) (binder.Parameter, error) {
	object, ok := v.(map[string]any)
	if !ok {
		l, err := jsonLiteral(v)
		return binder.Parameter{Value: l}, err
	}
	name, named := object["type"].(string)
	value, valued := object["value"]
	if !named || !valued || len(object) != 2 {
		return binder.Parameter{}, badParameter("a value is no object, but for its type and value")
	}
	t, err := types.Parse(name)
	if err != nil {
		return binder.Parameter{}, badParameter("the type %q is not known: %v", name, err)
	}
	l, err := jsonLiteral(value)
	return binder.Parameter{Value: l, As: t}, err
}

func jsonLiteral(v any) (*rel.Literal, error) {
	switch v := v.(type) {
	case nil:
		return rel.Null(types.Of(types.SQLNull)), nil
	case bool:
		return rel.Bool(v), nil
	case string:
		return rel.Str(v), nil
	case json.Number:
		return numberLiteral(v.String())
	}
	return nil, badParameter("lists are written as text, with their type")
}

// numberLiteral has the type that SQL gives to the number: INTEGER, BIGINT or HUGEINT for one without
// fraction, DECIMAL for one with, DOUBLE for one with an exponent, or with too many digits.
func numberLiteral(text string) (*rel.Literal, error) {
	digits := strings.TrimLeft(strings.Replace(strings.TrimPrefix(text, "-"), ".", "", 1), "0")
	unscaled, whole := new(big.Int).SetString(strings.Replace(text, ".", "", 1), 10)
	point := strings.IndexByte(text, '.')
	switch {
	case !whole:
	case point < 0 && unscaled.IsInt64() && unscaled.Int64() >= math.MinInt32 && unscaled.Int64() <= math.MaxInt32:
		return &rel.Literal{Of: types.Of(types.Integer), Value: unscaled.Int64()}, nil
	case point < 0 && unscaled.IsInt64():
		return rel.Int(unscaled.Int64()), nil
	case point < 0 && unscaled.BitLen() <= 127:
		return &rel.Literal{Of: types.Of(types.HugeInt), Value: unscaled}, nil
	case point >= 0 && max(len(digits), len(text)-point-1) <= 38:
		scale := len(text) - point - 1
		return rel.Dec(unscaled, uint8(max(len(digits), scale, 1)), uint8(scale)), nil
	}
	f, err := json.Number(text).Float64()
	if err != nil {
		return nil, badParameter("%s is out of range", text)
	}
	return &rel.Literal{Of: types.Of(types.Double), Value: f}, nil
}
