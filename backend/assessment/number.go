package assessment

import (
	"strconv"
	"strings"
	"unicode"

	"darasa/backend/darasa"
)

// ReadNumber returns what a typed number can mean, the likelier reading first;
// none where it is no number. It takes a decimal point or comma, spaces,
// apostrophes, commas or points between thousands, a minus of any shape, and
// the unit typed behind, in either language, or as a word for "%". A single
// comma before exactly three digits is read both ways: 1,234 is 1234 or 1.234.
func ReadNumber(s string, unit darasa.Text) []float64 {
	s = stripUnit(fold(s), unit)
	s, minus := strings.CutPrefix(s, "-")
	if !minus {
		s = strings.TrimPrefix(s, "+")
	}
	if s == "" || len(s) > 40 || strings.Trim(s, "0123456789.,") != "" {
		return nil
	}
	var out []float64
	for _, form := range readings(s) {
		f, err := strconv.ParseFloat(form, 64)
		if err != nil {
			return nil
		}
		if minus {
			f = -f
		}
		out = append(out, f)
	}
	return out
}

// fold writes a typed number in one way: lower case, plain minus, no spaces
// or apostrophes.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || strings.ContainsRune("'’`_\u200e\u200f", r):
			return -1
		case strings.ContainsRune("−–—‐‑", r):
			return '-'
		}
		return unicode.ToLower(r)
	}, s)
}

// stripUnit takes the unit away that somebody typed behind the number.
func stripUnit(s string, unit darasa.Text) string {
	words := []string{fold(unit.SW), fold(unit.EN)}
	if all := words[0] + " " + words[1]; strings.Contains(all, "%") || strings.Contains(all, "asilimia") || strings.Contains(all, "percent") {
		words = append(words, "%", "asilimia", "percent", "percents")
	}
	for _, w := range words {
		if w == "" {
			continue
		}
		if rest, ok := strings.CutSuffix(s, w); ok {
			return strings.TrimSuffix(rest, ".")
		}
		if rest, ok := strings.CutPrefix(s, w); ok { // "asilimia 75", "TSh 500"
			return rest
		}
	}
	return s
}

// readings returns s, of digits, points and commas, in the forms that ParseFloat takes.
func readings(s string) []string {
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	switch {
	case points > 0 && commas > 0: // the last one is the decimal mark
		decimal, thousand := ".", ","
		if strings.LastIndex(s, ",") > strings.LastIndex(s, ".") {
			decimal, thousand = thousand, decimal
		}
		whole, rest, _ := strings.Cut(s, decimal)
		if strings.Contains(rest, decimal) || strings.Contains(rest, thousand) || !grouped(whole, thousand) {
			return nil
		}
		return []string{strings.ReplaceAll(whole, thousand, "") + "." + rest}
	case commas > 1 && grouped(s, ","), points > 1 && grouped(s, "."):
		return []string{strings.NewReplacer(",", "", ".", "").Replace(s)}
	case commas > 1 || points > 1:
		return nil
	case commas == 1 && grouped(s, ","):
		return []string{strings.Replace(s, ",", "", 1), strings.Replace(s, ",", ".", 1)}
	}
	return []string{strings.Replace(s, ",", ".", 1)}
}

// grouped tells whether mark stands between groups of three digits.
func grouped(s, mark string) bool {
	parts := strings.Split(s, mark)
	if len(parts[0]) < 1 || len(parts[0]) > 3 || parts[0][0] == '0' {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 {
			return false
		}
	}
	return true
}
