package web

import (
	"context"
	"sync"

	"darasa/backend/account"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/content/institutions"
	"darasa/frontend"
)

// trainers are the pages of runs, rosters and reports, with what they remember
// between requests.
type trainers struct {
	*Server
	mu     sync.Mutex
	sights map[darasa.ID]*sight // of large runs, for a few seconds
}

// exportRate is how many workbooks one caller may ask for a minute: each reads
// every row that it holds.
const exportRate Rate = 30

func (s *Server) runRoutes() []Route {
	t := &trainers{Server: s, sights: map[darasa.ID]*sight{}}
	get := func(path string, h func(*Req) error) Route {
		return Route{Method: "GET", Path: path, Access: Trainers, Handle: h}
	}
	post := func(path string, limit int64, h func(*Req) error) Route {
		return Route{Method: "POST", Path: path, Access: Trainers, Limit: limit, Handle: h}
	}
	return []Route{
		get(frontend.PathRuns, t.runs),
		get(frontend.PathRunNew, t.newRun),
		post(frontend.PathRunNew, smallForm, t.makeRun),
		{Method: "GET", Path: frontend.PathRosterMade, Access: Trainers, As: File, Rate: exportRate, Handle: t.rosterTemplate},
		get("/runs/:run", t.run),
		get("/runs/:run/edit", t.editRun),
		post("/runs/:run/edit", smallForm, t.changeRun),
		get("/runs/:run/copy", t.copyRun),
		post("/runs/:run/copy", smallForm, t.makeCopy),
		get("/runs/:run/close", t.askClose),
		post("/runs/:run/close", smallForm, t.closeRun),
		{Method: "GET", Path: "/runs/:run/progress.xlsx", Access: Trainers, As: File, Rate: exportRate, Handle: t.runWorkbook},
		get("/runs/:run/attendance", t.attendance),
		post("/runs/:run/attendance", bigForm, t.mark),
		get("/runs/:run/register", t.register),
		get("/runs/:run/add", t.addPage),
		post("/runs/:run/add", smallForm, t.add),
		get("/runs/:run/announcements", t.news),
		post("/runs/:run/announcements", smallForm, t.announce),
		get("/runs/:run/cards", t.askCards),
		post("/runs/:run/cards", smallForm, t.cards),
		get("/runs/:run/roster", t.rosterPage),
		{Method: "POST", Path: "/runs/:run/roster", Access: Trainers, Limit: sheetFile, Stream: true, Rate: exportRate, Handle: t.roster},
		{Method: "GET", Path: "/runs/:run/roster/mend.xlsx", Access: Trainers, As: File, Rate: exportRate, Handle: t.mendFile},
		get("/enrolments/:enrolment", t.learner),
		post("/enrolments/:enrolment/grant", smallForm, t.grant),
		post("/enrolments/:enrolment/note", smallForm, t.note),
		post("/enrolments/:enrolment/move", smallForm, t.move),
		post("/enrolments/:enrolment/state", smallForm, t.setState),
		post("/enrolments/:enrolment/code", smallForm, t.code),
		post("/certificates/:number/withdraw", smallForm, t.withdrawCertificate),
		{Method: "GET", Path: "/api/v1/reports/progress.xlsx", Access: Trainers, As: API, NoLang: true, Rate: exportRate, Handle: t.apiWorkbook},
		{Method: "POST", Path: "/api/v1/rosters", Access: Trainers, As: API, NoLang: true, Limit: sheetFile, Stream: true, Rate: exportRate, Handle: t.apiRoster},
	}
}

// runDone are the messages after an act, by the key in the address.
var runDone = map[string]darasa.Text{
	"made":      darasa.T("Awamu imeundwa. Sasa ongeza washiriki.", "The run is made. Now add learners."),
	"saved":     darasa.T("Mabadiliko yamehifadhiwa.", "The changes are saved."),
	"closed":    darasa.T("Awamu imefungwa.", "The run is closed."),
	"opened":    darasa.T("Awamu imefunguliwa tena.", "The run is open again."),
	"marked":    darasa.T("Mahudhurio yamehifadhiwa.", "Attendance is saved."),
	"added":     darasa.T("Mshiriki ameongezwa.", "The learner is added."),
	"there":     darasa.T("Mshiriki huyu tayari yuko kwenye awamu.", "This learner is in the run already."),
	"announced": darasa.T("Tangazo limetumwa.", "The announcement is sent."),
	"granted":   darasa.T("Nafasi moja zaidi imetolewa.", "One further try is given."),
	"noted":     darasa.T("Maelezo yamehifadhiwa.", "The notes are saved."),
	"moved":     darasa.T("Mshiriki amehamishwa.", "The learner is moved."),
	"withdrawn": darasa.T("Mshiriki ameondolewa; kazi yake imehifadhiwa.", "The learner is withdrawn; what was done is kept."),
	"restored":  darasa.T("Mshiriki amerudishwa.", "The learner is back."),
	"cancelled": darasa.T("Cheti kimefutwa.", "The certificate is withdrawn."),
}

// runPage is the frame of a trainer's page with the message of the last act.
func (r *Req) runPage() frontend.Page {
	p := r.page(frontend.NavRuns)
	if t, ok := runDone[r.Query("done")]; ok {
		p.Flash = &frontend.Flash{Text: t.In(r.Lang)}
	}
	return p
}

// keeper returns the actor for use cases of runs: a national administrator who
// uses no institution sees those of all.
func (r *Req) keeper() darasa.Actor {
	a := r.Actor
	if a.National() && a.Institution == account.Platform {
		a.Institution = ""
	}
	return a
}

// head returns the run of the path, NotFound for another institution's, with
// its course and edition.
func (t *trainers) head(r *Req) (frontend.RunHead, *course.Edition, error) {
	run, err := t.Enrolments.Managed(r.Ctx(), r.keeper(), idParam(r, "run"))
	if err != nil {
		return frontend.RunHead{}, nil, err
	}
	return t.headOf(r.Ctx(), run)
}

func (t *trainers) headOf(ctx context.Context, run enrolment.Run) (frontend.RunHead, *course.Edition, error) {
	e, err := t.Courses.Edition(ctx, run.Edition)
	if err != nil {
		return frontend.RunHead{}, nil, err
	}
	return frontend.RunHead{Run: run, Course: reference(e)}, e, nil
}

// cadre is the name of a cadre in the reader's language, what was typed where
// it is not on the list.
func (r *Req) cadre(s string) string {
	if s == "" || !listed(r.srv.Lists.Cadres, s) {
		return s
	}
	return institutions.Find(r.srv.Lists.Cadres, s).In(r.Lang)
}

// placeName is the name of an institution, empty where there is none.
func (t *trainers) placeName(ctx context.Context, id darasa.ID) (darasa.Text, error) {
	if id == "" {
		return darasa.Text{}, nil
	}
	in, err := t.Institutions.Many(ctx, []darasa.ID{id})
	return in[id].Name, err
}
