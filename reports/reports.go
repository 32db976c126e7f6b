// Package reports makes the documents that trainers and ministries keep: the
// progress workbook in its variants, the roster template and its reader, and
// the counts of a run. It reads projections, in one pass, and writes none.
package reports

import (
	"context"
	"io"
	"time"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/reports/sheet"
)

// Source walks progress documents once, in the order that the rows shall
// have. store.Coll and store.Owned of progress.Progress are sources.
type Source interface {
	Each(ctx context.Context, q store.Query, each func(progress.Progress) error) error
}

// Variants of the progress workbook.
const (
	Full       = "full"       // five sheets, the default
	HRHIS      = "hrhis"      // participants, as the national HRHIS takes them
	TrainSMART = "trainsmart" // one row for every score
)

// Choice is one entry of an open list: a slug and what people call it.
type Choice struct {
	Slug string
	Name darasa.Text
}

// Input is everything about a workbook but its rows.
type Input struct {
	Query       store.Query // what the source is asked for
	Variant     string
	Lang        darasa.Lang
	Editions    []course.Edition // those that rows may be pinned to
	Runs        []enrolment.Run  // those that rows may belong to; they decide the columns of days
	Cadres      []Choice         // names of cadres that are kept as slugs
	Institution string
	Filter      string // what was selected, in words of Lang; "" for everything
	Exporter    string
	Now         darasa.Time
	Zone        *time.Location // of dates and times in cells
	TmpDir      string         // exists and is writable
	// Stem gives a question's text for the sheet Questions; nil leaves it out.
	Stem func(course darasa.ID, question string) darasa.Text
}

// Progress writes the progress workbook of a variant to w and returns how many
// learners it read. Nothing is written to w before every row has been read, so
// that an error can still be answered as one.
func Progress(ctx context.Context, w io.Writer, in Input, src Source) (int, error) {
	write, ok := map[string]func(context.Context, *sheet.Book, *Input, Source) (int, error){
		"": writeFull, Full: writeFull, HRHIS: writeHRHIS, TrainSMART: writeTrainSMART}[in.Variant]
	if !ok {
		return 0, darasa.Fail(darasa.Invalid, "Aina ya ripoti %q haijulikani. Chagua full, hrhis au trainsmart.",
			"The variant %q is not known. Choose full, hrhis or trainsmart.", in.Variant)
	}
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	b, err := sheet.New(w, sheet.Options{TmpDir: in.TmpDir, Title: in.title(), Subject: in.Filter, Creator: in.Exporter,
		Description: in.Institution, Lang: in.Lang, Made: in.Now})
	if err != nil {
		return 0, err
	}
	defer b.Abandon()
	n, err := write(ctx, b, &in, src)
	if err != nil {
		return 0, err
	}
	return n, b.Close()
}

// title names the workbook: the course where there is one only.
func (in *Input) title() string {
	t := wordProgress.In(in.Lang)
	if c := in.courseName(); c != "" {
		t += ": " + c
	}
	return t
}

// courseName is the title of the one course that all editions belong to.
func (in *Input) courseName() string {
	name := ""
	for i, e := range in.Editions {
		if i > 0 && e.Course != in.Editions[0].Course {
			return ""
		}
		name = e.Title.In(in.Lang) // the newest comes last
	}
	return name
}

// when writes the time of the export.
func (in *Input) when() string { return in.Now.In(in.Zone).Format("02/01/2006 15:04") }

func (in *Input) everything() string {
	if in.Filter != "" {
		return in.Filter
	}
	return wordEverything.In(in.Lang)
}
