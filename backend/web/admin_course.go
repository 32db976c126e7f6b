package web

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/content/native"
	"darasa/frontend"
)

// ownedBy lists the courses of one institution in every state.
func (s *Server) ownedBy(ctx context.Context, a darasa.Actor, owner darasa.ID) ([]course.Course, error) {
	all, err := s.Courses.Owned(ctx, a)
	return slices.DeleteFunc(all, func(c course.Course) bool { return c.Owner != owner }), err
}

func (s *Server) coursesAdmin(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	list, err := s.ownedBy(r.Ctx(), p.actor, p.ID)
	if err != nil {
		return err
	}
	v := frontend.CoursesAdminView{Place: p.Place, Untold: !countsLearners(p.actor)}
	for _, c := range list {
		n, err := s.learners(r.Ctx(), p.actor, c.Slug)
		if err != nil {
			return err
		}
		v.Courses = append(v.Courses, frontend.CourseItem{Course: shownCourse(c), Learners: total(n)})
	}
	return r.HTML(fiber.StatusOK, frontend.CoursesAdminPage(r.donePage(frontend.NavAdmin), v))
}

// allCourses lists the courses of every institution.
func (s *Server) allCourses(r *Req) error {
	a := r.Actor
	a.Institution = "" // every institution's learners count
	list, err := s.Courses.Owned(r.Ctx(), a)
	if err != nil {
		return err
	}
	ids := make([]darasa.ID, len(list))
	for i, c := range list {
		ids[i] = c.Owner
	}
	owners, err := s.Institutions.Many(r.Ctx(), ids)
	if err != nil {
		return err
	}
	var v frontend.CoursesAdminView
	for _, c := range list {
		n, err := s.learners(r.Ctx(), a, c.Slug)
		if err != nil {
			return err
		}
		v.Courses = append(v.Courses, frontend.CourseItem{Course: shownCourse(c), Owner: owners[c.Owner].Name, Learners: total(n)})
	}
	return r.HTML(fiber.StatusOK, frontend.CoursesAdminPage(r.donePage(frontend.NavAdmin), v))
}

// shownCourse leaves out the numbers of editions that were never published.
func shownCourse(c course.Course) course.Course {
	c.Editions = slices.DeleteFunc(slices.Clone(c.Editions), func(e course.EditionRef) bool {
		return e.State != course.Published && e.State != course.Withdrawn
	})
	return c
}

// countsLearners tells whether the actor may count learners: an author who is
// no trainer may not.
func countsLearners(a darasa.Actor) bool { return a.Is(darasa.Trainer, darasa.InstitutionAdmin) }

// learners counts those of the actor's institution by the edition they began
// with; nobody where the actor is not told.
func (s *Server) learners(ctx context.Context, a darasa.Actor, slug darasa.ID) (map[darasa.ID]int, error) {
	n := map[darasa.ID]int{}
	if !countsLearners(a) {
		return n, nil
	}
	err := s.Progress.Each(ctx, a, progress.Filter{Course: slug}, func(p progress.Progress) error {
		if !p.Withdrawn {
			n[p.Edition]++
		}
		return nil
	})
	return n, err
}

func total(n map[darasa.ID]int) int {
	sum := 0
	for _, k := range n {
		sum += k
	}
	return sum
}

// ownCourse returns the course of the path; another institution's is not there.
func (s *Server) ownCourse(r *Req) (place, course.Course, error) {
	p, err := s.place(r)
	if err != nil {
		return p, course.Course{}, err
	}
	list, err := s.ownedBy(r.Ctx(), p.actor, p.ID)
	for _, c := range list {
		if c.Slug == idParam(r, "slug") {
			return p, shownCourse(c), err
		}
	}
	if err == nil {
		err = notFound()
	}
	return p, course.Course{}, err
}

func (s *Server) courseAdmin(r *Req) error {
	p, c, err := s.ownCourse(r)
	if err != nil {
		return err
	}
	n, err := s.learners(r.Ctx(), p.actor, c.Slug)
	if err != nil {
		return err
	}
	by, err := s.publishers(r.Ctx(), c)
	if err != nil {
		return err
	}
	v := frontend.CourseAdminView{Place: p.Place, Course: c, Untold: !countsLearners(p.actor)}
	for _, ref := range slices.Backward(c.Editions) {
		e, err := s.Courses.Edition(r.Ctx(), course.EditionID(c.Slug, ref.Number))
		if err != nil {
			return err
		}
		text, media := e.Size(r.Lang)
		v.Editions = append(v.Editions, frontend.EditionItem{Ref: ref, Lessons: lessonCount(e), Bytes: text + media, Learners: n[e.ID], By: by[ref.By]})
	}
	return r.HTML(fiber.StatusOK, frontend.CourseAdminPage(r.donePage(frontend.NavAdmin), v))
}

