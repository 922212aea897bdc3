// Package logging sets up slog and owns the keys of our records: one key for one concept. What a
// context carries (the query, the request) is added to every record that is logged with it, so
// that a query's lines can be found in the logs of all processes that it went through.
//
// Messages are lowercase and constant; data goes into fields. There is no global logger.
package logging

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// The keys that several packages use.
const (
	KeyService  = "service"
	KeyQuery    = "query"
	KeyRequest  = "request"
	KeyError    = "error"
	KeyKind     = "kind"
	KeyStack    = "stack"
	KeyAddress  = "address"
	KeyDuration = "duration"
	KeyMethod   = "method"
	KeyPath     = "path"
	KeyStatus   = "status"
	KeyBytes    = "bytes"
	KeyRows     = "rows"
	KeyActor    = "actor"
)

// Options are the flags of a binary that concern its log; embed them with prefix "log-".
type Options struct {
	Level  string `help:"Least level that is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	Format string `help:"Form of the log: text or json." enum:"text,json" default:"text"`
}

// New returns a logger that writes to w, for binaries to standard error. Empty options mean the
// defaults.
func New(w io.Writer, o Options) (*slog.Logger, error) {
	level := slog.LevelInfo
	if o.Level != "" {
		if err := level.UnmarshalText([]byte(o.Level)); err != nil {
			return nil, fault.New(fault.InvalidArgument, "set up log", "unknown log level %q", o.Level).
				WithHint("use debug, info, warn or error")
		}
	}
	opts := &slog.HandlerOptions{Level: level}
	switch o.Format {
	case "", "text":
		return slog.New(Handler(slog.NewTextHandler(w, opts))), nil
	case "json":
		return slog.New(Handler(slog.NewJSONHandler(w, opts))), nil
	}
	return nil, fault.New(fault.InvalidArgument, "set up log", "unknown log format %q", o.Format).
		WithHint("use text or json")
}

// Discard returns a logger that drops everything.
func Discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Handler returns a handler that adds to each record what the record's context carries.
func Handler(next slog.Handler) slog.Handler { return handler{next} }

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if attrs := attrsOf(ctx); len(attrs) > 0 {
		// A record that says it itself is not to say it twice.
		own := map[string]bool{}
		r.Attrs(func(a slog.Attr) bool { own[a.Key] = true; return true })
		for _, a := range attrs {
			if !own[a.Key] {
				r.AddAttrs(a)
			}
		}
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

type attrsKey struct{}

func attrsOf(ctx context.Context) []slog.Attr {
	attrs, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	return attrs
}

// With returns a context whose records have the attributes; one with a key that is there already
// replaces it.
func With(ctx context.Context, attrs ...slog.Attr) context.Context {
	var all []slog.Attr
next:
	for _, old := range attrsOf(ctx) {
		for _, a := range attrs {
			if a.Key == old.Key {
				continue next
			}
		}
		all = append(all, old)
	}
	return context.WithValue(ctx, attrsKey{}, append(all, attrs...))
}

// WithQuery returns a context whose records name the query.
func WithQuery(ctx context.Context, id string) context.Context {
	return With(ctx, slog.String(KeyQuery, id))
}

// Query returns the id that WithQuery put into the context, "" if there is none.
func Query(ctx context.Context) string { return value(ctx, KeyQuery) }

// WithRequest returns a context whose records name the request.
func WithRequest(ctx context.Context, id string) context.Context {
	return With(ctx, slog.String(KeyRequest, id))
}

// Request returns the id that WithRequest put into the context, "" if there is none.
func Request(ctx context.Context) string { return value(ctx, KeyRequest) }

func value(ctx context.Context, key string) string {
	for _, a := range attrsOf(ctx) {
		if a.Key == key {
			return a.Value.String()
		}
	}
	return ""
}

// Err returns the attribute for an error: its text, and for a fault its kind and, after a panic,
// the stack, as fields beside the text.
func Err(err error) slog.Attr {
	if err == nil {
		return slog.Attr{}
	}
	attrs := []slog.Attr{slog.String(KeyError, err.Error())}
	var f *fault.Fault
	if errors.As(err, &f) {
		attrs = append(attrs, slog.String(KeyKind, string(f.Kind)))
		if stack := f.Stack(); stack != nil {
			attrs = append(attrs, slog.String(KeyStack, strings.TrimSpace(string(stack))))
		}
	}
	// A group without a name is inlined by slog's handlers.
	return slog.Attr{Value: slog.GroupValue(attrs...)}
}
