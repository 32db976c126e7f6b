// Package jobs works through job documents: it takes one by lease, runs the
// handler of its kind, and says how it ended. Any number of processes may do
// so side by side; a process that dies loses its lease, never the job.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sort"
	"sync"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
)

// Handler does the work of one job. It must be harmless to run it twice. The
// text it returns is the job's result.
type Handler func(ctx context.Context, j ledger.Job, report func(done, total int64) error) (string, error)

// Nightly is work that is asked for once a day, at an hour of the platform's
// time zone when learners sleep.
type Nightly struct {
	Kind string
	Hour int
}

// Worker runs jobs until its context ends.
type Worker struct {
	book     *ledger.Book
	log      *slog.Logger
	name     string
	zone     *time.Location
	now      func() darasa.Time
	handlers map[string]Handler
	nightly  []Nightly
	idle     time.Duration
}

// lease is how long a job may go without a sign of progress.
const lease = 2 * time.Minute

// New returns a worker; name tells it from others in the job documents.
func New(book *ledger.Book, log *slog.Logger, name string, zone *time.Location, now func() darasa.Time) *Worker {
	return &Worker{book: book, log: log, name: name, zone: zone, now: now, handlers: map[string]Handler{}, idle: 2 * time.Second}
}

// On sets the handler of a kind.
func (w *Worker) On(kind string, h Handler) { w.handlers[kind] = h }

// EveryNight asks for a job of kind once a day at hour.
func (w *Worker) EveryNight(kind string, hour int, h Handler) {
	w.On(kind, h)
	w.nightly = append(w.nightly, Nightly{kind, hour})
}

func (w *Worker) kinds() []string {
	ks := make([]string, 0, len(w.handlers))
	for k := range w.handlers {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

// Run works until ctx ends, then finishes the job under way.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		w.askNightly(ctx)
		worked, err := w.One(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("jobs", "error", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(w.idle):
		}
	}
}

func (w *Worker) askNightly(ctx context.Context) {
	now := w.now()
	local := now.In(w.zone)
	for _, n := range w.nightly {
		if local.Hour() < n.Hour {
			continue
		}
		if err := w.book.Ask(ctx, n.Kind, string(darasa.DateOf(now, w.zone)), "", now); err != nil && ctx.Err() == nil {
			w.log.Error("nightly", "kind", n.Kind, "error", err)
		}
	}
}

// One takes one job and runs it; it tells whether there was one.
func (w *Worker) One(ctx context.Context) (bool, error) {
	j, ok, err := w.book.Take(ctx, w.kinds(), w.name, lease, w.now())
	if err != nil || !ok {
		return false, err
	}
	start := time.Now()
	result, err := w.run(ctx, j)
	if err != nil {
		w.log.Error("job failed", "job", j.ID, "tries", j.Tries, "error", err)
		return true, w.book.Failed(context.WithoutCancel(ctx), j.ID, w.name, err, w.now())
	}
	w.log.Info("job done", "job", j.ID, "ms", time.Since(start).Milliseconds())
	return true, w.book.Done(context.WithoutCancel(ctx), j.ID, w.name, result, w.now())
}

// run calls the handler under a net that turns a panic into an error, and
// keeps the lease alive while it works.
func (w *Worker) run(ctx context.Context, j ledger.Job) (result string, err error) {
	ctx, stop := context.WithCancel(ctx)
	var mu sync.Mutex
	done, total := j.Done, j.Total
	report := func(d, t int64) error {
		mu.Lock()
		done, total = d, t
		mu.Unlock()
		return w.book.Progress(ctx, j.ID, w.name, d, t, lease, w.now())
	}
	var alive sync.WaitGroup
	alive.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lease / 4):
				mu.Lock()
				d, t := done, total
				mu.Unlock()
				if e := w.book.Progress(ctx, j.ID, w.name, d, t, lease, w.now()); darasa.CodeOf(e) == darasa.Conflict {
					stop() // another worker has it now
				}
			}
		}
	})
	defer alive.Wait()
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			err = darasa.Fail(darasa.Internal, "Kazi ilisimama kwa hitilafu.", "The job stopped on an error.").Because(fmt.Errorf("panic: %v", p))
		}
	}()
	return w.handlers[j.Kind](ctx, j, report)
}
