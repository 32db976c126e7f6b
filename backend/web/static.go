package web

import (
	"compress/gzip"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// forever is for addresses that hold the hash of what they serve.
const forever = "public, max-age=31536000, immutable"

// immutable answers with bytes that never change under their address, taking
// the brotli form made at build or publish where the client can.
func (r *Req) immutable(mediaType, hash string, raw, br []byte, cache string) error {
	c := r.c
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, cache)
	tag := `W/"` + shorten(hash, 22) + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderContentType, mediaType)
	if matches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	if len(br) > 0 && encoding(c.Get(fiber.HeaderAcceptEncoding)) == "br" {
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(br)
	}
	// A browser offers br over TLS only: on the plain HTTP of a zonal box the
	// shell would be three times as large without this.
	if len(br) > 0 && encoding(c.Get(fiber.HeaderAcceptEncoding)) == "gzip" {
		w := gzipWriters.Get().(*gzip.Writer)
		defer gzipWriters.Put(w)
		return r.sendThrough("gzip", w, raw)
	}
	return c.Send(raw)
}

func escapeQuery(s string) string { return url.QueryEscape(s) }

func notFound() *darasa.Error {
	return darasa.Fail(darasa.NotFound, "Ukurasa huu haupo.", "There is no such page.")
}
