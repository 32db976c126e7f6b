package assessment

import (
	"math"
	"slices"
	"strings"
)

// ItemStat is the analysis of one question over many attempts.
type ItemStat struct {
	Question string
	N        int64   // attempts that drew it
	Facility float64 // mean share of the points, 0 (hard) to 1 (easy)
	// ItemRest is Pearson's correlation between the question's share and the
	// share of all other points of the same attempt (corrected point-biserial);
	// HasRest is false where it is not defined: fewer than three attempts, or
	// no spread in one of the two.
	ItemRest float64
	HasRest  bool
}

// Items gathers attempts for ItemStat one by one, in constant memory per
// question. The zero value is ready.
type Items struct {
	sums map[string]*sums
}

// sums are power sums of the question's share x and the rest share r.
type sums struct{ n, x, xx, r, rr, xr float64 }

// Add takes the marks of one attempt. What was not answered counts as 0.
func (t *Items) Add(marks []Mark) {
	if t.sums == nil {
		t.sums = map[string]*sums{}
	}
	var points, top float64
	for _, m := range marks {
		points, top = points+m.Points, top+m.Max
	}
	for _, m := range marks {
		if m.Max <= 0 {
			continue
		}
		s := t.sums[m.Question]
		if s == nil {
			s = &sums{}
			t.sums[m.Question] = s
		}
		x, r := m.Points/m.Max, 0.0
		if rest := top - m.Max; rest > 0 {
			r = (points - m.Points) / rest
		}
		s.n, s.x, s.xx = s.n+1, s.x+x, s.xx+x*x
		s.r, s.rr, s.xr = s.r+r, s.rr+r*r, s.xr+x*r
	}
}

// Stats returns the analysis in the order of the questions' slugs.
func (t *Items) Stats() []ItemStat {
	out := make([]ItemStat, 0, len(t.sums))
	for slug, s := range t.sums {
		st := ItemStat{Question: slug, N: int64(s.n), Facility: s.x / s.n}
		st.ItemRest, st.HasRest = s.correlation()
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b ItemStat) int { return strings.Compare(a.Question, b.Question) })
	return out
}

func (s *sums) correlation() (float64, bool) {
	vx, vr := s.n*s.xx-s.x*s.x, s.n*s.rr-s.r*s.r
	if tiny := 1e-9 * s.n * s.n; s.n < 3 || vx <= tiny || vr <= tiny {
		return 0, false
	}
	c := (s.n*s.xr - s.x*s.r) / math.Sqrt(vx*vr)
	return math.Max(-1, math.Min(1, c)), true
}
