package native

import (
	"slices"

	"darasa/backend/darasa"
)

var (
	courseNeed = []string{"slug", "code", "title", "summary", "outcomes", "stages", "cadres", "hours", "completion", "authors", "licence", "modules", "quizzes"}
	courseMay  = []string{"area", "cpd", "prerequisites", "reviewers", "review", "languages"}
)

// names remembers which slugs of a course are taken and where: activity
// addresses are built from them, so two of one name would be one thing.
type names struct {
	at map[string]node
}

func (n *names) take(v node, slug string) {
	if slug == "" {
		return
	}
	if first, ok := n.at[slug]; ok {
		v.wrong(darasa.T("Kitambulisho %q kimeshatumika (%s:%d).", "The slug %q is already used (%s:%d).", slug, first.file, first.line()),
			darasa.T("Kila moduli, somo, jaribio na swali liwe na kitambulisho chake.", "Give every module, lesson, quiz and question a slug of its own."))
		return
	}
	n.at[slug] = v
}

// layout is where course.yaml says that a thing stands, for later messages.
type layout struct {
	names   *names
	lessons map[string]node
	modules node
	quizzes node
}

func (r *reader) readCourse(v node) (c *Course, at layout) {
	c = &Course{Review: map[darasa.Lang]string{}, Media: map[string]Media{}}
	f := v.fields(courseNeed, courseMay)
	c.Languages = languages(f["languages"])
	langs := c.Languages
	c.Slug, c.Code = f["slug"].slug(), f["code"].required(12)
	c.Title, c.Summary = f["title"].text(120, langs), f["summary"].text(400, langs)
	for _, o := range f["outcomes"].items(1, 20) {
		c.Outcomes = append(c.Outcomes, o.text(300, langs))
	}
	c.Stages = stages(f["stages"])
	for _, n := range f["cadres"].items(1, 60) {
		c.Cadres = append(c.Cadres, n.slug())
	}
	c.Hours = f["hours"].number(0.25, 400)
	if f["area"].given() {
		c.Area = f["area"].oneOf(append([]string{""}, Areas...))
	}
	for _, n := range f["cpd"].items(0, 20) {
		c.CPD = append(c.CPD, readCPD(n))
	}
	for _, n := range f["prerequisites"].items(0, 20) {
		c.Prerequisites = append(c.Prerequisites, n.slug())
	}
	rule := f["completion"].fields([]string{"lessons", "post-test"}, nil)
	c.AllLessons = rule["lessons"].oneOf([]string{"all", "none"}) == "all"
	c.PostTest = rule["post-test"].truth()
	c.Authors, c.Reviewers = contributors(f["authors"], 1), contributors(f["reviewers"], 0)
	c.Licence = f["licence"].required(80)
	review := f["review"].fields(nil, []string{"sw", "en"})
	for _, l := range darasa.Langs {
		if n, ok := review[string(l)]; ok {
			c.Review[l] = n.oneOf([]string{"pending", "done"})
		}
	}
	at = layout{names: &names{at: map[string]node{}}, lessons: map[string]node{}, modules: f["modules"], quizzes: f["quizzes"]}
	r.readModules(c, &at)
	r.readQuizzes(c, &at, f["completion"])
	return c, at
}

func languages(v node) []darasa.Lang {
	var out []darasa.Lang
	for _, n := range v.items(1, len(darasa.Langs)) {
		l := darasa.Lang(n.oneOf([]string{"sw", "en"}))
		if l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return slices.Clone(darasa.Langs)
	}
	return out
}

func stages(v node) []string {
	var out []string
	for _, n := range v.items(1, len(Stages)) {
		s := n.oneOf(Stages)
		if s != "" && slices.Contains(out, s) {
			n.wrong(darasa.T("Hatua %q imetajwa mara mbili.", "The stage %q is named twice.", s), darasa.T("Iache mara moja.", "Keep it once."))
		}
		out = append(out, s)
	}
	return out
}

