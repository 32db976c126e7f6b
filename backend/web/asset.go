package web

import (
	"io"
	"mime"
	"path"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/course"
	"darasa/frontend"
)

func (s *Server) assetRoutes() []Route {
	return []Route{
		{Method: "GET", Path: frontend.AssetPrefix + ":name", Access: Anybody, As: File, NoLang: true, NoCookie: true, Handle: s.asset},
		{Method: "GET", Path: "/o/:hash", Access: Anybody, As: File, NoLang: true, NoCookie: true, Handle: s.piece},
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

// piece serves an immutable file of an edition to who knows its hash. Keys
// have no such address.
func (s *Server) piece(r *Req) error {
	hash := r.Param("hash")
	if !hashForm.MatchString(hash) {
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
	if matches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		_ = body.Close()
		return c.SendStatus(fiber.StatusNotModified)
	}
	kind := info.Type
	if packed {
		c.Set(fiber.HeaderContentEncoding, "br")
		if _, plain, err := s.Media.Open(r.Ctx(), course.PiecePath(hash, false), 0, 0); err == nil {
			kind = plain.Type
		}
	}
	// A piece is an author's: whatever it is, it runs nothing here.
	c.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	c.Set(fiber.HeaderContentType, kind)
	return c.SendStream(readCloser{body}, int(info.Bytes))
}

// readCloser keeps fasthttp closing what it streamed.
type readCloser struct{ io.ReadCloser }

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

// typeOf returns the media type of a file's name.
func typeOf(name string) string {
	if t := mime.TypeByExtension(strings.ToLower(path.Ext(name))); t != "" {
		return t
	}
	return "application/octet-stream"
}
