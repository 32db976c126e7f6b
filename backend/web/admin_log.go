package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store"
	"darasa/frontend"
)

// audit lists what was done at an institution, or everywhere for a national
// administrator.
func (s *Server) audit(r *Req) error {
	var p place
	if r.Param("institution") != "" {
		var err error
		if p, err = s.place(r); err != nil {
			return err
		}
	} else {
		p.actor = r.Actor
	}
	v := frontend.AuditView{Place: p.Place, Acts: auditActs, Act: r.Query("act"), Person: r.Query("person"), From: r.Query("from"), Until: r.Query("until")}
	f := ledger.AuditFilter{Person: darasa.ID(v.Person), Institution: p.ID, Act: v.Act}
	status := fiber.StatusOK
	if fs := s.auditSpan(&f, v.From, v.Until); len(fs) > 0 {
		v.Form.Findings, status = fs, fiber.StatusBadRequest
		return r.HTML(status, frontend.AuditPage(r.page(frontend.NavAdmin), v))
	}
	var err error
	if f.After, err = r.cursor(); err != nil {
		return err
	}
	var next *store.Cursor
	if v.Entries, next, err = s.Book.Entries(r.Ctx(), p.actor, f); err != nil {
		return err
	}
	v.Next = cursorText(next)
	for _, e := range v.Entries {
		if e.Person == f.Person {
			v.Who = e.Name
			break
		}
	}
	return r.HTML(status, frontend.AuditPage(r.page(frontend.NavAdmin), v))
}

// auditActs are the acts that the log can be asked for, the most asked first.
var auditActs = []string{
	"role", "affiliate", "code", "person-create", "person-edit", "register", "password", "sign-in", "sign-out",
	"export", "import", "roster", "grant", "move", "attendance", "note", "announce", "run-create", "run-edit", "run-close", "run-reopen",
	"publish", "correct-keys", "regrade", "visibility", "withdraw", "restore", "reopen", "certificate-withdraw",
	"institution-create", "institution-edit", "institution-closed", "institution-active", "join-code", "facility",
	"erase-ask", "erase-keep", "erase",
}

// auditSpan reads the first and the last day as days of the platform's zone.
func (s *Server) auditSpan(f *ledger.AuditFilter, from, until string) []darasa.Finding {
	var fs []darasa.Finding
	day := func(field, typed string, plus int) darasa.Time {
		if typed == "" {
			return darasa.Time{}
		}
		t, err := time.ParseInLocation(time.DateOnly, typed, s.cfg.Zone)
		if err != nil {
			fs = append(fs, mend(field, "Tarehe haisomeki.", "The date cannot be read.", "Iandike kama 2026-11-23.", "Write it as 2026-11-23."))
			return darasa.Time{}
		}
		return darasa.At(t.AddDate(0, 0, plus))
	}
	f.From, f.To = day("from", from, 0), day("until", until, 1)
	return fs
}

// jobStates are the states of background work in the order of the page.
var jobStates = []string{ledger.Failed, ledger.Leased, ledger.Waiting, ledger.Done}

func (s *Server) jobs(r *Req) error {
	v := frontend.JobsView{State: ledger.Failed, Counts: map[string]int{}}
	for _, state := range jobStates {
		if state == r.Query("state") {
			v.State = state
		}
		n, err := s.Book.CountJobs(r.Ctx(), state)
		if err != nil {
			return err
		}
		v.Counts[state] = n
	}
	after, err := r.cursor()
	if err != nil {
		return err
	}
	js, next, err := s.Book.Jobs(r.Ctx(), v.State, "", after, 50)
	if err != nil {
		return err
	}
	v.Jobs, v.Next = js, cursorText(next)
	return r.HTML(fiber.StatusOK, frontend.JobsPage(r.donePage(frontend.NavAdmin), v))
}

// jobAgain lets a finished or failed job run once more.
func (s *Server) jobAgain(r *Req) error {
	j, err := s.Book.Again(r.Ctx(), darasa.ID(r.Form("job")), r.Now)
	if err != nil {
		return err
	}
	if err := s.Book.Audit(r.Ctx(), r.Actor, "job-again", string(j.ID), "", r.Now); err != nil {
		return err
	}
	return r.after(frontend.PathJobs, "again")
}
