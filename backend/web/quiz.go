package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/frontend"
)

func (s *Server) quizRoutes() []Route {
	return []Route{
		{Method: "POST", Path: "/learn/:enrolment/quiz/:quiz", Access: SignedIn, Limit: smallForm, Handle: s.openQuiz},
		{Method: "GET", Path: "/quiz/:attempt", Access: SignedIn, Handle: s.quiz},
		{Method: "POST", Path: "/quiz/:attempt", Access: SignedIn, Limit: bigForm, Handle: s.answerQuiz},
	}
}

// openQuiz opens the current or next try. After the last lesson it finishes
// that lesson first, so that one button does both.
func (s *Server) openQuiz(r *Req) error {
	ctx, enrolment := r.Ctx(), idParam(r, "enrolment")
	if done := r.Form("done"); done != "" {
		if _, err := s.Progress.Done(ctx, r.Actor, enrolment, done, "", r.Now); err != nil {
			return err
		}
	}
	at, err := s.Attempts.Open(ctx, r.Actor, enrolment, r.Param("quiz"), r.Now)
	if err != nil {
		return err
	}
	return r.Redirect(r.To(frontend.AttemptPath(at.ID)))
}

// quiz shows a try: its form while it is open, its result after.
func (s *Server) quiz(r *Req) error {
	at, err := s.Attempts.Get(r.Ctx(), r.Actor, idParam(r, "attempt"))
	if err != nil {
		return err
	}
	if at.State == attempt.GradedState {
		return s.result(r, at.ID)
	}
	if at.Person != r.Actor.Person {
		return notFound()
	}
	sheet, err := s.Attempts.SheetOf(r.Ctx(), at)
	if err != nil {
		return err
	}
	return s.showQuiz(r, fiber.StatusOK, sheet, form{})
}

// form is what a refused post of a try shows again.
type form struct {
	views    map[string]frontend.QuestionView
	findings []darasa.Finding
	askBlank bool
	saved    bool
}

// answerQuiz saves or submits. What was typed is kept by the server before
// anything can be refused; a question left blank is asked about once.
func (s *Server) answerQuiz(r *Req) error {
	ctx, id := r.Ctx(), idParam(r, "attempt")
	sheet, err := s.Attempts.Sheet(ctx, r.Actor, id)
	if err != nil {
		return err
	}
	answers, f := s.readAnswers(r, sheet)
	if sheet.Attempt.State == attempt.GradedState { // sent before: show what came of it
		return s.result(r, id)
	}
	if r.Form("go") != "submit" || len(f.findings) > 0 {
		if sheet.Attempt, err = s.Attempts.Save(ctx, r.Actor, id, answers); err != nil {
			return err
		}
		f.saved = true
		status := fiber.StatusOK
		if len(f.findings) > 0 && r.Form("go") == "submit" {
			status = fiber.StatusBadRequest
		}
		return s.showQuiz(r, status, sheet, f)
	}
	event := darasa.ID(r.Form("event"))
	if !darasa.ValidUUID(string(event)) {
		event = ""
	}
	sub := attempt.Submission{Attempt: id, Event: event, Answers: answers, Final: r.Form("blank") == "1"}
	_, _, err = s.Progress.Submit(ctx, r.Actor, sub, r.Now)
	var refused *darasa.Error
	if errors.As(err, &refused) && refused.Code == darasa.Invalid {
		f.findings, f.askBlank, f.saved = refused.Findings, true, true
		for i := range f.findings {
			// The page puts the number of the question before each by itself.
			blank := frontend.Unanswered(f.findings[i].Field)
			blank.Mend = f.findings[i].Mend
			f.findings[i] = blank
		}
		return s.showQuiz(r, fiber.StatusBadRequest, sheet, f)
	}
	if err != nil {
		return err
	}
	return s.result(r, id)
}

func (s *Server) readAnswers(r *Req, sheet attempt.Sheet) ([]assessment.Answer, form) {
	f := form{views: map[string]frontend.QuestionView{}}
	answers := make([]assessment.Answer, 0, len(sheet.Items))
	for i, it := range sheet.Items {
		a, typed, wrong := frontend.ReadAnswer(it.Question, func(name string) []string { return r.FormAll()[name] })
		view := frontend.QuestionView{Number: i + 1, Question: it.Question, Answer: a, Typed: typed}
		if wrong != nil {
			view.Problem = wrong.What.In(r.Lang) + " " + wrong.Mend.In(r.Lang)
			f.findings = append(f.findings, *wrong)
		}
		f.views[it.Question.Slug] = view
		answers = append(answers, a)
	}
	return answers, f
}

func (s *Server) showQuiz(r *Req, status int, sheet attempt.Sheet, f form) error {
	ctx := r.Ctx()
	e, err := s.Courses.Edition(ctx, sheet.Attempt.Edition)
	if err != nil {
		return err
	}
	at := sheet.Attempt
	v := frontend.QuizView{Attempt: at.ID, Course: reference(e), Title: sheet.Quiz.Title, Kind: at.Kind, Number: at.Number,
		Tries: max(sheet.Quiz.Tries, 1, at.Number), PassMark: at.PassMark, Findings: f.findings, Event: darasa.NewID(), AskBlank: f.askBlank}
	if f.saved {
		v.Saved = r.Now
	}
	for i, it := range sheet.Items {
		view, ok := f.views[it.Question.Slug]
		if !ok {
			view = frontend.QuestionView{Number: i + 1, Question: it.Question, Answer: it.Answer}
		}
		for _, finding := range f.findings {
			if finding.Field == frontend.QuestionField(it.Question.Slug) && view.Problem == "" {
				view.Problem = finding.What.In(r.Lang) + " " + finding.Mend.In(r.Lang)
			}
		}
		v.Questions = append(v.Questions, view)
	}
	return r.HTML(status, frontend.QuizPage(r.page(frontend.NavCourses), v))
}

// result shows what came of a try, as much of it as the rule allows.
func (s *Server) result(r *Req, id darasa.ID) error {
	ctx := r.Ctx()
	rev, err := s.Attempts.Review(ctx, r.Actor, id)
	if err != nil {
		return err
	}
	e, err := s.Courses.Edition(ctx, rev.Attempt.Edition)
	if err != nil {
		return err
	}
	v := frontend.ResultView{Attempt: &rev.Attempt, Grade: rev.Grade, Course: reference(e), Title: rev.Quiz.Title,
		Tries: rev.Stand.Allowed, Left: max(0, int(rev.Stand.Allowed-rev.Stand.Used)), KeyShown: rev.KeyShown}
	if rev.Stand.Passed {
		v.Left = 0
	}
	for i, verdict := range rev.Verdicts {
		v.Questions = append(v.Questions, frontend.QuestionView{Number: i + 1, Question: verdict.Question, Answer: verdict.Answer, Mark: markOf(verdict, r.Lang)})
	}
	p, err := s.Progress.Get(ctx, r.Actor, rev.Attempt.Enrolment)
	if err != nil {
		return err
	}
	if p.Person == r.Actor.Person {
		v.Next = nextStep(e, &p)
	}
	return r.HTML(fiber.StatusOK, frontend.ResultPage(r.page(frontend.NavCourses), v))
}
