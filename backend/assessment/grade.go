package assessment

import (
	"math"
	"slices"

	"darasa/backend/darasa"
)

// Rule is the version of the grading rules that new grades are made with.
//
// Version 1: every question is right or wrong as a whole. A multiple-response
// question is right only with all the right options and no other, an ordering
// question only with every step in its place, a numeric one within the
// tolerance, its bounds included. All or nothing keeps the question analysis
// (facility, item-rest correlation) about one thing, and is the rule that a
// learner can be told in one sentence. What is not answered earns nothing and
// costs nothing.
const Rule = 1

// Paper is what one ticket presents and all that grading it needs.
type Paper struct {
	Questions  []Question // the bank
	Keys       []Key
	KeyVersion int64
	Draw       []Drawn
}

func (p *Paper) question(slug string) *Question {
	for i := range p.Questions {
		if p.Questions[i].Slug == slug {
			return &p.Questions[i]
		}
	}
	return nil
}

func (p *Paper) key(slug string) *Key {
	for i := range p.Keys {
		if p.Keys[i].Slug == slug {
			return &p.Keys[i]
		}
	}
	return nil
}

func answerTo(answers []Answer, slug string) Answer {
	for _, a := range answers {
		if a.Question == slug {
			return a
		}
	}
	return Answer{Question: slug}
}

// Answered tells whether anything was given.
func (a Answer) Answered() bool {
	return slices.ContainsFunc(a.Options, func(s string) bool { return s != "" }) || fold(a.Value) != ""
}

// Grade grades a submission under a version of the rules. pass is the pass
// mark from 0 to 1; without one (0) nothing passes, as in a pre-test. Answers
// that the draw does not know are Invalid, as is an unknown rule.
func (p *Paper) Grade(answers []Answer, rule int64, pass float64, at darasa.Time) (Grade, error) {
	if rule != Rule {
		return Grade{}, darasa.Fail(darasa.Invalid, "Kanuni ya alama namba %d haijulikani.", "The grading rule %d is not known.", rule)
	}
	if err := p.Validate(answers); err != nil {
		return Grade{}, err
	}
	g := Grade{KeyVersion: p.KeyVersion, RuleVersion: rule, At: at}
	for _, d := range p.Draw {
		q, k := p.question(d.Question), p.key(d.Question)
		if q == nil || k == nil {
			return Grade{}, darasa.Fail(darasa.Internal, "Swali %q halina ufunguo.", "The question %q has no key.", d.Question)
		}
		a := answerTo(answers, d.Question)
		m := Mark{Question: d.Question, Max: k.Points, Answered: a.Answered()}
		if Right(q, k, a) {
			m.Points = k.Points
		}
		g.Points, g.Max = g.Points+m.Points, g.Max+m.Max
		g.Marks = append(g.Marks, m)
	}
	if g.Max > 0 {
		g.Score = g.Points / g.Max
	}
	g.Pass = pass > 0 && g.Score+1e-9 >= pass
	return g, nil
}

// Right tells whether an answer is right by rule 1.
func Right(q *Question, k *Key, a Answer) bool {
	if !a.Answered() {
		return false
	}
	switch q.Kind {
	case Numeric:
		return slices.ContainsFunc(ReadNumber(a.Value, q.Unit), k.near)
	case Ordering:
		return slices.Equal(a.Options, k.Right)
	}
	given := slices.Sorted(slices.Values(a.Options))
	return slices.Equal(given, slices.Sorted(slices.Values(k.Right)))
}

// near tells whether f lies within the tolerance. The slack covers what binary
// fractions lose: 9.7 is within 0.1 of 9.6.
func (k *Key) near(f float64) bool {
	slack := 1e-9 + 1e-15*math.Abs(k.Value)
	return math.Abs(f-k.Value) <= k.Tolerance+slack
}

// Find returns a question of the paper with its key; nil where there is none.
func (p *Paper) Find(slug string) (*Question, *Key) { return p.question(slug), p.key(slug) }
