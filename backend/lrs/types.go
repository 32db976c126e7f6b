// Package lrs is the statement log: it checks, keeps and finds xAPI statements
// (1.0.3) as raw bytes with index fields. It decides nothing about progress.
package lrs

import (
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Statement is a stored statement: the bytes as they came (with id, stored,
// timestamp and authority set where missing) and scalars to find it by.
type Statement struct {
	store.Meta   `json:"-"`
	ID           darasa.ID   `json:"id"`
	Raw          []byte      `json:"raw"`    // base64 in the store: foreign keys never become ours
	Stored       darasa.ID   `json:"stored"` // UUIDv7 made by the server at insertion
	StoredAt     darasa.Time `json:"stored_at"`
	Timestamp    darasa.Time `json:"timestamp"`
	Actor        string      `json:"actor"` // canonical form of the inverse functional identifier
	Verb         string      `json:"verb"`
	Object       string      `json:"object"`
	Registration string      `json:"registration,omitempty"`
	Institution  darasa.ID   `json:"institution,omitempty"`
	Voided       bool        `json:"voided,omitempty"`
	Target       string      `json:"target,omitempty"` // of a StatementRef
	Related      []string    `json:"related"`          // agents and activities anywhere in it; ours leave out actor and object, which have an index
	Foreign      bool        `json:"foreign,omitempty"`
}
