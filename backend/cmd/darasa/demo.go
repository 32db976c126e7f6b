package main

import (
	"context"
	"fmt"
	"io"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/store"
	"darasa/content/institutions"
)

// The demonstration: the shipped library, five institutions, one account per
// role and a run with learners under way. Every id in it is derived, so that
// starting again changes nothing.
const (
	demoPassword    = "darasa-demo"
	demoDomain      = "@demo.darasa"
	demoInstitution = "udom"
	demoCourse      = "checking-our-data"
)

// demoInstitutions are the five of the consortium that the demonstration shows.
var demoInstitutions = []string{"udom", "mzumbe", "muhas", "ihi", "ttcih"}

type demoPerson struct {
	login, first, surname, sex, cadre, designation, facility string
	roles                                                    []darasa.Role
}

var demoPeople = []demoPerson{
	{"learner", "Asha", "Mwakyusa", "F", "nursing-officer", "Muuguzi wa zamu", "990101-8", []darasa.Role{darasa.Learner}},
	{"trainer", "Juma", "Kileo", "M", "clinical-officer", "Mkufunzi wa takwimu", "990138-0", []darasa.Role{darasa.Trainer, darasa.Learner}},
	{"author", "Neema", "Sanga", "F", "health-records-officer", "Mwandishi wa kozi", "", []darasa.Role{darasa.Author, darasa.Learner}},
	{"admin", "Rehema", "Haule", "F", "", "Msimamizi wa mafunzo", "", []darasa.Role{darasa.InstitutionAdmin, darasa.Trainer, darasa.Learner}},
	{"national", "Baraka", "Lema", "M", "", "Msimamizi wa kitaifa", "", []darasa.Role{darasa.NationalAdmin, darasa.InstitutionAdmin, darasa.Trainer, darasa.Learner}},
}

// demoMark is the document that says that a store holds the demonstration.
const demoMark darasa.ID = "demo"

// demo loads what is missing of the demonstration and says so. It refuses a
// store that holds other people's data.
func (w *world) demo(ctx context.Context, now darasa.Time, out io.Writer) error {
	_, err := w.settings().Get(ctx, demoMark)
	if darasa.CodeOf(err) == darasa.NotFound {
		if n, err := w.engine.Count(ctx, "people", store.Query{}); err != nil || n > 0 {
			return fmt.Errorf("--demo: this store holds %d people that are not the demonstration's. Use another --data folder (%w)", n, orNothing(err))
		}
		err = w.settings().Insert(ctx, &settings{ID: demoMark})
		if err != nil && darasa.CodeOf(err) != darasa.Conflict {
			return err
		}
	} else if err != nil {
		return err
	}
	actor := darasa.Command("darasa serve --demo")
	if err := w.demoPlaces(ctx, actor, now); err != nil {
		return err
	}
	if err := w.demoCourses(ctx, actor, now); err != nil {
		return err
	}
	if err := w.demoAccounts(ctx, actor, now); err != nil {
		return err
	}
	if err := w.demoRun(ctx, actor, now); err != nil {
		return err
	}
	fmt.Fprintf(out, "Demonstration: sign in at %s as learner%s, trainer%s, author%s, admin%s or national%s, password %s\n",
		w.url, demoDomain, demoDomain, demoDomain, demoDomain, demoDomain, demoPassword)
	return nil
}

func orNothing(err error) error {
	if err == nil {
		return fmt.Errorf("nothing was changed")
	}
	return err
}

func (w *world) demoPlaces(ctx context.Context, actor darasa.Actor, now darasa.Time) error {
	for _, slug := range demoInstitutions {
		for _, in := range w.lists.Institutions {
			if in.Slug != slug {
				continue
			}
			_, err := w.institutions.Create(ctx, actor, institution.Facts{Slug: in.Slug, Code: in.Code, Name: in.Name, Type: in.Type, Zone: in.Zone, Seat: in.Seat}, now)
			if err != nil && darasa.CodeOf(err) != darasa.Conflict {
				return err
			}
		}
	}
	n, err := w.institutions.CountFacilities(ctx)
	if err != nil || n > 0 {
		return err
	}
	_, err = w.institutions.Import(ctx, actor, institutions.Facilities(), institution.ImportOptions{Zones: w.zones()}, now)
	return err
}

func (w *world) demoCourses(ctx context.Context, actor darasa.Actor, now darasa.Time) error {
	_, err := w.courses.ImportShipped(ctx, actor, institution.IDOf(demoInstitution), now)
	return err
}

func (w *world) demoAccounts(ctx context.Context, actor darasa.Actor, now darasa.Time) error {
	home := institution.IDOf(demoInstitution)
	for _, d := range demoPeople {
		facts := account.PersonFacts{First: d.first, Surname: d.surname, Sex: d.sex, Mail: d.login + demoDomain, Lang: darasa.Swahili, Source: "demo/" + d.login}
		e, err := w.accounts.Ensure(ctx, actor, facts, now)
		if err != nil {
			return err
		}
		if !e.Made {
			continue
		}
		if err := w.accounts.SetPassword(ctx, actor, e.Person, demoPassword, now); err != nil {
			return err
		}
		patch := account.AffiliationPatch{Roles: &d.roles, Cadre: &d.cadre, Designation: &d.designation, Facility: &d.facility}
		if _, err := w.accounts.Affiliate(ctx, actor, e.Person, home, patch, now); err != nil {
			return err
		}
	}
	return nil
}

// demoLearners is how many fictional learners the demonstration's run has.
const demoLearners = 24

// demoRun makes one run with learners at every stage, once.
func (w *world) demoRun(ctx context.Context, actor darasa.Actor, now darasa.Time) error {
	trainer := actor
	trainer.Institution = institution.IDOf(demoInstitution)
	page, err := w.enrolments.Runs(ctx, trainer, demoCourse, "", 1)
	if err != nil || len(page.Items) > 0 {
		return err
	}
	start := darasa.DateOf(darasa.At(now.AddDate(0, 0, -12)), w.zone)
	end := darasa.DateOf(darasa.At(now.AddDate(0, 0, 9)), w.zone)
	who, err := w.byLogin(ctx, "trainer"+demoDomain)
	if err != nil {
		return err
	}
	run, err := w.enrolments.CreateRun(ctx, trainer, demoCourse, enrolment.RunForm{
		Name: "Muheza, awamu ya 1", Trainers: []darasa.ID{who.ID}, Start: start, End: end, Mode: "blended", Venue: "Chuo cha Muheza (mfano)",
		Organizer: "UDOM", Sponsor: "", Facilitators: []string{"Juma Kileo"}, Days: daysFrom(start, 3),
	}, now)
	if err != nil {
		return err
	}
	_, err = w.seed(ctx, trainer, seedPlan{Learners: demoLearners, Course: demoCourse, Run: run.ID, Name: "demo"}, now)
	return err
}

// daysFrom returns n days in a row.
func daysFrom(first darasa.Date, n int) []darasa.Date {
	out := make([]darasa.Date, n)
	for i := range out {
		out[i] = darasa.Date(first.Time().AddDate(0, 0, i).Format("2006-01-02"))
	}
	return out
}
