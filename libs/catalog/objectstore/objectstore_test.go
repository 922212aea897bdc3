package objectstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func each(t *testing.T, test func(*testing.T, *Store)) {
	t.Run("directory", func(t *testing.T) { test(t, open(t, "file://"+t.TempDir()+"/new")) })
	t.Run("memory", func(t *testing.T) { test(t, open(t, "mem://"+strings.ReplaceAll(t.Name(), "/", "."))) })
}

func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		data := bytes.Repeat([]byte("shoal"), 100_000)
		sum, err := s.Upload(ctx, "d/0000000001-0000000002-1a2b3c4d/t.parquet", bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if sum.Bytes != int64(len(data)) || sum.SHA256 != sha256.Sum256(data) {
			t.Errorf("sum %+v", sum)
		}
		r, err := s.Open(ctx, "d/0000000001-0000000002-1a2b3c4d/t.parquet")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes back, %v", len(got), err)
		}
		if r, err = s.OpenRange(ctx, "d/0000000001-0000000002-1a2b3c4d/t.parquet", 5, 5); err != nil {
			t.Fatal(err)
		}
		got, err = io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || string(got) != "shoal" {
			t.Errorf("range %q, %v", got, err)
		}
	})
}

func TestListStatDelete(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, p := range []string{"b/x/t.parquet", "a/x/t.parquet", "a/y/t.parquet"} {
			if _, err := s.Upload(ctx, p, bytes.NewReader([]byte(p))); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for o, err := range s.List(ctx, "a/") {
			if err != nil || o.Bytes != int64(len(o.Path)) || o.Modified.IsZero() {
				t.Errorf("%+v, %v", o, err)
			}
			got = append(got, o.Path)
		}
		if len(got) != 2 || got[0] != "a/x/t.parquet" || got[1] != "a/y/t.parquet" {
			t.Errorf("listed %v", got)
		}
		if o, err := s.Stat(ctx, "b/x/t.parquet"); err != nil || o.Bytes != 13 {
			t.Errorf("stat %+v, %v", o, err)
		}
		for range 2 {
			if err := s.Delete(ctx, "a/x/t.parquet"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Open(ctx, "a/x/t.parquet"); !fault.Is(err, fault.NotFound) {
			t.Errorf("open after delete: %v", err)
		}
		if _, err := s.Stat(ctx, "a/x/t.parquet"); !fault.Is(err, fault.NotFound) {
			t.Errorf("stat after delete: %v", err)
		}
	})
}

func TestAFailedUploadLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		broken := errors.New("broken source")
		_, err := s.Upload(t.Context(), "d/c/t.parquet", io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("upload: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Upload(ctx, "d/c/t.parquet", bytes.NewReader([]byte("x"))); !fault.Is(err, fault.Cancelled) {
			t.Errorf("cancelled upload: %v", err)
		}
		for o, err := range s.List(t.Context(), "") {
			t.Errorf("left behind: %+v, %v", o, err)
		}
	})
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	if _, err := a.Upload(t.Context(), "x", bytes.NewReader(nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); err != nil {
		t.Error(err)
	}
	t.Chdir(dir)
	for _, url := range []string{".", "file://.", "file://" + dir} {
		if _, err := open(t, url).Stat(t.Context(), "x"); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, url := range []string{"", "nosuch://bucket", "file://a b/\x7f"} {
		if _, err := Open(t.Context(), url); err == nil || fault.From(err).Kind == fault.Internal {
			t.Errorf("Open(%q): %v", url, err)
		}
	}
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
	missing := open(t, "file://"+dir+"/sub")
	if err := os.Remove(filepath.Join(dir, "sub")); err != nil {
		t.Fatal(err)
	}
	if err := missing.Check(t.Context()); err == nil {
		t.Error("a missing directory passes Check")
	}
}
