package web

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/backend/ledger"
	"darasa/backend/store"
	"darasa/frontend"
)

// adminRoutes is the part of the access table about administration. A path
// without parameters stands before the one that would take its place.
func (s *Server) adminRoutes() []Route {
	const one, person, slug = frontend.PathAdmin + "/:institution", "/people/:person", "/courses/:slug"
	return []Route{
		{Method: "GET", Path: frontend.PathAdmin, Access: Authors, Handle: s.admin},
		{Method: "GET", Path: one, Access: Admins, Handle: s.overview},
		{Method: "GET", Path: one + "/people", Access: Admins, Handle: s.people},
		{Method: "POST", Path: one + "/people", Access: Admins, Limit: smallForm, Handle: s.addPerson},
		{Method: "GET", Path: one + "/people/new", Access: Admins, Handle: s.newPerson},
		{Method: "GET", Path: one + person, Access: Admins, Handle: s.onePerson},
		{Method: "POST", Path: one + person, Access: Admins, Limit: smallForm, Handle: s.changePerson},
		{Method: "POST", Path: one + person + "/code", Access: Admins, Limit: smallForm, Handle: s.personCode},
		{Method: "POST", Path: one + person + "/erase", Access: Admins, Limit: smallForm, Handle: s.erasePerson},
		{Method: "POST", Path: one + person + "/state", Access: Admins, Limit: smallForm, Handle: s.personState},
		{Method: "GET", Path: one + "/join", Access: Admins, Handle: s.joinPage},
		{Method: "POST", Path: one + "/join", Access: Admins, Limit: smallForm, Handle: s.changeJoin},
		{Method: "GET", Path: one + "/settings", Access: Admins, Handle: s.settings},
		{Method: "POST", Path: one + "/settings", Access: Admins, Limit: smallForm, Handle: s.changeSettings},
		{Method: "POST", Path: one + "/state", Access: Nationals, Limit: smallForm, Handle: s.institutionState},
		{Method: "GET", Path: one + "/audit", Access: Admins, Handle: s.audit},
		{Method: "GET", Path: one + "/courses", Access: Authors, Handle: s.coursesAdmin},
		{Method: "GET", Path: one + "/courses/import", Access: Authors, Handle: s.importPage},
		{Method: "POST", Path: one + "/courses/import", Access: Authors, Limit: courseZip, Stream: true, Rate: 20, Handle: s.importCourse},
		{Method: "GET", Path: one + slug, Access: Authors, Handle: s.courseAdmin},
		{Method: "POST", Path: one + slug, Access: Authors, Limit: smallForm, Handle: s.changeCourse},
		{Method: "GET", Path: frontend.PathFacilities, Access: Trainers, Handle: s.facilities},
		{Method: "GET", Path: frontend.PathFacilityImport, Access: Nationals, Handle: s.facilityImportPage},
		{Method: "POST", Path: frontend.PathFacilityImport, Access: Nationals, Limit: registryFile, Stream: true, Rate: 20, Handle: s.importFacilities},
		{Method: "GET", Path: frontend.PathFacilities + "/:code", Access: Trainers, Handle: s.facility},
		{Method: "GET", Path: frontend.PathInstitutions, Access: Nationals, Handle: s.institutionList},
		{Method: "GET", Path: frontend.PathInstitutionNew, Access: Nationals, Handle: s.newInstitution},
		{Method: "POST", Path: frontend.PathInstitutionNew, Access: Nationals, Limit: smallForm, Handle: s.makeInstitution},
		{Method: "GET", Path: frontend.PathAllAudit, Access: Nationals, Handle: s.audit},
		{Method: "GET", Path: frontend.PathAllCourses, Access: Nationals, Handle: s.allCourses},
		{Method: "GET", Path: frontend.PathJobs, Access: Nationals, Handle: s.jobs},
		{Method: "POST", Path: frontend.PathJobs, Access: Nationals, Limit: smallForm, Handle: s.jobAgain},
	}
}

