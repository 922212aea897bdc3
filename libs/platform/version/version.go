// Package version says which build this is. A release stamps Version and Commit:
//
//	go build -ldflags "-X github.com/shoal-db/shoal/libs/platform/version.Version=v1.2.3
//	  -X github.com/shoal-db/shoal/libs/platform/version.Commit=0123abcd"
//
// Without the stamp, what the Go toolchain recorded is used.
package version

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// Version and Commit are set by the linker. Read them by Get.
var (
	Version string
	Commit  string
)

// Info is what is known of the build. No field is ever empty.
type Info struct {
	Version   string `json:"version"`
	Commit    string `json:"commit"`
	GoVersion string `json:"go_version"`
}

// Get returns the build's Info.
func Get() Info { return once() }

var once = sync.OnceValue(func() Info {
	build, _ := debug.ReadBuildInfo()
	return find(Version, Commit, build)
})

func find(version, commit string, build *debug.BuildInfo) Info {
	info := Info{Version: version, Commit: commit, GoVersion: runtime.Version()}
	if build != nil {
		if v := build.Main.Version; info.Version == "" && v != "" && v != "(devel)" {
			info.Version = v
		}
		settings := map[string]string{}
		for _, s := range build.Settings {
			settings[s.Key] = s.Value
		}
		if info.Commit == "" && settings["vcs.revision"] != "" {
			info.Commit = settings["vcs.revision"]
			if settings["vcs.modified"] == "true" {
				info.Commit += "-modified"
			}
		}
	}
	if info.Version == "" {
		info.Version = "devel"
	}
	if info.Commit == "" {
		info.Commit = "unknown"
	}
	return info
}

// String returns the line that --version prints.
func (i Info) String() string {
	return fmt.Sprintf("%s (commit %s, %s)", i.Version, i.Commit, i.GoVersion)
}
