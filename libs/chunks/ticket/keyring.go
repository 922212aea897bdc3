package ticket

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Key is a named secret. Its id travels with what it signs; its secret never leaves it by way of
// printing or logging.
type Key struct {
	ID     string
	secret []byte
}

const (
	minSecretBytes = 32
	maxKeyIDBytes  = 32
	macBytes       = sha256.Size
	sealMagic      = "SHK1"
)

// GenerateKey returns a new random key.
func GenerateKey() Key {
	b := make([]byte, 8+minSecretBytes)
	rand.Read(b) // does not fail: it stops the program instead
	return Key{ID: hex.EncodeToString(b[:8]), secret: b[8:]}
}

// NewKey returns the key of an id of 1 to 32 bytes and a secret of at least 32 bytes, which is
// copied.
func NewKey(id string, secret []byte) (Key, error) {
	if id == "" || len(id) > maxKeyIDBytes || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' }) {
		return Key{}, fault.New(fault.InvalidArgument, "make signing key", "the id must have 1 to %d printable characters and no colon", maxKeyIDBytes)
	}
	if len(secret) < minSecretBytes {
		return Key{}, fault.New(fault.InvalidArgument, "make signing key", "the secret has %d bytes", len(secret)).
			WithHint("use at least %d random bytes", minSecretBytes)
	}
	return Key{ID: id, secret: append([]byte(nil), secret...)}, nil
}

// ParseKey reads what Reveal writes.
func ParseKey(text string) (Key, error) {
	id, encoded, _ := strings.Cut(strings.TrimSpace(text), ":")
	secret, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		// The cause could quote the secret.
		return Key{}, fault.New(fault.InvalidArgument, "parse signing key", "it is not <id>:<base64url>")
	}
	return NewKey(id, secret)
}

// Reveal returns the key with its secret as text, <id>:<base64url>, to be stored.
func (k Key) Reveal() string { return k.ID + ":" + base64.RawURLEncoding.EncodeToString(k.secret) }

// String names the key without its secret.
func (k Key) String() string { return "key " + k.ID }

// GoString is String, so that %#v tells no secret either.
func (k Key) GoString() string { return k.String() }

// LogValue is String.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Keyring signs with one key and verifies with several, so that keys can be rotated: first add the
// new key everywhere, then sign with it, then drop the old one when what it signed has expired. It
// is immutable and may be used by many goroutines.
type Keyring struct {
	signing Key
	byID    map[string]Key
}

// NewKeyring returns a keyring that signs with the first key and verifies with all.
func NewKeyring(signing Key, others ...Key) (*Keyring, error) {
	k := &Keyring{signing: signing, byID: map[string]Key{}}
	for _, key := range append([]Key{signing}, others...) {
		if len(key.secret) < minSecretBytes {
			return nil, fault.New(fault.InvalidArgument, "make keyring", "a key was not made by this package")
		}
		if _, ok := k.byID[key.ID]; ok {
			return nil, fault.New(fault.InvalidArgument, "make keyring", "two keys have the id %s", key.ID)
		}
		k.byID[key.ID] = key
	}
	return k, nil
}

// Seal signs a payload for a purpose: "SHK1", the key's id led by its length, the payload, and an
// HMAC-SHA256 over the purpose and all of that. The payload stays readable.
func (k *Keyring) Seal(purpose string, payload []byte) []byte {
	out := make([]byte, 0, len(sealMagic)+1+len(k.signing.ID)+len(payload)+macBytes)
	out = append(out, sealMagic...)
	out = append(out, byte(len(k.signing.ID)))
	out = append(out, k.signing.ID...)
	out = append(out, payload...)
	return append(out, k.signing.mac(purpose, out)...)
}

// Open returns the payload, which aliases sealed, of what Seal signed for the same purpose with a
// key of the ring. What does not look like it is invalid_argument; a signature that is wrong or
// by a key that is not known is unauthenticated.
func (k *Keyring) Open(purpose string, sealed []byte) ([]byte, error) {
	const op = "verify signature"
	if len(sealed) < len(sealMagic)+1+macBytes || string(sealed[:len(sealMagic)]) != sealMagic {
		return nil, fault.New(fault.InvalidArgument, op, "it is too short or has another format")
	}
	head := len(sealMagic) + 1
	idEnd := head + int(sealed[head-1])
	end := len(sealed) - macBytes
	if idEnd == head || idEnd > end || idEnd-head > maxKeyIDBytes {
		return nil, fault.New(fault.InvalidArgument, op, "the key id is cut off")
	}
	key, known := k.byID[string(sealed[head:idEnd])]
	if !known {
		// Take as long as for a wrong signature.
		k.signing.mac(purpose, sealed[:end])
		return nil, fault.New(fault.Unauthenticated, op, "it is signed with a key that is not known here")
	}
	if !hmac.Equal(key.mac(purpose, sealed[:end]), sealed[end:]) {
		return nil, fault.New(fault.Unauthenticated, op, "the signature is wrong")
	}
	return sealed[idEnd:end:end], nil
}

func (k Key) mac(purpose string, b []byte) []byte {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte{byte(len(purpose))})
	h.Write([]byte(purpose))
	h.Write(b)
	return h.Sum(nil)
}
