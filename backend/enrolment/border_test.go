package enrolment_test

import (
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
)

// TestLearnersDoNotReadTheRegister: a learner may read the dates of the own
// run, never who else is in it.
func TestLearnersDoNotReadTheRegister(t *testing.T) {
	w := newWorld(t)
	r := w.run("One", "c2")
	w.enrol(r, "asha")
	w.enrol(r, "juma")
	if _, err := w.Run(w.ctx, w.learner, r.ID); err != nil {
		t.Fatal(err)
	}
	for _, a := range []darasa.Actor{w.learner, {Person: "asha", Institution: "zhrc", Roles: []darasa.Role{darasa.Author}}} {
		page, err := w.OfRun(w.ctx, a, r.ID, "", 0)
		if err == nil || len(page.Items) > 0 {
			t.Errorf("%v reads %d rows of the register: %v", a.Roles, len(page.Items), err)
		}
		n := 0
		if err := w.EachOfRun(w.ctx, a, r.ID, func(enrolment.Enrolment) error { n++; return nil }); err == nil || n > 0 {
			t.Errorf("%v walks %d rows of the register: %v", a.Roles, n, err)
		}
	}
}

// TestEnrollingIntoACourseLeavesOthersAlone: the derived id of person and
// course is the same for every institution.
func TestEnrollingIntoACourseLeavesOthersAlone(t *testing.T) {
	w := newWorld(t)
	own := enrolment.Snapshot{First: "Asha", Surname: "Juma", Phone: "+255712000011"}
	e, err := w.EnrolSelf(w.ctx, w.learner, "c2", "", enrolment.Newcomer{Snapshot: own}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	newcomer := []enrolment.Newcomer{{Person: "asha", Snapshot: enrolment.Snapshot{First: "A", Surname: "B"}, Remarks: "ours"}}
	for _, withdrawn := range []bool{false, true} {
		if withdrawn {
			if _, err := w.Withdraw(w.ctx, w.learner, e.ID, w.now); err != nil {
				t.Fatal(err)
			}
		}
		out, err := w.EnrolMany(w.ctx, w.other, "c2", "", newcomer, w.now)
		if err != nil || out[0].What != enrolment.Elsewhere {
			t.Errorf("%+v %v", out, err)
		}
		got, err := w.Lookup(w.ctx, e.ID)
		if err != nil || got.Snapshot != own || got.Remarks != "" || withdrawn != (got.State == enrolment.Withdrawn) {
			t.Errorf("another institution wrote it: %+v %v", got, err)
		}
	}
	// The learner's own return is the learner's, whatever institution is in use.
	a := w.learner
	a.Institution = "udom"
	back, err := w.EnrolSelf(w.ctx, a, "c2", "", enrolment.Newcomer{}, w.now)
	if err != nil || back.ID != e.ID || back.State != enrolment.Active || back.Institution != "zhrc" {
		t.Errorf("%+v %v", back, err)
	}
}
