package course

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
)

var (
	errNoEdition = darasa.Fail(darasa.NotFound, "Toleo hili la kozi halipo.", "There is no such edition.")
	errNoLesson  = darasa.Fail(darasa.NotFound, "Somo hili halipo kwenye kozi.", "The course has no such lesson.")
	errNoQuiz    = darasa.Fail(darasa.NotFound, "Jaribio hili halipo kwenye kozi.", "The course has no such quiz.")
	errNoCheck   = darasa.Fail(darasa.NotFound, "Swali hili halipo kwenye kozi.", "The course has no such question.")
)

// SplitID returns the course and the number that an edition's id is made of.
func SplitID(id darasa.ID) (course darasa.ID, number int64, ok bool) {
	slug, n, found := strings.Cut(string(id), "@")
	number, err := strconv.ParseInt(n, 10, 64)
	return darasa.ID(slug), number, found && err == nil && number > 0 && slug != ""
}

// Edition returns an edition by its id "<course>@<n>", also a withdrawn one:
// whoever began it may finish. It is shared and must not be changed.
func (s *Service) Edition(ctx context.Context, id darasa.ID) (*Edition, error) {
	l, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return l.edition, nil
}

func (s *Service) load(ctx context.Context, id darasa.ID) (*loaded, error) {
	if l := s.cache.get(id); l != nil {
		return l, nil
	}
	raw, err := s.Manifest(ctx, id)
	if err != nil {
		return nil, err
	}
	var e Edition
	if err := json.Unmarshal(raw, &e); err != nil || e.ID != id {
		return nil, darasa.Fail(darasa.Internal, "Orodha ya toleo haikusomeka.", "The edition's manifest could not be read.").Because(err)
	}
	return s.cache.add(id, &loaded{edition: &e, fragments: map[fragmentKey]*Fragment{},
		banks: map[string][]assessment.Question{}, keys: map[int64]*KeySet{}}), nil
}

// Manifest returns the JSON of an edition's manifest as it was frozen.
func (s *Service) Manifest(ctx context.Context, id darasa.ID) ([]byte, error) {
	course, n, ok := SplitID(id)
	if !ok {
		return nil, errNoEdition
	}
	m, err := s.manifests.Get(ctx, id)
	if err != nil {
		if darasa.CodeOf(err) == darasa.NotFound {
			return nil, errNoEdition
		}
		return nil, err
	}
	return s.read(ctx, manifestPath(course, n), m.Hash)
}

// maxRead bounds what is read of a piece into memory.
const maxRead = 8 << 20

// read returns a file of media whose SHA-256 is known; "" takes any.
func (s *Service) read(ctx context.Context, key, hash string) ([]byte, error) {
	r, _, err := s.media.Open(ctx, key, 0, -1)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxRead))
	if err != nil {
		return nil, darasa.Fail(darasa.Unavailable, "Faili la kozi halikusomeka.", "A file of the course could not be read.").Because(err)
	}
	if hash != "" && hashOf(data) != hash {
		return nil, darasa.Fail(darasa.Internal, "Faili la kozi limeharibika.", "A file of the course is damaged.")
	}
	return data, nil
}

// Fragment is a lesson in one language, ready to be written into a page: one
// part more than there are practice questions.
type Fragment struct {
	Lesson string
	Lang   darasa.Lang // the language that it is in, maybe not the one asked for
	Hash   string
	Parts  [][]byte
	Checks []string
}

// Fragment returns a lesson in lang, or in the other language where it is
// missing. It is shared and must not be changed.
func (s *Service) Fragment(ctx context.Context, edition darasa.ID, lesson string, lang darasa.Lang) (*Fragment, error) {
	l, err := s.load(ctx, edition)
	if err != nil {
		return nil, err
	}
	key := fragmentKey{lesson, lang}
	return once(l,
		func() (*Fragment, bool) { f, ok := l.fragments[key]; return f, ok },
		func() (*Fragment, error) { return s.readFragment(ctx, l.edition, key) },
		func(f *Fragment) { l.fragments[key] = f })
}

