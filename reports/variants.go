package reports

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/reports/sheet"
)

// The columns of the national systems stay in English in either language:
// they are matched by these words when the file is uploaded there.

var hrhisColumns = []sheet.Column{
	{Header: "SN", Kind: sheet.Integer, Width: 6}, {Header: "Name", Width: 30}, {Header: "Region"}, {Header: "District"}, {Header: "Course", Width: 32},
	{Header: "Start Date", Kind: sheet.Date, Width: 12}, {Header: "End Date", Kind: sheet.Date, Width: 12}, {Header: "Venue", Width: 24},
}

// writeHRHIS lists the participants as HRHIS takes them: a title row, a date
// row, the header. Who withdrew took no part.
func writeHRHIS(ctx context.Context, b *sheet.Book, in *Input, src Source) (int, error) {
	look := newLookup(in)
	title := darasa.T("Washiriki wa mafunzo", "Training participants").In(in.Lang)
	if c := in.courseName(); c != "" {
		title += ": " + c
	}
	sh, err := b.Sheet(sheet.Setup{Name: "Participants", Titles: []string{title, in.Now.In(in.Zone).Format("02/01/2006")}, Columns: hrhisColumns, Footer: in.Institution})
	if err != nil {
		return 0, err
	}
	n := 0
	err = src.Each(ctx, in.Query, func(p progress.Progress) error {
		if p.Withdrawn {
			return nil
		}
		n++
		d := look.run(p.Run)
		sh.Int(int64(n))
		sh.Text(fullName(&p))
		sh.Text(p.Snapshot.Region)
		sh.Text(p.Snapshot.District)
		if ed := look.editions[p.Edition]; ed != nil {
			sh.Text(ed.Title.In(in.Lang))
		} else {
			sh.Text(string(p.Course))
		}
		sh.Date(d.run.Start)
		sh.Date(d.run.End)
		sh.Text(d.run.Venue)
		return sh.End()
	})
	return n, err
}

var trainSMARTColumns = []sheet.Column{
	{Header: "First Name"}, {Header: "Last Name"}, {Header: "Training Date", Kind: sheet.Date, Width: 14}, {Header: "Score Label", Width: 14}, {Header: "Score Value", Kind: sheet.Number, Width: 12},
}

// writeTrainSMART lists every score in a row of its own, from 0 to 100. A
// learner without a score has no row.
func writeTrainSMART(ctx context.Context, b *sheet.Book, in *Input, src Source) (int, error) {
	look := newLookup(in)
	sh, err := b.Sheet(sheet.Setup{Name: "Scores", Columns: trainSMARTColumns, Footer: in.Institution})
	if err != nil {
		return 0, err
	}
	n := 0
	err = src.Each(ctx, in.Query, func(p progress.Progress) error {
		n++
		for _, score := range []struct {
			label string
			value *float64
		}{{"Pre-Test", p.PreTest}, {"Post-Test", p.PostTest}} {
			if score.value == nil {
				continue
			}
			sh.Text(p.Snapshot.First)
			sh.Text(p.Snapshot.Surname)
			sh.Date(look.trained(&p))
			sh.Text(score.label)
			sh.Number(*score.value * 100)
			if err := sh.End(); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// trained is the day of training: the run's first, or the day on which
// somebody who studies alone began.
func (l *lookup) trained(p *progress.Progress) darasa.Date {
	if d := l.run(p.Run); d.run.Start != "" {
		return d.run.Start
	}
	return darasa.DateOf(p.StartedAt, l.in.Zone)
}
