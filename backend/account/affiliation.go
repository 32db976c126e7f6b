package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

func affiliationID(person, institution darasa.ID) darasa.ID {
	return darasa.DeriveID("affiliation", string(person), string(institution))
}

func institutionOf(a *Affiliation) darasa.ID { return a.Institution }

// AffiliationPatch changes what is not nil. Cadre is a slug of the open list
// or free text, Facility an HFR code.
type AffiliationPatch struct {
	Roles                        *[]darasa.Role
	Cadre, Designation, Facility *string
}

// Affiliate makes or changes what a person is at an institution. The
// institution's administrator gives and takes learner, trainer, author and
// administrator, a national administrator every role; nobody takes the role
// of the last national administrator. A new affiliation without roles is a
// learner's.
func (s *Service) Affiliate(ctx context.Context, actor darasa.Actor, person, institution darasa.ID, c AffiliationPatch, now darasa.Time) (Affiliation, error) {
	if err := s.administers(ctx, actor, institution); err != nil {
		return Affiliation{}, err
	}
	p, err := s.people.Get(ctx, person)
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && p.State != Active {
		return Affiliation{}, errNobody
	}
	if err != nil {
		return Affiliation{}, err
	}
	old, err := s.affiliations.Get(ctx, affiliationID(person, institution))
	if err != nil && darasa.CodeOf(err) != darasa.NotFound {
		return Affiliation{}, err
	}
	if c.Roles != nil {
		if err := s.holdNational(ctx, actor, person, &old, institution, *c.Roles, now); err != nil {
			return Affiliation{}, err
		}
	}
	was := ""
	a, err := s.affiliations.Upsert(ctx, affiliationID(person, institution),
		func() Affiliation { return newAffiliation(&p, institution, now) },
		func(a *Affiliation) error {
			if a.Rev == 0 || a.State == Ended {
				was = ""
			} else {
				was = roleList(a.Roles)
			}
			a.setName(&p)
			return a.change(actor, c, now)
		})
	if err != nil {
		return Affiliation{}, err
	}
	s.cache.dropPerson(person)
	if is := roleList(a.Roles); is != was {
		err = s.ledger.Audit(ctx, actor, "role", string(person), fmt.Sprintf("%s: %s -> %s", institution, was, is), now)
	}
	return a, err
}

// administers refuses who does not administer the institution, and an
// institution that is not there.
func (s *Service) administers(ctx context.Context, actor darasa.Actor, institution darasa.ID) error {
	switch {
	case !actor.National() && (!actor.Is(darasa.InstitutionAdmin) || actor.Institution != institution):
		return errForbidden
	case institution == Platform || s.o.Institution == nil:
		return nil
	}
	return s.institutionExists(ctx, institution)
}

func (s *Service) institutionExists(ctx context.Context, institution darasa.ID) error {
	if s.o.Institution == nil {
		return nil
	}
	there, err := s.o.Institution(ctx, institution)
	if err == nil && !there {
		err = darasa.Fail(darasa.NotFound, "Taasisi haipo au imefungwa.", "The institution is not there or is closed.")
	}
	return err
}

func newAffiliation(p *Person, institution darasa.ID, now darasa.Time) Affiliation {
	return Affiliation{ID: affiliationID(p.ID, institution), Person: p.ID, Institution: institution,
		Roles: []darasa.Role{darasa.Learner}, Rank: string(darasa.Learner), State: Active, Made: now}
}

// setName copies the person's name for order and search within the institution.
func (a *Affiliation) setName(p *Person) {
	a.Key = p.sortKey()
	a.Terms = make([]string, len(p.Terms))
	for i, t := range p.Terms {
		a.Terms[i] = scopedTerm(a.Institution, t)
	}
}

func scopedTerm(institution darasa.ID, word string) string { return string(institution) + "/" + word }

