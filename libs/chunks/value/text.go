package value

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var kindNames = [...]string{
	None: "unknown", Null: "null", Bool: "boolean", Integer: "integer", Decimal: "decimal",
	Float32: "float", Float64: "double", String: "varchar", Bytes: "blob", UUID: "uuid",
	Date: "date", Time: "time", Timestamp: "timestamp", TimestampTZ: "timestamptz",
}

// String is the kind's name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// String is the value for people to read, much as DuckDB casts it to VARCHAR; blobs are in hexadecimal
// and None is "?".
func (v Value) String() string {
	switch v.kind {
	case None:
		return "?"
	case Null:
		return "NULL"
	case Bool:
		return strconv.FormatBool(v.lo != 0)
	case Integer:
		return v.Big().String()
	case Decimal:
		return v.decimalText()
	case Float32:
		return strings.TrimPrefix(strconv.FormatFloat(v.Float64(), 'g', -1, 32), "+")
	case Float64:
		return strings.TrimPrefix(strconv.FormatFloat(v.Float64(), 'g', -1, 64), "+")
	case String:
		return v.text
	case Bytes:
		return `\x` + hex.EncodeToString([]byte(v.text))
	case UUID:
		h := hex.EncodeToString([]byte(v.text))
		if len(h) != 32 {
			return h
		}
		return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
	}
	return v.timeText()
}

func (v Value) decimalText() string {
	digits, sign := v.Big().String(), ""
	if strings.HasPrefix(digits, "-") {
		digits, sign = digits[1:], "-"
	}
	if v.aux == 0 {
		return sign + digits
	}
	if pad := int(v.aux) + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	point := len(digits) - int(v.aux)
	return sign + digits[:point] + "." + digits[point:]
}

func (v Value) timeText() string {
	n := int64(v.lo)
	if !v.Finite() {
		if n < 0 {
			return "-infinity"
		}
		return "infinity"
	}
	switch v.kind {
	case Date:
		return time.Unix(n*86400, 0).UTC().Format(time.DateOnly)
	case Time:
		return time.UnixMicro(n).UTC().Format("15:04:05.999999")
	case Timestamp:
		return v.instant(n).Format("2006-01-02 15:04:05.999999999")
	case TimestampTZ:
		return v.instant(n).Format("2006-01-02 15:04:05.999999") + "+00"
	}
	return fmt.Sprintf("%s(%d)", v.kind, n)
}

func (v Value) instant(n int64) time.Time {
	switch Unit(v.aux) {
	case Seconds:
		return time.Unix(n, 0).UTC()
	case Milliseconds:
		return time.UnixMilli(n).UTC()
	case Nanoseconds:
		return time.Unix(0, n).UTC()
	}
	return time.UnixMicro(n).UTC()
}
