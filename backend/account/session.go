package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// How long a session lasts: SessionIdle after it was last seen, SessionLife in
// all, an API session APILife.
const (
	SessionIdle = 30 * 24 * time.Hour
	SessionLife = 90 * 24 * time.Hour
	APILife     = 12 * time.Hour
	seenEvery   = time.Hour
	tokenBytes  = 32
)

// Signed is who a token stands for.
type Signed struct {
	Actor   darasa.Actor // its From is empty: web sets the address of the request
	Lang    darasa.Lang
	API     bool
	Choose  bool // only choosing a password is allowed; the actor has no role
	Expires darasa.Time
}

// open makes a session and its token.
func (s *Service) open(ctx context.Context, p *Person, c Credentials, choose bool, now darasa.Time) (SignedIn, error) {
	as, err := s.activeAffiliations(ctx, p.ID)
	if err != nil {
		return SignedIn{}, err
	}
	raw := make([]byte, tokenBytes)
	if _, err := io.ReadFull(s.o.Random, raw); err != nil {
		return SignedIn{}, darasa.Fail(darasa.Internal, "Hakuna nasibu.", "There is no source of chance.").Because(err)
	}
	token := base64.RawURLEncoding.EncodeToString(raw)
	x := Session{ID: sessionID(sha256.Sum256([]byte(token))), Person: p.ID, Institution: firstInstitution(as), API: c.API,
		Device: short(c.Device), Made: now, Seen: now, Choose: choose}
	x.Expires = x.end(now)
	if err := s.sessions.Insert(ctx, &x); err != nil {
		return SignedIn{}, err
	}
	actor := actorOf(p, &x, as)
	actor.From = c.From
	how := "password"
	if choose {
		how = "code"
	}
	return SignedIn{Token: token, Session: x, Lang: p.Lang}, s.ledger.Audit(ctx, actor, "sign-in", string(p.ID), how, now)
}

func sessionID(hash [32]byte) darasa.ID { return darasa.ID(hex.EncodeToString(hash[:])) }

// short cuts a user agent to what a list of sessions shows.
func short(device string) string {
	if r := []rune(device); len(r) > 100 {
		return string(r[:100])
	}
	return device
}

// end returns when a session that is seen now runs out.
func (x *Session) end(now darasa.Time) darasa.Time {
	if x.API {
		return darasa.At(x.Made.Add(APILife))
	}
	idle, life := now.Add(SessionIdle), x.Made.Add(SessionLife)
	if life.Before(idle) {
		idle = life
	}
	return darasa.At(idle)
}

// firstInstitution chooses the institution in use: the oldest with a role
// beyond learner, else the oldest.
func firstInstitution(as []Affiliation) darasa.ID {
	if i := slices.IndexFunc(as, func(a Affiliation) bool { return a.Rank == Staff }); i >= 0 {
		return as[i].Institution
	}
	if len(as) > 0 {
		return as[0].Institution
	}
	return ""
}

// actorOf returns the actor of a session: the roles of the institution in
// use, and the national role wherever it is held. An institution whose
// affiliation has ended is none.
func actorOf(p *Person, x *Session, as []Affiliation) darasa.Actor {
	a := darasa.Actor{Person: p.ID, Session: x.ID, Name: p.ShortName()}
	national := false
	for _, f := range as {
		national = national || slices.Contains(f.Roles, darasa.NationalAdmin)
		if f.Institution == x.Institution {
			a.Institution, a.Roles = f.Institution, slices.Clone(f.Roles)
		}
	}
	if national {
		a.Institution = x.Institution
		if !slices.Contains(a.Roles, darasa.NationalAdmin) {
			a.Roles = append(a.Roles, darasa.NationalAdmin)
		}
	}
	if x.Choose {
		a.Roles = nil
	}
	return a
}

// Resolve returns who a token stands for, Unauthenticated where nobody. It
// runs on every request: normally it is answered from memory.
func (s *Service) Resolve(ctx context.Context, token string, now darasa.Time) (Signed, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return Signed{}, errSignIn
	}
	hash := sha256.Sum256([]byte(token))
	if signed, ok := s.cache.get(hash, now); ok {
		return signed, nil
	}
	gen := s.cache.generation()
	signed, err := s.resolve(ctx, sessionID(hash), now)
	if err == nil {
		s.cache.put(hash, signed, now, gen)
	}
	return signed, err
}

