package cli

import "github.com/shoal-db/shoal/cmd/shoal/internal/demo"

type demoCmd struct {
	Stay    bool    `help:"Keep the cluster up, and say how to connect to it." env:"-"`
	Scale   float64 `help:"TPC-H's scale factor; 1 is about 1 GB." default:"0.1" env:"-"`
	Workers int     `help:"How many workers to start." default:"2" env:"-"`
	logFlags
}

// Run runs the command.
func (d *demoCmd) Run(e *env) error {
	log, err := d.logger(e)
	if err != nil {
		return err
	}
	return demo.Run(e.ctx, demo.Options{
		ScaleFactor: d.Scale, Workers: d.Workers, Stay: d.Stay, Out: e.Out, Progress: e.Err, Log: log,
	})
}
