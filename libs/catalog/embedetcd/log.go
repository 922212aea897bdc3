package embedetcd

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// zapTo returns a zap logger that writes warnings and worse to log, until quiet is set: what etcd
// calls information is about its own life, and it takes its own shutdown for a row of errors.
func zapTo(log *slog.Logger, quiet *atomic.Bool) *zap.Logger { return zap.New(core{log, quiet}) }

type core struct {
	log   *slog.Logger
	quiet *atomic.Bool
}

// expected warnings are about what is chosen here: one port and no authentication, on loopback.
var expected = []string{"Running http and grpc server on single port", "simple token is not cryptographically signed"}

func (c core) Enabled(l zapcore.Level) bool { return l >= zapcore.WarnLevel && !c.quiet.Load() }

func (c core) With(fields []zapcore.Field) zapcore.Core {
	return core{c.log.With(attrs(fields)...), c.quiet}
}

func (c core) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return ce.AddCore(e, c)
	}
	return ce
}

func (c core) Write(e zapcore.Entry, fields []zapcore.Field) error {
	if slices.ContainsFunc(expected, func(prefix string) bool { return strings.HasPrefix(e.Message, prefix) }) {
		return nil
	}
	level := slog.LevelWarn
	if e.Level >= zapcore.ErrorLevel {
		level = slog.LevelError
	}
	c.log.Log(context.Background(), level, e.Message, attrs(fields)...)
	return nil
}

func (core) Sync() error { return nil }

func attrs(fields []zapcore.Field) []any {
	enc := zapcore.NewMapObjectEncoder()
	out := make([]any, 0, 2*len(fields))
	for _, f := range fields {
		f.AddTo(enc)
		out = append(out, f.Key, enc.Fields[f.Key])
	}
	return out
}
