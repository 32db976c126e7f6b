package web

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/frontend"
)

// lesson shows a lesson and notes where the learner is.
func (s *Server) lesson(r *Req) error {
	p, err := s.Progress.View(r.Ctx(), r.Actor, idParam(r, "enrolment"), r.Param("lesson"), r.Now)
	if err != nil {
		return err
	}
	return s.showLesson(r, &p, nil)
}

// lessonAct takes the two posts of a lesson's page: "check" judges a practice
// question in its place; "done" finishes that lesson and shows this one.
func (s *Server) lessonAct(r *Req) error {
	ctx, enrolment, here := r.Ctx(), idParam(r, "enrolment"), r.Param("lesson")
	if slug := r.Form("check"); slug != "" {
		return s.check(r, enrolment, here, slug)
	}
	done := r.Form("done")
	if done == "" {
		return darasa.Fail(darasa.Invalid, "Fomu haisemi somo lipi limekwisha. Fungua somo upya.", "The form does not say which lesson is finished. Open the lesson again.")
	}
	p, err := s.Progress.Done(ctx, r.Actor, enrolment, done, here, r.Now)
	if err != nil {
		return err
	}
	return s.showLesson(r, &p, nil)
}

// check judges a practice question, notes that it was answered, and shows the
// lesson with the verdict in the question's place.
func (s *Server) check(r *Req, enrolment darasa.ID, lesson, slug string) error {
	ctx := r.Ctx()
	p, err := s.Progress.Get(ctx, r.Actor, enrolment)
	if err != nil {
		return err
	}
	if p.Person != r.Actor.Person {
		return notFound()
	}
	q, k, err := s.Courses.Check(ctx, p.Edition, slug)
	if err != nil {
		return err
	}
	answer, typed, wrong := frontend.ReadAnswer(q, func(name string) []string { return r.FormAll()[name] })
	view := frontend.QuestionView{Question: q, Answer: answer, Typed: typed}
	switch {
	case wrong != nil:
		view.Problem = wrong.What.In(r.Lang) + " " + wrong.Mend.In(r.Lang)
	case !answer.Answered():
		view.Problem = darasa.T("Chagua au andika jibu kwanza.", "Choose or write an answer first.").In(r.Lang)
	default:
		v, err := assessment.Practise(q, k, answer)
		if err != nil {
			return err
		}
		view.Mark = markOf(v, r.Lang)
		ev := progress.Event{Enrolment: enrolment, Lesson: lesson, Question: slug, Options: answer.Options, Value: answer.Value, Right: &v.Right}
		if p, err = s.Progress.Answered(ctx, r.Actor, ev, r.Now); err != nil {
			return err
		}
	}
	return s.showLesson(r, &p, &view)
}

// markOf turns a verdict into what the page says after an answer.
func markOf(v assessment.Verdict, l darasa.Lang) *frontend.Mark {
	m := &frontend.Mark{Right: v.Right, Answered: v.Answered, Feedback: v.Said}
	if len(v.Options) > 0 {
		m.Options = map[string]darasa.Text{}
		for _, o := range v.Options {
			m.Options[o.Option.Slug] = o.Text
		}
	}
	if v.Key != nil {
		m.Key = frontend.KeyWords(v.Question, *v.Key)
	}
	return m
}

// lessonAt is a lesson with its place in the outline.
type lessonAt struct {
	module, index int
	lesson        *course.Lesson
	prev, next    *frontend.LessonItem
}

func locate(e *course.Edition, outline []frontend.ModuleView, slug string) (lessonAt, bool) {
	var flat []*frontend.LessonItem
	at := lessonAt{}
	found := -1
	for i := range outline {
		for j := range outline[i].Lessons {
			if outline[i].Lessons[j].Slug == slug {
				at.module, at.index, at.lesson = i, j, &e.Modules[i].Lessons[j]
				found = len(flat)
			}
			flat = append(flat, &outline[i].Lessons[j])
		}
	}
	if found < 0 {
		return at, false
	}
	if found > 0 {
		at.prev = flat[found-1]
	}
	if found+1 < len(flat) {
		at.next = flat[found+1]
	}
	return at, true
}

