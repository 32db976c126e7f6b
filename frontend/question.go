package frontend

import (
	"slices"
	"strconv"
	"strings"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/locale"
)

// QuestionView is one question with what was answered, and what came of it.
type QuestionView struct {
	Number   int                 // from 1; 0 for a practice question
	Question assessment.Question // options in the order to show
	Answer   assessment.Answer
	Typed    map[string]string // inputs as typed, where they made no answer
	Problem  string            // why what was typed is no answer, in the page's language
	Mark     *Mark             // after grading
}

// Mark is what is said after an answer. A failed try shows what was wrong; the
// key only when the rule allows it.
type Mark struct {
	Right    bool
	Answered bool
	Feedback darasa.Text            // for the whole question
	Options  map[string]darasa.Text // why not, per option chosen
	Key      []darasa.Text          // the right answer in words, in order; empty: not shown
}

// QuestionField is the name of a question's input, and the id of its fieldset.
func QuestionField(slug string) string { return "q." + slug }

// OrderField is the name of the select of one step of an ordering question.
func OrderField(slug, option string) string { return "q." + slug + "." + option }

// ReadAnswer reads what a posted form answers to q; get returns all values of
// an input. A finding says why what was typed is no answer; unanswered is none.
// typed is what the page shows again.
func ReadAnswer(q assessment.Question, get func(string) []string) (a assessment.Answer, typed map[string]string, wrong *darasa.Finding) {
	a = assessment.Answer{Question: q.Slug}
	switch q.Kind {
	case assessment.Numeric:
		return readNumber(q, a, get)
	case assessment.Ordering:
		return readOrder(q, a, get)
	}
	for _, o := range get(QuestionField(q.Slug)) {
		known := slices.ContainsFunc(q.Options, func(k assessment.Option) bool { return k.Slug == o })
		truth := q.Kind == assessment.TrueFalse && (o == "true" || o == "false")
		if (known || truth) && !slices.Contains(a.Options, o) {
			a.Options = append(a.Options, o)
		}
	}
	if q.Kind != assessment.Multiple && len(a.Options) > 1 {
		a.Options = a.Options[:1]
	}
	return a, nil, nil
}

func readNumber(q assessment.Question, a assessment.Answer, get func(string) []string) (assessment.Answer, map[string]string, *darasa.Finding) {
	name := QuestionField(q.Slug)
	v := strings.TrimSpace(first(get(name)))
	if v == "" {
		return a, nil, nil
	}
	a.Value = v
	plain := strings.TrimSpace(strings.TrimSuffix(strings.ReplaceAll(v, ",", "."), "%"))
	if _, err := strconv.ParseFloat(plain, 64); err != nil {
		return assessment.Answer{Question: q.Slug}, map[string]string{name: v}, &darasa.Finding{Level: darasa.IsError, Field: name, What: locale.Both("question.not-number"), Mend: locale.Both("question.not-number.mend")}
	}
	return a, nil, nil
}

func readOrder(q assessment.Question, a assessment.Answer, get func(string) []string) (assessment.Answer, map[string]string, *darasa.Finding) {
	typed, at := map[string]string{}, make([]string, len(q.Options))
	whole := true
	for _, o := range q.Options {
		name := OrderField(q.Slug, o.Slug)
		v := first(get(name))
		if v != "" {
			typed[name] = v
		}
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > len(at) || at[n-1] != "" {
			whole = false
			continue
		}
		at[n-1] = o.Slug
	}
	switch {
	case len(typed) == 0:
		return a, nil, nil
	case !whole:
		return a, typed, &darasa.Finding{Level: darasa.IsError, Field: QuestionField(q.Slug), What: locale.Both("question.order-twice"), Mend: locale.Both("question.order-twice.mend")}
	}
	a.Options = at
	return a, typed, nil
}

func first(vs []string) string {
	if len(vs) == 0 {
		return ""
	}
	return vs[0]
}

// Answered tells whether the view holds an answer.
func (v QuestionView) Answered() bool { return len(v.Answer.Options) > 0 || v.Answer.Value != "" }

// chosen tells whether the option is part of the answer.
func (v QuestionView) chosen(option string) bool { return slices.Contains(v.Answer.Options, option) }

// position returns the place given to a step, as typed or as answered, or "".
func (v QuestionView) position(option string) string {
	if s, ok := v.Typed[OrderField(v.Question.Slug, option)]; ok {
		return s
	}
	if i := slices.Index(v.Answer.Options, option); i >= 0 {
		return strconv.Itoa(i + 1)
	}
	return ""
}

// number returns what stands in the input of a numeric question.
func (v QuestionView) number() string {
	if s, ok := v.Typed[QuestionField(v.Question.Slug)]; ok {
		return s
	}
	return v.Answer.Value
}

// options returns the options to show; a true-false question has its two.
func (v QuestionView) options() []assessment.Option {
	if v.Question.Kind == assessment.TrueFalse {
		return []assessment.Option{
			{Slug: "true", Text: locale.Both("question.true")},
			{Slug: "false", Text: locale.Both("question.false")},
		}
	}
	return v.Question.Options
}

// said returns the answer in words, one text a part, for a result.
func (v QuestionView) said() []darasa.Text {
	if v.Question.Kind == assessment.Numeric {
		if v.Answer.Value == "" {
			return nil
		}
		t := darasa.Same(v.Answer.Value)
		if u := v.Question.Unit; !u.Empty() && !strings.HasSuffix(v.Answer.Value, "%") {
			t = darasa.Text{SW: t.SW + " " + u.In(darasa.Swahili), EN: t.EN + " " + u.In(darasa.English)}
		}
		return []darasa.Text{t}
	}
	var out []darasa.Text
	for _, slug := range v.Answer.Options {
		for _, o := range v.options() {
			if o.Slug == slug {
				out = append(out, o.Text)
			}
		}
	}
	return out
}
