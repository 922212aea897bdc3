package duckdb

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// DefaultMaxConns bounds an engine's connections when Options does not say.
const DefaultMaxConns = 64

// Options say how an engine is opened. The zero value is an empty database in memory that does not
// spill, with DuckDB's own defaults for threads (all cores) and memory (80 % of the machine's).
type Options struct {
	// Path is the database file; empty means in memory.
	Path string
	// ReadOnly opens Path without the right to change it.
	ReadOnly bool
	// Threads is how many threads DuckDB computes with, over all queries; 0 leaves it to DuckDB. A
	// query's caller counts as one of them and works on its own query only, so that a query always
	// makes progress, also when all other threads wait for slow registered streams.
	Threads int
	// MemoryLimitBytes bounds DuckDB's buffers; 0 leaves it to DuckDB. Exported Arrow batches and
	// small structures are outside of it.
	MemoryLimitBytes int64
	// MarginBytes, if not 0, has all engines of the process guarded (see guard): together they may hold the
	// sum of their limits and margins.
	MarginBytes int64
	// CallBytes bounds what one call into DuckDB (parsing, binding, optimising, a step of execution) may
	// take in blocks of a megabyte and more on the caller's thread; 0 is no bound. It is for engines whose
	// threads are their callers (Threads 1).
	CallBytes int64
	// TempDir is where queries spill what exceeds the memory limit; empty means that they don't and
	// fail with resource_exhausted. It is made when it is first needed, the folders above it at once.
	// Engines must not share one.
	TempDir string
	// TempDirMaxBytes bounds TempDir; 0 leaves it to DuckDB (90 % of the free disk).
	TempDirMaxBytes int64
	// MaxConns bounds the open connections; 0 means DefaultMaxConns.
	MaxConns int
	// AllowUnsignedExtensions lets LoadExtension take extensions that nobody signed.
	AllowUnsignedExtensions bool
	// Extensions are loaded before external access ends: paths of extension files.
	Extensions []string
	// Confine ends all access to files and network but for AllowedDirs, AllowedPaths and TempDir. SQL
	// that tries to go further fails with permission_denied.
	Confine bool
	// AllowedDirs are folders, AllowedPaths files, that SQL may touch although Confine is set.
	AllowedDirs, AllowedPaths []string
	// Rendered says that the SQL is rendered by a program: errors do not show places in it, which would
	// mean nothing to whoever asked.
	Rendered bool
	// LockConfiguration refuses every later SET and RESET of an option, but for search_path and schema.
	LockConfiguration bool
	// Nice is how far the threads that compute stand back behind others on the machine, from 0, not at all, to 19,
	// as nice(1) tells. Only Linux knows it.
	Nice int
	// Settings are further DuckDB options, set before the locks. Those that this package relies on
	// are refused (see reserved). Unless set here, TimeZone is UTC, and extensions are neither
	// downloaded nor loaded by themselves.
	Settings map[string]string
}

// reserved are the settings whose change would break what this package promises.
var reserved = map[string]string{
	"errors_as_json":                     "errors could not be classified",
	"arrow_output_version":               "Arrow v17 cannot read newer layouts",
	"produce_arrow_string_view":          "Arrow v17 clients cannot be sure to read string views",
	"arrow_output_list_view":             "Arrow v17 clients cannot be sure to read list views",
	"threads":                            "use Options.Threads",
	"memory_limit":                       "use Options.MemoryLimitBytes",
	"max_memory":                         "use Options.MemoryLimitBytes",
	"temp_directory":                     "use Options.TempDir",
	"max_temp_directory_size":            "use Options.TempDirMaxBytes",
	"enable_external_access":             "use Options.Confine",
	"allowed_directories":                "use Options.AllowedDirs",
	"allowed_paths":                      "use Options.AllowedPaths",
	"lock_configuration":                 "use Options.LockConfiguration",
	"access_mode":                        "use Options.ReadOnly",
	"allow_unsigned_extensions":          "use Options.AllowUnsignedExtensions",
	"arrow_lossless_conversion":          "the types of results would depend on the engine",
	"arrow_large_buffer_size":            "the types of results would depend on the engine",
	"enable_progress_bar":                "DuckDB would print to standard output",
	"enable_progress_bar_print":          "DuckDB would print to standard output",
	"allow_extensions_metadata_mismatch": "extensions of other versions crash",
}

