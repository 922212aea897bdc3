package metadata

import (
	"strings"
	"sync"
	"testing"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestLoadsThatAreRefusedAtOnce(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.worker("w1", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 10)))
	ref := metaapi.LoadSpec{Dataset: "d", Table: "r", Columns: columns, Kind: catalog.Reference, Mode: metaapi.Create}
	c.load(ref, entries("r", 1, chunks.Range{}))
	with := func(change func(*metaapi.LoadSpec)) metaapi.LoadSpec {
		s := chunkedSpec("d", "new", metaapi.Create)
		change(&s)
		return s
	}
	cases := map[string]struct {
		spec metaapi.LoadSpec
		kind fault.Kind
		says string
	}{
		"exists":                {chunkedSpec("d", "t", metaapi.Create), fault.InvalidArgument, "exists"},
		"append to nothing":     {chunkedSpec("d", "nothing", metaapi.Append), fault.NotFound, "no table d.nothing"},
		"mode":                  {chunkedSpec("d", "new", "upsert"), fault.InvalidArgument, `"upsert"`},
		"no mode":               {chunkedSpec("d", "new", ""), fault.InvalidArgument, "mode"},
		"dataset name":          {chunkedSpec("../d", "new", metaapi.Create), fault.InvalidArgument, "cannot name a dataset"},
		"table name":            {chunkedSpec("d", "a/b", metaapi.Create), fault.InvalidArgument, "cannot name a table"},
		"spelling of a dataset": {chunkedSpec("D", "new", metaapi.Create), fault.InvalidArgument, "spelled d, not D"},
		"spelling of a table":   {chunkedSpec("d", "T", metaapi.Replace), fault.InvalidArgument, "spelled t, not T"},
		"name of the catalog":   {chunkedSpec("Shoal", "new", metaapi.Create), fault.InvalidArgument, "reserved"},
		"name in the catalog":   {chunkedSpec("main", "duckdb_tables", metaapi.Create), fault.InvalidArgument, "duckdb_"},
		"NUL in a column": {with(func(s *metaapi.LoadSpec) {
			s.Columns = []catalog.Column{{Name: "k", Type: "BIGINT"}, {Name: "a\x00b", Type: "DATE"}}
		}),
			fault.InvalidArgument, "control character"},
		"long column": {with(func(s *metaapi.LoadSpec) {
			s.Columns = []catalog.Column{{Name: "k", Type: "BIGINT"}, {Name: strings.Repeat("x", 2000), Type: "DATE"}}
		}), fault.InvalidArgument, "2000 bytes"},
		"kind":       {with(func(s *metaapi.LoadSpec) { s.Kind = "columnar" }), fault.InvalidArgument, "columnar"},
		"no columns": {with(func(s *metaapi.LoadSpec) { s.Columns = nil }), fault.InvalidArgument, "columns"},
		"same column twice": {with(func(s *metaapi.LoadSpec) {
			s.Columns = []catalog.Column{{Name: "k", Type: "BIGINT"}, {Name: "K", Type: "DATE"}}
		}), fault.InvalidArgument, "two columns"},
		"no such block column":              {with(func(s *metaapi.LoadSpec) { s.BlockColumn = "kk" }), fault.NotFound, `"kk"`},
		"block column of text":              {with(func(s *metaapi.LoadSpec) { s.BlockColumn = "v" }), fault.InvalidArgument, "VARCHAR"},
		"block column of a reference table": {with(func(s *metaapi.LoadSpec) { s.Kind = catalog.Reference }), fault.InvalidArgument, "no block column"},
		"other axis":                        {with(func(s *metaapi.LoadSpec) { s.Columns = []catalog.Column{{Name: "k", Type: "DATE"}} }), fault.InvalidArgument, "kind integer (table t)"},
		"append to reference":               {func() metaapi.LoadSpec { s := ref; s.Mode = metaapi.Append; return s }(), fault.InvalidArgument, "--replace"},
		"append, other type": {with(func(s *metaapi.LoadSpec) {
			s.Table, s.Mode = "t", metaapi.Append
			s.Columns = []catalog.Column{{Name: "k", Type: "BIGINT"}, {Name: "v", Type: "DATE"}}
		}), fault.InvalidArgument, "v VARCHAR, not v DATE"},
		"append, column missing": {with(func(s *metaapi.LoadSpec) { s.Table, s.Mode, s.Columns = "t", metaapi.Append, columns[:1] }), fault.InvalidArgument, "column v of d.t is missing"},
		"append, other kind":     {metaapi.LoadSpec{Dataset: "d", Table: "t", Columns: columns, Kind: catalog.Positional, Mode: metaapi.Append}, fault.InvalidArgument, "not a positional one"},
	}
	for name, x := range cases {
		_, err := c.client.BeginLoad(c.ctx, x.spec)
		f := fault.From(err)
		if err == nil || f.Kind != x.kind || !strings.Contains(f.Text()+f.Hint, x.says) {
			t.Errorf("%s: %v (%s)", name, err, fault.KindOf(err))
		}
	}
	if loads := c.liveLoads(); loads != 0 {
		t.Errorf("%d loads were begun", loads)
	}
}

