package attempt

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Received calls f for every attempt that was received at or after since, in
// order of that time.
func (s *Service) Received(ctx context.Context, since darasa.Time, f func(Attempt) error) error {
	return s.all.Each(ctx, store.Query{Range: &store.Range{Field: "received", From: since.String()}, Order: "received"}, f)
}
