package assessment

import (
	"slices"

	"darasa/backend/darasa"
)

// Verdict is what is said after one answer. Key, Said and Options are set only
// where the key may be known.
type Verdict struct {
	Question Question // with its options in the order that was shown
	Answer   Answer
	Answered bool
	Right    bool
	Said     darasa.Text    // the question's feedback for this outcome
	Options  []OptionRemark // what is said about the options that were chosen
	Key      *Key
}

// OptionRemark is the feedback on one chosen option.
type OptionRemark struct {
	Option Option
	Text   darasa.Text
}

// Practise judges the answer to a check inside a lesson: everything is said,
// nothing counts. An option that the question does not have is Invalid.
func Practise(q Question, k Key, a Answer) (Verdict, error) {
	a.Question = q.Slug
	p := Paper{Questions: []Question{q}, Keys: []Key{k}, Draw: []Drawn{{Question: q.Slug, Options: optionsOf(q)}}}
	if err := p.Validate([]Answer{a}); err != nil {
		return Verdict{}, err
	}
	return judge(q, &k, a, true), nil
}

func optionsOf(q Question) []string {
	out := make([]string, len(q.Options))
	for i, o := range q.Options {
		out[i] = o.Slug
	}
	return out
}

// Review tells question by question what was right and wrong. showKey is for
// after the last try or a pass: without it a verdict says only right or wrong
// and which lesson teaches it (Question.Lesson), because feedback written by
// authors gives answers away. A question without an answer has no remark on
// options.
func (p *Paper) Review(answers []Answer, showKey bool) []Verdict {
	out := make([]Verdict, 0, len(p.Draw))
	for _, d := range p.Draw {
		q, k := p.question(d.Question), p.key(d.Question)
		if q == nil || k == nil {
			continue
		}
		out = append(out, judge(Shown(*q, d), k, answerTo(answers, d.Question), showKey))
	}
	return out
}

// Shown returns q with its options in the order of a draw.
func Shown(q Question, d Drawn) Question {
	options := make([]Option, 0, len(d.Options))
	for _, slug := range d.Options {
		if i := slices.IndexFunc(q.Options, func(o Option) bool { return o.Slug == slug }); i >= 0 {
			options = append(options, q.Options[i])
		}
	}
	q.Options = options
	return q
}

func judge(q Question, k *Key, a Answer, showKey bool) Verdict {
	v := Verdict{Question: q, Answer: a, Answered: a.Answered(), Right: Right(&q, k, a)}
	if !showKey {
		return v
	}
	v.Key, v.Said = k, k.Feedback.Wrong
	if v.Right {
		v.Said = k.Feedback.Right
	}
	for _, o := range q.Options {
		if t, ok := k.Options[o.Slug]; ok && slices.Contains(a.Options, o.Slug) {
			v.Options = append(v.Options, OptionRemark{o, t})
		}
	}
	return v
}
