package web

import (
	"io"

	"darasa/backend/darasa"
	"darasa/frontend"
	"darasa/reports"
)

// workbookBytes is about how long the full workbook of a run is, 0 where nobody
// is in it: fitted to runs of 1 to 1,000 learners and 1 to 15 days with courses
// of the shipped library, and then a tenth more, so that a trainer who pays for
// the bytes is not told too few. It was 10 to 20 % above the file.
func workbookBytes(c frontend.RunCounts, days int) int64 {
	begun, marked := c.Learners-c.Waiting+c.Withdrawn, c.Learners-c.Absent+c.Withdrawn
	if begun+c.Waiting == 0 {
		return 0
	}
	size := 20_200 + 155*c.Waiting + 290*begun + marked*days*21/2
	if begun > 0 { // the sheets about facilities, modules and questions fill up
		size += 1_600 + 200*min(begun, 30)
	}
	return int64(size) * 11 / 10
}

// runWorkbook is the workbook of one run, from its page.
func (t *trainers) runWorkbook(r *Req) error {
	return t.workbook(r, Export{Run: idParam(r, "run")})
}

// apiWorkbook is the workbook of a run, or of a course.
func (t *trainers) apiWorkbook(r *Req) error {
	return t.workbook(r, Export{Run: darasa.ID(r.Query("run")), Course: darasa.ID(r.Query("course")), Institution: r.Query("institution")})
}

func (t *trainers) workbook(r *Req, x Export) error {
	x.Variant, x.Lang, x.Now, x.Zone = r.Query("variant"), r.askedLang(), r.Now, t.cfg.Zone
	name := darasa.T("maendeleo", "progress").In(x.Lang)
	if x.Variant != "" && x.Variant != reports.Full {
		name = x.Variant
	}
	name += "-" + string(darasa.DateOf(r.Now, t.cfg.Zone)) + ".xlsx"
	return t.file(r, name, func(w io.Writer) error {
		_, err := t.ProgressWorkbook(r.Ctx(), r.Actor, x, w)
		return err
	})
}