// Engine is one DuckDB database and its threads. Its methods may be called from any goroutine.
type Engine struct {
	db   bindings.Database
	opts Options
	sem  chan struct{} // one token per open connection

	closeMu sync.Mutex
	closing chan struct{}
	isOpen  atomic.Bool

	running  atomic.Int64
	lossless bindings.ArrowOptions // for WithLossless, in the engine's own session

	adminMu sync.Mutex
	admin   *Conn // for metrics and extensions; outside of the pool, so that it never waits for it
}

// Open opens a database. Errors are invalid_argument for options that DuckDB does not take,
// not_found or unavailable for Path, and permission_denied.
func Open(ctx context.Context, opts Options) (*Engine, error) {
	const op = "open duckdb"
	for name := range opts.Settings {
		if why, ok := reserved[strings.ToLower(name)]; ok {
			return nil, fault.New(fault.InvalidArgument, op, "setting %s is not free: %s", name, why)
		}
	}
	if opts.MaxConns <= 0 {
		opts.MaxConns = DefaultMaxConns
	}
	if f := fault.FromContext(ctx, op); f != nil {
		return nil, f
	}
	if opts.TempDir != "" {
		// DuckDB makes the folder itself, but none above it.
		if err := os.MkdirAll(filepath.Dir(opts.TempDir), 0o750); err != nil {
			return nil, fault.Wrap(err, op)
		}
	}
	e := &Engine{opts: opts, sem: make(chan struct{}, opts.MaxConns), closing: make(chan struct{})}
	if err := e.standingBack(e.openDatabase); err != nil {
		return nil, fault.Wrap(err, op)
	}
	if err := e.setUp(ctx); err != nil {
		e.release()
		return nil, fault.Wrap(err, op)
	}
	if err := e.guard(ctx); err != nil {
		e.release()
		return nil, fault.Wrap(err, op)
	}
	e.isOpen.Store(true)
	return e, nil
}

// guard has the process's guard count the engine.
func (e *Engine) guard(ctx context.Context) error {
	limit := e.opts.MemoryLimitBytes
	if limit == 0 {
		text, err := e.admin.QueryString(ctx, "SELECT current_setting('memory_limit')")
		if err != nil {
			return err
		}
		bytes, err := config.ParseBytes(text)
		if err != nil {
			return err
		}
		limit = int64(bytes)
	}
	process.add(e, limit)
	return nil
}

// standingBack runs what starts DuckDB's own threads, which inherit the priority.
func (e *Engine) standingBack(start func() error) (err error) {
	if e.opts.Nice <= 0 {
		return start()
	}
	p := newPatient(e.opts.Nice)
	defer p.end()
	p.do(func() { err = start() })
	return err
}

func (e *Engine) openDatabase() error {
	config := map[string]string{
		// Classification needs the error's type, subtype and position, which only JSON carries.
		"errors_as_json":            "true",
		"temp_directory":            e.opts.TempDir,
		"allow_unsigned_extensions": strconv.FormatBool(e.opts.AllowUnsignedExtensions),
	}
	if e.opts.Threads > 0 {
		config["threads"] = strconv.Itoa(e.opts.Threads)
	}
	if e.opts.MemoryLimitBytes > 0 {
		config["memory_limit"] = fmt.Sprintf("%dB", e.opts.MemoryLimitBytes)
	}
	if e.opts.ReadOnly {
		config["access_mode"] = "READ_ONLY"
	}
	var c bindings.Config
	if bindings.CreateConfig(&c) != bindings.StateSuccess {
		return fault.New(fault.ResourceExhausted, "", "DuckDB could not allocate a configuration")
	}
	defer bindings.DestroyConfig(&c)
	for name, value := range config {
		if bindings.SetConfig(c, name, value) != bindings.StateSuccess {
			return fault.New(fault.InvalidArgument, "", "DuckDB does not take %q for %s", value, name)
		}
	}
	path := e.opts.Path
	if path == "" {
		path = ":memory:"
	}
	var message string
	if bindings.OpenExt(path, &e.db, c, &message) != bindings.StateSuccess {
		return parseError(message).fault("", "")
	}
	return nil
}

