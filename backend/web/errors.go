package web

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// statuses maps each code to its HTTP status. There is no other mapping.
var statuses = map[darasa.Code]int{
	darasa.Invalid:         fiber.StatusBadRequest,
	darasa.Unauthenticated: fiber.StatusUnauthorized,
	darasa.Forbidden:       fiber.StatusForbidden,
	darasa.NotFound:        fiber.StatusNotFound,
	darasa.Conflict:        fiber.StatusConflict,
	darasa.TooLarge:        fiber.StatusRequestEntityTooLarge,
	darasa.TooMany:         fiber.StatusTooManyRequests,
	darasa.Unavailable:     fiber.StatusServiceUnavailable,
	darasa.Internal:        fiber.StatusInternalServerError,
}

// problem is a problem document (RFC 9457). Texts come in both languages;
// detail is in the language asked for.
type problem struct {
	Type     string           `json:"type"`
	Title    string           `json:"title"`
	Status   int              `json:"status"`
	Detail   string           `json:"detail"`
	Code     darasa.Code      `json:"code"`
	Text     darasa.Text      `json:"text"`
	Findings []darasa.Finding `json:"findings,omitempty"`
	Request  string           `json:"request"`
}

// asError turns any error into ours: what people read says nothing of causes.
func asError(err error) *darasa.Error {
	var e *darasa.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return darasa.Fail(darasa.Unavailable, "Seva ilichelewa kujibu. Jaribu tena.", "The server took too long. Try again.").Because(err)
	}
	return darasa.Fail(darasa.Internal, "Hitilafu kwenye seva. Jaribu tena baadaye.", "An error on the server. Try again later.").Because(err)
}

// answerError is the one place where an error becomes an answer.
func (s *Server) answerError(c *fiber.Ctx, r *Req, err error) error {
	e := asError(err)
	status := statuses[e.Code]
	id, _ := c.Locals("id").(string)
	if status >= 500 {
		s.cfg.Log.Error("failed", "request", id, "path", c.Path(), "error", e.Error())
	}
	c.Response().ResetBody()
	c.Response().Header.Del(fiber.HeaderContentDisposition)
	if e.Retry > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(e.Retry))
	}
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	as := Page
	if r != nil && r.Route != nil {
		as = r.Route.As
	} else if p := c.Path(); len(p) >= 5 && p[:5] == "/api/" {
		as = API
	}
	if r == nil {
		r = &Req{c: c, srv: s, Lang: pathLang(c), Now: s.cfg.Now(), ID: id, Route: &Route{As: as}}
	}
	switch as {
	case API, XAPI:
		if status == fiber.StatusUnauthorized {
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="darasa"`)
		}
		return s.answerProblem(r, e, status)
	}
	if e == errChoose {
		return r.Redirect(r.To("/password"))
	}
	if status == fiber.StatusUnauthorized && c.Method() == fiber.MethodGet {
		return r.Redirect(r.To("/sign-in?next=") + escapeQuery(string(c.Request().URI().RequestURI())))
	}
	return s.errorPage(r, e, status)
}

func (s *Server) answerProblem(r *Req, e *darasa.Error, status int) error {
	p := problem{Type: "about:blank", Title: string(e.Code), Status: status, Detail: e.Text.In(r.Lang), Code: e.Code,
		Text: e.Text, Findings: e.Findings, Request: r.ID}
	if err := r.JSON(status, p); err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, "application/problem+json")
	return nil
}

// missing answers for paths that no row of the table serves: 405 where
// another method would, else 404.
func (s *Server) missing(c *fiber.Ctx) error {
	return s.answerError(c, nil, darasa.Fail(darasa.NotFound, "Ukurasa huu haupo.", "There is no such page."))
}

// lastResort handles what fiber itself refuses, before our middleware ran.
func (s *Server) lastResort(c *fiber.Ctx, err error) error {
	var f *fiber.Error
	if errors.As(err, &f) && f.Code < 500 {
		bareHeaders(c)
		c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
		return c.Status(f.Code).SendString(f.Message + "\n")
	}
	return s.answerError(c, nil, err)
}