// change applies a patch, checking that the actor may.
func (a *Affiliation) change(actor darasa.Actor, c AffiliationPatch, now darasa.Time) error {
	if a.State == Ended {
		a.again(now)
	}
	if a.Institution == Platform {
		a.Roles = slices.DeleteFunc(a.Roles, func(r darasa.Role) bool { return r != darasa.NationalAdmin })
	}
	for _, p := range []struct{ to, from *string }{{&a.Cadre, c.Cadre}, {&a.Designation, c.Designation}, {&a.Facility, c.Facility}} {
		if p.from != nil {
			if *p.to = tidy(*p.from); utf8.RuneCountInString(*p.to) > maxText {
				return darasa.Fail(darasa.Invalid, "Maandishi ni marefu mno.", "The text is too long.")
			}
		}
	}
	if c.Roles != nil {
		return a.setRoles(actor, *c.Roles)
	}
	if len(a.Roles) == 0 {
		return errNoRole
	}
	a.rank()
	return nil
}

// again begins an ended affiliation anew: without the roles of old, and as the
// newest, because the oldest looks after the account (guards).
func (a *Affiliation) again(now darasa.Time) {
	a.State, a.Roles, a.Made = Active, []darasa.Role{darasa.Learner}, now
	a.rank()
}

// EndAffiliation ends what a person is at an institution. The records stay.
func (s *Service) EndAffiliation(ctx context.Context, actor darasa.Actor, person, institution darasa.ID, now darasa.Time) error {
	if !actor.National() && (!actor.Is(darasa.InstitutionAdmin) || actor.Institution != institution) {
		return errForbidden
	}
	id := affiliationID(person, institution)
	a, err := s.affiliations.Get(ctx, id)
	if darasa.CodeOf(err) == darasa.NotFound {
		return errNobody
	}
	if err != nil || a.State == Ended {
		return err
	}
	if slices.Contains(a.Roles, darasa.NationalAdmin) {
		if !actor.National() {
			return errForbidden
		}
		if err := s.leaveNational(ctx, person, institution, false); err != nil {
			return err
		}
	}
	if err := s.endAffiliation(ctx, id); err != nil {
		return err
	}
	s.cache.dropPerson(person)
	return s.ledger.Audit(ctx, actor, "role", string(person), fmt.Sprintf("%s: %s -> ", institution, roleList(a.Roles)), now)
}

func (s *Service) endAffiliation(ctx context.Context, id darasa.ID) error {
	_, err := s.affiliations.Update(ctx, id, func(a *Affiliation) error { a.State = Ended; return nil })
	return err
}

// allAffiliations returns every affiliation of a person, the oldest first.
func (s *Service) allAffiliations(ctx context.Context, person darasa.ID) ([]Affiliation, error) {
	as, err := s.affiliations.Find(ctx, store.Query{Equal: map[string]string{"person": string(person)}})
	slices.SortFunc(as, func(a, b Affiliation) int {
		if c := a.Made.Compare(b.Made); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return as, err
}

func (s *Service) activeAffiliations(ctx context.Context, person darasa.ID) ([]Affiliation, error) {
	as, err := s.allAffiliations(ctx, person)
	return slices.DeleteFunc(as, func(a Affiliation) bool { return a.State != Active }), err
}

// Affiliations returns a person's active affiliations, the oldest first: all
// of them for oneself and national administrators, else the one with the
// actor's institution.
func (s *Service) Affiliations(ctx context.Context, actor darasa.Actor, person darasa.ID) ([]Affiliation, error) {
	if _, err := s.visible(ctx, actor, person); err != nil {
		return nil, err
	}
	as, err := s.activeAffiliations(ctx, person)
	if actor.National() || actor.Person == person {
		return as, err
	}
	return slices.DeleteFunc(as, func(a Affiliation) bool { return a.Institution != actor.Institution }), err
}

// renameAffiliations copies a changed name into the person's affiliations.
func (s *Service) renameAffiliations(ctx context.Context, p *Person) error {
	as, err := s.allAffiliations(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, a := range as {
		_, err := s.affiliations.Update(ctx, a.ID, func(a *Affiliation) error {
			key, terms := a.Key, a.Terms
			if a.setName(p); a.Key == key && slices.Equal(a.Terms, terms) {
				return store.ErrUnchanged
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
