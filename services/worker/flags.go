package worker

import (
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// App describes the program.
var App = config.App{Name: "worker", Description: "Keeps chunk files of a Shoal cluster and answers subplans over them."}

// Flags are all that the program can be told. The documentation is made from them.
type Flags struct {
	config.Common
	Log logging.Options `embed:"" prefix:"log-"`
	Config
}
