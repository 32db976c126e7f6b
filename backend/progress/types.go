// Package progress joins what is known of one enrolment into one document: an
// idempotent, commutative, associative fold over statements, attempts, the
// enrolment and attendance. It holds the use case of /sync.
package progress

import (
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/store"
)

// Progress is the fold of one enrolment and all that a report row needs; its
// id is the enrolment's.
type Progress struct {
	store.Meta  `json:"-"`
	ID          darasa.ID `json:"id"`
	Person      darasa.ID `json:"person"`
	Institution darasa.ID `json:"institution"`
	Course      darasa.ID `json:"course"`
	Run         darasa.ID `json:"run"`
	Edition     darasa.ID `json:"edition"`

	Seen     []Seen    `json:"seen,omitempty"`     // lesson -> earliest device time
	Attempts []Attempt `json:"attempts,omitempty"` // union by id
	Seconds  []Seconds `json:"seconds,omitempty"`  // greatest running total per lesson and device
	Position Position  `json:"position,omitzero"`
	Flags    []string  `json:"flags,omitempty"` // "clock": a time beyond now was kept

	// Derived from the above and the edition, recomputed by every join.
	LessonsDone  int64       `json:"lessons_done"`
	LessonsTotal int64       `json:"lessons_total"`
	ModulesDone  int64       `json:"modules_done"`
	ModulesTotal int64       `json:"modules_total"`
	Progress     float64     `json:"progress"`       // 0 to 1
	Status       string      `json:"status"`         // not-started, in-progress, completed, passed, failed
	PreTest      *float64    `json:"pre,omitempty"`  // 0 to 1, best counted
	PostTest     *float64    `json:"post,omitempty"` // 0 to 1, best counted
	TriesUsed    int64       `json:"tries_used"`     // of the post-test
	StartedAt    darasa.Time `json:"started,omitzero"`
	CompletedAt  darasa.Time `json:"completed,omitzero"`
	PassedAt     darasa.Time `json:"passed,omitzero"`
	LastActive   darasa.Time `json:"last_active,omitzero"`

	// What the report row takes over.
	Completion  course.Completion      `json:"completion"` // rule, as in the enrolment
	Granted     []Granted              `json:"granted,omitempty"`
	Withdrawn   bool                   `json:"withdrawn,omitempty"`
	Snapshot    enrolment.Snapshot     `json:"snapshot"`
	Lang        darasa.Lang            `json:"lang,omitempty"`
	Attendance  []enrolment.Attendance `json:"attendance,omitempty"`
	Remarks     string                 `json:"remarks,omitempty"`
	FollowUp    string                 `json:"follow_up,omitempty"`
	Assignment  string                 `json:"assignment,omitempty"`
	Toolkits    []string               `json:"toolkits,omitempty"`    // finished, by slug
	Certificate string                 `json:"certificate,omitempty"` // number
	IssuedOn    darasa.Time            `json:"issued,omitzero"`
}

// Granted is how many further tries a trainer gave at a quiz.
type Granted struct {
	Quiz  string `json:"q"`
	Tries int64  `json:"n"`
}

// Seen is the first time that a lesson was finished.
type Seen struct {
	Lesson string      `json:"l"`
	At     darasa.Time `json:"t"`
}

// Attempt is what progress and reports need of one attempt.
type Attempt struct {
	ID     darasa.ID   `json:"id"`
	Quiz   string      `json:"q"`
	Kind   string      `json:"k"`
	Number int64       `json:"n"`
	Score  float64     `json:"s"` // 0 to 1
	Pass   bool        `json:"p,omitempty"`
	At     darasa.Time `json:"t"` // submitted, device time
	Marks  string      `json:"m"` // "slug:1 slug:0 slug:-" right, wrong, not answered
	Extra  bool        `json:"x,omitempty"`
}

// Seconds is the greatest running total of reading time that a device reported.
type Seconds struct {
	Lesson string `json:"l"`
	Device string `json:"d"`
	Total  int64  `json:"s"`
}

// Position is where the learner was last: greatest (device time, event id).
type Position struct {
	Lesson string      `json:"l"`
	At     darasa.Time `json:"t"`
	Event  darasa.ID   `json:"e"`
}
