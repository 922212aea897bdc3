package contract

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/shoal-db/shoal/tests/harness"
)

var programs = []string{"shoal", "portal", "metadata", "worker"}

func TestHelpAndVersion(t *testing.T) {
	versions := map[string]bool{}
	for _, program := range programs {
		r := start(t, program, "", nil, "--version").fine(t)
		fields := strings.Fields(r.out)
		if r.err != "" || strings.Count(r.out, "\n") != 1 || len(fields) < 2 || fields[0] != program || !strings.Contains(r.out, "commit ") {
			t.Errorf("%s --version: %q, %q", program, r.out, r.err)
			continue
		}
		versions[fields[1]] = true
		r = start(t, program, "", nil, "--help").fine(t)
		if r.err != "" || !strings.Contains(r.out, "Usage: "+program) || !strings.Contains(r.out, "--config") {
			t.Errorf("%s --help: %q, %q", program, r.out, r.err)
		}
	}
	if len(versions) != 1 {
		t.Errorf("the programs have versions %v", versions)
	}
	for _, command := range []string{"up", "load", "query", "explain", "tables", "chunks", "workers", "queries", "cancel"} {
		if r := start(t, "shoal", "", nil, command, "--help").fine(t); !strings.Contains(r.out, "Usage: shoal "+command) || r.err != "" {
			t.Errorf("shoal %s --help: %q, %q", command, r.out, r.err)
		}
	}
	help := start(t, "shoal", "", nil, "up", "--help").out
	for _, flag := range []string{
		"--workers", "--replication", "--data-dir", "--http", "--flight", "--worker-threads", "--memory",
		"$SHOAL_WORKERS", "$SHOAL_DATA_DIR", ".shoal", "127.0.0.1:8080", "127.0.0.1:8815",
	} {
		if !strings.Contains(help, flag) {
			t.Errorf("shoal up --help does not mention %s", flag)
		}
	}
}

// TestPrecedence sets the address of etcd in all ways, to addresses where nobody answers: the error
// says which one was taken.
func TestPrecedence(t *testing.T) {
	const inFile, inEnv, inFlag = "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"
	for _, program := range []string{"portal", "metadata", "worker"} {
		t.Run(program, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "config.yaml")
			yaml := "etcd: [" + inFile + "]\nobject-store: file://" + t.TempDir() + "\nconnect-timeout: 50ms\nhttp: 127.0.0.1:0\n"
			if program != "metadata" {
				yaml += "flight: 127.0.0.1:0\n"
			}
			if program == "worker" {
				yaml += "data-dir: " + t.TempDir() + "\n"
			}
			if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
				t.Fatal(err)
			}
			env := []string{"SHOAL_ETCD=" + inEnv}
			start(t, program, "", nil, "--config", file).oneLine(t, program+": ", inFile)
			start(t, program, "", []string{"SHOAL_CONFIG=" + file}).oneLine(t, inFile)
			start(t, program, "", env, "--config", file).oneLine(t, inEnv)
			start(t, program, "", env, "--config", file, "--etcd", inFlag).oneLine(t, inFlag)
			if err := os.WriteFile(file, []byte(yaml+"ectd: x\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			start(t, program, "", nil, "--config", file).oneLine(t, "config.yaml", "ectd", "etcd")
			start(t, program, "", nil, "--config", file+".none").oneLine(t, "config.yaml.none")
			start(t, program, "", nil, "--nonsense").oneLine(t, "--nonsense")
			start(t, program, "", []string{"SHOAL_CONNECT_TIMEOUT=soon"}, "--etcd", inFlag, "--object-store", "file:///tmp", "--data-dir", "x").oneLine(t)
		})
	}
}

// TestUp starts a cluster as a person does, loads, stops it by Ctrl-C, and finds all of it again.
func TestUp(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "in.csv")
	if err := os.WriteFile(csv, []byte("id,name\n1,one\n2,two\n3,three\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	for i := range 2 {
		up := startUp(t, data)
		if i == 0 {
			start(t, "shoal", "", up.env, "load", "d.t", csv, "--block-column", "id", "--chunk-rows", "1").fine(t)
			// The folder is taken.
			start(t, "shoal", "", nil, "up", "--data-dir", data, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0").oneLine(t, data)
		}
		if r := start(t, "shoal", "", up.env, "query", "SELECT string_agg(name, ' ' ORDER BY id) AS s FROM d.t", "--format", "csv").fine(t); r.out != "s\none two three\n" {
			t.Errorf("%q", r.out)
		}
		up.interrupt(t)
	}
}

type up struct {
	cmd  *exec.Cmd
	env  []string
	errs *bytes.Buffer
	rest *bufio.Reader
}

func startUp(t *testing.T, data string) *up {
	t.Helper()
	u := &up{errs: &bytes.Buffer{}}
	u.cmd = exec.Command(harness.Binary(t, "shoal"), "up", "--data-dir", data, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0")
	u.cmd.Env = []string{"HOME=" + t.TempDir()}
	u.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	u.cmd.Stderr = u.errs
	out, err := u.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := u.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.cmd.Process.Kill() }) // it should have ended
	killer := time.AfterFunc(time.Minute, func() { _ = u.cmd.Process.Kill() })
	defer killer.Stop()
	u.rest = bufio.NewReader(out)
	line, err := u.rest.ReadString('\n')
	found := regexp.MustCompile(`http=(http://\S+) flight=(grpc://\S+) metadata=http://\S+ etcd=\S+ workers=w1=grpc://\S+,w2=grpc://\S+ `).FindStringSubmatch(line)
	if err != nil || found == nil {
		t.Fatalf("the line with all addresses is %q: %v", line, err)
	}
	u.env = []string{"SHOAL_PORTAL=" + found[1]}
	// Once the line is there, all is ready.
	if a := send(t, "GET", found[1]+"/readyz", ""); a.status != 200 {
		t.Errorf("not ready: %s", a.body)
	}
	return u
}

func (u *up) interrupt(t *testing.T) {
	t.Helper()
	if err := u.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	killer := time.AfterFunc(30*time.Second, func() { _ = u.cmd.Process.Kill() })
	defer killer.Stop()
	rest, _ := u.rest.ReadString(0) // up to the end
	if err := u.cmd.Wait(); err != nil || rest != "" {
		t.Errorf("it ended with %v, wrote %q and %q", err, rest, u.errs)
	}
}
