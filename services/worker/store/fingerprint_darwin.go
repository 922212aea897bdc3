package store

import "syscall"

func inodeOf(st *syscall.Stat_t) (inode uint64, changedNanos int64) {
	return st.Ino, st.Ctimespec.Nano()
}
