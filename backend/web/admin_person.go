package web

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/frontend"
)

// member returns the person of the path as the institution has them.
func (s *Server) member(r *Req) (place, account.Person, account.Affiliation, error) {
	p, err := s.place(r)
	if err != nil {
		return p, account.Person{}, account.Affiliation{}, err
	}
	person, err := s.Accounts.Person(r.Ctx(), p.actor, idParam(r, "person"))
	if err != nil {
		return p, person, account.Affiliation{}, err
	}
	a, err := s.affiliationAt(r, p, person.ID)
	if err != nil {
		return p, person, account.Affiliation{}, err
	}
	if a == nil {
		return p, person, account.Affiliation{}, notFound()
	}
	return p, person, *a, nil
}

func (s *Server) onePerson(r *Req) error {
	p, person, a, err := s.member(r)
	if err != nil {
		return err
	}
	return s.showPerson(r, fiber.StatusOK, p, person, a, workForm(&a))
}

// workForm is the form of what somebody is at the institution, as it stands.
func workForm(a *account.Affiliation) frontend.Form {
	return frontend.Form{Values: map[string]string{"cadre": a.Cadre, "designation": a.Designation, "facility": a.Facility}}
}

// mayChangeRoles tells whether the actor may change somebody's roles: not the
// own, so that nobody locks themselves out, and a national administrator's
// only as one.
func mayChangeRoles(actor darasa.Actor, a *account.Affiliation) bool {
	return a.Person != actor.Person && (actor.National() || !slices.Contains(a.Roles, darasa.NationalAdmin))
}

func (s *Server) showPerson(r *Req, status int, p place, person account.Person, a account.Affiliation, f frontend.Form) error {
	return s.showPersonWith(r, status, p, person, a, f, func(*frontend.PersonView) {})
}

// showPersonWith shows the page with what change made of its view.
func (s *Server) showPersonWith(r *Req, status int, p place, person account.Person, a account.Affiliation, f frontend.Form, change func(*frontend.PersonView)) error {
	page := r.donePage(frontend.NavAdmin)
	v := frontend.PersonView{Place: p.Place, Person: person, Affiliation: a, Form: f, Cadres: items(s.Lists.Cadres, r.Lang), Self: person.ID == r.Actor.Person}
	if a.Cadre != "" && !listed(s.Lists.Cadres, a.Cadre) { // a roster may bring one of its own
		v.Cadres = append(v.Cadres, frontend.Option{Value: a.Cadre, Label: a.Cadre})
	}
	var err error
	if v.LooksAfter, err = s.Accounts.LooksAfter(r.Ctx(), p.actor, person.ID); err != nil {
		return err
	}
	if mayChangeRoles(r.Actor, &a) {
		v.Roles = roleTicks(page, a.Roles)
	}
	if person.Code != nil && r.Now.Before(person.Code.Expires.Time) {
		v.CodeUntil = person.Code.Expires
	}
	facility, err := s.facilityOf(r.Ctx(), &a)
	if err != nil {
		return err
	}
	if facility != nil {
		v.Facility = facility.Name
	}
	if v.Enrolments, err = s.enrolmentItems(r, p, person.ID); err != nil {
		return err
	}
	change(&v)
	return r.HTML(status, frontend.PersonPage(page, v))
}

