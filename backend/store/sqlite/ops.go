package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"slices"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// A time is stored as milliseconds since 1970, the zero Time as 0.
func millis(t darasa.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) darasa.Time {
	if ms == 0 {
		return darasa.Time{}
	}
	return darasa.At(time.UnixMilli(ms))
}

// record reads a row of id, rev, v, at, body.
func record(row []driver.Value) store.Record {
	r := store.Record{}
	r.ID, _ = row[0].(string)
	r.Rev, _ = row[1].(int64)
	r.V, _ = row[2].(int64)
	at, _ := row[3].(int64)
	r.At = moment(at)
	r.Body, _ = row[4].([]byte)
	return r
}

var (
	errMissing = darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.")
	errExists  = darasa.Fail(darasa.Conflict, "Tayari kipo.", "It exists already.")
	errMoved   = darasa.Fail(darasa.Conflict, "Kimebadilishwa na mwingine.", "Somebody else changed it.")
)

// Get reads one document.
func (s *Store) Get(ctx context.Context, coll, id string) (store.Record, error) {
	r := store.Record{}
	t, err := s.table(coll)
	if err != nil {
		return r, err
	}
	err = s.read(ctx, func(c *conn) error {
		return c.query(t.get, []any{id}, 4, func(row []driver.Value) error {
			r.ID = id
			r.Rev, _ = row[0].(int64)
			r.V, _ = row[1].(int64)
			at, _ := row[2].(int64)
			r.At = moment(at)
			r.Body, _ = row[3].([]byte)
			return nil
		})
	})
	if err == nil && r.ID == "" {
		err = errMissing
	}
	return r, err
}

// GetMany reads the documents that exist among ids.
func (s *Store) GetMany(ctx context.Context, coll string, ids []string) ([]store.Record, error) {
	t, err := s.table(coll)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, translate(err)
	}
	out := make([]store.Record, 0, len(ids))
	err = s.read(ctx, func(c *conn) error {
		return c.query(t.many, []any{string(list)}, 5, func(row []driver.Value) error {
			out = append(out, record(row))
			return nil
		})
	})
	return out, err
}

// entry is a record made ready to write outside the writer's goroutine.
type entry struct {
	store.Record
	keys  []any
	terms []string
}

func (t *table) entry(r store.Record) (entry, error) {
	if err := r.Check(); err != nil {
		return entry{}, err
	}
	keys, terms, err := t.spec.Keys(t.fields, r.Body)
	return entry{r, keys, terms}, err
}

func (t *table) insertOne(c *conn, text string, e entry) (changed int64, err error) {
	args := append([]any{e.ID, e.Rev, e.V, millis(e.At), []byte(e.Body)}, e.keys...)
	if changed, err = c.exec(text, args...); err != nil || changed == 0 {
		return changed, err
	}
	for _, term := range e.terms {
		if _, err := c.exec(t.addTerm, term, e.ID); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// Insert stores a new document with revision 1.
func (s *Store) Insert(ctx context.Context, coll string, r store.Record) error {
	verdicts, err := s.InsertMany(ctx, coll, []store.Record{r})
	if err != nil {
		return err
	}
	return verdicts[0]
}

// InsertMany stores new documents in one transaction, each with its own verdict.
func (s *Store) InsertMany(ctx context.Context, coll string, rs []store.Record) ([]error, error) {
	t, err := s.table(coll)
	if err != nil {
		return nil, err
	}
	verdicts := make([]error, len(rs))
	entries := make([]entry, len(rs))
	ready := 0
	for i, r := range rs {
		r.Rev = 1
		if entries[i], verdicts[i] = t.entry(r); verdicts[i] == nil {
			ready++
		}
	}
	if ready == 0 {
		return verdicts, nil
	}
	stored := make([]bool, len(rs))
	err = s.do(ctx, func(c *conn) (error, error) {
		for i, e := range entries {
			if verdicts[i] != nil {
				continue
			}
			n, err := t.insertOne(c, t.insert, e)
			if err != nil {
				return nil, err
			}
			stored[i] = n > 0
		}
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	for i := range verdicts {
		if verdicts[i] == nil && !stored[i] {
			verdicts[i] = errExists
		}
	}
	return verdicts, nil
}

// Import stores records as they are, over what is there.
func (s *Store) Import(ctx context.Context, coll string, rs []store.Record) error {
	t, err := s.table(coll)
	if err != nil {
		return err
	}
	entries := make([]entry, len(rs))
	for i, r := range rs {
		if entries[i], err = t.entry(r); err != nil {
			return err
		}
	}
	return s.do(ctx, func(c *conn) (error, error) {
		for _, e := range entries {
			if err := t.erase(c, e.ID); err != nil {
				return nil, err
			}
			if _, err := t.insertOne(c, t.put, e); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
}

// Replace stores r where the stored revision is still r.Rev.
func (s *Store) Replace(ctx context.Context, coll string, r store.Record) error {
	t, err := s.table(coll)
	if err != nil {
		return err
	}
	e, err := t.entry(r)
	if err != nil {
		return err
	}
	return s.do(ctx, func(c *conn) (error, error) {
		old, err := t.termsOf(c, e.ID)
		if err != nil {
			return nil, err
		}
		n, err := t.replaceOne(c, e)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			return nil, t.setTerms(c, e.ID, old, e.terms)
		}
		_, found, err := c.one(t.exists, e.ID)
		if found {
			return errMoved, err
		}
		return errMissing, err
	})
}

// replaceOne writes a row of the revision e.Rev and returns how many there
// were. Most writes leave the indexed fields alone; named in an UPDATE, SQLite
// would write every index of them again.
func (t *table) replaceOne(c *conn, e entry) (int64, error) {
	body := []any{e.V, millis(e.At), []byte(e.Body)}
	n, err := c.exec(t.rewrite, slices.Concat(body, []any{e.ID, e.Rev}, e.keys)...)
	if err != nil || n > 0 || len(e.keys) == 0 {
		return n, err
	}
	return c.exec(t.replace, slices.Concat(body, e.keys, []any{e.ID, e.Rev})...)
}

// Delete removes a document where it is there.
func (s *Store) Delete(ctx context.Context, coll, id string) error {
	t, err := s.table(coll)
	if err != nil {
		return err
	}
	return s.do(ctx, func(c *conn) (error, error) { return nil, t.erase(c, id) })
}

func (t *table) erase(c *conn, id string) error {
	old, err := t.termsOf(c, id)
	if err != nil {
		return err
	}
	if _, err := c.exec(t.remove, id); err != nil {
		return err
	}
	return t.setTerms(c, id, old, nil)
}
