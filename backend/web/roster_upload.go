package web

import (
	"errors"
	"io"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/frontend"
	"darasa/reports"
	"darasa/reports/sheet"
)

// rosterPage is the upload of a roster.
func (t *trainers) rosterPage(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	return t.showRoster(r, fiber.StatusOK, h, nil)
}

// showRoster shows the upload, with what was wrong with the file before.
func (t *trainers) showRoster(r *Req, status int, h frontend.RunHead, bad *darasa.Error) error {
	v := frontend.RosterView{RunHead: h, MaxBytes: sheetFile, MaxRows: reports.MaxRoster}
	if bad != nil {
		v.Form.Findings = []darasa.Finding{{Level: darasa.IsError, Field: "file", What: bad.Text}}
		for _, f := range bad.Findings {
			if f.Field == "file" { // says what went wrong and how to mend it
				v.Form.Findings = []darasa.Finding{f}
				continue
			}
			v.Findings = append(v.Findings, f)
		}
	}
	return r.HTML(status, frontend.RosterPage(r.runPage(), v))
}

// roster takes the upload and shows what it would do, or, where a page confirms
// an upload, takes it in.
func (t *trainers) roster(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	if strings.HasPrefix(r.Header(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return t.confirmRoster(r, h)
	}
	v, err := t.preview(r, h)
	var bad *darasa.Error
	if errors.As(err, &bad) {
		switch bad.Code {
		case darasa.Invalid, darasa.TooLarge, darasa.Conflict:
			return t.showRoster(r, statuses[bad.Code], h, bad)
		}
	}
	if err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.RosterPreviewPage(r.runPage(), v))
}

// rosterPurpose binds an upload to the run that it was previewed for.
func rosterPurpose(run darasa.ID) string { return "roster/" + string(run) }

func (t *trainers) preview(r *Req, h frontend.RunHead) (frontend.RosterPreviewView, error) {
	var v frontend.RosterPreviewView
	parts, err := r.Parts()
	if err != nil {
		return v, err
	}
	f, name, err := t.receivePart(parts)
	if err != nil {
		return v, err
	}
	defer discard(f)
	list, res, err := t.takeRoster(r, h.Run.ID, f, name, true)
	if err != nil {
		return v, err
	}
	v = previewOf(h, name, list, res)
	v.Upload, err = t.keepUpload(r, rosterPurpose(h.Run.ID), f, name)
	return v, err
}

// formMost bounds the form that confirms an upload.
const formMost = smallForm

func (t *trainers) confirmRoster(r *Req, h frontend.RunHead) error {
	b, err := io.ReadAll(io.LimitReader(r.Stream(), formMost))
	if err != nil {
		return brokenUpload(err)
	}
	form, err := url.ParseQuery(string(b))
	if err != nil || form.Get("confirm") != "1" {
		return darasa.Fail(darasa.Invalid, "Fomu haisemi kuingiza orodha. Pakia tena.", "The form does not say to take the list in. Upload it again.")
	}
	list, res, name, err := t.kept(r, h, form.Get("upload"), false)
	var bad *darasa.Error
	if errors.As(err, &bad) && (bad.Code == darasa.Invalid || bad.Code == darasa.Conflict) {
		return t.showRoster(r, statuses[bad.Code], h, bad)
	}
	if err != nil {
		return err
	}
	t.forget(h.Run.ID)
	v := previewOf(h, name, list, res)
	v.Done, v.At, v.Upload = true, r.Now, form.Get("upload")
	return r.HTML(fiber.StatusOK, frontend.RosterPreviewPage(r.runPage(), v))
}

// kept reads the upload that a page's token names, again.
func (t *trainers) kept(r *Req, h frontend.RunHead, token string, dry bool) (reports.Roster, enrolment.RosterResult, string, error) {
	u, body, err := t.keptUpload(r, rosterPurpose(h.Run.ID), token)
	if err != nil {
		return reports.Roster{}, enrolment.RosterResult{}, "", err
	}
	defer body.Close()
	f, err := os.CreateTemp(t.TempDir, "roster-*")
	if err != nil {
		return reports.Roster{}, enrolment.RosterResult{}, "", noRoom(err)
	}
	defer discard(f)
	if _, err := io.Copy(f, body); err != nil {
		return reports.Roster{}, enrolment.RosterResult{}, "", noRoom(err)
	}
	list, res, err := t.takeRoster(r, h.Run.ID, f, u.Name, dry)
	return list, res, u.Name, err
}

func noRoom(err error) error {
	return darasa.Fail(darasa.Unavailable, "Seva haina nafasi ya faili.", "The server has no room for the file.").Because(err)
}

// takeRoster reads a file and takes it into a run.
func (t *trainers) takeRoster(r *Req, run darasa.ID, f *os.File, name string, dry bool) (reports.Roster, enrolment.RosterResult, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return reports.Roster{}, enrolment.RosterResult{}, noRoom(err)
	}
	list, err := reports.ReadRoster(r.Ctx(), sheet.File{Name: name, Data: f, Size: size}, t.rosterLists())
	if err != nil {
		return list, enrolment.RosterResult{}, err
	}
	in := enrolment.RosterInput{Run: run, Rows: make([]enrolment.RosterRow, len(list.Rows)), Lang: r.Lang, Dry: dry, Columns: map[string]string{}}
	for field, head := range rosterHeads {
		in.Columns[field] = head.In(r.Lang)
	}
	for i := range list.Rows {
		in.Rows[i] = rosterRow(&list.Rows[i])
	}
	res, err := t.rosters().Import(r.Ctx(), r.keeper(), in, r.Now)
	return list, res, err
}

