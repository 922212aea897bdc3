package duckdb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// stressTime is 3 seconds, or what SHOAL_STRESS says ("60s").
func stressTime(t *testing.T) time.Duration {
	text := os.Getenv("SHOAL_STRESS")
	if text == "" {
		return 3 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestStress streams, cancels, abandons, registers, and closes from elsewhere, 32 at a time. Answers
// that come must be right, and nothing may be left at the end.
func TestStress(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	mem := checked(t)
	e := open(t, Options{Threads: 4, MemoryLimitBytes: 1 << 30, MaxConns: 24})
	rec := ints(mem, 1, 5001)
	defer rec.Release()
	before, err := e.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), stressTime(t))
	defer cancel()
	var wg sync.WaitGroup
	var done [len(stressActs)]atomic.Int64
	for seed := range uint64(32) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			rng := rand.New(rand.NewPCG(seed, 42))
			for ctx.Err() == nil && !t.Failed() {
				act := rng.IntN(len(stressActs))
				if err := stressOnce(ctx, e, rng, rec, stressActs[act].run); err != nil {
					t.Errorf("%s: %v", stressActs[act].name, err)
				}
				done[act].Add(1)
			}
		}()
	}
	wg.Wait()
	for i, act := range stressActs {
		t.Logf("%-20s %d times", act.name, done[i].Load())
		if done[i].Load() == 0 {
			t.Errorf("%s never ran", act.name)
		}
	}
	after, err := e.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if after.UsedBytes > before.UsedBytes+4<<20 {
		t.Errorf("DuckDB held %d bytes before and holds %d after: %v", before.UsedBytes, after.UsedBytes, after.UsedByTag)
	}
}

// stressOnce runs one act on a connection of its own. Only errors that nobody asked for come back.
func stressOnce(ctx context.Context, e *Engine, rng *rand.Rand, rec arrow.Record, act stressAct) error {
	c, err := e.Conn(ctx)
	if err != nil {
		return nil //nolint:nilerr // the time is up
	}
	defer c.Close()
	err = act(ctx, c, rng, rec)
	if kind := fault.KindOf(err); kind == fault.Cancelled || kind == fault.DeadlineExceeded {
		return nil
	}
	return err
}

type stressAct func(context.Context, *Conn, *rand.Rand, arrow.Record) error

var errMine = errors.New("the reader's own")

