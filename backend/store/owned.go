package store

import (
	"context"

	"darasa/backend/darasa"
)

// Owned is a handle on an institution's own documents: For adds the
// institution to every Find and checks it on every Get, so that another
// institution's document is not found.
type Owned[T any] struct {
	coll  Coll[T]
	owner func(*T) darasa.ID
	actor darasa.Actor
	all   bool
}

// For returns the handle of the actor's institution. owner reads the field
// that Spec.Institution names.
func (c Coll[T]) For(actor darasa.Actor, owner func(*T) darasa.ID) Owned[T] {
	return Owned[T]{coll: c, owner: owner, actor: actor}
}

// All returns a handle on every institution's documents. Only a national
// administrator gets one; the caller writes the audit entry.
func (c Coll[T]) All(actor darasa.Actor, owner func(*T) darasa.ID) (Owned[T], error) {
	if !actor.National() {
		return Owned[T]{}, darasa.Fail(darasa.Forbidden, "Hii ni ya msimamizi wa kitaifa.", "This is for the national administrator.")
	}
	return Owned[T]{coll: c, owner: owner, actor: actor, all: true}, nil
}

func (o Owned[T]) mine(doc *T) bool {
	return o.all || (o.actor.Institution != "" && o.owner(doc) == o.actor.Institution)
}

// Get returns a document of the institution, NotFound for anybody else's.
func (o Owned[T]) Get(ctx context.Context, id darasa.ID) (T, error) {
	doc, err := o.coll.Get(ctx, id)
	if err == nil && !o.mine(&doc) {
		var none T
		return none, errMissing
	}
	return doc, err
}

// Insert stores a document that the institution owns.
func (o Owned[T]) Insert(ctx context.Context, doc *T) error {
	if !o.mine(doc) {
		return darasa.Fail(darasa.Forbidden, "Hati ni ya taasisi nyingine.", "The document belongs to another institution.")
	}
	return o.coll.Insert(ctx, doc)
}

// Update is Coll.Update on the institution's documents only.
func (o Owned[T]) Update(ctx context.Context, id darasa.ID, change func(*T) error) (T, error) {
	return o.coll.Update(ctx, id, func(doc *T) error {
		if !o.mine(doc) {
			return errMissing
		}
		if err := change(doc); err != nil {
			return err
		}
		if !o.mine(doc) {
			return darasa.Fail(darasa.Forbidden, "Hati haiwezi kuhamishwa kwenda taasisi nyingine.", "The document cannot move to another institution.")
		}
		return nil
	})
}

func (o Owned[T]) scope(q Query) Query {
	if o.all {
		return q
	}
	eq := make(map[string]string, len(q.Equal)+1)
	for k, v := range q.Equal {
		eq[k] = v
	}
	eq[o.coll.spec.Institution] = string(o.actor.Institution)
	q.Equal = eq
	return q
}

// nobody tells whether the actor belongs to no institution and so owns nothing:
// an empty field would otherwise match documents that have no owner.
func (o Owned[T]) nobody() bool { return !o.all && o.actor.Institution == "" }

// Find returns one page of the institution's documents.
func (o Owned[T]) Find(ctx context.Context, q Query) ([]T, error) {
	if o.nobody() {
		return nil, nil
	}
	return o.coll.Find(ctx, o.scope(q))
}

// Count counts the institution's documents, at most CountCap.
func (o Owned[T]) Count(ctx context.Context, q Query) (int, error) {
	if o.nobody() {
		return 0, nil
	}
	return o.coll.Count(ctx, o.scope(q))
}

// Each walks the institution's documents in keyset pages.
func (o Owned[T]) Each(ctx context.Context, q Query, f func(T) error) error {
	if o.nobody() {
		return nil
	}
	return o.coll.Each(ctx, o.scope(q), f)
}

// First returns the first of the institution's documents that matches,
// NotFound if none does.
func (o Owned[T]) First(ctx context.Context, q Query) (T, error) {
	q.Limit = 1
	docs, err := o.Find(ctx, q)
	if err == nil && len(docs) > 0 {
		return docs[0], nil
	}
	var none T
	if err == nil {
		err = errMissing
	}
	return none, err
}

// Delete removes a document of the institution, NotFound for anybody else's.
func (o Owned[T]) Delete(ctx context.Context, id darasa.ID) error {
	if _, err := o.Get(ctx, id); err != nil {
		return err
	}
	return o.coll.Delete(ctx, id)
}
