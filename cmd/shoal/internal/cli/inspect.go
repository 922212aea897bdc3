package cli

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/render"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
	"github.com/shoal-db/shoal/libs/platform/nearest"
	"github.com/shoal-db/shoal/libs/platform/version"
)

// listFlags are those of commands that list things.
type listFlags struct {
	portalFlags
	Format string `help:"Form of the list: table or json." enum:"table,json" default:"table" env:"-"`
}

// names are columns of words, numbers columns of numbers.
func words(names ...string) (columns []render.Column) {
	for _, n := range names {
		columns = append(columns, render.Column{Name: n})
	}
	return columns
}

func numbers(names ...string) (columns []render.Column) {
	for _, n := range names {
		columns = append(columns, render.Column{Name: n, Type: "BIGINT"})
	}
	return columns
}

// list writes items as JSON or as a table.
func list[T any](e *env, format string, items []T, columns []render.Column, row func(T) []string) error {
	if format == "json" {
		if items == nil {
			items = []T{}
		}
		return writeJSON(e.Out, items)
	}
	rows := make([][]string, len(items))
	for i, item := range items {
		rows[i] = row(item)
	}
	return render.List(e.Out, columns, rows)
}

type tablesCmd struct {
	Name string `arg:"" optional:"" name:"table" help:"DATASET to list its tables only, DATASET.TABLE to list a table's columns."`
	listFlags
}

// Run runs the command.
func (t *tablesCmd) Run(e *env) error {
	return t.with(func(c *client.Client) error {
		all, err := c.Tables(e.ctx)
		if err != nil {
			return err
		}
		dataset, table, one := strings.Cut(t.Name, ".")
		if one {
			return t.columns(e, all, dataset, table)
		}
		shown, err := tablesOf(all, dataset)
		if err != nil {
			return err
		}
		columns := append(words("table", "kind", "block column"), numbers("rows", "size", "chunks", "ready")...)
		return list(e, t.Format, shown, columns, func(t client.Table) []string {
			return []string{
				t.Dataset + "." + t.Table, t.Kind, t.BlockColumn, strconv.FormatInt(t.Rows, 10), human.Bytes(t.Bytes),
				strconv.Itoa(t.Chunks), strconv.Itoa(t.ChunksReady),
			}
		})
	})
}

func tablesOf(all []client.Table, dataset string) ([]client.Table, error) {
	if dataset == "" {
		return all, nil
	}
	var shown []client.Table
	var names []string
	for _, t := range all {
		names = append(names, t.Dataset)
		if strings.EqualFold(t.Dataset, dataset) {
			shown = append(shown, t)
		}
	}
	if len(shown) == 0 {
		return nil, fault.New(fault.NotFound, "list tables", "there is no dataset %q", dataset).WithHint("%s", nearest.Hint(dataset, names))
	}
	return shown, nil
}

// columns lists the columns of one table.
func (t *tablesCmd) columns(e *env, all []client.Table, dataset, table string) error {
	var names []string
	for _, have := range all {
		if strings.EqualFold(have.Dataset, dataset) && strings.EqualFold(have.Table, table) {
			if t.Format == "json" {
				return writeJSON(e.Out, have)
			}
			return list(e, t.Format, have.Columns, words("column", "type"), func(c client.Column) []string {
				return []string{c.Name, c.Type}
			})
		}
		names = append(names, have.Dataset+"."+have.Table)
	}
	return fault.New(fault.NotFound, "list columns", "there is no table %s.%s", dataset, table).
		WithHint("%s", nearest.Hint(dataset+"."+table, names))
}

type chunksCmd struct {
	Name string `arg:"" name:"dataset[.table]" help:"Dataset or table whose chunks are listed."`
	listFlags
}

// Run runs the command.
func (x *chunksCmd) Run(e *env) error {
	dataset, table, _ := strings.Cut(x.Name, ".")
	return x.with(func(c *client.Client) error {
		chunks, err := c.Chunks(e.ctx, dataset, table)
		if err != nil {
			return err
		}
		columns := append(append(words("table", "chunk"), numbers("rows", "size")...), words("ready on", "missing on", "filters")...)
		return list(e, x.Format, chunks, columns, func(c client.Chunk) []string {
			return []string{
				c.Dataset + "." + c.Table, c.Chunk, strconv.FormatInt(c.Rows, 10), human.Bytes(c.Bytes),
				strings.Join(c.Ready, ", "), strings.Join(without(c.Assigned, c.Ready), ", "), filtersText(c.Filters),
			}
		})
	})
}

