package native

import (
	"slices"
	"strings"

	"darasa/backend/darasa"
)

// checks holds lessons against questions: every {{check}} names a question for
// practice, once in a page and in every language alike.
func (r *reader) checks(c *Course) {
	questions := make(map[string]*Question, len(c.Questions))
	for i := range c.Questions {
		questions[c.Questions[i].Slug] = &c.Questions[i]
	}
	placed := map[string]bool{}
	for _, m := range c.Modules {
		for _, l := range m.Lessons {
			for _, lang := range c.Languages {
				if p := l.Pages[lang]; p != nil {
					r.pageChecks(l.Slug, p, questions, placed)
				}
			}
			r.alike(l, c.Languages)
		}
	}
	for _, q := range c.Questions {
		if q.Use == "check" && !placed[q.Slug] {
			r.warn("questions.yaml", q.Line, darasa.T("Swali la mazoezi %q haliko kwenye somo lolote.", "The practice question %q stands in no lesson.", q.Slug), darasa.T("Weka {{check %s}} kwenye somo, au libadilishe kuwa use: test.", "Put {{check %s}} into a lesson, or make it use: test.", q.Slug))
		}
	}
}

func (r *reader) pageChecks(lesson string, p *Page, questions map[string]*Question, placed map[string]bool) {
	seen := map[string]bool{}
	for _, b := range p.Blocks {
		if b.Kind != Check || b.Slug == "" {
			continue
		}
		q := questions[b.Slug]
		switch {
		case q == nil:
			r.wrong(p.File, b.Line, darasa.T("Swali %q halipo.", "There is no question %q.", cut(b.Slug)), darasa.T("Liandike kwenye questions.yaml kwa use: check, au rekebisha jina.", "Write it in questions.yaml with use: check, or correct the name."))
		case q.Use != "check":
			r.wrong(p.File, b.Line, darasa.T("Swali %q ni la jaribio.", "The question %q belongs to the test.", b.Slug), darasa.T("Tumia swali la use: check; maswali ya jaribio hayaonyeshwi kwenye somo.", "Use one with use: check; test questions are not shown in a lesson."))
		case seen[b.Slug]:
			r.wrong(p.File, b.Line, darasa.T("Swali %q liko mara mbili kwenye somo.", "The question %q stands twice in the lesson.", b.Slug), darasa.T("Liache mara moja.", "Keep it once."))
		case q.Lesson != "" && q.Lesson != lesson:
			r.warn("questions.yaml", q.Line, darasa.T("Swali %q liko kwenye somo %q, lakini linasema %q.", "The question %q stands in the lesson %q, but names %q.", q.Slug, lesson, q.Lesson), darasa.T("Rekebisha lesson.", "Correct its lesson."))
		}
		seen[b.Slug], placed[b.Slug] = true, true
	}
}

// alike reports a lesson whose languages differ in their practice questions.
func (r *reader) alike(l Lesson, langs []darasa.Lang) {
	if len(langs) < 2 || l.Pages[langs[0]] == nil || l.Pages[langs[1]] == nil {
		return
	}
	a, b := l.Pages[langs[0]], l.Pages[langs[1]]
	one, two := slices.Sorted(slices.Values(a.Checks)), slices.Sorted(slices.Values(b.Checks))
	if !slices.Equal(one, two) {
		r.wrong(b.File, 0, darasa.T("Maswali ya mazoezi si sawa na ya %s (%s).", "The practice questions differ from those of %s (%s).", a.File, strings.Join(one, ", ")), darasa.T("Weka {{check}} zilezile katika lugha zote.", "Put the same {{check}} lines into every language."))
	}
	if a.Minutes != b.Minutes {
		r.warn(b.File, 3, darasa.T("Dakika si sawa na za %s (%d).", "The minutes differ from those of %s (%d).", a.File, a.Minutes), darasa.T("Andika dakika zilezile.", "Write the same minutes."))
	}
}
