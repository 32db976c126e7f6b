package assessment

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"darasa/backend/darasa"
)

// Draw returns n questions of a bank in the order in which a ticket presents
// them, each with the order of its options. It is a pure function of seed,
// edition, quiz and the bank's content, in whatever order the bank comes, and
// is written so that a browser can compute the same: a phone without a network
// must show what the server will grade.
//
// The chance is sfc32 (32-bit words a, b, c, d, all arithmetic modulo 2^32)
// started with the first 16 bytes of SHA-256("draw/1/<edition>/<quiz>/<seed>")
// as big-endian words, after 12 discarded outputs. A choice among k takes an
// output below the largest multiple of k and its remainder.
func Draw(seed int64, edition darasa.ID, quiz string, bank []Question, n int) []Drawn {
	order := slices.Clone(bank)
	slices.SortFunc(order, func(a, b Question) int { return strings.Compare(a.Slug, b.Slug) })
	c := newChance(fmt.Sprintf("draw/1/%s/%s/%d", edition, quiz, seed))
	shuffle(c, order)
	out := make([]Drawn, 0, min(n, len(order)))
	for _, q := range order[:min(max(n, 0), len(order))] {
		out = append(out, Drawn{Question: q.Slug, Options: arrange(c, q)})
	}
	return out
}

// arrange returns the option slugs of q in the order to show.
func arrange(c *chance, q Question) []string {
	var out []string
	for _, o := range q.Options {
		out = append(out, o.Slug)
	}
	if !q.Fixed && q.Kind != TrueFalse {
		slices.Sort(out)
		shuffle(c, out)
	}
	return out
}

// shuffle is Fisher and Yates from the end to the beginning.
func shuffle[T any](c *chance, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := c.below(uint32(i + 1))
		list[i], list[j] = list[j], list[i]
	}
}

// chance is the generator sfc32.
type chance struct{ a, b, c, d uint32 }

func newChance(words string) *chance {
	h := sha256.Sum256([]byte(words))
	c := &chance{binary.BigEndian.Uint32(h[0:]), binary.BigEndian.Uint32(h[4:]), binary.BigEndian.Uint32(h[8:]), binary.BigEndian.Uint32(h[12:])}
	for range 12 {
		c.next()
	}
	return c
}

func (c *chance) next() uint32 {
	t := c.a + c.b + c.d
	c.d++
	c.a = c.b ^ c.b>>9
	c.b = c.c + c.c<<3
	c.c = bits.RotateLeft32(c.c, 21) + t
	return t
}

// below returns a number from 0 to k-1, each as likely as any other.
func (c *chance) below(k uint32) uint32 {
	limit := uint32((1 << 32) / uint64(k) * uint64(k) & 0xffffffff) // 0 stands for 2^32
	for {
		if x := c.next(); limit == 0 || x < limit {
			return x % k
		}
	}
}
