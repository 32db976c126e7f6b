package account

import (
	"context"
	"slices"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
)

// claimKeys claims keys for a person, all or none.
func (s *Service) claimKeys(ctx context.Context, person darasa.ID, keys []darasa.ID, now darasa.Time) error {
	for i, k := range keys {
		err := s.ledger.Claim(ctx, k, person, sharedKey(k), now)
		if err == nil {
			continue
		}
		s.dropKeys(ctx, person, keys[:i], now)
		if darasa.CodeOf(err) == darasa.Conflict {
			return errKeyTaken(k)
		}
		return err
	}
	return nil
}

// dropKeys releases keys; what fails here the nightly sweep frees.
func (s *Service) dropKeys(ctx context.Context, person darasa.ID, keys []darasa.ID, now darasa.Time) {
	for _, k := range keys {
		_ = s.ledger.Release(ctx, k, person, now)
	}
}

// dropUnheld releases those keys that the person's document does not hold. It
// is for a write that failed: over a network the answer may be lost and the
// document written, and then nobody else may get the keys.
func (s *Service) dropUnheld(ctx context.Context, person darasa.ID, keys []darasa.ID, now darasa.Time) {
	p, err := s.people.Get(ctx, person)
	if err == nil || darasa.CodeOf(err) == darasa.NotFound {
		s.dropKeys(ctx, person, without(keys, p.keys()), now)
	}
}

// Create makes a person without password or role: claims first, the document
// second. Conflict, naming the field, where a key belongs to somebody else.
// Trainers and administrators do; Affiliate comes next.
func (s *Service) Create(ctx context.Context, actor darasa.Actor, f PersonFacts, now darasa.Time) (Person, error) {
	if !actor.Is(darasa.Trainer, darasa.InstitutionAdmin) {
		return Person{}, errForbidden
	}
	p, err := s.create(ctx, f, now, nil)
	if err != nil {
		return Person{}, err
	}
	return p.stripped(), s.ledger.Audit(ctx, actor, "person-create", string(p.ID), "", now)
}

func (s *Service) create(ctx context.Context, f PersonFacts, now darasa.Time, more func(*Person)) (Person, error) {
	f, fs := f.Check()
	if err := invalidFacts(fs); err != nil {
		return Person{}, err
	}
	p, err := s.person(f, now)
	if err != nil {
		return Person{}, err
	}
	if more != nil {
		more(&p)
	}
	if err := s.claimKeys(ctx, p.ID, p.keys(), now); err != nil {
		return Person{}, err
	}
	if err := s.people.Insert(ctx, &p); err != nil {
		s.dropUnheld(ctx, p.ID, p.keys(), now)
		return Person{}, err
	}
	return p, nil
}

// Person returns somebody: oneself, a member of the own institution for its
// trainers and administrators, anybody for a national administrator.
func (s *Service) Person(ctx context.Context, actor darasa.Actor, id darasa.ID) (Person, error) {
	p, err := s.visible(ctx, actor, id)
	return p.stripped(), err
}

// visible is Person with everything in it, for this package.
func (s *Service) visible(ctx context.Context, actor darasa.Actor, id darasa.ID) (Person, error) {
	if actor.Anonymous() {
		return Person{}, errSignIn
	}
	p, err := s.people.Get(ctx, id)
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && p.State == Erased {
		return Person{}, errNobody
	}
	if err != nil || actor.National() || actor.Person == id {
		return p, err
	}
	if !actor.Is(darasa.Trainer, darasa.InstitutionAdmin) {
		return Person{}, errNobody
	}
	a, err := s.affiliations.For(actor, institutionOf).Get(ctx, affiliationID(id, actor.Institution))
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && a.State != Active {
		return Person{}, errNobody
	}
	return p, err
}

// PeopleMany returns the people that exist among ids, without secrets. It is
// for later stages that have checked whom the actor may see.
func (s *Service) PeopleMany(ctx context.Context, ids []darasa.ID) (map[darasa.ID]Person, error) {
	people, err := s.people.GetMany(ctx, ids)
	for id, p := range people {
		people[id] = p.stripped()
	}
	return people, err
}

// StatementName returns the random account name that stands for a person in
// our own statements, empty after an erasure. For later stages only.
func (s *Service) StatementName(ctx context.Context, id darasa.ID) (string, error) {
	p, err := s.people.Get(ctx, id)
	if darasa.CodeOf(err) == darasa.NotFound {
		return "", errNobody
	}
	return p.Actor, err
}

// PersonPatch changes the facts that are not nil.
type PersonPatch struct {
	First, Middle, Surname, Sex, Phone, Mail, CheckNumber *string
	Registrations                                         *[]Registration
	Lang                                                  *darasa.Lang
}

func (c PersonPatch) apply(f PersonFacts) PersonFacts {
	for _, p := range []struct{ to, from *string }{
		{&f.First, c.First}, {&f.Middle, c.Middle}, {&f.Surname, c.Surname}, {&f.Sex, c.Sex},
		{&f.Phone, c.Phone}, {&f.Mail, c.Mail}, {&f.CheckNumber, c.CheckNumber},
	} {
		if p.from != nil {
			*p.to = *p.from
		}
	}
	if c.Registrations != nil {
		f.Registrations = *c.Registrations
	}
	if c.Lang != nil {
		f.Lang = *c.Lang
	}
	return f
}

// Edit changes facts about a person: oneself, the administrator of the
// institution that has had the person longest, or a national administrator.
// It returns the warnings too, as about a foreign phone.
func (s *Service) Edit(ctx context.Context, actor darasa.Actor, id darasa.ID, c PersonPatch, now darasa.Time) (Person, []darasa.Finding, error) {
	p, err := s.visible(ctx, actor, id)
	if err != nil {
		return Person{}, nil, err
	}
	if actor.Person != id {
		if err := s.guards(ctx, actor, id); err != nil {
			return Person{}, nil, err
		}
	}
	f, fs := c.apply(p.facts()).Check()
	if err := invalidFacts(fs); err != nil {
		return Person{}, fs, err
	}
	fresh := p
	fresh.setFacts(f)
	added := without(fresh.keys(), p.keys())
	if err := s.claimKeys(ctx, id, added, now); err != nil {
		return Person{}, fs, err
	}
	after, before, err := s.replaceFacts(ctx, id, c)
	if err != nil {
		s.dropUnheld(ctx, id, added, now)
		return Person{}, fs, err
	}
	s.dropKeys(ctx, id, without(append(before.keys(), added...), after.keys()), now)
	if err := s.renameAffiliations(ctx, &after); err != nil {
		return Person{}, fs, err
	}
	s.cache.dropPerson(id)
	return after.stripped(), fs, s.ledger.Audit(ctx, actor, "person-edit", string(id), "", now)
}

// replaceFacts writes the change on whatever the document says by now, and
// returns the document after and before it.
func (s *Service) replaceFacts(ctx context.Context, id darasa.ID, c PersonPatch) (after, before Person, err error) {
	after, err = s.people.Update(ctx, id, func(p *Person) error {
		if p.State != Active {
			return errNobody
		}
		before = *p
		f, fs := c.apply(p.facts()).Check()
		if err := invalidFacts(fs); err != nil {
			return err
		}
		p.setFacts(f)
		return nil
	})
	return after, before, err
}

// without returns the elements of a that are not in b.
func without(a, b []darasa.ID) []darasa.ID {
	var out []darasa.ID
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// wants returns the claims of a person's keys.
func (p *Person) wants() []ledger.Want {
	keys := p.keys()
	out := make([]ledger.Want, len(keys))
	for i, k := range keys {
		out[i] = want(k, p.ID)
	}
	return out
}
