package account

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// The bounds of a password, in characters.
const (
	MinPassword = 8
	MaxPassword = 128
)

// worn lists passwords of eight characters and more that are tried first,
// folded.
var worn = []string{"password", "password1", "password123", "12345678", "123456789", "1234567890", "11111111", "00000000",
	"87654321", "qwertyui", "qwerty123", "abcd1234", "abc12345", "iloveyou", "tanzania", "tanzania1", "nenosiri", "nenosiri1",
	"darasa123", "darasani", "karibu123", "mungu123", "yesunibwana", "nakupenda", "daressalaam", "admin123", "administrator"}

// CheckPassword returns what is wrong with a new password for the person,
// and helpful words about a better one.
func CheckPassword(password string, p *Person) error {
	bad := func(sw, en string) error {
		return darasa.Fail(darasa.Invalid, "Nenosiri hili halifai.", "This password will not do.").With(*finding(darasa.IsError, "password", sw, en,
			"Tumia herufi 8 au zaidi. Maneno matatu yasiyohusiana, kama \"daraja-mvua-chungwa\", ni rahisi kukumbuka na magumu kukisia.",
			"Use 8 characters or more. Three words that do not belong together, as \"bridge-rain-orange\", are easy to remember and hard to guess."))
	}
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		return bad("Nenosiri lina herufi chache mno.", "The password is too short.")
	case n > MaxPassword:
		return bad("Nenosiri lina herufi zaidi ya 128.", "The password has more than 128 characters.")
	case !utf8.ValidString(password) || strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return bad("Nenosiri lina alama isiyoandikika.", "The password holds a character that cannot be typed.")
	case strings.Count(password, password[:1]) == len(password):
		return bad("Nenosiri ni herufi moja tu iliyorudiwa.", "The password is one character over and over.")
	case slices.Contains(worn, strings.ToLower(password)):
		return bad("Nenosiri hili linajulikana na wengi.", "Many people use this password.")
	case isOwnDetail(password, p):
		return bad("Nenosiri lisiwe jina lako wala taarifa unayoingilia.", "The password must not be your name or what you sign in with.")
	}
	return nil
}

// isOwnDetail tells whether the password is something that others know.
func isOwnDetail(password string, p *Person) bool {
	flat := strings.ReplaceAll(Fold(password), " ", "")
	known := []string{p.Mail, p.CheckNumber, p.First + p.Surname, p.Surname + p.First, p.First + p.Middle + p.Surname}
	if p.Phone != "" {
		known = append(known, p.Phone, "0"+strings.TrimPrefix(p.Phone, "+255"), strings.TrimPrefix(p.Phone, "+255"))
	}
	if name, _, ok := strings.Cut(p.Mail, "@"); ok {
		known = append(known, name)
	}
	for _, r := range p.Registrations {
		known = append(known, r.Number, r.Council+r.Number)
	}
	return slices.ContainsFunc(known, func(k string) bool {
		k = strings.ReplaceAll(Fold(k), " ", "")
		return k != "" && k == flat
	})
}

// ChangePassword sets the actor's own password and ends every other session.
// The current one must fit, but for a session that a one-time code opened.
func (s *Service) ChangePassword(ctx context.Context, actor darasa.Actor, current, fresh string, now darasa.Time) error {
	if actor.Anonymous() {
		return errSignIn
	}
	p, err := s.people.Get(ctx, actor.Person)
	if err != nil {
		return err
	}
	session, err := s.sessions.Get(ctx, actor.Session)
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && session.Person != p.ID {
		return errSignIn
	}
	if err != nil {
		return err
	}
	if err := CheckPassword(fresh, &p); err != nil {
		return err
	}
	if !session.Choose {
		if err := s.fits(ctx, &p, current, now); err != nil {
			return err
		}
	}
	if err := s.setPassword(ctx, p.ID, fresh); err != nil {
		return err
	}
	if err := s.endSessions(ctx, p.ID, session.ID); err != nil {
		return err
	}
	if _, err := s.sessions.Update(ctx, session.ID, func(s *Session) error { s.Choose = false; return nil }); err != nil {
		return err
	}
	s.cache.dropPerson(p.ID)
	return s.ledger.Audit(ctx, actor, "password", string(p.ID), "", now)
}

// fits checks the current password of somebody who is signed in.
func (s *Service) fits(ctx context.Context, p *Person, current string, now darasa.Time) error {
	return s.hasher.with(ctx, func() error {
		if err := s.failures.check(string(p.ID), now); err != nil {
			return err
		}
		if !s.hasher.verify(current, p.Password) {
			s.failures.fail(string(p.ID), now)
			return darasa.Fail(darasa.Invalid, "Nenosiri la sasa si sahihi.", "The current password is not right.").With(
				*finding(darasa.IsError, "current", "Nenosiri la sasa si sahihi.", "The current password is not right.",
					"Liandike tena, au omba msimbo wa mara moja kwa msimamizi.", "Type it again, or ask your administrator for a one-time code."))
		}
		s.failures.forget(string(p.ID))
		return nil
	})
}

func (s *Service) setPassword(ctx context.Context, person darasa.ID, password string) error {
	phc, err := s.hashed(ctx, password)
	if err != nil {
		return err
	}
	_, err = s.people.Update(ctx, person, func(p *Person) error {
		if p.State != Active {
			return errNobody
		}
		p.Password, p.Code = phc, nil
		return nil
	})
	return err
}

// SetPassword gives somebody a password, for the command line and for the
// demonstration; it ends their sessions. An institution's administrator
// issues a one-time code instead.
func (s *Service) SetPassword(ctx context.Context, actor darasa.Actor, person darasa.ID, password string, now darasa.Time) error {
	if !actor.National() {
		return errForbidden
	}
	p, err := s.people.Get(ctx, person)
	if darasa.CodeOf(err) == darasa.NotFound {
		return errNobody
	}
	if err != nil {
		return err
	}
	if err := CheckPassword(password, &p); err != nil {
		return err
	}
	if err := s.setPassword(ctx, person, password); err != nil {
		return err
	}
	if err := s.endSessions(ctx, person, ""); err != nil {
		return err
	}
	s.failures.forget(string(person))
	return s.ledger.Audit(ctx, actor, "password", string(person), "set", now)
}

// endSessions deletes a person's sessions but for one to keep.
func (s *Service) endSessions(ctx context.Context, person, keep darasa.ID) error {
	q := store.Query{Equal: map[string]string{"person": string(person)}, Order: "made"}
	err := s.sessions.Each(ctx, q, func(x Session) error {
		if x.ID == keep {
			return nil
		}
		return s.sessions.Delete(ctx, x.ID)
	})
	s.cache.dropPerson(person)
	return err
}
