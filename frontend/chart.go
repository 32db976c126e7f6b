package frontend

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Chart is a drawing of one series, rendered on the server. Axes begin at
// zero, labels stand on the data, and the values are said in Desc.
type Chart struct {
	ID     string // unique on the page
	Title  string
	Desc   string // the same in words, for readers
	Axis   string // unit and place
	Points []Point
	Guide  *Guide
}

// Point is one value with its label. Missing leaves a gap: blank is not zero.
type Point struct {
	Label   string
	Value   float64
	Text    string // the value as people read it: "80 %"
	Missing bool
	Look    bool // ringed in red: the one to look at
}

// Guide is a dashed line at a value, as a target or a median.
type Guide struct {
	Value float64
	Label string
}

// Sizes of the drawing, in units of its 340 wide view box.
const (
	chartLeft, chartRight = 38.0, 332.0
	chartTop, chartBottom = 22.0, 160.0
	barStep               = 44.0
)

// top returns a round number at or above every value of the chart, and the
// distance between grid lines: four or five of them.
func (c Chart) top() (top, step float64) {
	for _, p := range c.Points {
		top = max(top, p.Value)
	}
	if c.Guide != nil {
		top = max(top, c.Guide.Value)
	}
	if top <= 0 {
		return 1, 1
	}
	step = math.Pow(10, math.Floor(math.Log10(top)))
	for _, f := range []float64{0.2, 0.25, 0.5, 1} {
		if top/(step*f) <= 5 {
			step *= f
			break
		}
	}
	if step*5 < top {
		step *= 2
	}
	return math.Ceil(top/step) * step, step
}

// tick is one grid line.
type tick struct {
	Y    string
	Text string
	Base bool
}

func (c Chart) ticks() []tick {
	top, step := c.top()
	var out []tick
	for v := 0.0; v <= top+step/2; v += step {
		out = append(out, tick{Y: num(c.y(v)), Text: strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64), Base: v == 0})
	}
	return out
}

func (c Chart) y(v float64) float64 {
	top, _ := c.top()
	return chartBottom - v/top*(chartBottom-chartTop)
}

func (c Chart) x(i int) float64 {
	if len(c.Points) < 2 {
		return (chartLeft + chartRight) / 2
	}
	return chartLeft + 8 + float64(i)*(chartRight-chartLeft-16)/float64(len(c.Points)-1)
}

// line returns the path through the points, broken where one is missing.
func (c Chart) line() string {
	var b strings.Builder
	pen := "M"
	for i, p := range c.Points {
		if p.Missing {
			pen = "M"
			continue
		}
		fmt.Fprintf(&b, "%s%s %s", pen, num(c.x(i)), num(c.y(p.Value)))
		pen = "L"
	}
	return b.String()
}

// labelled tells whether the label of point i is written: at most seven fit.
func (c Chart) labelled(i int) bool {
	return i%((len(c.Points)+6)/7) == 0
}

// length returns the length of a horizontal bar.
func (c Chart) length(v float64) string {
	most := 0.0
	for _, p := range c.Points {
		most = max(most, p.Value)
	}
	if most == 0 {
		return "0"
	}
	return num(v / most * 270)
}

// num writes a coordinate with one decimal.
func num(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
