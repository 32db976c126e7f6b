// Package enrolment knows runs (one delivery of a course to named people with
// dates), enrolments and attendance.
package enrolment

import (
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Run is one delivery of a course by an institution.
type Run struct {
	store.Meta    `json:"-"`
	ID            darasa.ID      `json:"id"`
	Institution   darasa.ID      `json:"institution"`
	Course        darasa.ID      `json:"course"`
	Edition       darasa.ID      `json:"edition"` // pinned
	Name          string         `json:"name"`    // "Kibondo, November 2026"
	Start         darasa.Date    `json:"start"`
	End           darasa.Date    `json:"end"`
	Mode          string         `json:"mode"` // classroom, online, blended
	Venue         string         `json:"venue,omitempty"`
	Organizer     string         `json:"organizer,omitempty"`
	Sponsor       string         `json:"sponsor,omitempty"`
	Facilitators  []string       `json:"facilitators,omitempty"` // names
	Trainers      []darasa.ID    `json:"trainers,omitempty"`     // people who may open it
	Days          []darasa.Date  `json:"days,omitempty"`         // of attendance
	Announcements []Announcement `json:"announcements,omitempty"`
	State         string         `json:"state"` // open, closed
	Made          darasa.Time    `json:"made"`
	By            darasa.ID      `json:"by"`
}

// Announcement is a message of a trainer to a run.
type Announcement struct {
	ID   darasa.ID   `json:"id"`
	Text string      `json:"text"`
	Lang darasa.Lang `json:"lang"`
	By   string      `json:"by"`
	At   darasa.Time `json:"at"`
	// Person is who wrote it; By is their name as it was.
	Person darasa.ID `json:"person,omitempty"`
}

// Enrolment is a person in a course, in a run or alone; its id is derived from
// person and run, or person and course.
type Enrolment struct {
	store.Meta  `json:"-"`
	ID          darasa.ID         `json:"id"`
	Person      darasa.ID         `json:"person"`
	Course      darasa.ID         `json:"course"`
	Edition     darasa.ID         `json:"edition"` // pinned
	Run         darasa.ID         `json:"run,omitempty"`
	Institution darasa.ID         `json:"institution,omitempty"`
	Completion  course.Completion `json:"completion"` // copied in
	State       string            `json:"state"`      // active, withdrawn
	Attendance  []Attendance      `json:"attendance,omitempty"`
	Lang        darasa.Lang       `json:"lang,omitempty"`
	Snapshot    Snapshot          `json:"snapshot"` // person and place as they were
	Remarks     string            `json:"remarks,omitempty"`
	FollowUp    string            `json:"follow_up,omitempty"`  // answer of the 3-month follow-up
	Assignment  string            `json:"assignment,omitempty"` // result of a written assignment
	Grants      []Grant           `json:"grants,omitempty"`     // further tries
	Made        darasa.Time       `json:"made"`
	By          darasa.ID         `json:"by"`
	Late        bool              `json:"late,omitempty"`  // enrolled after the run had started
	Moves       []Move            `json:"moves,omitempty"` // runs that the learner was moved between
	// Pointer is set in a document of State "moved" only: the derived id of
	// person and run belongs to the enrolment named here.
	Pointer darasa.ID `json:"pointer,omitempty"`
}

// Move is one transfer between runs of the same course. The enrolment keeps
// its id, so that statements, attempts and tickets stay valid.
type Move struct {
	From   darasa.ID   `json:"from"`
	To     darasa.ID   `json:"to"`
	Reason string      `json:"reason,omitempty"`
	By     darasa.ID   `json:"by"`
	At     darasa.Time `json:"at"`
}

// Attendance is one local day: P present, A absent, E excused.
type Attendance struct {
	Day  darasa.Date `json:"day"`
	Mark string      `json:"mark"`
}

// Grant is a further try given by a trainer.
type Grant struct {
	Quiz   string      `json:"quiz"`
	Reason string      `json:"reason"`
	By     darasa.ID   `json:"by"`
	At     darasa.Time `json:"at"`
}

// Snapshot is what a report says of a person and place: as it was when the
// enrolment was made, refreshed by a roster of the same institution only.
type Snapshot struct {
	First        string `json:"first"`
	Middle       string `json:"middle,omitempty"`
	Surname      string `json:"surname"`
	Sex          string `json:"sex,omitempty"`
	Cadre        string `json:"cadre,omitempty"`
	Designation  string `json:"designation,omitempty"`
	CheckNumber  string `json:"check,omitempty"`
	Registration string `json:"registration,omitempty"` // "MCT 12345"
	Phone        string `json:"phone,omitempty"`
	Mail         string `json:"mail,omitempty"`
	Facility     string `json:"facility,omitempty"`
	HFR          string `json:"hfr,omitempty"`
	FacilityType string `json:"facility_type,omitempty"`
	Ownership    string `json:"ownership,omitempty"`
	Council      string `json:"council,omitempty"`
	District     string `json:"district,omitempty"`
	Region       string `json:"region,omitempty"`
	Zone         string `json:"zone,omitempty"`
}