func (s *Service) resolve(ctx context.Context, id darasa.ID, now darasa.Time) (Signed, error) {
	x, err := s.sessions.Get(ctx, id)
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && !now.Before(x.Expires.Time) {
		return Signed{}, errSignIn
	}
	if err != nil {
		return Signed{}, err
	}
	p, err := s.people.Get(ctx, x.Person)
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && p.State != Active {
		return Signed{}, errSignIn
	}
	if err != nil {
		return Signed{}, err
	}
	as, err := s.activeAffiliations(ctx, p.ID)
	if err != nil {
		return Signed{}, err
	}
	if now.Sub(x.Seen.Time) >= seenEvery {
		x = s.seen(ctx, x, now)
	}
	return Signed{Actor: actorOf(&p, &x, as), Lang: p.Lang, API: x.API, Choose: x.Choose, Expires: x.Expires}, nil
}

// seen notes that a session is used and moves its end. A store that cannot be
// written must not keep people from reading, so that a failure changes nothing.
func (s *Service) seen(ctx context.Context, x Session, now darasa.Time) Session {
	y, err := s.sessions.Update(ctx, x.ID, func(y *Session) error {
		y.Seen, y.Expires = now, y.end(now)
		return nil
	})
	if err != nil {
		return x
	}
	return y
}

// Sessions returns the actor's sessions that have not run out, the newest first.
func (s *Service) Sessions(ctx context.Context, actor darasa.Actor, now darasa.Time) ([]Session, error) {
	if actor.Anonymous() {
		return nil, errSignIn
	}
	return s.sessionsOf(ctx, actor.Person, now)
}

func (s *Service) sessionsOf(ctx context.Context, person darasa.ID, now darasa.Time) ([]Session, error) {
	xs, err := s.sessions.Find(ctx, store.Query{Equal: map[string]string{"person": string(person)}, Order: "made", Descending: true})
	return slices.DeleteFunc(xs, func(x Session) bool { return !now.Before(x.Expires.Time) }), err
}

// SignOut ends one of the actor's sessions: the one in use where id is empty.
func (s *Service) SignOut(ctx context.Context, actor darasa.Actor, id darasa.ID, now darasa.Time) error {
	if actor.Anonymous() {
		return errSignIn
	}
	if id == "" {
		id = actor.Session
	}
	x, err := s.sessions.Get(ctx, id)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if x.Person != actor.Person {
		return darasa.Fail(darasa.NotFound, "Kipindi hiki hakipo.", "There is no such session.")
	}
	if err := s.sessions.Delete(ctx, id); err != nil {
		return err
	}
	s.cache.dropSession(id)
	return s.ledger.Audit(ctx, actor, "sign-out", string(actor.Person), "", now)
}

// SignOutElsewhere ends the actor's sessions but for the one in use.
func (s *Service) SignOutElsewhere(ctx context.Context, actor darasa.Actor, now darasa.Time) error {
	if actor.Anonymous() {
		return errSignIn
	}
	if err := s.endSessions(ctx, actor.Person, actor.Session); err != nil {
		return err
	}
	return s.ledger.Audit(ctx, actor, "sign-out", string(actor.Person), "elsewhere", now)
}

// Use switches the institution in use to another that the actor belongs to; a
// national administrator may use any.
func (s *Service) Use(ctx context.Context, actor darasa.Actor, institution darasa.ID) error {
	if actor.Anonymous() {
		return errSignIn
	}
	if !actor.National() {
		a, err := s.affiliations.Get(ctx, affiliationID(actor.Person, institution))
		if darasa.CodeOf(err) == darasa.NotFound || err == nil && a.State != Active {
			return darasa.Fail(darasa.NotFound, "Huna uhusiano na taasisi hii.", "You do not belong to this institution.")
		}
		if err != nil {
			return err
		}
	} else if err := s.administers(ctx, actor, institution); err != nil {
		return err
	}
	_, err := s.sessions.Update(ctx, actor.Session, func(x *Session) error {
		if x.Person != actor.Person {
			return errForbidden
		}
		x.Institution = institution
		return nil
	})
	s.cache.dropSession(actor.Session)
	return err
}

// SweepSessions deletes the sessions that have run out; `jobs` runs it every night.
func (s *Service) SweepSessions(ctx context.Context, now darasa.Time) error {
	q := store.Query{Range: &store.Range{Field: "expires", To: now.String()}, Order: "expires"}
	return s.sessions.Each(ctx, q, func(x Session) error { return s.sessions.Delete(ctx, x.ID) })
}
