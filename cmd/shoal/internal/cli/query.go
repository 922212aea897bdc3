package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/render"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
)

// sqlFlags say which statement is meant.
type sqlFlags struct {
	SQL    string `arg:"" optional:"" name:"sql" help:"The statement; - reads it from standard input."`
	File   string `short:"f" help:"File with the statement." placeholder:"FILE" env:"-"`
	Schema string `help:"Dataset in which names of tables are looked up that name none." default:"main" placeholder:"DATASET"`

	Param map[string]string `help:"Value for a parameter, such as --param day=2024-01-01 for $day, or --param 1=42 for the first ?. Numbers, true, false, null and what stands in double quotes are taken as in JSON, all else as text." placeholder:"NAME=VALUE" mapsep:"none" env:"-"`
}

// bound is the statement with its parameters.
func (s sqlFlags) bound(sql string) client.Statement {
	out := client.Statement{SQL: sql, Schema: s.Schema, Parameters: map[string]json.RawMessage{}}
	for name, text := range s.Param {
		value := json.RawMessage(text)
		if first := strings.TrimLeft(text, " "); !json.Valid(value) || strings.HasPrefix(first, "[") {
			value, _ = json.Marshal(text) // a string can always be written
		}
		out.Parameters[name] = value
	}
	return out
}

// maxStatement bounds what is read; the portal takes less.
const maxStatement = 64 << 20

func (s sqlFlags) statement(in io.Reader) (string, error) {
	const op = "read statement"
	switch {
	case s.SQL != "" && s.File != "":
		return "", fault.New(fault.InvalidArgument, op, "there are two statements: %q, and the one in %s", s.SQL, s.File)
	case s.SQL == "" && s.File == "":
		return "", fault.New(fault.InvalidArgument, op, "there is no statement").
			WithHint("write it behind the command, name a file with -f, or - for standard input")
	case s.SQL != "" && s.SQL != "-":
		return s.SQL, nil
	case s.File != "" && s.File != "-":
		f, err := os.Open(s.File)
		if err != nil {
			return "", fault.Wrap(err, op)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxStatement+1))
	switch {
	case err != nil:
		return "", fault.Wrap(err, op)
	case len(text) > maxStatement:
		return "", fault.New(fault.InvalidArgument, op, "the statement is longer than %d bytes", maxStatement)
	case len(strings.TrimSpace(string(text))) == 0:
		return "", fault.New(fault.InvalidArgument, op, "the statement is empty")
	}
	return string(text), nil
}

type queryCmd struct {
	sqlFlags
	portalFlags
	Format string `help:"Form of the result: table, csv, json, ndjson (an object a line), arrow (IPC stream) or parquet. By default that of the file's name, else a table." enum:"auto,table,csv,json,ndjson,arrow,parquet" default:"auto"`
	Output string `short:"o" help:"File for the result; it appears when it is whole. It is compressed if its name ends in .gz or .zst." placeholder:"FILE" env:"-"`
}

// Run runs the command.
func (q *queryCmd) Run(e *env) error {
	sql, err := q.statement(e.In)
	if err != nil {
		return err
	}
	out, err := outputOf(q.Output, q.Format)
	if err != nil {
		return err
	}
	format := out.format
	if (format == "arrow" || format == "parquet") && q.Output == "" && isTerminal(e.Out) {
		return fault.New(fault.InvalidArgument, "write result", "%s is nothing for a terminal", format).
			WithHint("name a file with -o, or pipe it somewhere")
	}
	return q.with(func(c *client.Client) error {
		started := time.Now()
		result, err := c.Query(e.ctx, q.bound(sql), mediaTypeOf[format])
		if err != nil {
			return err
		}
		defer func() { _ = result.Close() }() // it has been read to its end, or the error is known
		if q.Output != "" {
			return q.save(e, out, result, started)
		}
		rows, err := show(e, format, e.Out, result)
		if err == nil && format == "table" {
			fmt.Fprintf(e.Err, "%s in %s\n", human.Count(rows, "row"), took(started))
		}
		return err
	})
}

// save writes the result to a file.
func (q *queryCmd) save(e *env, out output, result *client.Result, started time.Time) error {
	err := render.ToFile(q.Output, func(w io.Writer) error {
		return out.compressed(w, func(w io.Writer) error {
			_, err := show(e, out.format, w, result)
			return err
		})
	})
	if err != nil {
		return err
	}
	info, err := os.Stat(q.Output)
	if err != nil {
		return fault.Wrap(err, "write file")
	}
	fmt.Fprintf(e.Err, "wrote %s (%s) in %s\n", q.Output, human.Bytes(info.Size()), took(started))
	return nil
}

// show writes a result in one of the formats; the number of rows is known for some of them.
func show(e *env, format string, w io.Writer, result *client.Result) (rows int64, err error) {
	switch format {
	case "table":
		return render.Result(w, result)
	case "parquet", "ndjson":
		return render.Copy(e.ctx, w, result, format)
	}
	if _, err := io.Copy(w, result); err != nil {
		var f *fault.Fault
		if errors.As(err, &f) {
			return 0, err
		}
		return 0, fault.Wrap(err, "write result")
	}
	return 0, nil
}

type explainCmd struct {
	sqlFlags
	portalFlags
	Analyze bool   `help:"Run the query, and show what it took." env:"-"`
	Format  string `help:"Form of the explanation: text or json." enum:"text,json" default:"text" env:"-"`
}

// Run runs the command.
func (x *explainCmd) Run(e *env) error {
	sql, err := x.statement(e.In)
	if err != nil {
		return err
	}
	return x.with(func(c *client.Client) error {
		text, body, err := c.Explain(e.ctx, x.bound(sql), x.Analyze)
		if err != nil {
			return err
		}
		if x.Format == "json" {
			return writeJSON(e.Out, body)
		}
		_, err = io.WriteString(e.Out, strings.TrimRight(text, "\n")+"\n")
		return err
	})
}

// writeJSON writes a value for people and for programs.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
