package institution

import (
	"crypto/rand"
	"io"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store"
)

// The states of an institution.
const (
	Active = "active"
	Closed = "closed"
)

// Service holds the use cases of institutions and facilities.
type Service struct {
	institutions store.Coll[Institution]
	facilities   store.Coll[Facility]
	ledger       *ledger.Book
	random       io.Reader
}

// New returns the service over one engine. It guards the claims of join codes.
func New(e store.Engine, book *ledger.Book) *Service {
	s := &Service{
		institutions: store.Open(e, institutionSpec, func(i *Institution) darasa.ID { return i.ID }, func(i *Institution) *store.Meta { return &i.Meta }, nil),
		facilities:   store.Open(e, facilitySpec, func(f *Facility) darasa.ID { return f.ID }, func(f *Facility) *store.Meta { return &f.Meta }, nil),
		ledger:       book,
		random:       rand.Reader,
	}
	book.Guard("code", s.livingCodes)
	return s
}

var (
	institutionSpec = store.Spec{Name: "institutions", Version: 1, Indexes: []store.Index{{"slug"}, {"type", "slug"}}}
	facilitySpec    = store.Spec{Name: "facilities", Version: 1, Terms: "terms",
		Indexes: []store.Index{{"council", "name"}, {"region", "name"}, {"type", "name"}, {"name"}}}
)

// Specs declares the collections of this stage.
func (s *Service) Specs() []store.Spec { return []store.Spec{institutionSpec, facilitySpec} }

var (
	errNational = darasa.Fail(darasa.Forbidden, "Hii ni kazi ya msimamizi wa kitaifa.", "This is for the national administrator.")
	errMissing  = darasa.Fail(darasa.NotFound, "Taasisi haipo.", "There is no such institution.")
)