func TestManifestsThatAreRefused(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 10), span(11, 20), chunks.NullRange()))
	pos := metaapi.LoadSpec{Dataset: "d", Table: "p", Columns: columns, Kind: catalog.Positional, Mode: metaapi.Create}
	ref := metaapi.LoadSpec{Dataset: "d", Table: "r", Columns: columns, Kind: catalog.Reference, Mode: metaapi.Create}
	u := chunkedSpec("d", "u", metaapi.Create)
	narrow := entries("u", 1, span(21, 30))
	narrow[0].Columns = narrow[0].Columns[:1]
	colliding := entries("t", 1, span(1, 10))
	colliding[0].SHA256[31]++ // the same name, other content
	cases := map[string]struct {
		spec    metaapi.LoadSpec
		entries []manifest.Entry
		says    string
		clashes string
	}{
		"overlaps another table":    {u, entries("u", 1, span(21, 30), span(5, 7)), "0000000005-0000000007 overlaps 0000000001-0000000010", "0000000001-0000000010"},
		"spans two":                 {u, entries("u", 1, span(5, 15)), "overlaps", ""},
		"overlaps itself":           {u, entries("u", 1, span(100, 110), span(105, 120)), "overlaps", "0000000100-0000000110"},
		"a range twice":             {u, append(entries("u", 1, span(21, 30)), entries("u", 2, span(21, 30))...), "two files for the chunk 0000000021-0000000030", ""},
		"append, a chunk again":     {chunkedSpec("d", "t", metaapi.Append), entries("t", 2, span(11, 20)), "has a chunk 0000000011-0000000020 already", "0000000011-0000000020"},
		"append, NULL again":        {chunkedSpec("d", "t", metaapi.Append), entries("t", 2, chunks.NullRange()), "block is NULL", ""},
		"other statistics":          {u, narrow, "of 1 columns, the table has 2", ""},
		"positions with a gap":      {pos, entries("p", 1, span(0, 9), span(11, 20)), "does not begin at position 10", ""},
		"positions from one":        {pos, entries("p", 1, span(1, 10)), "does not begin at position 0", ""},
		"positions without rows":    {pos, []manifest.Entry{entry("p", span(0, 9), 9, 1)}, "has 9 rows", ""},
		"two reference files":       {ref, append(entries("r", 1, chunks.Range{}), entries("r", 1, span(1, 2))...), "one file, not 2", ""},
		"reference file of a chunk": {ref, entries("r", 1, span(1, 2)), "no chunk", ""},
		"filters of a reference":    {ref, filtered(entries("r", 1, chunks.Range{}), 1), "has no filters", ""},
		"a name with other content": {chunkedSpec("d", "t", metaapi.Replace), colliding, "other content", ""},
	}
	version := c.follower.Current().Version()
	for name, x := range cases {
		_, err := c.tryLoad(x.spec, x.entries)
		f := fault.From(err)
		if err == nil || f.Kind != fault.InvalidArgument || !strings.Contains(f.Text(), x.says) {
			t.Errorf("%s: %v", name, err)
		} else if x.clashes != "" && f.Details["clashes_with"] != x.clashes {
			t.Errorf("%s: details %v", name, f.Details)
		}
	}
	begun, err := c.client.BeginLoad(c.ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.client.CommitLoad(c.ctx, begun.ID, entries("u", 1, span(500, 510))); !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), "not in the object store") {
		t.Errorf("files that were not uploaded: %v", err)
	}
	// Filters are as indispensable, once they are named.
	bare := entries("u", 1, span(500, 510))
	c.upload(u, bare)
	if _, err := c.client.CommitLoad(c.ctx, begun.ID, filtered(bare, 7)); !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), ".filter is not in the object store") {
		t.Errorf("filters that were not uploaded: %v", err)
	}
	if _, err := c.client.CommitLoad(c.ctx, "no-such-load", nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such load: %v", err)
	}
	if now := c.follower.Current(); now.Version() != version || len(now.Datasets()[0].Tables) != 1 {
		t.Errorf("version %d became %d", version, now.Version())
	}
}

