package web

import (
	"io"

	"darasa/backend/darasa"
	"darasa/reports"
)

// workbookBytes is about how long a run's workbook is, 0 where nobody is in
// it: measured with courses of the shipped library.
func workbookBytes(learners int) int64 {
	if learners == 0 {
		return 0
	}
	return 18_000 + 335*int64(learners)
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
