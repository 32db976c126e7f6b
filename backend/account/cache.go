package account

import (
	"sync"
	"time"

	"darasa/backend/darasa"
)

// cacheLife is how long a resolved session is believed without a look into
// the store: what another process changes is seen after this time.
const cacheLife = 10 * time.Second

// cache holds resolved sessions by the hash of their token, bounded.
type cache struct {
	mu  sync.RWMutex
	max int
	gen uint64 // grows with every drop, so that no stale read is kept after one
	of  map[[32]byte]cached
}

type cached struct {
	signed Signed
	at     darasa.Time
}

func newCache(max int) *cache { return &cache{max: max, of: map[[32]byte]cached{}} }

// get returns a session that was resolved within cacheLife and has not run out.
func (c *cache) get(k [32]byte, now darasa.Time) (Signed, bool) {
	c.mu.RLock()
	e, ok := c.of[k]
	c.mu.RUnlock()
	age := now.Sub(e.at.Time)
	return e.signed, ok && age >= 0 && age < cacheLife && now.Before(e.signed.Expires.Time)
}

// generation is read before the store and given to put.
func (c *cache) generation() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.gen
}

func (c *cache) put(k [32]byte, s Signed, now darasa.Time, gen uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen != c.gen {
		return
	}
	if len(c.of) >= c.max {
		c.makeRoom(now)
	}
	c.of[k] = cached{signed: s, at: now}
}

func (c *cache) makeRoom(now darasa.Time) {
	for k, e := range c.of {
		if now.Sub(e.at.Time) >= cacheLife {
			delete(c.of, k)
		}
	}
	for k := range c.of {
		if len(c.of) <= c.max*9/10 {
			return
		}
		delete(c.of, k)
	}
}

// drop forgets the sessions that which names.
func (c *cache) drop(which func(*Signed) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	for k, e := range c.of {
		if which(&e.signed) {
			delete(c.of, k)
		}
	}
}

func (c *cache) dropPerson(id darasa.ID) {
	c.drop(func(s *Signed) bool { return s.Actor.Person == id })
}

func (c *cache) dropSession(id darasa.ID) {
	c.drop(func(s *Signed) bool { return s.Actor.Session == id })
}
