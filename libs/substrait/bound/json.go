package bound

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// maxJSONDepth bounds the nesting of a plan's text. DuckDB stops at 1,000
// levels of expression, each of which is a few levels of JSON.
const maxJSONDepth = 8192

// value is a piece of a plan's JSON: an object, []value, string, number, bool
// or nil. encoding/json is not used because DuckDB writes NaN and Infinity as
// they are.
type value any

// object has few members, in the order of the text.
type object []member

type member struct {
	key   string
	value value
}

// number is a number's text, so that 64-bit integers stay exact.
type number string

// jsonParser reads a text; strings are pieces of it. What is being read of
// objects and arrays lies on stacks, so that each is allocated once.
type jsonParser struct {
	text    string
	pos     int
	members []member
	items   []value
}

// parseJSON reads the whole text as one value.
func parseJSON(text []byte) (value, error) {
	p := &jsonParser{text: string(text)}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos != len(p.text) {
		return nil, p.fail("the end was expected")
	}
	return v, nil
}

func (p *jsonParser) fail(what string) error {
	return fmt.Errorf("plan JSON, byte %d: %s", p.pos, what)
}

func (p *jsonParser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *jsonParser) eat(c byte) bool {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *jsonParser) value(depth int) (value, error) {
	if depth > maxJSONDepth {
		return nil, p.fail("nested too deeply")
	}
	p.space()
	if p.pos == len(p.text) {
		return nil, p.fail("the text ends early")
	}
	switch p.text[p.pos] {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		return p.string()
	}
	return p.word()
}

func (p *jsonParser) object(depth int) (value, error) {
	p.pos++
	if p.eat('}') {
		return object{}, nil
	}
	start := len(p.members)
	for {
		if p.space(); p.pos == len(p.text) || p.text[p.pos] != '"' {
			return nil, p.fail("a key was expected")
		}
		key, err := p.string()
		if err != nil {
			return nil, err
		}
		if !p.eat(':') {
			return nil, p.fail("a colon was expected")
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.members = append(p.members, member{key, v})
		if p.eat('}') {
			o := slices.Clone(p.members[start:])
			p.members = p.members[:start]
			return object(o), nil
		}
		if !p.eat(',') {
			return nil, p.fail("a comma or a closing brace was expected")
		}
	}
}

func (p *jsonParser) array(depth int) (value, error) {
	p.pos++
	if p.eat(']') {
		return []value{}, nil
	}
	start := len(p.items)
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.items = append(p.items, v)
		if p.eat(']') {
			out := slices.Clone(p.items[start:])
			p.items = p.items[:start]
			return out, nil
		}
		if !p.eat(',') {
			return nil, p.fail("a comma or a closing bracket was expected")
		}
	}
}

// string reads a string that starts at pos.
func (p *jsonParser) string() (string, error) {
	start, escaped := p.pos, false
	for i := start + 1; i < len(p.text); i++ {
		switch p.text[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			p.pos = i + 1
			if !escaped {
				return strings.ToValidUTF8(p.text[start+1:i], "\uFFFD"), nil
			}
			var s string
			if err := json.Unmarshal([]byte(p.text[start:i+1]), &s); err != nil {
				return "", p.fail("a broken string")
			}
			return s, nil
		}
	}
	return "", p.fail("a string is not closed")
}

// word reads a number or one of the bare words.
func (p *jsonParser) word() (value, error) {
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n,:]}[{\"", p.text[p.pos]) < 0 {
		p.pos++
	}
	switch w := p.text[start:p.pos]; w {
	case "null":
		return nil, nil
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "NaN", "nan", "Infinity", "-Infinity", "Inf", "-Inf", "inf", "-inf":
		return number(w), nil
	default:
		if isInteger(w) {
			return number(w), nil
		}
		if _, ok := new(big.Float).SetString(w); !ok {
			p.pos = start
			return nil, p.fail("a value was expected")
		}
		return number(w), nil
	}
}

func isInteger(w string) bool {
	digits := strings.TrimPrefix(w, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// get is nil for what is missing.
func (o object) get(key string) value {
	for i := range o {
		if o[i].key == key {
			return o[i].value
		}
	}
	return nil
}

// The accessors give zero values for what is missing or has another kind:
// DuckDB leaves defaults out.

func (o object) object(key string) object { v, _ := o.get(key).(object); return v }
func (o object) array(key string) []value { v, _ := o.get(key).([]value); return v }
func (o object) string(key string) string { v, _ := o.get(key).(string); return v }
func (o object) bool(key string) bool     { v, _ := o.get(key).(bool); return v }
func (o object) has(key string) bool      { return o.get(key) != nil }
func (o object) objects(key string) []object {
	items := o.array(key)
	out := make([]object, len(items))
	for i, v := range items {
		out[i], _ = v.(object)
	}
	return out
}

// uint is 0 for what is missing.
func (o object) uint(key string) (uint64, error) {
	switch v := o.get(key).(type) {
	case nil:
		return 0, nil
	case number:
		n, err := strconv.ParseUint(string(v), 10, 64)
		if err == nil {
			return n, nil
		}
	}
	return 0, malformed("%q is not a whole number", key)
}

// index is a uint below limit.
func (o object) index(key string, limit int) (int, error) {
	n, err := o.uint(key)
	if err != nil {
		return 0, err
	}
	if limit < 0 || n >= uint64(limit) {
		return 0, malformed("%q is %d, of %d", key, n, limit)
	}
	return int(n), nil
}

// indices are an array of numbers below limit.
func (o object) indices(key string, limit int) ([]int, error) {
	items := o.array(key)
	out := make([]int, len(items))
	for i, v := range items {
		n, ok := v.(number)
		k, err := strconv.Atoi(string(n))
		if !ok || err != nil || k < 0 || k >= limit {
			return nil, malformed("%q holds %v, of %d", key, v, limit)
		}
		out[i] = k
	}
	return out, nil
}