func readCPD(v node) CPD {
	f := v.fields([]string{"council", "points", "category"}, []string{"approval", "from", "until"})
	c := CPD{Council: f["council"].required(20), Points: f["points"].number(0, 200), Category: f["category"].required(80),
		Approval: f["approval"].str(60), From: f["from"].date(), Until: f["until"].date()}
	if c.From != "" && c.Until != "" && c.Until < c.From {
		f["until"].wrong(darasa.T("Tarehe ya mwisho iko kabla ya mwanzo.", "The last day is before the first."), darasa.T("Rekebisha from au until.", "Correct from or until."))
	}
	return c
}

func contributors(v node, least int) []Contributor {
	var out []Contributor
	for _, n := range v.items(least, 40) {
		f := n.fields([]string{"name"}, []string{"institution"})
		out = append(out, Contributor{Name: f["name"].required(120), Institution: f["institution"].str(120)})
	}
	return out
}

func (r *reader) readModules(c *Course, at *layout) {
	for _, n := range at.modules.items(1, 40) {
		f := n.fields([]string{"slug", "title", "lessons"}, nil)
		m := Module{Slug: f["slug"].slug(), Title: f["title"].text(120, c.Languages)}
		at.names.take(f["slug"], m.Slug)
		for _, l := range f["lessons"].items(1, maxLessons) {
			slug := l.slug()
			if slug == "" {
				continue
			}
			at.names.take(l, slug)
			at.lessons[slug] = l
			m.Lessons = append(m.Lessons, Lesson{Slug: slug, Pages: map[darasa.Lang]*Page{}})
		}
		c.Modules = append(c.Modules, m)
	}
	if len(at.lessons) > maxLessons {
		at.modules.wrong(darasa.T("Masomo ni zaidi ya %d.", "There are more than %d lessons.", maxLessons), darasa.T("Gawa kozi hii.", "Split the course."))
	}
}

func (r *reader) readQuizzes(c *Course, at *layout, rule node) {
	kinds := map[string]bool{}
	for _, n := range at.quizzes.items(0, 2) {
		f := n.fields([]string{"slug", "kind", "title", "draw"}, []string{"pass", "tries"})
		q := Quiz{Slug: f["slug"].slug(), Kind: f["kind"].oneOf([]string{"pre-test", "post-test"}),
			Title: f["title"].text(120, c.Languages), Draw: f["draw"].whole(1, 100), Tries: 1}
		at.names.take(f["slug"], q.Slug)
		if kinds[q.Kind] && q.Kind != "" {
			f["kind"].wrong(darasa.T("Kuna %q mbili.", "There are two of %q.", q.Kind), darasa.T("Kozi ina jaribio moja la awali na moja la mwisho.", "A course has one pre-test and one post-test."))
		}
		kinds[q.Kind] = true
		q.readRule(n, f)
		c.Quizzes = append(c.Quizzes, q)
	}
	if c.PostTest && !kinds["post-test"] {
		rule.wrong(darasa.T("Kumaliza kunahitaji jaribio la mwisho, lakini halipo.", "Completion needs a post-test, but there is none."), darasa.T("Ongeza jaribio la kind: post-test, au weka post-test: false.", "Add a quiz of kind: post-test, or set post-test: false."))
	}
}

// readRule reads the pass mark and the tries: a post-test has them, a pre-test
// is one try that is never passed.
func (q *Quiz) readRule(n node, f map[string]node) {
	switch q.Kind {
	case "pre-test":
		for _, k := range []string{"pass", "tries"} {
			if f[k].given() {
				f[k].wrong(darasa.T("Jaribio la awali halina %q.", "A pre-test has no %q.", k), darasa.T("Ondoa mstari huu.", "Remove this line."))
			}
		}
	case "post-test":
		if !f["pass"].given() {
			n.wrong(darasa.T("Alama ya kufaulu (pass) haipo.", "The pass mark (pass) is missing."), darasa.T("Ongeza pass: 80.", "Add pass: 80."))
		}
		q.Pass, q.Tries = f["pass"].number(1, 100), 3
		if f["tries"].given() {
			q.Tries = f["tries"].whole(1, 20)
		}
	}
}
