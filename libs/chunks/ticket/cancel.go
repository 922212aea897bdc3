package ticket

import (
	"time"

	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// CancelAction is the Flight action by which a portal tells a worker that a query is cancelled. Its body is what
// SealCancel returns.
const CancelAction = "cancel"

const cancelPurpose = "cancel-query"

// SealCancel signs that the tickets of a query, which expire by a time, are not to be redeemed any more.
func (k *Keyring) SealCancel(query string, expires time.Time) []byte {
	b := wire.AppendInt(wire.AppendText(nil, query), expires.UnixMilli())
	return k.Seal(cancelPurpose, b)
}

// OpenCancel is the inverse of SealCancel. Errors are those of Open.
func (k *Keyring) OpenCancel(sealed []byte) (query string, expires time.Time, err error) {
	const op = "read cancellation"
	payload, err := k.Open(cancelPurpose, sealed)
	if err != nil {
		return "", expires, fault.Wrap(err, op)
	}
	r := wire.NewReader(payload)
	query = r.Text(maxText)
	expires = time.UnixMilli(r.Int())
	return query, expires, fault.Wrap(r.Close(), op)
}