// enrolmentItems lists a person's courses at the institution, the latest first.
func (s *Server) enrolmentItems(r *Req, p place, person darasa.ID) ([]frontend.EnrolmentItem, error) {
	ctx := r.Ctx()
	es, err := s.Enrolments.OfPerson(ctx, person)
	if err != nil {
		return nil, err
	}
	ps, err := s.Progress.OfPerson(ctx, person)
	if err != nil {
		return nil, err
	}
	status := map[darasa.ID]string{}
	for i := range ps {
		status[ps[i].ID] = ps[i].Status
	}
	var out []frontend.EnrolmentItem
	for _, e := range es {
		if e.Institution != p.ID || e.Pointer != "" {
			continue
		}
		ed, err := s.Courses.Edition(ctx, e.Edition)
		if err != nil {
			return nil, err
		}
		item := frontend.EnrolmentItem{ID: e.ID, Course: ed.Title, Code: ed.Code, Status: cmp.Or(status[e.ID], "not-started"), At: e.Made}
		if e.Run != "" {
			run, err := s.Enrolments.LookupRun(ctx, e.Run)
			if err != nil && darasa.CodeOf(err) != darasa.NotFound {
				return nil, err
			}
			item.Run = run.Name
		}
		out = append(out, item)
	}
	slices.SortStableFunc(out, func(a, b frontend.EnrolmentItem) int { return b.At.Compare(a.At) })
	return out, nil
}

// changePerson changes what somebody is at the institution.
func (s *Server) changePerson(r *Req) error {
	p, person, a, err := s.member(r)
	if err != nil {
		return err
	}
	patch, fs, err := s.workPatch(r)
	if err != nil {
		return err
	}
	if mayChangeRoles(r.Actor, &a) {
		roles, err := r.postedRoles()
		fs = append(fs, asFindings(err)...)
		patch.Roles = &roles
	}
	if len(fs) > 0 {
		err = darasa.Fail(darasa.Invalid, "Kuna cha kurekebisha.", "Something needs mending.").With(fs...)
	} else {
		_, err = s.Accounts.Affiliate(r.Ctx(), p.actor, person.ID, p.ID, patch, r.Now)
	}
	if err == nil {
		return r.after(frontend.PersonPath(p.ID, person.ID), "saved")
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	return s.showPerson(r, bad.status, p, person, a, r.typed(bad.findings, "cadre", "designation", "facility"))
}

// personCode issues a one-time code and shows its card, this once.
func (s *Server) personCode(r *Req) error {
	p, person, _, err := s.member(r)
	if err != nil {
		return err
	}
	code, err := s.Accounts.IssueCode(r.Ctx(), p.actor, person.ID, r.Now)
	if err != nil {
		return err
	}
	card := frontend.CodeCard{Name: code.Name, Institution: p.Name, Login: code.Login, Code: code.Code, Expires: code.Expires, URL: s.shownURL()}
	r.SetHeader(fiber.HeaderCacheControl, "private, no-store")
	return r.HTML(fiber.StatusOK, frontend.CardsPage(r.page(frontend.NavAdmin), []frontend.CodeCard{card}))
}

// shownURL is the platform's address as people type it.
func (s *Server) shownURL() string {
	u := *s.cfg.URL
	u.Path, u.RawQuery = "", ""
	return u.String()
}

// personState ends what somebody is at the institution, or takes them in again.
func (s *Server) personState(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	id := idParam(r, "person")
	switch r.Form("do") {
	case "end":
		if id == r.Actor.Person {
			return darasa.Fail(darasa.Conflict, "Huwezi kumaliza uhusiano wako mwenyewe.", "You cannot end your own affiliation.")
		}
		if err := s.Accounts.EndAffiliation(r.Ctx(), p.actor, id, p.ID, r.Now); err != nil {
			return err
		}
		return r.after(frontend.PeoplePath(p.ID), "ended")
	case "resume":
		// A bare id must not let an institution take anybody in: it adds who
		// was there before like anybody else, by a number or address.
		if !r.Actor.National() {
			return notFound()
		}
		if _, err := s.Accounts.Affiliate(r.Ctx(), p.actor, id, p.ID, account.AffiliationPatch{}, r.Now); err != nil {
			return err
		}
		return r.after(frontend.PersonPath(p.ID, id), "resumed")
	}
	return errDo
}

var errDo = darasa.Fail(darasa.Invalid, "Kitendo hiki hakijulikani. Fungua ukurasa upya.", "This act is not known. Open the page again.")
