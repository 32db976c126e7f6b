package ledger

import (
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Book is the service of the ledger over one engine.
type Book struct {
	claims store.Coll[Claim]
	audit  store.Coll[Entry]
	jobs   store.Coll[Job]
	living map[string]Living
	newID  func() darasa.ID
}

// New returns the ledger that keeps its documents in e.
func New(e store.Engine) *Book {
	return &Book{
		claims: store.Open(e, claimSpec, func(c *Claim) darasa.ID { return c.Key }, func(c *Claim) *store.Meta { return &c.Meta }, nil),
		audit:  store.Open(e, auditSpec, func(c *Entry) darasa.ID { return c.ID }, func(c *Entry) *store.Meta { return &c.Meta }, nil),
		jobs:   store.Open(e, jobSpec, func(j *Job) darasa.ID { return j.ID }, func(j *Job) *store.Meta { return &j.Meta }, nil),
		living: map[string]Living{},
		newID:  darasa.NewID,
	}
}

var (
	claimSpec = store.Spec{Name: "claims", Version: 1}
	auditSpec = store.Spec{Name: "audit", Version: 1, Indexes: []store.Index{
		{"time"}, {"person", "time"}, {"institution", "time"}, {"subject", "time"}, {"institution", "person", "time"},
		{"act", "time"}, {"institution", "act", "time"}, {"person", "act", "time"},
	}}
	jobSpec = store.Spec{Name: "jobs", Version: 1, Indexes: []store.Index{{"state", "due"}, {"kind", "state", "due"}}}
)

// Specs declares the collections of the ledger.
func (b *Book) Specs() []store.Spec { return []store.Spec{claimSpec, auditSpec, jobSpec} }
