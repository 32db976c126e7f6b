package web

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/frontend"
)

// Rates of the open forms, per address. A carrier may put a district behind
// one address, so that they only keep a flood from using up the processor;
// guessing is held back per account.
const (
	signInRate   Rate = 300
	registerRate Rate = 120
)

// choiceLife is how long the page that asks for a name may be looked at.
const choiceLife = 5 * time.Minute

// choice is the first step of signing in on a shared phone. The use case wants
// the same credentials again with the name, because a one-time code is spent
// only then; so that nobody types them twice they travel through the page,
// sealed: the page, its cache and its history hold no password.
type choice struct {
	Login  string `json:"l"`
	Secret string `json:"s"`
	Shared bool   `json:"o"` // the device is used by others
}

const sealChoice = "choice"

func (s *Server) signInPage(r *Req) error {
	if !r.Actor.Anonymous() {
		return r.Redirect(r.next(r.Query("next")))
	}
	v := frontend.SignInView{Next: ownPath(r.Query("next"))}
	return r.HTML(fiber.StatusOK, frontend.SignInPage(r.page(frontend.NavSignIn), v))
}

// signIn takes the form of a login and a secret, or the choice of a name.
func (s *Server) signIn(r *Req) error {
	if !r.Actor.Anonymous() {
		return r.Redirect(r.next(r.Form("next")))
	}
	if r.Form("choice") != "" {
		return s.signInChosen(r)
	}
	c := choice{Login: strings.TrimSpace(r.Form("login")), Secret: r.Form("password"), Shared: r.Form("shared") != ""}
	var fs []darasa.Finding
	if c.Login == "" {
		fs = append(fs, mend("login", "Hujaandika unachoingilia.", "What you sign in with is missing.",
			"Andika simu, barua pepe, namba ya cheki au namba ya usajili.", "Type your phone, e-mail, check or registration number."))
	}
	if c.Secret == "" {
		fs = append(fs, mend("password", "Hujaandika nenosiri.", "The password is missing.",
			"Andika nenosiri au msimbo wa mara moja.", "Type your password or one-time code."))
	}
	if len(fs) > 0 {
		return s.signInAgain(r, refusal{fiber.StatusBadRequest, fs}, c.Login, c.Shared)
	}
	return s.openSession(r, c, "")
}

// signInChosen ends the sign-in of somebody who chose a name.
func (s *Server) signInChosen(r *Req) error {
	var c choice
	if err := s.unseal(sealChoice, r.Form("choice"), &c, r.Now); err != nil {
		bad, ok := r.refused(err, nil)
		if !ok {
			return err
		}
		return s.signInAgain(r, bad, "", false)
	}
	return s.openSession(r, c, darasa.ID(r.Form("person")))
}

// openSession signs in and goes on, or shows the page that asks again.
func (s *Server) openSession(r *Req, c choice, person darasa.ID) error {
	in, err := s.Accounts.SignIn(r.Ctx(), account.Credentials{Login: c.Login, Secret: c.Secret, Person: person,
		Device: deviceName(r.Header(fiber.HeaderUserAgent)), From: r.Actor.From}, r.Now)
	if err != nil {
		bad, ok := r.refused(err, nil)
		if !ok {
			return err
		}
		return s.signInAgain(r, bad, c.Login, c.Shared)
	}
	if in.Token == "" {
		return s.askName(r, c, in.Choices)
	}
	return s.enter(r, in, c.Shared)
}

// enter gives the browser its session and goes on. On a device that others
// use the cookie ends with the browser.
func (s *Server) enter(r *Req, in account.SignedIn, shared bool) error {
	expires := in.Session.Expires.Time
	if shared {
		expires = time.Time{}
	}
	s.setSession(r, in.Token, expires)
	if in.Session.Choose {
		return r.Redirect(r.To(frontend.PathPassword))
	}
	return r.Redirect(r.next(r.Form("next")))
}

func (s *Server) signInAgain(r *Req, bad refusal, login string, shared bool) error {
	f := frontend.Form{Values: map[string]string{"login": login}, Findings: bad.findings}
	if shared {
		f.Values["shared"] = "1"
	}
	v := frontend.SignInView{Form: f, Next: ownPath(r.Form("next"))}
	return r.HTML(bad.status, frontend.SignInPage(r.page(frontend.NavSignIn), v))
}

func (s *Server) askName(r *Req, c choice, people []account.Choice) error {
	token, err := s.seal(sealChoice, c, r.Now, choiceLife)
	if err != nil {
		return err
	}
	v := frontend.ChooseNameView{Choice: token, Next: ownPath(r.Form("next"))}
	for _, p := range people {
		v.People = append(v.People, frontend.Option{Value: string(p.Person), Label: p.Label})
	}
	status := fiber.StatusOK
	if r.Form("choice") != "" { // came back without a name
		status = fiber.StatusBadRequest
		v.Form.Findings = []darasa.Finding{mend("person", "Hujachagua jina.", "No name is chosen.", "Chagua jina lako.", "Choose your name.")}
	}
	r.SetHeader(fiber.HeaderCacheControl, "private, no-store")
	return r.HTML(status, frontend.ChooseNamePage(r.page(frontend.NavSignIn), v))
}

// signOut ends the session. Without one it only takes the cookie back.
func (s *Server) signOut(r *Req) error {
	if !r.Actor.Anonymous() {
		if err := s.Accounts.SignOut(r.Ctx(), r.Actor, "", r.Now); err != nil {
			return err
		}
	}
	s.clearSession(r)
	return r.Redirect(r.To(frontend.PathHome))
}

// ownPath returns an address to go on to if it is a path of ours, else "". A
// browser reads "//host" and "/\host" as another site.
func ownPath(p string) string {
	if len(p) < 2 || len(p) > 2000 || p[0] != '/' || p[1] == '/' || p[1] == '\\' || strings.ContainsFunc(p, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return ""
	}
	u, err := url.Parse(p)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") {
		return ""
	}
	return p
}

// next returns where to go on to: p if it is ours, else the first page.
func (r *Req) next(p string) string {
	if p = ownPath(p); p != "" {
		return p
	}
	return r.To(frontend.PathHome)
}

// agents are what user agents contain, the more particular first: the word to
// look for and the name that people know.
var agents = []struct{ has, name string }{
	{"Opera Mini", "Opera Mini"}, {"OPR/", "Opera"}, {"Edg", "Edge"}, {"SamsungBrowser", "Samsung Internet"}, {"UCBrowser", "UC Browser"},
	{"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}, {"curl", "curl"},
}

var systems = []struct{ has, name string }{
	{"Android", "Android"}, {"KAIOS", "KaiOS"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"},
	{"J2ME", "J2ME"}, {"Linux", "Linux"},
}

// deviceName returns what the list of devices says of a user agent, "Chrome,
// Android"; empty where it tells nothing.
func deviceName(agent string) string {
	var parts []string
	for _, list := range [][]struct{ has, name string }{agents, systems} {
		for _, a := range list {
			if strings.Contains(agent, a.has) {
				parts = append(parts, a.name)
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
