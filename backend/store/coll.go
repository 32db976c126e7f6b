package store

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"darasa/backend/darasa"
)

// Meta is the envelope of a document, embedded in every stored type. The id
// lives in the document's own ID field or here; rev guards replacement.
type Meta struct {
	Rev int64       `json:"-"`
	At  darasa.Time `json:"-"` // last write
}

// Coll is a typed collection over an engine. K is the document type; it is
// stored as its JSON. Upgrade reads older schema numbers.
type Coll[T any] struct {
	engine  Engine
	spec    Spec
	id      func(*T) darasa.ID
	meta    func(*T) *Meta
	upgrade func(v int64, body json.RawMessage) (json.RawMessage, error)
	now     func() darasa.Time
}

// Open returns a typed collection. id and meta give access to the document's
// own fields; upgrade may be nil while there is only schema 1.
func Open[T any](e Engine, s Spec, id func(*T) darasa.ID, meta func(*T) *Meta,
	upgrade func(v int64, body json.RawMessage) (json.RawMessage, error)) Coll[T] {
	if s.Version == 0 {
		s.Version = 1
	}
	if upgrade == nil {
		upgrade = s.Upgrade
	}
	return Coll[T]{engine: e, spec: s, id: id, meta: meta, upgrade: upgrade, now: darasa.Now}
}

// Spec returns the declaration of the collection.
func (c Coll[T]) Spec() Spec { return c.spec }

var errMissing = darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.")

func (c Coll[T]) encode(doc *T) (Record, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return Record{}, darasa.Fail(darasa.Internal, "Hati haikuandikwa.", "The document could not be encoded.").Because(err)
	}
	return Record{ID: string(c.id(doc)), Rev: c.meta(doc).Rev, V: c.spec.Version, At: c.now(), Body: bytes.TrimSuffix(b.Bytes(), []byte("\n"))}, nil
}

