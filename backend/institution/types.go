// Package institution knows the institutions of the Capacity Building
// Consortium and the facilities that learners work at.
package institution

import (
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Institution owns runs, affiliations and courses.
type Institution struct {
	store.Meta `json:"-"`
	ID         darasa.ID   `json:"id"`
	Slug       string      `json:"slug"`
	Code       string      `json:"code"` // short name: MUHAS
	Name       darasa.Text `json:"name"`
	Type       string      `json:"type"` // university, institute, zonal-centre, or another of the open list
	Zone       string      `json:"zone,omitempty"`
	Seat       string      `json:"seat,omitempty"`
	Parent     darasa.ID   `json:"parent,omitempty"`
	JoinCode   string      `json:"join,omitempty"` // empty: nobody may register by themselves
	State      string      `json:"state"`          // active, closed
	Made       darasa.Time `json:"made"`
}

// Facility is a health facility; its id is the code of the Health Facility
// Registry, `^\d{6}-\d$` with a Luhn digit last.
type Facility struct {
	store.Meta `json:"-"`
	ID         darasa.ID `json:"id"`
	Name       string    `json:"name"`
	Common     string    `json:"common,omitempty"`
	Type       string    `json:"type"`
	Ownership  string    `json:"ownership"`
	Status     string    `json:"status"`
	Village    string    `json:"village,omitempty"`
	Ward       string    `json:"ward"`
	Council    string    `json:"council"`
	District   string    `json:"district"`
	Region     string    `json:"region"`
	Zone       string    `json:"zone"`
	Phone      string    `json:"phone,omitempty"`
	Latitude   string    `json:"lat,omitempty"`
	Longitude  string    `json:"lon,omitempty"`
	Opened     string    `json:"opened,omitempty"`
	Terms      []string  `json:"terms"`
}
