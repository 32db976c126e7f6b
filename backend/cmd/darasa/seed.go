package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"darasa/backend/account"
	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/progress"
)

type seedCmd struct {
	storage
	Learners    int    `required:"" help:"How many fictional learners."`
	Course      string `required:"" help:"Slug of a published course."`
	Institution string `help:"Slug of the institution." default:"udom"`
	Days        int    `help:"Days of attendance of the run." default:"5"`
	Name        string `help:"Name of the seed: another name makes other people." default:"seed"`
	Statements  string `help:"all: also those derived from attempts; lessons: only of lessons; none: for measuring only, a rebuild would miss the lessons; auto: all for up to 2,000 learners." enum:"auto,all,lessons,none" default:"auto"`
}

// seedPlan says what to make. The same plan makes the same people, answers
// and times relative to the run's start.
type seedPlan struct {
	Learners int
	Course   darasa.ID
	Run      darasa.ID
	Name     string
	Keep     progress.Log
}

// seedChunk is how many learners are made at a time.
const seedChunk = 500

// seedSide is how many of them act side by side: enough for the store to put
// their writes into few commits.
const seedSide = 64

// Run makes a run and its learners.
func (c *seedCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	in, err := w.institutionBySlug(ctx, c.Institution)
	if err != nil {
		return err
	}
	if err := w.keepBase(ctx); err != nil {
		return err
	}
	now, actor := darasa.Now(), darasa.Command("darasa seed")
	actor.Institution = in.ID
	start := darasa.DateOf(darasa.At(now.AddDate(0, 0, -40)), w.zone)
	run, err := w.enrolments.CreateRun(ctx, actor, darasa.ID(c.Course), enrolment.RunForm{
		Name: fmt.Sprintf("%s, %d", c.Name, c.Learners), Start: start, End: darasa.DateOf(darasa.At(now.AddDate(0, 0, -20)), w.zone),
		Mode: "blended", Venue: "Fictional", Organizer: in.Code, Days: daysFrom(start, c.Days)}, now)
	if err != nil {
		return err
	}
	plan := seedPlan{Learners: c.Learners, Course: darasa.ID(c.Course), Run: run.ID, Name: c.Name, Keep: c.keep()}
	n, err := w.seed(ctx, actor, plan, now)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d learners in the run %s of %s (all of them fictional)\n", n, run.ID, c.Course)
	return nil
}

func (c *seedCmd) keep() progress.Log {
	switch {
	case c.Statements == "none":
		return progress.NoStatements
	case c.Statements == "lessons" || c.Statements == "auto" && c.Learners > 2000:
		return progress.LessonStatements
	}
	return progress.AllStatements
}

// seed makes the learners of a plan and returns how many.
func (w *world) seed(ctx context.Context, actor darasa.Actor, plan seedPlan, now darasa.Time) (int, error) {
	run, err := w.enrolments.LookupRun(ctx, plan.Run)
	if err != nil {
		return 0, err
	}
	ed, err := w.courses.Edition(ctx, run.Edition)
	if err != nil {
		return 0, err
	}
	keys, _, err := w.courses.Keys(ctx, ed.ID)
	if err != nil {
		return 0, err
	}
	places, err := w.seedPlaces(ctx)
	if err != nil {
		return 0, err
	}
	for from := 0; from < plan.Learners; from += seedChunk {
		n := min(seedChunk, plan.Learners-from)
		es, chances, err := w.seedPeople(ctx, actor, plan, run, places, from, n, now)
		if err != nil {
			return from, err
		}
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(seedSide)
		for i := range es {
			g.Go(func() error { return w.seedActs(gctx, &es[i], ed, keys, chances[i], run, plan.Keep) })
		}
		if err := g.Wait(); err != nil {
			return from, err
		}
	}
	return plan.Learners, nil
}

func (w *world) seedPlaces(ctx context.Context) ([]institution.Facility, error) {
	fs, _, err := w.institutions.Facilities(ctx, institution.FacilityQuery{Limit: 200})
	return fs, err
}

