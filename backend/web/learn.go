package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/progress"
	"darasa/frontend"
)

func (s *Server) learnRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/", Access: Anybody, NoLang: true, Handle: s.home},
		{Method: "GET", Path: "/", Access: Anybody, Handle: s.home},
		{Method: "GET", Path: frontend.PathCourses, Access: Anybody, Handle: s.catalogue},
		{Method: "GET", Path: "/courses/:slug", Access: Anybody, Handle: s.course},
		{Method: "POST", Path: "/courses/:slug", Access: SignedIn, Limit: smallForm, Handle: s.courseDone},
		{Method: "POST", Path: "/courses/:slug/enrol", Access: SignedIn, Limit: smallForm, Handle: s.enrol},
		{Method: "GET", Path: "/learn/:enrolment/:lesson", Access: SignedIn, Handle: s.lesson},
		{Method: "POST", Path: "/learn/:enrolment/:lesson", Access: SignedIn, Limit: smallForm, Handle: s.lessonAct},
		{Method: "GET", Path: frontend.PathMe, Access: SignedIn, Handle: s.me},
		{Method: "GET", Path: frontend.PathHelp, Access: Anybody, Handle: s.help},
		{Method: "GET", Path: frontend.PathAbout, Access: Anybody, Handle: s.about},
		{Method: "GET", Path: frontend.PathPrivacy, Access: Anybody, Handle: s.privacy},
	}
}

// idParam returns a part of the path as an id, with its escapes undone.
func idParam(r *Req, name string) darasa.ID {
	v, err := url.PathUnescape(r.Param(name))
	if err != nil {
		return ""
	}
	return darasa.ID(v)
}

func (s *Server) home(r *Req) error {
	cat, err := s.catalogueView(r, frontend.Filter{Stage: r.Query("stage"), Query: r.Query("q"), Cadre: r.Query("cadre"), Lang: r.Query("lang"), Hours: r.Query("hours")})
	if err != nil {
		return err
	}
	v := frontend.HomeView{Catalogue: cat}
	p := r.page(frontend.NavCourses)
	if !r.Actor.Anonymous() {
		mine, err := s.ownCourses(r.Ctx(), r)
		if err != nil {
			return err
		}
		v.Name, v.Mine, v.Next, v.Notices = mine.name, mine.cards, mine.next, mine.notices
	}
	return r.HTML(fiber.StatusOK, frontend.HomePage(p, v))
}

func (s *Server) catalogue(r *Req) error {
	f := frontend.Filter{Query: r.Query("q"), Stage: r.Query("stage"), Cadre: r.Query("cadre"), Lang: r.Query("lang"), Hours: r.Query("hours")}
	v, err := s.catalogueView(r, f)
	if err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.CataloguePage(r.page(frontend.NavCourses), v))
}

func (s *Server) catalogueView(r *Req, f frontend.Filter) (frontend.CatalogueView, error) {
	want := course.Filter{Search: f.Query, Stage: f.Stage, Cadre: f.Cadre, Lang: darasa.Lang(f.Lang)}
	if h, err := strconv.ParseFloat(f.Hours, 64); err == nil {
		want.MaxHours = h
	}
	found, err := s.Courses.List(r.Ctx(), r.Actor, want)
	if err != nil {
		return frontend.CatalogueView{}, err
	}
	v := frontend.CatalogueView{Filter: f, Stages: items(s.Lists.Stages, r.Lang), Cadres: items(s.Lists.Cadres, r.Lang)}
	for _, it := range found {
		v.Courses = append(v.Courses, card(it, r.Lang))
	}
	return v, nil
}

func card(it *course.Item, l darasa.Lang) frontend.CourseCard {
	text, _ := it.Bytes(l)
	e := it.Edition
	return frontend.CourseCard{Slug: e.Course, Code: e.Code, Title: e.Title, Summary: e.Summary, Hours: e.Hours, Bytes: text}
}

func reference(e *course.Edition) frontend.CourseRef {
	return frontend.CourseRef{Slug: e.Course, Code: e.Code, Title: e.Title}
}

// own is what a learner's first pages say of the own courses.
type own struct {
	name    string
	cards   []frontend.CourseCard
	next    *frontend.NextStep
	notices []frontend.Notice
}

