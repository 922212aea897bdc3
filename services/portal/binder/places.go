package binder

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// place is where a statement's text has a parameter: ?, ?1, $1, $name or $"name".
type place struct {
	start, end int
	// name is DuckDB's: a number or a name.
	name string
}

// findPlaces finds what looks like a parameter outside of texts, quoted names and comments. Whether
// DuckDB sees them alike has to be checked.
func findPlaces(sql string) []place {
	var out []place
	for i := 0; i < len(sql); {
		rest := sql[i:]
		switch c := sql[i]; {
		case c == '\'':
			i += quoted(rest, '\'', false)
		case c == '"':
			i += quoted(rest, '"', false)
		case strings.HasPrefix(rest, "--"):
			i += lineComment(rest)
		case strings.HasPrefix(rest, "/*"):
			i += blockComment(rest)
		case c == '?':
			end := 1 + digits(rest[1:])
			out = append(out, place{start: i, end: i + end})
			i += end
		case c == '$':
			if n := dollarQuoted(rest); n > 0 {
				i += n
				break
			}
			n := parameterName(rest)
			if n > 1 {
				out = append(out, place{start: i, end: i + n})
			}
			i += n
		case wordByte(c):
			n := word(rest)
			if n == 1 && (c == 'e' || c == 'E') && len(rest) > 1 && rest[1] == '\'' {
				n += quoted(rest[1:], '\'', true)
			}
			i += n
		default:
			i++
		}
	}
	return out
}

// quoted is the length of a quoted text, all of it if it has no end.
func quoted(text string, quote byte, escapes bool) int {
	for i := 1; i < len(text); i++ {
		switch {
		case escapes && text[i] == '\\':
			i++
		case text[i] == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

func lineComment(text string) int {
	if end := strings.IndexAny(text, "\r\n"); end >= 0 {
		return end
	}
	return len(text)
}

func blockComment(text string) int {
	depth := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			if depth--; depth == 0 {
				return i + 2
			}
			i++
		}
	}
	return len(text)
}

// dollarQuoted is the length of $tag$ … $tag$; 0 if it is none.
func dollarQuoted(text string) int {
	end := 1
	for end < len(text) && wordByte(text[end]) && text[end] != '$' {
		end++
	}
	if end == len(text) || text[end] != '$' || end > 1 && digits(text[1:2]) > 0 {
		return 0
	}
	tag := text[:end+1]
	if closing := strings.Index(text[end+1:], tag); closing >= 0 {
		return end + 1 + closing + len(tag)
	}
	return len(text)
}

// parameterName is the length of $1, $name or $"name"; 1 if nothing of that follows the dollar sign.
func parameterName(text string) int {
	rest := text[1:]
	switch {
	case rest == "":
		return 1
	case digits(rest) > 0:
		return 1 + digits(rest)
	case rest[0] == '"':
		return 1 + quoted(rest, '"', false)
	}
	return 1 + word(rest)
}

func digits(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

func word(text string) int {
	n := 0
	for n < len(text) && wordByte(text[n]) {
		n++
	}
	return n
}

func wordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// renamed is the statement with a name of its own for each place.
func renamed(sql string, places []place) string {
	var b strings.Builder
	at := 0
	for i, p := range places {
		b.WriteString(sql[at:p.start] + " $" + placeName(i) + " ")
		at = p.end
	}
	return b.String() + sql[at:]
}

func placeName(i int) string { return "p" + strconv.Itoa(i) }

// nameThem gives the places their names, from the parameters of the statement and of the renamed one, in
// the same order. It is false if the places are not exactly the statement's parameters.
func nameThem(places []place, original, renamed []string) bool {
	if len(original) != len(renamed) {
		return false
	}
	for i, r := range renamed {
		at, err := strconv.Atoi(strings.TrimPrefix(r, "p"))
		if err != nil || at < 0 || at >= len(places) || placeName(at) != r {
			return false
		}
		if name := places[at].name; name != "" && name != original[i] {
			return false
		}
		places[at].name = original[i]
	}
	return !slices.ContainsFunc(places, func(p place) bool { return p.name == "" })
}

// parametersIn lists the parameters in what json_serialize_sql gave, in the order in which they stand
// there.
func parametersIn(text string) ([]string, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var out []string
	if err := walkJSON(d, &out); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return out, nil
}

// walkJSON passes over one value.
func walkJSON(d *json.Decoder, out *[]string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		for d.More() {
			if err := walkJSON(d, out); err != nil {
				return err
			}
		}
	case json.Delim('{'):
		class, name := "", ""
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return err
			}
			switch key {
			case "class":
				err = d.Decode(&class)
			case "identifier":
				err = d.Decode(&name)
			default:
				err = walkJSON(d, out)
			}
			if err != nil {
				return err
			}
		}
		if class == "PARAMETER" {
			*out = append(*out, name)
		}
	default:
		return nil
	}
	_, err = d.Token() // the closing one
	return err
}
