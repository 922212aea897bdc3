package explain

import (
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Options are how a query is to be explained.
type Options struct {
	// Analyze runs it.
	Analyze bool
	// JSON has EXPLAIN as a statement give JSON instead of text.
	JSON bool
}

// ResultColumns are those of the result of EXPLAIN as a statement; they are DuckDB's.
func ResultColumns() []rel.Column {
	return []rel.Column{{Name: "explain_key", Type: types.Of(types.Varchar)}, {Name: "explain_value", Type: types.Of(types.Varchar)}}
}

// Key is the first column's value.
func (o Options) Key() string {
	if o.Analyze {
		return "analyzed_plan"
	}
	return "physical_plan"
}

// Statement takes EXPLAIN off a statement: EXPLAIN, EXPLAIN ANALYZE, and EXPLAIN (…) with the options
// ANALYZE and FORMAT text or json. rest is what is explained, with blanks in the place of what was taken,
// so that places in it stay the same. ok is false, and rest all of sql, for any other statement. Options
// that are not known are invalid_argument.
func Statement(sql string) (opts Options, rest string, ok bool, err error) {
	s := &scanner{text: sql}
	if !s.word("explain") {
		return opts, sql, false, nil
	}
	opts.Analyze = s.word("analyze") || s.word("analyse")
	if s.symbol('(') {
		known, err := s.options(&opts)
		if err != nil {
			return opts, sql, true, err
		}
		if !known {
			s.at = s.start // a query in parentheses, which DuckDB then judges
		}
	}
	return opts, blank(sql[:s.at]) + sql[s.at:], true, nil
}

// blank keeps what lines and columns are counted by.
func blank(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, s)
}

// scanner reads the few words that EXPLAIN has.
type scanner struct {
	text      string
	at, start int // start is where the last symbol was
}

// skip passes over white space and comments.
func (s *scanner) skip() {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case strings.IndexByte(" \t\r\n\f\v", rest[0]) >= 0:
			s.at++
		case strings.HasPrefix(rest, "--"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			s.at += end
		case strings.HasPrefix(rest, "/*"):
			end := commentEnd(rest)
			if end < 0 {
				return // not ended: DuckDB says so
			}
			s.at += end
		default:
			return
		}
	}
}

// commentEnd is behind a comment, which may hold others; -1 if it has no end.
func commentEnd(text string) int {
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
	return -1
}

// name reads a word.
func (s *scanner) name() string {
	s.skip()
	end := s.at
	for end < len(s.text) && (s.text[end] == '_' || s.text[end]|0x20 >= 'a' && s.text[end]|0x20 <= 'z') {
		end++
	}
	if end < len(s.text) && (s.text[end] >= '0' && s.text[end] <= '9' || s.text[end] >= 0x80 || s.text[end] == '$') {
		return ""
	}
	name := s.text[s.at:end]
	s.at = end
	return strings.ToLower(name)
}

// word passes over the word if it comes next.
func (s *scanner) word(want string) bool {
	before := s.at
	if s.name() == want {
		return true
	}
	s.at = before
	return false
}

func (s *scanner) symbol(want byte) bool {
	before := s.at
	s.skip()
	if s.at < len(s.text) && s.text[s.at] == want {
		s.start = s.at
		s.at++
		return true
	}
	s.at = before
	return false
}

// options reads what is in parentheses, up to the closing one. known is false if it is no option that
// stands there.
func (s *scanner) options(opts *Options) (known bool, err error) {
	const op = "explain"
	first := s.start
	defer func() { s.start = first }()
	for n := 0; ; n++ {
		switch name := s.name(); name {
		case "analyze", "analyse":
			opts.Analyze = true
		case "format":
			format := strings.Trim(s.value(), `'"`)
			switch strings.ToLower(format) {
			case "text", "default":
				opts.JSON = false
			case "json":
				opts.JSON = true
			default:
				return true, fault.New(fault.InvalidArgument, op, "the format %q is not known", format).WithHint("it is text or json")
			}
		default:
			if n == 0 {
				return false, nil
			}
			return true, fault.New(fault.InvalidArgument, op, "EXPLAIN has no option %q", name).WithHint("it has ANALYZE and FORMAT")
		}
		if s.symbol(')') {
			return true, nil
		}
		if !s.symbol(',') {
			return true, fault.New(fault.InvalidArgument, op, "the options of EXPLAIN are not understood").
				WithHint("for example EXPLAIN (ANALYZE, FORMAT json) SELECT …")
		}
	}
}

// value reads a word, perhaps in quotes.
func (s *scanner) value() string {
	s.skip()
	if s.at < len(s.text) && (s.text[s.at] == '\'' || s.text[s.at] == '"') {
		if end := strings.IndexByte(s.text[s.at+1:], s.text[s.at]); end >= 0 {
			v := s.text[s.at : s.at+end+2]
			s.at += end + 2
			return v
		}
	}
	return s.name()
}
