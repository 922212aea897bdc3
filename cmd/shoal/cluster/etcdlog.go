package cluster

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// etcdLog lets through what is worth a person's attention: etcd warns of what does not matter on
// loopback, and calls the end of its own listeners an error.
type etcdLog struct {
	slog.Handler
	stopping *atomic.Bool
}

func (h etcdLog) Enabled(ctx context.Context, level slog.Level) bool {
	if h.Handler.Enabled(ctx, slog.LevelDebug) {
		return true
	}
	return level >= slog.LevelError && !h.stopping.Load() && h.Handler.Enabled(ctx, level)
}

func (h etcdLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return etcdLog{h.Handler.WithAttrs(attrs), h.stopping}
}

func (h etcdLog) WithGroup(name string) slog.Handler {
	return etcdLog{h.Handler.WithGroup(name), h.stopping}
}
