package web

import (
	"errors"
	"io"
	"mime/multipart"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/reports"
)

// workbookType is the media type of .xlsx.
const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// file answers with a file that write fills: first into a temporary file, so
// that an error can still be answered as one.
func (t *trainers) file(r *Req, name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(t.TempDir, "export-*")
	if err != nil {
		return noRoom(err)
	}
	size, err := filled(f, write)
	if err != nil {
		discard(f)
		return err
	}
	// The open file stays readable without its name and is gone with it.
	_ = os.Remove(f.Name())
	return r.Reader(workbookType, name, f, int(size))
}

func filled(f *os.File, write func(io.Writer) error) (int64, error) {
	if err := write(f); err != nil {
		return 0, err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, noRoom(err)
	}
	_, err = f.Seek(0, io.SeekStart)
	return size, err
}

// askedLang is the language that an export asks for, the page's where it asks
// for none.
func (r *Req) askedLang() darasa.Lang {
	if l, ok := darasa.ParseLang(r.Query("lang")); ok {
		return l
	}
	return r.Lang
}

func (t *trainers) templateInput(r *Req) (reports.TemplateInput, error) {
	in := reports.TemplateInput{Lang: r.askedLang(), Lists: t.rosterLists(), Now: r.Now, TmpDir: t.TempDir}
	place, err := t.placeName(r.Ctx(), r.keeper().Institution)
	in.Institution = place.In(in.Lang)
	return in, err
}

// rosterTemplate is the roster to fill in.
func (t *trainers) rosterTemplate(r *Req) error {
	in, err := t.templateInput(r)
	if err != nil {
		return err
	}
	name := darasa.T("orodha-ya-washiriki.xlsx", "roster.xlsx").In(in.Lang)
	return t.file(r, name, func(w io.Writer) error { return reports.Template(w, in) })
}

// toMend is a verdict as the file to mend takes it: rows that were taken in
// with a word to look at go with those that were refused.
func toMend(x *enrolment.RosterVerdict) reports.Verdict {
	v := reports.Verdict{Row: x.Row, Name: x.Name, State: reports.State(x.Verdict), Findings: x.Findings}
	if toLookAt(x) {
		v.State, v.Findings = reports.Refused, slices.Clone(x.Findings)
		for i := range v.Findings {
			v.Findings[i].Level = darasa.IsError
		}
	}
	return v
}

// mendFile holds the rows of an upload that need mending, to be put right and
// uploaded again.
func (t *trainers) mendFile(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	in, err := t.templateInput(r)
	if err != nil {
		return err
	}
	list, res, _, err := t.kept(r, h, r.Query("upload"), true)
	if err != nil {
		return err
	}
	verdicts := make([]reports.Verdict, len(res.Verdicts))
	for i := range res.Verdicts {
		verdicts[i] = toMend(&res.Verdicts[i])
	}
	name := darasa.T("safu-za-kurekebisha.xlsx", "rows-to-mend.xlsx").In(in.Lang)
	return t.file(r, name, func(w io.Writer) error { return reports.RefusedWorkbook(w, in, list.Rows, verdicts) })
}

// rosterAnswer is the answer of POST /api/v1/rosters: every row has a verdict,
// so there is never a next page.
type rosterAnswer struct {
	Items    []enrolment.RosterVerdict `json:"items"`
	Next     *string                   `json:"next"`
	Counts   map[string]int            `json:"counts"`
	DryRun   bool                      `json:"dry_run"`
	Findings []darasa.Finding          `json:"findings,omitempty"` // about the file as a whole
}

// apiRoster takes a roster in, or with dry_run says what it would do.
func (t *trainers) apiRoster(r *Req) error {
	f, name, form, err := t.receiveForm(r)
	if f != nil {
		defer discard(f)
	}
	if err != nil {
		return err
	}
	run := darasa.ID(form["run"])
	if run == "" {
		return darasa.Fail(darasa.Invalid, "Awamu haikutajwa.", "No run is named.").With(
			mend("run", "Awamu haikutajwa.", "No run is named.", "Tuma sehemu run yenye id ya awamu.", "Send the part run with the run's id."))
	}
	if _, err := t.Enrolments.Managed(r.Ctx(), r.keeper(), run); err != nil {
		return err
	}
	if f == nil {
		return errNoFile
	}
	dry := isYes(form["dry_run"])
	list, res, err := t.takeRoster(r, run, f, name, dry)
	if err != nil {
		return err
	}
	if !dry {
		t.forget(run)
	}
	return r.JSON(fiber.StatusOK, rosterAnswer{Items: res.Verdicts, Counts: res.Counts, DryRun: dry, Findings: list.Findings})
}

func isYes(s string) bool {
	switch strings.ToLower(s) {
	case "1", "true", "yes", "on":
		return true
	}
	return false
}

// receiveForm reads a multipart form with one file, its fields in any order.
func (t *trainers) receiveForm(r *Req) (f *os.File, name string, form map[string]string, err error) {
	parts, err := r.Parts()
	if err != nil {
		return nil, "", nil, err
	}
	form = map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, name, form, nil
		}
		if err != nil {
			return f, name, form, brokenUpload(err)
		}
		if part.FormName() != "file" {
			if err := readField(part, form); err != nil {
				return f, name, form, err
			}
			continue
		}
		if f != nil {
			return f, name, form, darasa.Fail(darasa.Invalid, "Tuma faili moja tu.", "Send one file only.")
		}
		if f, err = os.CreateTemp(t.TempDir, "roster-*"); err != nil {
			return nil, "", form, noRoom(err)
		}
		name = path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
		if _, err := io.Copy(f, part); err != nil {
			return f, name, form, brokenUpload(err)
		}
	}
}

// fieldMost bounds a field beside the file.
const fieldMost = 1 << 10

func readField(part *multipart.Part, form map[string]string) error {
	b, err := io.ReadAll(io.LimitReader(part, fieldMost))
	if err != nil {
		return brokenUpload(err)
	}
	form[part.FormName()] = string(b)
	return nil
}
