package store

import (
	"io/fs"
	"syscall"
)

// fingerprint is what a stat tells of a file's content. The change time is set by the kernel on
// every write, rename and chmod and cannot be set back by a program, so equal fingerprints mean
// that nobody wrote to the file through the file system. (Bits that rot underneath are what
// Options.ScrubInterval is for.)
type fingerprint struct {
	size     int64
	modified int64
	changed  int64
	inode    uint64
}

func fingerprintOf(info fs.FileInfo) fingerprint {
	p := fingerprint{size: info.Size(), modified: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		p.inode, p.changed = inodeOf(st)
	}
	return p
}

// content leaves out what changes without the content: the change time, which a chmod, a rename or
// a hard link moves too.
func (p fingerprint) content() fingerprint {
	p.changed = 0
	return p
}
