package report

// Running is the key of the gRPC header by which a worker tells that it has begun to run the subplan. It
// leaves before anything is computed, so that a stream that breaks after it broke while the subplan ran.
const Running = "x-shoal-running"
