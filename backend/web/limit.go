package web

import (
	"math"
	"sync"
	"time"

	"darasa/backend/darasa"
)

// What one caller may do a minute on routes without a rate of their own. An
// address may stand for a whole district behind one carrier, so it is far more
// generous than a person; guessing passwords is held back per account by account.
const (
	personRate  Rate = 1200
	addressRate Rate = 12_000
)

// limiterSize bounds the memory of the limiter; the oldest half is forgotten.
const limiterSize = 20_000

// limiter is a token bucket per caller and route.
type limiter struct {
	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter() *limiter { return &limiter{buckets: map[string]bucket{}} }

func (l *limiter) take(r *Req) error {
	rate, key := r.Route.Rate, "*"
	if rate != 0 {
		key = r.Route.Method + r.Route.Path
	}
	who, general := string(r.Actor.Person), personRate
	if who == "" {
		who, general = r.c.IP(), addressRate
	}
	if rate == 0 {
		rate = general
	}
	if wait := l.spend(who+" "+key, float64(rate), r.Now.Time); wait > 0 {
		e := darasa.Fail(darasa.TooMany, "Maombi ni mengi mno. Subiri sekunde %d kisha jaribu tena.",
			"Too many requests. Wait %d seconds and try again.", int(math.Ceil(wait)))
		e.Retry = int(math.Ceil(wait))
		return e
	}
	return nil
}

// spend takes one token from a bucket that holds perMinute and refills evenly;
// it returns the seconds to wait where it is empty.
func (l *limiter) spend(key string, perMinute float64, now time.Time) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.buckets) >= limiterSize {
		for k, b := range l.buckets {
			if now.Sub(b.at) > time.Minute || len(l.buckets) > limiterSize/2 {
				delete(l.buckets, k)
			}
		}
	}
	b, ok := l.buckets[key]
	if !ok {
		b = bucket{tokens: perMinute, at: now}
	}
	b.tokens = min(perMinute, b.tokens+now.Sub(b.at).Seconds()*perMinute/60)
	b.at = now
	wait := 0.0
	if b.tokens < 1 {
		wait = (1 - b.tokens) * 60 / perMinute
	} else {
		b.tokens--
	}
	l.buckets[key] = b
	return wait
}
