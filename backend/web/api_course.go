package web

import (
	"github.com/danielgtaylor/huma/v2"

	"darasa/backend/course"
	"darasa/backend/darasa"
)

func (s *Server) courseOperations(a *api) {
	operation(a, Route{Method: "GET", Path: apiRoot + "/courses", Access: Anybody},
		huma.Operation{Summary: "The catalogue, in the order of the courses' codes."}, s.apiCourses)
	operation(a, Route{Method: "GET", Path: apiRoot + "/courses/:slug", Access: Anybody},
		huma.Operation{Summary: "One course, in its newest edition."}, s.apiCourse)
}

// CourseBody is a course as a list shows it.
type CourseBody struct {
	Slug      darasa.ID     `json:"slug"`
	Code      string        `json:"code"`
	Title     darasa.Text   `json:"title"`
	Summary   darasa.Text   `json:"summary"`
	Edition   darasa.ID     `json:"edition"`
	Hours     float64       `json:"hours"`
	Stages    []string      `json:"stages" nullable:"false"`
	Cadres    []string      `json:"cadres" nullable:"false"`
	Languages []darasa.Lang `json:"languages" nullable:"false"`
	Bytes     bytesBody     `json:"bytes" doc:"what a learner of one language loads"`
}

// bytesBody is a size on the wire by language, without pictures and sound.
type bytesBody struct {
	SW int64 `json:"sw"`
	EN int64 `json:"en"`
}

// courseDetail is all that the page of a course says.
type courseDetail struct {
	CourseBody
	Owner      darasa.ID         `json:"owner"`
	Outcomes   []darasa.Text     `json:"outcomes" nullable:"false"`
	Modules    []moduleBody      `json:"modules" nullable:"false"`
	Quizzes    []quizBody        `json:"quizzes" nullable:"false"`
	Completion course.Completion `json:"completion"`
	Licence    string            `json:"licence"`
	Review     map[string]string `json:"review,omitempty" doc:"per language: pending or done"`
	Published  darasa.Time       `json:"published"`
	Manifest   string            `json:"manifest" doc:"address of the list of the edition's pieces"`
}

type moduleBody struct {
	Slug    string       `json:"slug"`
	Title   darasa.Text  `json:"title"`
	Lessons []lessonBody `json:"lessons" nullable:"false"`
}

type lessonBody struct {
	Slug    string      `json:"slug"`
	Title   darasa.Text `json:"title"`
	Minutes int64       `json:"minutes"`
}

type quizBody struct {
	Slug  string      `json:"slug"`
	Kind  string      `json:"kind" doc:"pre-test or post-test"`
	Title darasa.Text `json:"title"`
	Draw  int64       `json:"draw" doc:"questions drawn for a try"`
	Pass  float64     `json:"pass" doc:"pass mark, 0 to 1"`
	Tries int64       `json:"tries"`
}

func (s *Server) apiCourses(r *Req, in *struct {
	InLang
	Search   string  `query:"q" maxLength:"200" doc:"beginnings of words"`
	Stage    string  `query:"stage" maxLength:"80"`
	Cadre    string  `query:"cadre" maxLength:"80"`
	Language string  `query:"language" enum:"sw,en" doc:"courses written in this language"`
	Hours    float64 `query:"hours" minimum:"0" doc:"at most so long"`
}) (*list[CourseBody], error) {
	found, err := s.Courses.List(r.Ctx(), r.Actor, course.Filter{Search: in.Search, Stage: in.Stage, Cadre: in.Cadre,
		Lang: darasa.Lang(in.Language), MaxHours: in.Hours})
	if err != nil {
		return nil, err
	}
	out := make([]CourseBody, 0, len(found))
	for _, it := range found {
		out = append(out, courseOf(it))
	}
	return asList(out, ""), nil
}

func courseOf(it *course.Item) CourseBody {
	e := it.Edition
	sw, _ := it.Bytes(darasa.Swahili)
	en, _ := it.Bytes(darasa.English)
	return CourseBody{Slug: e.Course, Code: e.Code, Title: e.Title, Summary: e.Summary, Edition: e.ID, Hours: e.Hours, Stages: full(e.Stages),
		Cadres: full(e.Cadres), Languages: full(e.Languages), Bytes: bytesBody{sw, en}}
}

// full writes a missing list as an empty one: JSON lists are never null.
func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Server) apiCourse(r *Req, in *struct {
	InLang
	Slug darasa.ID `path:"slug" maxLength:"80"`
}) (*struct{ Body courseDetail }, error) {
	it, err := s.Courses.Item(r.Ctx(), r.Actor, in.Slug)
	if err != nil {
		return nil, err
	}
	e := it.Edition
	d := courseDetail{CourseBody: courseOf(it), Owner: it.Course.Owner, Outcomes: full(e.Outcomes), Modules: []moduleBody{}, Quizzes: []quizBody{},
		Completion: e.Completion, Licence: e.Licence, Review: e.Review, Published: e.At, Manifest: "/editions/" + string(e.ID) + "/manifest.json"}
	for _, m := range e.Modules {
		b := moduleBody{Slug: m.Slug, Title: m.Title, Lessons: []lessonBody{}}
		for _, l := range m.Lessons {
			b.Lessons = append(b.Lessons, lessonBody{l.Slug, l.Title, l.Minutes})
		}
		d.Modules = append(d.Modules, b)
	}
	for _, q := range e.Quizzes {
		d.Quizzes = append(d.Quizzes, quizBody{q.Slug, q.Kind, q.Title, q.Draw, q.Pass, q.Tries})
	}
	return &struct{ Body courseDetail }{d}, nil
}
