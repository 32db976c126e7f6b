package web

import (
	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// Answer is the shape in which a route answers, errors included.
type Answer int

// Shapes of answers.
const (
	Page Answer = iota // HTML in the reader's language
	API                // JSON; errors as RFC 9457 problem documents
	File               // bytes; errors as pages
	XAPI               // JSON; errors as the xAPI specification wants them
)

// Access says who may call a route.
type Access struct {
	Open  bool          // anybody, signed in or not
	Roles []darasa.Role // one of these in the institution in use; empty and not Open: anybody signed in
}

// Who may call a route. Finer rules (whose enrolment, which institution) are
// the use case's.
var (
	Anybody   = Access{Open: true}
	SignedIn  = Access{}
	Trainers  = Access{Roles: []darasa.Role{darasa.Trainer, darasa.InstitutionAdmin}}
	Authors   = Access{Roles: []darasa.Role{darasa.Author, darasa.InstitutionAdmin}}
	Admins    = Access{Roles: []darasa.Role{darasa.InstitutionAdmin}}
	Nationals = Access{Roles: []darasa.Role{darasa.NationalAdmin}}
)

// Body limits in bytes.
const (
	noBody    = 0
	smallForm = 64_000
	bigForm   = 512_000
	sheetFile = 12_000_000
	courseZip = 200_000_000
)

// Rate is how many calls one caller (a signed-in person, else an address) may
// make a minute; 0 means the general rate.
type Rate int

// Route is a row of the access table.
type Route struct {
	Method string
	Path   string
	Access Access
	Limit  int64 // of the request body
	Stream bool  // the handler reads the body itself (uploads)
	Rate   Rate
	As     Answer
	Handle func(*Req) error
	// Outer routes are called by foreign programs with their own credentials
	// and take no cookie.
	NoCookie bool
	// Choosing routes are open to whoever signed in by a one-time code and must
	// choose a password before anything else.
	Choosing bool
	// NoLang routes carry no language in their path.
	NoLang bool
}

// Routes returns the access table, for the test that walks it.
func (s *Server) Routes() []Route { return s.routes }

// localized returns r once for each language, under /sw and /en.
func localized(rs []Route) []Route {
	out := make([]Route, 0, 2*len(rs))
	for _, r := range rs {
		if r.NoLang {
			out = append(out, r)
			continue
		}
		for _, l := range darasa.Langs {
			c := r
			c.Path = "/" + string(l) + r.Path
			out = append(out, c)
		}
	}
	return out
}

func (s *Server) register(rs []Route) {
	s.routes = localized(rs)
	for i := range s.routes {
		r := &s.routes[i]
		s.app.Add(r.Method, r.Path, func(c *fiber.Ctx) error { return s.serve(c, r) })
		if r.Method == fiber.MethodGet {
			s.app.Add(fiber.MethodHead, r.Path, func(c *fiber.Ctx) error { return s.serve(c, r) })
		}
	}
}
