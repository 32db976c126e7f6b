package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

func typeFor[T any]() reflect.Type { return reflect.TypeFor[T]() }

// Paths of the API and of the doors of devices and foreign systems.
const (
	apiRoot  = "/api/v1"
	openAPI  = "/api/openapi.json"
	syncPath = "/sync"
	xapiRoot = "/xapi"
)

// apiRoutes are the rows of the JSON API, of /sync and of /xapi.
func (s *Server) apiRoutes() []Route {
	a := s.newAPI()
	s.sessionOperations(a)
	s.courseOperations(a)
	s.enrolmentOperations(a)
	s.runOperations(a)
	s.describeOthers(a)
	for _, unused := range []string{"ErrorModel", "ErrorDetail"} {
		delete(a.OpenAPI().Components.Schemas.Map(), unused)
	}
	doc, err := json.Marshal(a.OpenAPI())
	if err != nil {
		panic(err) // our own types only
	}
	rows := append(a.rows, Route{Method: "GET", Path: openAPI, Access: Anybody, As: API, NoLang: true, NoCookie: true, Handle: func(r *Req) error {
		r.SetHeader(fiber.HeaderContentType, "application/openapi+json")
		r.SetHeader(fiber.HeaderCacheControl, "public, no-cache")
		return r.send(fiber.StatusOK, doc, true)
	}})
	return slices.Concat(rows, s.syncRoutes(), s.xapiRoutes())
}

// describeOthers adds to the document what the API has beside the operations:
// files go by plain handlers, because huma reads whole bodies.
func (s *Server) describeOthers(a *api) {
	text := func(name, doc string, required bool) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Required: required, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	bearer := []map[string][]string{{bearerScheme: {}}}
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	a.OpenAPI().AddOperation(&huma.Operation{Method: "GET", Path: apiRoot + "/reports/progress.xlsx", OperationID: "get-progress-workbook", Security: bearer,
		Summary: "The progress workbook of a course or run; trainers.",
		Parameters: []*huma.Param{text("course", "slug of the course", false), text("institution", "the institution in use, where it is given", false),
			text("run", "id of a run", false), text("variant", "full, hrhis or trainsmart", false), text("lang", "sw or en: language of the headers", false)},
		Responses: map[string]*huma.Response{"200": {Description: "The workbook.", Content: map[string]*huma.MediaType{
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {Schema: binary}}}, "default": problemResponse(a)}})
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{"file", "run"}, Properties: map[string]*huma.Schema{
		"file": binary, "run": {Type: huma.TypeString}, "dry_run": {Type: huma.TypeString, Description: "1: say what would happen, change nothing"}}}
	a.OpenAPI().AddOperation(&huma.Operation{Method: "POST", Path: apiRoot + "/rosters", OperationID: "post-roster", Security: bearer,
		Summary:     "Upload a roster (.xlsx or .csv) of a run: one verdict per row; trainers.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: form}}},
		Responses:   map[string]*huma.Response{"200": {Description: "Verdicts, row by row."}, "default": problemResponse(a)}})
}

// ListOf is the shape of every list; next is null at its end, else what to
// give as after.
type ListOf[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"give it as after; null at the end" nullable:"true"`
}

// list is the answer of an operation that lists.
type list[T any] struct{ Body ListOf[T] }

func asList[T any](items []T, next string) *list[T] {
	l := &list[T]{ListOf[T]{Items: items}}
	if items == nil {
		l.Body.Items = []T{}
	}
	if next != "" {
		l.Body.Next = &next
	}
	return l
}

// InLang is the language of an error's detail; every operation takes it. Its
// name, like those of other embedded types, is exported because huma sees only
// such.
type InLang struct {
	Lang string `query:"lang" enum:"sw,en" doc:"language of what is said about an error"`
}

// Paged is the input of a list that has pages.
type Paged struct {
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"items on a page"`
}

// choiceError asks who of several people on a shared phone signs in.
type choiceError struct{ people []account.Choice }

// Error implements error.
func (choiceError) Error() string { return "several people fit" }

// apiChoice is one of the people to choose from.
type apiChoice struct {
	Person darasa.ID `json:"person"`
	Label  string    `json:"label"`
}

// apiError answers an operation's error; all but one are answered by the one
// place for errors.
func (s *Server) apiError(r *Req, err error) error {
	var c choiceError
	if !errors.As(err, &c) {
		return err
	}
	e := darasa.Fail(darasa.Conflict, "Watu kadhaa wanatumia namba hii. Chagua jina, kisha tuma tena pamoja na person.",
		"Several people use this number. Choose a name and send again with person.")
	body := struct {
		problem
		Choices []apiChoice `json:"choices"`
	}{problem: problemOf(r, e, http.StatusConflict)}
	for _, p := range c.people {
		body.Choices = append(body.Choices, apiChoice{p.Person, p.Label})
	}
	if err := r.JSON(http.StatusConflict, body); err != nil {
		return err
	}
	r.SetHeader(fiber.HeaderContentType, "application/problem+json")
	return nil
}

func problemOf(r *Req, e *darasa.Error, status int) problem {
	return problem{Type: "about:blank", Title: string(e.Code), Status: status, Detail: e.Text.In(r.Lang), Code: e.Code,
		Text: e.Text, Findings: e.Findings, Request: r.ID}
}
