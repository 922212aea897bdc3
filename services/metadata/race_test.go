//go:build race

package metadata

// raceSlowdown is by how much less the scale test does under the race detector.
const raceSlowdown = 10
