package account

import (
	"context"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
)

var (
	mobileForm  = regexp.MustCompile(`^\+255[67]\d{8}$`)
	foreignForm = regexp.MustCompile(`^\+[1-9]\d{7,14}$`)
	checkForm   = regexp.MustCompile(`^[0-9A-Z]{3,20}$`)
	councilForm = regexp.MustCompile(`^[A-Z]{2,10}$`)
	numberForm  = regexp.MustCompile(`^[0-9A-Z][0-9A-Z/.-]{0,29}$`)
	mailForm    = regexp.MustCompile(`^[^@\s"]+@[^@\s."]+(\.[^@\s."]+)+$`)
)

func finding(l darasa.Level, field, sw, en, mendSW, mendEN string) *darasa.Finding {
	return &darasa.Finding{Level: l, Field: field, What: darasa.Text{SW: sw, EN: en}, Mend: darasa.Text{SW: mendSW, EN: mendEN}}
}

// NormalPhone returns a phone number as it is kept, "+255712000011", from any
// usual way of writing it: 0712 000 011, 255712000011, or 712000011 after a
// spreadsheet took the zero. A landline or foreign number comes with a
// warning; what is no number is empty with an error.
func NormalPhone(s string) (string, *darasa.Finding) {
	plus := strings.HasPrefix(strings.TrimSpace(s), "+")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("+ -.()/\u00a0\u2011\u2013\t", r):
		default:
			return "", badPhone()
		}
	}
	d := b.String()
	switch {
	case plus:
	case strings.HasPrefix(d, "00"):
		d = d[2:]
	case strings.HasPrefix(d, "0") && len(d) == 10:
		d = "255" + d[1:]
	case len(d) == 9 && (d[0] == '6' || d[0] == '7'):
		d = "255" + d
	case strings.HasPrefix(d, "255") && len(d) >= 12:
	default:
		return "", badPhone()
	}
	if strings.HasPrefix(d, "2550") && len(d) == 13 { // +255 (0)712…
		d = "255" + d[4:]
	}
	return judgePhone("+" + d)
}

func judgePhone(p string) (string, *darasa.Finding) {
	switch {
	case mobileForm.MatchString(p):
		return p, nil
	case strings.HasPrefix(p, "+255") && len(p) != 13:
		return "", badPhone()
	case strings.HasPrefix(p, "+255"):
		return p, finding(darasa.IsWarning, "phone", "Hii si namba ya simu ya mkononi ya Tanzania.", "This is not a Tanzanian mobile number.",
			"Hakikisha ni sahihi.", "Make sure that it is right.")
	case foreignForm.MatchString(p):
		return p, finding(darasa.IsWarning, "phone", "Hii ni namba ya nje ya Tanzania.", "This is a number from outside Tanzania.",
			"Hakikisha ni sahihi.", "Make sure that it is right.")
	}
	return "", badPhone()
}

func badPhone() *darasa.Finding {
	return finding(darasa.IsError, "phone", "Namba ya simu si sahihi.", "The phone number is not right.",
		"Andika tarakimu 10, ukianza na 06 au 07, mfano 0712 345 678.", "Write 10 digits that begin with 06 or 07, as 0712 345 678.")
}

// NormalMail returns an e-mail address in lower case.
func NormalMail(s string) (string, *darasa.Finding) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || !mailForm.MatchString(s) {
		return "", finding(darasa.IsError, "mail", "Barua pepe si sahihi.", "The e-mail address is not right.",
			"Iandike kama jina@mfano.go.tz.", "Write it like name@example.go.tz.")
	}
	return s, nil
}

// NormalCheck returns a government check number; its zeros are kept.
func NormalCheck(s string) (string, *darasa.Finding) {
	s = strings.ToUpper(strings.Map(dropGaps, s))
	if !checkForm.MatchString(s) {
		return "", finding(darasa.IsError, "check", "Namba ya cheki (check number) si sahihi.", "The check number is not right.",
			"Iandike kama ilivyo kwenye hati ya mshahara, pamoja na sifuri za mwanzo.", "Write it as on the salary slip, with its leading zeros.")
	}
	return s, nil
}

func dropGaps(r rune) rune {
	if strings.ContainsRune(" -\u00a0\u2011\u2013\t", r) {
		return -1
	}
	return r
}