// setUp runs what must come after opening, in this order: extensions need external access, allowed
// paths cannot be changed without it, and nothing can be set once the configuration is locked.
func (e *Engine) setUp(ctx context.Context) error {
	admin, err := e.connect()
	if err != nil {
		return err
	}
	e.admin = admin
	if err := registerScan(admin.db); err != nil {
		return fault.New(fault.Internal, "register table function", "%w", err)
	}
	if err := loadKeywords(ctx, admin); err != nil {
		return err
	}
	for _, path := range e.opts.Extensions {
		if err := e.LoadExtension(ctx, path); err != nil {
			return err
		}
	}
	if err := execAll(ctx, admin, e.settings()); err != nil {
		return err
	}
	// How Arrow is exported is a global setting; options that were taken once keep it.
	if err := execAll(ctx, admin, []string{"SET GLOBAL arrow_lossless_conversion = true"}); err != nil {
		return err
	}
	bindings.ConnectionGetArrowOptions(admin.db, &e.lossless)
	return execAll(ctx, admin, append([]string{"SET GLOBAL arrow_lossless_conversion = false"}, e.locks()...))
}

func execAll(ctx context.Context, c *Conn, sql []string) error {
	for _, s := range sql {
		if _, err := c.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) settings() (sql []string) {
	settings := map[string]string{
		"TimeZone":                     "UTC",
		"autoinstall_known_extensions": "false",
		"autoload_known_extensions":    "false",
	}
	if e.opts.TempDirMaxBytes > 0 {
		// As an option of opening DuckDB shows it and does not heed it.
		settings["max_temp_directory_size"] = fmt.Sprintf("%dB", e.opts.TempDirMaxBytes)
	}
	maps.Copy(settings, e.opts.Settings)
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		sql = append(sql, fmt.Sprintf("SET GLOBAL %s = %s", QuoteIdent(name), QuoteLiteral(settings[name])))
	}
	return sql
}

func (e *Engine) locks() (sql []string) {
	if e.opts.Confine {
		sql = append(sql,
			"SET GLOBAL allowed_directories = "+literalList(e.opts.AllowedDirs),
			"SET GLOBAL allowed_paths = "+literalList(e.opts.AllowedPaths),
			"SET GLOBAL enable_external_access = false")
	}
	if e.opts.LockConfiguration {
		sql = append(sql, "SET GLOBAL lock_configuration = true")
	}
	return sql
}

// connect opens a connection outside of the pool.
func (e *Engine) connect() (*Conn, error) {
	c := &Conn{engine: e}
	if bindings.Connect(e.db, &c.db) != bindings.StateSuccess {
		return nil, fault.New(fault.ResourceExhausted, "connect to duckdb", "DuckDB refused a connection")
	}
	if e.opts.Nice > 0 {
		c.patient = newPatient(e.opts.Nice)
	}
	return c, nil
}

// Conn returns a new connection, waiting while MaxConns are open. Connections are not reused:
// making one takes some tens of microseconds (BenchmarkConn), and so no temporary object, setting or
// transaction ever passes from one query to the next. The caller must Close it.
func (e *Engine) Conn(ctx context.Context) (*Conn, error) {
	const op = "connect to duckdb"
	if !e.isOpen.Load() {
		return nil, errClosed(op)
	}
	if err := process.room(ctx, op); err != nil {
		return nil, err
	}
	select {
	case e.sem <- struct{}{}:
	default:
		select {
		case e.sem <- struct{}{}:
		case <-ctx.Done():
			return nil, fault.FromContext(ctx, op).
				WithHint("all %d connections of the engine are in use", cap(e.sem))
		case <-e.closing:
			return nil, errClosed(op)
		}
	}
	if !e.isOpen.Load() {
		<-e.sem
		return nil, errClosed(op)
	}
	c, err := e.connect()
	if err != nil {
		<-e.sem
		return nil, err
	}
	c.pooled = true
	return c, nil
}

