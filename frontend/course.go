package frontend

import (
	"strings"

	"darasa/backend/course"
	"darasa/backend/darasa"
)

// coursePairs are the facts beside a course: for whom, by whom, how much.
func coursePairs(p Page, v CourseView) []Pair {
	L, e := p.L, v.Edition
	pairs := []Pair{
		{L.T("course.stage"), strings.Join(v.Stages, ", ")},
		{L.T("course.cadres"), strings.Join(v.Cadres, ", ")},
		{L.T("course.time"), L.Hours(e.Hours)},
		{L.T("course.size"), L.Bytes(v.Bytes)},
		{L.T("course.edition"), L.Number(float64(e.Number))},
		{L.T("course.published"), L.Day(e.At, p.Zone)},
		{L.T("course.authors"), contributors(e.Authors)},
		{L.T("course.reviewers"), contributors(e.Reviewers)},
		{L.T("course.licence"), e.Licence},
	}
	for _, c := range approved(e.CPD, darasa.DateOf(p.Now, p.Zone)) {
		pairs = append(pairs, Pair{L.T("course.cpd", c.Council), L.T("course.points", L.Number(c.Points), c.Approval)})
	}
	kept := pairs[:0]
	for _, v := range pairs {
		if v.Value != "" {
			kept = append(kept, v)
		}
	}
	return kept
}

// approved returns the points that have an approval number and are in force
// on day: nothing else may be promised or printed.
func approved(cpd []course.CPD, day darasa.Date) []course.CPD {
	var out []course.CPD
	for _, c := range cpd {
		begun, over := c.From == "" || c.From <= day, c.Until != "" && c.Until < day
		if c.Approval != "" && begun && !over {
			out = append(out, c)
		}
	}
	return out
}

func contributors(cs []course.Contributor) string {
	var names []string
	for _, c := range cs {
		n := c.Name
		if c.Institution != "" {
			n += " (" + c.Institution + ")"
		}
		names = append(names, n)
	}
	return strings.Join(names, ", ")
}
