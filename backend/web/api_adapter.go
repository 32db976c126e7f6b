package web

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// api is the small JSON API. huma reads and checks input by the types of the
// operations and writes the OpenAPI document from the same types; everything
// else, from who may call to what an error looks like, is the row's. huma's own
// adapter for fiber is not used: it adds routes past the access table, reads
// the connection that the guard has read already, and writes errors itself.
type api struct {
	huma.API
	srv  *Server
	rows []Route
}

// newAPI returns an API without operations.
func (s *Server) newAPI() *api {
	a := &api{srv: s}
	taken := huma.Format{Marshal: capture, Unmarshal: huma.DefaultJSONFormat.Unmarshal}
	config := huma.Config{OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Darasa", Version: s.cfg.Version, Description: "Lists are {\"items\":[…],\"next\":…}: give next as after. " +
			"Texts are {\"sw\":…,\"en\":…}. Errors are problem documents (RFC 9457), their detail in the language of ?lang=."},
		Servers: []*huma.Server{{URL: strings.TrimSuffix(s.cfg.URL.String(), "/")}},
		Components: &huma.Components{
			Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			SecuritySchemes: map[string]*huma.SecurityScheme{bearerScheme: {Type: "http", Scheme: "bearer"}},
		},
	}, Formats: map[string]huma.Format{fiber.MIMEApplicationJSON: taken, "application/problem+json": taken}, DefaultFormat: fiber.MIMEApplicationJSON}
	a.API = huma.NewAPI(config, a)
	return a
}

const bearerScheme = "bearer"

// Handle implements huma.Adapter: an operation becomes the handler of the row
// that was added last.
func (a *api) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.rows[len(a.rows)-1].Handle = func(r *Req) error {
		c := &call{Req: r, op: op, status: op.DefaultStatus}
		handler(c)
		if c.failed != nil {
			return a.srv.apiError(r, c.failed)
		}
		if c.out == nil {
			return r.c.SendStatus(c.status)
		}
		return r.JSON(c.status, c.out)
	}
}

// ServeHTTP implements huma.Adapter; nothing calls it.
func (a *api) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "not served here", http.StatusNotImplemented)
}

// callKey finds the call in the context that huma hands to an operation.
type callKey struct{}

// operation adds a row and what it does: do gets the request and the checked
// input. path is as in the access table, op has what the document says.
func operation[I, O any](a *api, row Route, op huma.Operation, do func(*Req, *I) (*O, error)) {
	row.As, row.NoLang = API, true
	a.rows = append(a.rows, row)
	op.Method, op.Path, op.OperationID = row.Method, openPath(row.Path), strings.ToLower(row.Method)+strings.NewReplacer("/", "-", ":", "").Replace(row.Path)
	op.BodyReadTimeout, op.MaxBodyBytes, op.Responses = -1, row.Limit, map[string]*huma.Response{}
	if !row.Access.Open {
		op.Security = []map[string][]string{{bearerScheme: {}}}
	}
	huma.Register(a.API, op, func(ctx context.Context, in *I) (*O, error) {
		c := ctx.Value(callKey{}).(*call)
		out, err := do(c.Req, in)
		if err != nil {
			c.failed = err
			return nil, huma.NewError(http.StatusInternalServerError, "")
		}
		return out, nil
	})
	op.Responses["default"] = problemResponse(a) // in place of huma's own shape of errors
}

// openPath writes ":name" as OpenAPI does, "{name}".
func openPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

