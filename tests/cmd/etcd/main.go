// Command etcd is etcd itself, so that tests can run it as a process of its own
// without anybody having to install it.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