func (c Coll[T]) decode(r Record) (T, error) {
	var doc T
	if r.V > c.spec.Version {
		return doc, darasa.Fail(darasa.Unavailable, "Hati hii iliandikwa na toleo jipya la Darasa. Sasisha seva.",
			"This document was written by a newer Darasa. Update the server.")
	}
	body := r.Body
	if r.V < c.spec.Version && c.upgrade != nil {
		var err error
		if body, err = c.upgrade(r.V, body); err != nil {
			return doc, darasa.Fail(darasa.Internal, "Hati ya zamani haikusomeka.", "An old document could not be read.").Because(err)
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return doc, darasa.Fail(darasa.Internal, "Hati haikusomeka.", "A document could not be read.").Because(err)
	}
	m := c.meta(&doc)
	m.Rev, m.At = r.Rev, r.At
	return doc, nil
}

func (c Coll[T]) decodeAll(rs []Record) ([]T, error) {
	out := make([]T, 0, len(rs))
	for _, r := range rs {
		d, err := c.decode(r)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// Get returns one document, NotFound if there is none.
func (c Coll[T]) Get(ctx context.Context, id darasa.ID) (T, error) {
	var none T
	if id == "" {
		return none, errMissing
	}
	r, err := c.engine.Get(ctx, c.spec.Name, string(id))
	if err != nil {
		return none, err
	}
	return c.decode(r)
}

// GetMany returns the documents that exist among ids, keyed by id.
func (c Coll[T]) GetMany(ctx context.Context, ids []darasa.ID) (map[darasa.ID]T, error) {
	out := make(map[darasa.ID]T, len(ids))
	seen := make(map[darasa.ID]bool, len(ids))
	var part []string
	flush := func() error {
		if len(part) == 0 {
			return nil
		}
		rs, err := c.engine.GetMany(ctx, c.spec.Name, part)
		part = part[:0]
		if err != nil {
			return err
		}
		for _, r := range rs {
			d, err := c.decode(r)
			if err != nil {
				return err
			}
			out[darasa.ID(r.ID)] = d
		}
		return nil
	}
	for _, id := range ids {
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		if part = append(part, string(id)); len(part) == PageSize {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	return out, flush()
}

// Insert stores a new document; Conflict if its id exists.
func (c Coll[T]) Insert(ctx context.Context, doc *T) error {
	r, err := c.encode(doc)
	if err != nil {
		return err
	}
	if err := c.engine.Insert(ctx, c.spec.Name, r); err != nil {
		return err
	}
	m := c.meta(doc)
	m.Rev, m.At = 1, r.At
	return nil
}

// InsertMany stores new documents without order: one verdict each, nil if stored.
func (c Coll[T]) InsertMany(ctx context.Context, docs []T) ([]error, error) {
	verdicts := make([]error, 0, len(docs))
	for len(docs) > 0 {
		n := min(len(docs), PageSize)
		rs := make([]Record, n)
		for i := range rs {
			r, err := c.encode(&docs[i])
			if err != nil {
				return nil, err
			}
			rs[i] = r
		}
		v, err := c.engine.InsertMany(ctx, c.spec.Name, rs)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, v...)
		docs = docs[n:]
	}
	return verdicts, nil
}

// Replace stores doc where nobody wrote it since it was read; Conflict otherwise.
func (c Coll[T]) Replace(ctx context.Context, doc *T) error {
	r, err := c.encode(doc)
	if err != nil {
		return err
	}
	if err := c.engine.Replace(ctx, c.spec.Name, r); err != nil {
		return err
	}
	m := c.meta(doc)
	m.Rev, m.At = r.Rev+1, r.At
	return nil
}

// updateTries is how often Update reads and replaces before it gives up.
const updateTries = 20

// ErrUnchanged, returned by an Update function, leaves the document as it is
// without an error.
var ErrUnchanged = errUnchanged{}

type errUnchanged struct{}

func (errUnchanged) Error() string { return "unchanged" }

// Update reads a document, lets change alter it and replaces it, again when
// somebody else was faster, at most 20 times with jitter. change may run more
// than once and must only touch its argument.
func (c Coll[T]) Update(ctx context.Context, id darasa.ID, change func(*T) error) (T, error) {
	for try := range updateTries {
		doc, err := c.Get(ctx, id)
		if err != nil {
			return doc, err
		}
		if err := change(&doc); err != nil {
			if err == error(ErrUnchanged) {
				return doc, nil
			}
			return doc, err
		}
		err = c.Replace(ctx, &doc)
		if err == nil || darasa.CodeOf(err) != darasa.Conflict {
			return doc, err
		}
		wait := time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 6)))
		select {
		case <-ctx.Done():
			return doc, darasa.Fail(darasa.Unavailable, "Ombi lilikatishwa.", "The request ended.").Because(ctx.Err())
		case <-time.After(wait):
		}
	}
	var none T
	e := darasa.Fail(darasa.Unavailable, "Kuna shughuli nyingi kwenye rekodi hii. Jaribu tena.", "This record is busy. Try again.")
	e.Retry = 1
	return none, e
}

// Upsert inserts the document that make returns where the id is free, and
// otherwise updates the stored one.
func (c Coll[T]) Upsert(ctx context.Context, id darasa.ID, make func() T, change func(*T) error) (T, error) {
	for {
		doc, err := c.Update(ctx, id, change)
		if darasa.CodeOf(err) != darasa.NotFound {
			return doc, err
		}
		doc = make()
		if err := change(&doc); err != nil && err != error(ErrUnchanged) {
			return doc, err
		}
		err = c.Insert(ctx, &doc)
		if darasa.CodeOf(err) != darasa.Conflict {
			return doc, err
		}
	}
}

// Delete removes a document; NotFound is no error.
func (c Coll[T]) Delete(ctx context.Context, id darasa.ID) error {
	return c.engine.Delete(ctx, c.spec.Name, string(id))
}

// Find returns one page of documents.
func (c Coll[T]) Find(ctx context.Context, q Query) ([]T, error) {
	rs, err := c.engine.Find(ctx, c.spec.Name, q)
	if err != nil {
		return nil, err
	}
	return c.decodeAll(rs)
}

// First returns the first document that matches, NotFound if none does.
func (c Coll[T]) First(ctx context.Context, q Query) (T, error) {
	q.Limit = 1
	docs, err := c.Find(ctx, q)
	if err != nil || len(docs) == 0 {
		var none T
		if err == nil {
			err = errMissing
		}
		return none, err
	}
	return docs[0], nil
}

// Count returns the number of matches, at most CountCap.
func (c Coll[T]) Count(ctx context.Context, q Query) (int, error) {
	return c.engine.Count(ctx, c.spec.Name, q)
}

// Each calls f for every match in keyset pages of PageSize. A document written
// while it runs may be seen or not, none is skipped or seen twice.
func (c Coll[T]) Each(ctx context.Context, q Query, f func(T) error) error {
	return EachRecord(ctx, c.engine, c.spec.Name, q, func(r Record) error {
		d, err := c.decode(r)
		if err != nil {
			return err
		}
		return f(d)
	})
}

// Field returns a top-level scalar of a JSON body as index text: a string as
// it is, a number or truth value as its JSON, anything else empty.
func Field(body json.RawMessage, name string) string {
	var m map[string]json.RawMessage
	if json.Unmarshal(body, &m) != nil {
		return ""
	}
	return scalar(m[name])
}
