package progress

import (
	"bytes"
	"context"
	"encoding/json"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/store"
)

// Statements is what this stage asks of the log; *lrs.Log is one.
type Statements interface {
	Keep(ctx context.Context, sts []lrs.Statement) ([]error, error)
	Get(ctx context.Context, id darasa.ID) (lrs.Statement, error)
	Each(ctx context.Context, registration darasa.ID, f func(lrs.Statement) error) error
}

// People tells the random account name that a person's statements carry, empty
// after an erasure; the account stage is one.
type People interface {
	StatementName(ctx context.Context, person darasa.ID) (string, error)
}

// Jobs takes work that must be done once; the ledger is one.
type Jobs interface {
	Ask(ctx context.Context, kind, source, args string, due darasa.Time) error
}

// Outcome is what the credential stage adds to a row: the number of a valid
// certificate and when it was issued.
type Outcome struct {
	Certificate string
	IssuedOn    darasa.Time
}

// Issuer issues certificates; the credential stage is one. Both are harmless
// to repeat.
type Issuer interface {
	// Certify issues where the completion rule holds, and returns what stands.
	Certify(ctx context.Context, p Progress, now darasa.Time) (Outcome, error)
	// Outcome returns what stands, the zero value where there is nothing.
	Outcome(ctx context.Context, enrolment darasa.ID) (Outcome, error)
}

// CertificateJob is the kind of job that issues a certificate; its source is
// the enrolment.
const CertificateJob = "certificate"

var (
	progressSpec = store.Spec{Name: "progress", Version: 1, Institution: "institution",
		Indexes: []store.Index{{"institution", "course"}, {"run", "institution"}, {"person"}, {"course"}}}
	deviceSpec = store.Spec{Name: "devices", Version: 1, Indexes: []store.Index{{"person"}}}
)

// Specs declares the collections of this stage.
func Specs() []store.Spec { return []store.Spec{progressSpec, deviceSpec} }

// Parts is what the service is made of.
type Parts struct {
	Enrolments *enrolment.Service
	Attempts   *attempt.Service
	Content    attempt.Content
	Statements Statements
	People     People
	Jobs       Jobs
	Tokens     *attempt.Signer // of sync tokens
	Base       string          // the first --url, as kept in the store, without a slash at its end
	NewID      func() darasa.ID
	// TellLater leaves the statements that attempts derive to TellSince: most
	// of the processor time of a test goes into their rows of the log, and
	// nobody waits for them. Without it they stand in the log before a
	// submission is answered.
	TellLater bool
}

// Service holds the use cases of progress and of /sync.
type Service struct {
	Parts
	all     store.Coll[Progress]
	devices store.Coll[Device]
	issuer  Issuer
}

// New returns the use cases over a store that Ensure prepared with Specs.
func New(e store.Engine, parts Parts) *Service {
	return &Service{
		Parts:   parts,
		all:     store.Open(e, progressSpec, func(p *Progress) darasa.ID { return p.ID }, func(p *Progress) *store.Meta { return &p.Meta }, nil),
		devices: store.Open(e, deviceSpec, func(d *Device) darasa.ID { return d.ID }, func(d *Device) *store.Meta { return &d.Meta }, nil),
	}
}

// Issue names who issues certificates; called once while the program is wired.
func (s *Service) Issue(i Issuer) { s.issuer = i }

// Apply joins facts into an enrolment's progress and follows up: a certificate
// where the completion rule now holds. The records behind the facts must have
// been stored before.
func (s *Service) Apply(ctx context.Context, enrolment darasa.ID, f Facts, now darasa.Time) (Progress, error) {
	p, err := s.join(ctx, enrolment, f)
	if err != nil {
		return p, err
	}
	return s.follow(ctx, p, now)
}

func (s *Service) join(ctx context.Context, id darasa.ID, f Facts) (Progress, error) {
	change := func(p *Progress) error {
		before := encode(p)
		ed, err := s.Content.Edition(ctx, p.Edition)
		if err != nil {
			return err
		}
		p.Join(f)
		p.Derive(ed)
		return unlessSame(before, p)
	}
	p, err := s.all.Update(ctx, id, change)
	if darasa.CodeOf(err) != darasa.NotFound {
		return p, err
	}
	if err := s.EnrolmentsChanged(ctx, []darasa.ID{id}); err != nil {
		return p, err
	}
	return s.all.Update(ctx, id, change)
}

func encode(p *Progress) []byte {
	body, err := json.Marshal(p)
	if err != nil {
		return nil // never equal to the other: then it is written
	}
	return body
}

func unlessSame(before []byte, p *Progress) error {
	if after := encode(p); before != nil && bytes.Equal(before, after) {
		return store.ErrUnchanged
	}
	return nil
}

