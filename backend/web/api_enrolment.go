package web

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/progress"
)

func (s *Server) enrolmentOperations(a *api) {
	operation(a, Route{Method: "POST", Path: apiRoot + "/enrolments", Access: SignedIn, Limit: smallForm},
		huma.Operation{Summary: "Enrol oneself; the same again gives the same enrolment.", DefaultStatus: http.StatusCreated}, s.apiEnrol)
	operation(a, Route{Method: "GET", Path: apiRoot + "/enrolments", Access: SignedIn},
		huma.Operation{Summary: "The own enrolments, the latest active first."}, s.apiEnrolments)
	operation(a, Route{Method: "GET", Path: apiRoot + "/enrolments/:id", Access: SignedIn},
		huma.Operation{Summary: "An enrolment with its progress: the own, or one of the institution's for trainers."}, s.apiEnrolment)
	operation(a, Route{Method: "POST", Path: apiRoot + "/enrolments/:id/tickets", Access: SignedIn, Limit: smallForm},
		huma.Operation{Summary: "The tickets of every try, the same on every device, and this device's token for /sync."}, s.apiTickets)
}

// EnrolmentBody is an enrolment with its progress.
type EnrolmentBody struct {
	ID           darasa.ID   `json:"id"`
	Course       darasa.ID   `json:"course"`
	Edition      darasa.ID   `json:"edition"`
	Run          darasa.ID   `json:"run,omitempty"`
	Institution  darasa.ID   `json:"institution,omitempty"`
	State        string      `json:"state" enum:"active,withdrawn"`
	Status       string      `json:"status" enum:"not-started,in-progress,completed,passed,failed"`
	Progress     float64     `json:"progress" doc:"0 to 1"`
	LessonsDone  int64       `json:"lessons_done"`
	LessonsTotal int64       `json:"lessons_total"`
	PreTest      *float64    `json:"pre_test" doc:"best score, 0 to 1; null: not taken"`
	PostTest     *float64    `json:"post_test" doc:"best score, 0 to 1; null: not taken"`
	TriesUsed    int64       `json:"tries_used" doc:"of the post-test"`
	Seconds      int64       `json:"seconds" doc:"time of reading"`
	Started      string      `json:"started,omitempty"`
	Completed    string      `json:"completed,omitempty"`
	Passed       string      `json:"passed,omitempty"`
	LastActive   string      `json:"last_active,omitempty"`
	Position     string      `json:"position,omitempty" doc:"slug of the lesson read last"`
	Seen         []string    `json:"seen" nullable:"false" doc:"slugs of finished lessons"`
	Attempts     []tryOfBody `json:"attempts" nullable:"false"`
	Flags        []string    `json:"flags,omitempty" doc:"clock: a time beyond now was kept"`
	Certificate  string      `json:"certificate,omitempty" doc:"its number"`
}

type tryOfBody struct {
	ID     darasa.ID   `json:"id"`
	Quiz   string      `json:"quiz"`
	Kind   string      `json:"kind"`
	Number int64       `json:"number"`
	Score  float64     `json:"score" doc:"0 to 1"`
	Pass   bool        `json:"pass"`
	At     darasa.Time `json:"at"`
	Extra  bool        `json:"extra,omitempty" doc:"kept, never counted"`
}

func enrolmentOf(p *progress.Progress) EnrolmentBody {
	b := EnrolmentBody{ID: p.ID, Course: p.Course, Edition: p.Edition, Run: p.Run, Institution: p.Institution, State: "active", Status: p.Status,
		Progress: p.Progress, LessonsDone: p.LessonsDone, LessonsTotal: p.LessonsTotal, PreTest: p.PreTest, PostTest: p.PostTest,
		TriesUsed: p.TriesUsed, Seconds: p.SecondsSpent(), Started: p.StartedAt.String(), Completed: p.CompletedAt.String(),
		Passed: p.PassedAt.String(), LastActive: p.LastActive.String(), Position: p.Position.Lesson, Seen: []string{}, Attempts: []tryOfBody{},
		Flags: p.Flags, Certificate: p.Certificate}
	if p.Withdrawn {
		b.State = "withdrawn"
	}
	for _, l := range p.Seen {
		b.Seen = append(b.Seen, l.Lesson)
	}
	for _, t := range p.Attempts {
		b.Attempts = append(b.Attempts, tryOfBody{t.ID, t.Quiz, t.Kind, t.Number, t.Score, t.Pass, t.At, t.Extra})
	}
	return b
}

