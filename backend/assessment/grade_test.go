package assessment_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/content/native"
)

func TestReadNumber(t *testing.T) {
	percent, dose := darasa.Same("%"), darasa.T("dozi", "doses")
	for _, c := range []struct {
		typed string
		unit  darasa.Text
		want  []float64
	}{
		{"9.6", percent, []float64{9.6}}, {"9,6 %", percent, []float64{9.6}}, {" 9.6%", percent, []float64{9.6}},
		{"asilimia 9.6", percent, []float64{9.6}}, {"9.6 percent", percent, []float64{9.6}},
		{"−5,0", percent, []float64{-5}}, {"+3", percent, []float64{3}},
		{"1 234", dose, []float64{1234}}, {"1\u00a0234 dozi", dose, []float64{1234}}, {"1,234 Doses", dose, []float64{1234, 1.234}},
		{"1.234", dose, []float64{1.234}}, {"1,234.5", dose, []float64{1234.5}}, {"1.234,5", dose, []float64{1234.5}},
		{"1,234,567", dose, []float64{1234567}}, {"0,125", dose, []float64{0.125}}, {".5", dose, []float64{0.5}}, {"75.", dose, []float64{75}},
		{"1,23,4", dose, nil}, {"1.2.3", dose, nil}, {"tisa", dose, nil}, {"", dose, nil}, {"1e5", dose, nil}, {"0x10", dose, nil}, {"NaN", dose, nil}, {"--5", dose, nil}, {".", dose, nil},
	} {
		if got := assessment.ReadNumber(c.typed, c.unit); !slices.Equal(got, c.want) {
			t.Errorf("%q reads as %v, want %v", c.typed, got, c.want)
		}
	}
}

func FuzzReadNumber(f *testing.F) {
	for _, s := range []string{"9,6 %", "1.234,5", "−5", "%%", "1,,2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, v := range assessment.ReadNumber(s, darasa.Same("%")) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%q reads as %v", s, v)
			}
		}
	})
}

func TestRight(t *testing.T) {
	p := paper(7)
	slug := func(q, word string) string {
		for _, x := range p.Questions {
			for _, o := range x.Options {
				if x.Slug == q && o.Text.EN == word {
					return o.Slug
				}
			}
		}
		t.Fatalf("no option %s of %s", word, q)
		return ""
	}
	a, b, c := slug("causes", "a"), slug("causes", "b"), slug("causes", "c")
	one, two, three := slug("steps", "first"), slug("steps", "second"), slug("steps", "third")
	for _, k := range []struct {
		name   string
		answer assessment.Answer
		want   float64
	}{
		{"single right", assessment.Answer{Question: "timeliness", Options: []string{slug("timeliness", "75 %")}}, 1},
		{"single wrong", assessment.Answer{Question: "timeliness", Options: []string{slug("timeliness", "91.7 %")}}, 0},
		{"multiple in any order", assessment.Answer{Question: "causes", Options: []string{c, a}}, 1},
		{"multiple, one missing", assessment.Answer{Question: "causes", Options: []string{a}}, 0},
		{"multiple, one too many", assessment.Answer{Question: "causes", Options: []string{a, b, c}}, 0},
		{"false is right", assessment.Answer{Question: "empty-is-zero", Options: []string{"false"}}, 1},
		{"true is wrong", assessment.Answer{Question: "empty-is-zero", Options: []string{"true"}}, 0},
		{"number at the bound", assessment.Answer{Question: "dropout", Value: "9.7"}, 1},
		{"number beyond", assessment.Answer{Question: "dropout", Value: "9.71"}, 0},
		{"no number", assessment.Answer{Question: "dropout", Value: "tisa"}, 0},
		{"order right", assessment.Answer{Question: "steps", Options: []string{one, two, three}}, 1},
		{"order wrong", assessment.Answer{Question: "steps", Options: []string{one, three, two}}, 0},
		{"order with a gap", assessment.Answer{Question: "steps", Options: []string{one, "", three}}, 0},
		{"a step twice", assessment.Answer{Question: "steps", Options: []string{one, one, three}}, 0},
	} {
		g, err := p.Grade([]assessment.Answer{k.answer}, assessment.Rule, 0.8, darasa.Time{})
		if err != nil || g.Points != k.want || g.Max != 5 || g.Pass {
			t.Errorf("%s: %+v, %v", k.name, g, err)
		}
	}
}

func TestGradeWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := paper(rapid.Int64().Draw(t, "seed"))
		answers := perfect(p)
		left := rapid.IntRange(0, 5).Draw(t, "left out")
		rand.Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
		g, err := p.Grade(answers[left:], assessment.Rule, 0.8, darasa.Time{})
		if err != nil || g.Points != float64(5-left) || g.Score != float64(5-left)/5 || g.Pass != (left <= 1) {
			t.Fatalf("left out %d: %+v, %v", left, g, err)
		}
		unanswered := 0
		for _, m := range g.Marks {
			if !m.Answered {
				unanswered++
			}
		}
		if unanswered != left {
			t.Fatalf("%d marks say not answered, want %d", unanswered, left)
		}
		if pre, _ := p.Grade(perfect(p), assessment.Rule, 0, darasa.Time{}); pre.Pass {
			t.Fatal("a quiz without a pass mark was passed")
		}
	})
}

func TestValidateRefusesWhatNoFormSends(t *testing.T) {
	p := paper(7)
	o := p.Questions[0].Options
	for name, answers := range map[string][]assessment.Answer{
		"unknown question":      {{Question: "nothing", Options: []string{"true"}}},
		"unknown option":        {{Question: "timeliness", Options: []string{"ffffffff"}}},
		"two of a single":       {{Question: "timeliness", Options: []string{o[0].Slug, o[1].Slug}}},
		"twice the same":        {{Question: "empty-is-zero", Options: []string{"true"}}, {Question: "empty-is-zero", Options: []string{"false"}}},
		"text for a choice":     {{Question: "timeliness", Value: "75"}},
		"option for a number":   {{Question: "dropout", Options: []string{"true"}}},
		"a long number":         {{Question: "dropout", Value: strings.Repeat("9", 300)}},
		"too many steps":        {{Question: "steps", Options: []string{"", "", "", ""}}},
		"an option twice":       {{Question: "causes", Options: []string{p.Questions[1].Options[0].Slug, p.Questions[1].Options[0].Slug}}},
		"another question's id": {{Question: "empty-is-zero", Options: []string{o[0].Slug}}},
	} {
		_, err := p.Grade(answers, assessment.Rule, 0.8, darasa.Time{})
		if darasa.CodeOf(err) != darasa.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := p.Grade(nil, 99, 0.8, darasa.Time{}); darasa.CodeOf(err) != darasa.Invalid {
		t.Errorf("an unknown rule: %v", err)
	}
}

func TestDoubtsNameEveryGap(t *testing.T) {
	p := paper(7)
	steps := p.Questions[4].Options
	found := p.Doubts([]assessment.Answer{{Question: "dropout", Value: "tisa"}, {Question: "steps", Options: []string{steps[0].Slug, steps[0].Slug, steps[1].Slug}}})
	if len(found) != 5 || darasa.HasErrors(found) {
		t.Errorf("doubts: %+v", found)
	}
	if found := p.Doubts(perfect(p)); len(found) != 0 {
		t.Errorf("doubts about a complete submission: %+v", found)
	}
}

func TestReviewKeepsTheKey(t *testing.T) {
	p := paper(7)
	wrong := []assessment.Answer{{Question: "timeliness", Options: []string{p.Questions[0].Options[1].Slug}}}
	raw, err := json.Marshal(p.Review(wrong, false))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Jibu ni hili", "ukamilifu", `"right"`} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("a review without the key tells %q", secret)
		}
	}
	for _, v := range p.Review(wrong, true) {
		if v.Key == nil || v.Said.Empty() {
			t.Errorf("%s: the key is not told", v.Question.Slug)
		}
		if v.Question.Slug == "timeliness" && (len(v.Options) != 1 || v.Options[0].Text.EN != "That is completeness.") {
			t.Errorf("remarks %+v", v.Options)
		}
	}
	v, err := assessment.Practise(p.Questions[2], p.Keys[2], assessment.Answer{Options: []string{"false"}})
	if err != nil || !v.Right || v.Said.EN != "Right." {
		t.Errorf("practice: %+v, %v", v, err)
	}
	if _, err := assessment.Practise(p.Questions[2], p.Keys[2], assessment.Answer{Options: []string{"maybe"}}); darasa.CodeOf(err) != darasa.Invalid {
		t.Errorf("an unknown option in practice: %v", err)
	}
}

func BenchmarkGradeTwenty(b *testing.B) {
	var all []native.Question
	for i := range 40 {
		q := written()[i%5]
		q.Slug += string(rune('a' + i))
		all = append(all, q)
	}
	p := &assessment.Paper{}
	for _, n := range all {
		q, k := assessment.Build(n)
		p.Questions, p.Keys = append(p.Questions, q), append(p.Keys, k)
	}
	p.Draw = assessment.Draw(1, "c@1", "q", p.Questions, 20)
	var answers []assessment.Answer
	for _, d := range p.Draw {
		answers = append(answers, assessment.Answer{Question: d.Question, Options: d.Options[:min(1, len(d.Options))]})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Grade(answers, assessment.Rule, 0.8, darasa.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}
