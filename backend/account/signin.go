package account

import (
	"context"
	"slices"

	"darasa/backend/darasa"
)

// maxCandidates is the greatest number of people on one phone who can sign in
// with it: each costs a password hash.
const maxCandidates = 8

// Credentials is what somebody signs in with.
type Credentials struct {
	Login  string    // e-mail, check number, registration with or without council, or phone
	Secret string    // password or one-time code
	Person darasa.ID // the choice among SignedIn.Choices, else empty
	API    bool      // a bearer token of 12 hours
	Device string    // user agent; shortened
	From   string    // remote address
}

// Choice is one of several people whom login and secret fit.
type Choice struct {
	Person darasa.ID
	Label  string // "Asha M."
}

// SignedIn is a new session; or, where Token is empty, the people to choose
// from: the same credentials come again with Person set.
type SignedIn struct {
	Token   string // for the cookie or the Authorization header; kept nowhere
	Session Session
	Lang    darasa.Lang
	Choices []Choice
}

var errWrong = darasa.Fail(darasa.Unauthenticated, "Taarifa za kuingia au nenosiri si sahihi. Jaribu tena, au omba msimbo wa mara moja kwa msimamizi wa taasisi yako.",
	"The sign-in details or the password are not right. Try again, or ask your institution's administrator for a one-time code.")

// SignIn opens a session. A shared phone asks for a name only where the
// secret fits several of its people, and names only those: a number alone
// tells a stranger nothing. A one-time code is spent by signing in, and the
// session can do nothing until a password is chosen.
func (s *Service) SignIn(ctx context.Context, c Credentials, now darasa.Time) (SignedIn, error) {
	if len(c.Login) > 254 || len(c.Secret) > 4*MaxPassword {
		return SignedIn{}, errWrong
	}
	if err := s.o.Wait(ctx, s.addresses.delay(c.From, now)); err != nil {
		return SignedIn{}, err
	}
	candidates, err := s.candidates(ctx, c)
	if err != nil {
		return SignedIn{}, err
	}
	fits, err := s.fitting(ctx, candidates, c, now)
	if err != nil {
		return SignedIn{}, err
	}
	switch len(fits) {
	case 0:
		s.addresses.fail(c.From, now)
		return SignedIn{}, errWrong
	case 1:
		return s.signedIn(ctx, fits[0], c, now)
	}
	out := SignedIn{}
	for _, f := range fits {
		out.Choices = append(out.Choices, Choice{Person: f.person.ID, Label: f.person.Hint()})
	}
	return out, nil
}

// candidates returns the active people whom the login may mean.
func (s *Service) candidates(ctx context.Context, c Credentials) ([]Person, error) {
	ids, err := s.holdersOf(ctx, c.Login)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if c.Person != "" {
		if !slices.Contains(ids, c.Person) {
			return nil, nil
		}
		ids = []darasa.ID{c.Person}
	}
	if len(ids) > maxCandidates {
		return nil, darasa.Fail(darasa.Invalid, "Namba hii inatumiwa na watu wengi. Ingia kwa namba ya cheki, namba ya usajili au barua pepe.",
			"Many people use this number. Sign in with your check number, registration number or e-mail address.")
	}
	people, err := s.people.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	keys := loginKeys(c.Login)
	var out []Person
	for _, id := range ids {
		p, ok := people[id]
		if ok && p.State == Active && slices.ContainsFunc(p.keys(), func(k darasa.ID) bool { return slices.Contains(keys, k) }) {
			out = append(out, p)
		}
	}
	return out, nil
}

// fit is a candidate whom the secret fits, by password or by code.
type fit struct {
	person Person
	code   bool
}

// fitting tries the secret on every candidate while holding one hash slot:
// guesses are checked and counted there, so that many side by side cannot
// pass the limit. A login that nobody has costs one hash and is counted like
// an account, so that it looks like one. On a shared phone a failure counts
// only where the secret fits nobody.
func (s *Service) fitting(ctx context.Context, candidates []Person, c Credentials, now darasa.Time) (fits []fit, err error) {
	keys := make([]string, len(candidates))
	for i, p := range candidates {
		keys[i] = string(p.ID)
	}
	if len(keys) == 0 {
		keys = []string{"login:" + Fold(c.Login)}
	}
	var held []string
	err = s.hasher.with(ctx, func() error {
		open, err := s.openKeys(keys, now)
		if err != nil {
			return err
		}
		if len(candidates) == 0 {
			s.hasher.verify(c.Secret, "")
		}
		for i, p := range candidates {
			if slices.Contains(open, keys[i]) {
				if code := s.codeFits(&p, c.Secret, now); code || s.hasher.verify(c.Secret, p.Password) {
					fits = append(fits, fit{person: p, code: code})
				}
			}
		}
		held = s.count(open, fits, now)
		return nil
	})
	for _, person := range held {
		if err := s.ledger.Audit(ctx, darasa.Actor{From: c.From}, "sign-in-held", person, "", now); err != nil {
			return nil, err
		}
	}
	return fits, err
}

// openKeys returns those that are not held back, TooMany where all are.
func (s *Service) openKeys(keys []string, now darasa.Time) ([]string, error) {
	var open []string
	var held error
	for _, k := range keys {
		if err := s.failures.check(k, now); err != nil {
			held = err
		} else {
			open = append(open, k)
		}
	}
	if len(open) == 0 {
		return nil, held
	}
	return open, nil
}

// count ends the count of those whom the secret fits, or counts a failure for
// all where it fits nobody. It returns the people who are now held back.
func (s *Service) count(tried []string, fits []fit, now darasa.Time) []string {
	for _, f := range fits {
		s.failures.forget(string(f.person.ID))
	}
	var held []string
	for _, k := range tried {
		if len(fits) == 0 && s.failures.fail(k, now) && darasa.ValidUUID(k) {
			held = append(held, k)
		}
	}
	return held
}

func (s *Service) signedIn(ctx context.Context, f fit, c Credentials, now darasa.Time) (SignedIn, error) {
	if f.code {
		ok, err := s.spendCode(ctx, &f.person)
		if err != nil {
			return SignedIn{}, err
		}
		if !ok {
			return SignedIn{}, errWrong
		}
	}
	return s.open(ctx, &f.person, c, f.code, now)
}
