// Package attempt issues tickets, takes submissions and grades them. An
// attempt is a record of its own: answers, draw, key version, rule, grade.
package attempt

import (
	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Attempt is one try at a quiz; its id is derived from enrolment, quiz and number.
type Attempt struct {
	store.Meta `json:"-"`
	ID         darasa.ID           `json:"id"`
	Enrolment  darasa.ID           `json:"enrolment"`
	Person     darasa.ID           `json:"person"`
	Course     darasa.ID           `json:"course"`
	Edition    darasa.ID           `json:"edition"`
	Quiz       string              `json:"quiz"`
	Kind       string              `json:"kind"` // pre-test, post-test
	Number     int64               `json:"number"`
	Seed       int64               `json:"seed"`
	PassMark   float64             `json:"pass_mark"` // copied in
	Draw       []assessment.Drawn  `json:"draw"`
	State      string              `json:"state"`           // issued, graded
	Saved      []assessment.Answer `json:"saved,omitempty"` // answers kept before submission
	Answers    []assessment.Answer `json:"answers,omitempty"`
	Grades     []assessment.Grade  `json:"grades,omitempty"` // a regrade adds one; the best counts
	Flags      []string            `json:"flags,omitempty"`  // late, extra, over-limit, future, granted
	Extra      bool                `json:"extra,omitempty"`  // another submission of a used ticket: never counts
	Issued     darasa.Time         `json:"issued"`
	Expires    darasa.Time         `json:"expires"`
	Submitted  darasa.Time         `json:"submitted,omitzero"` // device time
	Received   darasa.Time         `json:"received,omitzero"`
	Event      darasa.ID           `json:"event,omitempty"` // id of the submission that counted
}

// Best returns the grade that counts: the one with the greatest score, the
// earlier of equals; nil while there is none.
func (a *Attempt) Best() *assessment.Grade {
	var best *assessment.Grade
	for i := range a.Grades {
		if best == nil || a.Grades[i].Score > best.Score {
			best = &a.Grades[i]
		}
	}
	return best
}