// place is the institution that a request is about, and the actor as of it: a
// national administrator acts in any institution as its own administrator.
type place struct {
	frontend.Place
	in    institution.Institution
	actor darasa.Actor
}

// place returns the institution of the path. Another institution's is not
// there, but for national administrators.
func (s *Server) place(r *Req) (place, error) {
	id := idParam(r, "institution")
	if !r.Actor.National() && id != r.Actor.Institution {
		return place{}, notFound()
	}
	in, err := s.Institutions.Get(r.Ctx(), r.Actor, id)
	if err != nil {
		return place{}, err
	}
	a := r.Actor
	a.Institution = id
	return place{Place: frontend.Place{ID: id, Code: in.Code, Name: in.Name}, in: in, actor: a}, nil
}

// admin leads to the institution in use, or to the list of institutions; an
// author, who has no other business there, to its courses.
func (s *Server) admin(r *Req) error {
	if i := r.Actor.Institution; i != "" && i != account.Platform {
		if !r.Actor.Is(darasa.InstitutionAdmin) {
			return r.Redirect(r.To(frontend.CoursesAdminPath(i)))
		}
		return r.Redirect(r.To(frontend.AdminPath(i)))
	}
	return r.Redirect(r.To(frontend.PathInstitutions))
}

func (s *Server) overview(r *Req) error {
	p, err := s.place(r)
	if err != nil {
		return err
	}
	v := frontend.AdminView{Place: p.Place, Closed: p.in.State == institution.Closed, Join: p.in.JoinCode != ""}
	if v.People, v.Staff, err = s.Accounts.CountMembers(r.Ctx(), p.actor, p.ID); err != nil {
		return err
	}
	courses, err := s.ownedBy(r.Ctx(), p.actor, p.ID)
	if err != nil {
		return err
	}
	v.Courses = len(courses)
	if v.OpenRuns, err = s.countOpenRuns(r.Ctx(), p.actor); err != nil {
		return err
	}
	if v.Wishes, err = s.erasureWishes(r, p.actor); err != nil {
		return err
	}
	if r.Actor.National() {
		if v.Jobs, err = s.Book.CountJobs(r.Ctx(), ledger.Failed); err != nil {
			return err
		}
	}
	return r.HTML(fiber.StatusOK, frontend.AdminPage(r.donePage(frontend.NavAdmin), v))
}

// eachMember walks the active members of an institution by name, at most
// store.CountCap of them.
func (s *Server) eachMember(ctx context.Context, a darasa.Actor, institution darasa.ID, f func(account.Member)) error {
	q := account.MemberQuery{Institution: institution, Limit: store.PageSize}
	for n := 0; n < store.CountCap; {
		ms, next, err := s.Accounts.Members(ctx, a, q)
		if err != nil {
			return err
		}
		for _, m := range ms {
			f(m)
		}
		if next == nil {
			return nil
		}
		n, q.After = n+len(ms), next
	}
	return nil
}

func (s *Server) countOpenRuns(ctx context.Context, a darasa.Actor) (int, error) {
	n, after := 0, ""
	for {
		page, err := s.Enrolments.Runs(ctx, a, "", after, store.PageSize)
		if err != nil {
			return 0, err
		}
		for _, run := range page.Items {
			if run.State == "open" {
				n++
			}
		}
		if after = page.Next; after == "" {
			return n, nil
		}
	}
}

// cursorText is a cursor as an address carries it, empty after the last page.
func cursorText(c *store.Cursor) string {
	if c == nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(c.Value + "\x00" + c.ID))
}

// cursor reads the query's "after"; nil where there is none.
func (r *Req) cursor() (*store.Cursor, error) {
	s := r.Query("after")
	if s == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	value, id, ok := strings.Cut(string(b), "\x00")
	if err != nil || !ok {
		return nil, darasa.Fail(darasa.Invalid, "Ukurasa huu wa orodha haupo. Anza mwanzo wa orodha.", "There is no such page of the list. Begin at its start.")
	}
	return &store.Cursor{Value: value, ID: id}, nil
}