var stressActs = [...]struct {
	name string
	run  stressAct
}{
	{"stream", func(ctx context.Context, c *Conn, rng *rand.Rand, _ arrow.Record) error {
		n := rng.IntN(200_000)
		return stressDrain(ctx, c, fmt.Sprintf("SELECT i, 'text number ' || i FROM range(%d) t(i)", n), int64(n), -1)
	}},
	{"abandon", func(ctx context.Context, c *Conn, rng *rand.Rand, _ arrow.Record) error {
		return stressDrain(ctx, c, "SELECT i, i::VARCHAR, [i] FROM range(1_000_000) t(i)", -1, rng.IntN(20))
	}},
	{"abandon a sort", func(ctx context.Context, c *Conn, rng *rand.Rand, _ arrow.Record) error {
		return stressDrain(ctx, c, "SELECT i FROM range(200_000) t(i) ORDER BY hash(i)", -1, rng.IntN(3))
	}},
	{"cancel", func(ctx context.Context, c *Conn, rng *rand.Rand, _ arrow.Record) error {
		ctx, cancel := context.WithTimeout(ctx, time.Duration(rng.IntN(5000))*time.Microsecond)
		defer cancel()
		return stressDrain(ctx, c, "SELECT i, hash(i), i::VARCHAR FROM range(100_000_000) t(i)", -1, -1)
	}},
	{"cancel an aggregate", func(ctx context.Context, c *Conn, rng *rand.Rand, _ arrow.Record) error {
		ctx, cancel := context.WithTimeout(ctx, time.Duration(rng.IntN(5000))*time.Microsecond)
		defer cancel()
		return stressDrain(ctx, c, "SELECT hash(i) % 1000, count(*) FROM range(100_000_000) t(i) GROUP BY ALL", -1, -1)
	}},
	{"close from elsewhere", func(ctx context.Context, c *Conn, rng *rand.Rand, _ arrow.Record) error {
		stop := time.AfterFunc(time.Duration(rng.IntN(3000))*time.Microsecond, func() { c.Close() })
		defer stop.Stop()
		err := stressDrain(ctx, c, "SELECT i, hash(i) FROM range(10_000_000) t(i)", -1, -1)
		if fault.Is(err, fault.Internal) && err.Error() == "query: the connection is closed" {
			return nil // it was, before the query began
		}
		return err
	}},
	{"error", func(ctx context.Context, c *Conn, rng *rand.Rand, _ arrow.Record) error {
		err := stressDrain(ctx, c, "SELECT (1000 - i)::UTINYINT FROM range(10_000) t(i)", -1, -1)
		if err == nil {
			return errors.New("no error")
		}
		if fault.Is(err, fault.InvalidArgument) {
			return nil
		}
		return err
	}},
	{"join streams", func(ctx context.Context, c *Conn, rng *rand.Rand, rec arrow.Record) error {
		for _, name := range []string{"a", "b"} {
			if _, err := c.RegisterArrow(name, newFake(intSchema, rec, rec)); err != nil {
				return err
			}
		}
		got, err := c.QueryString(ctx, "SELECT count(*) FROM a JOIN b USING (i, s)")
		if err == nil && got != "18000" {
			err = fmt.Errorf("got %s", got)
		}
		return err
	}},
	{"abandon streams", func(ctx context.Context, c *Conn, rng *rand.Rand, rec arrow.Record) error {
		drop, err := c.RegisterArrow("a", newFake(intSchema, rec, rec, rec, rec))
		if err != nil {
			return err
		}
		if rng.IntN(2) == 0 {
			defer drop()
		}
		return stressDrain(ctx, c, "SELECT *, [s] FROM a", -1, rng.IntN(5))
	}},
	{"failing stream", func(ctx context.Context, c *Conn, rng *rand.Rand, rec arrow.Record) error {
		f := newFake(intSchema, rec)
		f.err = errMine
		if _, err := c.RegisterArrow("a", f); err != nil {
			return err
		}
		err := stressDrain(ctx, c, "SELECT sum(i) FROM a", -1, -1)
		if errors.Is(err, errMine) {
			return nil
		}
		return fmt.Errorf("the reader's error is lost: %w", err)
	}},
	{"hanging stream", func(ctx context.Context, c *Conn, rng *rand.Rand, rec arrow.Record) error {
		f, hang := newFake(intSchema, rec), make(chan struct{})
		f.hang = hang
		defer close(hang)
		if _, err := c.RegisterArrow("a", f); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, time.Duration(rng.IntN(5000))*time.Microsecond)
		defer cancel()
		return stressDrain(ctx, c, "SELECT sum(i) FROM a", -1, -1)
	}},
	{"stream into stream", func(ctx context.Context, c *Conn, rng *rand.Rand, rec arrow.Record) error {
		other, err := c.engine.connect()
		if err != nil {
			return err
		}
		defer other.Close()
		s, err := other.Query(ctx, "SELECT i, 'text number ' || i AS s, {'a': i} AS st FROM range(20_000) t(i)")
		if err != nil {
			return err
		}
		if _, err := c.RegisterArrow("a", s); err != nil {
			return err
		}
		got, err := c.QueryString(ctx, "SELECT sum(i + st.a) + count(DISTINCT s) FROM a")
		if err == nil && got != "400000000" {
			err = fmt.Errorf("got %s", got)
		}
		return err
	}},
}

// stressDrain reads at most so many batches (all when -1), and checks the number of rows unless -1.
func stressDrain(ctx context.Context, c *Conn, sql string, rows int64, batches int) error {
	s, err := c.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer s.Close()
	var got int64
	for batches != 0 && s.Next() {
		got += s.Record().NumRows()
		batches--
	}
	if err := s.Err(); err != nil {
		return err
	}
	if rows >= 0 && got != rows {
		return fmt.Errorf("got %d rows, want %d", got, rows)
	}
	return nil
}
