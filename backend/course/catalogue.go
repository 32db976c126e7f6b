package course

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Item is a course of the catalogue with its newest edition. It is shared and
// must not be changed.
type Item struct {
	Course  *Course
	Edition *Edition
	text    [2]int64 // bytes on the wire, Swahili and English
	media   [2]int64
	words   []string // folded, sorted, each once
}

// Bytes returns what a learner of one language loads: text and media.
func (i *Item) Bytes(lang darasa.Lang) (text, media int64) {
	n := slices.Index(darasa.Langs, lang)
	if n < 0 {
		return 0, 0
	}
	return i.text[n], i.media[n]
}

// Filter selects courses. Empty fields do not select.
type Filter struct {
	Search   string // words, each the beginning of a word of the course
	Stage    string
	Cadre    string // courses for all cadres are always among them
	Lang     darasa.Lang
	MaxHours float64
	Owner    darasa.ID
}

// snapshot is the catalogue in memory as of one revision.
type snapshot struct {
	revision int64
	items    []*Item                // in the order of codes
	private  map[string][]darasa.ID // hashes of pieces that only courses of a house hold, with those houses
}

// freshness is how long the catalogue is used without asking for its revision.
const freshness = 2 * time.Second

// List returns the published courses that the actor may see, in the order of
// their codes.
func (s *Service) List(ctx context.Context, actor darasa.Actor, f Filter) ([]*Item, error) {
	snap, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(fold(f.Search))
	var out []*Item
	for _, it := range snap.items {
		if it.visible(actor) && it.holds(f, words) {
			out = append(out, it)
		}
	}
	return out, nil
}

// Item returns a published course with its newest edition; NotFound where it
// is withdrawn or the actor may not see it.
func (s *Service) Item(ctx context.Context, actor darasa.Actor, slug darasa.ID) (*Item, error) {
	snap, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	for _, it := range snap.items {
		if it.Course.Slug == slug && it.visible(actor) {
			return it, nil
		}
	}
	return nil, errMissing
}

