package attempt

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"darasa/backend/assessment"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/store"
)

// States and kinds.
const (
	IssuedState = "issued"
	GradedState = "graded"
	PreTest     = "pre-test"
	PostTest    = "post-test"
)

// Flags of an attempt.
const (
	FlagLate    = "late"       // answered after the ticket had expired: kept, never counts
	FlagExtra   = "extra"      // another submission of a used ticket: kept, never counts
	FlagOver    = "over-limit" // beyond the tries that were given: kept, never counts
	FlagFuture  = "future"     // the device's clock ran ahead
	FlagDelayed = "delayed"    // answered in time, received after the ticket had expired
	FlagGranted = "granted"    // a further try that a trainer gave
)

// Lifetime is how long a ticket may be used.
const Lifetime = 180 * 24 * time.Hour

// ClockSlack is how far a device's clock may run ahead before it is flagged.
const ClockSlack = 5 * time.Minute

// Content is what grading asks of the course stage. Everything it returns is
// frozen and shared: it must not be changed.
type Content interface {
	Edition(ctx context.Context, id darasa.ID) (*course.Edition, error)
	// Bank returns the questions of a quiz, without keys.
	Bank(ctx context.Context, edition darasa.ID, quiz string) ([]assessment.Question, error)
	// Keys returns the newest version of an edition's keys and its number.
	Keys(ctx context.Context, edition darasa.ID) ([]assessment.Key, int64, error)
}

// Enrolments is what this stage asks of the one before; *enrolment.Service is one.
type Enrolments interface {
	Get(ctx context.Context, a darasa.Actor, id darasa.ID) (enrolment.Enrolment, error)
	Own(ctx context.Context, a darasa.Actor, id darasa.ID) (enrolment.Enrolment, error)
	Lookup(ctx context.Context, id darasa.ID) (enrolment.Enrolment, error)
}

var spec = store.Spec{Name: "attempts", Version: 1, Indexes: []store.Index{{"enrolment"}, {"edition"}, {"person"}, {"received"}}}

// Specs declares the collection of attempts.
func Specs() []store.Spec { return []store.Spec{spec} }

// Service holds the use cases of tests.
type Service struct {
	all        store.Coll[Attempt]
	enrolments Enrolments
	content    Content
	tickets    *Signer
}

// New returns the use cases over a store that Ensure prepared with Specs.
func New(e store.Engine, enrolments Enrolments, content Content, tickets *Signer) *Service {
	return &Service{
		all:        store.Open(e, spec, func(a *Attempt) darasa.ID { return a.ID }, func(a *Attempt) *store.Meta { return &a.Meta }, nil),
		enrolments: enrolments, content: content, tickets: tickets,
	}
}

// ID derives the id of try number n at a quiz.
func ID(enrolment darasa.ID, quiz string, n int64) darasa.ID {
	return darasa.DeriveID("attempt", string(enrolment), quiz, strconv.FormatInt(n, 10))
}

// ExtraID derives the id of a second submission of the same ticket.
func ExtraID(attempt, event darasa.ID) darasa.ID {
	return darasa.DeriveID("attempt", string(attempt), string(event))
}

// seedOf derives the seed of a draw from the attempt, so that the same ticket
// has the same draw on every device and server. 53 bits are exact in JSON.
func seedOf(id darasa.ID) int64 {
	sum := sha256.Sum256([]byte("draw/" + id))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 11)
}

// Allowed is how many tries an enrolment has at a quiz, granted ones included.
// A pre-test has one.
func Allowed(q course.Quiz, e *enrolment.Enrolment) int64 {
	if q.Kind == PreTest {
		return 1
	}
	return max(q.Tries, 1) + e.GrantsOf(q.Slug)
}

func quizOf(ed *course.Edition, slug string) (course.Quiz, error) {
	i := slices.IndexFunc(ed.Quizzes, func(q course.Quiz) bool { return q.Slug == slug })
	if i < 0 {
		return course.Quiz{}, darasa.Fail(darasa.NotFound, "Jaribio hili halipo kwenye kozi.", "The course has no such quiz.")
	}
	return ed.Quizzes[i], nil
}

// Of returns every attempt of an enrolment, by quiz and number, without asking
// who reads it: for later stages.
func (s *Service) Of(ctx context.Context, enrolment darasa.ID) ([]Attempt, error) {
	return s.collect(ctx, "enrolment", enrolment)
}

// OfPerson returns every attempt of a person, for their own export.
func (s *Service) OfPerson(ctx context.Context, person darasa.ID) ([]Attempt, error) {
	return s.collect(ctx, "person", person)
}

func (s *Service) collect(ctx context.Context, field string, id darasa.ID) ([]Attempt, error) {
	var out []Attempt
	err := s.all.Each(ctx, store.Query{Equal: map[string]string{field: string(id)}}, func(a Attempt) error {
		out = append(out, a)
		return nil
	})
	slices.SortFunc(out, inOrder)
	return out, err
}

func inOrder(x, y Attempt) int {
	for _, c := range []int{
		compare(string(x.Enrolment), string(y.Enrolment)), compare(x.Quiz, y.Quiz),
		compare(x.Number, y.Number), compare(b(x.Extra), b(y.Extra)), compare(string(x.ID), string(y.ID)),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}

// List returns the attempts of an enrolment that the actor may read: the
// learner's own, or a trainer's learner.
func (s *Service) List(ctx context.Context, a darasa.Actor, enrolment darasa.ID) ([]Attempt, error) {
	e, err := s.enrolments.Get(ctx, a, enrolment)
	if err != nil {
		return nil, err
	}
	return s.Of(ctx, e.ID)
}

// Get returns one attempt that the actor may read; NotFound otherwise.
func (s *Service) Get(ctx context.Context, a darasa.Actor, id darasa.ID) (Attempt, error) {
	at, err := s.all.Get(ctx, id)
	if err != nil || at.Person == a.Person && !a.Anonymous() {
		return at, err
	}
	if _, err := s.enrolments.Get(ctx, a, at.Enrolment); err != nil {
		return Attempt{}, err
	}
	return at, nil
}

// own returns an attempt of the actor's own; NotFound otherwise.
func (s *Service) own(ctx context.Context, a darasa.Actor, id darasa.ID) (Attempt, error) {
	at, err := s.all.Get(ctx, id)
	if err == nil && (a.Anonymous() || at.Person != a.Person) {
		return Attempt{}, darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.")
	}
	return at, err
}

// Keep stores whole attempts, one verdict each: for seeding and restoring.
func (s *Service) Keep(ctx context.Context, as []Attempt) ([]error, error) {
	return s.all.InsertMany(ctx, as)
}

// Each walks every attempt of the platform, for rebuild.
func (s *Service) Each(ctx context.Context, f func(Attempt) error) error {
	return s.all.Each(ctx, store.Query{}, f)
}
