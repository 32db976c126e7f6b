package frontend

import (
	"time"

	"darasa/backend/account"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/backend/ledger"

	"github.com/a-h/templ"
)

func samplePlace() Place {
	return Place{ID: "i", Code: "UDOM", Name: t2("Chuo Kikuu cha Dodoma", "University of Dodoma")}
}

func sampleRoles() []Ticked {
	return []Ticked{{Option{"learner", "Mshiriki"}, true}, {Option{"trainer", "Mkufunzi"}, true}, {Option{"author", "Mwandishi"}, false}}
}

func samplePersonView(ended bool) PersonView {
	v := PersonView{
		Place: samplePlace(), Person: samplePerson(), Roles: sampleRoles(), Facility: "Zahanati ya Mwembeni, 113310-7",
		Affiliation: account.Affiliation{State: "active", Roles: []darasa.Role{darasa.Learner}, Made: ago(500 * time.Hour)},
		Form:        Form{Values: map[string]string{"cadre": "nursing-officer", "facility": "113310-7"}},
		Cadres:      []Option{{"nursing-officer", "Afisa Muuguzi"}},
		Enrolments:  []EnrolmentItem{{ID: enrolmentID, Course: c2.Title, Code: "C2", Run: "Kibondeni, Novemba 2026", Status: "in-progress", At: ago(90 * time.Hour)}},
		CodeUntil:   darasa.At(sampleNow().Add(72 * time.Hour)),
	}
	if ended {
		v.Affiliation.State, v.Roles, v.Enrolments, v.CodeUntil, v.Person.HasPassword = "ended", nil, nil, darasa.Time{}, true
		v.Form.Findings = []darasa.Finding{{Field: "facility", What: t2("Namba ya kituo si sahihi.", "The facility's code is wrong.")}}
	}
	return v
}

func sampleFacility() institution.Facility {
	return institution.Facility{ID: "113310-7", Name: "Zahanati ya Mwembeni", Type: "Dispensary", Ownership: "Government", Status: "Operating", Ward: "Mwembeni", Council: "Kibondeni DC", District: "Kibondeni", Region: "Dodoma", Zone: "central", Latitude: "-6.17", Longitude: "35.74"}
}

func sampleCourseItem() course.Course {
	return course.Course{Slug: c2.Slug, Owner: "i", Code: "C2", Title: c2.Title, State: "published", Visibility: "institution", Editions: []course.EditionRef{{Number: 1, State: "withdrawn", At: ago(900 * time.Hour)}, {Number: 2, State: "published", At: ago(90 * time.Hour)}}}
}

func sampleImportResult() *institution.ImportResult {
	return &institution.ImportResult{Added: 120, Changed: 4, Same: 10085, Refused: 1, Rows: []institution.RowVerdict{{Row: 41, Outcome: institution.Refused, Findings: []darasa.Finding{{Level: darasa.IsError, Column: "Facility Number", What: t2("113310-8 si sahihi.", "113310-8 is wrong."), Mend: t2("Angalia tarakimu ya mwisho.", "Check the last digit.")}}}}}
}

func sampleEntries() []ledger.Entry {
	return []ledger.Entry{
		{ID: "1", Time: ago(time.Hour), Person: personID, Name: "Joyce Mrema", Act: "export", Subject: runID.String(), Detail: "progress.xlsx", From: "10.0.0.1"},
		{ID: "2", Time: ago(26 * time.Hour), Person: personID, Name: "Joyce Mrema", Act: "role", Subject: personID.String(), Detail: "learner, trainer", From: "10.0.0.1"},
		{ID: "3", Time: ago(50 * time.Hour), Person: "p9", Act: "unheard-of", Subject: "x"},
	}
}

