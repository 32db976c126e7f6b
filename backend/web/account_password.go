package web

import (
	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/frontend"
)

// choosePage asks for a password after a one-time code.
func (s *Server) choosePage(r *Req) error {
	if !r.Signed.Choose {
		return r.Redirect(r.To(frontend.PathData))
	}
	return s.showChoose(r, fiber.StatusOK, nil)
}

func (s *Server) showChoose(r *Req, status int, fs []darasa.Finding) error {
	v := frontend.NewPasswordView{Name: r.Actor.Name, Form: frontend.Form{Findings: fs}}
	return r.HTML(status, frontend.NewPasswordPage(r.page(frontend.NavMe), v))
}

// choosePassword takes the first password of who came by a one-time code.
func (s *Server) choosePassword(r *Req) error {
	if !r.Signed.Choose {
		return r.Redirect(r.To(frontend.PathData))
	}
	err := s.newPassword(r, "")
	if err == nil {
		return r.Redirect(r.To(frontend.PathHome))
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	return s.showChoose(r, bad.status, bad.findings)
}

// newPassword sets the password that was typed twice.
func (s *Server) newPassword(r *Req, current string) error {
	if r.Form("password") != r.Form("repeat") {
		return darasa.Fail(darasa.Invalid, "Nenosiri halikubaliki.", "The password will not do.").
			With(append(passwordFindings(r.Form("password")), unlike())...)
	}
	return s.Accounts.ChangePassword(r.Ctx(), r.Actor, current, r.Form("password"), r.Now)
}

// changePassword changes the own password; the present one must fit.
func (s *Server) changePassword(r *Req) error {
	err := s.newPassword(r, r.Form("old"))
	if err == nil {
		return r.after(frontend.PathData, "password")
	}
	bad, ok := r.refused(err, map[string]string{"current": "old"})
	if !ok {
		return err
	}
	return s.ownDataAgain(r, bad.status, r.page(frontend.NavMe), func(v *frontend.OwnDataView) {
		v.Password = frontend.Form{Findings: bad.findings}
	})
}
