package types

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth bounds the nesting that Parse follows; DuckDB's own parser stops
// long before.
const maxDepth = 64

// byName holds every spelling of the unparameterised types that DuckDB prints
// or that people commonly write.
var byName = func() map[string]ID {
	m := map[string]ID{
		"NULL": SQLNull, "BOOL": Boolean, "INT1": TinyInt, "INT2": SmallInt, "INT4": Integer,
		"INT": Integer, "INT8": BigInt, "FLOAT4": Float, "REAL": Float, "FLOAT8": Double,
		"TEXT": Varchar, "STRING": Varchar, "BYTEA": Blob, "TIMESTAMPTZ": TimestampTZ,
		"TIMETZ": TimeTZ, "DATETIME": Timestamp, "TIMESTAMP_US": Timestamp, "BITSTRING": Bit,
		"VARINT": BigNum,
	}
	for id, name := range names {
		if id < Enum && id != Decimal {
			m[name] = id
		}
	}
	return m
}()

// Parse reads DuckDB's spelling of a type, as String prints it and DESCRIBE
// shows it. The error says where the text stops making sense.
func Parse(text string) (Type, error) {
	p := &parser{text: text}
	t, err := p.parse(0)
	if err != nil {
		return Type{}, err
	}
	p.space()
	if p.pos != len(p.text) {
		return Type{}, p.fail("unexpected text after the type")
	}
	return t, nil
}

// MustParse is Parse for texts that are known to be right.
func MustParse(text string) Type {
	t, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return t
}

type parser struct {
	text string
	pos  int
}

func (p *parser) fail(what string) error {
	return fmt.Errorf("type %q, position %d: %s", p.text, p.pos, what)
}

func (p *parser) space() {
	for p.pos < len(p.text) && p.text[p.pos] == ' ' {
		p.pos++
	}
}

func (p *parser) eat(s string) bool {
	p.space()
	if strings.HasPrefix(p.text[p.pos:], s) {
		p.pos += len(s)
		return true
	}
	return false
}

// word reads letters, digits and underscores, or a double-quoted identifier.
func (p *parser) word() (string, error) {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == '"' {
		return p.quoted('"')
	}
	start := p.pos
	for p.pos < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		p.pos += size
	}
	if start == p.pos {
		return "", p.fail("a name was expected")
	}
	return p.text[start:p.pos], nil
}

func (p *parser) quoted(quote byte) (string, error) {
	p.space()
	if p.pos >= len(p.text) || p.text[p.pos] != quote {
		return "", p.fail("a quote was expected")
	}
	var b strings.Builder
	for i := p.pos + 1; i < len(p.text); i++ {
		if p.text[i] != quote {
			b.WriteByte(p.text[i])
			continue
		}
		if i+1 < len(p.text) && p.text[i+1] == quote {
			b.WriteByte(quote)
			i++
			continue
		}
		p.pos = i + 1
		return b.String(), nil
	}
	return "", p.fail("the quote is not closed")
}

func (p *parser) number(limit uint64) (uint64, error) {
	p.space()
	start := p.pos
	for p.pos < len(p.text) && p.text[p.pos] >= '0' && p.text[p.pos] <= '9' {
		p.pos++
	}
	n, err := strconv.ParseUint(p.text[start:p.pos], 10, 64)
	if err != nil || n > limit {
		return 0, p.fail(fmt.Sprintf("a number up to %d was expected", limit))
	}
	return n, nil
}

func (p *parser) parse(depth int) (Type, error) {
	if depth > maxDepth {
		return Type{}, p.fail("nested too deeply")
	}
	t, err := p.base(depth)
	if err != nil {
		return Type{}, err
	}
	for p.eat("[") {
		if depth++; depth > maxDepth {
			return Type{}, p.fail("nested too deeply")
		}
		if p.eat("]") {
			t = ListOf(t)
			continue
		}
		size, err := p.number(1<<32 - 1)
		if err != nil {
			return Type{}, err
		}
		if !p.eat("]") {
			return Type{}, p.fail("] was expected")
		}
		t = ArrayOf(t, uint32(size))
	}
	return t, nil
}

func (p *parser) base(depth int) (Type, error) {
	name, err := p.word()
	if err != nil {
		return Type{}, err
	}
	upper := strings.ToUpper(name)
	switch upper {
	case "DECIMAL", "NUMERIC":
		return p.decimal()
	case "STRUCT", "ROW":
		return p.members(Struct, depth)
	case "UNION":
		return p.members(Union, depth)
	case "MAP":
		return p.mapType(depth)
	case "ENUM":
		return p.enum()
	case "TIMESTAMP", "TIME":
		if p.eat("WITH TIME ZONE") {
			upper += " WITH TIME ZONE"
		}
	}
	id, ok := byName[upper]
	if !ok {
		return Type{}, p.fail(fmt.Sprintf("%s is not a type", name))
	}
	return Of(id), nil
}

func (p *parser) decimal() (Type, error) {
	if !p.eat("(") {
		return DecimalOf(18, 3), nil
	}
	width, err := p.number(38)
	if err != nil {
		return Type{}, err
	}
	scale := uint64(0)
	if p.eat(",") {
		if scale, err = p.number(width); err != nil {
			return Type{}, err
		}
	}
	if width == 0 || !p.eat(")") {
		return Type{}, p.fail("DECIMAL takes a width of 1 to 38 and a scale")
	}
	return DecimalOf(uint8(width), uint8(scale)), nil
}

func (p *parser) members(id ID, depth int) (Type, error) {
	if !p.eat("(") {
		return Type{}, p.fail("( was expected")
	}
	t := Type{ID: id}
	for {
		member, err := p.member(id, depth)
		if err != nil {
			return Type{}, err
		}
		t.Fields = append(t.Fields, member)
		if p.eat(")") {
			return t, nil
		}
		if !p.eat(",") {
			return Type{}, p.fail(", or ) was expected")
		}
	}
}

// member reads a name and a type. The members of a STRUCT may be without names, as those are that
// row() makes. Of the two ways to read a member only one can get far, so that this stays linear.
func (p *parser) member(id ID, depth int) (Field, error) {
	start := p.pos
	name, err := p.word()
	if err == nil {
		var t Type
		if t, err = p.parse(depth + 1); err == nil {
			return Field{name, t}, nil
		}
	}
	if id != Struct {
		return Field{}, err
	}
	p.pos = start
	t, unnamed := p.parse(depth + 1)
	if unnamed != nil {
		return Field{}, err
	}
	return Field{Type: t}, nil
}

func (p *parser) mapType(depth int) (Type, error) {
	if !p.eat("(") {
		return Type{}, p.fail("( was expected")
	}
	key, err := p.parse(depth + 1)
	if err != nil {
		return Type{}, err
	}
	if !p.eat(",") {
		return Type{}, p.fail("a MAP has a key and a value type")
	}
	value, err := p.parse(depth + 1)
	if err != nil {
		return Type{}, err
	}
	if !p.eat(")") {
		return Type{}, p.fail(") was expected")
	}
	return MapOf(key, value), nil
}

func (p *parser) enum() (Type, error) {
	if !p.eat("(") {
		return Type{}, p.fail("( was expected")
	}
	t := Type{ID: Enum}
	for {
		value, err := p.quoted('\'')
		if err != nil {
			return Type{}, err
		}
		t.Values = append(t.Values, value)
		if p.eat(")") {
			return t, nil
		}
		if !p.eat(",") {
			return Type{}, p.fail(", or ) was expected")
		}
	}
}