// publishers returns the names of those who published the editions.
func (s *Server) publishers(ctx context.Context, c course.Course) (map[darasa.ID]string, error) {
	var ids []darasa.ID
	for _, e := range c.Editions {
		if darasa.ValidUUID(string(e.By)) {
			ids = append(ids, e.By)
		}
	}
	people, err := s.Accounts.PeopleMany(ctx, ids)
	out := map[darasa.ID]string{}
	for id, p := range people {
		out[id] = p.ShortName()
	}
	return out, err
}

// changeCourse withdraws a course or one edition, brings a course back, or
// says who sees it.
func (s *Server) changeCourse(r *Req) error {
	p, c, err := s.ownCourse(r)
	if err != nil {
		return err
	}
	what := "visibility"
	switch r.Form("do") {
	case "withdraw":
		what = "withdrawn"
		if edition := r.Form("edition"); edition != "" {
			n, err := strconv.ParseInt(edition, 10, 64)
			if err != nil || n < 1 {
				return errDo
			}
			err = s.Courses.Withdraw(r.Ctx(), p.actor, course.EditionID(c.Slug, n), r.Now)
			if err != nil {
				return err
			}
			break
		}
		err = s.Courses.WithdrawCourse(r.Ctx(), p.actor, c.Slug, r.Now)
	case "restore":
		what = "restored"
		err = s.Courses.Reopen(r.Ctx(), p.actor, c.Slug, r.Now)
	case "open":
		err = s.Courses.SetVisibility(r.Ctx(), p.actor, c.Slug, course.Open, r.Now)
	case "own":
		err = s.Courses.SetVisibility(r.Ctx(), p.actor, c.Slug, course.House, r.Now)
	default:
		err = errDo
	}
	if err != nil {
		return err
	}
	return r.after(frontend.CourseAdminPath(p.ID, c.Slug), what)
}

func (s *Server) importPage(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	return s.showImport(r, fiber.StatusOK, frontend.ImportView{Place: p.Place})
}

func (s *Server) showImport(r *Req, status int, v frontend.ImportView) error {
	v.MaxBytes = courseZip
	return r.HTML(status, frontend.ImportPage(r.page(frontend.NavAdmin), v))
}

// importCourse publishes an uploaded course folder, or says everything that is
// wrong with it; then nothing is published.
func (s *Server) importCourse(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	v := frontend.ImportView{Place: p.Place}
	report, fs, err := s.publishUpload(r, p)
	v.Findings = fs
	if err == nil {
		v.Report = &report
		return s.showImport(r, fiber.StatusOK, v)
	}
	e := asError(err)
	switch e.Code {
	case darasa.Invalid, darasa.Conflict, darasa.TooLarge, darasa.TooMany:
		v.Refused, v.Findings = e.Text, append(v.Findings, e.Findings...)
		if e.Code == darasa.TooLarge {
			r.c.Context().SetConnectionClose() // the rest of the upload is not read
		}
		return s.showImport(r, statuses[e.Code], v)
	}
	return err
}

func (s *Server) publishUpload(r *Req, p place) (course.Report, []darasa.Finding, error) {
	f, _, err := s.receive(r)
	if err != nil {
		return course.Report{}, nil, err
	}
	defer discard(f)
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return course.Report{}, nil, err
	}
	files, err := native.FromZip(f, size)
	if err != nil {
		return course.Report{}, nil, err
	}
	n, fs := native.Read(files)
	if darasa.HasErrors(fs) {
		return course.Report{}, fs, darasa.Fail(darasa.Invalid, "Kozi ina makosa; hakuna kilichochapishwa. Yasahihishe kisha pakia tena.",
			"The course has mistakes; nothing was published. Mend them and upload it again.")
	}
	report, err := s.Courses.Publish(r.Ctx(), p.actor, n, r.Now)
	return report, fs, err
}

// receive writes the upload's field "file" to a temporary file, which the
// caller discards.
func (s *Server) receive(r *Req) (*os.File, string, error) {
	parts, err := r.Parts()
	if err != nil {
		return nil, "", err
	}
	return s.receivePart(parts)
}
