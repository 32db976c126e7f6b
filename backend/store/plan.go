package store

import (
	"encoding/json"
	"slices"

	"darasa/backend/darasa"
)

// Plan is a query that an index serves, ready for an engine to write in its
// own language.
type Plan struct {
	Index Index // nil: the id
	Conds []Cond
	// Term, TermEnd bound the terms: Term <= t < TermEnd, or t = Term where
	// TermEnd is empty and Term is not.
	Term, TermEnd string
	Order         string // "" for the id alone
	Descending    bool
	After         *Place
	Limit         int
}

// Cond is one condition on a field ("id" for the id): Op is "=", ">=" or "<"
// with Value, or "in" with Values.
type Cond struct {
	Field, Op string
	Value     any
	Values    []any
}

// Place is where a page begins: strictly after Value (of the order field) and ID.
type Place struct {
	Value any
	ID    string
}

// Plan chooses the index that serves q, or refuses it.
func (s Spec) Plan(q Query) (Plan, error) {
	p := Plan{Descending: q.Descending, Limit: q.Limit}
	if p.Limit == 0 {
		p.Limit = PageSize
	}
	if p.Limit < 0 || p.Limit > PageSize {
		return p, s.refuse(q)
	}
	fixed := s.conds(q, &p)
	ranged := ""
	if q.Range != nil && q.Range.Field != IDField {
		ranged = q.Range.Field
	}
	if q.Order != "" && q.Order != IDField && !slices.Contains(fixed, q.Order) {
		p.Order = q.Order
	}
	if in := q.In; in != nil && in.Field == q.Order {
		p.Order = q.Order
		if p.Order == IDField {
			p.Order = ""
		}
	}
	if q.After != nil {
		p.After = &Place{ID: q.After.ID}
		if p.Order != "" {
			p.After.Value = s.Key(p.Order, q.After.Value)
		}
	}
	if q.Term != "" {
		return p, s.planTerm(q, &p, fixed, ranged)
	}
	if len(fixed) == 0 && ranged == "" && p.Order == "" {
		return p, nil
	}
	best := -1
	for _, ix := range s.Indexes {
		if score := serves(ix, fixed, ranged, p.Order); score > best {
			best, p.Index = score, ix
		}
	}
	if best < 0 {
		return p, s.refuse(q)
	}
	return p, nil
}

// conds fills the plan's conditions and returns the fields that Equal and In fix.
func (s Spec) conds(q Query, p *Plan) []string {
	var fixed []string
	names := make([]string, 0, len(q.Equal))
	for f := range q.Equal {
		names = append(names, f)
	}
	slices.Sort(names)
	for _, f := range names {
		p.Conds = append(p.Conds, Cond{Field: f, Op: "=", Value: s.Key(f, q.Equal[f])})
		if f != IDField {
			fixed = append(fixed, f)
		}
	}
	if in := q.In; in != nil {
		vs := make([]any, len(in.Values))
		for i, v := range in.Values {
			vs[i] = s.Key(in.Field, v)
		}
		p.Conds = append(p.Conds, Cond{Field: in.Field, Op: "in", Values: vs})
		if in.Field != IDField && !slices.Contains(fixed, in.Field) {
			fixed = append(fixed, in.Field)
		}
	}
	if r := q.Range; r != nil {
		if r.From != "" {
			p.Conds = append(p.Conds, Cond{Field: r.Field, Op: ">=", Value: s.Key(r.Field, r.From)})
		}
		if r.To != "" {
			p.Conds = append(p.Conds, Cond{Field: r.Field, Op: "<", Value: s.Key(r.Field, r.To)})
		}
	}
	return fixed
}

func (s Spec) planTerm(q Query, p *Plan, fixed []string, ranged string) error {
	declared := s.Fields()
	for _, f := range append(slices.Clone(fixed), ranged, p.Order) {
		if f != "" && !slices.Contains(declared, f) {
			return s.refuse(q)
		}
	}
	if s.Terms == "" {
		return s.refuse(q)
	}
	p.Term = q.Term
	if !q.TermWhole {
		p.TermEnd = q.Term + "\U0010FFFF"
	}
	return nil
}

// serves rates how an index serves a query: -1 not at all, higher where the
// index also gives the order and has no field to spare.
func serves(ix Index, fixed []string, ranged, order string) int {
	n := len(fixed)
	if len(ix) < n {
		return -1
	}
	for _, f := range fixed {
		if !slices.Contains(ix[:n], f) {
			return -1
		}
	}
	next := ""
	if n < len(ix) {
		next = ix[n]
	}
	free := order != "" && !slices.Contains(fixed, order)
	if ranged != "" && ranged != next && !slices.Contains(fixed, ranged) || free && order != next {
		return -1
	}
	score := 10 - len(ix)
	if order == "" && ranged == "" && n == len(ix) || free && n+1 == len(ix) {
		score += 100
	}
	return score
}

func (s Spec) refuse(q Query) error {
	b, _ := json.Marshal(q)
	return darasa.Fail(darasa.Internal, "Hakuna faharasa ya kujibu utafutaji huu katika %s: %s", "No index of %s serves this query: %s", s.Name, b)
}
