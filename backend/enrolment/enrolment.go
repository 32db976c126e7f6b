package enrolment

import (
	"context"
	"slices"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// States of runs and enrolments.
const (
	Open      = "open"
	Closed    = "closed"
	Active    = "active"
	Withdrawn = "withdrawn"
	moved     = "moved" // a pointer, never shown
)

// Editions is what enrolling asks of the course stage.
type Editions interface {
	// Edition returns a published edition by its id "<course>@<n>".
	Edition(ctx context.Context, id darasa.ID) (*course.Edition, error)
	// Current returns the newest published edition of a course that the actor
	// may see; NotFound otherwise.
	Current(ctx context.Context, actor darasa.Actor, course darasa.ID) (*course.Edition, error)
}

// Auditor keeps who did what to whom; the ledger is one.
type Auditor interface {
	Audit(ctx context.Context, actor darasa.Actor, act, subject, detail string, now darasa.Time) error
}

// Listener hears of enrolments that were made or changed, after they were
// stored. The progress stage joins them.
type Listener interface {
	EnrolmentsChanged(ctx context.Context, ids []darasa.ID) error
}

// Lists of an institution order by id within a whole index, so that a page
// never sorts.
var (
	runSpec = store.Spec{Name: "runs", Version: 1, Institution: "institution",
		Indexes: []store.Index{{"institution", "start"}, {"institution", "course", "start"}, {"start"}, {"course", "start"}}}
	enrolmentSpec = store.Spec{Name: "enrolments", Version: 1, Institution: "institution",
		Indexes: []store.Index{{"run", "institution"}, {"institution", "course"}, {"person"}, {"course"}}}
)

// Specs declares the collections of this stage.
func Specs() []store.Spec { return []store.Spec{runSpec, enrolmentSpec} }

// Service holds the use cases of runs and enrolments.
type Service struct {
	runs     store.Coll[Run]
	all      store.Coll[Enrolment]
	editions Editions
	audit    Auditor
	listen   Listener
	newID    func() darasa.ID
}

// New returns the use cases over a store that Ensure prepared with Specs.
func New(e store.Engine, editions Editions, audit Auditor, newID func() darasa.ID) *Service {
	return &Service{
		runs:     store.Open(e, runSpec, func(r *Run) darasa.ID { return r.ID }, func(r *Run) *store.Meta { return &r.Meta }, nil),
		all:      store.Open(e, enrolmentSpec, func(e *Enrolment) darasa.ID { return e.ID }, func(e *Enrolment) *store.Meta { return &e.Meta }, nil),
		editions: editions, audit: audit, newID: newID,
	}
}

// Listen names who hears of changes; called once while the program is wired.
func (s *Service) Listen(l Listener) { s.listen = l }

// ID derives the id of a person's enrolment: from the run, or from the course
// where there is no run. Enrolling twice makes one document.
func ID(person, courseSlug, run darasa.ID) darasa.ID {
	if run != "" {
		return darasa.DeriveID("enrolment", string(person), string(run))
	}
	return darasa.DeriveID("enrolment", string(person), string(courseSlug))
}

func runOwner(r *Run) darasa.ID      { return r.Institution }
func owner(e *Enrolment) darasa.ID   { return e.Institution }
func isTrainer(a darasa.Actor) bool  { return a.Is(darasa.Trainer, darasa.InstitutionAdmin) }
func everywhere(a darasa.Actor) bool { return a.National() && a.Institution == "" }
func missing() *darasa.Error         { return darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.") }
func (s *Service) changed(ctx context.Context, ids ...darasa.ID) error {
	if s.listen == nil || len(ids) == 0 {
		return nil
	}
	return s.listen.EnrolmentsChanged(ctx, ids)
}

// trainer refuses whoever is neither trainer nor administrator of the
// institution in use.
func trainer(a darasa.Actor) error {
	if !isTrainer(a) {
		return darasa.Fail(darasa.Forbidden, "Hii ni kazi ya mkufunzi wa taasisi.", "This is for a trainer of the institution.")
	}
	return nil
}

// ownRuns returns the runs that the actor may manage: those of the institution
// in use, or every one for a national administrator who chose none.
func (s *Service) ownRuns(a darasa.Actor) store.Owned[Run] {
	if everywhere(a) {
		if o, err := s.runs.All(a, runOwner); err == nil {
			return o
		}
	}
	return s.runs.For(a, runOwner)
}

func (s *Service) own(a darasa.Actor) store.Owned[Enrolment] {
	if everywhere(a) {
		if o, err := s.all.All(a, owner); err == nil {
			return o
		}
	}
	return s.all.For(a, owner)
}

// MayRead tells whether the actor may see the enrolment and what hangs on it:
// the learner, and trainers and administrators of the owning institution.
func MayRead(a darasa.Actor, e *Enrolment) bool {
	if e.State == moved || a.Anonymous() {
		return false
	}
	return e.Person == a.Person || everywhere(a) ||
		isTrainer(a) && a.Institution != "" && a.Institution == e.Institution
}

// MayManage tells whether the actor may change it as a trainer does.
func MayManage(a darasa.Actor, e *Enrolment) bool {
	return e.State != moved && isTrainer(a) &&
		(everywhere(a) || a.Institution != "" && a.Institution == e.Institution)
}

// Get returns an enrolment that the actor may read; NotFound otherwise. The
// derived id of a run that the learner was moved to leads to the one enrolment.
func (s *Service) Get(ctx context.Context, a darasa.Actor, id darasa.ID) (Enrolment, error) {
	e, err := s.Lookup(ctx, id)
	if err != nil {
		return e, err
	}
	if !MayRead(a, &e) {
		return Enrolment{}, missing()
	}
	return e, nil
}

// Own returns the learner's own enrolment, for learning in it; NotFound for
// anybody else's, a trainer's learner included.
func (s *Service) Own(ctx context.Context, a darasa.Actor, id darasa.ID) (Enrolment, error) {
	e, err := s.Lookup(ctx, id)
	if err == nil && (a.Anonymous() || e.Person != a.Person) {
		return Enrolment{}, missing()
	}
	return e, err
}

// Lookup returns an enrolment without asking who reads it: for later stages
// that check the actor themselves, and for jobs.
func (s *Service) Lookup(ctx context.Context, id darasa.ID) (Enrolment, error) {
	e, err := s.all.Get(ctx, id)
	if err == nil && e.State == moved {
		if e, err = s.all.Get(ctx, e.Pointer); err == nil && e.State == moved {
			return Enrolment{}, missing()
		}
	}
	return e, err
}

// LookupMany is Lookup for many ids, keyed by id; pointers are left out.
func (s *Service) LookupMany(ctx context.Context, ids []darasa.ID) (map[darasa.ID]Enrolment, error) {
	m, err := s.all.GetMany(ctx, ids)
	for id, e := range m {
		if e.State == moved {
			delete(m, id)
		}
	}
	return m, err
}

// Each walks every enrolment of the platform, for rebuild and jobs.
func (s *Service) Each(ctx context.Context, f func(Enrolment) error) error {
	return s.all.Each(ctx, store.Query{}, func(e Enrolment) error {
		if e.State == moved {
			return nil
		}
		return f(e)
	})
}

// Page is one page of a list and where the next one begins (empty: the end).
type Page[T any] struct {
	Items []T
	Next  string
}

// pageSize is the length of a list's page where the caller names none.
const pageSize = 50

func limit(n int) int {
	if n <= 0 {
		return pageSize
	}
	return min(n, store.PageSize)
}

// OfRun lists the enrolments of a run of the actor's institution, by id after
// the given one: to its trainers and administrators.
func (s *Service) OfRun(ctx context.Context, a darasa.Actor, run, after darasa.ID, n int) (Page[Enrolment], error) {
	if _, err := s.Managed(ctx, a, run); err != nil {
		return Page[Enrolment]{}, err
	}
	return s.list(ctx, a, map[string]string{"run": string(run)}, after, n)
}

// OfCourse lists the institution's enrolments in a course; every institution's
// for a national administrator who chose none.
func (s *Service) OfCourse(ctx context.Context, a darasa.Actor, courseSlug, after darasa.ID, n int) (Page[Enrolment], error) {
	if err := trainer(a); err != nil {
		return Page[Enrolment]{}, err
	}
	return s.list(ctx, a, map[string]string{"course": string(courseSlug)}, after, n)
}

func (s *Service) list(ctx context.Context, a darasa.Actor, eq map[string]string, after darasa.ID, n int) (Page[Enrolment], error) {
	q := store.Query{Equal: eq, Limit: limit(n)}
	if after != "" {
		q.After = &store.Cursor{ID: string(after)}
	}
	es, err := s.own(a).Find(ctx, q)
	if err != nil {
		return Page[Enrolment]{}, err
	}
	p := Page[Enrolment]{Items: es}
	if len(es) == q.Limit {
		p.Next = string(es[len(es)-1].ID)
	}
	return p, nil
}

// EachOfRun calls f for every enrolment of a run of the actor's institution, for
// its trainers and administrators.
func (s *Service) EachOfRun(ctx context.Context, a darasa.Actor, run darasa.ID, f func(Enrolment) error) error {
	if _, err := s.Managed(ctx, a, run); err != nil {
		return err
	}
	return s.own(a).Each(ctx, store.Query{Equal: map[string]string{"run": string(run)}}, f)
}

// Mine lists all of the actor's own enrolments, newest first.
func (s *Service) Mine(ctx context.Context, a darasa.Actor) ([]Enrolment, error) {
	if a.Anonymous() {
		return nil, darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	}
	return s.OfPerson(ctx, a.Person)
}

// OfPerson lists a person's enrolments, newest first: for their own export and
// for later stages that check the actor themselves.
func (s *Service) OfPerson(ctx context.Context, person darasa.ID) ([]Enrolment, error) {
	var out []Enrolment
	err := s.all.Each(ctx, store.Query{Equal: map[string]string{"person": string(person)}}, func(e Enrolment) error {
		out = append(out, e)
		return nil
	})
	slices.SortFunc(out, func(x, y Enrolment) int { return y.Made.Compare(x.Made) })
	return out, err
}
