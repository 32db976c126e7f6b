package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"time"

	"darasa/backend/darasa"
)

// CodeLife is how long a one-time code is good.
const CodeLife = 14 * 24 * time.Hour

// oneTimeLetters is the length of a one-time code: 31^10, 49 bits.
const oneTimeLetters = 10

// maxCodes bounds one call of IssueCodes.
const maxCodes = 1000

// Issued is a one-time code as the card prints it, and never again.
type Issued struct {
	Person  darasa.ID
	Name    string
	Login   string // what the person signs in with
	Code    string // "K7MPQ-3XRTW"
	Expires darasa.Time
	Err     error
}

// ShowOneTime returns a code in two groups.
func ShowOneTime(code string) string {
	if len(code) != oneTimeLetters {
		return code
	}
	return code[:oneTimeLetters/2] + "-" + code[oneTimeLetters/2:]
}

// codeHash binds a code to its person with a key that the store does not
// hold: without the server's secret a stolen store tells no code.
func (s *Service) codeHash(person darasa.ID, code string) string {
	m := hmac.New(sha256.New, s.codeKey)
	_, _ = fmt.Fprintf(m, "%s\x00%s", person, code)
	return base64.RawStdEncoding.EncodeToString(m.Sum(nil))
}

// codeFits tells whether a typed secret is the person's one-time code.
func (s *Service) codeFits(p *Person, typed string, now darasa.Time) bool {
	code := NormalCode(typed)
	if p.Code == nil || len(code) != oneTimeLetters || !now.Before(p.Code.Expires.Time) {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(s.codeHash(p.ID, code)), []byte(p.Code.Hash)) == 1
}

// LoginOf returns what a person best signs in with: the check number, the
// registration, the phone or the e-mail address; empty where there is none.
func LoginOf(p *Person) string {
	switch {
	case p.CheckNumber != "":
		return p.CheckNumber
	case len(p.Registrations) > 0:
		return p.Registrations[0].String()
	case p.Phone != "":
		return p.Phone
	}
	return p.Mail
}

// IssueCode gives a person a fresh one-time code; an older one stops. The
// administrator of the institution that looks after the account does. The
// password stays until the code is used, so that nobody is locked out by it.
func (s *Service) IssueCode(ctx context.Context, actor darasa.Actor, person darasa.ID, now darasa.Time) (Issued, error) {
	if _, err := s.visible(ctx, actor, person); err != nil {
		return Issued{}, err
	}
	if err := s.guards(ctx, actor, person); err != nil {
		return Issued{}, err
	}
	code, err := Letters(s.o.Random, oneTimeLetters)
	if err != nil {
		return Issued{}, err
	}
	out := Issued{Person: person, Code: ShowOneTime(code), Expires: darasa.At(now.Add(CodeLife))}
	p, err := s.people.Update(ctx, person, func(p *Person) error {
		switch {
		case p.State != Active:
			return errNobody
		case LoginOf(p) == "":
			return errNoKey
		}
		p.Code = &OneTimeCode{Hash: s.codeHash(person, code), Expires: out.Expires, By: actor.Person}
		return nil
	})
	if err != nil {
		return Issued{}, err
	}
	out.Name, out.Login = p.FullName(), LoginOf(&p)
	return out, s.ledger.Audit(ctx, actor, "code", string(person), "", now)
}

// IssueCodes is IssueCode for at most 1,000 people, with a verdict each.
func (s *Service) IssueCodes(ctx context.Context, actor darasa.Actor, people []darasa.ID, now darasa.Time) ([]Issued, error) {
	if len(people) > maxCodes {
		return nil, darasa.Fail(darasa.TooLarge, "Toa misimbo isiyozidi %d kwa mara moja.", "Issue at most %d codes at once.", maxCodes)
	}
	out := make([]Issued, len(people))
	for i, id := range people {
		x, err := s.IssueCode(ctx, actor, id, now)
		switch darasa.CodeOf(err) {
		case "", darasa.Forbidden, darasa.NotFound, darasa.Invalid:
			x.Person, x.Err = id, err
			out[i] = x
		default:
			return nil, err
		}
	}
	return out, nil
}

// spendCode takes the code from the person; false where somebody spent it
// just before.
func (s *Service) spendCode(ctx context.Context, p *Person) (bool, error) {
	spent := false
	_, err := s.people.Update(ctx, p.ID, func(q *Person) error {
		if spent = q.State == Active && q.Code != nil && q.Code.Hash == p.Code.Hash; !spent {
			return errNobody
		}
		q.Code = nil
		return nil
	})
	if darasa.CodeOf(err) == darasa.NotFound {
		return false, nil
	}
	return spent, err
}
