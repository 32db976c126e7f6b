package course

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"darasa/backend/darasa"
	"darasa/content/native"
)

// The closed list: the elements of a fragment and the attributes of each,
// names in lower case as a parser of HTML reads them. Every release must
// render all of it, so it only grows.
var closedElements = map[string]string{
	"h2": "id", "h3": "id", "p": "", "ul": "", "ol": "start", "li": "", "strong": "", "em": "", "b": "", "code": "", "br": "", "a": "href rel",
	"div": "class role tabindex aria-label", "table": "", "caption": "", "thead": "", "tbody": "", "tr": "", "th": "scope class", "td": "class",
	"figure": "", "figcaption": "", "img": "src width height loading alt",
	"svg": "class viewbox role aria-labelledby aria-hidden", "title": "id", "desc": "id",
	"g": "class transform", "path": "class transform d", "rect": "class transform x y width height rx ry",
	"circle": "class transform cx cy r", "ellipse": "class transform cx cy rx ry", "line": "class transform x1 y1 x2 y2",
	"polyline": "class transform points", "polygon": "class transform points",
	"text": "class transform x y dx dy text-anchor", "tspan": "class transform x y dx dy text-anchor",
	"x-check": "data-q",
}

// closedClasses are the classes of a fragment outside drawings.
var closedClasses = []string{"note", "red", "mine", "scroll", "r", "chart", "i"}

var (
	linkForm = regexp.MustCompile(`^(https?://|mailto:|tel:|[a-z0-9-]+$)`)
	pathForm = regexp.MustCompile(`^/o/[0-9a-f]{64}$`)
)

// errOutside says that a fragment holds something that is not in the list:
// a fault of ours, never of an author.
func errOutside(what string) error {
	return darasa.Fail(darasa.Internal, "Somo lina alama isiyoruhusiwa.", "A lesson holds mark-up outside the closed list.").Because(errors.New(what))
}

// checkClosed reads a fragment as a browser's tokenizer does and refuses what
// is not in the closed list.
func checkClosed(fragment []byte) error {
	z := html.NewTokenizer(bytes.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if errors.Is(z.Err(), io.EOF) {
				return nil
			}
			return errOutside(z.Err().Error())
		case html.StartTagToken, html.SelfClosingTagToken:
			if err := checkTag(z.Token()); err != nil {
				return err
			}
		case html.CommentToken, html.DoctypeToken:
			return errOutside("comment")
		}
	}
}

func checkTag(t html.Token) error {
	allowed, ok := closedElements[t.Data]
	if !ok {
		return errOutside("<" + t.Data + ">")
	}
	for _, a := range t.Attr {
		if !slices.Contains(strings.Fields(allowed), a.Key) || !checkValue(a.Key, a.Val) {
			return errOutside(fmt.Sprintf("%s=%q on <%s>", a.Key, a.Val, t.Data))
		}
	}
	return nil
}

func checkValue(key, v string) bool {
	switch key {
	case "class":
		for _, c := range strings.Fields(v) {
			if !slices.Contains(closedClasses, c) && !slices.Contains(native.ShapeClasses, c) {
				return false
			}
		}
	case "href":
		return linkForm.MatchString(v)
	case "src":
		return pathForm.MatchString(v)
	}
	return true
}