// administratorSamples are the pages of an institution's administrator.
func administratorSamples() []sample {
	at := samplePlace()
	of := func(name string, page func(Page) templ.Component) sample {
		return sample{name: name, signed: true, page: func(p Page) templ.Component { p.Nav = NavAdmin; return page(p) }}
	}
	options := []Option{{"nursing-officer", "Afisa Muuguzi"}, {"clinical-officer", "Tabibu"}}
	file := []darasa.Finding{{Field: "file", What: t2("Chagua faili.", "Choose a file.")}}
	types := []Option{{"university", "Chuo kikuu"}, {"zonal", "Kituo cha kanda"}}
	return []sample{
		of("admin", func(p Page) templ.Component {
			return AdminPage(p, AdminView{Place: at, People: 412, Staff: 9, Courses: 3, OpenRuns: 2, Join: true, Wishes: []ErasureWish{{Place: at, Person: personID, Name: "Asha Mwakyusa", At: ago(50 * time.Hour)}, {Name: "Juma Haule", At: ago(2 * time.Hour)}}})
		}),
		of("people", func(p Page) templ.Component {
			return PeoplePage(p, PeopleView{Place: at, Query: "a", Next: "c", People: []PersonItem{{ID: "1", Name: "Asha Mwakyusa", Roles: []darasa.Role{darasa.Learner, darasa.Trainer}, Cadre: "Muuguzi", Designation: "Mratibu", Facility: "Zahanati ya Mwembeni"}, {ID: "2", Name: "Juma Haule", Roles: []darasa.Role{darasa.Learner}, NoPassword: true}, {ID: "3", Name: "Omari Said", Ended: true}}})
		}),
		of("people-none", func(p Page) templ.Component { return PeoplePage(p, PeopleView{Place: at, Rank: "staff", Query: "zz"}) }),
		of("person", func(p Page) templ.Component { return PersonPage(p, samplePersonView(false)) }),
		of("person-erase", func(p Page) templ.Component {
			v := samplePersonView(false)
			v.Person.PendingErasure, v.LooksAfter = ago(50*time.Hour), true
			return PersonPage(p, v)
		}),
		of("person-ended", func(p Page) templ.Component { return PersonPage(p, samplePersonView(true)) }),
		of("person-new", func(p Page) templ.Component {
			return AddPersonPage(p, AddPersonView{Place: at, Roles: sampleRoles(), Cadres: options, Councils: options, Form: Form{Findings: []darasa.Finding{{Field: "role", What: t2("Chagua jukumu.", "Choose a role.")}}}})
		}),
		of("join", func(p Page) templ.Component {
			return JoinPage(p, JoinView{Place: at, Code: "K7M3 9QXT", URL: "https://darasa.example/register"})
		}),
		of("join-none", func(p Page) templ.Component { return JoinPage(p, JoinView{Place: at}) }),
		of("settings", func(p Page) templ.Component {
			return InstitutionPage(p, InstitutionView{Place: at, Types: types, Zones: types, Form: Form{Values: map[string]string{"name_sw": "Chuo Kikuu cha Dodoma", "code": "UDOM", "type": "university"}}})
		}),
		of("audit", func(p Page) templ.Component {
			return AuditPage(p, AuditView{Place: at, Entries: sampleEntries(), Acts: []string{"export", "role"}, Person: personID.String(), Who: "Joyce Mrema", Next: "c"})
		}),
		of("courses-admin", func(p Page) templ.Component {
			return CoursesAdminPage(p, CoursesAdminView{Place: at, Courses: []CourseItem{{Course: sampleCourseItem(), Learners: 240}}})
		}),
		of("courses-admin-none", func(p Page) templ.Component { return CoursesAdminPage(p, CoursesAdminView{Place: at}) }),
		of("course-admin", func(p Page) templ.Component {
			c := sampleCourseItem()
			return CourseAdminPage(p, CourseAdminView{Place: at, Course: c, Editions: []EditionItem{{Ref: c.Editions[1], Lessons: 15, Bytes: 241_001, Learners: 12, By: "Joyce Mrema"}, {Ref: c.Editions[0], Lessons: 14, Bytes: 240_000, Learners: 228}}})
		}),
		of("course-import", func(p Page) templ.Component { return ImportPage(p, ImportView{Place: at, MaxBytes: 200_000_000}) }),
		of("course-import-refused", func(p Page) templ.Component {
			return ImportPage(p, ImportView{Place: at, MaxBytes: 200_000_000, Refused: t2("Kozi ina makosa. Hakuna kilichochapishwa.", "The course has mistakes. Nothing was published."), Findings: []darasa.Finding{{Level: darasa.IsError, File: "sw/1-1-path.md", Line: 14, What: t2("Picha path.svg haipo.", "The picture path.svg is missing."), Mend: t2("Iweke kwenye media/.", "Put it into media/.")}}, Form: Form{Findings: file}})
		}),
		of("course-import-done", func(p Page) templ.Component {
			return ImportPage(p, ImportView{Place: at, MaxBytes: 200_000_000, Report: &course.Report{Course: c2.Slug, Edition: "checking-our-data@3", Title: c2.Title, Published: true, Changes: []course.Change{{Kind: "lesson", Slug: "two-formulas", Did: "changed"}}}})
		}),
		of("facilities", func(p Page) templ.Component {
			return FacilitiesPage(p, FacilitiesView{Query: "mwem", Facilities: []institution.Facility{sampleFacility()}, Total: 10209, Regions: []Option{{"Dodoma", "Dodoma"}}, Next: "c"})
		}),
		of("facilities-none", func(p Page) templ.Component { return FacilitiesPage(p, FacilitiesView{Query: "zz"}) }),
		of("facility", func(p Page) templ.Component { return FacilityPage(p, FacilityView{sampleFacility(), 3}) }),
	}
}

