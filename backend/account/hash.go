package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"

	"darasa/backend/darasa"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what one argon2id hash takes (RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost is 19 MiB, two passes, one lane: the first choice of the OWASP
// password cheat sheet, 31 ms on the machine of architecture.md.
var DefaultCost = Cost{Memory: 19 << 10, Time: 2, Threads: 1}

const (
	hashesAtOnce = 2   // 38 MiB at most
	hashQueue    = 256 // sign-ins that wait: 4 seconds of work
	saltBytes    = 16
	keyBytes     = 32
)

// hasher computes password hashes, few at a time.
type hasher struct {
	cost   Cost
	random io.Reader
	slots  chan struct{} // hashes under way
	queue  chan struct{} // those and the ones that wait
}

func newHasher(c Cost, random io.Reader) *hasher {
	return &hasher{cost: c, random: random, slots: make(chan struct{}, hashesAtOnce), queue: make(chan struct{}, hashQueue)}
}

var errHurry = &darasa.Error{Code: darasa.Unavailable, Retry: 5,
	Text: darasa.T("Watu wengi wanaingia kwa sasa. Jaribu tena baada ya muda mfupi.", "Many people are signing in. Try again in a moment.")}

// with runs f while holding one of the slots. It refuses at once where too
// many wait already.
func (h *hasher) with(ctx context.Context, f func() error) error {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return errHurry
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return errHurry.Because(ctx.Err())
	}
	return f()
}

func (h *hasher) key(password string, salt []byte, c Cost) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Time, c.Memory, c.Threads, keyBytes)
}

// hash returns the PHC string of a password. Call it within with.
func (h *hasher) hash(password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", darasa.Fail(darasa.Internal, "Hakuna nasibu.", "There is no source of chance.").Because(err)
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Time, h.cost.Threads,
		b64(salt), b64(h.key(password, salt, h.cost))), nil
}

// verify tells whether a password has the PHC string. An empty or unreadable
// string costs as much as a wrong password. Call it within with.
func (h *hasher) verify(password, phc string) bool {
	c, salt, want, ok := parsePHC(phc)
	if !ok {
		h.key(password, make([]byte, saltBytes), h.cost)
		return false
	}
	return subtle.ConstantTimeCompare(h.key(password, salt, c), want) == 1
}

// parsePHC reads an argon2id string of bounded cost.
func parsePHC(s string) (c Cost, salt, key []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); n != 3 || err != nil {
		return c, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	bounded := c.Memory >= 8 && c.Memory <= 256<<10 && c.Time >= 1 && c.Time <= 10 && c.Threads >= 1 && c.Threads <= 8
	return c, salt, key, err1 == nil && err2 == nil && bounded && len(salt) >= 8 && len(key) == keyBytes
}

// hashWait is the longest that a new password waits for a slot.
const hashWait = 20 * time.Second

// hashed returns the PHC string of a password, waiting for a slot.
func (s *Service) hashed(ctx context.Context, password string) (phc string, err error) {
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	err = s.hasher.with(ctx, func() error {
		phc, err = s.hasher.hash(password)
		return err
	})
	return phc, err
}
