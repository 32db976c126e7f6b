package attempt

import (
	"slices"
	"strconv"
	"strings"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

// Statements derives what a submitted attempt says in xAPI: answered for each
// question, completed, and where it counts scored and passed or failed. Ids
// come from attempt and act, so that a rebuild writes none twice and a regrade
// only what it changed. bank tells the kinds of the questions. It is pure:
// they count as stored when the attempt was received.
func Statements(a *Attempt, bank []assessment.Question, v Voice) []lrs.Statement {
	now := a.Received
	if a.State != GradedState || len(a.Grades) == 0 {
		return nil
	}
	quiz, courseIRI := v.Activity(a.Course, a.Quiz), v.Activity(a.Course, "")
	act := func(verb Verb, parts ...string) Act {
		return Act{ID: darasa.DeriveID("statement", append([]string{string(a.ID)}, parts...)...), Verb: verb,
			Object: quiz, Type: QuizType, Registration: a.Enrolment, Within: []string{courseIRI}, At: a.Submitted}
	}
	out := make([]lrs.Statement, 0, len(a.Draw)+3)
	first := a.Grades[0]
	for _, m := range first.Marks {
		x := act(Answered, "answered", m.Question)
		x.Object, x.Type, x.Within = v.Activity(a.Course, m.Question), QuestionType, []string{quiz, courseIRI}
		x.Interaction = interaction(bank, m.Question)
		x.Result = &ActResult{Response: response(a.Answers, m.Question)}
		if right := m.Points >= m.Max && m.Max > 0; a.Kind != PreTest {
			x.Result.Success = &right // of a pre-test it would tell the key: the post-test draws from the same bank
		}
		out = append(out, v.Say(x, now))
	}
	yes := true
	done := act(Completed, "completed")
	done.Result = &ActResult{Completion: &yes}
	if k := a.kept(); k != "" {
		done.Extensions = map[string]any{v.Extension("kept"): k}
	}
	out = append(out, v.Say(done, now))
	if a.Extra {
		return out
	}
	return append(out, judged(a, v, act, now)...)
}

// judged are the statements about grades: scored once per grade, passed or
// failed once per outcome.
func judged(a *Attempt, v Voice, act func(Verb, ...string) Act, now darasa.Time) []lrs.Statement {
	var out []lrs.Statement
	for i, g := range a.Grades {
		parts := []string{"scored"}
		if i > 0 {
			parts = append(parts, strconv.FormatInt(g.KeyVersion, 10), strconv.FormatInt(g.RuleVersion, 10))
		}
		x := act(Scored, parts...)
		x.Result = &ActResult{Score: &Score{Scaled: g.Score, Raw: g.Points, Max: g.Max}}
		out = append(out, v.Say(x, now))
		if a.Kind == PreTest || i > 0 && g.Pass == a.Grades[i-1].Pass {
			continue
		}
		verb, name := Failed, "failed"
		if g.Pass {
			verb, name = Passed, "passed"
		}
		y := act(verb, name)
		pass := g.Pass
		y.Result = &ActResult{Success: &pass, Score: x.Result.Score}
		out = append(out, v.Say(y, now))
	}
	return out
}

// interaction maps our kinds to those of xAPI.
func interaction(bank []assessment.Question, slug string) string {
	i := slices.IndexFunc(bank, func(q assessment.Question) bool { return q.Slug == slug })
	if i < 0 {
		return "other"
	}
	switch bank[i].Kind {
	case assessment.TrueFalse:
		return "true-false"
	case assessment.Numeric:
		return "numeric"
	case assessment.Ordering:
		return "sequencing"
	}
	return "choice"
}

// response is the answer as xAPI writes it: choices joined by "[,]".
func response(answers []assessment.Answer, slug string) string {
	i := slices.IndexFunc(answers, func(a assessment.Answer) bool { return a.Question == slug })
	if i < 0 {
		return ""
	}
	if answers[i].Value != "" {
		return answers[i].Value
	}
	return strings.Join(answers[i].Options, "[,]")
}
