package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/frontend"
)

// verifyRate is how many numbers one caller may ask for a minute: enough for
// an office, too few to guess.
const verifyRate Rate = 60

func (s *Server) certificateRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/certificates/:number", Access: SignedIn, Handle: s.certificate},
		{Method: "GET", Path: frontend.PathVerify, Access: Anybody, NoLang: true, Rate: verifyRate, Handle: s.verify},
		{Method: "GET", Path: "/verify/:number", Access: Anybody, NoLang: true, Rate: verifyRate, Handle: s.verify},
	}
}

// certificate shows a certificate to its holder and to trainers of its institution.
func (s *Server) certificate(r *Req) error {
	ctx := r.Ctx()
	c, err := s.Certificates.ByNumber(ctx, r.Actor, string(idParam(r, "number")))
	if err != nil {
		return err
	}
	e, err := s.Courses.Edition(ctx, c.Edition)
	if err != nil {
		return err
	}
	address := strings.TrimSuffix(s.cfg.URL.String(), "/") + frontend.VerifyPath(c.Number)
	code, err := frontend.QRCode(address)
	if err != nil {
		return err
	}
	v := frontend.CertificateView{Certificate: c, Edition: e.Number, Modules: len(e.Modules), CPD: e.CPD, VerifyURL: address, QR: code}
	if c.Institution != "" {
		in, err := s.Institutions.Many(ctx, []darasa.ID{c.Institution})
		if err != nil {
			return err
		}
		v.Institution = in[c.Institution].Name
	}
	return r.HTML(fiber.StatusOK, frontend.CertificatePage(r.page(frontend.NavMe), v))
}

// verify tells anybody whether a certificate stands. It has no language in its
// address, because that address is printed; lang= switches.
func (s *Server) verify(r *Req) error {
	number := string(idParam(r, "number"))
	if number == "" {
		number = r.Query("number")
	}
	p := r.page("")
	p.Switch = r.Path() + "?lang=" + string(r.Lang.Other())
	if q := r.Query("number"); q != "" {
		p.Switch += "&number=" + escapeQuery(q)
	}
	v := frontend.VerifyView{Asked: number != "", Number: number}
	if !v.Asked {
		return r.HTML(fiber.StatusOK, frontend.VerifyPage(p, v))
	}
	found, err := s.Certificates.Verify(r.Ctx(), number)
	switch {
	case darasa.CodeOf(err) == darasa.NotFound:
		return r.HTML(fiber.StatusNotFound, frontend.VerifyPage(p, v))
	case err != nil:
		return err
	}
	_, v.Edition, _ = course.SplitID(found.Edition)
	v.Certificate = &credential.Certificate{Number: found.Number, Initials: found.Initials, Title: found.Title, Course: found.Course,
		Edition: found.Edition, Issued: found.Issued, State: found.State}
	return r.HTML(fiber.StatusOK, frontend.VerifyPage(p, v))
}
