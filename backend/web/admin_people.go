package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/content/institutions"
	"darasa/frontend"
)

// people lists the members of an institution.
func (s *Server) people(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	q := account.MemberQuery{Institution: p.ID, Text: r.Query("q"), Staff: r.Query("rank") == account.Staff}
	v := frontend.PeopleView{Place: p.Place, Query: q.Text, Rank: r.Query("rank")}
	switch v.Rank {
	case "", account.Staff:
	case string(darasa.Learner):
		q.Role = darasa.Learner
	default:
		v.Rank = ""
	}
	if q.After, err = r.cursor(); err != nil {
		return err
	}
	ms, next, err := s.Accounts.Members(r.Ctx(), p.actor, q)
	if err != nil {
		return err
	}
	v.Next = cursorText(next)
	if v.People, err = s.personItems(r, ms); err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.PeoplePage(r.donePage(frontend.NavAdmin), v))
}

func (s *Server) personItems(r *Req, ms []account.Member) ([]frontend.PersonItem, error) {
	codes := make([]string, len(ms))
	for i, m := range ms {
		codes[i] = m.Affiliation.Facility
	}
	facilities, err := s.Institutions.FacilitiesMany(r.Ctx(), codes)
	if err != nil {
		return nil, err
	}
	out := make([]frontend.PersonItem, 0, len(ms))
	for _, m := range ms {
		a := m.Affiliation
		out = append(out, frontend.PersonItem{ID: m.Person.ID, Name: m.Person.FullName(), Roles: a.Roles,
			Cadre: institutions.Find(s.Lists.Cadres, a.Cadre).In(r.Lang), Designation: a.Designation,
			Facility: facilities[darasa.ID(a.Facility)].Name, NoPassword: !m.Person.HasPassword, Ended: a.State == account.Ended})
	}
	return out, nil
}

// roleTicks are the roles that the actor may give, with those that are on.
func roleTicks(p frontend.Page, on []darasa.Role) []frontend.Ticked {
	var out []frontend.Ticked
	for _, role := range darasa.Roles {
		if role == darasa.NationalAdmin && !p.Actor.National() {
			continue
		}
		out = append(out, frontend.Ticked{Option: frontend.Option{Value: string(role), Label: p.RoleName(role)}, On: slices.Contains(on, role)})
	}
	return out
}

// postedRoles reads the ticked roles; an unknown one is Invalid.
func (r *Req) postedRoles() ([]darasa.Role, error) {
	var out []darasa.Role
	for _, s := range r.FormAll()["role"] {
		role, ok := darasa.ParseRole(s)
		if !ok || role == darasa.NationalAdmin && !r.Actor.National() {
			return nil, darasa.Fail(darasa.Invalid, "Jukumu hili haliwezi kutolewa hapa.", "This role cannot be given here.").With(
				mend("role", "Jukumu hili haliwezi kutolewa hapa.", "This role cannot be given here.", "Chagua kwenye orodha.", "Choose from the list."))
		}
		out = append(out, role)
	}
	if len(out) == 0 {
		return nil, darasa.Fail(darasa.Invalid, "Hakuna jukumu.", "There is no role.").With(
			mend("role", "Hujachagua jukumu.", "No role is chosen.", "Chagua angalau moja.", "Choose at least one."))
	}
	return out, nil
}

var personFields = []string{"first", "middle", "surname", "sex", "cadre", "designation", "facility", "check", "council", "registration", "phone", "mail"}

func (s *Server) newPerson(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	return s.showNewPerson(r, p, fiber.StatusOK, frontend.Form{}, []darasa.Role{darasa.Learner})
}

func (s *Server) showNewPerson(r *Req, p place, status int, f frontend.Form, on []darasa.Role) error {
	page := r.page(frontend.NavAdmin)
	v := frontend.AddPersonView{Place: p.Place, Form: f, Roles: roleTicks(page, on), Cadres: items(s.Lists.Cadres, r.Lang),
		Councils: councils(s.Lists.Councils, r.Lang)}
	return r.HTML(status, frontend.AddPersonPage(page, v))
}

// addPerson makes a person at an institution, or takes in one who has an
// account elsewhere.
func (s *Server) addPerson(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	id, what, err := s.ensurePerson(r, p)
	if err == nil {
		return r.after(frontend.PersonPath(p.ID, id), what)
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	var on []darasa.Role
	for _, v := range r.FormAll()["role"] {
		on = append(on, darasa.Role(v))
	}
	return s.showNewPerson(r, p, bad.status, r.typed(bad.findings, personFields...), on)
}

// ensurePerson checks the whole form before it writes anything, and tells
// which message fits what became of it.
func (s *Server) ensurePerson(r *Req, p place) (darasa.ID, string, error) {
	roles, err := r.postedRoles()
	fs := asFindings(err)
	patch, more, err := s.workPatch(r)
	if err != nil {
		return "", "", err
	}
	facts, wrong := r.personFacts().Check()
	if fs = append(append(wrong, more...), fs...); darasa.HasErrors(fs) {
		return "", "", darasa.Fail(darasa.Invalid, "Taarifa za mtu zina kasoro.", "Something is wrong with the person's details.").With(fs...)
	}
	e, err := s.Accounts.Ensure(r.Ctx(), p.actor, facts, r.Now)
	if err != nil {
		return "", "", err
	}
	if e.Matched.NameDiffers {
		return "", "", darasa.Fail(darasa.Conflict, "Namba hii ni ya mtu mwenye jina lingine.", "This number belongs to somebody of another name.").With(
			mend(e.Matched.By, "Namba hii ni ya mtu mwenye jina lingine.", "This number belongs to somebody of another name.",
				"Angalia namba na jina la ukoo.", "Check the number and the surname."))
	}
	if !e.Made {
		if there, err := s.affiliationAt(r, p, e.Person); err != nil || there != nil {
			return e.Person, "here", err
		}
	}
	patch.Roles = &roles
	if _, err := s.Accounts.Affiliate(r.Ctx(), p.actor, e.Person, p.ID, patch, r.Now); err != nil {
		return "", "", err
	}
	if e.Made {
		return e.Person, "added", nil
	}
	return e.Person, "known", nil
}

// affiliationAt returns what a person is at the institution, nil where nothing.
func (s *Server) affiliationAt(r *Req, p place, person darasa.ID) (*account.Affiliation, error) {
	as, err := s.Accounts.Affiliations(r.Ctx(), p.actor, person)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil, nil
	}
	for i := range as {
		if as[i].Institution == p.ID {
			return &as[i], err
		}
	}
	return nil, err
}

// workPatch reads cadre, designation and facility; a facility must be on the list.
func (s *Server) workPatch(r *Req) (account.AffiliationPatch, []darasa.Finding, error) {
	cadre, designation, code := r.Form("cadre"), r.Form("designation"), r.Form("facility")
	patch := account.AffiliationPatch{Cadre: &cadre, Designation: &designation, Facility: &code}
	if code == "" {
		return patch, nil, nil
	}
	f, err := s.Institutions.Facility(r.Ctx(), code)
	if darasa.CodeOf(err) == darasa.NotFound {
		return patch, []darasa.Finding{mend("facility", "Hakuna kituo chenye namba hii (HFR).", "There is no facility with this HFR code.",
			"Kitafute kwenye orodha ya vituo, kisha nakili namba yake.", "Find it in the list of facilities and copy its code.")}, nil
	}
	code = string(f.ID)
	return patch, nil, err
}
