package duckdb

import (
	"context"
	"errors"
	"path/filepath"
)

// Pair is two engines: one for what is quick, whose memory nothing heavy can take, and one for all that is heavy,
// whose threads stand back behind the other's. Its methods may be called from any goroutine.
type Pair struct{ quick, heavy *Renewing }

// The memory of the quick engine: a share of the whole, within bounds.
const (
	quickShare     = 8
	leastQuick     = 16 << 20
	mostQuick      = 1 << 30
	quickIfUnknown = 512 << 20
)

// heavyNice makes a quick thread count for about three heavy ones. With more, a heavy thread that holds what all
// need, such as a lock or a processor of Go's, might hold it for too long.
const heavyNice = 5

// OpenPair opens both engines; what is bounded in the options is bounded for both together, but for MaxConns.
func OpenPair(ctx context.Context, opts RenewingOptions) (_ *Pair, err error) {
	quick, heavy := opts, opts
	quick.Name, heavy.Name = opts.Name+" for quick queries", opts.Name
	heavy.Engine.Nice = heavyNice
	quick.Engine.MarginBytes = 0 // it is both's
	quick.Engine.MemoryLimitBytes = quickIfUnknown
	if total := opts.Engine.MemoryLimitBytes; total > 0 {
		quick.Engine.MemoryLimitBytes = min(max(total/quickShare, leastQuick), mostQuick, total/2)
		heavy.Engine.MemoryLimitBytes = total - quick.Engine.MemoryLimitBytes
	}
	if dir := opts.Engine.TempDir; dir != "" {
		quick.Engine.TempDir, heavy.Engine.TempDir = filepath.Join(dir, "quick"), filepath.Join(dir, "heavy")
	}
	if total := opts.Engine.TempDirMaxBytes; total > 0 {
		quick.Engine.TempDirMaxBytes = total / quickShare
		heavy.Engine.TempDirMaxBytes = total - quick.Engine.TempDirMaxBytes
	}
	p := &Pair{}
	if p.quick, err = OpenRenewing(ctx, quick); err != nil {
		return nil, err
	}
	if p.heavy, err = OpenRenewing(ctx, heavy); err != nil {
		return nil, errors.Join(err, p.quick.Close(ctx))
	}
	return p, nil
}

// For is the engine for what is heavy, or for what is not.
func (p *Pair) For(heavy bool) *Renewing {
	if heavy {
		return p.heavy
	}
	return p.quick
}

// Close waits until all connections are closed and frees both engines, or returns ctx's error.
func (p *Pair) Close(ctx context.Context) error {
	return errors.Join(p.quick.Close(ctx), p.heavy.Close(ctx))
}

// Memory is what both hold now.
func (p *Pair) Memory(ctx context.Context) (Memory, error) {
	quick, err := p.quick.Memory(ctx)
	if err != nil {
		return Memory{}, err
	}
	heavy, err := p.heavy.Memory(ctx)
	if err != nil {
		return Memory{}, err
	}
	heavy.UsedBytes += quick.UsedBytes
	heavy.LimitBytes += quick.LimitBytes
	heavy.SpilledBytes += quick.SpilledBytes
	for tag, n := range quick.UsedByTag {
		heavy.UsedByTag[tag] += n
	}
	return heavy, nil
}
