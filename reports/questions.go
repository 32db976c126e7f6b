package reports

import (
	"cmp"
	"slices"
	"strings"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/reports/sheet"
)

// items gathers the analysis of questions from the marks of every learner's
// first counted try, in constant memory for each question. Later tries are
// left out: they were made after feedback.
type items struct {
	quizzes map[quizKey]*quizItems
	marks   []assessment.Mark
}

type quizKey struct {
	course darasa.ID
	quiz   string
}

type quizItems struct {
	kind  string
	stats assessment.Items
	blank map[string]int64 // question -> not answered
}

var questionFields = []field{
	col(sheet.Text, 26, "Kozi", "Course", "", ""),
	col(sheet.Text, 18, "Jaribio", "Test", "Kila mwashiriki: nafasi yake ya kwanza iliyohesabiwa", "Each learner's first counted try"),
	col(sheet.Text, 26, "Swali", "Question", "Jina la swali kwenye kozi", "The question's name in the course"),
	col(sheet.Wrapped, 50, "Maandishi ya swali", "Question text", "", ""),
	col(sheet.Integer, 9, "Idadi", "n", "Waliopewa swali hili", "Learners who were given the question"),
	col(sheet.Number, 10, "Wepesi", "Facility index", "Sehemu ya waliopata; 0 ngumu, 1 nyepesi", "The share who were right; 0 hard, 1 easy"),
	col(sheet.Number, 13, "Uwiano na mengine", "Item-rest correlation", "Uwiano wa swali na alama ya maswali mengine; tupu ikiwa haujulikani", "Correlation with the score of the other questions; empty where not defined"),
	col(sheet.Percent, 12, "Hawakujibu", "Not answered", "Sehemu ya waliopewa na hawakujibu", "The share of those given it who did not answer"),
	col(sheet.Wrapped, 34, "Kuangalia", "To look at", "Kuanzia majibu 10", "From 10 answers on"),
}

func newItems() *items { return &items{quizzes: map[quizKey]*quizItems{}} }

func (t *items) setup(in *Input, foot string) sheet.Setup {
	l := in.Lang
	fields := questionFields
	if in.Stem == nil {
		fields = slices.Concat(fields[:3], fields[4:])
	}
	return sheet.Setup{Name: wordQuestions.In(l), Titles: []string{wordQuestions.In(l), in.title()}, Columns: columnsOf(fields, l), FreezeColumns: 3, Footer: foot}
}

func (t *items) add(p *progress.Progress) {
	for i := range p.Attempts {
		a := &p.Attempts[i]
		if a.Extra || a.Marks == "" || !first(p.Attempts, a) {
			continue
		}
		k := quizKey{p.Course, a.Quiz}
		q := t.quizzes[k]
		if q == nil {
			q = &quizItems{kind: strings.Clone(a.Kind), blank: map[string]int64{}}
			k.quiz = strings.Clone(k.quiz) // not the whole document it is part of
			t.quizzes[k] = q
		}
		t.marks = parseMarks(t.marks[:0], a.Marks, q)
		q.stats.Add(t.marks)
	}
}

// first tells whether no other counted try of the quiz has a lower number.
func first(all []progress.Attempt, a *progress.Attempt) bool {
	for i := range all {
		if o := &all[i]; !o.Extra && o.Quiz == a.Quiz && o.Number < a.Number {
			return false
		}
	}
	return true
}

// parseMarks reads "slug:1 slug:0 slug:-" and counts what was not answered.
func parseMarks(out []assessment.Mark, s string, q *quizItems) []assessment.Mark {
	for s != "" {
		word, rest, _ := strings.Cut(s, " ")
		s = rest
		if len(word) < 3 || word[len(word)-2] != ':' {
			continue
		}
		m := assessment.Mark{Question: word[:len(word)-2], Max: 1, Answered: true}
		switch word[len(word)-1] {
		case '1':
			m.Points = 1
		case '-':
			m.Answered = false
			q.blank[m.Question]++
		}
		out = append(out, m)
	}
	return out
}

func (t *items) write(sh *sheet.Sheet, in *Input) error {
	keys := make([]quizKey, 0, len(t.quizzes))
	for k := range t.quizzes {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b quizKey) int {
		// The pre-test comes before the post-test.
		return cmp.Or(cmp.Compare(a.course, b.course), -cmp.Compare(t.quizzes[a].kind, t.quizzes[b].kind), cmp.Compare(a.quiz, b.quiz))
	})
	titles := map[darasa.ID]string{}
	for _, e := range in.Editions {
		titles[e.Course] = e.Title.In(in.Lang)
	}
	for _, k := range keys {
		q := t.quizzes[k]
		for _, st := range q.stats.Stats() {
			sh.Text(cmp.Or(titles[k.course], string(k.course)))
			sh.Text(said(kinds, q.kind, in.Lang))
			sh.Text(st.Question)
			if in.Stem != nil {
				sh.Wrap(in.Stem(k.course, st.Question).In(in.Lang))
			}
			sh.Int(st.N)
			sh.Number(st.Facility)
			if st.HasRest {
				sh.Number(st.ItemRest)
			} else {
				sh.Skip()
			}
			sh.Percent(float64(q.blank[st.Question]) / float64(st.N))
			sh.Wrap(remark(st).In(in.Lang))
			if err := sh.End(); err != nil {
				return err
			}
		}
	}
	return nil
}

// remark says what an author should look at. The bounds are the usual ones of
// classical test theory; with few answers nothing is said.
func remark(st assessment.ItemStat) darasa.Text {
	switch {
	case st.N < 10:
		return darasa.Text{}
	case st.HasRest && st.ItemRest < 0:
		return darasa.Text{SW: "Wanaojua zaidi hulikosa: kagua jibu sahihi", EN: "Those who know more get it wrong: check the key"}
	case st.Facility < 0.3:
		return darasa.Text{SW: "Gumu: kagua maneno yake na somo", EN: "Hard: check its wording and the lesson"}
	case st.HasRest && st.ItemRest < 0.1:
		return darasa.Text{SW: "Halitofautishi: kagua maneno yake", EN: "Does not tell learners apart: check its wording"}
	case st.Facility > 0.95:
		return darasa.Text{SW: "Jepesi mno", EN: "Very easy"}
	}
	return darasa.Text{}
}
