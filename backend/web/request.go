package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

// Req is one request as handlers see it: who asks, in which language, when.
type Req struct {
	c      *fiber.Ctx
	srv    *Server
	Route  *Route
	Actor  darasa.Actor
	Signed *account.Signed // nil where nobody is signed in
	Lang   darasa.Lang
	Now    darasa.Time
	ID     string
	body   io.Reader
	form   url.Values
}

// Ctx returns the context of the request; it ends with the connection's deadline.
func (r *Req) Ctx() context.Context { return r.c.UserContext() }

// Param returns a part of the path.
func (r *Req) Param(name string) string { return r.c.Params(name) }

// Query returns a value of the query string.
func (r *Req) Query(name string) string { return r.c.Query(name) }

// QueryAll returns the whole query string.
func (r *Req) QueryAll() url.Values {
	v, _ := url.ParseQuery(string(r.c.Request().URI().QueryString()))
	return v
}

// Path returns the path without the query.
func (r *Req) Path() string { return r.c.Path() }

// Header returns a request header.
func (r *Req) Header(name string) string { return r.c.Get(name) }

// SetHeader sets a header of the answer.
func (r *Req) SetHeader(name, value string) { r.c.Set(name, value) }

// Body returns the body, already read and within the route's limit.
func (r *Req) Body() []byte { return r.c.Body() }

// Stream returns the body of a streaming route; reading past the route's
// limit gives a TooLarge error.
func (r *Req) Stream() io.Reader { return r.body }

// Form returns a field of a posted form.
func (r *Req) Form(name string) string { return r.FormAll().Get(name) }

// FormAll returns every field of a posted form.
func (r *Req) FormAll() url.Values {
	if r.form == nil {
		r.form, _ = url.ParseQuery(string(r.c.Body()))
	}
	return r.form
}

// Bind reads a JSON body strictly: an unknown property is an error that names it.
func (r *Req) Bind(v any) error {
	d := json.NewDecoder(bytes.NewReader(r.Body()))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil && d.More() {
		err = errors.New("something follows the value")
	}
	if err != nil {
		return darasa.Fail(darasa.Invalid, "JSON haisomeki: %s.", "The JSON cannot be read: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// Parts returns the reader of a multipart upload.
func (r *Req) Parts() (*multipart.Reader, error) {
	t, params, err := mime.ParseMediaType(r.Header("Content-Type"))
	if err != nil || t != "multipart/form-data" || params["boundary"] == "" {
		return nil, darasa.Fail(darasa.Invalid, "Chagua faili kisha upakie tena.", "Choose a file and upload it again.")
	}
	return multipart.NewReader(r.body, params["boundary"]), nil
}

// Redirect answers with 303 See Other.
func (r *Req) Redirect(to string) error { return r.c.Redirect(to, fiber.StatusSeeOther) }

// To returns a path of the platform in the request's language.
func (r *Req) To(path string) string { return "/" + string(r.Lang) + path }

// HTML renders a page: private, revalidated by a weak ETag, compressed.
func (r *Req) HTML(status int, page templ.Component) error {
	var b bytes.Buffer
	b.Grow(16 << 10)
	if err := page.Render(r.Ctx(), &b); err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	if r.c.GetRespHeader(fiber.HeaderCacheControl) == "" {
		r.c.Set(fiber.HeaderCacheControl, "private, no-cache")
	}
	return r.send(status, b.Bytes(), true)
}

// JSON answers with v as JSON.
func (r *Req) JSON(status int, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, "application/json")
	r.c.Set(fiber.HeaderCacheControl, "private, no-store")
	return r.send(status, b.Bytes(), true)
}

// Bytes answers with a file that is kept in memory.
func (r *Req) Bytes(mediaType, name string, b []byte) error {
	r.c.Set(fiber.HeaderContentType, mediaType)
	if name != "" {
		r.attachment(name)
	}
	r.c.Set(fiber.HeaderCacheControl, "private, no-store")
	return r.send(fiber.StatusOK, b, false)
}

// Reader streams a file of known size (-1: unknown) and closes it.
func (r *Req) Reader(mediaType, name string, body io.Reader, size int) error {
	r.c.Set(fiber.HeaderContentType, mediaType)
	if name != "" {
		r.attachment(name)
	}
	r.c.Set(fiber.HeaderCacheControl, "private, no-store")
	return r.c.SendStream(body, size)
}

func (r *Req) attachment(name string) {
	r.c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// NoContent answers with 204.
func (r *Req) NoContent() error { return r.c.SendStatus(fiber.StatusNoContent) }
