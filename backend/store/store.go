// Package store is the contract of the document stores. Two implementations
// exist, store/sqlite and store/mongodb; storetest holds the suite that both
// pass. The contract asks only for what both do well: insert, compare and
// replace by revision, keyset pages over declared indexes. There are no
// transactions: a use case orders its writes so that repeating it heals.
package store

import (
	"context"
	"encoding/json"

	"darasa/backend/darasa"
)

// Record is a document as an engine sees it: an id, the revision that guards
// replacement, the schema number of the body, the time of the last write and
// the body as a JSON object without those four. No field name of a body begins
// with "$" or holds a dot, at any depth; keep foreign JSON as bytes.
type Record struct {
	ID   string
	Rev  int64
	V    int64
	At   darasa.Time
	Body json.RawMessage
}

// Spec declares a collection: its name, schema number and what it is found by.
type Spec struct {
	Name    string
	Version int64
	Indexes []Index
	// Numbers names the indexed fields that hold numbers: they are compared and
	// ordered as numbers. Every other indexed field is compared as text.
	Numbers []string
	// Terms names a body field that holds an array of strings, indexed for
	// prefix and equality search ("" for none).
	Terms string
	// Upgrade turns a body of an older schema number into the newest; nil while
	// there is only one.
	Upgrade func(v int64, body json.RawMessage) (json.RawMessage, error)
	// Institution names the body field that owns a document; For(actor) reads
	// and writes only documents whose field is the actor's institution.
	Institution string
}

// Index is up to three top-level scalar body fields, in order. A field that a
// document lacks is indexed as empty text, or 0 where Spec.Numbers names it; a
// truth value as "true" or "false" (so leave omitempty off those).
type Index []string

// Query selects documents of a collection. All parts must hold together. The
// fields in Equal, In and Range must be a leading part of one declared index,
// the ranged or ordering field after the others; "id" names the id and may
// always be used. With Term, any declared field may narrow further. An engine
// refuses a query that no index serves. Ordering by the id is free of sorting
// where the equal fields are a whole index; think of it when a page walks many.
type Query struct {
	Equal map[string]string // field -> value
	In    *In               // one field, a set of values
	Range *Range            // one field, half-open
	// Term selects documents whose Terms field has an element that begins with
	// it (a whole element where TermWhole is set).
	Term      string
	TermWhole bool
	// Order names the field of the index to sort by, "" for the id. The id
	// always breaks ties. Descending turns both around.
	Order      string
	Descending bool
	After      *Cursor // keyset: strictly after this place
	Limit      int     // 1 to 500; 0 means 500
}

// In is a set of wanted values of one field.
type In struct {
	Field  string
	Values []string
}

// Range selects From <= value < To; an empty bound is open.
type Range struct{ Field, From, To string }

// Cursor is the last place of a page: the value of the order field and the id.
type Cursor struct{ Value, ID string }

// CountCap is where Count stops: a page says "over 10,000".
const CountCap = 10_000

// PageSize is the keyset page that Each reads at a time.
const PageSize = 500

// MaxDocument is the largest body in bytes that an engine accepts.
const MaxDocument = 256 << 10

// Engine is what a store implements. Every error is a *darasa.Error: NotFound,
// Conflict (the id exists, or the revision moved), TooLarge, Unavailable (store
// full, server gone) or Internal.
type Engine interface {
	// Ensure creates collections and indexes that are missing. It is cheap to repeat.
	Ensure(ctx context.Context, specs ...Spec) error
	Get(ctx context.Context, coll, id string) (Record, error)
	// GetMany returns the documents that exist, in no particular order.
	GetMany(ctx context.Context, coll string, ids []string) ([]Record, error)
	// Insert stores r with revision 1; Conflict if the id exists.
	Insert(ctx context.Context, coll string, r Record) error
	// InsertMany inserts without order; the answer has one entry per record, nil if stored.
	InsertMany(ctx context.Context, coll string, rs []Record) ([]error, error)
	// Replace stores r where the stored revision equals r.Rev, as revision r.Rev+1.
	// Conflict if it moved, NotFound if it is gone.
	Replace(ctx context.Context, coll string, r Record) error
	// Import stores records with the revision, schema number and time that they
	// carry, over whatever is there: for restore and migration only.
	Import(ctx context.Context, coll string, rs []Record) error
	// Delete removes a document; deleting what is not there is no error.
	Delete(ctx context.Context, coll, id string) error
	Find(ctx context.Context, coll string, q Query) ([]Record, error)
	// Count returns min(matches, CountCap).
	Count(ctx context.Context, coll string, q Query) (int, error)
	// Ping tells whether the store answers and can be written.
	Ping(ctx context.Context) error
	// Kind is "sqlite" or "mongodb".
	Kind() string
	Close() error
}
