package assessment_test

import (
	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/content/native"
)

// written is one question of every kind, as an author writes them.
func written() []native.Question {
	t := darasa.T
	said := func(q native.Question) native.Question {
		q.Use, q.Lesson, q.Stages, q.Outcome = "test", "somo", []string{"management"}, 1
		q.Right, q.Wrong = t("Sahihi.", "Right."), t("Jibu ni hili.", "The answer is this.")
		return q
	}
	return []native.Question{
		said(native.Question{Slug: "timeliness", Kind: "single", Stem: t("Ngapi?", "How many?"), Options: []native.Option{
			{Text: t("75 %", "75 %"), Right: true}, {Text: t("91.7 %", "91.7 %"), Feedback: t("Huo ni ukamilifu.", "That is completeness.")}, {Text: t("9 %", "9 %")}}}),
		said(native.Question{Slug: "causes", Kind: "multiple", Stem: t("Zipi?", "Which?"), Options: []native.Option{
			{Text: t("a", "a"), Right: true}, {Text: t("b", "b")}, {Text: t("c", "c"), Right: true}}}),
		said(native.Question{Slug: "empty-is-zero", Kind: "truefalse", Stem: t("Tupu ni 0?", "Is empty 0?")}),
		said(native.Question{Slug: "dropout", Kind: "numeric", Stem: t("Kiwango?", "Rate?"), Value: 9.6, Tolerance: 0.1, Unit: darasa.Same("%")}),
		said(native.Question{Slug: "steps", Kind: "ordering", Stem: t("Panga.", "Order."), Items: []darasa.Text{t("kwanza", "first"), t("pili", "second"), t("tatu", "third")}}),
	}
}

// paper is all of written as one drawn quiz.
func paper(seed int64) *assessment.Paper {
	p := &assessment.Paper{KeyVersion: 1}
	for _, n := range written() {
		q, k := assessment.Build(n)
		p.Questions, p.Keys = append(p.Questions, q), append(p.Keys, k)
	}
	p.Draw = assessment.Draw(seed, "checking-our-data@1", "post-test", p.Questions, len(p.Questions))
	return p
}

// perfect answers every question of p by its key.
func perfect(p *assessment.Paper) []assessment.Answer {
	var out []assessment.Answer
	for _, k := range p.Keys {
		a := assessment.Answer{Question: k.Slug, Options: k.Right}
		if k.Slug == "dropout" {
			a = assessment.Answer{Question: k.Slug, Value: "9,6 %"}
		}
		out = append(out, a)
	}
	return out
}
