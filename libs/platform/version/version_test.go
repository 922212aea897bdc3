package version

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestFind(t *testing.T) {
	vcs := &debug.BuildInfo{
		Main:     debug.Module{Version: "v0.0.0-20260101000000-abcdef"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}},
	}
	devel := &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}
	cases := []struct {
		name, version, commit string
		build                 *debug.BuildInfo
		want                  Info
	}{
		{"stamped", "v1.2.3", "123", vcs, Info{"v1.2.3", "123", runtime.Version()}},
		{"recorded", "", "", vcs, Info{"v0.0.0-20260101000000-abcdef", "abc-modified", runtime.Version()}},
		{"nothing known", "", "", devel, Info{"devel", "unknown", runtime.Version()}},
		{"no build info", "", "", nil, Info{"devel", "unknown", runtime.Version()}},
	}
	for _, c := range cases {
		if got := find(c.version, c.commit, c.build); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if got := Get(); got.Version == "" || got.Commit == "" || got.GoVersion == "" {
		t.Errorf("a field is empty: %+v", got)
	}
	if got, want := (Info{"v1", "abc", "go9"}).String(), "v1 (commit abc, go9)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