// filtersText says which columns have a filter, and of how many bits, as stored and as held by the portal
// if that differs.
func filtersText(f *client.ChunkFilters) string {
	if f == nil {
		return ""
	}
	text := fmt.Sprintf("%s (%d bits, %s", strings.Join(f.Columns, ", "), f.Bits, human.Bytes(f.Bytes))
	switch {
	case f.BitsLoaded == 0:
		text += ", not loaded"
	case f.BitsLoaded < f.Bits:
		text += fmt.Sprintf(", %d loaded", f.BitsLoaded)
	}
	return text + ")"
}

// without returns the names of a that are not in b.
func without(a, b []string) (out []string) {
	has := map[string]bool{}
	for _, name := range b {
		has[name] = true
	}
	for _, name := range a {
		if !has[name] {
			out = append(out, name)
		}
	}
	return out
}

type workersCmd struct{ listFlags }

// Run runs the command.
func (x *workersCmd) Run(e *env) error {
	return x.with(func(c *client.Client) error {
		workers, err := c.Workers(e.ctx)
		if err != nil {
			return err
		}
		columns := append(words("worker", "location", "state", "version"), numbers("capacity", "files", "assigned", "assigned size")...)
		return list(e, x.Format, workers, columns, func(w client.Worker) []string {
			state := "serving"
			if w.Draining {
				state = "draining"
			}
			return []string{
				w.Worker, w.Location, state, w.Version, strconv.FormatFloat(w.Capacity, 'g', -1, 64),
				strconv.Itoa(w.Files), strconv.Itoa(w.FilesAssigned), human.Bytes(w.BytesAssigned),
			}
		})
	})
}

type queriesCmd struct {
	listFlags
	Running bool `help:"Only those that have not ended." env:"-"`
}

// Run runs the command.
func (x *queriesCmd) Run(e *env) error {
	return x.with(func(c *client.Client) error {
		queries, err := c.Queries(e.ctx)
		if err != nil {
			return err
		}
		if x.Running {
			var some []client.Query
			for _, q := range queries {
				switch q.State {
				case "planned", "queued", "running":
					some = append(some, q)
				}
			}
			queries = some
		}
		columns := append(words("query", "state", "created"), numbers("took", "rows", "chunks")...)
		columns = append(columns, words("statement, or what went wrong")...)
		return list(e, x.Format, queries, columns, queryRow)
	})
}

func queryRow(q client.Query) []string {
	what := cmp.Or(q.SQL, q.Form)
	if q.Error != nil {
		what = fault.Text(q.Error)
	}
	return []string{
		q.ID, q.State, q.Created.Local().Format(time.DateTime),
		rounded(time.Duration(q.ElapsedSeconds * float64(time.Second))).String(), strconv.FormatInt(q.Rows, 10),
		fmt.Sprintf("%d/%d", q.ChunksSelected, q.ChunksTotal), oneLine(what, 60),
	}
}

// oneLine shortens a text to one line of at most n characters.
func oneLine(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

type cancelCmd struct {
	Query string `arg:"" help:"Id of the query, as shoal queries lists it."`
	portalFlags
}

// Run runs the command.
func (x *cancelCmd) Run(e *env) error {
	return x.with(func(c *client.Client) error {
		if err := c.CancelQuery(e.ctx, x.Query); err != nil {
			return err
		}
		fmt.Fprintf(e.Err, "cancelled %s\n", x.Query)
		return nil
	})
}

type dropCmd struct {
	Table string `arg:"" name:"dataset.table" help:"Table to drop."`
	portalFlags
}

// Run runs the command.
func (x *dropCmd) Run(e *env) error {
	dataset, table, err := load.ParseName(x.Table)
	if err != nil {
		return err
	}
	return x.with(func(c *client.Client) error {
		v, err := c.DropTable(e.ctx, dataset, table)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.Err, "dropped %s.%s (catalog version %d)\n", dataset, table, v)
		return nil
	})
}

type versionCmd struct{}

// Run runs the command.
func (versionCmd) Run(e *env) error {
	_, err := io.WriteString(e.Out, Program+" "+version.Get().String()+"\n")
	return err
}

// Reference is the documentation of all commands and flags as Markdown.
func Reference() (string, error) { return config.Markdown(app, &grammar{}) }
