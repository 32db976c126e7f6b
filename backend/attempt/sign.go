package attempt

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"

	"darasa/backend/darasa"
)

// Signer signs what a device carries back to us: tickets and sync tokens. The
// form is base64url(payload).base64url(HMAC-SHA256), the payload JSON with the
// key's id in "k".
type Signer struct {
	current string
	keys    map[string][]byte
}

// NewSigner derives signing keys from secrets of 32 bytes for one purpose. The
// first signs; the others, from before a change of secret, still verify.
func NewSigner(purpose string, secrets ...[]byte) (*Signer, error) {
	s := &Signer{keys: map[string][]byte{}}
	for _, secret := range secrets {
		key, err := hkdf.Key(sha256.New, secret, nil, "darasa/"+purpose, sha256.Size)
		if err != nil || len(secret) < sha256.Size {
			return nil, darasa.Fail(darasa.Internal, "Ufunguo wa siri ni mfupi mno: baiti 32.", "The secret key is too short: 32 bytes.").Because(err)
		}
		sum := sha256.Sum256(key)
		id := hex.EncodeToString(sum[:4])
		if s.keys[id] = key; s.current == "" {
			s.current = id
		}
	}
	if s.current == "" {
		return nil, darasa.Fail(darasa.Internal, "Hakuna ufunguo wa siri.", "There is no secret key.")
	}
	return s, nil
}

// Key returns the id of the key that signs, for the payload's "k".
func (s *Signer) Key() string { return s.current }

// Sign returns the signed form of a payload whose "k" is Key().
func (s *Signer) Sign(payload any) (string, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return "", darasa.Fail(darasa.Internal, "Haikusainiwa.", "It could not be signed.").Because(err)
	}
	text := base64.RawURLEncoding.EncodeToString(body)
	return text + "." + base64.RawURLEncoding.EncodeToString(mac(s.keys[s.current], text)), nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// maxSigned bounds a signed text before it is read.
const maxSigned = 4096

// Verify checks a signed text and reads its payload into v.
func (s *Signer) Verify(signed string, v any) error {
	bad := darasa.Fail(darasa.Forbidden, "Tiketi si halali. Pakua upya ukiwa na mtandao.", "The ticket is not valid. Download it again when online.")
	text, sum, ok := strings.Cut(signed, ".")
	if !ok || len(signed) > maxSigned {
		return bad
	}
	body, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return bad.Because(err)
	}
	var k struct {
		Key string `json:"k"`
	}
	if err := json.Unmarshal(body, &k); err != nil {
		return bad.Because(err)
	}
	got, err := base64.RawURLEncoding.Strict().DecodeString(sum)
	key := s.keys[k.Key]
	if err != nil || key == nil || !hmac.Equal(got, mac(key, text)) {
		return bad.Because(err)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return bad.Because(err)
	}
	return nil
}
