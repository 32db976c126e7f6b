package account

import (
	"math"
	"sync"
	"time"

	"darasa/backend/darasa"
)

// Failures that are let pass in failureWindow before an account is held back,
// first for a minute and for twice as long after each further failure.
const (
	failuresAllowed = 5
	failureWindow   = time.Minute
	maxHold         = 15 * time.Minute
	forgetAfter     = time.Hour
)

// throttle counts failures per account. It lives in memory and is bounded: a
// restart forgets, and each process counts for itself, so that n processes
// allow n times as many guesses. That is fine for passwords of eight
// characters and codes of 49 bits, and spares a write per wrong password.
type throttle struct {
	mu  sync.Mutex
	max int
	of  map[string]*tally
}

type tally struct {
	fails int
	since darasa.Time // the window began
	until darasa.Time // held back
	holds int
}

func newThrottle(max int) *throttle { return &throttle{max: max, of: map[string]*tally{}} }

// check returns TooMany with the seconds to wait while key is held back.
func (t *throttle) check(key string, now darasa.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.of[key]
	if a == nil || !now.Before(a.until.Time) {
		return nil
	}
	secs := int(math.Ceil(a.until.Sub(now.Time).Seconds()))
	e := darasa.Fail(darasa.TooMany, "Umejaribu mara nyingi mno. Subiri sekunde %d kisha jaribu tena.",
		"Too many tries. Wait %d seconds, then try again.", secs)
	e.Retry = secs
	return e
}

// fail counts a failure and tells whether it holds the account back anew.
func (t *throttle) fail(key string, now darasa.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.of[key]
	if a == nil {
		if len(t.of) >= t.max {
			t.makeRoom(now)
		}
		a = &tally{since: now}
		t.of[key] = a
	}
	if a.idle(now) {
		*a = tally{since: now}
	}
	if a.holds == 0 && now.Sub(a.since.Time) >= failureWindow {
		a.fails, a.since = 0, now
	}
	if a.fails++; a.holds == 0 && a.fails < failuresAllowed {
		return false
	}
	a.until = darasa.At(now.Add(min(failureWindow<<min(a.holds, 10), maxHold)))
	a.holds++
	return true
}

// idle tells whether so long ago nothing failed that it counts no more.
func (a *tally) idle(now darasa.Time) bool {
	return a.holds > 0 && now.Sub(a.until.Time) >= forgetAfter || a.holds == 0 && now.Sub(a.since.Time) >= failureWindow
}

// forget ends the count after a success.
func (t *throttle) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, key)
}

// makeRoom drops what counts no more, and some others where that is not enough:
// those that are not held back first.
func (t *throttle) makeRoom(now darasa.Time) {
	for k, a := range t.of {
		if a.idle(now) {
			delete(t.of, k)
		}
	}
	for _, held := range []bool{false, true} {
		for k, a := range t.of {
			if len(t.of) <= t.max*9/10 {
				return
			}
			if now.Before(a.until.Time) == held {
				delete(t.of, k)
			}
		}
	}
}

// The delay of an address grows with its failures in addressWindow. Carriers
// put a whole district behind one address, so it is never refused.
const (
	addressWindow  = 10 * time.Minute
	addressFree    = 20
	addressStep    = 50 * time.Millisecond
	addressMaximum = 2 * time.Second
)

// addresses counts failures per remote address, bounded like throttle.
type addresses struct {
	mu  sync.Mutex
	max int
	of  map[string]tally
}

func newAddresses(max int) *addresses { return &addresses{max: max, of: map[string]tally{}} }

// delay returns how long a try from the address has to wait.
func (a *addresses) delay(from string, now darasa.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, ok := a.of[from]
	if !ok || now.Sub(t.since.Time) >= addressWindow || t.fails <= addressFree {
		return 0
	}
	return min(time.Duration(t.fails-addressFree)*addressStep, addressMaximum)
}

// fail counts a failure from the address.
func (a *addresses) fail(from string, now darasa.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, ok := a.of[from]
	if !ok && len(a.of) >= a.max {
		clear(a.of) // a delay lost is no harm
	}
	if !ok || now.Sub(t.since.Time) >= addressWindow {
		t = tally{since: now}
	}
	t.fails++
	a.of[from] = t
}
