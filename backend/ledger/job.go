package ledger

import (
	"context"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// The states of a Job.
const (
	Waiting = "waiting" // for its time or for somebody to take it
	Leased  = "leased"  // somebody works on it until Due
	Done    = "done"
	Failed  = "failed" // given up; Again revives it
)

// MaxTries is how often a job is tried before it is given up.
const MaxTries = 10

// JobID returns the id of the job of a kind for a source.
func JobID(kind, source string) darasa.ID { return darasa.ID(kind + "/" + source) }

// Ask asks for work of a kind on a source, not before due. Asking again
// changes nothing, whatever became of the job: what must be done anew (every
// night, say) carries the day or version in its source.
func (b *Book) Ask(ctx context.Context, kind, source, args string, due darasa.Time) error {
	err := b.jobs.Insert(ctx, &Job{ID: JobID(kind, source), Kind: kind, Source: source, Args: args, State: Waiting, Due: due})
	if darasa.CodeOf(err) == darasa.Conflict {
		return nil
	}
	return err
}

// Again lets a finished or failed job run once more, not before due.
func (b *Book) Again(ctx context.Context, id darasa.ID, due darasa.Time) (Job, error) {
	return b.jobs.Update(ctx, id, func(j *Job) error {
		if j.State != Done && j.State != Failed {
			return store.ErrUnchanged
		}
		j.State, j.Due, j.Tries, j.Done, j.Total, j.Error, j.Result = Waiting, due, 0, 0, 0, darasa.Text{}, ""
		return nil
	})
}

// Take leases the first due job among kinds to holder until now+lease and
// tells whether there was one. A job whose lease ran out counts as due: its
// holder is gone.
func (b *Book) Take(ctx context.Context, kinds []string, holder string, lease time.Duration, now darasa.Time) (Job, bool, error) {
	for _, kind := range kinds {
		for _, state := range []string{Leased, Waiting} {
			j, ok, err := b.takeOne(ctx, kind, state, holder, lease, now)
			if ok || err != nil {
				return j, ok, err
			}
		}
	}
	return Job{}, false, nil
}

func (b *Book) takeOne(ctx context.Context, kind, state, holder string, lease time.Duration, now darasa.Time) (Job, bool, error) {
	soon := darasa.At(now.Add(time.Millisecond)) // a Range is half-open, due is not
	due, err := b.jobs.Find(ctx, store.Query{Equal: map[string]string{"kind": kind, "state": state},
		Range: &store.Range{Field: "due", To: soon.String()}, Order: "due", Limit: 20})
	if err != nil {
		return Job{}, false, err
	}
	for _, j := range due {
		if j.Tries++; j.Tries > MaxTries {
			// Its holders died each time: a job that kills must not be taken for ever.
			j.State, j.Holder = Failed, ""
			j.Error = darasa.T("Kazi ilikatizwa mara nyingi mno.", "The work was cut off too often.")
		} else {
			j.State, j.Holder, j.Due = Leased, holder, darasa.At(now.Add(lease))
		}
		err := b.jobs.Replace(ctx, &j)
		if code := darasa.CodeOf(err); code == darasa.Conflict || code == darasa.NotFound || err == nil && j.State == Failed {
			continue
		}
		return j, err == nil, err
	}
	return Job{}, false, nil
}

// mine is Update for the holder of a lease; Conflict for anybody else, who
// must stop working.
func (b *Book) mine(ctx context.Context, id darasa.ID, holder string, change func(*Job)) error {
	_, err := b.jobs.Update(ctx, id, func(j *Job) error {
		if j.State != Leased || j.Holder != holder {
			return darasa.Fail(darasa.Conflict, "Kazi hii imechukuliwa na mwingine.", "Somebody else has taken this work.")
		}
		change(j)
		return nil
	})
	return err
}

// Progress says how far long work is and extends the lease to now+lease.
func (b *Book) Progress(ctx context.Context, id darasa.ID, holder string, done, total int64, lease time.Duration, now darasa.Time) error {
	return b.mine(ctx, id, holder, func(j *Job) { j.Done, j.Total, j.Due = done, total, darasa.At(now.Add(lease)) })
}

// Done ends a job; result is a small text for who asked, as a media key.
func (b *Book) Done(ctx context.Context, id darasa.ID, holder, result string, now darasa.Time) error {
	return b.mine(ctx, id, holder, func(j *Job) {
		j.State, j.Holder, j.Result, j.Error, j.Due = Done, "", result, darasa.Text{}, now
	})
}

// Failed puts a job back to be tried later: after 30 seconds, doubling up to
// six hours. It is given up after MaxTries, and at once where trying again
// cannot help (invalid, forbidden, not found, too large).
func (b *Book) Failed(ctx context.Context, id darasa.ID, holder string, cause error, now darasa.Time) error {
	return b.mine(ctx, id, holder, func(j *Job) {
		j.Holder, j.Error, j.State = "", textOf(cause), Waiting
		j.Due = darasa.At(now.Add(backOff(j.Tries)))
		if j.Tries >= MaxTries || hopeless(cause) {
			j.State, j.Due = Failed, now
		}
	})
}

func backOff(tries int64) time.Duration {
	return min(30*time.Second<<min(max(tries-1, 0), 20), 6*time.Hour)
}

func hopeless(err error) bool {
	switch darasa.CodeOf(err) {
	case darasa.Invalid, darasa.Forbidden, darasa.NotFound, darasa.TooLarge:
		return true
	}
	return false
}

// Job returns one job.
func (b *Book) Job(ctx context.Context, id darasa.ID) (Job, error) { return b.jobs.Get(ctx, id) }

// Jobs returns one page of the jobs in a state, of one kind or of all (kind
// empty), by due time, and where the next page begins.
func (b *Book) Jobs(ctx context.Context, state, kind string, after *store.Cursor, limit int) ([]Job, *store.Cursor, error) {
	q := store.Query{Equal: map[string]string{"state": state}, Order: "due", After: after, Limit: limit}
	if q.Limit <= 0 || q.Limit > store.PageSize {
		q.Limit = 100
	}
	if kind != "" {
		q.Equal["kind"] = kind
	}
	js, err := b.jobs.Find(ctx, q)
	if err != nil || len(js) < q.Limit {
		return js, nil, err
	}
	last := js[len(js)-1]
	return js, &store.Cursor{Value: last.Due.String(), ID: string(last.ID)}, nil
}

// CountJobs counts the jobs in a state, at most store.CountCap.
func (b *Book) CountJobs(ctx context.Context, state string) (int, error) {
	return b.jobs.Count(ctx, store.Query{Equal: map[string]string{"state": state}, Order: "due"})
}

// SweepJobs deletes the jobs that were done before a time.
func (b *Book) SweepJobs(ctx context.Context, before darasa.Time) error {
	q := store.Query{Equal: map[string]string{"state": Done}, Range: &store.Range{Field: "due", To: before.String()}, Order: "due"}
	return b.jobs.Each(ctx, q, func(j Job) error { return b.jobs.Delete(ctx, j.ID) })
}
