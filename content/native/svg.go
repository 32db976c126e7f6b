package native

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"darasa/backend/darasa"
)

// Drawing is an SVG of the closed list: words for those who do not see it and
// shapes whose colours come from the page's style sheet.
type Drawing struct {
	ViewBox string
	Title   string
	Desc    string
	Shapes  []Shape
}

// Shape is one element of a drawing.
type Shape struct {
	Name  string
	Attrs []Attr
	Text  string // before the inner shapes; of text and tspan
	Inner []Shape
	Tail  string // text behind the element, inside its parent
}

// Attr is one attribute of a shape.
type Attr struct{ Name, Value string }

// The closed list of a drawing: elements with their attributes beside the
// common ones, and the classes.
var (
	shapeAttrs = map[string][]string{
		"g": nil, "path": {"d"}, "rect": {"x", "y", "width", "height", "rx", "ry"}, "circle": {"cx", "cy", "r"},
		"ellipse": {"cx", "cy", "rx", "ry"}, "line": {"x1", "y1", "x2", "y2"}, "polyline": {"points"}, "polygon": {"points"},
		"text": {"x", "y", "dx", "dy", "text-anchor"}, "tspan": {"x", "y", "dx", "dy", "text-anchor"},
	}
	commonAttrs = []string{"class", "transform"}
	// ShapeClasses are the classes of a drawing; the style sheet gives each its
	// light and dark colours.
	ShapeClasses = []string{"ax", "gr", "pt", "ln", "md", "bd", "rp", "rt", "sf"}

	viewBoxForm = regexp.MustCompile(`^0 0 340 [1-9][0-9]{1,2}$`)
	numbersForm = regexp.MustCompile(`^[-+0-9.,eE\s]+$`)
	pathForm    = regexp.MustCompile(`^[-+0-9.,eE\sMmLlHhVvCcSsQqTtAaZz]+$`)
	movesForm   = regexp.MustCompile(`^((translate|rotate|scale|skewX|skewY|matrix)\([-+0-9.,eE\s]*\)\s*)+$`)
)

const maxShapeDepth = 8

// svg reads one drawing.
type svg struct {
	*xml.Decoder
	notes *notes
	file  string
}

func (s *svg) line() int { l, _ := s.InputPos(); return l }

func (s *svg) wrong(what, mend darasa.Text) { s.notes.wrong(s.file, s.line(), what, mend) }

// parseSVG reads a drawing; findings go to n. The drawing is nil where the
// file is no SVG at all.
func parseSVG(n *notes, file string, data []byte) *Drawing {
	s := &svg{Decoder: xml.NewDecoder(bytes.NewReader(data)), notes: n, file: file}
	var d *Drawing
	for {
		t, err := s.Token()
		if errors.Is(err, io.EOF) && d != nil {
			return d
		}
		if err != nil {
			s.wrong(darasa.T("SVG haisomeki (%s).", "The SVG cannot be read (%s).", cut(errText(err))), darasa.T("Hifadhi mchoro upya kama SVG sahihi.", "Save the drawing again as well-formed SVG."))
			return nil
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local != "svg" || d != nil {
				s.wrong(darasa.T("Faili halianzi na <svg> moja.", "The file is not one <svg>."), darasa.T("Weka mchoro mmoja kwenye faili.", "Put one drawing into a file."))
				return nil
			}
			d = s.root(e)
		case xml.Directive:
			s.wrong(darasa.T("<!DOCTYPE> hairuhusiwi kwenye SVG.", "<!DOCTYPE> is not allowed in an SVG."), darasa.T("Ondoa mstari huo.", "Remove that line."))
		}
	}
}

func (s *svg) root(e xml.StartElement) *Drawing {
	d := &Drawing{}
	for _, a := range e.Attr {
		switch {
		case a.Name.Local == "viewBox" && a.Name.Space == "":
			d.ViewBox = strings.Join(strings.Fields(a.Value), " ")
		case a.Name.Local == "xmlns" && a.Name.Space == "" && a.Value == "http://www.w3.org/2000/svg":
		default:
			s.badAttr("svg", a.Name.Local)
		}
	}
	if !viewBoxForm.MatchString(d.ViewBox) {
		s.wrong(darasa.T("viewBox ni %q.", "The viewBox is %q.", cut(d.ViewBox)), darasa.T(`Andika viewBox="0 0 340 H"; H ni kimo, 10 hadi 999.`, `Write viewBox="0 0 340 H" with the height H from 10 to 999.`))
	}
	head := Shape{Name: "svg"}
	s.inside(&head, d, 0)
	d.Shapes = head.Inner
	if d.Title == "" || d.Desc == "" {
		s.wrong(darasa.T("Mchoro hauna <title> na <desc>.", "The drawing has no <title> and <desc>."), darasa.T("Anza na <title>ni nini</title><desc>kinachoonekana</desc>.", "Begin with <title>what it is</title><desc>what it shows</desc>."))
	}
	return d
}

