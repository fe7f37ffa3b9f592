package format

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
)

// KeySize is the length of a session's key in bytes. It encrypts the payload of
// every frame with AES-256-GCM; without it a tape is a list of times and
// lengths, so a recording is deleted by deleting its key.
const KeySize = 32

const nonceSize = 12

var errKeySize = errors.New("format: a key has 32 bytes")

func newAEAD(key []byte) (cipher.AEAD, error) {
	switch len(key) {
	case 0:
		return nil, nil
	case KeySize:
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		return cipher.NewGCM(block)
	}
	return nil, errKeySize
}

// newNonce returns a nonce. The frames of all tapes under one key are far fewer
// than the 2^32 that random nonces are good for (NIST SP 800-38D, 8.3).
func newNonce() []byte {
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce) // never fails
	return nonce
}

// additional is what is not secret and cannot be changed: kind, codec and
// header.
func additional(kind FrameKind, codec uint8, header []byte) []byte {
	return append([]byte{byte(kind), codec}, header...)
}

// decrypt returns the stored payload of a frame without encryption. With a key,
// what has none is an error.
func (f *Frame) decrypt(stored []byte, key cipher.AEAD) ([]byte, error) {
	switch {
	case f.nonce == nil && (key == nil || len(stored) == 0):
		return stored, nil
	case f.nonce == nil: // who has no key could have written it
		return nil, ErrKey
	case key == nil || len(f.nonce) != nonceSize:
		return nil, ErrKey
	}
	plain, err := key.Open(nil, f.nonce, stored, additional(f.Kind, f.codec, f.header))
	if err != nil {
		return nil, ErrKey
	}
	return plain, nil
}
