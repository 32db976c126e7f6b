package frontend

import (
	"darasa/backend/account"
	"darasa/backend/darasa"
)

// SignInView is the form to sign in. Its fields: login, password, shared, next.
type SignInView struct {
	Form Form
	Next string // address to go on to, already checked to be ours
}

// ChooseNameView asks which of the people who share a phone is here. It posts
// choice and person to PathSignIn.
type ChooseNameView struct {
	Choice string   // sealed proof that the first step was passed
	People []Option // value is the person's id, label the name
	Form   Form
	Next   string
}

// NewPasswordView is chosen after signing in by a one-time code. Its fields:
// password, repeat.
type NewPasswordView struct {
	Name string
	Form Form
}

// OpenAccountView is the form to open an account with a join code. Its fields:
// code, first, middle, surname, sex, cadre, phone, mail, check, council,
// registration, password, consent, notice.
type OpenAccountView struct {
	Form     Form
	Cadres   []Option
	Councils []Option
}

// OwnDataView is everything that is kept about oneself.
type OwnDataView struct {
	Person       account.Person
	Affiliations []AffiliationView
	Sessions     []SessionView
	Consents     []account.Consent
	Form         Form // first, middle, surname, sex, phone, mail
	Password     Form // old, password, repeat
}

// AffiliationView is what one is at an institution, in words.
type AffiliationView struct {
	Institution darasa.ID
	Name        darasa.Text
	Roles       []darasa.Role
	Cadre       string // in the page's language
	Designation string
	Facility    string // name
	InUse       bool
}

// SessionView is a signed-in device.
type SessionView struct {
	account.Session
	This bool
}

// CodeCard is a one-time code to hand over on paper.
type CodeCard struct {
	Name        string
	Institution darasa.Text
	Login       string // what to type as the name
	Code        string
	Expires     darasa.Time
	URL         string // of the platform
}

// SexOptions are the values of the field sex.
func (p Page) SexOptions() []Option {
	L := p.L
	return []Option{{"F", L.T("sex.f")}, {"M", L.T("sex.m")}}
}

// RoleName returns a role in words.
func (p Page) RoleName(r darasa.Role) string {
	L := p.L
	return L.T("role." + string(r))
}