// inside reads what stands in parent up to its end. d is given for the root,
// which alone holds title and desc.
func (s *svg) inside(parent *Shape, d *Drawing, depth int) {
	for {
		t, err := s.Token()
		if err != nil { // parseSVG reports it when it asks for the next token
			return
		}
		switch e := t.(type) {
		case xml.EndElement:
			return
		case xml.CharData:
			s.chars(parent, string(e))
		case xml.StartElement:
			s.element(parent, d, e, depth)
		case xml.Directive, xml.ProcInst:
			s.wrong(darasa.T("Maagizo hayaruhusiwi ndani ya SVG.", "Instructions are not allowed inside an SVG."), darasa.T("Yaondoe.", "Remove them."))
		}
	}
}

func (s *svg) chars(parent *Shape, words string) {
	if parent.Name != "text" && parent.Name != "tspan" {
		if strings.TrimSpace(words) != "" {
			s.wrong(darasa.T("Maneno yako nje ya <text>.", "Words stand outside <text>."), darasa.T("Yaweke ndani ya <text>.", "Put them into <text>."))
		}
		return
	}
	if n := len(parent.Inner); n > 0 {
		parent.Inner[n-1].Tail += words
		return
	}
	parent.Text += words
}

func (s *svg) element(parent *Shape, d *Drawing, e xml.StartElement, depth int) {
	name := e.Name.Local
	if d != nil && (name == "title" || name == "desc") && len(e.Attr) == 0 {
		s.words(parent, d, name)
		return
	}
	_, known := shapeAttrs[name]
	inText := parent.Name == "text" || parent.Name == "tspan"
	holds := parent.Name == "svg" || parent.Name == "g" || inText
	if !known || e.Name.Space != "http://www.w3.org/2000/svg" && e.Name.Space != "" || depth > maxShapeDepth || inText != (name == "tspan") || !holds {
		s.wrong(darasa.T("<%s> hairuhusiwi hapa kwenye mchoro.", "<%s> is not allowed here in a drawing.", cut(name)),
			darasa.T("Tumia g path rect circle ellipse line polyline polygon text tspan tu; title na desc ziwe mwanzo.", "Use only g path rect circle ellipse line polyline polygon text tspan, with title and desc first."))
		_ = s.Skip() // a broken end is reported by the next token
		return
	}
	shape := Shape{Name: name}
	for _, a := range e.Attr {
		if s.goodAttr(name, a) {
			shape.Attrs = append(shape.Attrs, Attr{a.Name.Local, strings.Join(strings.Fields(a.Value), " ")})
		}
	}
	s.inside(&shape, nil, depth+1)
	parent.Inner = append(parent.Inner, shape)
}

// words reads title or desc, which come before every shape.
func (s *svg) words(parent *Shape, d *Drawing, name string) {
	to := &d.Title
	if name == "desc" {
		to = &d.Desc
	}
	if *to != "" || len(parent.Inner) > 0 {
		s.wrong(darasa.T("<%s> si ya kwanza.", "<%s> does not stand first.", name), darasa.T("Weka <title> na <desc> mara moja, mwanzoni.", "Put <title> and <desc> once, at the beginning."))
	}
	for {
		t, err := s.Token()
		if err != nil {
			return
		}
		switch e := t.(type) {
		case xml.CharData:
			*to += string(e)
		case xml.EndElement:
			*to = strings.Join(strings.Fields(*to), " ")
			return
		case xml.StartElement:
			s.wrong(darasa.T("<%s> ina vipengele ndani.", "<%s> holds elements.", name), darasa.T("Andika maneno tu.", "Write words only."))
			_ = s.Skip()
		}
	}
}

func (s *svg) badAttr(element, name string) {
	s.wrong(darasa.T("Sifa %q hairuhusiwi kwenye <%s>.", "The attribute %q is not allowed on <%s>.", cut(name), element), darasa.T("Iondoe; rangi na ukubwa wa maandishi hutoka kwenye class.", "Remove it; colours and text size come from the class."))
}

func (s *svg) goodAttr(element string, a xml.Attr) bool {
	name, v := a.Name.Local, strings.TrimSpace(a.Value)
	if a.Name.Space != "" || !slices.Contains(shapeAttrs[element], name) && !slices.Contains(commonAttrs, name) {
		s.badAttr(element, name)
		return false
	}
	ok := false
	switch name {
	case "class":
		ok = len(strings.Fields(v)) > 0
		for _, c := range strings.Fields(v) {
			ok = ok && slices.Contains(ShapeClasses, c)
		}
	case "text-anchor":
		ok = v == "start" || v == "middle" || v == "end"
	case "transform":
		ok = movesForm.MatchString(v)
	case "d":
		ok = pathForm.MatchString(v)
	default:
		ok = numbersForm.MatchString(v)
	}
	if !ok {
		s.wrong(darasa.T("Thamani %q ya %q si sahihi.", "The value %q of %q is not right.", cut(v), name), darasa.T("Madaraja: %s; text-anchor: start, middle, end; nyingine ni namba.", "Classes: %s; text-anchor: start, middle, end; the rest are numbers.", strings.Join(ShapeClasses, " ")))
	}
	return ok
}
