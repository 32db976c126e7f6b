package web

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
)

func (s *Server) runOperations(a *api) {
	operation(a, Route{Method: "GET", Path: apiRoot + "/runs", Access: Trainers},
		huma.Operation{Summary: "The institution's runs, the latest start first; trainers."}, s.apiRuns)
	operation(a, Route{Method: "GET", Path: apiRoot + "/runs/:id/progress", Access: Trainers},
		huma.Operation{Summary: "The learners of a run with their progress; trainers."}, s.apiRunProgress)
}

// runBody is a run as a list shows it.
type runBody struct {
	ID          darasa.ID     `json:"id"`
	Name        string        `json:"name"`
	Course      darasa.ID     `json:"course"`
	Edition     darasa.ID     `json:"edition"`
	Institution darasa.ID     `json:"institution"`
	Start       darasa.Date   `json:"start"`
	End         darasa.Date   `json:"end"`
	Mode        string        `json:"mode"`
	Venue       string        `json:"venue,omitempty"`
	State       string        `json:"state" enum:"open,closed"`
	Days        []darasa.Date `json:"days" nullable:"false"`
}

func (s *Server) apiRuns(r *Req, in *struct {
	InLang
	Paged
	Course darasa.ID `query:"course" maxLength:"80" doc:"slug"`
}) (*list[runBody], error) {
	page, err := s.Enrolments.Runs(r.Ctx(), r.Actor, in.Course, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := make([]runBody, 0, len(page.Items))
	for _, x := range page.Items {
		out = append(out, runOf(&x))
	}
	return asList(out, page.Next), nil
}

func runOf(x *enrolment.Run) runBody {
	return runBody{ID: x.ID, Name: x.Name, Course: x.Course, Edition: x.Edition, Institution: x.Institution, Start: x.Start, End: x.End,
		Mode: x.Mode, Venue: x.Venue, State: x.State, Days: full(x.Days)}
}

// learnerRow is a learner of a run.
type learnerRow struct {
	EnrolmentBody
	Person darasa.ID   `json:"person"`
	Name   string      `json:"name"`
	Cadre  string      `json:"cadre,omitempty"`
	Place  string      `json:"facility,omitempty"`
	Lang   darasa.Lang `json:"lang,omitempty"`
}

func (s *Server) apiRunProgress(r *Req, in *struct {
	InLang
	Paged
	ID darasa.ID `path:"id" maxLength:"64"`
}) (*list[learnerRow], error) {
	run, err := s.Enrolments.Managed(r.Ctx(), r.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	page, err := s.Progress.List(r.Ctx(), r.Actor, progress.Filter{Run: run.ID}, darasa.ID(in.After), in.Limit)
	if err != nil {
		return nil, err
	}
	out := make([]learnerRow, 0, len(page.Items))
	for i := range page.Items {
		p := &page.Items[i]
		name := strings.Join(strings.Fields(p.Snapshot.First+" "+p.Snapshot.Middle+" "+p.Snapshot.Surname), " ")
		out = append(out, learnerRow{enrolmentOf(p), p.Person, name, p.Snapshot.Cadre, p.Snapshot.Facility, p.Lang})
	}
	return asList(out, page.Next), nil
}
