package institution

import "strings"

// ValidHFR tells whether s is a code of the Health Facility Registry: six
// digits, a hyphen and the Luhn (mod 10) digit over the six, as "113310-7".
func ValidHFR(s string) bool {
	if len(s) != 8 || s[6] != '-' {
		return false
	}
	sum := 0
	for i := range 6 {
		d := int(s[5-i] - '0')
		if s[5-i] < '0' || s[5-i] > '9' {
			return false
		}
		if i%2 == 0 { // every second digit, beginning beside the check digit
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return int(s[7]) == '0'+(10-sum%10)%10
}

// NormalHFR returns a code as it is kept: without spaces, with a plain hyphen,
// which is put in where seven digits came alone. It does not judge the code.
func NormalHFR(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\t':
			return -1
		case '–', '—', '‑', '−':
			return '-'
		}
		return r
	}, s)
	if len(s) == 7 && strings.Trim(s, "0123456789") == "" {
		return s[:6] + "-" + s[6:]
	}
	return s
}
