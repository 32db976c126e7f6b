package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"darasa/backend/store"
)

// text is a statement under construction with its arguments.
type text struct {
	strings.Builder
	args   []any
	wheres int
}

func (b *text) where(condition string, args ...any) {
	if b.wheres == 0 {
		b.WriteString(" WHERE ")
	} else {
		b.WriteString(" AND ")
	}
	b.wheres++
	b.WriteString(condition)
	b.args = append(b.args, args...)
}

func place(field string) string {
	if field == store.IDField || field == "" {
		return "id"
	}
	return column(field)
}

// from writes table, chosen index and conditions. INDEXED BY makes SQLite
// refuse where it would not use the index, so that no query scans unnoticed.
func (t *table) from(b *text, p store.Plan) error {
	fmt.Fprintf(b, ` FROM "%s"`, t.spec.Name)
	if p.Term == "" {
		fmt.Fprintf(b, ` INDEXED BY "%s"`, indexName(t.spec.Name, p.Index))
	} else {
		sub := `id IN (SELECT id FROM "` + termTable(t.spec.Name) + `" WHERE term `
		if p.TermEnd == "" {
			b.where(sub+`= ?)`, p.Term)
		} else {
			b.where(sub+`>= ? AND term < ?)`, p.Term, p.TermEnd)
		}
	}
	for _, c := range p.Conds {
		if c.Op != "in" {
			b.where(place(c.Field)+" "+c.Op+" ?", c.Value)
			continue
		}
		list, err := json.Marshal(c.Values)
		if err != nil {
			return err
		}
		b.where(place(c.Field)+" IN (SELECT value FROM json_each(?))", string(list))
	}
	t.after(b, p)
	return nil
}

func (t *table) after(b *text, p store.Plan) {
	if p.After == nil {
		return
	}
	op := ">"
	if p.Descending {
		op = "<"
	}
	if p.Order == "" {
		b.where("id "+op+" ?", p.After.ID)
		return
	}
	b.where(fmt.Sprintf("(%s, id) %s (?, ?)", column(p.Order), op), p.After.Value, p.After.ID)
}

// Find reads one page.
func (s *Store) Find(ctx context.Context, coll string, q store.Query) ([]store.Record, error) {
	t, err := s.table(coll)
	if err != nil {
		return nil, err
	}
	p, err := t.spec.Plan(q)
	if err != nil {
		return nil, err
	}
	var b text
	b.WriteString("SELECT id, rev, v, at, body")
	if err := t.from(&b, p); err != nil {
		return nil, translate(err)
	}
	direction := ""
	if p.Descending {
		direction = " DESC"
	}
	b.WriteString(" ORDER BY ")
	if p.Order != "" {
		b.WriteString(column(p.Order) + direction + ", ")
	}
	b.WriteString("id" + direction + " LIMIT ?")
	b.args = append(b.args, int64(p.Limit))
	var out []store.Record
	err = s.read(ctx, func(c *conn) error {
		return c.query(b.String(), b.args, 5, func(row []driver.Value) error {
			out = append(out, record(row))
			return nil
		})
	})
	return out, err
}

// Count counts matches up to the cap.
func (s *Store) Count(ctx context.Context, coll string, q store.Query) (int, error) {
	t, err := s.table(coll)
	if err != nil {
		return 0, err
	}
	q.Order, q.After, q.Limit = "", nil, 0
	p, err := t.spec.Plan(q)
	if err != nil {
		return 0, err
	}
	var b text
	b.WriteString("SELECT count(*) FROM (SELECT 1")
	if err := t.from(&b, p); err != nil {
		return 0, translate(err)
	}
	b.WriteString(" LIMIT ?)")
	b.args = append(b.args, int64(store.CountCap))
	n := int64(0)
	err = s.read(ctx, func(c *conn) error {
		var err error
		n, _, err = c.one(b.String(), b.args...)
		return err
	})
	return int(n), err
}
