package benchdata

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

const libModule = "github.com/duckdb/duckdb-go-bindings/lib/"

// build is what one extension is built from and for.
type build struct {
	name     string // "tpch"
	version  string // of DuckDB, as it spells it: "v1.5.4"
	platform string // as DuckDB spells it: "linux_amd64"
	dir      string
}

// path is where the extension is kept. DuckDB finds its entry point by the file's name.
func (b build) path() string {
	return filepath.Join(b.dir, b.version+"-"+b.platform, b.name+".duckdb_extension")
}

// ensure builds the extension unless an earlier run did.
func (b build) ensure(ctx context.Context) (string, error) {
	const op = "build duckdb extension"
	path := b.path()
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	libs, err := staticLibs(ctx)
	if err != nil {
		return "", fault.Wrap(err, op)
	}
	archive := filepath.Join(libs, "lib"+b.name+"_extension.a")
	if _, err := os.Stat(archive); err != nil {
		return "", fault.New(fault.NotFound, op, "%w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fault.New(fault.Unavailable, op, "%w", err)
	}
	// Built aside and renamed, so that two builds at once do no harm and a broken one leaves nothing.
	scratch, err := os.MkdirTemp(filepath.Dir(path), "build-")
	if err != nil {
		return "", fault.New(fault.Unavailable, op, "%w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }() // temporary; what stays is in nobody's way
	built := filepath.Join(scratch, b.name)
	if err := link(ctx, archive, built); err != nil {
		return "", fault.Wrap(err, op)
	}
	if err := appendFooter(built, b.version, b.platform); err != nil {
		return "", fault.Wrap(err, op)
	}
	return path, fault.Wrap(os.Rename(built, path), op)
}

// staticLibs is the folder of the Go module that has DuckDB's static libraries for this machine.
func staticLibs(ctx context.Context) (string, error) {
	module := libModule + runtime.GOOS + "-" + runtime.GOARCH
	out, listErr := run(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module)
	if dir := strings.TrimSpace(out); listErr == nil && dir != "" {
		return dir, nil
	}
	// Outside of the workspace, or the module is not downloaded yet: ask for the version that this
	// very binary was built with.
	version := builtWith(module)
	if version == "" {
		return "", fault.New(fault.Unavailable, "find duckdb's static libraries", "%w", listErr).
			WithHint("run this inside of the shoal repository")
	}
	out, err := run(ctx, "go", "mod", "download", "-json", module+"@"+version)
	if err != nil {
		return "", err
	}
	var found struct{ Dir string }
	if err := json.Unmarshal([]byte(out), &found); err != nil || found.Dir == "" {
		return "", fault.New(fault.Unavailable, "find duckdb's static libraries", "go mod download told no folder for %s", module)
	}
	return found.Dir, nil
}

func builtWith(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == module {
			return dep.Version
		}
	}
	return ""
}

// link makes a shared library of everything in the archive. What it needs of DuckDB itself stays
// undefined: the process that loads it has it.
func link(ctx context.Context, archive, out string) error {
	compiler, err := findCompiler()
	if err != nil {
		return err
	}
	args := []string{"-shared", "-fPIC", "-o", out, "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive"}
	if runtime.GOOS == "darwin" {
		args = []string{"-dynamiclib", "-undefined", "dynamic_lookup", "-o", out, "-Wl,-force_load," + archive}
	}
	_, err = run(ctx, compiler, args...)
	return err
}

func findCompiler() (string, error) {
	for _, name := range []string{os.Getenv("CXX"), "g++", "clang++", "c++"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	install := "sudo apt-get install g++"
	if runtime.GOOS == "darwin" {
		install = "xcode-select --install"
	}
	return "", fault.New(fault.NotFound, "find a C++ compiler", "no C++ compiler found; install one with: %s", install).
		WithHint("%s", install)
}

// appendFooter adds the metadata that DuckDB looks for at the end of an extension: eight fields of
// 32 bytes, the last one first, and 256 bytes for a signature. See DuckDB's
// scripts/append_metadata.cmake and ParsedExtensionMetaData.
func appendFooter(path, version, platform string) error {
	var footer bytes.Buffer
	for _, field := range []string{"", "", "", "CPP", version, version, platform, "4"} {
		padded := make([]byte, 32)
		copy(padded, field)
		footer.Write(padded)
	}
	footer.Write(make([]byte, 256))
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(footer.Bytes())
	return errors.Join(err, f.Close())
}

func run(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return "", fault.New(fault.NotFound, "run "+name, "%s is not installed", name)
		}
		return "", fault.New(fault.Unavailable, "run "+name, "%w: %s", err, strings.TrimSpace(stderr.String())).WithRetry(false)
	}
	return stdout.String(), nil
}

// target asks an engine what an extension must be built for.
func target(ctx context.Context, e *duckdb.Engine, dir, name string) (b build, err error) {
	c, err := e.Conn(ctx)
	if err != nil {
		return b, err
	}
	defer c.Close()
	b = build{name: name, dir: dir}
	if b.version, err = c.QueryString(ctx, "SELECT version()"); err != nil {
		return b, err
	}
	b.platform, err = c.QueryString(ctx, "SELECT platform FROM pragma_platform()")
	return b, err
}
