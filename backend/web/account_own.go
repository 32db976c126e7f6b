package web

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/content/institutions"
	"darasa/frontend"
)

func (s *Server) accountRoutes() []Route {
	return []Route{
		{Method: "GET", Path: frontend.PathSignIn, Access: Anybody, Handle: s.signInPage},
		{Method: "POST", Path: frontend.PathSignIn, Access: Anybody, Limit: smallForm, Rate: signInRate, Handle: s.signIn},
		{Method: "POST", Path: frontend.PathSignOut, Access: Anybody, Limit: smallForm, Choosing: true, Handle: s.signOut},
		{Method: "GET", Path: frontend.PathRegister, Access: Anybody, Handle: s.registerPage},
		{Method: "POST", Path: frontend.PathRegister, Access: Anybody, Limit: smallForm, Rate: registerRate, Handle: s.openAccount},
		{Method: "GET", Path: frontend.PathPassword, Access: SignedIn, Choosing: true, Handle: s.choosePage},
		{Method: "POST", Path: frontend.PathPassword, Access: SignedIn, Limit: smallForm, Choosing: true, Handle: s.choosePassword},
		{Method: "GET", Path: frontend.PathData, Access: SignedIn, Handle: s.ownData},
		{Method: "POST", Path: frontend.PathData, Access: SignedIn, Limit: smallForm, Handle: s.correct},
		{Method: "GET", Path: frontend.PathDataFile, Access: SignedIn, Rate: 10, As: File, Handle: s.ownFile},
		{Method: "POST", Path: frontend.PathErase, Access: SignedIn, Limit: smallForm, Handle: s.askErasure},
		{Method: "POST", Path: frontend.PathMyPassword, Access: SignedIn, Limit: smallForm, Handle: s.changePassword},
		{Method: "POST", Path: frontend.PathMyLanguage, Access: SignedIn, Limit: smallForm, Handle: s.changeLanguage},
		{Method: "POST", Path: frontend.PathInstitution, Access: SignedIn, Limit: smallForm, Handle: s.useInstitution},
		{Method: "POST", Path: frontend.PathSessions, Access: SignedIn, Limit: smallForm, Handle: s.endSession},
	}
}

var dataFields = []string{"first", "middle", "surname", "sex", "phone", "mail"}

func (s *Server) ownData(r *Req) error {
	v, err := s.ownDataView(r)
	if err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.OwnDataPage(r.donePage(frontend.NavMe), v))
}

// ownDataView gathers what the page of one's own data shows.
func (s *Server) ownDataView(r *Req) (frontend.OwnDataView, error) {
	ctx := r.Ctx()
	p, err := s.Accounts.Person(ctx, r.Actor, r.Actor.Person)
	if err != nil {
		return frontend.OwnDataView{}, err
	}
	v := frontend.OwnDataView{Person: p, Form: frontend.Form{Values: map[string]string{
		"first": p.First, "middle": p.Middle, "surname": p.Surname, "sex": p.Sex, "phone": p.Phone, "mail": p.Mail,
	}}}
	as, err := s.Accounts.Affiliations(ctx, r.Actor, p.ID)
	if err != nil {
		return v, err
	}
	if v.Affiliations, err = s.affiliationViews(r, as); err != nil {
		return v, err
	}
	if v.Consents, err = s.Accounts.Consents(ctx, r.Actor); err != nil {
		return v, err
	}
	xs, err := s.Accounts.Sessions(ctx, r.Actor, r.Now)
	for _, x := range xs {
		v.Sessions = append(v.Sessions, frontend.SessionView{Session: x, This: x.ID == r.Actor.Session})
	}
	return v, err
}

// platformName stands where an institution would for who belongs to none.
var platformName = darasa.T("Jukwaa zima", "The whole platform")

func (s *Server) affiliationViews(r *Req, as []account.Affiliation) ([]frontend.AffiliationView, error) {
	ids, codes := make([]darasa.ID, len(as)), make([]string, len(as))
	for i, a := range as {
		ids[i], codes[i] = a.Institution, a.Facility
	}
	places, err := s.Institutions.Many(r.Ctx(), ids)
	if err != nil {
		return nil, err
	}
	facilities, err := s.Institutions.FacilitiesMany(r.Ctx(), codes)
	if err != nil {
		return nil, err
	}
	out := make([]frontend.AffiliationView, 0, len(as))
	for _, a := range as {
		v := frontend.AffiliationView{Institution: a.Institution, Name: places[a.Institution].Name, Roles: a.Roles,
			Cadre: institutions.Find(s.Lists.Cadres, a.Cadre).In(r.Lang), Designation: a.Designation,
			Facility: facilities[darasa.ID(a.Facility)].Name, InUse: a.Institution == r.Actor.Institution}
		if a.Institution == account.Platform {
			v.Name = platformName
		}
		out = append(out, v)
	}
	return out, nil
}