// enrolBody says what to enrol in.
type enrolBody struct {
	Course darasa.ID `json:"course" minLength:"1" maxLength:"80" doc:"slug"`
	Run    darasa.ID `json:"run,omitempty" maxLength:"64" doc:"an open run of the institution in use"`
}

func (s *Server) apiEnrol(r *Req, in *struct {
	InLang
	Body enrolBody
}) (*struct {
	Location string `header:"Location"`
	Body     EnrolmentBody
}, error) {
	ctx := r.Ctx()
	n, err := s.newcomer(ctx, r.Actor, r.Signed.Lang)
	if err != nil {
		return nil, err
	}
	e, err := s.Enrolments.EnrolSelf(ctx, r.Actor, in.Body.Course, in.Body.Run, n, r.Now)
	if err != nil {
		return nil, err
	}
	p, err := s.Progress.Get(ctx, r.Actor, e.ID)
	if err != nil {
		return nil, err
	}
	return &struct {
		Location string `header:"Location"`
		Body     EnrolmentBody
	}{apiRoot + "/enrolments/" + string(e.ID), enrolmentOf(&p)}, nil
}

func (s *Server) apiEnrolments(r *Req, _ *InLang) (*list[EnrolmentBody], error) {
	ps, err := s.Progress.Mine(r.Ctx(), r.Actor)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(ps, func(a, b progress.Progress) int { return b.LastActive.Compare(a.LastActive) })
	out := make([]EnrolmentBody, 0, len(ps))
	for i := range ps {
		out = append(out, enrolmentOf(&ps[i]))
	}
	return asList(out, ""), nil
}

// OfEnrolment is the input of an operation on one enrolment.
type OfEnrolment struct {
	InLang
	ID darasa.ID `path:"id" maxLength:"64"`
}

func (s *Server) apiEnrolment(r *Req, in *OfEnrolment) (*struct{ Body EnrolmentBody }, error) {
	e, err := s.Enrolments.Get(r.Ctx(), r.Actor, in.ID) // follows a learner who was moved to another run
	if err != nil {
		return nil, err
	}
	p, err := s.Progress.Get(r.Ctx(), r.Actor, e.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body EnrolmentBody }{enrolmentOf(&p)}, nil
}

// deviceBody names the device that will send what was learnt on it.
type deviceBody struct {
	Device string `json:"device,omitempty" maxLength:"40" doc:"name made on the device; without it the session is the device"`
	Label  string `json:"label,omitempty" maxLength:"120" doc:"what the list of devices shows"`
}

// ticketsBody is what a device needs to learn offline.
type ticketsBody struct {
	ListOf[attempt.Issue]
	Sync   string `json:"sync" doc:"token for /sync"`
	Device string `json:"device"`
}

func (s *Server) apiTickets(r *Req, in *struct {
	OfEnrolment
	Body *deviceBody
}) (*struct{ Body ticketsBody }, error) {
	issues, err := s.Attempts.Tickets(r.Ctx(), r.Actor, in.ID, r.Now)
	if err != nil {
		return nil, err
	}
	d := deviceBody{}
	if in.Body != nil {
		d = *in.Body
	}
	if d.Device == "" {
		d.Device = "session-" + shorten(string(r.Actor.Session), 24)
	}
	if d.Label == "" {
		d.Label = deviceName(r.Header("User-Agent"))
	}
	token, err := s.Progress.SyncToken(r.Ctx(), r.Actor, d.Device, d.Label, r.Now)
	if err != nil {
		return nil, err
	}
	return &struct{ Body ticketsBody }{ticketsBody{ListOf[attempt.Issue]{Items: full(issues)}, token, d.Device}}, nil
}
