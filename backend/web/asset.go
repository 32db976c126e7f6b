package web

import (
	"regexp"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/course"
	"darasa/frontend"
)

func (s *Server) assetRoutes() []Route {
	return []Route{
		{Method: "GET", Path: frontend.AssetPrefix + ":name", Access: Anybody, As: File, NoLang: true, NoCookie: true, Handle: s.asset},
		{Method: "GET", Path: "/o/:hash", Access: Anybody, As: File, NoLang: true, Handle: s.piece},
		{Method: "GET", Path: "/editions/:id/manifest.json", Access: Anybody, As: File, NoLang: true, Handle: s.manifest},
		{Method: "GET", Path: "/favicon.ico", Access: Anybody, As: File, NoLang: true, NoCookie: true, Handle: s.favicon},
		{Method: "GET", Path: "/robots.txt", Access: Anybody, As: File, NoLang: true, NoCookie: true, Handle: s.robots},
	}
}

// asset serves a bundled file; its name holds its hash.
func (s *Server) asset(r *Req) error {
	a, ok := s.Assets.Get(r.Param("name"))
	if !ok {
		return notFound()
	}
	return r.immutable(a.Type, a.Name, a.Body, a.Brotli, forever)
}

func (s *Server) favicon(r *Req) error {
	r.SetHeader(fiber.HeaderCacheControl, "public, max-age=86400")
	return r.c.Redirect(s.Assets.Href("favicon.svg"), fiber.StatusMovedPermanently)
}

func (s *Server) robots(r *Req) error {
	r.SetHeader(fiber.HeaderCacheControl, "public, max-age=86400")
	return r.Bytes("text/plain; charset=utf-8", "", []byte("User-agent: *\nDisallow: /api/\nDisallow: /sw/learn/\nDisallow: /en/learn/\n"))
}

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// piece serves an immutable file of an edition to who knows its hash; one that
// only courses of a house hold to that house's people alone, and no proxy keeps
// it. Keys have no such address.
func (s *Server) piece(r *Req) error {
	hash := r.Param("hash")
	if !hashForm.MatchString(hash) {
		return notFound()
	}
	private, may, err := s.Courses.Piece(r.Ctx(), r.Actor, hash)
	if err != nil {
		return err
	}
	if !may {
		return notFound()
	}
	c := r.c
	c.Vary(fiber.HeaderAcceptEncoding)
	tag := `W/"` + hash[:22] + `"`
	key, packed := course.PiecePath(hash, false), false
	if encoding(c.Get(fiber.HeaderAcceptEncoding)) == "br" {
		if _, err := s.Media.Stat(r.Ctx(), course.PiecePath(hash, true)); err == nil {
			key, packed = course.PiecePath(hash, true), true
		}
	}
	body, info, err := s.Media.Open(r.Ctx(), key, 0, -1)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, forever)
	if private {
		c.Set(fiber.HeaderCacheControl, "private, max-age=86400")
	}
	if matches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		_ = body.Close()
		return c.SendStatus(fiber.StatusNotModified)
	}
	kind := info.Type
	if packed {
		c.Set(fiber.HeaderContentEncoding, "br")
		if plain, err := s.Media.Stat(r.Ctx(), course.PiecePath(hash, false)); err == nil {
			kind = plain.Type
		}
	}
	// A piece is an author's: whatever it is, it runs nothing here.
	c.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	c.Set(fiber.HeaderContentType, kind)
	return c.SendStream(body, int(info.Bytes))
}

// manifest serves the list of an edition's pieces to whoever may see the
// course; the list never changes.
func (s *Server) manifest(r *Req) error {
	id := idParam(r, "id")
	slug, _, ok := course.SplitID(id)
	if !ok {
		return notFound()
	}
	if _, err := s.Courses.Item(r.Ctx(), r.Actor, slug); err != nil {
		return err
	}
	b, err := s.Courses.Manifest(r.Ctx(), id)
	if err != nil {
		return err
	}
	r.SetHeader(fiber.HeaderContentType, "application/json")
	r.SetHeader(fiber.HeaderCacheControl, "private, max-age=31536000, immutable")
	return r.send(fiber.StatusOK, b, true)
}
