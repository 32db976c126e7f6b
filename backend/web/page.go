package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/content/institutions"
	"darasa/frontend"
)

// page returns the frame of a page for this request.
func (r *Req) page(nav string) frontend.Page {
	path := strings.TrimPrefix(r.c.Path(), "/"+string(r.Lang))
	if path == "" || r.c.Path() == "/" {
		path = "/"
	}
	if q := r.c.Request().URI().QueryString(); len(q) > 0 && r.c.Method() == fiber.MethodGet {
		path += "?" + string(q)
	}
	p := frontend.NewPage(r.Lang, path, r.Now, r.srv.cfg.Zone)
	p.Actor, p.Nav, p.Assets = r.Actor, nav, r.srv.Assets
	var session darasa.ID
	if r.Signed != nil {
		session = r.Actor.Session
	}
	p.Token = r.srv.FormToken(session)
	return p
}

// errorPage shows an error to a person. A refused POST says whether what was
// typed is kept; pages with forms of their own show the form again instead.
func (s *Server) errorPage(r *Req, e *darasa.Error, status int) error {
	view := frontend.ErrorView{Status: status, Text: e.Text, Findings: e.Findings, Retry: e.Retry, Request: r.ID}
	return r.HTML(status, frontend.ErrorPage(r.page(""), view))
}

// items turns a shipped list into the options of a select.
func items(list []institutions.Item, l darasa.Lang) []frontend.Option {
	out := make([]frontend.Option, 0, len(list))
	for _, i := range list {
		out = append(out, frontend.Option{Value: i.Slug, Label: i.Title.In(l)})
	}
	return out
}

// names turns slugs of a list into words.
func names(list []institutions.Item, slugs []string, l darasa.Lang) []string {
	out := make([]string, 0, len(slugs))
	for _, s := range slugs {
		out = append(out, institutions.Find(list, s).In(l))
	}
	return out
}