// NormalRegistration returns a registration with council and number in upper case.
func NormalRegistration(r Registration) (Registration, *darasa.Finding) {
	r.Council = strings.ToUpper(strings.TrimSpace(r.Council))
	r.Number = strings.ToUpper(strings.Join(strings.Fields(r.Number), ""))
	if !councilForm.MatchString(r.Council) || !numberForm.MatchString(r.Number) {
		return r, finding(darasa.IsError, "registration", "Namba ya usajili si sahihi.", "The registration is not right.",
			"Andika baraza na namba, mfano MCT 12345.", "Write council and number, as MCT 12345.")
	}
	return r, nil
}

// ParseRegistration reads "MCT 12345", "MCT:12345", "MCT-12345" or "MCT12345".
func ParseRegistration(s string) (Registration, bool) {
	s = strings.TrimSpace(s)
	i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if i <= 0 {
		return Registration{}, false
	}
	r, f := NormalRegistration(Registration{Council: s[:i], Number: strings.TrimLeft(s[i:], " :-/.")})
	return r, f == nil
}

// String returns "MCT 12345".
func (r Registration) String() string { return r.Council + " " + r.Number }

func phoneKey(p string) darasa.ID          { return darasa.ID("phone:" + p) }
func mailKey(m string) darasa.ID           { return darasa.ID("mail:" + m) }
func checkKey(c string) darasa.ID          { return darasa.ID("check:" + c) }
func regKey(r Registration) darasa.ID      { return darasa.ID("reg:" + r.Council + ":" + r.Number) }
func regNumberKey(number string) darasa.ID { return darasa.ID("regno:" + number) }
func sharedKey(key darasa.ID) bool {
	return strings.HasPrefix(string(key), "phone:") || isNumberKey(key)
}
func isNumberKey(key darasa.ID) bool { return strings.HasPrefix(string(key), "regno:") }
func want(key, owner darasa.ID) ledger.Want {
	return ledger.Want{Key: key, Owner: owner, Shared: sharedKey(key)}
}

// keys returns every key that the person signs in and is matched with. A
// registration number stands also without its council, shared.
func (p *Person) keys() []darasa.ID {
	var out []darasa.ID
	if p.CheckNumber != "" {
		out = append(out, checkKey(p.CheckNumber))
	}
	if p.Mail != "" {
		out = append(out, mailKey(p.Mail))
	}
	for _, r := range p.Registrations {
		out = append(out, regKey(r), regNumberKey(r.Number))
	}
	if p.Phone != "" {
		out = append(out, phoneKey(p.Phone))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// loginKeys returns every key that a typed login may mean.
func loginKeys(login string) []darasa.ID {
	if strings.Contains(login, "@") {
		if m, f := NormalMail(login); f == nil {
			return []darasa.ID{mailKey(m)}
		}
		return nil
	}
	var out []darasa.ID
	if p, _ := NormalPhone(login); p != "" {
		out = append(out, phoneKey(p))
	}
	if c, f := NormalCheck(login); f == nil {
		out = append(out, checkKey(c))
	}
	if r, ok := ParseRegistration(login); ok {
		out = append(out, regKey(r))
	}
	if r, f := NormalRegistration(Registration{Council: "XX", Number: login}); f == nil {
		out = append(out, regNumberKey(r.Number))
	}
	return out
}

// livingKeys judges the claims of people's keys: a person stands for the keys
// that the document holds.
func (s *Service) livingKeys(ctx context.Context, claims []ledger.Claim) (map[darasa.ID][]darasa.ID, error) {
	var ids []darasa.ID
	for _, c := range claims {
		ids = append(ids, c.Owners...)
	}
	people, err := s.people.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[darasa.ID][]darasa.ID{}
	for _, c := range claims {
		for _, o := range c.Owners {
			if p, ok := people[o]; ok && slices.Contains(p.keys(), c.Key) {
				out[c.Key] = append(out[c.Key], o)
			}
		}
	}
	return out, nil
}

// fieldOf names the form field that a key came from.
func fieldOf(key darasa.ID) string {
	kind, _, _ := strings.Cut(string(key), ":")
	if kind == "reg" || kind == "regno" {
		return "registration"
	}
	return kind
}

// errKeyTaken says which of somebody's keys belongs to another person.
func errKeyTaken(key darasa.ID) *darasa.Error {
	return darasa.Fail(darasa.Conflict, "Tayari kuna akaunti yenye taarifa hii.", "There is already an account with this detail.").With(
		*finding(darasa.IsError, fieldOf(key), "Taarifa hii tayari ni ya mtu mwingine.", "This detail already belongs to another person.",
			"Ikiwa ni wewe, ingia au omba msimbo wa mara moja kwa msimamizi wa taasisi yako.",
			"If that is you, sign in, or ask your institution's administrator for a one-time code."))
}