// rosterHeads name the columns in findings about what only the store knows;
// the reader of the file names its own by their letters.
var rosterHeads = map[string]darasa.Text{
	"first": darasa.T("Jina la kwanza", "First name"), "surname": darasa.T("Jina la ukoo", "Surname"), "sex": darasa.T("Jinsia", "Sex"),
	"cadre": darasa.T("Kada", "Cadre"), "designation": darasa.T("Cheo", "Designation"), "check": darasa.T("Namba ya cheki", "Check number"),
	"registration": darasa.T("Namba ya usajili", "Registration number"), "phone": darasa.T("Simu", "Phone"),
	"mail": darasa.T("Barua pepe", "E-mail"), "hfr": darasa.T("Namba ya HFR", "HFR code"), "role": darasa.T("Nafasi", "Role"), "remarks": darasa.T("Maoni", "Remarks"),
}

// usualPhone are the ways of writing a phone that are no correction.
var usualPhone = regexp.MustCompile(`^(\+255|0)[67][0-9]{8}$`)

// corrections drops the word about a phone that was written as people do.
func corrections(p *reports.RosterRow) []darasa.Finding {
	usual := slices.ContainsFunc(p.Raw, func(cell string) bool {
		kept, _ := account.NormalPhone(cell)
		return kept != "" && kept == p.Phone && usualPhone.MatchString(strings.ReplaceAll(cell, " ", ""))
	})
	var out []darasa.Finding
	for _, f := range p.Corrections {
		if f.Field != "phone" || !usual {
			out = append(out, f)
		}
	}
	return out
}

// rosterRow hands a row over as it was read.
func rosterRow(p *reports.RosterRow) enrolment.RosterRow {
	row := enrolment.RosterRow{Row: p.Row, First: p.First, Middle: p.Middle, Surname: p.Surname, Sex: p.Sex, Cadre: p.Cadre, Designation: p.Designation,
		CheckNumber: p.CheckNumber, Council: p.Council, Registration: p.RegistrationNumber, Phone: p.Phone, Mail: p.Mail, HFR: p.HFR,
		Remarks: p.Remarks, Findings: p.Findings, Corrections: corrections(p)}
	if p.Role != "" && p.Role != darasa.Learner {
		row.Findings = append(row.Findings, mend("role", "Orodha ya awamu huandikisha washiriki tu.", "A run's roster enrols learners only.",
			"Futa safu hii; msimamizi humpa mkufunzi nafasi yake, kisha mchague kwenye fomu ya awamu.", "Delete this row; an administrator gives a trainer the role, then choose the person in the run's form."))
	}
	return row
}

func (t *trainers) rosterLists() reports.RosterLists {
	l := reports.RosterLists{Cadres: cadreChoices(t.Services)}
	for _, c := range t.Lists.Councils {
		l.Councils = append(l.Councils, reports.Choice{Slug: c.Code, Name: c.Name})
	}
	return l
}

// cadreChoices is the list of cadres as reports take it.
func cadreChoices(s Services) []reports.Choice {
	out := make([]reports.Choice, 0, len(s.Lists.Cadres))
	for _, c := range s.Lists.Cadres {
		out = append(out, reports.Choice{Slug: c.Slug, Name: c.Title})
	}
	return out
}

// verdictsShown is how many rows a page says something about; the file to mend
// holds all that were refused.
const verdictsShown = 200

// toLookAt tells whether something is to be said of a row that is taken in,
// beyond how it was put right.
func toLookAt(x *enrolment.RosterVerdict) bool { return x.Warned() && !x.Corrected }

// previewOf counts what becomes of the rows and lists what is to say of them.
func previewOf(h frontend.RunHead, name string, list reports.Roster, res enrolment.RosterResult) frontend.RosterPreviewView {
	v := frontend.RosterPreviewView{RunHead: h, File: name, Rows: len(res.Verdicts), MaxBytes: sheetFile, MaxRows: reports.MaxRoster}
	var rejected, other []frontend.RosterVerdict
	for _, f := range list.Findings { // about the header
		other = append(other, frontend.RosterVerdict{Row: f.Row, Name: "–", Outcome: "warned", Findings: []darasa.Finding{f}})
	}
	for i := range res.Verdicts {
		x := &res.Verdicts[i]
		switch x.What {
		case enrolment.Fresh:
			v.New++
		case enrolment.Same:
			v.Same++
		case enrolment.Elsewhere:
			v.Elsewhere++
		case enrolment.Updated, enrolment.Back:
			v.Updated++
		}
		said := frontend.RosterVerdict{Row: x.Row, Name: x.Name, Findings: x.Findings}
		switch {
		case x.Verdict == enrolment.RowRefused:
			v.Rejected++
			said.Outcome = "rejected"
			rejected = append(rejected, said)
		case toLookAt(x):
			v.Warned++
			said.Outcome = "warned"
			other = append(other, said)
		case x.Verdict == enrolment.RowCorrected:
			v.Corrected++
			said.Outcome = "corrected"
			other = append(other, said)
		default:
			v.Accepted++
		}
	}
	v.Verdicts = append(rejected, other...)
	if len(v.Verdicts) > verdictsShown {
		v.More, v.Verdicts = len(v.Verdicts)-verdictsShown, v.Verdicts[:verdictsShown]
	}
	return v
}
