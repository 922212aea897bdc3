package codec_test

import (
	"bytes"
	"encoding/json"
	"testing"
)

// compactJSON takes the variation out that protojson puts into its spaces on purpose.
func compactJSON(t *testing.T, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", " "); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n"
}
