package worker

// Resolve is what New makes of a Config.
var Resolve = Config.withDefaults
