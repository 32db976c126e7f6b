package web

import (
	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/frontend"
)

func (s *Server) joinPage(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	v := frontend.JoinView{Place: p.Place, URL: s.shownURL() + "/sw" + frontend.PathRegister}
	if p.in.JoinCode != "" {
		v.Code = institution.ShowCode(p.in.JoinCode)
	}
	return r.HTML(fiber.StatusOK, frontend.JoinPage(r.donePage(frontend.NavAdmin), v))
}

func (s *Server) changeJoin(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	switch r.Form("do") {
	case "renew":
		_, err = s.Institutions.NewJoinCode(r.Ctx(), p.actor, p.ID, r.Now)
	case "disable":
		err = s.Institutions.DisableJoinCode(r.Ctx(), p.actor, p.ID, r.Now)
	default:
		err = errDo
	}
	if err != nil {
		return err
	}
	return r.after(frontend.JoinPath(p.ID), "code")
}

var (
	institutionFields = []string{"slug", "code", "name_sw", "name_en", "type", "zone", "seat", "parent"}
	// institutionNames are the use case's names of fields that the form calls otherwise.
	institutionNames = map[string]string{"name.sw": "name_sw", "name.en": "name_en"}
)

func (s *Server) settings(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	f := frontend.Form{Values: map[string]string{"code": p.in.Code, "name_sw": p.in.Name.SW, "name_en": p.in.Name.EN, "type": p.in.Type,
		"zone": p.in.Zone, "seat": p.in.Seat, "parent": string(p.in.Parent)}}
	return s.showInstitution(r, fiber.StatusOK, &p, f)
}

// showInstitution shows the form of an institution, of a new one where p is
// nil. Only a national administrator is offered what only they may change.
func (s *Server) showInstitution(r *Req, status int, p *place, f frontend.Form) error {
	v := frontend.InstitutionView{Form: f, Types: items(s.Lists.Types, r.Lang), Zones: items(s.Lists.Zones, r.Lang)}
	var self darasa.ID
	if p != nil {
		v.Place, v.Closed, self = p.Place, p.in.State == institution.Closed, p.ID
		if p.in.Type != "" && !listed(s.Lists.Types, p.in.Type) {
			v.Types = append(v.Types, frontend.Option{Value: p.in.Type, Label: p.in.Type})
		}
	}
	if r.Actor.National() {
		all, err := s.Institutions.List(r.Ctx(), r.Actor, "")
		if err != nil {
			return err
		}
		for _, i := range all {
			if i.ID != self {
				v.Parents = append(v.Parents, frontend.Option{Value: string(i.ID), Label: i.Name.In(r.Lang)})
			}
		}
	} else if p != nil {
		v.Types = only(v.Types, p.in.Type)
	}
	return r.HTML(status, frontend.InstitutionPage(r.donePage(frontend.NavAdmin), v))
}

// only keeps the option with a value.
func only(options []frontend.Option, value string) []frontend.Option {
	for _, o := range options {
		if o.Value == value {
			return []frontend.Option{o}
		}
	}
	return nil
}

func (s *Server) changeSettings(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	code, zone, seat := r.Form("code"), r.Form("zone"), r.Form("seat")
	name := darasa.Text{SW: r.Form("name_sw"), EN: r.Form("name_en")}
	patch := institution.Patch{Code: &code, Name: &name, Zone: &zone, Seat: &seat}
	if r.Actor.National() {
		kind, parent := r.Form("type"), darasa.ID(r.Form("parent"))
		patch.Type, patch.Parent = &kind, &parent
	}
	fs, err := s.checkChoices(r, p.in.Type, p.in.Zone)
	if err == nil && len(fs) == 0 {
		_, err = s.Institutions.Edit(r.Ctx(), p.actor, p.ID, patch, r.Now)
	} else if err == nil {
		err = darasa.Fail(darasa.Invalid, "Kuna cha kurekebisha.", "Something needs mending.").With(fs...)
	}
	if err == nil {
		return r.after(frontend.SettingsPath(p.ID), "saved")
	}
	bad, ok := r.refused(err, institutionNames)
	if !ok {
		return err
	}
	return s.showInstitution(r, bad.status, &p, r.typed(bad.findings, institutionFields...))
}

