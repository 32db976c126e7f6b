package native

import (
	"darasa/backend/darasa"
)

var questionNeed = []string{"slug", "kind", "use", "lesson", "stages", "outcome", "stem", "feedback"}

// questionMay lists the further keys of each kind; those of the first list are
// needed, those of the second may be left out.
var questionMay = map[string][2][]string{
	"single":    {{"options"}, {"fixed"}},
	"multiple":  {{"options"}, {"fixed"}},
	"truefalse": {{"answer"}, nil},
	"numeric":   {{"value"}, {"tolerance", "unit"}},
	"ordering":  {{"items"}, nil},
}

// readQuestions reads questions.yaml; every question is checked against what
// course.yaml says of lessons, outcomes and quizzes.
func (r *reader) readQuestions(v node, c *Course, at layout) {
	for _, n := range v.items(0, maxQuestion) {
		q := readQuestion(n, c.Languages)
		f := n.raw()
		at.names.take(f["slug"], q.Slug)
		if _, ok := at.lessons[q.Lesson]; q.Lesson != "" && !ok {
			f["lesson"].wrong(darasa.T("Somo %q halipo kwenye course.yaml.", "There is no lesson %q in course.yaml.", q.Lesson), darasa.T("Andika kitambulisho cha somo linalofundisha swali hili.", "Write the slug of the lesson that teaches this question."))
		}
		if q.Outcome > int64(len(c.Outcomes)) {
			f["outcome"].wrong(darasa.T("Matokeo namba %d hayapo.", "There is no outcome number %d.", q.Outcome), darasa.T("course.yaml ina matokeo %d.", "course.yaml has %d outcomes.", len(c.Outcomes)))
		}
		c.Questions = append(c.Questions, q)
	}
	bank := int64(0)
	for _, q := range c.Questions {
		if q.Use == "test" {
			bank++
		}
	}
	for _, q := range c.Quizzes {
		if q.Draw > bank {
			at.quizzes.wrong(darasa.T("Jaribio %q linachota maswali %d, lakini benki ina %d.", "The quiz %q draws %d questions, but the bank holds %d.", q.Slug, q.Draw, bank),
				darasa.T("Ongeza maswali ya use: test, au punguza draw.", "Add questions with use: test, or lower draw."))
		}
	}
}

// raw is a mapping without any check, for a node that was checked before.
func (v node) raw() map[string]node {
	out := map[string]node{}
	for i := 0; v.given() && i+1 < len(v.Content); i += 2 {
		if k := v.Content[i].Value; !out[k].given() {
			out[k] = v.child(v.Content[i+1])
		}
	}
	return out
}

func readQuestion(v node, langs []darasa.Lang) Question {
	kind := node{Node: v.raw()["kind"].Node}.str(20) // its mistakes are reported below
	more := questionMay[kind]
	need := append(append([]string{}, questionNeed...), more[0]...)
	may := more[1]
	if _, ok := questionMay[kind]; !ok {
		may = []string{"options", "fixed", "answer", "value", "tolerance", "unit", "items"}
	}
	f := v.fields(need, may)
	q := Question{Slug: f["slug"].slug(), Kind: f["kind"].oneOf(QuestionKinds), Use: f["use"].oneOf([]string{"test", "check"}),
		Lesson: f["lesson"].slug(), Stages: stages(f["stages"]), Outcome: f["outcome"].whole(1, 100),
		Stem: f["stem"].text(600, langs), Fixed: f["fixed"].given() && f["fixed"].truth(), Line: v.line()}
	said := f["feedback"].fields([]string{"right", "wrong"}, nil)
	q.Right, q.Wrong = said["right"].text(600, langs), said["wrong"].text(600, langs)
	switch q.Kind {
	case "single", "multiple":
		q.readOptions(f["options"], langs)
	case "truefalse":
		q.Answer = f["answer"].truth()
	case "numeric":
		q.readNumber(f, langs)
	case "ordering":
		for _, n := range f["items"].items(3, 7) {
			q.Items = append(q.Items, n.text(300, langs))
		}
		distinct(f["items"], q.Items)
	}
	return q
}

func (q *Question) readNumber(f map[string]node, langs []darasa.Lang) {
	q.Value = f["value"].number(-1e12, 1e12)
	if f["tolerance"].given() {
		q.Tolerance = f["tolerance"].number(0, 1e12)
	}
	if f["unit"].given() {
		q.Unit = f["unit"].text(40, langs)
	}
}

func (q *Question) readOptions(v node, langs []darasa.Lang) {
	high := 6
	if q.Kind == "multiple" {
		high = 8
	}
	var texts []darasa.Text
	right := 0
	for _, n := range v.items(2, high) {
		f := n.fields([]string{"text"}, []string{"right", "feedback"})
		o := Option{Text: f["text"].text(300, langs), Right: f["right"].given() && f["right"].truth()}
		if f["feedback"].given() {
			o.Feedback = f["feedback"].text(600, langs)
		}
		if o.Right {
			right++
		}
		texts = append(texts, o.Text)
		q.Options = append(q.Options, o)
	}
	distinct(v, texts)
	switch {
	case !v.given():
	case q.Kind == "single" && right != 1:
		v.wrong(darasa.T("Swali la single lina chaguo sahihi %d; linatakiwa moja.", "A single question has %d right options; it needs one.", right), darasa.T("Weka right: true kwenye chaguo moja tu.", "Set right: true on exactly one option."))
	case q.Kind == "multiple" && (right == 0 || right == len(q.Options)):
		v.wrong(darasa.T("Swali la multiple linahitaji angalau chaguo moja sahihi na moja lisilo sahihi.", "A multiple question needs at least one right and one wrong option."), darasa.T("Weka right: true kwenye chaguo sahihi.", "Set right: true on the right options."))
	}
}

// distinct reports two choices that read alike: nobody could tell them apart,
// and the slug of an option is made from its text.
func distinct(v node, texts []darasa.Text) {
	seen := map[darasa.Text]bool{}
	for _, t := range texts {
		if seen[t] && !t.Empty() {
			v.wrong(darasa.T("Chaguo %q liko mara mbili.", "The choice %q stands twice.", cut(t.In(darasa.English))), darasa.T("Badilisha au ondoa moja.", "Change or remove one."))
		}
		seen[t] = true
	}
}
