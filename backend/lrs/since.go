package lrs

import (
	"context"
	"fmt"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// firstKey is the least UUIDv7 that can be made at or after t (RFC 9562
// section 5.7: the first 48 bits are milliseconds since 1970).
func firstKey(t time.Time) string {
	ms := fmt.Sprintf("%012x", t.UnixMilli())
	return ms[:8] + "-" + ms[8:] + "-7000-8000-000000000000"
}

// Touched calls f once for every registration that statements stored at or
// after since belong to.
func (l *Log) Touched(ctx context.Context, since darasa.Time, f func(registration darasa.ID) error) error {
	seen := map[string]bool{}
	q := store.Query{Range: &store.Range{Field: "stored", From: firstKey(since.Time)}, Order: "stored"}
	return l.statements.Each(ctx, q, func(s Statement) error {
		if s.Registration == "" || seen[s.Registration] {
			return nil
		}
		seen[s.Registration] = true
		return f(darasa.ID(s.Registration))
	})
}
