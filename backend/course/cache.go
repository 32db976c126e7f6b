package course

import (
	"container/list"
	"sync"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
)

// loaded is an edition in memory. The edition is set once; the rest is read
// from media when it is first asked for. Nothing in it is ever changed.
type loaded struct {
	edition *Edition

	mu        sync.RWMutex
	fragments map[fragmentKey]*Fragment
	banks     map[string][]assessment.Question // by hash
	keys      map[int64]*KeySet
	checks    map[string]Practice
}

type fragmentKey struct {
	lesson string
	lang   darasa.Lang
}

// cache keeps the editions that were used last.
type cache struct {
	mu    sync.Mutex
	size  int
	order *list.List // of *loaded, the last used first
	byID  map[darasa.ID]*list.Element
}

func newCache(size int) *cache {
	return &cache{size: size, order: list.New(), byID: map[darasa.ID]*list.Element{}}
}

func (c *cache) get(id darasa.ID) *loaded {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.byID[id]
	if !ok {
		return nil
	}
	c.order.MoveToFront(el)
	return el.Value.(*loaded)
}

// add keeps l, or returns the edition that another reader was faster to add.
func (c *cache) add(id darasa.ID, l *loaded) *loaded {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.byID[id]; ok {
		return el.Value.(*loaded)
	}
	c.byID[id] = c.order.PushFront(l)
	for c.order.Len() > c.size {
		last := c.order.Back()
		delete(c.byID, last.Value.(*loaded).edition.ID)
		c.order.Remove(last)
	}
	return l
}

// once returns what have finds under the read lock, or what make returns,
// which keep then stores. Two readers may make the same thing at the same time;
// both get an equal value.
func once[T any](l *loaded, have func() (T, bool), make func() (T, error), keep func(T)) (T, error) {
	l.mu.RLock()
	v, ok := have()
	l.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := make()
	if err != nil {
		return v, err
	}
	l.mu.Lock()
	keep(v)
	l.mu.Unlock()
	return v, nil
}
