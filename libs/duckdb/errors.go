package duckdb

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
)

// duckError is an error as DuckDB tells it.
type duckError struct {
	Type     string // DuckDB's exception type in snake case: "parser", "out_of_memory", …
	Subtype  string // "COLUMN_NOT_FOUND", "MISSING_ENTRY", …; mostly empty
	Message  string
	Position int // byte offset in the SQL text, -1 when there is none
	Extra    map[string]string
	Most     int64 // Options.CallBytes
}

// parseError reads a message. Errors of statements are JSON (setting errors_as_json), sometimes
// with the type in front of it; those of opening a database are "IO Error: text".
func parseError(message string) duckError {
	d := duckError{Position: -1, Message: strings.TrimSpace(message)}
	if start := strings.IndexByte(message, '{'); start >= 0 && (start == 0 || strings.HasSuffix(message[:start], "Error: ")) {
		// Only the first value: DuckDB may join a second error to the text.
		var fields map[string]any
		if json.NewDecoder(strings.NewReader(message[start:])).Decode(&fields) == nil && fields["exception_type"] != nil {
			d.fromJSON(fields)
			return d
		}
	}
	if typ, text, ok := strings.Cut(d.Message, " Error: "); ok && len(typ) < 32 && !strings.ContainsAny(typ, ":\n") {
		d.Type, d.Message = snake(typ), text
	}
	return d
}

func (d *duckError) fromJSON(fields map[string]any) {
	d.Extra = make(map[string]string, len(fields))
	for name, v := range fields {
		text, _ := v.(string)
		switch name {
		case "exception_type":
			d.Type = snake(text)
		case "exception_message":
			d.Message = text
		case "error_subtype":
			d.Subtype = text
		case "position":
			if at, err := strconv.Atoi(text); err == nil {
				d.Position = at
			}
		default:
			d.Extra[name] = text
		}
	}
}

func snake(typ string) string { return strings.ReplaceAll(strings.ToLower(typ), " ", "_") }

func (d duckError) interrupted() bool { return d.Type == "interrupt" }

var kindOfType = map[string]fault.Kind{
	"interrupt":     fault.Cancelled,
	"out_of_memory": fault.ResourceExhausted,
	"permission":    fault.PermissionDenied,
	"http":          fault.Unavailable,
	"network":       fault.Unavailable,
	"connection":    fault.Unavailable,
	"internal":      fault.Internal,
	"fatal":         fault.Internal,
	"serialization": fault.Internal,
	"index":         fault.Internal,
	"stat":          fault.Internal,
	"scheduler":     fault.Internal,
	"executor":      fault.Internal,
	"optimizer":     fault.Internal,
	"nullpointer":   fault.Internal,
	"":              fault.Internal,
	"unknown":       fault.Internal,
}

// kind maps the type; what is not listed blames the statement or the data that it reads.
func (d duckError) kind() fault.Kind {
	switch d.Type {
	case "io":
		return d.kindOfIO()
	case "catalog", "binder":
		if d.Subtype == "MISSING_ENTRY" || d.Subtype == "COLUMN_NOT_FOUND" {
			return fault.NotFound
		}
	}
	if kind, ok := kindOfType[d.Type]; ok {
		return kind
	}
	return fault.InvalidArgument
}

// kindOfIO must look at the text: DuckDB has one type for everything that files can do.
func (d duckError) kindOfIO() fault.Kind {
	has := func(texts ...string) bool {
		for _, t := range texts {
			if strings.Contains(d.Message, t) {
				return true
			}
		}
		return false
	}
	switch {
	case has("No space left", "max_temp_directory_size", "Disk quota", "Too many open files"):
		return fault.ResourceExhausted
	case has("No files found that match", "No such file", "does not exist", "not found"):
		return fault.NotFound
	case has("Permission denied"):
		return fault.PermissionDenied
	}
	return fault.Unavailable
}

// fault makes the error to return; sql is the text that positions refer to.
func (d duckError) fault(op, sql string) *fault.Fault {
	text, hint := d.Message, ""
	for _, sign := range []string{"\nThis limit was set by", "\nDid you mean", "\nCandidate bindings:", "\n\tCandidate functions:", "\n\nCandidate extensions:", "\nPossible solutions"} {
		if at := strings.Index(text, sign); at >= 0 {
			text, hint = text[:at], strings.TrimSpace(text[at:])
			break
		}
	}
	if text == "" {
		text = "DuckDB gave no reason"
	}
	if d.refused() {
		text, hint = d.refusal(), hintMemory
	}
	f := fault.New(d.kind(), op, "%s", strings.TrimSpace(text)).WithHint("%s", hint).
		WithDetail("duckdb_error_type", d.Type)
	if d.Subtype != "" {
		f = f.WithDetail("duckdb_error_subtype", d.Subtype)
	}
	for _, name := range []string{"name", "type"} {
		if v := d.Extra[name]; v != "" {
			f = f.WithDetail("entry_"+name, v)
		}
	}
	// DuckDB's own field "candidates" lists all there is; its text has the nearest.
	if names := quoted(hint); len(names) > 0 {
		f = f.WithDetail("candidates", names)
	}
	if d.Position >= 0 && d.Position <= len(sql) {
		line, column, caret := Locate(sql, d.Position)
		f = f.WithDetail("position", d.Position).WithDetail("line", line).
			WithDetail("column", column).WithDetail("caret", caret)
	}
	return f
}

// refused tells whether the allocator had no block for DuckDB.
func (d duckError) refused() bool {
	return d.Type == "out_of_memory" && (d.Message == "Allocation failure" || strings.Contains(d.Message, "(bad allocation)"))
}

// refusal says which block DuckDB did not get.
func (d duckError) refusal() string {
	block := "another large block"
	for _, word := range strings.Fields(d.Message) {
		if bytes, err := strconv.ParseInt(word, 10, 64); err == nil {
			block = "a block of " + human.Bytes(bytes)
		}
	}
	limit := process.limit.Load()
	switch {
	case d.Most > 0:
		return "planning the query needs " + block + ", and may take " + human.Bytes(d.Most)
	case limit == 0:
		return "there is not enough memory: the query needs " + block
	}
	return "the query needs " + block + " (a text, a list, a hash table), beyond the " + human.Bytes(limit) + " that this process's DuckDB may hold"
}

// quoted returns the texts in double quotes.
func quoted(text string) (names []string) {
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			names = append(names, part)
		}
	}
	return names
}

// caretWidth bounds how much of a long line is shown around the caret, in characters.
const caretWidth = 80

// Locate turns a byte offset into a line and a column, both from 1, the column in characters, and
// the line with a caret under the place.
func Locate(sql string, at int) (line, column int, caret string) {
	line = 1 + strings.Count(sql[:at], "\n")
	start := strings.LastIndexByte(sql[:at], '\n') + 1
	text := sql[start:]
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	before := utf8.RuneCountInString(sql[start:at])
	shown := []rune(strings.ToValidUTF8(strings.NewReplacer("\t", " ", "\r", " ").Replace(text), "?"))
	from := 0
	if before > caretWidth*3/4 {
		from = min(before-caretWidth/2, len(shown))
	}
	to := min(from+caretWidth, len(shown))
	prefix, window := "LINE "+strconv.Itoa(line)+": ", string(shown[from:to])
	if from > 0 {
		prefix += "…"
	}
	if to < len(shown) {
		window += "…"
	}
	caret = prefix + window + "\n" + strings.Repeat(" ", utf8.RuneCountInString(prefix)+max(before-from, 0)) + "^"
	return line, before + 1, caret
}