func problemResponse(a *api) *huma.Response {
	schema := a.OpenAPI().Components.Schemas.Schema(typeFor[problem](), true, "Problem")
	return &huma.Response{Description: "What is wrong, in both languages.",
		Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
}

// capture takes huma's answer before it is written: the row writes it.
func capture(w io.Writer, v any) error {
	c, ok := w.(*call)
	if !ok {
		return errors.New("no call to answer")
	}
	var model *huma.ErrorModel
	if e, ok := v.(error); ok && errors.As(e, &model) {
		if c.failed == nil {
			c.failed = badInput(model)
		}
		return nil
	}
	c.out = v
	return nil
}

// badInput turns huma's findings into ours.
func badInput(m *huma.ErrorModel) error {
	if m.Status >= http.StatusInternalServerError {
		return darasa.Fail(darasa.Internal, "Hitilafu kwenye seva.", "An error on the server.").Because(m)
	}
	e := darasa.Fail(darasa.Invalid, "Ombi si sahihi.", "The request is not valid.")
	for _, d := range m.Errors {
		e.Findings = append(e.Findings, darasa.Finding{Level: darasa.IsError, Field: fieldOf(d),
			What: darasa.T("Si sahihi: %s.", "Not valid: %s.", d.Message)})
	}
	if len(e.Findings) == 0 {
		e.Text = darasa.T("Ombi si sahihi: %s.", "The request is not valid: %s.", m.Detail)
	}
	return e
}

// fieldOf names the property that a finding is about, without "body.".
func fieldOf(d *huma.ErrorDetail) string {
	for _, in := range []string{"body", "query", "path"} {
		if rest, ok := strings.CutPrefix(d.Location, in+"."); ok {
			return rest
		}
	}
	if d.Location == "body" && strings.HasPrefix(d.Message, "expected required property ") {
		name, _, _ := strings.Cut(strings.TrimPrefix(d.Message, "expected required property "), " ")
		return name
	}
	return d.Location
}

// call is one request as huma sees it, and its answer before it is written.
type call struct {
	*Req
	op     *huma.Operation
	status int
	out    any
	failed error
}

var _ huma.Context = (*call)(nil)

// Operation implements huma.Context, as all methods below.
func (c *call) Operation() *huma.Operation { return c.op }

// Context returns the request's context, with the call in it.
func (c *call) Context() context.Context { return context.WithValue(c.Ctx(), callKey{}, c) }

// TLS returns the connection's state, nil where a proxy holds it.
func (c *call) TLS() *tls.ConnectionState { return c.c.Context().TLSConnectionState() }

// Version returns the protocol's version.
func (c *call) Version() huma.ProtoVersion { return huma.ProtoVersion{Proto: c.c.Protocol()} }

// Method returns the request's method.
func (c *call) Method() string { return c.c.Method() }

// Host returns the host that was asked for.
func (c *call) Host() string { return string(c.c.Request().Host()) }

// RemoteAddr returns the caller's address.
func (c *call) RemoteAddr() string { return c.c.IP() }

// URL returns the address with its query.
func (c *call) URL() url.URL { return url.URL{Path: c.Path(), RawQuery: c.QueryAll().Encode()} }

// Param returns a part of the path with its escapes undone.
func (c *call) Param(name string) string { return string(idParam(c.Req, name)) }

// Header returns a request header. A body without a type, or with the one that
// curl -d gives, is JSON: no browser's form can reach an operation that way,
// because the guard has asked where the request comes from.
func (c *call) Header(name string) string {
	v := c.Req.Header(name)
	if name == fiber.HeaderContentType && (v == "" || strings.HasPrefix(v, fiber.MIMEApplicationForm)) {
		return fiber.MIMEApplicationJSON
	}
	if name == fiber.HeaderAccept { // there is one form of answer
		return ""
	}
	return v
}

// EachHeader calls f for every request header.
func (c *call) EachHeader(f func(name, value string)) {
	for name, values := range c.c.GetReqHeaders() {
		for _, v := range values {
			f(name, v)
		}
	}
}

// BodyReader returns the body, which the guard has read.
func (c *call) BodyReader() io.Reader { return bytes.NewReader(c.Body()) }

// GetMultipartForm fails: no operation takes a form.
func (c *call) GetMultipartForm() (*multipart.Form, error) {
	return nil, errors.New("no operation takes a multipart form")
}

// SetReadDeadline does nothing: the body is read already.
func (c *call) SetReadDeadline(time.Time) error { return nil }

// SetStatus keeps the status of the answer.
func (c *call) SetStatus(code int) { c.status = code }

// Status returns the status of the answer.
func (c *call) Status() int { return c.status }

// SetHeader sets a header of the answer.
func (c *call) SetHeader(name, value string) { c.Req.SetHeader(name, value) }

// AppendHeader adds to a header of the answer.
func (c *call) AppendHeader(name, value string) { c.c.Append(name, value) }

// BodyWriter returns the call, which takes the answer.
func (c *call) BodyWriter() io.Writer { return c }

// Write implements io.Writer for what huma says where it cannot write JSON.
func (c *call) Write(p []byte) (int, error) {
	c.failed = darasa.Fail(darasa.Internal, "Hitilafu kwenye seva.", "An error on the server.").Because(errors.New(string(p)))
	return len(p), nil
}