func errClosed(op string) error {
	return fault.New(fault.Unavailable, op, "the engine is closed").WithRetry(false)
}

// Close stops handing out connections, waits until all are closed, and frees the database. When ctx
// is done first, it returns that as an error, naming how many are still open; nothing is freed then,
// and Close may be called again. Records that were exported stay valid. Closing twice is fine.
func (e *Engine) Close(ctx context.Context) error {
	if e.isOpen.CompareAndSwap(true, false) {
		close(e.closing)
	}
	e.closeMu.Lock()
	defer e.closeMu.Unlock()
	if e.db.Ptr == nil {
		return nil
	}
	for held := range cap(e.sem) {
		select {
		case e.sem <- struct{}{}:
		case <-ctx.Done():
			open := cap(e.sem) - held
			for range held {
				<-e.sem
			}
			return fault.FromContext(ctx, "close duckdb").
				WithHint("%d connections are still open", open).WithDetail("open_connections", open)
		}
	}
	e.release()
	return nil
}

func (e *Engine) release() {
	e.adminMu.Lock()
	defer e.adminMu.Unlock()
	bindings.DestroyArrowOptions(&e.lossless)
	if e.admin != nil {
		_ = e.admin.Close() // it has no stream that could fail
		e.admin = nil
	}
	bindings.Close(&e.db)
	process.remove(e)
}

// withAdmin runs fn on the engine's own connection, one caller at a time.
func (e *Engine) withAdmin(op string, fn func(*Conn) error) error {
	e.adminMu.Lock()
	defer e.adminMu.Unlock()
	if e.admin == nil {
		return errClosed(op)
	}
	return fn(e.admin)
}

// LoadExtension loads an extension file for all connections. Unsigned ones need
// Options.AllowUnsignedExtensions; after Confine none can be loaded.
func (e *Engine) LoadExtension(ctx context.Context, path string) error {
	const op = "load extension"
	return e.withAdmin(op, func(c *Conn) error {
		_, err := c.Exec(ctx, "LOAD "+QuoteLiteral(path))
		return fault.Wrap(err, op)
	})
}

// Memory is what a database holds right now, in bytes.
type Memory struct {
	UsedBytes      int64            // in RAM, counted against the memory limit
	SpilledBytes   int64            // in temporary files
	LimitBytes     int64            // Options.MemoryLimitBytes
	UsedByTag      map[string]int64 // UsedBytes by DuckDB's own tags: HASH_TABLE, ORDER_BY, …
	TemporaryFiles int
}

// Memory asks DuckDB for its memory use. It never waits for the pool, and takes about a millisecond.
func (e *Engine) Memory(ctx context.Context) (Memory, error) {
	m := Memory{LimitBytes: e.opts.MemoryLimitBytes, UsedByTag: map[string]int64{}}
	err := e.withAdmin("read duckdb's memory use", func(c *Conn) error {
		rows, err := c.QueryRows(ctx, `SELECT tag, memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory()`)
		if err != nil {
			return err
		}
		for _, r := range rows {
			used, _ := strconv.ParseInt(r[1].Text, 10, 64)
			spilled, _ := strconv.ParseInt(r[2].Text, 10, 64)
			m.UsedBytes += used
			m.SpilledBytes += spilled
			if used > 0 {
				m.UsedByTag[r[0].Text] = used
			}
		}
		text, err := c.QueryString(ctx, `SELECT count(*) FROM duckdb_temporary_files()`)
		if err != nil {
			return err
		}
		m.TemporaryFiles, err = strconv.Atoi(text)
		return err
	})
	return m, err
}

// Running is how many statements are being executed or streamed.
func (e *Engine) Running() int { return int(e.running.Load()) }

// Conns is how many connections are open, of how many.
func (e *Engine) Conns() (open, most int) { return len(e.sem), cap(e.sem) }

// QuoteIdent spells a name as an identifier in SQL.
func QuoteIdent(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// QuoteLiteral spells a text as a string literal in SQL.
func QuoteLiteral(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func literalList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = QuoteLiteral(t)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
