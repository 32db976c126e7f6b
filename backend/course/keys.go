package course

import (
	"context"
	"fmt"
	"slices"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
)

// Keys returns the newest version of an edition's graded keys and its number.
// They are for grading only and are never sent to a learner before the last
// try or a pass. Shared: they must not be changed.
func (s *Service) Keys(ctx context.Context, edition darasa.ID) ([]assessment.Key, int64, error) {
	m, err := s.manifests.Get(ctx, edition)
	if err != nil {
		if darasa.CodeOf(err) == darasa.NotFound {
			err = errNoEdition
		}
		return nil, 0, err
	}
	keys, err := s.KeysAt(ctx, edition, m.Keys)
	return keys, m.Keys, err
}

// OwnerKeys returns the newest keys for whoever may print or export them: who
// may publish the course.
func (s *Service) OwnerKeys(ctx context.Context, actor darasa.Actor, edition darasa.ID) ([]assessment.Key, int64, error) {
	slug, _, ok := SplitID(edition)
	if !ok {
		return nil, 0, errNoEdition
	}
	if _, err := s.get(ctx, actor, slug); err != nil {
		return nil, 0, err
	}
	return s.Keys(ctx, edition)
}

// KeysAt returns one version of an edition's keys.
func (s *Service) KeysAt(ctx context.Context, edition darasa.ID, version int64) ([]assessment.Key, error) {
	l, err := s.load(ctx, edition)
	if err != nil {
		return nil, err
	}
	set, err := once(l,
		func() (*KeySet, bool) { k, ok := l.keys[version]; return k, ok },
		func() (*KeySet, error) {
			var k KeySet
			err := s.decode(ctx, keysPath(l.edition.Course, l.edition.Number, version), "", &k)
			return &k, err
		},
		func(k *KeySet) { l.keys[version] = k })
	if err != nil {
		return nil, err
	}
	return set.Keys, nil
}

// CorrectKeys freezes a new version of an edition's keys in which the keys of
// change replace those of the same questions, and returns its number. Grades
// that exist stay as they are until a regrade. A key that does not fit its
// question is Invalid.
func (s *Service) CorrectKeys(ctx context.Context, actor darasa.Actor, edition darasa.ID, change []assessment.Key, now darasa.Time) (int64, error) {
	slug, number, ok := SplitID(edition)
	if !ok {
		return 0, errNoEdition
	}
	if _, err := s.get(ctx, actor, slug); err != nil {
		return 0, err
	}
	l, err := s.load(ctx, edition)
	if err != nil {
		return 0, err
	}
	version := int64(0)
	for range correctTries {
		if version, err = s.correctOnce(ctx, l, keysPlace{edition, slug, number}, change, now); err != error(errOvertaken) {
			break
		}
	}
	if err != nil {
		return 0, err
	}
	return version, s.note(ctx, actor, "correct-keys", string(edition), fmt.Sprintf("version %d", version), now)
}

// correctTries is how often a correction is laid over the newest keys before it
// is given up.
const correctTries = 50

var errOvertaken = &darasa.Error{Code: darasa.Unavailable, Retry: 1,
	Text: darasa.T("Wengine wanasahihisha funguo hizi kwa sasa. Jaribu tena.", "Others are correcting these keys. Try again.")}

// keysPlace is whose keys are corrected.
type keysPlace struct {
	edition, course darasa.ID
	number          int64
}

// correctOnce lays a change over the newest keys; errOvertaken where another
// correction became the newest meanwhile, which must not be undone.
func (s *Service) correctOnce(ctx context.Context, l *loaded, at keysPlace, change []assessment.Key, now darasa.Time) (int64, error) {
	old, base, err := s.Keys(ctx, at.edition)
	if err != nil {
		return 0, err
	}
	keys, err := s.corrected(ctx, l, old, change)
	if err != nil {
		return 0, err
	}
	// A number of its own first: two corrections at once must not write one file.
	m, err := s.manifests.Update(ctx, at.edition, func(m *Manifest) error { m.Reserved++; return nil })
	if err != nil {
		return 0, err
	}
	version := m.Reserved
	set := KeySet{Edition: at.edition, Version: version, At: now, Keys: keys}
	if err := s.put(ctx, keysPath(at.course, at.number, version), jsonType, encode(set)); err != nil {
		return 0, err
	}
	_, err = s.manifests.Update(ctx, at.edition, func(m *Manifest) error {
		if m.Keys != base {
			return errOvertaken
		}
		m.Keys = version
		return nil
	})
	return version, err
}

// corrected returns the old keys with the changed ones in place.
func (s *Service) corrected(ctx context.Context, l *loaded, old, change []assessment.Key) ([]assessment.Key, error) {
	keys := slices.Clone(old)
	var found []darasa.Finding
	for _, k := range change {
		i := slices.IndexFunc(keys, func(o assessment.Key) bool { return o.Slug == k.Slug })
		q, err := s.gradedQuestion(ctx, l, k.Slug)
		if err != nil {
			return nil, err
		}
		if i < 0 || q == nil || !fits(q, k) {
			found = append(found, darasa.Finding{Level: darasa.IsError, Field: k.Slug,
				What: darasa.T("Ufunguo wa swali %q haulingani na swali.", "The key of %q does not fit the question.", k.Slug),
				Mend: darasa.T("Tumia machaguo ya swali hilo tu.", "Use the options of that question only.")})
			continue
		}
		k.Points = keys[i].Points
		keys[i] = k
	}
	if found != nil {
		return nil, darasa.Fail(darasa.Invalid, "Funguo hazikusahihishwa.", "The keys were not corrected.").With(found...)
	}
	return keys, nil
}

func (s *Service) gradedQuestion(ctx context.Context, l *loaded, slug string) (*assessment.Question, error) {
	for _, q := range l.edition.Quizzes {
		bank, err := s.bank(ctx, l, q.Questions)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(bank, func(x assessment.Question) bool { return x.Slug == slug }); i >= 0 {
			return &bank[i], nil
		}
	}
	return nil, nil
}

// fits tells whether a key can be the key of q.
func fits(q *assessment.Question, k assessment.Key) bool {
	for i, slug := range k.Right {
		known := slices.ContainsFunc(q.Options, func(o assessment.Option) bool { return o.Slug == slug })
		if !known || slices.Contains(k.Right[:i], slug) {
			return false
		}
	}
	switch q.Kind {
	case assessment.Numeric:
		return len(k.Right) == 0 && k.Tolerance >= 0
	case assessment.Ordering:
		return len(k.Right) == len(q.Options)
	case assessment.Multiple:
		return len(k.Right) > 0
	}
	return len(k.Right) == 1
}
