package failures

import (
	"testing"

	"github.com/shoal-db/shoal/tests/harness"
)

// TestEtcdUnreachable: each service says so in one line, in its time.
func TestEtcdUnreachable(t *testing.T) {
	t.Parallel()
	nobody := harness.FreeAddress(t)
	args := map[string][]string{
		"metadata": {}, "worker": {"--data-dir", t.TempDir(), "--flight", "127.0.0.1:0"}, "portal": {"--flight", "127.0.0.1:0"},
	}
	for _, name := range []string{"metadata", "worker", "portal"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := harness.StartProcess(t, name, harness.Binary(t, name), append(args[name], "--etcd", nobody, "--http", "127.0.0.1:0",
				"--object-store", "file://"+t.TempDir(), "--connect-timeout", "1s")...)
			err := p.Wait(timeout / 4)
			oneLine(t, name, err, p.Output(), "no answer from "+nobody, "--etcd")
		})
	}
}

// TestPortInUse: the flag and the address are named.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	c := harness.StartProcesses(t, harness.ProcessOptions{Workers: 1, Replication: 1})
	const free = "127.0.0.1:0"
	for _, tt := range []struct{ name, program, flag string }{
		{"metadata", "metadata", "--http"},
		{"worker http", "worker", "--http"},
		{"worker flight", "worker", "--flight"},
		{"portal http", "portal", "--http"},
		{"portal flight", "portal", "--flight"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := taken(t)
			args := []string{"--etcd", c.EtcdAddress(), "--object-store", "file://" + t.TempDir(), tt.flag, address}
			if tt.flag != "--http" {
				args = append(args, "--http", free)
			}
			if tt.program != "metadata" && tt.flag != "--flight" {
				args = append(args, "--flight", free)
			}
			if tt.program == "worker" {
				args = append(args, "--data-dir", t.TempDir(), "--id", "late")
			}
			p := harness.StartProcess(t, tt.program, harness.Binary(t, tt.program), args...)
			oneLine(t, tt.program, p.Wait(timeout/4), p.Output(), address, tt.flag, "in use")
		})
	}
	for _, flag := range []string{"--http", "--flight"} {
		t.Run("up "+flag, func(t *testing.T) {
			t.Parallel()
			address := taken(t)
			args := []string{"up", "--data-dir", t.TempDir(), flag, address}
			for _, other := range []string{"--http", "--flight"} {
				if other != flag {
					args = append(args, other, free)
				}
			}
			p := harness.StartProcess(t, "shoal up", harness.Binary(t, "shoal"), args...)
			oneLine(t, "shoal", p.Wait(timeout/2), p.Output(), address, flag, "in use")
		})
	}
}
