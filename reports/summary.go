package reports

import (
	"fmt"
	"slices"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/reports/sheet"
)

// maxGroups bounds the rows of one part of the summary: cadres may be free
// text. What comes beyond counts as "Other".
const maxGroups = 500

// chartRows is how many councils the chart shows; more could not be read.
const chartRows = 25

// summary gathers the counts by council, cadre and sex.
type summary struct {
	in    *Input
	all   Overview
	parts [3]map[string]*Overview // in the order of summaryParts
}

var summaryParts = [...]darasa.Text{wordCouncil, wordCadre, wordSex}

var summaryFields = []field{
	col(sheet.Text, 14, "Kwa", "By", "Halmashauri, kada au jinsia", "Council, cadre or sex"),
	col(sheet.Text, 30, "Kundi", "Name", "", ""),
	col(sheet.Integer, 12, "Walioandikishwa", "Enrolled", "Walioondolewa hawahesabiwi", "Without those who withdrew"),
	col(sheet.Integer, 12, "Waliomaliza", "Completed", "Waliotimiza masharti ya kozi", "Those who met the completion rule"),
	col(sheet.Integer, 11, "Waliofaulu", "Passed", "Waliotimiza masharti kwa jaribio la mwisho", "Those who met it with a passed post-test"),
	col(sheet.Percent, 12, "Wastani wa awali", "Mean pre-test", "Wa walio na alama", "Of those with a score"),
	col(sheet.Percent, 12, "Wastani wa mwisho", "Mean post-test", "Wa walio na alama", "Of those with a score"),
	col(sheet.Percent, 12, "Wastani wa ongezeko", "Mean gain", "Wa walio na alama zote mbili", "Of those with both scores"),
	col(sheet.Percent, 12, "Kiwango cha kufaulu", "Pass rate", "Waliofaulu kwa waliofanya jaribio la mwisho", "Passed by those with a post-test"),
}

func newSummary(in *Input) *summary {
	s := &summary{in: in}
	for i := range s.parts {
		s.parts[i] = map[string]*Overview{}
	}
	return s
}

func (s *summary) setup(foot string) sheet.Setup {
	l := s.in.Lang
	return sheet.Setup{Name: wordSummary.In(l), Titles: []string{s.in.title(), fmt.Sprintf(wordFilter.In(l), s.in.everything())}, Columns: columnsOf(summaryFields, l), FreezeColumns: 2, Footer: foot}
}

func (s *summary) add(p *progress.Progress, cadre string) {
	s.all.Add(p)
	if p.Withdrawn {
		return
	}
	for i, key := range [...]string{p.Snapshot.Council, cadre, p.Snapshot.Sex} {
		o := s.parts[i][key]
		if o == nil {
			if len(s.parts[i]) >= maxGroups {
				key = wordOther.In(s.in.Lang)
			}
			if o = s.parts[i][key]; o == nil {
				o = &Overview{}
				s.parts[i][strings.Clone(key)] = o
			}
		}
		o.Add(p)
	}
}

func (s *summary) write(sh *sheet.Sheet) error {
	sh.Begin(sheet.Strong)
	if err := s.row(sh, wordAll.In(s.in.Lang), "", &s.all); err != nil {
		return err
	}
	for i, part := range s.parts {
		first := sh.Row() + 1
		keys := make([]string, 0, len(part))
		for k := range part {
			keys = append(keys, k)
		}
		// Most learners first: with many councils the chart shows the largest.
		slices.SortFunc(keys, func(a, b string) int {
			if d := part[b].Enrolled() - part[a].Enrolled(); d != 0 {
				return int(d)
			}
			return strings.Compare(a, b)
		})
		for _, k := range keys {
			if err := s.row(sh, summaryParts[i].In(s.in.Lang), s.name(i, k), part[k]); err != nil {
				return err
			}
		}
		if i == 0 {
			s.chart(sh, first, min(sh.Row(), first+chartRows-1))
		}
	}
	return nil
}

func (s *summary) name(part int, key string) string {
	switch {
	case key == "":
		return wordNotStated.In(s.in.Lang)
	case part == 2:
		return said(sexes, key, s.in.Lang)
	}
	return key
}

func (s *summary) row(sh *sheet.Sheet, by, name string, o *Overview) error {
	sh.Text(by)
	sh.Text(name)
	sh.Int(o.Enrolled())
	sh.Int(o.Done())
	sh.Int(o.Passed)
	sh.Share(o.MeanPre())
	sh.Share(o.MeanPost())
	sh.Share(o.MeanGain())
	sh.Share(o.PassRate())
	return sh.End()
}

func (s *summary) chart(sh *sheet.Sheet, first, last int) {
	title := darasa.T("Kwa halmashauri: majaribio na kiwango cha kufaulu", "By council: tests and pass rate")
	sh.Chart(sheet.Chart{Title: title.In(s.in.Lang), At: "K3", Categories: 2, Series: []int{6, 7, 9}, First: first, Last: last, Percent: true, Wide: 760, High: 380})
}