// nationalSamples are the pages of a national administrator.
func nationalSamples() []sample {
	at := samplePlace()
	of := func(name string, page func(Page) templ.Component) sample {
		return sample{name: name, signed: true, page: func(p Page) templ.Component {
			p.Nav, p.Actor.Roles = NavAdmin, append(p.Actor.Roles, darasa.NationalAdmin)
			return page(p)
		}}
	}
	types := []Option{{"university", "Chuo kikuu"}, {"zonal", "Kituo cha kanda"}}
	job := ledger.Job{ID: "export/c2", Kind: "export", Source: "c2", State: ledger.Failed, Tries: 5, Due: ago(time.Hour), Done: 3, Total: 10, Error: t2("Diski imejaa.", "The disk is full.")}
	return []sample{
		of("national", func(p Page) templ.Component { return AdminPage(p, AdminView{Place: at, Jobs: 1, Closed: true}) }),
		of("institutions", func(p Page) templ.Component {
			return InstitutionsPage(p, InstitutionsView{Types: types, Items: []InstitutionItem{{institution.Institution{ID: "i", Code: "UDOM", Name: at.Name, Type: "university", Seat: "Dodoma"}, 412}, {institution.Institution{ID: "j", Code: "KKK", Name: t2("Kituo cha Kanda ya Kati", "Central Zone centre"), Type: "zonal", State: "closed"}, 1}}})
		}),
		of("institution-new", func(p Page) templ.Component {
			return InstitutionPage(p, InstitutionView{Types: types, Zones: types, Parents: types, Form: Form{Findings: []darasa.Finding{{Field: "slug", What: t2("Limeshatumika.", "It is taken.")}}}})
		}),
		of("settings-national", func(p Page) templ.Component {
			return InstitutionPage(p, InstitutionView{Place: at, Types: types, Zones: types, Closed: true})
		}),
		of("audit-national", func(p Page) templ.Component { return AuditPage(p, AuditView{}) }),
		of("courses-national", func(p Page) templ.Component {
			return CoursesAdminPage(p, CoursesAdminView{Courses: []CourseItem{{Course: sampleCourseItem(), Owner: at.Name}}})
		}),
		of("facility-import", func(p Page) templ.Component {
			return FacilityImportPage(p, FacilityImportView{MaxBytes: 12_000_000, File: "hfr-2026.csv", Result: sampleImportResult(), More: 2, Upload: "sealed"})
		}),
		of("facility-import-done", func(p Page) templ.Component {
			return FacilityImportPage(p, FacilityImportView{MaxBytes: 12_000_000, File: "hfr-2026.csv", Result: sampleImportResult(), Done: true})
		}),
		of("facility-import-refused", func(p Page) templ.Component {
			return FacilityImportPage(p, FacilityImportView{MaxBytes: 12_000_000, Refused: t2("Hili si faili la CSV.", "This is no CSV file."), Form: Form{Findings: []darasa.Finding{{Field: "file", What: t2("Chagua faili.", "Choose a file.")}}}})
		}),
		of("jobs", func(p Page) templ.Component {
			return JobsPage(p, JobsView{State: ledger.Failed, Jobs: []ledger.Job{job}, Counts: map[string]int{ledger.Failed: 1, ledger.Done: 40}, Next: "c"})
		}),
		of("jobs-none", func(p Page) templ.Component { return JobsPage(p, JobsView{State: ledger.Waiting}) }),
	}
}