// checkChoices refuses a type, zone or parent that no list offers and that
// does not stand there already.
func (s *Server) checkChoices(r *Req, kind, zone string) ([]darasa.Finding, error) {
	var fs []darasa.Finding
	if v := r.Form("type"); r.Actor.National() && v != "" && v != kind && !listed(s.Lists.Types, v) {
		fs = append(fs, mend("type", "Aina hii haijulikani.", "This type is not known.", "Chagua kwenye orodha.", "Choose from the list."))
	}
	if v := r.Form("zone"); v != "" && v != zone && !listed(s.Lists.Zones, v) {
		fs = append(fs, mend("zone", "Kanda hii haijulikani.", "This zone is not known.", "Chagua kwenye orodha.", "Choose from the list."))
	}
	if v := darasa.ID(r.Form("parent")); r.Actor.National() && v != "" {
		there, err := s.Institutions.Many(r.Ctx(), []darasa.ID{v})
		if err != nil {
			return nil, err
		}
		if _, ok := there[v]; !ok {
			fs = append(fs, mend("parent", "Taasisi hii haipo.", "There is no such institution.", "Chagua kwenye orodha.", "Choose from the list."))
		}
	}
	return fs, nil
}

// institutionState closes or reopens an institution.
func (s *Server) institutionState(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	switch r.Form("do") {
	case "close":
		err = s.Institutions.Close(r.Ctx(), r.Actor, p.ID, r.Now)
	case "reopen":
		err = s.Institutions.Reopen(r.Ctx(), r.Actor, p.ID, r.Now)
	default:
		err = errDo
	}
	if err != nil {
		return err
	}
	return r.after(frontend.SettingsPath(p.ID), "saved")
}

func (s *Server) institutionList(r *Req) error {
	v := frontend.InstitutionsView{Types: items(s.Lists.Types, r.Lang), Type: r.Query("type")}
	all, err := s.Institutions.List(r.Ctx(), r.Actor, v.Type)
	if err != nil {
		return err
	}
	if v.Wishes, err = s.erasureWishes(r, r.Actor); err != nil {
		return err
	}
	for _, i := range all {
		n, _, err := s.Accounts.CountMembers(r.Ctx(), r.Actor, i.ID)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, frontend.InstitutionItem{Institution: i, People: n})
	}
	return r.HTML(fiber.StatusOK, frontend.InstitutionsPage(r.donePage(frontend.NavAdmin), v))
}

func (s *Server) newInstitution(r *Req) error {
	return s.showInstitution(r, fiber.StatusOK, nil, frontend.Form{})
}

func (s *Server) makeInstitution(r *Req) error {
	fs, err := s.checkChoices(r, "", "")
	var in institution.Institution
	if err == nil {
		if len(fs) == 0 {
			in, err = s.Institutions.Create(r.Ctx(), r.Actor, institution.Facts{Slug: r.Form("slug"), Code: r.Form("code"),
				Name: darasa.Text{SW: r.Form("name_sw"), EN: r.Form("name_en")}, Type: r.Form("type"), Zone: r.Form("zone"),
				Seat: r.Form("seat"), Parent: darasa.ID(r.Form("parent"))}, r.Now)
		} else {
			err = darasa.Fail(darasa.Invalid, "Kuna cha kurekebisha.", "Something needs mending.").With(fs...)
		}
	}
	if err == nil {
		return r.after(frontend.AdminPath(in.ID), "saved")
	}
	if darasa.CodeOf(err) == darasa.Conflict {
		err = darasa.Fail(darasa.Conflict, "Kitambulisho hiki kinatumika.", "This short address is in use.").With(
			mend("slug", "Kitambulisho hiki kinatumika na taasisi nyingine.", "Another institution uses this short address.", "Chagua kingine.", "Choose another."))
	}
	bad, ok := r.refused(err, institutionNames)
	if !ok {
		return err
	}
	return s.showInstitution(r, bad.status, nil, r.typed(bad.findings, institutionFields...))
}
