package reports

import (
	"context"
	"fmt"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/reports/sheet"
)

// full is the workbook of five sheets while its one pass runs: the rows of
// Progress and Attendance go out at once, the rest is gathered.
type full struct {
	*lookup
	rows, register *sheet.Sheet
	summary        *summary
	items          *items
	n              int
}

func writeFull(ctx context.Context, b *sheet.Book, in *Input, src Source) (int, error) {
	w := &full{lookup: newLookup(in), summary: newSummary(in), items: newItems()}
	foot := in.Institution
	var err error
	w.rows, err = b.Sheet(sheet.Setup{Name: wordProgress.In(in.Lang), Columns: fullColumns(w.days, in.Lang), FreezeColumns: 4, Footer: foot, Colours: w.colours()})
	if err != nil {
		return 0, err
	}
	sum, err := b.Sheet(w.summary.setup(foot))
	if err != nil {
		return 0, err
	}
	if w.register, err = b.Sheet(w.registerSetup(foot)); err != nil {
		return 0, err
	}
	questions, err := b.Sheet(w.items.setup(in, foot))
	if err != nil {
		return 0, err
	}
	dict, err := b.Sheet(dictionarySetup(in, foot))
	if err != nil {
		return 0, err
	}
	if err := src.Each(ctx, in.Query, func(p progress.Progress) error { return w.learner(&p) }); err != nil {
		return 0, err
	}
	if err := w.summary.write(sum); err != nil {
		return 0, err
	}
	if err := w.items.write(questions, in); err != nil {
		return 0, err
	}
	return w.n, writeDictionary(dict, in, w.days)
}

// colours paints the two results that a trainer looks for.
func (w *full) colours() []sheet.Colour {
	l, result := w.in.Lang, len(before)+w.days+at(after, "Result")
	return []sheet.Colour{{Column: result, Equals: statuses[progress.Passed].In(l), Tone: sheet.Good}, {Column: result, Equals: statuses[progress.Failed].In(l), Tone: sheet.Bad}}
}

// learner writes and counts one learner.
func (w *full) learner(p *progress.Progress) error {
	w.n++
	d := w.run(p.Run)
	if p.Withdrawn {
		w.rows.Begin(sheet.Muted)
	}
	w.person(p)
	w.place(p, d)
	w.result(p, d)
	if err := w.rows.End(); err != nil {
		return err
	}
	if err := w.registerRow(p, d); err != nil {
		return err
	}
	w.summary.add(p, w.cadre(p.Snapshot.Cadre))
	w.items.add(p)
	return nil
}

func (w *full) person(p *progress.Progress) {
	r, s := w.rows, &p.Snapshot
	r.Int(int64(w.n))
	r.Text(s.First)
	r.Text(s.Middle)
	r.Text(s.Surname)
	r.Centre(said(sexes, s.Sex, w.in.Lang))
	r.Text(w.cadre(s.Cadre))
	r.Text(s.Designation)
	r.Text(s.CheckNumber)
	r.Text(s.Registration)
	r.Phone(s.Phone)
	r.Text(s.Mail)
	r.Text(s.Facility)
	r.Text(s.HFR)
	r.Text(s.FacilityType)
	r.Text(s.Ownership)
	r.Text(s.Council)
	r.Text(s.District)
	r.Text(s.Region)
	r.Text(s.Zone)
}

// place writes course, run and days.
func (w *full) place(p *progress.Progress, d *delivery) {
	r := w.rows
	if ed := w.editions[p.Edition]; ed != nil {
		r.Text(ed.Title.In(w.in.Lang))
		r.Text(ed.Code)
		r.Int(ed.Number)
	} else {
		r.Text(string(p.Course))
		r.Skip()
		r.Skip()
	}
	r.Text(d.run.Name)
	r.Text(d.mode)
	r.Text(said(languages, p.Lang, w.in.Lang))
	r.Text(d.run.Venue)
	r.Text(d.run.Organizer)
	r.Text(d.run.Sponsor)
	r.Text(d.facilitators)
	r.Date(d.run.Start)
	r.Date(d.run.End)
	for i := range w.days {
		if i < len(d.run.Days) {
			r.Centre(mark(p, d.run.Days[i]))
		} else {
			r.Skip()
		}
	}
}