// follow sees to what completing brings: a job that survives a crash, and the
// certificate at once, so that the learner sees it on the next page. If the
// second fails, the job does it.
func (s *Service) follow(ctx context.Context, p Progress, now darasa.Time) (Progress, error) {
	if !s.due(&p) {
		return p, nil
	}
	if err := s.Jobs.Ask(ctx, CertificateJob, string(p.ID), "", now); err != nil {
		return p, err
	}
	return s.Certify(ctx, p.ID, now)
}

// due tells whether a certificate is to be issued, as far as the row knows.
func (s *Service) due(p *Progress) bool {
	return s.issuer != nil && p.Certificate == "" && !p.Withdrawn && (p.Status == Passed || p.Status == Completed)
}

// Certify issues the certificate of an enrolment whose rule holds and takes it
// into the row: what the certificate job does.
func (s *Service) Certify(ctx context.Context, enrolment darasa.ID, now darasa.Time) (Progress, error) {
	p, err := s.all.Get(ctx, enrolment)
	if err != nil || s.issuer == nil {
		return p, err
	}
	out, err := s.issuer.Certify(ctx, p, now)
	if err != nil || out == (Outcome{}) {
		return p, err
	}
	if p, err = s.SetOutcome(ctx, enrolment, out); err != nil {
		return p, err
	}
	// Withdrawn meanwhile: who withdrew may have found a row without a number.
	if stands, err := s.issuer.Outcome(ctx, enrolment); err != nil || stands != out {
		if err == nil {
			p, err = s.SetOutcome(ctx, enrolment, stands)
		}
		return p, err
	}
	return p, nil
}

// SetOutcome takes a certificate into the row, or out of it.
func (s *Service) SetOutcome(ctx context.Context, enrolment darasa.ID, out Outcome) (Progress, error) {
	return s.all.Update(ctx, enrolment, func(p *Progress) error {
		if p.Certificate == out.Certificate && p.IssuedOn == out.IssuedOn {
			return store.ErrUnchanged
		}
		p.Certificate, p.IssuedOn = out.Certificate, out.IssuedOn
		return nil
	})
}

// EnrolmentsChanged joins enrolments that were made or changed; the enrolment
// stage calls it. New ones are inserted together.
func (s *Service) EnrolmentsChanged(ctx context.Context, ids []darasa.ID) error {
	es, err := s.Enrolments.LookupMany(ctx, ids)
	if err != nil {
		return err
	}
	docs := make([]Progress, 0, len(es))
	for _, id := range ids {
		e, ok := es[id]
		if !ok {
			continue
		}
		p, err := s.fresh(ctx, &e)
		if err != nil {
			return err
		}
		docs = append(docs, p)
	}
	if len(docs) == 1 { // most often one that is there already
		return s.takeOne(ctx, docs[0])
	}
	verdicts, err := s.all.InsertMany(ctx, docs)
	if err != nil {
		return err
	}
	for i, v := range verdicts {
		if darasa.CodeOf(v) == darasa.Conflict {
			v = s.takeOne(ctx, docs[i])
		}
		if v != nil {
			return v
		}
	}
	return nil
}

func (s *Service) fresh(ctx context.Context, e *enrolment.Enrolment) (Progress, error) {
	var p Progress
	p.Take(e)
	ed, err := s.Content.Edition(ctx, e.Edition)
	if err == nil {
		p.Derive(ed)
	}
	return p, err
}

func (s *Service) takeOne(ctx context.Context, fresh Progress) error {
	p, err := s.all.Upsert(ctx, fresh.ID, func() Progress { return fresh }, func(p *Progress) error {
		before := encode(p)
		e, err := s.Enrolments.Lookup(ctx, fresh.ID)
		if err != nil {
			return err
		}
		p.Take(&e)
		ed, err := s.Content.Edition(ctx, p.Edition)
		if err != nil {
			return err
		}
		p.Derive(ed)
		return unlessSame(before, p)
	})
	if err != nil || !s.due(&p) {
		return err
	}
	// Taken back after finishing while withdrawn: no further act may come.
	return s.Jobs.Ask(ctx, CertificateJob, string(p.ID), "", darasa.Time{})
}

// voice returns in whose name the statements of a person speak.
func (s *Service) voice(ctx context.Context, person, institution darasa.ID) (attempt.Voice, error) {
	name, err := s.People.StatementName(ctx, person)
	if err == nil && name == "" {
		err = darasa.Fail(darasa.NotFound, "Mtu huyu alifutwa.", "This person was erased.")
	}
	return attempt.Voice{Base: s.Base, Actor: name, Institution: institution}, err
}
