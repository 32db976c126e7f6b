package assessment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"darasa/backend/darasa"
	"darasa/content/native"
)

// The two options of a truefalse question.
const (
	True  = "true"
	False = "false"
)

// Build makes the question that learners see and its key from what an author
// wrote. The same texts always give the same option slugs.
func Build(n native.Question) (Question, Key) {
	q := Question{Slug: n.Slug, Kind: Kind(n.Kind), Stem: n.Stem, Fixed: n.Fixed, Unit: n.Unit,
		Lesson: n.Lesson, Outcome: n.Outcome, Stages: n.Stages}
	k := Key{Slug: n.Slug, Feedback: Feedback{Right: n.Right, Wrong: n.Wrong}, Points: 1}
	switch q.Kind {
	case Single, Multiple:
		buildOptions(n, &q, &k)
	case TrueFalse:
		q.Fixed = true
		q.Options = []Option{{True, darasa.T("Kweli", "True")}, {False, darasa.T("Si kweli", "False")}}
		k.Right = []string{False}
		if n.Answer {
			k.Right = []string{True}
		}
	case Numeric:
		k.Value, k.Tolerance = n.Value, n.Tolerance
	case Ordering:
		k.Right = optionSlugs(n.Items)
		for i, t := range n.Items {
			q.Options = append(q.Options, Option{k.Right[i], t})
		}
		slices.SortFunc(q.Options, func(a, b Option) int { return strings.Compare(a.Slug, b.Slug) })
	}
	return q, k
}

func buildOptions(n native.Question, q *Question, k *Key) {
	texts := make([]darasa.Text, len(n.Options))
	for i, o := range n.Options {
		texts[i] = o.Text
	}
	slugs := optionSlugs(texts)
	for i, o := range n.Options {
		q.Options = append(q.Options, Option{slugs[i], o.Text})
		if o.Right {
			k.Right = append(k.Right, slugs[i])
		}
		if !o.Feedback.Empty() {
			if k.Options == nil {
				k.Options = map[string]darasa.Text{}
			}
			k.Options[slugs[i]] = o.Feedback
		}
	}
	slices.Sort(k.Right)
}

// optionSlugs gives each text the first hexadecimal digits of its SHA-256:
// eight, or more for all where two would be alike.
func optionSlugs(texts []darasa.Text) []string {
	for n := 8; ; n += 8 {
		seen := map[string]bool{}
		out := make([]string, len(texts))
		for i, t := range texts {
			h := sha256.Sum256([]byte(t.SW + "\x00" + t.EN))
			out[i] = hex.EncodeToString(h[:])[:n]
			seen[out[i]] = true
		}
		if len(seen) == len(texts) || n == 2*sha256.Size {
			return out
		}
	}
}
