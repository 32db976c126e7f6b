package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/lrs"
	"darasa/backend/store"
)

// newWorld opens an empty store as a command does.
func newWorld(t *testing.T) *world {
	t.Helper()
	w, err := storage{Data: t.TempDir(), Zone: "Africa/Dar_es_Salaam", URL: "http://darasa.test"}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.close() })
	return w
}

// learned makes a person who has begun a shipped course and of whom a foreign
// system sent a statement. It returns the person and the enrolment.
func learned(t *testing.T, w *world, now darasa.Time) (account.Person, enrolment.Enrolment) {
	t.Helper()
	ctx, actor := t.Context(), darasa.Command("test")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	in, err := w.institutions.Create(ctx, actor, institution.Facts{Slug: "home", Code: "HOME", Name: darasa.T("Nyumbani", "Home"), Type: "university"}, now)
	must(err)
	_, err = w.courses.ImportShipped(ctx, actor, in.ID, now)
	must(err)
	p, err := w.accounts.Create(ctx, actor, account.PersonFacts{First: "Zawadi", Middle: "Tumaini", Surname: "Mwambungu", Sex: "F", Phone: "0712000077",
		Mail: "zawadi@mfano.go.tz", CheckNumber: "00770077", Registrations: []account.Registration{{Council: "MCT", Number: "77123"}}}, now)
	must(err)
	a, err := w.accounts.Affiliate(ctx, actor, p.ID, in.ID, account.AffiliationPatch{}, now)
	must(err)
	a.Cadre = "clinical-officer"
	must(w.accounts.SetPassword(ctx, actor, p.ID, "daraja-mvua-chungwa", now))
	in2, err := w.accounts.SignIn(ctx, account.Credentials{Login: "zawadi@mfano.go.tz", Secret: "daraja-mvua-chungwa", From: "192.0.2.7"}, now)
	must(err)
	signed, err := w.accounts.Resolve(ctx, in2.Token, now)
	must(err)
	e, err := w.enrolments.EnrolSelf(ctx, signed.Actor, "checking-our-data", "", enrolment.Newcomer{Person: p.ID, Lang: darasa.Swahili, Snapshot: enrolment.SnapshotOf(&p, &a, nil)}, now)
	must(err)
	ed, err := w.courses.Edition(ctx, e.Edition)
	must(err)
	_, err = w.progress.Done(ctx, signed.Actor, e.ID, ed.Modules[0].Lessons[0].Slug, "", now)
	must(err)
	raw := `{"id":"019ab000-0000-7000-8000-0000000000f1","actor":{"name":"Zawadi Mwambungu","mbox":"mailto:zawadi@mfano.go.tz"},` +
		`"verb":{"id":"http://adlnet.gov/expapi/verbs/experienced"},"object":{"id":"http://foreign.example/thing"},"timestamp":"2026-11-22T10:00:00Z"}`
	st, err := lrs.Prepare([]byte(raw), lrs.Authority{HomePage: "http://foreign.example", Name: "them"}, in.ID, now)
	must(err)
	verdicts, err := w.log.Keep(ctx, []lrs.Statement{st})
	must(err)
	must(verdicts[0])
	return p, e
}

func TestExportHoldsEveryStage(t *testing.T) {
	w, now := newWorld(t), darasa.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	p, e := learned(t, w, now)
	d, err := w.accounts.Export(t.Context(), darasa.Command("test"), p.ID, now)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, m := range d.More {
		b, err := json.Marshal(m.Data)
		if err != nil {
			t.Fatal(err)
		}
		parts[m.Name] = string(b)
	}
	for name, has := range map[string]string{"enrolments": string(e.ID), "progress": string(e.ID), "attempts": "", "certificates": "",
		"devices": "", "statements": "http://foreign.example/thing"} {
		if got, ok := parts[name]; !ok || !strings.Contains(got, has) {
			t.Errorf("part %s: %v %.200s", name, ok, got)
		}
	}
	if !strings.Contains(parts["statements"], string(e.ID)) {
		t.Error("our own statement about the lesson is not in the file")
	}
}

// TestEraseLeavesNoName looks through every document of the store for what
// told who a person was.
func TestEraseLeavesNoName(t *testing.T) {
	w, now := newWorld(t), darasa.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	p, e := learned(t, w, now)
	name, err := w.accounts.StatementName(t.Context(), p.ID)
	if err != nil || name == "" {
		t.Fatal(name, err)
	}
	secrets := []string{"Zawadi", "zawadi", "Tumaini", "Mwambungu", "mwambungu", "712000077", "00770077", "77123", "192.0.2.7"}
	if found := w.holding(t, secrets); len(found) == 0 {
		t.Fatal("the search finds nothing even before the erasure")
	}
	for range 2 { // repeating is harmless
		if err := w.accounts.Erase(t.Context(), darasa.Command("test"), p.ID, now); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range w.holding(t, secrets) {
		t.Errorf("left: %s", f)
	}
	row, err := w.progress.Lookup(t.Context(), e.ID)
	if err != nil || row.LessonsDone != 1 || row.Snapshot.Sex != "F" || row.Snapshot.Cadre != "clinical-officer" {
		t.Errorf("what is counted is gone: %+v, %v", row, err)
	}
	if name, err := w.accounts.StatementName(t.Context(), p.ID); err != nil || name != "" {
		t.Errorf("the statements still lead to the person: %q, %v", name, err)
	}
}

// holding returns where in the store one of the words stands; statements are
// searched in their raw form.
func (w *world) holding(t *testing.T, words []string) []string {
	t.Helper()
	var out []string
	for _, spec := range w.specs() {
		q := store.Query{Limit: store.PageSize}
		rs, err := w.engine.Find(t.Context(), spec.Name, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rs {
			body := []byte(r.Body)
			var x lrs.Statement // which unpacks its raw form
			if spec.Name == "statements" && json.Unmarshal(r.Body, &x) == nil {
				body = append(body, x.Raw...)
			}
			for _, word := range words {
				if bytes.Contains(body, []byte(word)) || strings.Contains(r.ID, word) {
					out = append(out, spec.Name+" "+r.ID+" holds "+word)
				}
			}
		}
	}
	return out
}