// ownDataAgain shows the page with what change made of its view.
func (s *Server) ownDataAgain(r *Req, status int, p frontend.Page, change func(*frontend.OwnDataView)) error {
	v, err := s.ownDataView(r)
	if err != nil {
		return err
	}
	change(&v)
	return r.HTML(status, frontend.OwnDataPage(p, v))
}

// correct changes facts about oneself.
func (s *Server) correct(r *Req) error {
	text := func(name string) *string { v := r.Form(name); return &v }
	_, _, err := s.Accounts.Edit(r.Ctx(), r.Actor, r.Actor.Person, account.PersonPatch{
		First: text("first"), Middle: text("middle"), Surname: text("surname"), Sex: text("sex"), Phone: text("phone"), Mail: text("mail"),
	}, r.Now)
	if err == nil {
		return r.after(frontend.PathData, "saved")
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	return s.ownDataAgain(r, bad.status, r.page(frontend.NavMe), func(v *frontend.OwnDataView) {
		v.Form = r.typed(bad.findings, dataFields...)
	})
}

// ownFile is everything that is kept about oneself, as a file.
func (s *Server) ownFile(r *Req) error {
	d, err := s.Accounts.Export(r.Ctx(), r.Actor, r.Actor.Person, r.Now)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return r.Bytes("application/json", "darasa-"+string(darasa.DateOf(r.Now, s.cfg.Zone))+".json", b)
}

// askErasure notes the wish to be erased, which an administrator sees to, or
// takes it back.
func (s *Server) askErasure(r *Req) error {
	if r.Form("do") == "keep" {
		if err := s.Accounts.KeepAfterAll(r.Ctx(), r.Actor, r.Now); err != nil {
			return err
		}
		return r.after(frontend.PathData, "keep")
	}
	if r.Form("confirm") == "" {
		t := darasa.T("Weka alama kwanza kuwa unaelewa kuwa hutaweza kuingia tena.", "First tick that you understand that you cannot sign in again.")
		return s.ownDataAgain(r, fiber.StatusBadRequest, r.badPage(frontend.NavMe, t), func(*frontend.OwnDataView) {})
	}
	if err := s.Accounts.AskErasure(r.Ctx(), r.Actor, r.Now); err != nil {
		return err
	}
	return r.after(frontend.PathData, "erase")
}

// changeLanguage keeps the language of messages and goes on in it.
func (s *Server) changeLanguage(r *Req) error {
	l, ok := darasa.ParseLang(r.Form("lang"))
	if !ok {
		return darasa.Fail(darasa.Invalid, "Chagua Kiswahili au Kiingereza.", "Choose Swahili or English.")
	}
	if _, _, err := s.Accounts.Edit(r.Ctx(), r.Actor, r.Actor.Person, account.PersonPatch{Lang: &l}, r.Now); err != nil {
		return err
	}
	r.Lang = l
	return r.after(frontend.PathData, "saved")
}

// useInstitution switches the institution in use.
func (s *Server) useInstitution(r *Req) error {
	if err := s.Accounts.Use(r.Ctx(), r.Actor, darasa.ID(r.Form("institution"))); err != nil {
		return err
	}
	return r.after(frontend.PathData, "institution")
}

// endSession signs one device out, or all others where none is named.
func (s *Server) endSession(r *Req) error {
	id := darasa.ID(r.Form("session"))
	if id == "" {
		if err := s.Accounts.SignOutElsewhere(r.Ctx(), r.Actor, r.Now); err != nil {
			return err
		}
		return r.after(frontend.PathData, "sessions")
	}
	if id == r.Actor.Session {
		return s.signOut(r)
	}
	if err := s.Accounts.SignOut(r.Ctx(), r.Actor, id, r.Now); err != nil {
		return err
	}
	return r.after(frontend.PathData, "sessions")
}
