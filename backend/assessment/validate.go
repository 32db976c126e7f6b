package assessment

import (
	"slices"

	"darasa/backend/darasa"
)

const maxTyped = 200 // characters of a typed number

// Validate refuses answers that no form of this draw can send: a question or
// option that was not drawn, one answered twice, two options where one may be
// chosen. An incomplete or impossible order and a text that is no number are
// answers, only wrong ones; a page warns of them before it sends (Doubts).
func (p *Paper) Validate(answers []Answer) error {
	var found []darasa.Finding
	wrong := func(field, sw, en string, args ...any) {
		found = append(found, darasa.Finding{Level: darasa.IsError, Field: field, What: darasa.T(sw, en, args...),
			Mend: darasa.T("Fungua jaribio upya na ujibu kwenye ukurasa wake.", "Open the quiz again and answer on its page.")})
	}
	seen := map[string]bool{}
	for _, a := range answers {
		at := slices.IndexFunc(p.Draw, func(d Drawn) bool { return d.Question == a.Question })
		q := p.question(a.Question)
		switch {
		case at < 0 || q == nil:
			wrong(a.Question, "Swali %q halimo kwenye jaribio hili.", "The question %q is not in this quiz.", a.Question)
			continue
		case seen[a.Question]:
			wrong(a.Question, "Swali %q limejibiwa mara mbili.", "The question %q is answered twice.", a.Question)
		case q.Kind != Numeric && a.Value != "" || q.Kind == Numeric && len(a.Options) > 0 || len(a.Value) > maxTyped:
			wrong(a.Question, "Jibu la swali %q si la aina yake.", "The answer to %q is not of its kind.", a.Question)
		case (q.Kind == Single || q.Kind == TrueFalse) && len(a.Options) > 1:
			wrong(a.Question, "Swali %q linahitaji chaguo moja.", "The question %q takes one option.", a.Question)
		case len(a.Options) > len(q.Options):
			wrong(a.Question, "Swali %q lina majibu mengi mno.", "The question %q has too many answers.", a.Question)
		}
		seen[a.Question] = true
		for i, o := range a.Options {
			known := slices.Contains(p.Draw[at].Options, o)
			if o == "" && q.Kind == Ordering { // a step left open
				continue
			}
			if !known {
				wrong(a.Question, "Chaguo %q halimo kwenye swali %q.", "The option %q is not in the question %q.", o, a.Question)
			} else if q.Kind == Multiple && slices.Contains(a.Options[:i], o) {
				wrong(a.Question, "Chaguo %q limetumwa mara mbili.", "The option %q was sent twice.", o)
			}
		}
	}
	if found != nil {
		return darasa.Fail(darasa.Invalid, "Majibu hayalingani na jaribio hili.", "The answers do not fit this quiz.").With(found...)
	}
	return nil
}

// Doubts returns what a page says before a submission is final: questions
// without an answer, an order with steps missing or named twice, a text that
// is no number. All are warnings; Field is the question.
func (p *Paper) Doubts(answers []Answer) []darasa.Finding {
	var out []darasa.Finding
	for i, d := range p.Draw {
		q := p.question(d.Question)
		if q == nil {
			continue
		}
		if what, mend, ok := doubt(q, answerTo(answers, d.Question), i+1); ok {
			out = append(out, darasa.Finding{Level: darasa.IsWarning, Field: d.Question, What: what, Mend: mend})
		}
	}
	return out
}

func doubt(q *Question, a Answer, n int) (what, mend darasa.Text, ok bool) {
	switch {
	case !a.Answered():
		return darasa.T("Swali %d halijajibiwa.", "Question %d is not answered.", n), darasa.T("Lijibu, au liache hivyo.", "Answer it, or leave it so."), true
	case q.Kind == Numeric && len(ReadNumber(a.Value, q.Unit)) == 0:
		return darasa.T("Jibu la swali %d si namba.", "The answer to question %d is not a number.", n), darasa.T("Andika namba kwa tarakimu, mfano 9.6.", "Type the number in digits, as 9.6."), true
	case q.Kind == Ordering && !complete(q, a):
		return darasa.T("Swali %d: hatua moja haipo au iko mara mbili.", "Question %d: a step is missing or stands twice.", n), darasa.T("Tumia kila hatua mara moja.", "Use every step once."), true
	}
	return darasa.Text{}, darasa.Text{}, false
}

func complete(q *Question, a Answer) bool {
	given := slices.Compact(slices.Sorted(slices.Values(a.Options)))
	return len(a.Options) == len(q.Options) && len(given) == len(q.Options) && !slices.Contains(given, "")
}
