package institution

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Facts is what people say of an institution when they make one.
type Facts struct {
	Slug   string // lower case, stays for ever; the id is derived from it
	Code   string // short name: MUHAS
	Name   darasa.Text
	Type   string
	Zone   string
	Seat   string
	Parent darasa.ID
}

// Patch changes the facts that are not nil; a slug never changes.
type Patch struct {
	Code   *string
	Name   *darasa.Text
	Type   *string
	Zone   *string
	Seat   *string
	Parent *darasa.ID
}

// IDOf returns the id of the institution with a slug.
func IDOf(slug string) darasa.ID { return darasa.DeriveID("institution", slug) }

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check returns everything that is wrong with an institution at once.
func (i *Institution) check() error {
	var fs []darasa.Finding
	bad := func(field, sw, en string) {
		fs = append(fs, darasa.Finding{Level: darasa.IsError, Field: field, What: darasa.Text{SW: sw, EN: en}})
	}
	if !slugForm.MatchString(i.Slug) || len(i.Slug) > 60 {
		bad("slug", "Tumia herufi ndogo a-z, tarakimu na kistari.", "Use lower-case letters a-z, digits and hyphens.")
	}
	if i.Code == "" || utf8.RuneCountInString(i.Code) > 20 {
		bad("code", "Andika jina fupi la hadi herufi 20.", "Write a short name of up to 20 characters.")
	}
	for field, v := range map[string]string{"name.sw": i.Name.SW, "name.en": i.Name.EN} {
		if v == "" || utf8.RuneCountInString(v) > 200 {
			bad(field, "Andika jina la hadi herufi 200 katika kila lugha.", "Write a name of up to 200 characters in each language.")
		}
	}
	if i.Type == "" {
		bad("type", "Chagua aina ya taasisi.", "Choose the type of institution.")
	}
	if i.Parent != "" && i.Parent == i.ID {
		bad("parent", "Taasisi haiwezi kuwa chini yake yenyewe.", "An institution cannot stand below itself.")
	}
	if len(fs) == 0 {
		return nil
	}
	return darasa.Fail(darasa.Invalid, "Taarifa za taasisi zina kasoro.", "Something is wrong with the institution's facts.").With(fs...)
}

// Create makes an institution. Only a national administrator does; Conflict
// if the slug is taken.
func (s *Service) Create(ctx context.Context, actor darasa.Actor, f Facts, now darasa.Time) (Institution, error) {
	if !actor.National() {
		return Institution{}, errNational
	}
	i := Institution{ID: IDOf(f.Slug), Slug: f.Slug, Code: strings.TrimSpace(f.Code), Name: f.Name, Type: f.Type,
		Zone: f.Zone, Seat: f.Seat, Parent: f.Parent, State: Active, Made: now}
	if err := i.check(); err != nil {
		return Institution{}, err
	}
	if err := s.institutions.Insert(ctx, &i); err != nil {
		return Institution{}, err
	}
	return i, s.ledger.Audit(ctx, actor, "institution-create", string(i.ID), i.Slug, now)
}

// Edit changes an institution: its own administrator, or a national one.
func (s *Service) Edit(ctx context.Context, actor darasa.Actor, id darasa.ID, p Patch, now darasa.Time) (Institution, error) {
	if err := administers(actor, id); err != nil {
		return Institution{}, err
	}
	if (p.Type != nil || p.Parent != nil) && !actor.National() {
		return Institution{}, errNational
	}
	i, err := s.update(ctx, id, func(i *Institution) error {
		set(&i.Code, p.Code)
		set(&i.Name, p.Name)
		set(&i.Type, p.Type)
		set(&i.Zone, p.Zone)
		set(&i.Seat, p.Seat)
		set(&i.Parent, p.Parent)
		return i.check()
	})
	if err != nil {
		return i, err
	}
	return i, s.ledger.Audit(ctx, actor, "institution-edit", string(id), "", now)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Close ends an institution: its join code stops at once, its records stay.
func (s *Service) Close(ctx context.Context, actor darasa.Actor, id darasa.ID, now darasa.Time) error {
	if err := s.setState(ctx, actor, id, Closed, now); err != nil {
		return err
	}
	return s.dropCode(ctx, id, now)
}

// Reopen takes a closed institution back into use, without a join code.
func (s *Service) Reopen(ctx context.Context, actor darasa.Actor, id darasa.ID, now darasa.Time) error {
	return s.setState(ctx, actor, id, Active, now)
}

func (s *Service) setState(ctx context.Context, actor darasa.Actor, id darasa.ID, state string, now darasa.Time) error {
	if !actor.National() {
		return errNational
	}
	if _, err := s.update(ctx, id, func(i *Institution) error { i.State = state; return nil }); err != nil {
		return err
	}
	return s.ledger.Audit(ctx, actor, "institution-"+state, string(id), "", now)
}

// update is Coll.Update that says "institution" where there is none.
func (s *Service) update(ctx context.Context, id darasa.ID, change func(*Institution) error) (Institution, error) {
	i, err := s.institutions.Update(ctx, id, change)
	if darasa.CodeOf(err) == darasa.NotFound {
		return i, errMissing
	}
	return i, err
}

// Get returns an institution. Its join code is there for its administrators,
// trainers and national administrators only.
func (s *Service) Get(ctx context.Context, actor darasa.Actor, id darasa.ID) (Institution, error) {
	i, err := s.institutions.Get(ctx, id)
	if darasa.CodeOf(err) == darasa.NotFound {
		return i, errMissing
	}
	return i.shownTo(actor), err
}

// Many returns the institutions that exist among ids, without join codes.
func (s *Service) Many(ctx context.Context, ids []darasa.ID) (map[darasa.ID]Institution, error) {
	is, err := s.institutions.GetMany(ctx, ids)
	for id, i := range is {
		i.JoinCode = ""
		is[id] = i
	}
	return is, err
}

// List returns every institution of a type (all types where empty) by slug.
// There are dozens, not thousands: it is not paged.
func (s *Service) List(ctx context.Context, actor darasa.Actor, kind string) ([]Institution, error) {
	q := store.Query{Order: "slug"}
	if kind != "" {
		q.Equal = map[string]string{"type": kind}
	}
	out := []Institution{}
	err := s.institutions.Each(ctx, q, func(i Institution) error {
		out = append(out, i.shownTo(actor))
		return nil
	})
	return out, err
}

// Exists tells whether id is an active institution; account asks it before
// it gives anybody a role there.
func (s *Service) Exists(ctx context.Context, id darasa.ID) (bool, error) {
	i, err := s.institutions.Get(ctx, id)
	if darasa.CodeOf(err) == darasa.NotFound {
		return false, nil
	}
	return err == nil && i.State == Active, err
}

func (i Institution) shownTo(actor darasa.Actor) Institution {
	if !actor.National() && (actor.Institution != i.ID || !actor.Is(darasa.InstitutionAdmin, darasa.Trainer)) {
		i.JoinCode = ""
	}
	return i
}

// administers refuses who does not administer the institution. To anybody
// else's administrator it is not there.
func administers(actor darasa.Actor, id darasa.ID) error {
	switch {
	case actor.National():
		return nil
	case actor.Is(darasa.InstitutionAdmin) && actor.Institution == id:
		return nil
	case actor.Institution == id:
		return darasa.Fail(darasa.Forbidden, "Hii ni kazi ya msimamizi wa taasisi.", "This is for the institution's administrator.")
	}
	return errMissing
}
