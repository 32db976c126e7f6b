package web

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// deriveKey separates the purposes of the one secret (RFC 5869).
func deriveKey(secret []byte, purpose string) []byte {
	k, err := hkdf.Key(sha256.New, secret, nil, "darasa/"+purpose, 32)
	if err != nil {
		panic(err) // only for an impossible length
	}
	return k
}

// cookieName carries the browser's own guarantee of host and TLS where it can.
func (s *Server) cookieName() string {
	if s.cfg.Secure() {
		return "__Host-darasa"
	}
	return "darasa"
}

// identify finds the actor by bearer token or cookie. A token that fits
// nobody is anonymous for pages and refused for the API.
func (s *Server) identify(r *Req) error {
	if r.Route.As == XAPI && strings.HasPrefix(r.Header(fiber.HeaderAuthorization), "Basic ") {
		return nil // the handler checks it
	}
	token, bearer := strings.CutPrefix(r.Header(fiber.HeaderAuthorization), "Bearer ")
	if !bearer && !r.Route.NoCookie {
		token = r.c.Cookies(s.cookieName())
	}
	if token == "" {
		r.Actor.From = r.c.IP()
		return nil
	}
	signed, err := s.Accounts.Resolve(r.Ctx(), token, r.Now)
	switch {
	case err == nil:
		r.Signed, r.Actor = &signed, signed.Actor
	case darasa.CodeOf(err) == darasa.Unauthenticated && !bearer:
	default:
		return err
	}
	r.Actor.From = r.c.IP()
	if r.Signed != nil && r.Signed.Choose && !r.Route.Choosing {
		return errChoose
	}
	return nil
}

// errChoose sends whoever came in by a one-time code to choose a password.
var errChoose = darasa.Fail(darasa.Forbidden, "Chagua nenosiri jipya kwanza.", "Choose a new password first.")

// setSession gives the browser its cookie.
func (s *Server) setSession(r *Req, token string, expires time.Time) {
	r.c.Cookie(&fiber.Cookie{Name: s.cookieName(), Value: token, Path: "/", Expires: expires,
		HTTPOnly: true, Secure: s.cfg.Secure(), SameSite: fiber.CookieSameSiteLaxMode})
}

// clearSession takes the cookie back.
func (s *Server) clearSession(r *Req) {
	s.setSession(r, "", time.Unix(1, 0))
}

// FormToken proves, for browsers that send neither Sec-Fetch-Site nor Origin,
// that a form came from one of our pages.
func (s *Server) FormToken(session darasa.ID) string {
	m := hmac.New(sha256.New, s.formKey)
	m.Write([]byte(session))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

// sameOrigin refuses a state-changing request that another site may have
// caused. SameSite cookies do not help: the content host is the same site.
func (s *Server) sameOrigin(r *Req) error {
	switch r.c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return nil
	}
	if r.Route.NoCookie || strings.HasPrefix(r.Header(fiber.HeaderAuthorization), "Bearer ") {
		return nil // no ambient authority to abuse
	}
	if site := r.Header("Sec-Fetch-Site"); site != "" {
		if site == "same-origin" || site == "none" {
			return nil
		}
		return errForeign
	}
	if origin := r.Header(fiber.HeaderOrigin); origin != "" {
		u, err := url.Parse(origin)
		if err == nil && u.Host != "" && strings.EqualFold(u.Host, string(r.c.Request().Host())) {
			return nil
		}
		return errForeign
	}
	var session darasa.ID
	if r.Signed != nil {
		session = r.Actor.Session
	}
	if !r.Route.Stream && hmac.Equal([]byte(r.Form("form")), []byte(s.FormToken(session))) {
		return nil
	}
	if r.Route.Stream && hmac.Equal([]byte(r.Query("form")), []byte(s.FormToken(session))) {
		return nil
	}
	return errForeign
}

var errForeign = darasa.Fail(darasa.Forbidden, "Fomu hii haikutoka kwenye ukurasa wa Darasa. Fungua ukurasa upya kisha utume tena.",
	"This form did not come from a page of Darasa. Open the page again and send it once more.")
