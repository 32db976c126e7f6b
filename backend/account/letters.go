package account

import (
	"io"
	"strings"

	"darasa/backend/darasa"
)

// codeLetters are those that nobody confuses when a code is read aloud or
// copied from a blackboard: no I, L, O, 0 or 1.
const codeLetters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// Letters returns n random letters that are not confused with each other.
func Letters(random io.Reader, n int) (string, error) {
	out := make([]byte, 0, n)
	buf := make([]byte, 2*n)
	for len(out) < n {
		if _, err := io.ReadFull(random, buf); err != nil {
			return "", darasa.Fail(darasa.Internal, "Hakuna nasibu.", "There is no source of chance.").Because(err)
		}
		for _, b := range buf {
			// 248 is the greatest multiple of 31 in a byte: beyond it letters would not be equally likely.
			if b < 248 && len(out) < n {
				out = append(out, codeLetters[int(b)%len(codeLetters)])
			}
		}
	}
	return string(out), nil
}

// NormalCode returns a code as it is kept, however it was typed: upper
// case, without spaces and hyphens.
func NormalCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ' || r == '-' || r == '–' || r == '\u00a0':
			return -1
		}
		return r
	}, s)
}
