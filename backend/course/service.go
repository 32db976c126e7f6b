package course

import (
	"context"
	"sync"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/media"
	"darasa/backend/store"
)

// States of a course and of an edition.
const (
	Published = "published"
	Withdrawn = "withdrawn"
	// reserved marks an edition whose number is taken and whose pieces are being
	// stored; nobody sees it, and publishing the same sources again finishes it.
	reserved = "reserved"
)

// Who may see a course.
const (
	Open  = "open"        // everybody, also without signing in
	House = "institution" // the owner's people only
)

var (
	courseSpec   = store.Spec{Name: "courses", Indexes: []store.Index{{"owner"}, {"state"}}}
	manifestSpec = store.Spec{Name: "manifests", Indexes: []store.Index{{"course"}}}
	revisionSpec = store.Spec{Name: "revisions"}
)

// Specs declares the collections of this stage.
func Specs() []store.Spec { return []store.Spec{courseSpec, manifestSpec, revisionSpec} }

// revision counts the changes of one kind, so that every process notices what
// another one wrote; its id is the kind.
type revision struct {
	store.Meta `json:"-"`
	ID         darasa.ID `json:"id"`
	N          int64     `json:"n"`
}

const revisionID darasa.ID = "courses"

// Auditor keeps who did what to whom; the ledger is one.
type Auditor interface {
	Audit(ctx context.Context, actor darasa.Actor, act, subject, detail string, now darasa.Time) error
}

// Options are what the command may set; the zero value is good.
type Options struct {
	// Clock tells how old the catalogue in memory is (time.Now).
	Clock func() time.Time
	// Editions is how many editions stay parsed in memory (32).
	Editions int
	// Audit hears of publications, withdrawals and corrected keys; nil for nobody.
	Audit Auditor
}

// Service holds the use cases of courses.
type Service struct {
	courses   store.Coll[Course]
	manifests store.Coll[Manifest]
	revisions store.Coll[revision]
	media     media.Store
	audit     Auditor
	clock     func() time.Time
	cache     *cache

	mu   sync.Mutex // of what follows
	list *snapshot
	seen time.Time // when the revision was last read
}

// New returns the use cases over a store that Ensure prepared with Specs.
func New(e store.Engine, m media.Store, o Options) *Service {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Editions <= 0 {
		o.Editions = 32
	}
	return &Service{
		courses:   store.Open(e, courseSpec, func(c *Course) darasa.ID { return c.Slug }, func(c *Course) *store.Meta { return &c.Meta }, nil),
		manifests: store.Open(e, manifestSpec, func(m *Manifest) darasa.ID { return m.ID }, func(m *Manifest) *store.Meta { return &m.Meta }, nil),
		revisions: store.Open(e, revisionSpec, func(r *revision) darasa.ID { return r.ID }, func(r *revision) *store.Meta { return &r.Meta }, nil),
		media:     m, audit: o.Audit, clock: o.Clock, cache: newCache(o.Editions),
	}
}

var errMissing = darasa.Fail(darasa.NotFound, "Kozi hii haipo.", "There is no such course.")

// note tells the auditor, where there is one.
func (s *Service) note(ctx context.Context, actor darasa.Actor, act, subject, detail string, now darasa.Time) error {
	if s.audit == nil {
		return nil
	}
	return s.audit.Audit(ctx, actor, act, subject, detail, now)
}

// changed makes every process read the catalogue again.
func (s *Service) changed(ctx context.Context) error {
	_, err := s.revisions.Upsert(ctx, revisionID,
		func() revision { return revision{ID: revisionID} },
		func(r *revision) error { r.N++; return nil })
	s.mu.Lock()
	s.seen = time.Time{}
	s.mu.Unlock()
	return err
}

// mayWrite tells whether the actor may publish and withdraw courses of owner.
// A course without an owner belongs to the platform.
func mayWrite(actor darasa.Actor, owner darasa.ID) error {
	switch {
	case actor.National():
		return nil
	case owner == "" || actor.Institution != owner:
		return errMissing
	case actor.Is(darasa.Author, darasa.InstitutionAdmin):
		return nil
	}
	return darasa.Fail(darasa.Forbidden, "Kuchapisha kozi ni kazi ya mwandishi au msimamizi.", "Publishing a course is for an author or an administrator.")
}

// get returns a course that the actor may write.
func (s *Service) get(ctx context.Context, actor darasa.Actor, slug darasa.ID) (Course, error) {
	c, err := s.courses.Get(ctx, slug)
	if err != nil {
		return c, err
	}
	return c, mayWrite(actor, c.Owner)
}

// newest returns the index of the newest edition in the state, -1 for none.
func (c *Course) newest(state string) int {
	for i := len(c.Editions) - 1; i >= 0; i-- {
		if c.Editions[i].State == state {
			return i
		}
	}
	return -1
}
