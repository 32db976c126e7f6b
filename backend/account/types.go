// Package account knows people, what they are at each institution, how they
// sign in and their sessions.
package account

import (
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Person is a human being. What an institution says of them is an Affiliation.
type Person struct {
	store.Meta    `json:"-"`
	ID            darasa.ID      `json:"id"`
	First         string         `json:"first"`
	Middle        string         `json:"middle,omitempty"`
	Surname       string         `json:"surname"`
	Sex           string         `json:"sex,omitempty"`   // "F", "M" or empty
	Phone         string         `json:"phone,omitempty"` // +255…
	Mail          string         `json:"mail,omitempty"`
	CheckNumber   string         `json:"check,omitempty"` // government payroll; text, zeros matter
	Registrations []Registration `json:"registrations,omitempty"`
	Lang          darasa.Lang    `json:"lang,omitempty"`
	Password      string         `json:"password,omitempty"` // argon2id, PHC string form
	Code          *OneTimeCode   `json:"code,omitempty"`
	Actor         string         `json:"actor"` // random account name in our statements
	Terms         []string       `json:"terms"` // folded words of the name, for search
	State         string         `json:"state"` // active, erased
	Made          darasa.Time    `json:"made"`
	// PendingErasure is when the person asked to be erased.
	PendingErasure darasa.Time `json:"pending_erasure,omitzero"`
	// HasPassword tells readers that a password is set; they never get its hash.
	HasPassword bool `json:"-"`
}

// Registration is a number with a professional council, as MCT or TNMC.
type Registration struct {
	Council string `json:"council"`
	Number  string `json:"number"`
}

// OneTimeCode lets a person in once, without a password, to choose one.
type OneTimeCode struct {
	Hash    string      `json:"hash"`
	Expires darasa.Time `json:"expires"`
	By      darasa.ID   `json:"by"`
}

// Affiliation is a person at an institution; id derived from both.
type Affiliation struct {
	store.Meta  `json:"-"`
	ID          darasa.ID     `json:"id"`
	Person      darasa.ID     `json:"person"`
	Institution darasa.ID     `json:"institution"`
	Roles       []darasa.Role `json:"roles"`
	Cadre       string        `json:"cadre,omitempty"` // slug of the open list, or free text
	Designation string        `json:"designation,omitempty"`
	Facility    string        `json:"facility,omitempty"` // HFR code
	State       string        `json:"state"`              // active, ended
	Made        darasa.Time   `json:"made"`
	// Name of the person for lists and search within the institution: Key is
	// the folded name to sort by, Terms its words behind the institution's id.
	Key   string   `json:"key"`
	Terms []string `json:"terms"`
	Rank  string   `json:"rank"` // "staff" with any role beyond learner, else "learner"
}

// Session is a signed-in device; its id is the SHA-256 of the random token.
type Session struct {
	store.Meta  `json:"-"`
	ID          darasa.ID   `json:"id"`
	Person      darasa.ID   `json:"person"`
	Institution darasa.ID   `json:"institution"` // in use
	API         bool        `json:"api,omitempty"`
	Device      string      `json:"device,omitempty"` // shortened user agent
	Made        darasa.Time `json:"made"`
	Seen        darasa.Time `json:"seen"` // written at most once an hour
	Expires     darasa.Time `json:"expires"`
	// Choose is set by a one-time code: nothing but choosing a password is allowed.
	Choose bool `json:"choose,omitempty"`
}

// Consent records that a person accepted a version of the privacy notice.
type Consent struct {
	store.Meta `json:"-"`
	ID         darasa.ID   `json:"id"`
	Person     darasa.ID   `json:"person"`
	Notice     string      `json:"notice"` // version
	At         darasa.Time `json:"given"`
	From       string      `json:"from"`
}
