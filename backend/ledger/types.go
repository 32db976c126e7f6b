// Package ledger keeps what makes the rest trustworthy: claims (uniqueness
// without transactions), the audit log, and job documents taken by lease.
package ledger

import (
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Claim says that a key such as "check:00123" or "phone:+255712000011" belongs
// to its owners. A phone may be shared, so a claim holds a set; every other
// kind has at most one owner. Its id is the key.
type Claim struct {
	store.Meta `json:"-"`
	Key        darasa.ID   `json:"key"`
	Owners     []darasa.ID `json:"owners"`
	Made       darasa.Time `json:"made"`
}

// Entry is one line of the audit log: who did what to whom, when, from where.
type Entry struct {
	store.Meta  `json:"-"`
	ID          darasa.ID   `json:"id"`
	Time        darasa.Time `json:"time"`
	Person      darasa.ID   `json:"person"` // who acted
	Name        string      `json:"name"`
	Institution darasa.ID   `json:"institution"`
	Act         string      `json:"act"` // "sign-in", "role", "export", "erase", …
	Subject     string      `json:"subject"`
	Detail      string      `json:"detail,omitempty"`
	From        string      `json:"from"`
}

// Job is work to be done once, whoever asks how often: its id is derived from
// kind and source, so that asking twice makes one document.
type Job struct {
	store.Meta `json:"-"`
	ID         darasa.ID   `json:"id"` // "kind/source"
	Kind       string      `json:"kind"`
	Source     string      `json:"source"`
	Args       string      `json:"args,omitempty"` // small JSON
	State      string      `json:"state"`          // waiting, leased, done, failed
	Due        darasa.Time `json:"due"`            // not before; end of the lease while leased
	Holder     string      `json:"holder,omitempty"`
	Tries      int64       `json:"tries"`
	Done       int64       `json:"done,omitempty"`  // progress of long work
	Total      int64       `json:"total,omitempty"` // its size, 0 while unknown
	Error      darasa.Text `json:"error,omitzero"`
	Result     string      `json:"result,omitempty"`
}
