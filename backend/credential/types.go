// Package credential issues certificates by the completion rule, once each,
// and verifies them.
package credential

import (
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Certificate is issued once per enrolment; its id is derived from it.
type Certificate struct {
	store.Meta  `json:"-"`
	ID          darasa.ID   `json:"id"`
	Number      string      `json:"number"` // printed and typed: "DRS-2026-7K3M9Q"
	Enrolment   darasa.ID   `json:"enrolment"`
	Person      darasa.ID   `json:"person"`
	Institution darasa.ID   `json:"institution,omitempty"`
	Course      darasa.ID   `json:"course"`
	Edition     darasa.ID   `json:"edition"`
	Name        string      `json:"name"`     // as printed
	Initials    string      `json:"initials"` // all that /verify shows of the name
	Title       darasa.Text `json:"title"`    // of the course
	Score       float64     `json:"score"`    // of the post-test, 0 to 1
	Hours       float64     `json:"hours"`
	Issued      darasa.Time `json:"issued"`
	State       string      `json:"state"` // valid, withdrawn
	Reason      string      `json:"reason,omitempty"`
}
