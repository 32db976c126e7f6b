package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"time"

	"darasa/backend/darasa"
)

// sealed is what travels through a page and comes back: nobody can read or
// change it, and it runs out.
type sealed struct {
	Until darasa.Time     `json:"u"`
	Body  json.RawMessage `json:"b"`
}

// sealer returns the cipher of one purpose (AES-256-GCM).
func (s *Server) sealer(purpose string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(deriveKey(s.cfg.Secret, "seal/"+purpose))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal returns v as a token for a page, good for a time.
func (s *Server) seal(purpose string, v any, now darasa.Time, life time.Duration) (string, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(sealed{Until: darasa.At(now.Add(life)), Body: body})
	if err != nil {
		return "", err
	}
	aead, err := s.sealer(purpose)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, nil)), nil
}

var errSeal = darasa.Fail(darasa.Invalid, "Muda wa ukurasa huu umekwisha. Anza upya.", "This page has run out. Begin again.")

// unseal reads a token of seal into v; Invalid where it was changed, was made
// for something else or has run out.
func (s *Server) unseal(purpose, token string, v any, now darasa.Time) error {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return errSeal.Because(err)
	}
	aead, err := s.sealer(purpose)
	if err != nil {
		return err
	}
	if len(raw) < aead.NonceSize() {
		return errSeal
	}
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], nil)
	if err != nil {
		return errSeal.Because(err)
	}
	var x sealed
	if err := json.Unmarshal(plain, &x); err != nil {
		return errSeal.Because(err)
	}
	if !now.Before(x.Until.Time) {
		return errSeal
	}
	return json.Unmarshal(x.Body, v)
}
