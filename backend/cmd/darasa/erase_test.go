package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/progress"
)

// TestEraseReachesEveryRole erases somebody who taught, passed, was named by
// foreign systems in other places than the actor, and presses the button
// herself.
func TestEraseReachesEveryRole(t *testing.T) {
	w, now := newWorld(t), darasa.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	w.hooks()
	ctx, command := t.Context(), darasa.Command("test")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, e := learned(t, w, now)
	as, err := w.accounts.Affiliations(ctx, command, p.ID)
	must(err)
	home := as[0].Institution
	roles := []darasa.Role{darasa.Learner, darasa.Trainer}
	_, err = w.accounts.Affiliate(ctx, command, p.ID, home, account.AffiliationPatch{Roles: &roles}, now)
	must(err)
	other, err := w.accounts.Create(ctx, command, account.PersonFacts{First: "Neema", Surname: "Kileo", Mail: "neema@mfano.go.tz"}, now)
	must(err)
	for _, id := range []darasa.ID{p.ID, other.ID} { // two, so that one may go
		national := []darasa.Role{darasa.NationalAdmin}
		_, err = w.accounts.Affiliate(ctx, command, id, account.Platform, account.AffiliationPatch{Roles: &national}, now)
		must(err)
	}
	me := darasa.Actor{Person: p.ID, Institution: home, Roles: append(roles, darasa.NationalAdmin), Name: "Zawadi Mwambungu", From: "192.0.2.7"}
	run, err := w.enrolments.CreateRun(ctx, me, e.Course, enrolment.RunForm{Name: "R", Mode: "online", Start: "2026-11-16", End: "2026-11-18",
		Facilitators: []string{"Zawadi Mwambungu", "Neema Kileo", "Z. T. MWAMBUNGU"}, Trainers: []darasa.ID{p.ID}}, now)
	must(err)
	_, err = w.enrolments.Announce(ctx, me, run.ID, darasa.NewID(), "Karibuni", darasa.Swahili, now)
	must(err)
	_, err = w.enrolments.Announce(ctx, darasa.Actor{Person: other.ID, Institution: home, Roles: roles, Name: "Neema Kileo"}, run.ID, darasa.NewID(), "Asanteni", darasa.Swahili, now)
	must(err)
	remarks, assignment := "Zawadi is quick", "Zawadi: good"
	_, err = w.enrolments.Write(ctx, me, e.ID, enrolment.Note{Remarks: &remarks, Assignment: &assignment}, now)
	must(err)
	cert, err := w.certificates.Issue(ctx, progress.Progress{ID: e.ID, Person: p.ID, Institution: home, Course: e.Course, Edition: e.Edition,
		Snapshot: e.Snapshot, Status: progress.Passed}, now)
	must(err)
	_, err = w.certificates.Withdraw(ctx, me, cert.ID, "Zawadi copied", now)
	must(err)
	name, err := w.accounts.StatementName(ctx, p.ID)
	must(err)
	w.foreign(t, home, now, strings.NewReplacer("BASE", w.base, "NAME", name))
	secrets := []string{"Zawadi", "zawadi", "ZAWADI", "Tumaini", "Mwambungu", "mwambungu", "MWAMBUNGU", "712000077", "00770077", "77123", "192.0.2.7"}
	must(w.accounts.Erase(ctx, me, p.ID, now))
	for _, f := range w.holding(t, secrets) {
		t.Errorf("left: %s", f)
	}
	r, err := w.enrolments.LookupRun(ctx, run.ID)
	must(err)
	if len(r.Announcements) != 2 || r.Announcements[0].By != "" || r.Announcements[1].By != "Neema Kileo" || !strings.Contains(strings.Join(r.Facilitators, ","), "Neema Kileo") {
		t.Errorf("what others did is gone, or the erased stands in it: %+v", r)
	}
	if v, err := w.certificates.Verify(ctx, cert.Number); err != nil || v.State != "withdrawn" {
		t.Errorf("the certificate cannot be verified: %+v %v", v, err)
	}
}

// foreign keeps statements that name the person as instructor, as object, in a
// group, and by name beside our account name.
func (w *world) foreign(t *testing.T, home darasa.ID, now darasa.Time, ours *strings.Replacer) {
	t.Helper()
	const verb = `"verb":{"id":"http://adlnet.gov/expapi/verbs/experienced"}`
	const thing = `"object":{"id":"http://foreign.example/thing"}`
	const them = `"actor":{"mbox":"mailto:other@mfano.go.tz"}`
	const her = `{"name":"Zawadi Mwambungu","mbox":"mailto:Zawadi@mfano.go.tz"}`
	for _, raw := range []string{
		`{` + them + `,` + verb + `,` + thing + `,"context":{"instructor":` + her + `}}`,
		`{` + them + `,` + verb + `,"object":{"objectType":"Agent",` + her[1:] + `}`,
		`{` + them + `,` + verb + `,` + thing + `,"context":{"team":{"objectType":"Group","member":[` + her + `,{"mbox":"mailto:third@mfano.go.tz"}]}}}`,
		`{` + them + `,` + verb + `,"object":{"objectType":"SubStatement","actor":` + her + `,` + verb + `,` + thing + `}}`,
		ours.Replace(`{"actor":{"name":"Zawadi","account":{"homePage":"BASE","name":"NAME"}},` + verb + `,` + thing + `}`),
	} {
		st, err := lrs.Prepare(json.RawMessage(raw), lrs.Authority{HomePage: "http://foreign.example", Name: "them"}, home, now)
		if err != nil {
			t.Fatal(raw, err)
		}
		if _, err := w.log.Keep(t.Context(), []lrs.Statement{st}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEraseLeavesNothingInTheFile looks at the bytes of the store's file, its
// free pages and journal included.
func TestEraseLeavesNothingInTheFile(t *testing.T) {
	dir := t.TempDir()
	w, err := storage{Data: dir, Zone: "Africa/Dar_es_Salaam", URL: "http://darasa.test"}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.hooks()
	now := darasa.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	p, _ := learned(t, w, now)
	phone := "0712000078"
	if _, _, err := w.accounts.Edit(t.Context(), darasa.Command("test"), p.ID, account.PersonPatch{Phone: &phone}, now); err != nil {
		t.Fatal(err)
	}
	if err := w.accounts.Erase(t.Context(), darasa.Command("test"), p.ID, now); err != nil {
		t.Fatal(err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "darasa.sqlite*"))
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, f := range found {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Zawadi", "zawadi", "Mwambungu", "mwambungu", "712000077", "712000078", "00770077", "MCT:77123"} {
			if n := bytes.Count(data, []byte(word)); n > 0 {
				t.Errorf("%s holds %s %d times", filepath.Base(f), word, n)
			}
		}
	}
}
