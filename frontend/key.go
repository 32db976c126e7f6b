package frontend

import (
	"slices"
	"strconv"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/locale"
)

// KeyWords returns the right answer in words, in order, for a Mark.
func KeyWords(q assessment.Question, k assessment.Key) []darasa.Text {
	if q.Kind == assessment.Numeric {
		v := darasa.Same(strconv.FormatFloat(k.Value, 'f', -1, 64))
		if !q.Unit.Empty() {
			v = darasa.Text{SW: v.SW + " " + q.Unit.In(darasa.Swahili), EN: v.EN + " " + q.Unit.In(darasa.English)}
		}
		return []darasa.Text{v}
	}
	options := QuestionView{Question: q}.options()
	out := make([]darasa.Text, 0, len(k.Right))
	for _, slug := range k.Right {
		i := slices.IndexFunc(options, func(o assessment.Option) bool { return o.Slug == slug })
		if i >= 0 {
			out = append(out, options[i].Text)
		} else {
			out = append(out, locale.Both("question."+slug))
		}
	}
	return out
}
