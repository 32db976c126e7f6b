package web

import (
	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/content/institutions"
	"darasa/frontend"
)

// registerFields are put back into a refused form; passwords never are.
var registerFields = []string{"code", "first", "middle", "surname", "sex", "cadre", "phone", "mail", "check", "council", "registration", "consent"}

// councils turns the councils into the options of a select; their codes are
// what registration numbers name.
func councils(list []institutions.Council, l darasa.Lang) []frontend.Option {
	out := make([]frontend.Option, 0, len(list))
	for _, c := range list {
		out = append(out, frontend.Option{Value: c.Code, Label: c.Code + ": " + c.Name.In(l)})
	}
	return out
}

func (s *Server) registerPage(r *Req) error {
	if !r.Actor.Anonymous() {
		return r.Redirect(r.To(frontend.PathHome))
	}
	return s.showRegister(r, fiber.StatusOK, frontend.NewForm(r.Query, "code"))
}

func (s *Server) showRegister(r *Req, status int, f frontend.Form) error {
	v := frontend.OpenAccountView{Form: f, Cadres: items(s.Lists.Cadres, r.Lang), Councils: councils(s.Lists.Councils, r.Lang)}
	return r.HTML(status, frontend.OpenAccountPage(r.page(frontend.NavSignIn), v))
}

// openAccount opens an account at the institution of a join code and signs in.
func (s *Server) openAccount(r *Req) error {
	if !r.Actor.Anonymous() {
		return r.Redirect(r.To(frontend.PathHome))
	}
	g := account.SelfRegistration{
		JoinCode: r.Form("code"), Facts: r.personFacts(), Cadre: r.Form("cadre"), Password: r.Form("password"),
		Notice: r.Form("notice"), Consent: r.Form("consent") != "", Device: deviceName(r.Header(fiber.HeaderUserAgent)), From: r.Actor.From,
	}
	own := s.checkRegister(r)
	if len(own) > 0 {
		// No account is made, but all that is wrong is to be said at once: an
		// empty password is refused for certain, after everything was looked at.
		own = append(own, passwordFindings(g.Password)...)
		g.Password = ""
	}
	in, err := s.Accounts.Register(r.Ctx(), g, r.Now)
	if err == nil {
		return s.enter(r, in, false)
	}
	bad, ok := r.refused(err, map[string]string{"join": "code"})
	if !ok {
		return err
	}
	if len(own) > 0 {
		bad.findings = append(withoutField(bad.findings, "password"), own...)
	}
	return s.showRegister(r, bad.status, r.typed(bad.findings, registerFields...))
}

// checkRegister returns what the form knows and the use case does not.
func (s *Server) checkRegister(r *Req) []darasa.Finding {
	var fs []darasa.Finding
	if !listed(s.Lists.Cadres, r.Form("cadre")) {
		fs = append(fs, mend("cadre", "Hujachagua kada.", "No cadre is chosen.", "Chagua kada yako kwenye orodha.", "Choose your cadre from the list."))
	}
	if r.Form("repeat") != r.Form("password") {
		fs = append(fs, unlike())
	}
	if r.Form("consent") != "" && r.Form("notice") != frontend.NoticeVersion {
		fs = append(fs, mend("consent", "Ilani ya faragha imebadilika.", "The privacy notice has changed.",
			"Isome upya, kisha weka alama ukikubali.", "Read it again, then tick the box if you agree."))
	}
	return fs
}

func unlike() darasa.Finding {
	return mend("repeat", "Nenosiri la pili si sawa na la kwanza.", "The second password is not like the first.",
		"Andika nenosiri lilelile mara mbili.", "Type the same password twice.")
}

func passwordFindings(password string) []darasa.Finding {
	return asFindings(account.CheckPassword(password, &account.Person{}))
}

// asFindings returns the findings of an error of ours.
func asFindings(err error) []darasa.Finding {
	if err == nil {
		return nil
	}
	return asError(err).Findings
}

func withoutField(fs []darasa.Finding, field string) []darasa.Finding {
	var out []darasa.Finding
	for _, f := range fs {
		if f.Field != field {
			out = append(out, f)
		}
	}
	return out
}

func listed(list []institutions.Item, slug string) bool {
	for _, i := range list {
		if i.Slug == slug {
			return true
		}
	}
	return false
}

// personFacts reads the fields of a person from a posted form.
func (r *Req) personFacts() account.PersonFacts {
	return account.PersonFacts{
		First: r.Form("first"), Middle: r.Form("middle"), Surname: r.Form("surname"), Sex: r.Form("sex"),
		Phone: r.Form("phone"), Mail: r.Form("mail"), CheckNumber: r.Form("check"), Lang: r.Lang,
		Registrations: []account.Registration{{Council: r.Form("council"), Number: r.Form("registration")}},
	}
}
