package main

import (
	"context"
	"crypto/sha1" //nolint:gosec // the xAPI specification names agents by the SHA-1 of their address
	"encoding/hex"
	"encoding/json"
	"strconv"

	"darasa/backend/account"
	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/store"
)

// hooks tells the stage of accounts what the later stages keep about a
// person, for the own download and for an erasure. It is called once, after
// the services are wired.
func (w *world) hooks() {
	w.accounts.OnExport("enrolments", func(ctx context.Context, id darasa.ID) (any, error) { return w.enrolments.OfPerson(ctx, id) })
	w.accounts.OnExport("progress", func(ctx context.Context, id darasa.ID) (any, error) {
		all, err := w.progress.OfPerson(ctx, id)
		for i := range all {
			for j := range all[i].Attempts {
				if all[i].Attempts[j].Kind == attempt.PreTest { // its key is never shown
					all[i].Attempts[j].Marks = ""
				}
			}
		}
		return all, err
	})
	w.accounts.OnExport("attempts", func(ctx context.Context, id darasa.ID) (any, error) {
		all, err := w.attempts.OfPerson(ctx, id)
		for i := range all {
			for j := range all[i].Grades {
				if all[i].Kind == attempt.PreTest { // its key is never shown
					all[i].Grades[j].Marks = nil
				}
			}
		}
		return all, err
	})
	w.accounts.OnExport("certificates", func(ctx context.Context, id darasa.ID) (any, error) { return w.certificates.OfPerson(ctx, id) })
	w.accounts.OnExport("devices", func(ctx context.Context, id darasa.ID) (any, error) {
		return w.progress.Devices(ctx, darasa.Actor{Person: id})
	})
	w.accounts.OnExport("statements", w.statementsOf)

	// Sync tokens go first: a phone must not write while its owner is erased.
	w.accounts.OnErase("devices", func(ctx context.Context, p account.Person, _ darasa.Time) error {
		return w.progress.RevokeAll(ctx, p.ID)
	})
	w.accounts.OnErase("statements", w.rewriteStatements)
	w.accounts.OnErase("enrolments", w.forgetEnrolments)
	w.accounts.OnErase("runs", func(ctx context.Context, p account.Person, _ darasa.Time) error {
		return w.enrolments.ForgetInRuns(ctx, &p)
	})
	// After the enrolments: a certificate issued meanwhile has its name from there.
	w.accounts.OnErase("certificates", func(ctx context.Context, p account.Person, _ darasa.Time) error {
		return w.certificates.Forget(ctx, p.ID)
	})
}

// agents returns the canonical forms by which statements may name a person: our
// random account name, and what a foreign system may have used.
func (w *world) agents(account, mail string) (ours string, foreign []string) {
	if mail != "" {
		sum := sha1.Sum([]byte("mailto:" + mail)) //nolint:gosec // see the import
		foreign = []string{"mbox mailto:" + mail, "sha1 " + hex.EncodeToString(sum[:])}
	}
	return lrs.AccountKey(w.base, account), foreign
}

// statementsOf returns what was stored of a person's acts, as it came.
func (w *world) statementsOf(ctx context.Context, id darasa.ID) (any, error) {
	name, err := w.accounts.StatementName(ctx, id)
	if err != nil {
		return nil, err
	}
	people, err := w.accounts.PeopleMany(ctx, []darasa.ID{id})
	if err != nil {
		return nil, err
	}
	ours, foreign := w.agents(name, people[id].Mail)
	out := []json.RawMessage{}
	for _, key := range append(foreign, ours) {
		err := w.log.ByActor(ctx, key, func(s lrs.Statement) error {
			out = append(out, json.RawMessage(s.Raw))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rewriteStatements puts the random account name in the place of the address
// and name by which foreign systems named the person. Ours carry that name already, and
// once the person's document has lost it they speak of nobody.
func (w *world) rewriteStatements(ctx context.Context, p account.Person, now darasa.Time) error {
	ours, foreign := w.agents(p.Actor, p.Mail)
	n := 0
	// A foreign client may have written the name beside our account name.
	for _, key := range append(foreign, ours) {
		k, err := w.log.Rewrite(ctx, key, lrs.Authority{HomePage: w.base, Name: p.Actor})
		if err != nil {
			return err
		}
		n += k
	}
	if n == 0 {
		return nil
	}
	return w.book.Audit(ctx, darasa.Command("erase"), "statements-rewrite", string(p.ID), strconv.Itoa(n), now)
}

// enrolmentDocs opens the enrolments for the one change that no use case of
// their stage makes.
func (w *world) enrolmentDocs() store.Coll[enrolment.Enrolment] {
	var spec store.Spec
	for _, s := range enrolment.Specs() {
		if s.Name == "enrolments" {
			spec = s
		}
	}
	return store.Open(w.engine, spec, func(e *enrolment.Enrolment) darasa.ID { return e.ID }, func(e *enrolment.Enrolment) *store.Meta { return &e.Meta }, nil)
}

// forgetEnrolments takes from a person's enrolments and their projections what
// says who it was. What a report counts by stays: sex, cadre and the place down
// to the council. The facility goes, since few work at one.
func (w *world) forgetEnrolments(ctx context.Context, p account.Person, _ darasa.Time) error {
	es, err := w.enrolments.OfPerson(ctx, p.ID)
	if err != nil {
		return err
	}
	docs := w.enrolmentDocs()
	for _, e := range es {
		if _, err := docs.Update(ctx, e.ID, func(e *enrolment.Enrolment) error { anonymize(e); return nil }); err != nil {
			return err
		}
		if e.Pointer != "" {
			continue // a pointer has no projection
		}
		if _, err := w.progress.RebuildOne(ctx, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// anonymize keeps what is counted and drops every text that may name somebody.
func anonymize(e *enrolment.Enrolment) {
	s := e.Snapshot
	e.Snapshot = enrolment.Snapshot{Sex: s.Sex, Cadre: s.Cadre, FacilityType: s.FacilityType, Ownership: s.Ownership,
		Council: s.Council, District: s.District, Region: s.Region, Zone: s.Zone}
	e.Remarks, e.FollowUp, e.Assignment = "", "", ""
	for i := range e.Grants {
		e.Grants[i].Reason = ""
	}
	for i := range e.Moves {
		e.Moves[i].Reason = ""
	}
}