func TestOfConcurrentLoadsOneWins(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	modes := map[string]metaapi.LoadSpec{
		"create":  chunkedSpec("d", "t", metaapi.Create),
		"append":  chunkedSpec("d", "t", metaapi.Append),
		"replace": chunkedSpec("d", "t", metaapi.Replace),
	}
	for round, mode := range []string{"create", "append", "replace"} {
		spec := modes[mode]
		var ids []string
		for range 4 {
			begun, err := c.client.BeginLoad(c.ctx, spec)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, begun.ID)
		}
		var wg sync.WaitGroup
		errs := make([]error, len(ids))
		for i, id := range ids {
			list := entries("t", 10*round+i, span(int64(round)*100, int64(round)*100+50))
			c.upload(spec, list)
			wg.Go(func() { _, errs[i] = c.client.CommitLoad(c.ctx, id, list) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !fault.Is(err, fault.InvalidArgument) {
				t.Errorf("%s: %v", mode, err)
			}
		}
		if won != 1 {
			t.Errorf("%s: %d won: %v", mode, won, errs)
		}
	}
}

func TestALoadThatIsOvertakenBeginsAgain(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 10)))
	begun, err := c.client.BeginLoad(c.ctx, chunkedSpec("d", "t", metaapi.Append))
	if err != nil {
		t.Fatal(err)
	}
	c.load(chunkedSpec("d", "t", metaapi.Replace), entries("t", 2, span(1, 10)))
	list := entries("t", 1, span(11, 20))
	c.upload(chunkedSpec("d", "t", metaapi.Append), list)
	_, err = c.client.CommitLoad(c.ctx, begun.ID, list)
	if f := fault.From(err); err == nil || f.Details["conflict"] != true {
		t.Errorf("an append to a table that was replaced: %v", err)
	}
}

func TestLoadsEnd(t *testing.T) {
	c := newCluster(t)
	c.metadata(func(cfg *Config) { cfg.MaxLoads = 2 })
	spec := chunkedSpec("d", "t", metaapi.Create)
	a, err := c.client.BeginLoad(c.ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.client.BeginLoad(c.ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	c.client.Patience = 0
	if _, err := c.client.BeginLoad(c.ctx, spec); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("one load too many: %v", err)
	}
	if err := c.client.KeepLoad(c.ctx, a.ID); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := c.client.AbortLoad(c.ctx, a.ID); err != nil {
			t.Error(err)
		}
	}
	if err := c.client.KeepLoad(c.ctx, a.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("keep after abort: %v", err)
	}
	if n := c.liveLoads(); n != 1 {
		t.Errorf("%d loads live", n)
	}
	list := entries("t", 1, span(1, 2))
	c.upload(spec, list)
	if _, err := c.client.CommitLoad(c.ctx, b.ID, list); err != nil {
		t.Error(err)
	}
	if _, err := c.client.CommitLoad(c.ctx, b.ID, nil); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("committed again with other files: %v", err)
	}
	if n := c.liveLoads(); n != 0 {
		t.Errorf("%d loads live", n)
	}
}
