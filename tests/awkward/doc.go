// Package awkward asks for values that engines get wrong, of files and of plans: −0.0, NaN of both signs, BLOBs,
// keys that casts narrow, limits below joins, windows over very many partitions. The right answers are written
// down, or come from DuckDB over tables of its own.
package awkward
