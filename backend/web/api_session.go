package web

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

func (s *Server) sessionOperations(a *api) {
	operation(a, Route{Method: "POST", Path: apiRoot + "/sessions", Access: Anybody, Limit: smallForm, Rate: signInRate, NoCookie: true},
		huma.Operation{Summary: "Sign in: a bearer token of 12 hours. 409 with choices where several people on one phone fit.", DefaultStatus: http.StatusCreated},
		s.apiSignIn)
	operation(a, Route{Method: "DELETE", Path: apiRoot + "/sessions", Access: SignedIn, Limit: smallForm, Choosing: true},
		huma.Operation{Summary: "End the session of this token.", DefaultStatus: http.StatusNoContent}, s.apiSignOut)
	operation(a, Route{Method: "GET", Path: apiRoot + "/me", Access: SignedIn, Choosing: true},
		huma.Operation{Summary: "Who the token stands for."}, s.apiMe)
}

// signInBody is what somebody signs in with.
type signInBody struct {
	Login    string    `json:"login" minLength:"1" maxLength:"254" doc:"phone, e-mail, check number or registration"`
	Password string    `json:"password" minLength:"1" maxLength:"1024" doc:"password or one-time code"`
	Person   darasa.ID `json:"person,omitempty" maxLength:"64" doc:"the choice, after a 409"`
}

// tokenBody is a new session.
type tokenBody struct {
	Token   string      `json:"token"`
	Expires darasa.Time `json:"expires"`
	Choose  bool        `json:"choose,omitempty" doc:"came in by a one-time code: choose a password on the pages first"`
}

func (s *Server) apiSignIn(r *Req, in *struct {
	InLang
	Body signInBody
}) (*struct{ Body tokenBody }, error) {
	got, err := s.Accounts.SignIn(r.Ctx(), account.Credentials{Login: in.Body.Login, Secret: in.Body.Password, Person: in.Body.Person,
		API: true, Device: r.Header("User-Agent"), From: r.Actor.From}, r.Now)
	if err != nil {
		return nil, err
	}
	if got.Token == "" {
		return nil, choiceError{got.Choices}
	}
	return &struct{ Body tokenBody }{tokenBody{got.Token, got.Session.Expires, got.Session.Choose}}, nil
}

func (s *Server) apiSignOut(r *Req, _ *InLang) (*struct{}, error) {
	return &struct{}{}, s.Accounts.SignOut(r.Ctx(), r.Actor, "", r.Now)
}

// meBody is the actor as programs see it.
type meBody struct {
	Person      darasa.ID     `json:"person"`
	Name        string        `json:"name"`
	Lang        darasa.Lang   `json:"lang,omitempty"`
	Institution darasa.ID     `json:"institution,omitempty" doc:"the one in use"`
	Roles       []darasa.Role `json:"roles" nullable:"false"`
	Expires     darasa.Time   `json:"expires"`
	Actor       xapiAgent     `json:"actor" doc:"how own xAPI statements name this person"`
}

// xapiAgent is an agent by account (xAPI 1.0.3 Data 2.4.2).
type xapiAgent struct {
	ObjectType string      `json:"objectType"`
	Account    xapiAccount `json:"account"`
}

type xapiAccount struct {
	HomePage string `json:"homePage"`
	Name     string `json:"name"`
}

func (s *Server) apiMe(r *Req, _ *InLang) (*struct{ Body meBody }, error) {
	name, err := s.Accounts.StatementName(r.Ctx(), r.Actor.Person)
	if err != nil {
		return nil, err
	}
	b := meBody{Person: r.Actor.Person, Name: r.Actor.Name, Lang: r.Signed.Lang, Institution: r.Actor.Institution, Roles: r.Actor.Roles,
		Expires: r.Signed.Expires, Actor: xapiAgent{"Agent", xapiAccount{s.Progress.Base, name}}}
	if b.Roles == nil {
		b.Roles = []darasa.Role{}
	}
	return &struct{ Body meBody }{b}, nil
}
