package ledger

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Grace is how long a claim without a standing owner is held back: its owner
// may still be on its way, since the claim is written before the aggregate.
const Grace = 10 * time.Minute

// claimTries bounds how often a claim is read and replaced again.
const claimTries = 20

// Living tells for claims which of their owners stand: an owner stands when
// its document is there and holds the claimed key. Owners that it leaves out
// lose the claim once it is older than Grace.
type Living func(ctx context.Context, claims []Claim) (map[darasa.ID][]darasa.ID, error)

// Guard says who judges the claims of a kind, which is the part of the key
// before the first colon. It belongs to the wiring: call it before any use. A
// kind that nobody guards is kept for ever.
func (b *Book) Guard(kind string, living Living) { b.living[kind] = living }

// Want is a claim that somebody asks for.
type Want struct {
	Key    darasa.ID
	Owner  darasa.ID
	Shared bool // several owners may hold the key, as with a family's phone
}

// errTaken says that a key belongs to somebody else.
var errTaken = darasa.Fail(darasa.Conflict, "Namba au jina hili tayari linatumika.", "This number or name is already in use.")

// Claim gives key to owner before the owner's document is written. Asking
// twice is harmless; Conflict if the key belongs to another and is not shared.
func (b *Book) Claim(ctx context.Context, key, owner darasa.ID, shared bool, now darasa.Time) error {
	for try := range claimTries {
		c, err := b.claims.Get(ctx, key)
		switch {
		case darasa.CodeOf(err) == darasa.NotFound:
			err = b.claims.Insert(ctx, &Claim{Key: key, Owners: []darasa.ID{owner}, Made: now})
		case err != nil:
			return err
		case slices.Contains(c.Owners, owner) && now.Sub(c.Made.Time) < Grace:
			return nil
		case slices.Contains(c.Owners, owner): // on its way once more: nobody may take it meanwhile
			c.Made = now
			err = b.claims.Replace(ctx, &c)
		case shared && len(c.Owners) > 0:
			c.Owners, c.Made = append(c.Owners, owner), now
			err = b.claims.Replace(ctx, &c)
		default:
			err = b.takeOver(ctx, &c, owner, now)
		}
		if code := darasa.CodeOf(err); err == nil || (code != darasa.Conflict && code != darasa.NotFound) || err == error(errTaken) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return errBusy
}

var errBusy = &darasa.Error{Code: darasa.Unavailable, Retry: 1,
	Text: darasa.T("Kuna shughuli nyingi kwenye rekodi hii. Jaribu tena.", "This record is busy. Try again.")}

// takeOver gives a claim that nobody stands for any more to owner, once it is
// older than Grace.
func (b *Book) takeOver(ctx context.Context, c *Claim, owner darasa.ID, now darasa.Time) error {
	if len(c.Owners) == 0 && now.Sub(c.Made.Time) < Grace {
		// Somebody is deleting it at this moment.
		return darasa.Fail(darasa.Conflict, "Inaachiliwa.", "It is being released.")
	}
	standing, err := b.standing(ctx, []Claim{*c}, now)
	if err != nil {
		return err
	}
	if len(standing[c.Key]) > 0 {
		return errTaken
	}
	c.Owners, c.Made = []darasa.ID{owner}, now
	return b.claims.Replace(ctx, c)
}

// standing returns the owners that still count: all of them while a claim is
// young or unguarded, those that live afterwards.
func (b *Book) standing(ctx context.Context, claims []Claim, now darasa.Time) (map[darasa.ID][]darasa.ID, error) {
	out := make(map[darasa.ID][]darasa.ID, len(claims))
	old := map[string][]Claim{}
	for _, c := range claims {
		kind, _, _ := strings.Cut(string(c.Key), ":")
		if now.Sub(c.Made.Time) < Grace || b.living[kind] == nil {
			out[c.Key] = c.Owners
			continue
		}
		old[kind] = append(old[kind], c)
	}
	for kind, cs := range old {
		alive, err := b.living[kind](ctx, cs)
		if err != nil {
			return nil, err
		}
		for _, c := range cs {
			out[c.Key] = alive[c.Key]
		}
	}
	return out, nil
}

// pause waits a random moment that grows with the number of tries.
func pause(ctx context.Context, try int) error {
	wait := time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 6)))
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return nil
	}
}

// ClaimMany is Claim for many keys at once, for rosters: one verdict each, nil
// where the owner now holds the key. A key that two different owners want
// unshared goes to the first.
func (b *Book) ClaimMany(ctx context.Context, wants []Want, now darasa.Time) ([]error, error) {
	docs := make([]Claim, 0, len(wants))
	at := make(map[darasa.ID]int, len(wants))
	verdicts := make([]error, len(wants))
	for i, w := range wants {
		n, seen := at[w.Key]
		switch {
		case !seen:
			at[w.Key] = len(docs)
			docs = append(docs, Claim{Key: w.Key, Owners: []darasa.ID{w.Owner}, Made: now})
		case slices.Contains(docs[n].Owners, w.Owner):
		case w.Shared:
			docs[n].Owners = append(docs[n].Owners, w.Owner)
		default:
			verdicts[i] = errTaken
		}
	}
	inserted, err := b.claims.InsertMany(ctx, docs)
	if err != nil {
		return nil, err
	}
	for i, w := range wants {
		if verdicts[i] != nil {
			continue
		}
		err := inserted[at[w.Key]]
		if darasa.CodeOf(err) == darasa.Conflict {
			err = b.Claim(ctx, w.Key, w.Owner, w.Shared, now)
		}
		verdicts[i] = err
	}
	return verdicts, nil
}

// Release takes key from owner; the last owner's leaving frees it at once. A
// key that the owner does not hold is no error.
func (b *Book) Release(ctx context.Context, key, owner darasa.ID, now darasa.Time) error {
	c, err := b.claims.Update(ctx, key, func(c *Claim) error {
		i := slices.Index(c.Owners, owner)
		if i < 0 {
			return store.ErrUnchanged
		}
		c.Owners = slices.Delete(c.Owners, i, i+1)
		c.Made = now
		return nil
	})
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	if err != nil || len(c.Owners) > 0 {
		return err
	}
	// Nobody takes an empty claim within Grace, so that this deletes no one's.
	return b.claims.Delete(ctx, key)
}

// LeaveButOne takes key from owner unless that would leave it without any:
// then it is Conflict. It guards "the last national administrator".
func (b *Book) LeaveButOne(ctx context.Context, key, owner darasa.ID) error {
	_, err := b.claims.Update(ctx, key, func(c *Claim) error {
		i := slices.Index(c.Owners, owner)
		if i < 0 {
			return store.ErrUnchanged
		}
		if len(c.Owners) == 1 {
			return errLast
		}
		c.Owners = slices.Delete(c.Owners, i, i+1)
		return nil
	})
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	return err
}

var errLast = darasa.Fail(darasa.Conflict, "Huyu ndiye wa mwisho.", "This is the last one.")

// Owners returns who holds key, none if nobody does.
func (b *Book) Owners(ctx context.Context, key darasa.ID) ([]darasa.ID, error) {
	c, err := b.claims.Get(ctx, key)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil, nil
	}
	return c.Owners, err
}

// OwnersMany returns who holds each of keys; a key that nobody holds is absent.
func (b *Book) OwnersMany(ctx context.Context, keys []darasa.ID) (map[darasa.ID][]darasa.ID, error) {
	cs, err := b.claims.GetMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make(map[darasa.ID][]darasa.ID, len(cs))
	for k, c := range cs {
		if len(c.Owners) > 0 {
			out[k] = c.Owners
		}
	}
	return out, nil
}
