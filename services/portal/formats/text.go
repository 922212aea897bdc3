package formats

import (
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
)

// The functions of this file write values as DuckDB prints them.

func appendDate(dst []byte, days int64) []byte {
	switch days {
	case math.MaxInt32:
		return append(dst, "infinity"...)
	case -math.MaxInt32:
		return append(dst, "-infinity"...)
	}
	t := time.Unix(days*86400, 0).UTC()
	return appendDay(dst, t)
}

// appendDay writes a calendar day; years before 1 are counted backwards and marked.
func appendDay(dst []byte, t time.Time) []byte {
	year, suffix := t.Year(), ""
	if year <= 0 {
		year, suffix = 1-year, " (BC)"
	}
	dst = appendPadded(dst, int64(year), 4)
	dst = append(dst, '-')
	dst = appendPadded(dst, int64(t.Month()), 2)
	dst = append(dst, '-')
	return append(appendPadded(dst, int64(t.Day()), 2), suffix...)
}

func appendTimestamp(dst []byte, v int64, unit arrow.TimeUnit, utc bool) []byte {
	switch v {
	case math.MaxInt64:
		return append(dst, "infinity"...)
	case -math.MaxInt64:
		return append(dst, "-infinity"...)
	}
	perSecond := int64(time.Second / unit.Multiplier())
	seconds, rest := v/perSecond, v%perSecond
	if rest < 0 {
		seconds, rest = seconds-1, rest+perSecond
	}
	t := time.Unix(seconds, 0).UTC()
	dst = append(appendDay(dst, t), ' ')
	dst = appendClock(dst, int64(t.Hour()*3600+t.Minute()*60+t.Second()), rest, perSecond)
	if utc {
		dst = append(dst, "+00"...)
	}
	return dst
}

// appendTime writes a time of day; the midnight at its end is 24:00:00.
func appendTime(dst []byte, v int64, unit arrow.TimeUnit) []byte {
	perSecond := int64(time.Second / unit.Multiplier())
	return appendClock(dst, v/perSecond, v%perSecond, perSecond)
}

// appendClock writes seconds as hours, minutes and seconds, with the fraction rest/perSecond without
// zeros at its end.
func appendClock(dst []byte, seconds, rest, perSecond int64) []byte {
	dst = appendPadded(dst, seconds/3600, 2)
	dst = append(dst, ':')
	dst = appendPadded(dst, seconds/60%60, 2)
	dst = append(dst, ':')
	dst = appendPadded(dst, seconds%60, 2)
	if rest == 0 {
		return dst
	}
	digits := len(strconv.FormatInt(perSecond, 10)) - 1
	dst = append(dst, '.')
	dst = appendPadded(dst, rest, digits)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

func appendInterval(dst []byte, v arrow.MonthDayNanoInterval) []byte {
	start := len(dst)
	part := func(n int64, unit string) {
		if n == 0 {
			return
		}
		if len(dst) > start {
			dst = append(dst, ' ')
		}
		dst = strconv.AppendInt(dst, n, 10)
		dst = append(dst, ' ')
		dst = append(dst, unit...)
		if n != 1 && n != -1 {
			dst = append(dst, 's')
		}
	}
	part(int64(v.Months/12), "year")
	part(int64(v.Months%12), "month")
	part(int64(v.Days), "day")
	if v.Nanoseconds == 0 && len(dst) > start {
		return dst
	}
	if len(dst) > start {
		dst = append(dst, ' ')
	}
	micros := v.Nanoseconds / 1000
	if micros < 0 {
		dst, micros = append(dst, '-'), -micros
	}
	return appendClock(dst, micros/1e6, micros%1e6, 1e6)
}

// appendFloat writes the shortest text that reads back as the same number, always with a point or
// an exponent.
func appendFloat(dst []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, "nan"...)
	case math.IsInf(v, 1):
		return append(dst, "inf"...)
	case math.IsInf(v, -1):
		return append(dst, "-inf"...)
	}
	start := len(dst)
	format := byte('f')
	if abs := math.Abs(v); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, v, format, -1, bits)
	for _, c := range dst[start:] {
		if c == '.' || c == 'e' {
			return dst
		}
	}
	return append(dst, ".0"...)
}

// appendBlob writes printable ASCII as it is and the rest as \xHH.
func appendBlob(dst, v []byte) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range v {
		if c >= ' ' && c <= '~' && c != '\\' && c != '\'' && c != '"' {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '\\', 'x', hex[c>>4], hex[c&15])
	}
	return dst
}

func appendPadded(dst []byte, v int64, width int) []byte {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], v, 10)
	for range width - len(text) {
		dst = append(dst, '0')
	}
	return append(dst, text...)
}

// appendBits writes a BIT as Arrow has it: how many bits of the second byte are padding, and the bits.
func appendBits(dst, v []byte) []byte {
	for i := 8 + int(v[0]); i < 8*len(v); i++ {
		dst = append(dst, '0'+v[i/8]>>(7-i%8)&1)
	}
	return dst
}
