package frontend

import (
	"net/url"

	"darasa/backend/darasa"
)

// Addresses of administrators, below the language. PathAdmin leads to the
// institution in use. Facilities are read by trainers too; what begins with
// /national is for national administrators.
const (
	PathFacilities     = "/facilities"        // GET with q, region, council, after
	PathFacilityImport = "/facilities/import" // POST file as multipart: preview; POST upload, confirm=1: import
	PathInstitutions   = "/institutions"      // GET with type
	PathInstitutionNew = "/institutions/new"  // POST slug, code, name_sw, name_en, type, zone, seat, parent
	PathAllAudit       = "/national/audit"    // GET like AuditPath, over all institutions
	PathJobs           = "/national/jobs"     // GET with state, after; POST job: run it again
	PathAllCourses     = "/national/courses"  // GET: courses of all institutions
)

// AdminPath is the overview of one institution.
func AdminPath(i darasa.ID) string { return PathAdmin + "/" + esc(i) }

// PeoplePath lists the people of an institution: GET with q, rank (staff,
// learner), after. POST the fields of RunAddPath's new person and role
// (several) adds one.
func PeoplePath(i darasa.ID) string { return AdminPath(i) + "/people" }

// PersonNewPath is the form that posts to PeoplePath.
func PersonNewPath(i darasa.ID) string { return PeoplePath(i) + "/new" }

// PersonPath is one person at one institution. POST role (several), cadre,
// designation, facility changes what they are there.
func PersonPath(i, person darasa.ID) string { return PeoplePath(i) + "/" + esc(person) }

// PersonCodePath takes the POST that issues a one-time code; CardsPage answers.
func PersonCodePath(i, person darasa.ID) string { return PersonPath(i, person) + "/code" }

// PersonStatePath takes the POST of do: end or resume the affiliation.
func PersonStatePath(i, person darasa.ID) string { return PersonPath(i, person) + "/state" }

// PersonErasePath takes the POST of confirm=1 that erases who asked for it.
func PersonErasePath(i, person darasa.ID) string { return PersonPath(i, person) + "/erase" }

// JoinPath shows the join code; POST do: renew or disable.
func JoinPath(i darasa.ID) string { return AdminPath(i) + "/join" }

// SettingsPath is the form of an institution: POST code, name_sw, name_en,
// type, zone, seat, parent.
func SettingsPath(i darasa.ID) string { return AdminPath(i) + "/settings" }

// InstitutionStatePath takes the POST of do: close or reopen. National only.
func InstitutionStatePath(i darasa.ID) string { return AdminPath(i) + "/state" }

// AuditPath lists what was done: GET with person (an id), act, from, until
// (dates), after.
func AuditPath(i darasa.ID) string { return AdminPath(i) + "/audit" }

// CoursesAdminPath lists the courses of an institution.
func CoursesAdminPath(i darasa.ID) string { return AdminPath(i) + "/courses" }

// CourseImportPath takes a course folder as .zip: POST file as multipart.
func CourseImportPath(i darasa.ID) string { return CoursesAdminPath(i) + "/import" }

// CourseAdminPath is one course with its editions. POST do=withdraw or restore,
// with edition (its number) for one edition, empty for the whole course.
func CourseAdminPath(i, slug darasa.ID) string { return CoursesAdminPath(i) + "/" + esc(slug) }

// FacilityPath is one facility.
func FacilityPath(code darasa.ID) string { return PathFacilities + "/" + esc(code) }

// withValues appends the values that are not empty as a query.
func withValues(path string, vs ...Pair) string {
	q := url.Values{}
	for _, v := range vs {
		if v.Value != "" {
			q.Set(v.Label, v.Value)
		}
	}
	return withQuery(path, q)
}