// result writes what the learner did and earned.
func (w *full) result(p *progress.Progress, d *delivery) {
	r := w.rows
	if present, marked := attended(p, d.run.Days); marked > 0 {
		r.Int(present)
		r.Percent(float64(present) / float64(marked))
	} else {
		r.Skip()
		r.Skip()
	}
	difference, normalised := gain(p.PreTest, p.PostTest)
	r.Share(p.PreTest)
	r.Share(p.PostTest)
	r.Share(difference)
	if normalised != nil {
		r.Number(*normalised)
	} else {
		r.Skip()
	}
	if p.ModulesTotal > 0 {
		r.Int(p.ModulesDone)
		r.Int(p.ModulesTotal)
	} else {
		r.Skip()
		r.Skip()
	}
	r.Percent(p.Progress)
	r.Text(strings.Join(p.Toolkits, ", "))
	r.Text(p.Assignment)
	r.Text(w.lookup.result(p))
	w.credit(p)
}

// credit writes points, certificate and what came after.
func (w *full) credit(p *progress.Progress) {
	r := w.rows
	if c := w.cpd(p, w.editions[p.Edition]); c != nil {
		r.Number(c.Points)
		r.Text(c.Category)
		r.Text(c.Approval)
	} else {
		r.Skip()
		r.Skip()
		r.Skip()
	}
	r.Text(p.Certificate)
	r.Date(darasa.DateOf(p.IssuedOn, w.in.Zone))
	r.Wrap(p.FollowUp)
	r.Time(p.LastActive, w.in.Zone)
	r.Wrap(p.Remarks)
}

// registerSetup is the attendance register: a form to print and sign.
func (w *full) registerSetup(foot string) sheet.Setup {
	l := w.in.Lang
	title := wordAttendance.In(l)
	if c := w.in.courseName(); c != "" {
		title += ": " + c
	}
	s := sheet.Setup{Name: wordAttendance.In(l), Titles: []string{title, w.runLine(), wordLegend.In(l)}, NoFilter: true, FreezeColumns: 2, RowHeight: 21, Lines: true, Footer: foot}
	s.Columns = []sheet.Column{{Header: before[0].head.In(l), Kind: sheet.Integer, Width: 6}, {Header: wordName.In(l), Width: 30}, {Header: before[at(before, "Facility")].head.In(l), Width: 26}}
	if len(w.in.Runs) != 1 {
		s.Columns = append(s.Columns, sheet.Column{Header: before[at(before, "Run")].head.In(l), Width: 22})
	}
	for i, c := range dayColumns(w.days, l) {
		if len(w.in.Runs) == 1 { // the form to print names the date; several runs have several
			c.Header += " " + w.in.Runs[0].Days[i].Time().Format("02/01")
		}
		c.Width = 8
		s.Columns = append(s.Columns, c)
	}
	s.Columns = append(s.Columns, sheet.Column{Header: wordSignature.In(l), Width: 24})
	return s
}

// runLine names the one run with its place and dates.
func (w *full) runLine() string {
	if len(w.in.Runs) != 1 {
		return w.in.everything()
	}
	r := w.in.Runs[0]
	parts := []string{r.Name, r.Venue}
	if r.Start != "" && r.End != "" {
		parts = append(parts, fmt.Sprintf("%s – %s", r.Start.Time().Format("02/01/2006"), r.End.Time().Format("02/01/2006")))
	}
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

func (w *full) registerRow(p *progress.Progress, d *delivery) error {
	if p.Withdrawn { // nobody signs for them
		return nil
	}
	r := w.register
	r.Begin(sheet.Plain)
	r.Int(int64(r.Row() - 4)) // three titles and the header stand above
	r.Text(fullName(p))
	r.Text(p.Snapshot.Facility)
	if len(w.in.Runs) != 1 {
		r.Text(d.run.Name)
	}
	for i := range w.days {
		if i < len(d.run.Days) {
			r.Centre(mark(p, d.run.Days[i]))
		} else {
			r.Skip()
		}
	}
	return r.End()
}

// fullName is the name as people say it.
func fullName(p *progress.Progress) string {
	s := &p.Snapshot
	if s.Middle == "" {
		return strings.TrimSpace(s.First + " " + s.Surname)
	}
	return strings.TrimSpace(s.First + " " + s.Middle + " " + s.Surname)
}
