package account

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"darasa/backend/darasa"

	"golang.org/x/text/unicode/norm"
)

// maxName is the greatest length of one part of a name, in characters.
const maxName = 60

// Fold returns s as names and places are compared and searched: lower case,
// without diacritics and apostrophes, words of letters and digits with one
// space between them. "Ng'ombe-Mkubwa" and "NGOMBE MKUBWA" fold alike.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '`':
		default:
			gap = true
		}
	}
	return b.String()
}

// Terms returns the folded words of texts once each, for a Terms index.
func Terms(texts ...string) []string {
	out := []string{}
	for _, t := range texts {
		for _, w := range strings.Fields(Fold(t)) {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// HasTerms tells whether every word of wanted begins one of terms.
func HasTerms(terms, wanted []string) bool {
	for _, w := range wanted {
		if !slices.ContainsFunc(terms, func(t string) bool { return strings.HasPrefix(t, w) }) {
			return false
		}
	}
	return true
}

// tidy returns s in NFC with single spaces and none at the ends.
func tidy(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

// checkName returns what is wrong with one part of a name, nil if nothing is.
func checkName(field, s string, needed bool) *darasa.Finding {
	wrong := func(sw, en string) *darasa.Finding {
		return &darasa.Finding{Level: darasa.IsError, Field: field, What: darasa.Text{SW: sw, EN: en},
			Mend: darasa.T("Andika jina kwa herufi, kama lilivyo kwenye kitambulisho.", "Write the name in letters, as on an identity card.")}
	}
	switch {
	case s == "" && needed:
		return wrong("Jina halijaandikwa.", "The name is missing.")
	case utf8.RuneCountInString(s) > maxName:
		return wrong("Jina ni refu mno.", "The name is too long.")
	}
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune(" '’‘ʼ`-.", r):
		default:
			return wrong("Jina lina alama isiyofaa.", "The name holds a character that no name has.")
		}
	}
	if s != "" && letters == 0 {
		return wrong("Jina halina herufi.", "The name has no letter.")
	}
	return nil
}

// FullName returns the name as people say it: first, middle, surname.
func (p *Person) FullName() string { return tidy(p.First + " " + p.Middle + " " + p.Surname) }

// ShortName returns first name and surname, for greetings and the audit log.
func (p *Person) ShortName() string { return tidy(p.First + " " + p.Surname) }

// Hint returns the first name and the surname's initial, "Asha M.": all that
// a choice between people on one phone shows.
func (p *Person) Hint() string {
	r, _ := utf8.DecodeRuneInString(p.Surname)
	if r == utf8.RuneError {
		return p.First
	}
	return p.First + " " + string(unicode.ToUpper(r)) + "."
}

// sortKey orders people as a register does: by surname, then the other names.
func (p *Person) sortKey() string { return Fold(p.Surname + " " + p.First + " " + p.Middle) }