// showLesson renders the lesson of the path; answered replaces the practice
// question of the same slug.
func (s *Server) showLesson(r *Req, p *progress.Progress, answered *frontend.QuestionView) error {
	ctx, slug := r.Ctx(), r.Param("lesson")
	e, err := s.Courses.Edition(ctx, p.Edition)
	if err != nil {
		return err
	}
	outline := frontend.Outline(e, p, slug)
	at, ok := locate(e, outline, slug)
	if !ok {
		return notFound()
	}
	parts, lang, err := s.parts(ctx, e, slug, r.Lang, answered)
	if err != nil {
		return err
	}
	v := frontend.LessonView{Course: reference(e), Enrolment: p.ID, Lesson: outline[at.module].Lessons[at.index], Lead: at.lesson.Lead,
		Lang: lang, Module: outline[at.module], Index: at.index + 1, Parts: parts, Prev: at.prev, Next: at.next,
		Event: darasa.DeriveID("event", string(p.ID), progress.LessonDone, slug)}
	if at.next == nil {
		if _, v.Test, err = s.tests(ctx, r, e, p); err != nil {
			return err
		}
	}
	return r.HTML(fiber.StatusOK, frontend.LessonPage(r.page(frontend.NavCourses), v))
}

func (s *Server) parts(ctx context.Context, e *course.Edition, lesson string, l darasa.Lang, answered *frontend.QuestionView) ([]frontend.Part, darasa.Lang, error) {
	f, err := s.Courses.Fragment(ctx, e.ID, lesson, l)
	if err != nil {
		return nil, l, err
	}
	parts := make([]frontend.Part, 0, 2*len(f.Parts))
	for i, html := range f.Parts {
		parts = append(parts, frontend.Part{HTML: string(html)})
		if i >= len(f.Checks) {
			continue
		}
		if answered != nil && answered.Question.Slug == f.Checks[i] {
			parts = append(parts, frontend.Part{Check: answered})
			continue
		}
		q, _, err := s.Courses.Check(ctx, e.ID, f.Checks[i])
		if err != nil {
			return nil, l, err
		}
		parts = append(parts, frontend.Part{Check: &frontend.QuestionView{Question: q}})
	}
	return parts, f.Lang, nil
}

// tests returns the edition's quizzes as a course or lesson page lists them.
func (s *Server) tests(ctx context.Context, r *Req, e *course.Edition, p *progress.Progress) (pre, post *frontend.TestItem, err error) {
	var all []attempt.Attempt
	if p != nil {
		if all, err = s.Attempts.Of(ctx, p.ID); err != nil {
			return nil, nil, err
		}
	}
	for i := range e.Quizzes {
		q := &e.Quizzes[i]
		item := &frontend.TestItem{Slug: q.Slug, Kind: q.Kind, Title: q.Title, Questions: int(q.Draw), Pass: q.Pass, Tries: int(max(q.Tries, 1)), Left: int(max(q.Tries, 1))}
		if p != nil {
			en, err := s.Enrolments.Lookup(ctx, p.ID)
			if err != nil {
				return nil, nil, err
			}
			st := attempt.Standing(all, *q, &en)
			item.Tries, item.Left, item.Passed = int(st.Allowed), int(st.Allowed-st.Used), st.Passed
			if st.Used > 0 {
				best := st.Best
				item.Score = &best
			}
			if st.Current != nil {
				item.Open = st.Current.ID
			}
		}
		if q.Kind == attempt.PreTest {
			pre = item
		} else {
			post = item
		}
	}
	return pre, post, nil
}

func (s *Server) me(r *Req) error {
	ctx := r.Ctx()
	mine, err := s.ownCourses(ctx, r)
	if err != nil {
		return err
	}
	certificates, err := s.Certificates.Mine(ctx, r.Actor)
	if err != nil {
		return err
	}
	slices.Reverse(certificates)
	v := frontend.MeView{Name: mine.name, Next: mine.next, Courses: mine.cards, Certificates: certificates, Notices: mine.notices}
	if r.Actor.Institution != "" {
		if in, err := s.Institutions.Many(ctx, []darasa.ID{r.Actor.Institution}); err == nil {
			v.Institution = in[r.Actor.Institution].Name
		}
	}
	return r.HTML(fiber.StatusOK, frontend.MePage(r.page(frontend.NavMe), v))
}

func (s *Server) help(r *Req) error {
	return r.HTML(fiber.StatusOK, frontend.HelpPage(r.page("")))
}

func (s *Server) about(r *Req) error {
	return r.HTML(fiber.StatusOK, frontend.AboutPage(r.page(""), s.cfg.Version))
}

func (s *Server) privacy(r *Req) error {
	return r.HTML(fiber.StatusOK, frontend.NoticePage(r.page("")))
}
