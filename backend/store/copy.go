package store

import (
	"context"
)

// EachRecord is Each on raw records, for backup and migration.
func EachRecord(ctx context.Context, e Engine, coll string, q Query, f func(Record) error) error {
	q.Limit = PageSize
	for {
		rs, err := e.Find(ctx, coll, q)
		if err != nil {
			return err
		}
		for _, r := range rs {
			if err := f(r); err != nil {
				return err
			}
		}
		if len(rs) < PageSize {
			return nil
		}
		last := rs[len(rs)-1]
		cur := Cursor{ID: last.ID}
		if q.Order != "" {
			cur.Value = Field(last.Body, q.Order)
		}
		q.After = &cur
	}
}

// Copy brings every document of the collections from one engine into another,
// of either kind, with revision, schema number and time as they are. It calls
// progress, where not nil, with the number copied after each page.
func Copy(ctx context.Context, from, to Engine, specs []Spec, progress func(coll string, n int)) error {
	if err := to.Ensure(ctx, specs...); err != nil {
		return err
	}
	for _, s := range specs {
		if err := copyOne(ctx, from, to, s.Name, progress); err != nil {
			return err
		}
	}
	return nil
}

func copyOne(ctx context.Context, from, to Engine, coll string, progress func(string, int)) error {
	total := 0
	page := make([]Record, 0, PageSize)
	flush := func() error {
		if len(page) == 0 {
			return nil
		}
		if err := to.Import(ctx, coll, page); err != nil {
			return err
		}
		total += len(page)
		page = page[:0]
		if progress != nil {
			progress(coll, total)
		}
		return nil
	}
	err := EachRecord(ctx, from, coll, Query{}, func(r Record) error {
		if page = append(page, r); len(page) == PageSize {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}
