//go:build !race

package metadata

const raceSlowdown = 1
