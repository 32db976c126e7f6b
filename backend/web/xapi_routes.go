package web

import (
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

// xapiVersion is what answers say; requests may say any 1.0.x
// (xAPI 1.0.3 Communication 3.3).
const (
	xapiVersion    = "1.0.3"
	versionHeader  = "X-Experience-API-Version"
	consistentUpTo = "X-Experience-API-Consistent-Through"
)

// xapiLimit is the greatest body of /xapi/statements.
const xapiLimit = 1_000_000

func (s *Server) xapiRoutes() []Route {
	row := func(method, path string, access Access, limit int64, do func(*Req) error) Route {
		return Route{Method: method, Path: xapiRoot + path, Access: access, Limit: limit, As: XAPI, NoLang: true, NoCookie: true, Handle: xapi(do)}
	}
	return []Route{
		{Method: "GET", Path: xapiRoot + "/about", Access: Anybody, As: XAPI, NoLang: true, NoCookie: true, Handle: s.xapiAbout},
		row("GET", "/statements", SignedIn, noBody, s.xapiGet),
		row("POST", "/statements", SignedIn, xapiLimit, s.xapiPost),
		row("PUT", "/statements", SignedIn, xapiLimit, s.xapiPut),
	}
}

var versions = regexp.MustCompile(`^1\.0(\.\d+)?$`)

// xapi asks for the version of every request but /about.
func xapi(do func(*Req) error) func(*Req) error {
	return func(r *Req) error {
		if v := r.Header(versionHeader); !versions.MatchString(v) {
			return darasa.Fail(darasa.Invalid, "Kichwa "+versionHeader+" kinahitajika: 1.0.3.", "The header "+versionHeader+" is required: 1.0.3.")
		}
		return do(r)
	}
}

// xapiAbout says which versions are spoken (Communication 2.8).
func (s *Server) xapiAbout(r *Req) error {
	return r.JSON(fiber.StatusOK, map[string][]string{"version": {xapiVersion}})
}

// onlyParams refuses a parameter that would be left without effect
// (Communication 1.5: a parameter that is not known is an error).
func onlyParams(r *Req, known ...string) error {
	var fs []darasa.Finding
	for name := range r.QueryAll() {
		if !slices.Contains(known, name) {
			fs = append(fs, darasa.Finding{Level: darasa.IsError, Field: name,
				What: darasa.T("Kigezo hiki hakijulikani.", "This parameter is not known here.")})
		}
	}
	if len(fs) == 0 {
		return nil
	}
	slices.SortFunc(fs, func(a, b darasa.Finding) int { return strings.Compare(a.Field, b.Field) })
	return darasa.Fail(darasa.Invalid, "Ombi si sahihi.", "The request is not valid.").With(fs...)
}

// uuidParam returns a parameter that must be a UUID, empty where it is absent.
func uuidParam(r *Req, name string) (darasa.ID, error) {
	v := strings.ToLower(r.Query(name))
	if v == "" || darasa.ValidUUID(v) {
		return darasa.ID(v), nil
	}
	return "", badProperty(name, "Si UUID.", "It is not a UUID.")
}

// ownAccount is how statements name the actor: a random account, so that an
// erasure takes the name away and leaves the statements.
func (s *Server) ownAccount(r *Req) (lrs.Authority, error) {
	name, err := s.Accounts.StatementName(r.Ctx(), r.Actor.Person)
	if err == nil && name == "" {
		err = darasa.Fail(darasa.NotFound, "Mtu huyu alifutwa.", "This person was erased.")
	}
	return lrs.Authority{HomePage: s.Progress.Base, Name: name}, err
}
