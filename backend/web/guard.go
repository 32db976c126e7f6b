package web

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// outer wraps every request: id, host, headers, log line, and the last net
// under a panic.
func (s *Server) outer(c *fiber.Ctx) (err error) {
	start := time.Now()
	id := string(darasa.NewID())
	c.Locals("id", id)
	c.Set("X-Request-Id", id)
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Log.Error("panic", "request", id, "path", c.Path(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = s.answerError(c, nil, darasa.Fail(darasa.Internal, "Hitilafu kwenye seva.", "An error on the server."))
		}
		settle(c)
		s.watch.seen(c, time.Since(start))
		s.cfg.Log.Info("request", "request", id, "method", c.Method(), "path", c.Path(), "status", c.Response().StatusCode(),
			"ms", time.Since(start).Milliseconds(), "bytes", len(c.Response().Body()), "agent", shorten(c.Get("User-Agent"), 120))
	}()
	switch s.hosts[hostname(string(c.Request().Host()))] {
	case platform:
		s.securityHeaders(c)
		return c.Next()
	case content:
		return s.contentSide(c)
	}
	bareHeaders(c)
	if p := c.Path(); p == "/healthz" || p == "/readyz" {
		return c.Next()
	}
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.Status(fiber.StatusMisdirectedRequest).SendString("This server does not serve that host name. Set --url and --content-url.\n")
}

// contentSide answers on the content host: it never reads or sets a cookie and
// serves no page of the platform.
func (s *Server) contentSide(c *fiber.Ctx) error {
	bareHeaders(c)
	return c.Status(fiber.StatusNotFound).SendString("Not found.\n")
}

// bareHeaders are those of an answer that is no page.
func bareHeaders(c *fiber.Ctx) {
	c.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set(fiber.HeaderCacheControl, "no-store")
}

// policy allows what our own pages use and nothing else: no inline script or
// style, no third party.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *Server) securityHeaders(c *fiber.Ctx) {
	csp := policy
	if s.cfg.ContentURL != nil {
		csp += "; frame-src " + s.cfg.ContentURL.Scheme + "://" + s.cfg.ContentURL.Host
	}
	c.Set("Content-Security-Policy", csp)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	if s.cfg.Secure() {
		c.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// serve takes a request through the checks of its row to its handler.
func (s *Server) serve(c *fiber.Ctx, route *Route) error {
	r := &Req{c: c, srv: s, Route: route, Lang: pathLang(c), Now: s.cfg.Now(), ID: c.Locals("id").(string)}
	c.Locals("route", route)
	if route.As == XAPI {
		c.Set(versionHeader, xapiVersion) // on every answer, refusals too (xAPI 1.0.3 Communication 3.3)
	}
	if err := s.admit(r); err != nil {
		return s.answerError(c, r, err)
	}
	if err := route.Handle(r); err != nil {
		return s.answerError(c, r, err)
	}
	return nil
}

func (s *Server) admit(r *Req) error {
	if err := r.readBody(); err != nil {
		return err
	}
	if err := s.identify(r); err != nil {
		return err
	}
	if err := s.sameOrigin(r); err != nil {
		return err
	}
	if err := s.allowed(r); err != nil {
		return err
	}
	return s.rates.take(r)
}

func (s *Server) allowed(r *Req) error {
	a := r.Route.Access
	if a.Open {
		return nil
	}
	if r.Actor.Anonymous() {
		return darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	}
	if len(a.Roles) > 0 && !r.Actor.Is(a.Roles...) {
		return darasa.Fail(darasa.Forbidden, "Huna ruhusa ya ukurasa huu katika taasisi uliyochagua.",
			"You may not open this page at the institution in use.")
	}
	return nil
}

// pathLang reads the language from the path, else from ?lang=, else Swahili.
func pathLang(c *fiber.Ctx) darasa.Lang {
	p := c.Path()
	if strings.HasPrefix(p, "/en/") || p == "/en" {
		return darasa.English
	}
	if strings.HasPrefix(p, "/sw/") {
		return darasa.Swahili
	}
	l, _ := darasa.ParseLang(c.Query("lang"))
	return l
}

func shorten(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
