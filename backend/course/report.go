package course

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
)

// Report says what a publication did.
type Report struct {
	Course    darasa.ID
	Edition   darasa.ID // the new edition, or the one that holds these sources already
	Title     darasa.Text
	Published bool // false: these sources were published before
	Findings  []darasa.Finding
	Changes   []Change // against the edition before; empty for the first
}

// Change is one thing that differs from the edition before.
type Change struct {
	Kind string // lesson, question
	Slug string
	Did  string // added, changed, removed, new key
}

// changeWords are the words of a report line, by kind and what was done.
var changeWords = map[string]darasa.Text{
	"lesson": darasa.T("somo", "lesson"), "question": darasa.T("swali", "question"),
	"added": darasa.T("limeongezwa", "added"), "changed": darasa.T("limebadilika", "changed"),
	"removed": darasa.T("limeondolewa", "removed"), "new key": darasa.T("lina ufunguo mpya", "has a new key"),
}

// Text returns the change in words: "lesson two-formulas changed".
func (c Change) Text() darasa.Text {
	kind, did := changeWords[c.Kind], changeWords[c.Did]
	return darasa.Text{SW: kind.SW + " " + c.Slug + " " + did.SW, EN: kind.EN + " " + c.Slug + " " + did.EN}
}

// Lines returns the report in words, one line each.
func (r Report) Lines() []darasa.Text {
	if !r.Published {
		return []darasa.Text{darasa.T("%s: hakuna kilichobadilika tangu %s.", "%s: nothing has changed since %s.", r.Course, r.Edition)}
	}
	out := []darasa.Text{darasa.T("%s: toleo %s limechapishwa.", "%s: edition %s is published.", r.Course, r.Edition)}
	for _, c := range r.Changes {
		out = append(out, c.Text())
	}
	return out
}

// prior is what a comparison needs of the edition before.
type prior struct {
	edition *Edition
	bank    []assessment.Question
	keys    []assessment.Key
	checks  map[string]Practice
}

// prior reads what a new edition is compared with, nil before the first.
func (s *Service) prior(ctx context.Context, c *Course, number int64) (*prior, error) {
	for i := int(number) - 2; i >= 0; i-- {
		if c.Editions[i].State == reserved {
			continue
		}
		l, err := s.load(ctx, EditionID(c.Slug, c.Editions[i].Number))
		if err != nil {
			return nil, err
		}
		p := &prior{edition: l.edition}
		if p.keys, err = s.KeysAt(ctx, l.edition.ID, l.edition.KeyVersion); err != nil {
			return nil, err
		}
		if p.checks, err = s.practice(ctx, l); err != nil {
			return nil, err
		}
		if len(l.edition.Quizzes) > 0 {
			p.bank, err = s.bank(ctx, l, l.edition.Quizzes[0].Questions)
		}
		return p, err
	}
	return nil, nil
}

// compare lists what differs between the edition before and the new one, in
// the order of kinds and slugs.
func compare(before *prior, b *bundle) []Change {
	if before == nil {
		return nil
	}
	old := &bundle{edition: *before.edition, bank: before.bank, keys: before.keys}
	for _, p := range before.checks {
		old.checks = append(old.checks, p)
	}
	out := diff("lesson", old.lessonPrints(), b.lessonPrints())
	out = append(out, diff("question", old.questionPrints(), b.questionPrints())...)
	slices.SortFunc(out, func(a, b Change) int {
		return strings.Compare(a.Kind+a.Slug, b.Kind+b.Slug)
	})
	return out
}

// print is what two versions of a thing are compared by: what is seen, and
// the key behind it.
type print struct{ face, key []byte }

func diff(kind string, old, now map[string]print) []Change {
	var out []Change
	for slug, p := range now {
		o, ok := old[slug]
		switch {
		case !ok:
			out = append(out, Change{kind, slug, "added"})
		case !bytes.Equal(o.face, p.face):
			out = append(out, Change{kind, slug, "changed"})
		case !bytes.Equal(o.key, p.key):
			out = append(out, Change{kind, slug, "new key"})
		}
	}
	for slug := range old {
		if _, ok := now[slug]; !ok {
			out = append(out, Change{kind, slug, "removed"})
		}
	}
	return out
}

func (b *bundle) lessonPrints() map[string]print {
	out := map[string]print{}
	for _, m := range b.edition.Modules {
		for _, l := range m.Lessons {
			out[l.Slug] = print{face: encode(l)}
		}
	}
	return out
}

func (b *bundle) questionPrints() map[string]print {
	out := map[string]print{}
	for i, q := range b.bank {
		p := print{face: encode(q)}
		if i < len(b.keys) {
			p.key = encode(b.keys[i])
		}
		out[q.Slug] = p
	}
	for _, c := range b.checks {
		out[c.Question.Slug] = print{encode(c.Question), encode(c.Key)}
	}
	return out
}
