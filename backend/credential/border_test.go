package credential_test

import (
	"context"
	"sync"
	"testing"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/progress"
)

// between withdraws a certificate at the worst moment: it was issued, and its
// number is on the way into the row.
type between struct {
	*credential.Service
	then func()
}

func (b between) Certify(ctx context.Context, p progress.Progress, now darasa.Time) (progress.Outcome, error) {
	out, err := b.Service.Certify(ctx, p, now)
	b.then()
	return out, err
}

func TestWithdrawingWhileIssuingLeavesNoNumberInTheRow(t *testing.T) {
	w := newWorld(t)
	var once sync.Once
	w.rows.Issue(between{w.Service, func() {
		once.Do(func() {
			if _, err := w.Withdraw(w.ctx, w.admin, credential.ID(w.e.ID), "copied", w.now); err != nil {
				t.Error(err)
			}
		})
	}})
	w.complete(t)
	p, err := w.rows.Lookup(w.ctx, w.e.ID)
	if err != nil || p.Certificate != "" {
		t.Errorf("the row still shows %q, withdrawn: %v", p.Certificate, err)
	}
}

// TestRestoredLearnerGetsTheCertificate: who finished while withdrawn, as on a
// phone without a network, and is taken back must not wait for another act.
func TestRestoredLearnerGetsTheCertificate(t *testing.T) {
	w := newWorld(t)
	at, err := w.rows.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.rows.Done(w.ctx, w.learner, w.e.ID, "l1", "", w.now); err != nil {
		t.Fatal(err)
	}
	trainer := darasa.Actor{Person: "t1", Institution: "zhrc", Roles: []darasa.Role{darasa.Trainer}}
	if _, err := w.rows.Enrolments.Withdraw(w.ctx, trainer, w.e.ID, w.now); err != nil {
		t.Fatal(err)
	}
	sub := attempt.Submission{Attempt: at.ID, Answers: []assessment.Answer{{Question: "q", Options: []string{"true"}}}}
	if _, p, err := w.rows.Submit(w.ctx, w.learner, sub, w.now); err != nil || p.Status != progress.Passed || p.Certificate != "" {
		t.Fatalf("%+v %v", p, err)
	}
	if _, err := w.rows.Enrolments.Restore(w.ctx, trainer, w.e.ID, w.now); err != nil {
		t.Fatal(err)
	}
	job, ok, err := w.book.Take(w.ctx, []string{progress.CertificateJob}, "worker", 1e9, w.now)
	if err != nil || !ok {
		t.Fatalf("no job issues the certificate: %v", err)
	}
	if p, err := w.rows.Certify(w.ctx, darasa.ID(job.Source), w.now); err != nil || p.Certificate == "" {
		t.Errorf("%+v %v", p, err)
	}
}

// TestManyAtOnceIssueOne: pages, jobs and a sync at the same moment.
func TestManyAtOnceIssueOne(t *testing.T) {
	w := newWorld(t)
	p := w.complete(t)
	if err := w.engine.Delete(w.ctx, "certificates", string(credential.ID(w.e.ID))); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if c, err := w.Service.Issue(w.ctx, p, w.now); err != nil || c.Number != p.Certificate {
				t.Errorf("%+v %v", c, err)
			}
		})
	}
	wg.Wait()
	if cs, err := w.OfPerson(w.ctx, "asha"); err != nil || len(cs) != 1 {
		t.Errorf("%d certificates, %v", len(cs), err)
	}
}

// TestNightHealsACrashBeforeTheJob: the row says passed, and the process died
// before it asked for the certificate.
func TestNightHealsACrashBeforeTheJob(t *testing.T) {
	w := newWorld(t)
	w.rows.Issue(nil)
	if p := w.complete(t); p.Status != progress.Passed || p.Certificate != "" {
		t.Fatalf("%+v", p)
	}
	w.rows.Issue(w.Service)
	if _, err := w.rows.RebuildOne(w.ctx, w.e.ID); err != nil {
		t.Fatal(err)
	}
	if job, ok, err := w.book.Take(w.ctx, []string{progress.CertificateJob}, "worker", 1e9, w.now); err != nil || !ok || job.Source != string(w.e.ID) {
		t.Errorf("nobody will issue the certificate: %+v %v", job, err)
	}
}