// seedPeople makes people, affiliations, enrolments and attendance of one chunk.
func (w *world) seedPeople(ctx context.Context, actor darasa.Actor, plan seedPlan, run enrolment.Run, places []institution.Facility,
	from, n int, now darasa.Time) ([]enrolment.Enrolment, []*rand.Rand, error) {
	facts, affiliations, chances := make([]account.PersonFacts, n), make([]account.AffiliationFacts, n), make([]*rand.Rand, n)
	here := make([]*institution.Facility, n)
	for i := range n {
		chances[i] = chanceOf(plan.Name, from+i)
		facts[i] = fictional(plan.Name, from+i, chances[i])
		affiliations[i] = account.AffiliationFacts{Cadre: w.lists.Cadres[chances[i].IntN(len(w.lists.Cadres))].Slug}
		if len(places) > 0 {
			here[i] = &places[chances[i].IntN(len(places))]
			affiliations[i].Facility = string(here[i].ID)
		}
	}
	ensured, err := w.accounts.EnsureMany(ctx, actor, facts, now)
	if err != nil {
		return nil, nil, err
	}
	newcomers := make([]enrolment.Newcomer, n)
	for i, e := range ensured {
		if e.Err != nil {
			return nil, nil, e.Err
		}
		affiliations[i].Person = e.Person
		checked, _ := facts[i].Check()
		p := account.Person{First: checked.First, Middle: checked.Middle, Surname: checked.Surname, Sex: checked.Sex, CheckNumber: checked.CheckNumber,
			Phone: checked.Phone, Registrations: checked.Registrations}
		a := account.Affiliation{Cadre: affiliations[i].Cadre, Facility: affiliations[i].Facility}
		newcomers[i] = enrolment.Newcomer{Person: e.Person, Lang: darasa.Swahili, Snapshot: enrolment.SnapshotOf(&p, &a, here[i])}
	}
	if _, err := w.accounts.AffiliateMany(ctx, actor, run.Institution, affiliations, now); err != nil {
		return nil, nil, err
	}
	outcomes, err := w.enrolments.EnrolMany(ctx, actor, run.Course, run.ID, newcomers, darasa.At(run.Start.Time()))
	if err != nil {
		return nil, nil, err
	}
	var marks []enrolment.Mark
	ids := make([]darasa.ID, n)
	for i, o := range outcomes {
		ids[i] = o.Enrolment
		for _, day := range run.Days {
			mark := "P"
			if x := chances[i].IntN(20); x == 0 {
				mark = "E"
			} else if x < 3 {
				mark = "A"
			}
			marks = append(marks, enrolment.Mark{Enrolment: o.Enrolment, Day: day, Mark: mark})
		}
	}
	if err := w.enrolments.MarkAttendance(ctx, actor, run.ID, marks, now); err != nil {
		return nil, nil, err
	}
	found, err := w.enrolments.LookupMany(ctx, ids)
	es := make([]enrolment.Enrolment, n)
	for i, id := range ids {
		es[i] = found[id]
	}
	return es, chances, err
}

// seedActs plants what one learner did: most finish and pass, some at the
// second or third try, some fail, some stop on the way, some never begin.
func (w *world) seedActs(ctx context.Context, e *enrolment.Enrolment, ed *course.Edition, keys []assessment.Key, c *rand.Rand, run enrolment.Run, keep progress.Log) error {
	t := run.Start.Time().Add(time.Duration(6+c.IntN(8)) * time.Hour).Add(time.Duration(c.IntN(3600)) * time.Second)
	next := func(minutes int) darasa.Time {
		t = t.Add(time.Duration(minutes+c.IntN(minutes)) * time.Minute)
		return darasa.At(t)
	}
	skill := min(0.97, max(0.15, 0.62+c.NormFloat64()*0.17))
	share := 1.0
	switch x := c.IntN(20); {
	case x == 0:
		return nil
	case x < 5:
		share = c.Float64()
	}
	var acts []progress.Event
	var tries []attempt.Attempt
	try := func(quiz string, n int64, ability float64) (attempt.Attempt, error) {
		return w.attempts.Graded(ctx, e, quiz, n, next(20), func(q assessment.Question, k assessment.Key) assessment.Answer {
			return fictionalAnswer(q, k, ability, c)
		})
	}
	for _, q := range ed.Quizzes {
		if q.Kind == attempt.PreTest && c.IntN(12) > 0 {
			a, err := try(q.Slug, 1, skill-0.2)
			if err != nil {
				return err
			}
			tries = append(tries, a)
		}
	}
	done, total := 0, 0
	for _, m := range ed.Modules {
		total += len(m.Lessons)
	}
	for _, m := range ed.Modules {
		for _, l := range m.Lessons {
			if float64(done) >= share*float64(total) {
				break
			}
			done++
			at := next(max(2, int(l.Minutes)))
			base := progress.Event{Enrolment: e.ID, Lesson: l.Slug, At: at, Device: "seed"}
			seconds, finished := base, base
			seconds.ID, seconds.Kind, seconds.Total = darasa.DeriveID("event", string(e.ID), "seconds", l.Slug), progress.ReadSeconds, 60*l.Minutes/2+int64(c.IntN(300))
			finished.ID, finished.Kind = darasa.DeriveID("event", string(e.ID), progress.LessonDone, l.Slug), progress.LessonDone
			acts = append(acts, seconds, finished)
		}
	}
	for _, q := range ed.Quizzes {
		for n := int64(1); q.Kind == attempt.PostTest && done == total && n <= max(q.Tries, 1); n++ {
			a, err := try(q.Slug, n, skill+0.1+0.07*float64(n))
			if err != nil {
				return err
			}
			tries = append(tries, a)
			if a.Best().Pass || c.IntN(5) == 0 {
				break
			}
		}
	}
	_, err := w.progress.Plant(ctx, e, acts, tries, keep)
	return err
}
