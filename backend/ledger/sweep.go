package ledger

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// FreeOwnerless takes claims from owners that do not stand for them and are
// older than Grace, as a crash between claim and aggregate leaves them. It
// returns how many claims it changed; `jobs` runs it every night.
func (b *Book) FreeOwnerless(ctx context.Context, now darasa.Time) (int, error) {
	freed := 0
	var page []Claim
	sweep := func() error {
		n, err := b.freePage(ctx, page, now)
		freed, page = freed+n, page[:0]
		return err
	}
	err := b.claims.Each(ctx, store.Query{}, func(c Claim) error {
		if now.Sub(c.Made.Time) < Grace {
			return nil
		}
		if page = append(page, c); len(page) < store.PageSize {
			return nil
		}
		return sweep()
	})
	if err != nil {
		return freed, err
	}
	return freed, sweep()
}

func (b *Book) freePage(ctx context.Context, page []Claim, now darasa.Time) (int, error) {
	standing, err := b.standing(ctx, page, now)
	if err != nil {
		return 0, err
	}
	freed := 0
	for _, c := range page {
		left := standing[c.Key]
		if len(c.Owners) > 0 && len(left) == len(c.Owners) {
			continue
		}
		c.Owners, c.Made = append([]darasa.ID{}, left...), now
		err := b.claims.Replace(ctx, &c)
		if code := darasa.CodeOf(err); code == darasa.Conflict || code == darasa.NotFound {
			continue // it moved on while we looked
		}
		if err == nil && len(left) == 0 {
			err = b.claims.Delete(ctx, c.Key)
		}
		if err != nil {
			return freed, err
		}
		freed++
	}
	return freed, nil
}
