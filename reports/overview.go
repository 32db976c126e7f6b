package reports

import (
	"context"
	"math"

	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/backend/store"
)

// Overview counts learners by where they stand and takes means. Each learner
// counts in exactly one of Withdrawn, NotStarted, InProgress, Failed,
// Completed and Passed. The zero value is ready; Add is commutative.
type Overview struct {
	Withdrawn, NotStarted, InProgress, Failed, Completed, Passed int64
	LastActive                                                   darasa.Time

	progress, pre, post, gain mean
}

// mean adds up what there is; what is missing does not count.
type mean struct {
	n   int64
	sum float64
}

func (m *mean) add(v *float64) {
	if v != nil {
		m.n, m.sum = m.n+1, m.sum+*v
	}
}

func (m mean) value() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.sum / float64(m.n)
}

// pointer is value as pages take it: nil for a mean of nothing.
func (m mean) pointer() *float64 {
	if m.n == 0 {
		return nil
	}
	v := m.value()
	return &v
}

// Add counts one learner. A learner who withdrew counts nowhere else.
func (o *Overview) Add(p *progress.Progress) {
	if p.Withdrawn {
		o.Withdrawn++
		return
	}
	switch p.Status {
	case progress.Passed:
		o.Passed++
	case progress.Completed:
		o.Completed++
	case progress.Failed:
		o.Failed++
	case progress.InProgress:
		o.InProgress++
	default:
		o.NotStarted++
	}
	if p.LastActive.After(o.LastActive.Time) {
		o.LastActive = p.LastActive
	}
	difference, _ := gain(p.PreTest, p.PostTest)
	o.progress.add(&p.Progress)
	o.pre.add(p.PreTest)
	o.post.add(p.PostTest)
	o.gain.add(difference)
}

// Enrolled is how many are enrolled; who withdrew is not.
func (o *Overview) Enrolled() int64 {
	return o.NotStarted + o.InProgress + o.Failed + o.Completed + o.Passed
}

// Done is how many met the completion rule, with a test or without.
func (o *Overview) Done() int64 { return o.Completed + o.Passed }

// Sat is how many have a counted post-test.
func (o *Overview) Sat() int64 { return o.post.n }

// PassRate is the share of those with a counted post-test who passed the
// course, nil where nobody has one.
func (o *Overview) PassRate() *float64 {
	if o.post.n == 0 {
		return nil
	}
	v := float64(o.Passed) / float64(o.post.n)
	return &v
}

// MeanPre is the mean of the pre-tests from 0 to 1, nil where there is none.
func (o *Overview) MeanPre() *float64 { return o.pre.pointer() }

// MeanPost is the mean of the post-tests from 0 to 1, nil where there is none.
func (o *Overview) MeanPost() *float64 { return o.post.pointer() }

// MeanGain is the mean of post less pre over those who have both, nil where
// nobody has.
func (o *Overview) MeanGain() *float64 { return o.gain.pointer() }

// MeanProgress is the mean progress from 0 to 1, nil where nobody is enrolled.
func (o *Overview) MeanProgress() *float64 { return o.progress.pointer() }

// Overlook counts everything that q selects, in one pass.
func Overlook(ctx context.Context, q store.Query, src Source) (Overview, error) {
	var o Overview
	err := src.Each(ctx, q, func(p progress.Progress) error {
		o.Add(&p)
		return nil
	})
	return o, err
}