// ownCourses gathers the own enrolments, the latest active first; what is next
// comes from the first that has something left to do.
func (s *Server) ownCourses(ctx context.Context, r *Req) (own, error) {
	first, _, _ := strings.Cut(r.Actor.Name, " ")
	out := own{name: first}
	ps, err := s.Progress.Mine(ctx, r.Actor)
	if err != nil {
		return out, err
	}
	slices.SortStableFunc(ps, func(a, b progress.Progress) int { return b.LastActive.Compare(a.LastActive) })
	for i := range ps {
		p := &ps[i]
		if p.Withdrawn {
			continue
		}
		e, err := s.Courses.Edition(ctx, p.Edition)
		if err != nil {
			return out, err
		}
		text, _ := e.Size(r.Lang)
		out.cards = append(out.cards, frontend.CourseCard{Slug: e.Course, Code: e.Code, Title: e.Title, Summary: e.Summary, Hours: e.Hours,
			Bytes: text, Done: int(p.LessonsDone), Total: int(p.LessonsTotal), Status: p.Status, Certificate: p.Certificate})
		if out.next == nil {
			if n := nextStep(e, p); n != nil && n.Kind != "certificate" {
				out.next = n
			}
		}
		if err := s.addNotices(ctx, p, e, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// shownNotices is how many announcements of a run a learner's page shows.
const shownNotices = 3

func (s *Server) addNotices(ctx context.Context, p *progress.Progress, e *course.Edition, out *own) error {
	if p.Run == "" {
		return nil
	}
	run, err := s.Enrolments.LookupRun(ctx, p.Run)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	list := run.Announcements
	for i := len(list) - 1; i >= 0 && i >= len(list)-shownNotices; i-- {
		out.notices = append(out.notices, frontend.Notice{Course: e.Title, Run: run.Name, Announcement: list[i]})
	}
	return nil
}

// quizOfKind returns the edition's quiz of a kind, nil if it has none.
func quizOfKind(e *course.Edition, kind string) *course.Quiz {
	for i := range e.Quizzes {
		if e.Quizzes[i].Kind == kind {
			return &e.Quizzes[i]
		}
	}
	return nil
}

// nextStep works out the one thing to do next: the pre-test before the first
// lesson, then the lesson after the last finished one, then the post-test,
// then the certificate. nil where nothing is left.
func nextStep(e *course.Edition, p *progress.Progress) *frontend.NextStep {
	n := &frontend.NextStep{Course: reference(e), Enrolment: p.ID, Done: int(p.LessonsDone), Total: int(p.LessonsTotal)}
	if p.Certificate != "" {
		n.Kind, n.Slug, n.Title = "certificate", p.Certificate, e.Title
		return n
	}
	pre := quizOfKind(e, "pre-test")
	if pre != nil && p.PreTest == nil && p.LessonsDone == 0 {
		n.Kind, n.Slug, n.Title = "pre-test", pre.Slug, pre.Title
		return n
	}
	if l, number := nextLesson(e, p); l != nil {
		n.Kind, n.Slug, n.Title, n.Number, n.Minutes = "lesson", l.Slug, l.Title, number, l.Minutes
		return n
	}
	if post := quizOfKind(e, "post-test"); post != nil && p.PassedAt.IsZero() {
		n.Kind, n.Slug, n.Title = "post-test", post.Slug, post.Title
		return n
	}
	return nil
}

// nextLesson is the lesson where the learner was, if it is not finished, else
// the first unfinished one.
func nextLesson(e *course.Edition, p *progress.Progress) (*course.Lesson, string) {
	var first *course.Lesson
	number := ""
	for i := range e.Modules {
		for j := range e.Modules[i].Lessons {
			l := &e.Modules[i].Lessons[j]
			if p.HasSeen(l.Slug) {
				continue
			}
			at := strconv.Itoa(i+1) + "." + strconv.Itoa(j+1)
			if l.Slug == p.Position.Lesson {
				return l, at
			}
			if first == nil {
				first, number = l, at
			}
		}
	}
	return first, number
}

func (s *Server) course(r *Req) error {
	ctx, slug := r.Ctx(), idParam(r, "slug")
	p, err := s.progressIn(ctx, r, slug)
	if err != nil {
		return err
	}
	var e *course.Edition
	if p != nil {
		e, err = s.Courses.Edition(ctx, p.Edition)
	} else {
		e, err = s.Courses.Current(ctx, r.Actor, slug)
	}
	if err != nil {
		return err
	}
	text, _ := e.Size(r.Lang)
	v := frontend.CourseView{Edition: e, Bytes: text, Stages: names(s.Lists.Stages, e.Stages, r.Lang), Cadres: s.cadres(r, e),
		CanEnrol: p == nil, Total: lessonCount(e)}
	for _, slug := range e.Prereq {
		if it, err := s.Courses.Item(ctx, r.Actor, darasa.ID(slug)); err == nil {
			v.Prereq = append(v.Prereq, reference(it.Edition))
		}
	}
	here := ""
	if p != nil {
		v.Enrolment, v.Status, v.Done, v.Total, v.Certificate = p.ID, p.Status, int(p.LessonsDone), int(p.LessonsTotal), p.Certificate
		v.Next = nextStep(e, p)
		if v.Next != nil && v.Next.Kind == "lesson" {
			here = v.Next.Slug
		}
	}
	v.Modules = frontend.Outline(e, p, here)
	if v.Pre, v.Post, err = s.tests(ctx, r, e, p); err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.CoursePage(r.page(frontend.NavCourses), v))
}

func (s *Server) cadres(r *Req, e *course.Edition) []string {
	if slices.Contains(e.Cadres, "all") {
		return []string{darasa.T("Kada zote", "All cadres").In(r.Lang)}
	}
	return names(s.Lists.Cadres, e.Cadres, r.Lang)
}

func lessonCount(e *course.Edition) int {
	n := 0
	for _, m := range e.Modules {
		n += len(m.Lessons)
	}
	return n
}

// progressIn returns the actor's progress in a course, the latest active one,
// or nil.
func (s *Server) progressIn(ctx context.Context, r *Req, slug darasa.ID) (*progress.Progress, error) {
	if r.Actor.Anonymous() {
		return nil, nil
	}
	ps, err := s.Progress.Mine(ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	var found *progress.Progress
	for i := range ps {
		if p := &ps[i]; p.Course == slug && !p.Withdrawn && (found == nil || p.LastActive.After(found.LastActive.Time)) {
			found = p
		}
	}
	return found, nil
}

// courseDone finishes the last lesson where no test is left, and shows the course.
func (s *Server) courseDone(r *Req) error {
	if _, err := s.Progress.Done(r.Ctx(), r.Actor, darasa.ID(r.Form("enrolment")), r.Form("done"), "", r.Now); err != nil {
		return err
	}
	return s.course(r)
}

// enrol enrols the actor in a course and goes on to the first thing to do.
func (s *Server) enrol(r *Req) error {
	ctx, slug := r.Ctx(), idParam(r, "slug")
	n, err := s.newcomer(ctx, r.Actor, r.Lang)
	if err != nil {
		return err
	}
	e, err := s.Enrolments.EnrolSelf(ctx, r.Actor, slug, "", n, r.Now)
	if err != nil {
		return err
	}
	return r.Redirect(r.To(frontend.CoursePath(e.Course)))
}

// newcomer is what an enrolment copies of the actor: the person, and what the
// institution in use says of them.
func (s *Server) newcomer(ctx context.Context, a darasa.Actor, l darasa.Lang) (enrolment.Newcomer, error) {
	p, err := s.Accounts.Person(ctx, a, a.Person)
	if err != nil {
		return enrolment.Newcomer{}, err
	}
	affiliations, err := s.Accounts.Affiliations(ctx, a, a.Person)
	if err != nil {
		return enrolment.Newcomer{}, err
	}
	var here *account.Affiliation
	for i := range affiliations {
		if affiliations[i].Institution == a.Institution {
			here = &affiliations[i]
		}
	}
	f, err := s.facilityOf(ctx, here)
	return enrolment.Newcomer{Person: p.ID, Lang: l, Snapshot: enrolment.SnapshotOf(&p, here, f)}, err
}

// facilityOf returns the facility of an affiliation, nil where none is known.
func (s *Server) facilityOf(ctx context.Context, a *account.Affiliation) (*institution.Facility, error) {
	if a == nil || a.Facility == "" {
		return nil, nil
	}
	f, err := s.Institutions.Facility(ctx, a.Facility)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil, nil
	}
	return &f, err
}
