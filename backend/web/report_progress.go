package web

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"darasa/backend/account"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/reports"
)

// Export says which progress workbook is wanted: of a run, or of a course at
// an institution (a slug or an id; empty: the actor's, or every one for a
// national administrator who uses none).
type Export struct {
	Course, Run darasa.ID
	Institution string
	Variant     string
	Lang        darasa.Lang
	Now         darasa.Time
	Zone        *time.Location
}

// ProgressWorkbook writes the progress workbook to w, notes it in the audit
// log and returns how many learners it holds. Another institution's run or
// learners are not found. Nothing is written before every row was read.
func (s Services) ProgressWorkbook(ctx context.Context, a darasa.Actor, x Export, w io.Writer) (int, error) {
	a, err := s.exportActor(ctx, a, x.Institution)
	if err != nil {
		return 0, err
	}
	g := &gathering{Services: s, a: a, x: x}
	in, err := g.input(ctx)
	if err != nil {
		return 0, err
	}
	n, err := reports.Progress(ctx, w, in, rowsOf{s.Progress, a, g.filter})
	if err != nil {
		return 0, err
	}
	subject, variant := string(g.filter.Run), x.Variant
	if subject == "" {
		subject = string(g.filter.Course)
	}
	if variant == "" {
		variant = reports.Full
	}
	return n, s.Book.Audit(ctx, a, "export", subject, fmt.Sprintf("progress %s %s, %d", variant, x.Lang, n), x.Now)
}

// exportActor is the actor at the institution that an export names.
func (s Services) exportActor(ctx context.Context, a darasa.Actor, named string) (darasa.Actor, error) {
	if a.National() && a.Institution == account.Platform {
		a.Institution = ""
	}
	if named == "" {
		return a, nil
	}
	derived := institution.IDOf(named)
	found, err := s.Institutions.Many(ctx, []darasa.ID{darasa.ID(named), derived})
	if err != nil {
		return a, err
	}
	id := darasa.ID(named)
	if _, ok := found[id]; !ok {
		id = derived
	}
	if _, ok := found[id]; !ok || !a.National() && a.Institution != id {
		return a, darasa.Fail(darasa.NotFound, "Taasisi haipo.", "There is no such institution.")
	}
	a.Institution = id
	return a, nil
}

// gathering collects what a workbook needs beside its rows.
type gathering struct {
	Services
	a      darasa.Actor
	x      Export
	filter progress.Filter
	runs   []enrolment.Run
}

func (g *gathering) input(ctx context.Context) (reports.Input, error) {
	if err := g.pick(ctx); err != nil {
		return reports.Input{}, err
	}
	in := reports.Input{Variant: g.x.Variant, Lang: g.x.Lang, Runs: g.runs, Cadres: cadreChoices(g.Services), Exporter: g.a.Name,
		Now: g.x.Now, Zone: g.x.Zone, TmpDir: g.TempDir}
	var err error
	if in.Editions, err = g.editions(ctx); err != nil {
		return in, err
	}
	if len(in.Editions) == 0 {
		return in, noCourse()
	}
	if in.Institution, in.Filter, err = g.words(ctx, in.Editions[len(in.Editions)-1]); err != nil {
		return in, err
	}
	in.Stem, err = g.stems(ctx, in.Editions)
	return in, err
}

func noCourse() *darasa.Error {
	return darasa.Fail(darasa.NotFound, "Kozi hii haipo.", "There is no such course.")
}

// pick finds the run, or the course and its runs at the institution.
func (g *gathering) pick(ctx context.Context) error {
	switch {
	case g.x.Run != "":
		run, err := g.Enrolments.Managed(ctx, g.a, g.x.Run)
		if err != nil {
			return err
		}
		if g.x.Course != "" && run.Course != g.x.Course {
			return darasa.Fail(darasa.NotFound, "Awamu hii si ya kozi hiyo.", "The run is not of that course.")
		}
		g.filter, g.runs = progress.Filter{Course: run.Course, Run: run.ID}, []enrolment.Run{run}
		return nil
	case g.x.Course == "":
		return darasa.Fail(darasa.Invalid, "Taja kozi au awamu.", "Name a course or a run.").With(
			mend("course", "Kozi haikutajwa.", "No course is named.", "Andika course=, au run=.", "Give course=, or run=."))
	}
	g.filter = progress.Filter{Course: g.x.Course}
	if err := g.allRuns(ctx); err != nil || len(g.runs) > 0 {
		return err
	}
	_, err := g.Courses.Item(ctx, g.a, g.x.Course)
	return err
}

