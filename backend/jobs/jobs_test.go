package jobs

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store/sqlite"
)

// clock is a time that the test moves.
type clock struct{ t darasa.Time }

func (c *clock) now() darasa.Time { return c.t }

func open(t *testing.T, c *clock) (*ledger.Book, *Worker) {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	b := ledger.New(e)
	if err := e.Ensure(ctx, b.Specs()...); err != nil {
		t.Fatal(err)
	}
	return b, New(b, slog.New(slog.NewTextHandler(io.Discard, nil)), "test", time.UTC, c.now)
}

func TestOneRunsAJobOnce(t *testing.T) {
	ctx, c := context.Background(), &clock{darasa.At(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))}
	b, w := open(t, c)
	runs := 0
	w.On("greet", func(_ context.Context, j ledger.Job, report func(int64, int64) error) (string, error) {
		runs++
		return "hello " + j.Source, report(1, 2)
	})
	for range 3 { // asked three times, one document
		if err := b.Ask(ctx, "greet", "asha", "", c.t); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if _, err := w.One(ctx); err != nil {
			t.Fatal(err)
		}
	}
	j, err := b.Job(ctx, ledger.JobID("greet", "asha"))
	if err != nil || runs != 1 || j.Result != "hello asha" || j.Done != 1 || j.Total != 2 {
		t.Fatalf("runs %d, job %+v, %v", runs, j, err)
	}
}

func TestFailureAndPanicAreTriedAgainLater(t *testing.T) {
	ctx, c := context.Background(), &clock{darasa.At(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))}
	b, w := open(t, c)
	runs := 0
	w.On("shaky", func(context.Context, ledger.Job, func(int64, int64) error) (string, error) {
		runs++
		switch runs {
		case 1:
			return "", errors.New("the line is down")
		case 2:
			panic("boom")
		}
		return "ok", nil
	})
	if err := b.Ask(ctx, "shaky", "x", "", c.t); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if worked, err := w.One(ctx); !worked || err != nil {
			t.Fatalf("worked %v, %v", worked, err)
		}
		if worked, _ := w.One(ctx); worked && runs < 3 {
			t.Fatal("tried again at once, without a pause")
		}
		c.t = darasa.At(c.t.Add(7 * time.Hour))
	}
	if j, err := b.Job(ctx, ledger.JobID("shaky", "x")); err != nil || j.Result != "ok" {
		t.Fatalf("%+v %v", j, err)
	}
}

func TestNightlyIsAskedOnceADay(t *testing.T) {
	ctx, c := context.Background(), &clock{darasa.At(time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC))}
	_, w := open(t, c)
	runs := 0
	w.EveryNight("join", 2, func(context.Context, ledger.Job, func(int64, int64) error) (string, error) { runs++; return "", nil })
	for _, step := range []struct {
		add  time.Duration
		want int
	}{{0, 0}, {time.Hour, 1}, {time.Hour, 1}, {24 * time.Hour, 2}} {
		c.t = darasa.At(c.t.Add(step.add))
		w.askNightly(ctx)
		if _, err := w.One(ctx); err != nil {
			t.Fatal(err)
		}
		if runs != step.want {
			t.Fatalf("at %s: %d runs, want %d", c.t, runs, step.want)
		}
	}
}
