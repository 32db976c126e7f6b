package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/frontend"
)

// foundMost is how many people a search shows.
const foundMost = 20

var addFields = []string{"first", "middle", "surname", "sex", "cadre", "designation", "check", "council", "registration", "phone", "mail", "facility"}

// addPage looks for a person to enrol, or shows the form of a new one.
func (t *trainers) addPage(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	return t.showAdd(r, fiber.StatusOK, h, frontend.Form{})
}

func (t *trainers) showAdd(r *Req, status int, h frontend.RunHead, f frontend.Form) error {
	v := frontend.AddLearnerView{RunHead: h, Query: r.Query("q"), Form: f, Cadres: items(t.Lists.Cadres, r.Lang)}
	for _, c := range t.Lists.Councils {
		v.Councils = append(v.Councils, frontend.Option{Value: c.Code, Label: c.Code + ": " + c.Name.In(r.Lang)})
	}
	if v.Query != "" {
		ms, next, err := t.Accounts.Members(r.Ctx(), r.Actor, account.MemberQuery{Institution: h.Run.Institution, Text: v.Query, Limit: foundMost})
		if err != nil {
			return err
		}
		v.More = next != nil
		if v.Found, err = t.found(r, h, ms); err != nil {
			return err
		}
	}
	return r.HTML(status, frontend.AddLearnerPage(r.runPage(), v))
}

// found says of each person what tells them apart, and who is in the run.
func (t *trainers) found(r *Req, h frontend.RunHead, ms []account.Member) ([]frontend.FoundPerson, error) {
	ids, codes := make([]darasa.ID, len(ms)), make([]string, len(ms))
	for i, m := range ms {
		ids[i], codes[i] = enrolment.ID(m.Person.ID, h.Run.Course, h.Run.ID), m.Affiliation.Facility
	}
	in, err := t.Enrolments.LookupMany(r.Ctx(), ids)
	if err != nil {
		return nil, err
	}
	places, err := t.Institutions.FacilitiesMany(r.Ctx(), codes)
	out := make([]frontend.FoundPerson, 0, len(ms))
	for i, m := range ms {
		f := frontend.FoundPerson{ID: m.Person.ID, Name: m.Person.FullName(), Cadre: r.cadre(m.Affiliation.Cadre),
			Facility: places[darasa.ID(m.Affiliation.Facility)].Name, Keys: keysOf(r, &m.Person)}
		if e, ok := in[ids[i]]; ok {
			f.In = e.State == enrolment.Active && e.Run == h.Run.ID
		}
		out = append(out, f)
	}
	return out, err
}

func keysOf(r *Req, p *account.Person) string {
	L := r.page("").L
	switch {
	case p.CheckNumber != "":
		return L.T("register.check") + " " + p.CheckNumber
	case len(p.Registrations) > 0:
		return p.Registrations[0].String()
	}
	return p.Phone
}

// add enrols whom the search found, or who is new.
func (t *trainers) add(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	if id := darasa.ID(r.Form("person")); id != "" {
		n, err := t.known(r.Ctx(), r, h, id)
		if err != nil {
			return err
		}
		if _, err := t.Enrolments.Enrol(r.Ctx(), r.keeper(), h.Run.ID, n, r.Now); err != nil {
			return err
		}
		t.forget(h.Run.ID)
		return r.after(frontend.RunAddPath(h.Run.ID), "added")
	}
	return t.addNew(r, h)
}

// known is a member of the run's institution as the enrolment copies them.
func (t *trainers) known(ctx context.Context, r *Req, h frontend.RunHead, id darasa.ID) (enrolment.Newcomer, error) {
	p, err := t.Accounts.Person(ctx, r.Actor, id)
	if err != nil {
		return enrolment.Newcomer{}, err
	}
	as, err := t.Accounts.Affiliations(ctx, r.Actor, id)
	if err != nil {
		return enrolment.Newcomer{}, err
	}
	var here *account.Affiliation
	for i := range as {
		if as[i].Institution == h.Run.Institution {
			here = &as[i]
		}
	}
	if here == nil {
		return enrolment.Newcomer{}, darasa.Fail(darasa.NotFound, "Mtu huyu hayuko kwenye taasisi hii.", "This person is not at this institution.")
	}
	f, err := t.facilityOf(ctx, here)
	return enrolment.Newcomer{Person: p.ID, Lang: p.Lang, Snapshot: enrolment.SnapshotOf(&p, here, f)}, err
}

// addNew takes one person in by the rules of a roster: who is there already
// is found by the numbers and not made again.
func (t *trainers) addNew(r *Req, h frontend.RunHead) error {
	row := enrolment.RosterRow{First: r.Form("first"), Middle: r.Form("middle"), Surname: r.Form("surname"), Sex: r.Form("sex"), Cadre: r.Form("cadre"),
		Designation: r.Form("designation"), CheckNumber: r.Form("check"), Registration: r.Form("registration"), Phone: r.Form("phone"), Mail: r.Form("mail"), HFR: r.Form("facility")}
	if row.Registration != "" {
		row.Council = r.Form("council")
	}
	res, err := t.rosters().Import(r.Ctx(), r.keeper(), enrolment.RosterInput{Run: h.Run.ID, Rows: []enrolment.RosterRow{row}, Lang: r.Lang}, r.Now)
	if bad, ok := r.refused(err, nil); ok {
		return t.showAdd(r, bad.status, h, r.typed(bad.findings, addFields...))
	}
	if err != nil {
		return err
	}
	t.forget(h.Run.ID)
	v := res.Verdicts[0]
	switch v.Verdict {
	case enrolment.RowRefused:
		return t.showAdd(r, fiber.StatusBadRequest, h, r.typed(fieldsOf(v.Findings), addFields...))
	case enrolment.RowUnchanged:
		return r.after(frontend.LearnerPath(v.Enrolment), "there")
	}
	return r.after(frontend.LearnerPath(v.Enrolment), "added")
}

// fieldsOf keeps what refuses, with the fields named as the form has them.
func fieldsOf(fs []darasa.Finding) []darasa.Finding {
	var out []darasa.Finding
	for _, f := range fs {
		if f.Level != darasa.IsError {
			continue
		}
		if f.Field == "hfr" {
			f.Field = "facility"
		}
		out = append(out, f)
	}
	return out
}

// rosters is the use case that takes lists of people in.
func (s *Server) rosters() enrolment.Roster {
	return enrolment.Roster{Enrolments: s.Enrolments, People: s.Accounts, Places: s.Institutions, Keys: s.Book}
}
