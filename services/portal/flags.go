package portal

import (
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// App describes the program.
var App = config.App{Name: "portal", Description: "Plans and answers queries of a Shoal cluster, over HTTP and Arrow Flight SQL."}

// Flags are all that the program can be told. The documentation is made from them.
type Flags struct {
	config.Common
	Log logging.Options `embed:"" prefix:"log-"`
	Config
}
