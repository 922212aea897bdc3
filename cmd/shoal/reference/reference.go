// Package reference owns what the documentation says about the flags of shoal. It is the one public
// way to the grammar of the commands.
package reference

import "github.com/shoal-db/shoal/cmd/shoal/internal/cli"

// Flags is the reference of all commands and flags as Markdown.
func Flags() (string, error) { return cli.Reference() }
