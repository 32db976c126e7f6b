package web

import (
	"errors"
	"io"
	"mime"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/content/institutions"
	"darasa/frontend"
)

// registryFile bounds an export of the Health Facility Registry: the whole
// country is 3 MB.
const registryFile = 12_000_000

// shownRows is how many rows and refusals a preview shows.
const shownRows = 100

func (s *Server) facilities(r *Req) error {
	v := frontend.FacilitiesView{Query: r.Query("q"), Region: r.Query("region"), Council: r.Query("council")}
	for _, x := range s.Lists.Regions {
		v.Regions = append(v.Regions, frontend.Option{Value: x.Name, Label: x.Name})
	}
	after, err := r.cursor()
	if err != nil {
		return err
	}
	list, next, err := s.Institutions.Facilities(r.Ctx(), institution.FacilityQuery{Text: v.Query, Region: v.Region, Council: v.Council, After: after})
	if err != nil {
		return err
	}
	v.Facilities, v.Next = list, cursorText(next)
	if v.Total, err = s.Institutions.CountFacilities(r.Ctx()); err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.FacilitiesPage(r.page(facilityNav(r)), v))
}

// facilityNav is the item of the bar under which the reader finds facilities.
func facilityNav(r *Req) string {
	if r.Actor.Is(darasa.InstitutionAdmin) {
		return frontend.NavAdmin
	}
	return frontend.NavRuns
}

func (s *Server) facility(r *Req) error {
	f, err := s.Institutions.Facility(r.Ctx(), string(idParam(r, "code")))
	if err != nil {
		return err
	}
	v := frontend.FacilityView{Facility: f}
	if i := r.Actor.Institution; i != "" && i != account.Platform {
		err = s.eachMember(r.Ctx(), r.Actor, i, func(m account.Member) {
			if m.Affiliation.Facility == string(f.ID) {
				v.People++
			}
		})
	}
	if err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.FacilityPage(r.page(facilityNav(r)), v))
}

func (s *Server) facilityImportPage(r *Req) error {
	return s.showFacilityImport(r, fiber.StatusOK, frontend.FacilityImportView{})
}

func (s *Server) showFacilityImport(r *Req, status int, v frontend.FacilityImportView) error {
	v.MaxBytes = registryFile
	if v.Result != nil {
		v.More = cutRows(v.Result)
	}
	return r.HTML(status, frontend.FacilityImportPage(r.page(frontend.NavAdmin), v))
}

// cutRows keeps the first refused rows, which the page shows, and returns how
// many more there are.
func cutRows(res *institution.ImportResult) int {
	var shown []institution.RowVerdict
	for _, row := range res.Rows {
		if row.Outcome == institution.Refused && len(shown) < shownRows {
			shown = append(shown, row)
		}
	}
	res.Rows = shown
	return res.Refused - len(shown)
}

// importFacilities previews an uploaded export, or takes in the one that was
// previewed: the form to confirm posts the token of that upload.
func (s *Server) importFacilities(r *Req) error {
	var v frontend.FacilityImportView
	var err error
	if t, _, _ := mime.ParseMediaType(r.Header(fiber.HeaderContentType)); t == "multipart/form-data" {
		err = s.previewFacilities(r, &v)
	} else {
		err = s.confirmFacilities(r, &v)
	}
	if err == nil {
		return s.showFacilityImport(r, fiber.StatusOK, v)
	}
	e := asError(err)
	switch e.Code {
	case darasa.Invalid, darasa.TooLarge, darasa.Conflict:
		v.Refused, v.Findings = e.Text, e.Findings
		if e.Code == darasa.TooLarge {
			r.c.Context().SetConnectionClose() // the rest of the upload is not read
		}
		return s.showFacilityImport(r, statuses[e.Code], v)
	}
	return err
}

func (s *Server) previewFacilities(r *Req, v *frontend.FacilityImportView) error {
	f, name, err := s.receive(r)
	if err != nil {
		return err
	}
	defer discard(f)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	res, err := s.Institutions.Import(r.Ctx(), r.Actor, f, institution.ImportOptions{DryRun: true, Zones: s.zones()}, r.Now)
	if err != nil {
		return err
	}
	v.File, v.Result = name, &res
	if res.Added+res.Changed > 0 {
		v.Upload, err = s.keepUpload(r, "facilities", f, name)
	}
	return err
}

func (s *Server) confirmFacilities(r *Req, v *frontend.FacilityImportView) error {
	b, err := io.ReadAll(io.LimitReader(r.Stream(), smallForm))
	if err != nil {
		return brokenUpload(err)
	}
	form, err := url.ParseQuery(string(b))
	if err != nil || form.Get("confirm") == "" {
		return errNoFile
	}
	u, body, err := s.keptUpload(r, "facilities", form.Get("upload"))
	if err != nil {
		return err
	}
	res, err := s.Institutions.Import(r.Ctx(), r.Actor, body, institution.ImportOptions{Zones: s.zones()}, r.Now)
	if err := errors.Join(err, body.Close()); err != nil {
		return err
	}
	v.File, v.Result, v.Done = u.Name, &res, true
	return s.Media.Delete(r.Ctx(), u.Key)
}

// zones gives the zone of a region by its English name, as the registry
// writes places, for an export without a column for it.
func (s *Server) zones() map[string]string {
	out := map[string]string{}
	for _, x := range s.Lists.Regions {
		out[account.Fold(x.Name)] = institutions.Find(s.Lists.Zones, x.Zone).EN
	}
	return out
}