func (s *Service) readFragment(ctx context.Context, e *Edition, key fragmentKey) (*Fragment, error) {
	found, _, _ := e.Lesson(key.lesson)
	if found == nil {
		return nil, errNoLesson
	}
	f := &Fragment{Lesson: key.lesson, Lang: key.lang, Hash: found.Pieces[string(key.lang)]}
	if f.Hash == "" {
		f.Lang = key.lang.Other()
		f.Hash = found.Pieces[string(f.Lang)]
	}
	data, err := s.read(ctx, PiecePath(f.Hash, false), f.Hash)
	if err != nil {
		return nil, err
	}
	f.Parts, f.Checks = SplitChecks(data)
	return f, nil
}

// Bank returns the questions that a quiz draws from, without keys. They are
// shared and must not be changed.
func (s *Service) Bank(ctx context.Context, edition darasa.ID, quiz string) ([]assessment.Question, error) {
	l, err := s.load(ctx, edition)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l.edition.Quizzes, func(q Quiz) bool { return q.Slug == quiz })
	if i < 0 {
		return nil, errNoQuiz
	}
	return s.bank(ctx, l, l.edition.Quizzes[i].Questions)
}

func (s *Service) bank(ctx context.Context, l *loaded, hash string) ([]assessment.Question, error) {
	return once(l,
		func() ([]assessment.Question, bool) { b, ok := l.banks[hash]; return b, ok },
		func() ([]assessment.Question, error) {
			var out []assessment.Question
			return out, s.decode(ctx, PiecePath(hash, false), hash, &out)
		},
		func(b []assessment.Question) { l.banks[hash] = b })
}

func (s *Service) decode(ctx context.Context, key, hash string, to any) error {
	data, err := s.read(ctx, key, hash)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, to); err != nil {
		return darasa.Fail(darasa.Internal, "Faili la kozi halikusomeka.", "A file of the course could not be read.").Because(err)
	}
	return nil
}

// Check returns a practice question of an edition with its key.
func (s *Service) Check(ctx context.Context, edition darasa.ID, slug string) (assessment.Question, assessment.Key, error) {
	l, err := s.load(ctx, edition)
	if err != nil {
		return assessment.Question{}, assessment.Key{}, err
	}
	all, err := s.practice(ctx, l)
	if err != nil {
		return assessment.Question{}, assessment.Key{}, err
	}
	p, ok := all[slug]
	if !ok {
		return assessment.Question{}, assessment.Key{}, errNoCheck
	}
	return p.Question, p.Key, nil
}

func (s *Service) practice(ctx context.Context, l *loaded) (map[string]Practice, error) {
	return once(l,
		func() (map[string]Practice, bool) { return l.checks, l.checks != nil },
		func() (map[string]Practice, error) {
			out := map[string]Practice{}
			if l.edition.Checks == "" {
				return out, nil
			}
			var list []Practice
			if err := s.decode(ctx, PiecePath(l.edition.Checks, false), l.edition.Checks, &list); err != nil {
				return nil, err
			}
			for _, p := range list {
				out[p.Question.Slug] = p
			}
			return out, nil
		},
		func(m map[string]Practice) { l.checks = m })
}

// Lesson returns a lesson with its module's and its own place, nil where the
// edition has none of this slug.
func (e *Edition) Lesson(slug string) (l *Lesson, module, place int) {
	for i := range e.Modules {
		for j := range e.Modules[i].Lessons {
			if e.Modules[i].Lessons[j].Slug == slug {
				return &e.Modules[i].Lessons[j], i, j
			}
		}
	}
	return nil, 0, 0
}

// Size returns the bytes on the wire that a learner of one language needs:
// text (lessons and questions) and media (pictures, sound, film). A lesson
// missing in lang counts in the language that is shown instead.
func (e *Edition) Size(lang darasa.Lang) (text, media int64) {
	need := map[string]bool{}
	for i := range e.Modules {
		for _, l := range e.Modules[i].Lessons {
			hash := l.Pieces[string(lang)]
			if hash == "" {
				hash = l.Pieces[string(lang.Other())]
			}
			need[hash] = true
		}
	}
	for _, p := range e.Pieces {
		switch {
		case p.Kind == "lesson" && !need[p.Hash]:
		case p.Kind == "lesson" || p.Kind == "questions":
			text += p.Wire
			need[p.Hash] = false // the same piece is sent once
		case p.Lang == "" || p.Lang == lang:
			media += p.Wire
		}
	}
	return text, media
}