// Current returns the newest published edition of a course that the actor may
// see; NotFound otherwise.
func (s *Service) Current(ctx context.Context, actor darasa.Actor, slug darasa.ID) (*Edition, error) {
	it, err := s.Item(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	return it.Edition, nil
}

func (i *Item) visible(actor darasa.Actor) bool {
	return i.Course.Visibility == Open || actor.National() || (actor.Institution != "" && actor.Institution == i.Course.Owner)
}

func (i *Item) holds(f Filter, words []string) bool {
	e := i.Edition
	switch {
	case f.Stage != "" && !slices.Contains(e.Stages, f.Stage),
		f.Cadre != "" && !slices.Contains(e.Cadres, f.Cadre) && !slices.Contains(e.Cadres, "all"),
		f.Lang != "" && !slices.Contains(e.Languages, f.Lang),
		f.MaxHours > 0 && e.Hours > f.MaxHours,
		f.Owner != "" && i.Course.Owner != f.Owner:
		return false
	}
	for _, w := range words {
		at, _ := slices.BinarySearch(i.words, w)
		if at == len(i.words) || !strings.HasPrefix(i.words[at], w) {
			return false
		}
	}
	return true
}

// snapshot returns the catalogue, at most 2 s older than what any process
// wrote. One reader at a time builds it; it is small and rarely changes.
func (s *Service) snapshot(ctx context.Context) (*snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	if s.list != nil && now.Sub(s.seen) < freshness && !now.Before(s.seen) {
		return s.list, nil
	}
	r, err := s.revisions.Get(ctx, revisionID)
	if err != nil && darasa.CodeOf(err) != darasa.NotFound {
		return nil, err
	}
	if s.list == nil || s.list.revision != r.N {
		snap, err := s.gather(ctx, r.N)
		if err != nil {
			return nil, err
		}
		s.list = snap
	}
	s.seen = now
	return s.list, nil
}

func (s *Service) gather(ctx context.Context, revision int64) (*snapshot, error) {
	snap := &snapshot{revision: revision, private: map[string][]darasa.ID{}}
	open := map[string]bool{}
	err := s.courses.Each(ctx, store.Query{}, func(c Course) error {
		if c.Visibility == House {
			if err := s.mark(ctx, &c, snap.private); err != nil {
				return err
			}
		}
		i := c.newest(Published)
		if i < 0 {
			return nil
		}
		e, err := s.Edition(ctx, EditionID(c.Slug, c.Editions[i].Number))
		if damaged(err) {
			return nil
		} else if err != nil {
			return err
		}
		if c.Visibility == Open {
			for _, p := range e.Pieces {
				open[p.Hash] = true
			}
		}
		if c.State == Published {
			snap.items = append(snap.items, newItem(&c, e))
		}
		return nil
	})
	for hash := range open {
		delete(snap.private, hash)
	}
	slices.SortFunc(snap.items, func(a, b *Item) int {
		return naturalCompare(a.Course.Code+" "+string(a.Course.Slug), b.Course.Code+" "+string(b.Course.Slug))
	})
	return snap, err
}

// damaged tells whether err is about one edition alone: it must not take the
// whole catalogue away. Opening that course tells what is wrong.
func damaged(err error) bool {
	code := darasa.CodeOf(err)
	return code == darasa.NotFound || code == darasa.Internal
}

// mark notes the pieces of every edition of a course.
func (s *Service) mark(ctx context.Context, c *Course, hashes map[string][]darasa.ID) error {
	for _, ref := range c.Editions {
		if ref.State == reserved {
			continue
		}
		e, err := s.Edition(ctx, EditionID(c.Slug, ref.Number))
		if damaged(err) {
			continue
		} else if err != nil {
			return err
		}
		for _, p := range e.Pieces {
			hashes[p.Hash] = append(hashes[p.Hash], c.Owner)
		}
	}
	return nil
}

func newItem(c *Course, e *Edition) *Item {
	it := &Item{Course: c, Edition: e, words: searchWords(e)}
	for n, l := range darasa.Langs {
		it.text[n], it.media[n] = e.Size(l)
	}
	return it
}

// Piece tells whether a piece belongs to courses of a house only, so that its
// address alone must not open it and no proxy may keep it, and whether the
// actor may open it.
func (s *Service) Piece(ctx context.Context, actor darasa.Actor, hash string) (private, may bool, err error) {
	snap, err := s.snapshot(ctx)
	if err != nil {
		return false, false, err
	}
	owners := snap.private[hash]
	may = len(owners) == 0 || actor.National() || actor.Institution != "" && slices.Contains(owners, actor.Institution)
	return len(owners) > 0, may, nil
}

// naturalCompare orders by letters and by the value of digits: C2 before C10.
func naturalCompare(a, b string) int {
	for a != "" && b != "" {
		x, y := digits(a), digits(b)
		if x > 0 && y > 0 {
			p, q := strings.TrimLeft(a[:x], "0"), strings.TrimLeft(b[:y], "0")
			if len(p) != len(q) {
				return len(p) - len(q)
			}
			if c := strings.Compare(p, q); c != 0 {
				return c
			}
			a, b = a[x:], b[y:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// searchWords returns the folded words that a course is found by.
func searchWords(e *Edition) []string {
	texts := []darasa.Text{e.Title, e.Summary, darasa.Same(e.Code), darasa.Same(string(e.Course))}
	texts = append(texts, e.Outcomes...)
	for _, m := range e.Modules {
		texts = append(texts, m.Title)
		for _, l := range m.Lessons {
			texts = append(texts, l.Title)
		}
	}
	var words []string
	for _, t := range texts {
		words = append(words, strings.Fields(fold(t.SW+" "+t.EN))...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// fold writes a text as lower-case words without marks on letters.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(s))
}
