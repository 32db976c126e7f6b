package main

import (
	"context"
	"strconv"
	"time"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
)

const (
	// touchedWithin is how far back the nightly join looks: a day, and some
	// hours for a night on which no worker ran.
	touchedWithin = 36 * time.Hour
	// jobsKept is how long finished jobs stay to be looked at.
	jobsKept = 30 * 24 * time.Hour
)

// joinTouched recomputes the progress of every enrolment that something was
// stored for since yesterday: whatever a crash left undone between a record
// and its join heals here.
func (w *world) joinTouched(ctx context.Context, now darasa.Time, report func(done, total int64) error) (string, error) {
	touched := map[darasa.ID]bool{}
	since := darasa.At(now.Add(-touchedWithin))
	if err := w.log.Touched(ctx, since, func(id darasa.ID) error { touched[id] = true; return nil }); err != nil {
		return "", err
	}
	if err := w.attempts.Received(ctx, since, func(a attempt.Attempt) error { touched[a.Enrolment] = true; return nil }); err != nil {
		return "", err
	}
	var done, healed int64
	for id := range touched {
		if _, err := w.enrolments.Lookup(ctx, id); darasa.CodeOf(err) == darasa.NotFound {
			continue // a foreign statement about a registration that is not ours
		}
		changed, err := w.progress.RebuildOne(ctx, id)
		if err != nil {
			return "", err
		}
		if done++; changed {
			healed++
		}
		if done%100 == 0 {
			if err := report(done, int64(len(touched))); err != nil {
				return "", err
			}
		}
	}
	return strconv.FormatInt(healed, 10) + " of " + strconv.FormatInt(done, 10), nil
}

// sweep removes what nobody needs any more.
func (w *world) sweep(ctx context.Context, now darasa.Time) error {
	if err := w.accounts.SweepSessions(ctx, now); err != nil {
		return err
	}
	if err := w.book.SweepJobs(ctx, darasa.At(now.Add(-jobsKept))); err != nil {
		return err
	}
	_, err := w.book.FreeOwnerless(ctx, now)
	return err
}
