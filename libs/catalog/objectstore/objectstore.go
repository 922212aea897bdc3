// Package objectstore owns how Shoal reads and writes the object store: by URL through gocloud.dev,
// so that a local directory, S3, Google Cloud Storage and Azure are the same to everybody else.
//
// Invariants: objects appear whole or not at all; whatever goes wrong is a fault whose kind says
// whether to try again.
//
// It refuses to know what objects are called: libs/chunks makes the names.
package objectstore

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Store is an open object store. All methods may be called from any goroutine.
type Store struct {
	bucket *blob.Bucket
	url    string // without secrets
	dir    string // of a local store
	shared bool
}

// Object is what is known of a stored object without reading it.
type Object struct {
	Path     string
	Bytes    int64
	Modified time.Time
}

// Sum is what Upload learned of the bytes that went through it.
type Sum struct {
	Bytes  int64
	SHA256 [sha256.Size]byte
}

// Open opens a store: file:///directory (made when it is missing), s3://bucket, gs://bucket,
// azblob://container with gocloud.dev's parameters, mem://name for tests (the same name is the same
// store within the process), or just the path of a directory. The caller closes it.
//
// It does not read or write anything; Check does.
func Open(ctx context.Context, storeURL string) (*Store, error) {
	const op = "open object store"
	if storeURL == "" {
		return nil, fault.New(fault.InvalidArgument, op, "no URL").WithHint("use file:///directory, s3://bucket, gs://bucket or azblob://container")
	}
	u, err := parse(storeURL)
	if err != nil {
		return nil, fault.New(fault.InvalidArgument, op, "%q is not a URL", storeURL).WithCause(err)
	}
	s := &Store{url: u.Scheme + "://" + u.Host + u.Path}
	if u.Scheme == "mem" {
		s.shared = true
		s.bucket, err = openMem(ctx, u)
	} else {
		if u.Scheme == "file" {
			s.dir = filepath.FromSlash(u.Path)
		}
		s.bucket, err = blob.OpenBucket(ctx, u.String())
	}
	if err != nil {
		if !blob.DefaultURLMux().ValidBucketScheme(u.Scheme) {
			return nil, fault.New(fault.InvalidArgument, op, "%s: there is no store of kind %q", s.url, u.Scheme).
				WithHint("use file:///directory, s3://bucket, gs://bucket or azblob://container")
		}
		return nil, s.fail(err, op, "")
	}
	return s, nil
}

// parse makes a URL of what people write, with the parameters that a local directory needs.
func parse(storeURL string) (*url.URL, error) {
	if !strings.Contains(storeURL, "://") {
		storeURL = "file://" + filepath.ToSlash(storeURL)
		if rest := strings.TrimPrefix(storeURL, "file://"); !filepath.IsAbs(rest) {
			abs, err := filepath.Abs(rest)
			if err != nil {
				return nil, err
			}
			storeURL = "file://" + filepath.ToSlash(abs)
		}
	}
	u, err := url.Parse(storeURL)
	if err != nil || u.Scheme != "file" {
		return u, err
	}
	if u.Host == "." {
		abs, err := filepath.Abs(strings.TrimPrefix(u.Path, "/"))
		if err != nil {
			return nil, err
		}
		u.Host, u.Path = "", filepath.ToSlash(abs)
	}
	q := u.Query()
	q.Set("create_dir", "1")
	q.Set("no_tmp_dir", "1") // a rename must stay on one file system
	if !q.Has("metadata") {
		q.Set("metadata", "skip")
	}
	u.RawQuery = q.Encode()
	return u, nil
}

var mem struct {
	sync.Mutex
	buckets map[string]*blob.Bucket
}

func openMem(ctx context.Context, u *url.URL) (*blob.Bucket, error) {
	mem.Lock()
	defer mem.Unlock()
	if b := mem.buckets[u.Host]; b != nil {
		return b, nil
	}
	b, err := blob.OpenBucket(ctx, "mem://")
	if err != nil {
		return nil, err
	}
	if mem.buckets == nil {
		mem.buckets = map[string]*blob.Bucket{}
	}
	mem.buckets[u.Host] = b
	return b, nil
}

// URL names the store, without parameters.
func (s *Store) URL() string { return s.url }

// Close releases the store's connections. Readers that are open stay usable or fail.
func (s *Store) Close() error {
	if s.shared {
		return nil
	}
	return s.fail(s.bucket.Close(), "close object store", "")
}

// Check tells whether the store can be reached.
func (s *Store) Check(ctx context.Context) error {
	const op = "reach object store"
	if s.dir != "" {
		// The driver takes a directory that is gone for an empty one.
		if info, err := os.Stat(s.dir); err != nil || !info.IsDir() {
			return fault.New(fault.Unavailable, op, "%s is not a directory", s.dir).WithCause(err)
		}
	}
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		return fault.New(fault.NotFound, op, "%s does not exist or must not be read", s.url)
	}
	return s.fail(err, op, "")
}

