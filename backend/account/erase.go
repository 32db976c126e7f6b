package account

import (
	"context"
	"slices"

	"darasa/backend/darasa"
)

// Erase takes a person out of the store: names, keys and password go, claims
// are free, affiliations end, sessions too, and the account name by which our
// statements speak of the person is gone, so that they speak of nobody. The
// later stages' hooks run first, while the document still tells them whom. A
// national administrator erases anybody, an institution's administrator who
// asked for it and is looked after there. Repeating it ends what a crash left
// half done.
func (s *Service) Erase(ctx context.Context, actor darasa.Actor, person darasa.ID, now darasa.Time) error {
	p, err := s.people.Get(ctx, person)
	if darasa.CodeOf(err) == darasa.NotFound {
		return errNobody
	}
	if err != nil || p.State == Erased {
		return err
	}
	if err := s.mayErase(ctx, actor, &p); err != nil {
		return err
	}
	if err := s.leaveBeforeErasure(ctx, person); err != nil {
		return err
	}
	// From here on nobody signs in as this person.
	p, err = s.people.Update(ctx, person, func(p *Person) error {
		p.State, p.Password, p.Code = Erasing, "", nil
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.endSessions(ctx, person, ""); err != nil {
		return err
	}
	for _, h := range s.eraseHooks {
		if err := h.run(ctx, p, now); err != nil {
			return darasa.Fail(darasa.CodeOf(err), "Ufutaji haukukamilika katika sehemu ya %s. Rudia.",
				"The erasure stopped at the part %s. Repeat it.", h.name).Because(err)
		}
	}
	if err := s.forget(ctx, &p, now); err != nil {
		return err
	}
	if actor.Person == person { // this line must not bring the name back
		actor.Name, actor.From = "", ""
	}
	return s.ledger.Audit(ctx, actor, "erase", string(person), "", now)
}

func (s *Service) mayErase(ctx context.Context, actor darasa.Actor, p *Person) error {
	if actor.National() {
		return nil
	}
	if _, err := s.visible(ctx, actor, p.ID); err != nil {
		return err
	}
	if err := s.guards(ctx, actor, p.ID); err != nil {
		return err
	}
	if p.PendingErasure.IsZero() && p.State == Active {
		return darasa.Fail(darasa.Forbidden, "Mtu huyu hajaomba kufutwa.", "This person has not asked to be erased.")
	}
	return nil
}

// leaveBeforeErasure takes the person out of the national administrators,
// Conflict for the last one.
func (s *Service) leaveBeforeErasure(ctx context.Context, person darasa.ID) error {
	as, err := s.activeAffiliations(ctx, person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(as, func(a Affiliation) bool { return slices.Contains(a.Roles, darasa.NationalAdmin) }) {
		return s.leaveNational(ctx, person, "", true)
	}
	return nil
}

// forget removes what this stage keeps: affiliations' names, consents'
// addresses, the audit log's names, the claims and at last the document's
// facts, which until then say what is left to do.
func (s *Service) forget(ctx context.Context, p *Person, now darasa.Time) error {
	as, err := s.allAffiliations(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, a := range as {
		if _, err := s.affiliations.Update(ctx, a.ID, func(a *Affiliation) error {
			a.State, a.Key, a.Terms = Ended, "", []string{}
			a.Designation, a.Facility = "", ""
			return nil
		}); err != nil {
			return err
		}
	}
	cs, err := s.consentsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if _, err := s.consents.Update(ctx, c.ID, func(c *Consent) error { c.From = ""; return nil }); err != nil {
			return err
		}
	}
	if err := s.ledger.Forget(ctx, p.ID); err != nil {
		return err
	}
	for _, k := range p.keys() {
		if err := s.ledger.Release(ctx, k, p.ID, now); err != nil {
			return err
		}
	}
	_, err = s.people.Update(ctx, p.ID, func(q *Person) error {
		*q = Person{Meta: q.Meta, ID: q.ID, State: Erased, Made: q.Made, Terms: []string{}}
		return nil
	})
	s.cache.dropPerson(p.ID)
	return err
}
