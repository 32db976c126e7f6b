package web

import (
	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/frontend"
)

// erasureWishes lists who asked to be erased and whose account the actor looks
// after, each with the institution on whose page of the person it is done.
func (s *Server) erasureWishes(r *Req, a darasa.Actor) ([]frontend.ErasureWish, error) {
	people, err := s.Accounts.ErasureWishes(r.Ctx(), a)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	homes := make([]darasa.ID, len(people))
	for i, p := range people {
		as, err := s.Accounts.Affiliations(r.Ctx(), a, p.ID)
		if err != nil && darasa.CodeOf(err) != darasa.NotFound {
			return nil, err
		}
		for _, x := range as {
			if x.Institution != account.Platform {
				homes[i] = x.Institution
				break
			}
		}
	}
	places, err := s.Institutions.Many(r.Ctx(), homes)
	if err != nil {
		return nil, err
	}
	out := make([]frontend.ErasureWish, len(people))
	for i, p := range people {
		out[i] = frontend.ErasureWish{Person: p.ID, Name: p.FullName(), At: p.PendingErasure}
		if in, ok := places[homes[i]]; ok {
			out[i].Place = frontend.Place{ID: in.ID, Code: in.Code, Name: in.Name}
		}
	}
	return out, nil
}

// erasePerson erases who asked for it. The tick says that whoever does it has
// read what goes: there is no way back.
func (s *Server) erasePerson(r *Req) error {
	p, person, a, err := s.member(r)
	if err != nil {
		return err
	}
	switch {
	case person.PendingErasure.IsZero():
		return darasa.Fail(darasa.Forbidden, "Mtu huyu hajaomba kufutwa.", "This person has not asked to be erased.")
	case person.ID == r.Actor.Person:
		return darasa.Fail(darasa.Forbidden, "Ombi lako hushughulikiwa na msimamizi mwingine.", "Another administrator sees to your own request.")
	case r.Form("confirm") == "":
		return s.showPersonWith(r, fiber.StatusBadRequest, p, person, a, workForm(&a), func(v *frontend.PersonView) {
			v.Erase = frontend.Form{Findings: []darasa.Finding{mend("confirm", "Hujathibitisha.", "You have not confirmed.",
				"Weka alama kwanza.", "Tick the box first.")}}
		})
	}
	if err := s.Accounts.Erase(r.Ctx(), p.actor, person.ID, r.Now); err != nil {
		return err
	}
	return r.after(frontend.AdminPath(p.ID), "erased")
}