// Upload stores all of r as an object, replacing one of that name. If r fails, ctx ends or the
// store refuses, there is no object (or still the old one). On a local store the object is on
// disk when Upload returns.
func (s *Store) Upload(ctx context.Context, path string, r io.Reader) (Sum, error) {
	const op = "upload"
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := s.bucket.NewWriter(ctx, path, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
	if err != nil {
		return Sum{}, s.fail(err, op, path)
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, hash), r)
	if err != nil {
		cancel() // a cancelled writer discards on Close
		_ = w.Close()
		return Sum{}, s.fail(err, op, path)
	}
	if err := w.Close(); err != nil {
		return Sum{}, s.fail(err, op, path)
	}
	if err := s.sync(path); err != nil {
		return Sum{}, s.fail(err, op, path)
	}
	sum := Sum{Bytes: n}
	hash.Sum(sum.SHA256[:0])
	return sum, nil
}

// sync makes an object of a local store durable: the store itself only renames.
func (s *Store) sync(path string) error {
	if s.dir == "" {
		return nil
	}
	name := filepath.Join(s.dir, filepath.FromSlash(path))
	for _, name := range []string{name, filepath.Dir(name), filepath.Dir(filepath.Dir(name))} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Open returns a reader of a whole object. The caller closes it.
func (s *Store) Open(ctx context.Context, path string) (io.ReadCloser, error) {
	return s.OpenRange(ctx, path, 0, -1)
}

// OpenRange returns a reader of length bytes from offset on, of all that follow if length is
// negative. The caller closes it.
func (s *Store) OpenRange(ctx context.Context, path string, offset, length int64) (io.ReadCloser, error) {
	r, err := s.bucket.NewRangeReader(ctx, path, offset, length, nil)
	if err != nil {
		return nil, s.fail(err, "download", path)
	}
	return &reader{s: s, r: r, path: path}, nil
}

// reader makes faults of what goes wrong while reading.
type reader struct {
	s    *Store
	r    *blob.Reader
	path string
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.s.fail(err, "download", r.path)
	}
	return n, err
}

func (r *reader) Close() error { return r.s.fail(r.r.Close(), "download", r.path) }

// Stat returns what is known of an object.
func (s *Store) Stat(ctx context.Context, path string) (Object, error) {
	attrs, err := s.bucket.Attributes(ctx, path)
	if err != nil {
		return Object{}, s.fail(err, "look up object", path)
	}
	return Object{Path: path, Bytes: attrs.Size, Modified: attrs.ModTime}, nil
}

// List yields all objects whose path has the prefix, in the order of their paths. It ends with the
// first error.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		it := s.bucket.List(&blob.ListOptions{Prefix: prefix})
		for {
			o, err := it.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Object{}, s.fail(err, "list objects", prefix))
				return
			}
			if !o.IsDir && !yield(Object{Path: o.Key, Bytes: o.Size, Modified: o.ModTime}, nil) {
				return
			}
		}
	}
}

// Delete removes an object; one that is not there is not an error.
func (s *Store) Delete(ctx context.Context, path string) error {
	err := s.bucket.Delete(ctx, path)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return s.fail(err, "delete object", path)
}

// fail makes a fault of an error of the store, nil of nil.
func (s *Store) fail(err error, op, path string) error {
	if err == nil {
		return nil
	}
	what := s.url
	if path != "" {
		what = fmt.Sprintf("%s in %s", path, s.url)
	}
	kind, ok := kinds[gcerrors.Code(err)]
	if known := fault.KindOf(err); !ok || known == fault.ResourceExhausted || known == fault.Cancelled || known == fault.DeadlineExceeded {
		kind = known
	}
	// What a store says without a code is, in practice, a connection or a service that failed.
	if kind == fault.Internal {
		kind = fault.Unavailable
	}
	return fault.New(kind, op, "%s: %w", what, err)
}

var kinds = map[gcerrors.ErrorCode]fault.Kind{
	gcerrors.NotFound:           fault.NotFound,
	gcerrors.InvalidArgument:    fault.InvalidArgument,
	gcerrors.FailedPrecondition: fault.Unavailable,
	gcerrors.PermissionDenied:   fault.PermissionDenied,
	gcerrors.ResourceExhausted:  fault.ResourceExhausted,
	gcerrors.Canceled:           fault.Cancelled,
	gcerrors.DeadlineExceeded:   fault.DeadlineExceeded,
	gcerrors.Unimplemented:      fault.InvalidArgument,
}
