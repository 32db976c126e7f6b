package sheet

import "github.com/xuri/excelize/v2"

// Chart is a native chart of horizontal or vertical bars over the sheet's own
// cells. Rows and columns count from 1, as the sheet shows them.
type Chart struct {
	Title      string
	At         string // cell of the upper left corner, "K4"
	Categories int    // column of the labels
	Series     []int  // columns of the values; the header names each
	First      int    // first row
	Last       int    // last row
	Percent    bool   // the axis runs from 0 to 100 %
	Wide, High uint   // in pixels
}

// Chart adds a chart, drawn when the workbook is closed.
func (s *Sheet) Chart(c Chart) { s.charts = append(s.charts, c) }

// fills are told apart in grey print too: dark, middle, light.
var fills = [...]string{"1B4B5A", "4FA3A5", "F2B134"}

// axisInk replaces excelize's pale grey, which does not survive a copier.
const axisInk = "333333"

func (s *Sheet) draw() error {
	name := s.setup.Name
	for _, c := range s.charts {
		if c.Last < c.First {
			continue
		}
		yes := true
		x := &excelize.Chart{
			Type: excelize.Col, Title: []excelize.RichTextRun{{Text: c.Title}},
			Legend:    excelize.ChartLegend{Position: "bottom"},
			Dimension: excelize.ChartDimension{Width: c.Wide, Height: c.High},
			Format:    excelize.GraphicOptions{PrintObject: &yes, LockAspectRatio: true},
			XAxis:     excelize.ChartAxis{Font: excelize.Font{Color: axisInk}},
			YAxis:     excelize.ChartAxis{MajorGridLines: true, Font: excelize.Font{Color: axisInk}},
			// A missing value leaves a gap: it is not 0.
			ShowBlanksAs: "gap",
		}
		if c.Percent {
			low, high := 0.0, 1.0
			x.YAxis.Minimum, x.YAxis.Maximum = &low, &high
			x.YAxis.NumFmt = excelize.ChartNumFmt{CustomNumFmt: "0%"}
		}
		for i, col := range c.Series {
			x.Series = append(x.Series, excelize.ChartSeries{
				Name:       area(name, col, s.setup.header(), col, s.setup.header()),
				Categories: area(name, c.Categories, c.First, c.Categories, c.Last),
				Values:     area(name, col, c.First, col, c.Last),
				Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fills[i%len(fills)]}},
			})
		}
		if err := s.book.file.AddChart(name, c.At, x); err != nil {
			return err
		}
	}
	return nil
}