func (g *gathering) allRuns(ctx context.Context) error {
	for after := ""; ; {
		page, err := g.Enrolments.Runs(ctx, g.a, g.x.Course, after, store.PageSize)
		if err != nil {
			return err
		}
		g.runs = append(g.runs, page.Items...)
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// missesMost is how many edition numbers in a row may be empty before we stop
// looking: an abandoned publication leaves a gap.
const missesMost = 10

// editions returns every edition that rows may be pinned to, the oldest first.
func (g *gathering) editions(ctx context.Context) ([]course.Edition, error) {
	var out []course.Edition
	for n, misses := 1, 0; misses < missesMost; n++ {
		e, err := g.Courses.Edition(ctx, darasa.ID(fmt.Sprintf("%s@%d", g.filter.Course, n)))
		switch {
		case darasa.CodeOf(err) == darasa.NotFound:
			misses++
		case err != nil:
			return nil, err
		default:
			out, misses = append(out, *e), 0
		}
	}
	return out, nil
}

// words says whose workbook it is and what was selected.
func (g *gathering) words(ctx context.Context, e course.Edition) (place, filter string, err error) {
	l := g.x.Lang
	if id := g.a.Institution; id != "" {
		in, err := g.Institutions.Many(ctx, []darasa.ID{id})
		if err != nil {
			return "", "", err
		}
		place = in[id].Name.In(l)
	}
	said := []string{darasa.T("Kozi: ", "Course: ").In(l) + strings.TrimSpace(e.Code+" "+e.Title.In(l))}
	if g.filter.Run != "" {
		said = append(said, darasa.T("Awamu: ", "Run: ").In(l)+g.runs[0].Name)
	}
	if place != "" {
		said = append(said, darasa.T("Taasisi: ", "Institution: ").In(l)+place)
	}
	return place, strings.Join(said, "; "), nil
}

// stems returns what finds a question's text, the newest edition's.
func (g *gathering) stems(ctx context.Context, es []course.Edition) (func(darasa.ID, string) darasa.Text, error) {
	texts := map[string]darasa.Text{}
	for i := range es {
		for _, q := range es[i].Quizzes {
			bank, err := g.Courses.Bank(ctx, es[i].ID, q.Slug)
			if err != nil {
				return nil, err
			}
			for _, b := range bank {
				texts[b.Slug] = b.Stem
			}
		}
	}
	return func(_ darasa.ID, question string) darasa.Text { return texts[question] }, nil
}

// rowsOf are the rows that the actor may read, as reports take them.
type rowsOf struct {
	rows   *progress.Service
	a      darasa.Actor
	filter progress.Filter
}

// sortMost is up to how many rows are put into the order of names; more stay
// in the order of the store, so that memory stays flat.
const sortMost = 2000

// Each implements reports.Source; the filter was decided before.
func (s rowsOf) Each(ctx context.Context, _ store.Query, each func(progress.Progress) error) error {
	var few []progress.Progress
	many := false
	flush := func() error {
		for i := range few {
			if err := each(few[i]); err != nil {
				return err
			}
		}
		few = nil
		return nil
	}
	err := s.rows.Each(ctx, s.a, s.filter, func(p progress.Progress) error {
		if many {
			return each(p)
		}
		if few = append(few, p); len(few) > sortMost {
			many = true
			return flush()
		}
		return nil
	})
	if err != nil || many {
		return err
	}
	slices.SortStableFunc(few, func(a, b progress.Progress) int { return strings.Compare(orderOf(&a), orderOf(&b)) })
	return flush()
}

func orderOf(p *progress.Progress) string {
	s := p.Snapshot
	return account.Fold(s.Surname+" "+s.First+" "+s.Middle) + "\x00" + string(p.ID)
}
