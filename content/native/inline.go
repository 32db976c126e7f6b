package native

import (
	"net/url"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"darasa/backend/darasa"
)

// plain resolves entities and backslashes of Markdown text.
func plain(b []byte) string {
	return string(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(b))))
}

// inlines reads the running text inside n.
func (c *chunk) inlines(n ast.Node) []Inline {
	var out []Inline
	for k := n.FirstChild(); k != nil; k = k.NextSibling() {
		out = c.inline(out, k)
	}
	return joined(out)
}

func (c *chunk) inline(out []Inline, n ast.Node) []Inline {
	switch t := n.(type) {
	case *ast.Text:
		s := string(t.Segment.Value(c.src))
		if !t.IsRaw() {
			s = plain([]byte(s))
		}
		c.misplaced(s, n)
		out = append(out, Inline{Kind: Plain, Text: s})
		switch {
		case t.HardLineBreak():
			out = append(out, Inline{Kind: Break})
		case t.SoftLineBreak():
			out = append(out, Inline{Kind: Plain, Text: " "})
		}
	case *ast.String:
		out = append(out, Inline{Kind: Plain, Text: string(t.Value)})
	case *ast.Emphasis:
		kind := Emphasis
		if t.Level == 2 {
			kind = Strong
		}
		out = append(out, Inline{Kind: kind, Inner: c.inlines(t)})
	case *ast.CodeSpan:
		out = append(out, Inline{Kind: Code, Text: PlainText(c.inlines(t))})
	case *ast.Link:
		out = append(out, c.link(string(t.Destination), c.inlines(t), c.lineOf(t)))
	case *ast.AutoLink:
		label := []Inline{{Kind: Plain, Text: string(t.Label(c.src))}}
		out = append(out, c.link(string(t.URL(c.src)), label, c.lineOf(t)))
	case *ast.Image:
		c.wrong(c.lineOf(n), darasa.T("Picha imo katikati ya maandishi.", "A picture stands inside text."), darasa.T("Iweke kwenye aya yake.", "Put it in a paragraph of its own."))
	case *ast.RawHTML:
		c.wrong(c.lineOf(n), darasa.T("HTML haiwezi kuandikwa kwenye somo.", "A lesson may not hold raw HTML."), mendHTML)
	default:
		c.wrong(c.lineOf(n), darasa.T("Alama hii haijulikani kwenye somo.", "A lesson may not hold this mark."), mendHTML)
	}
	return out
}

func (c *chunk) misplaced(s string, n ast.Node) {
	if strings.Contains(s, "{{") {
		c.wrong(c.lineOf(n), darasa.T("{{check}} haiko kwenye mstari wake.", "{{check}} does not stand on a line of its own."), darasa.T("Weka {{check kitambulisho}} peke yake kwenye mstari, nje ya orodha na visanduku.", "Put {{check slug}} alone on a line, outside lists and call-outs."))
	}
}

// link checks where a link leads: the web, a mail or phone, or a lesson here.
func (c *chunk) link(target string, words []Inline, line int) Inline {
	out := Inline{Kind: Link, Inner: words, Target: target}
	if slug := strings.TrimSuffix(target, ".md"); goodSlug(slug) && c.lessons(slug) {
		out.Target, out.Lesson = slug, true
	} else if u, err := url.Parse(target); err != nil || !slices.Contains([]string{"https", "http", "mailto", "tel"}, u.Scheme) || strings.HasPrefix(u.Scheme, "http") && u.Host == "" {
		c.wrong(line, darasa.T("Kiungo %q hakiongozi popote.", "The link %q leads nowhere.", cut(target)), darasa.T("Tumia https://…, mailto:…, tel:… au kitambulisho cha somo la kozi hii.", "Use https://…, mailto:…, tel:… or the slug of a lesson of this course."))
	}
	if strings.TrimSpace(PlainText(words)) == "" {
		c.wrong(line, darasa.T("Kiungo hakina maneno.", "The link has no words."), darasa.T("Andika [maneno](anwani).", "Write [words](address)."))
	}
	return out
}

// joined merges neighbouring plain texts.
func joined(list []Inline) []Inline {
	var out []Inline
	for _, n := range list {
		if last := len(out) - 1; n.Kind == Plain && last >= 0 && out[last].Kind == Plain {
			out[last].Text += n.Text
			continue
		}
		out = append(out, n)
	}
	return out
}
