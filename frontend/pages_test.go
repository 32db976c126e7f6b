package frontend

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"darasa/backend/assessment"
	"darasa/backend/darasa"

	"github.com/andybalholm/brotli"
	"golang.org/x/net/html"
)

// render returns the page's HTML.
func render(t *testing.T, s sample, l darasa.Lang) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.page(samplePage(l, s.signed)).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// each renders every page in both languages.
func each(t *testing.T, f func(t *testing.T, l darasa.Lang, raw []byte, all []*html.Node)) {
	t.Helper()
	for _, s := range samples() {
		for _, l := range darasa.Langs {
			t.Run(s.name+"-"+string(l), func(t *testing.T) {
				raw := render(t, s, l)
				doc, err := html.Parse(bytes.NewReader(raw))
				if err != nil {
					t.Fatal(err)
				}
				var all []*html.Node
				for n := range doc.Descendants() {
					if n.Type == html.ElementNode {
						all = append(all, n)
					}
				}
				f(t, l, raw, all)
			})
		}
	}
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func within(n *html.Node, tag string) *html.Node {
	for p := range n.Ancestors() {
		if p.Data == tag {
			return p
		}
	}
	return nil
}

// TestPagesAreSound holds what every page owes: one title, one h1, no skipped
// heading, its language, nothing that the content security policy forbids.
func TestPagesAreSound(t *testing.T) {
	each(t, func(t *testing.T, l darasa.Lang, raw []byte, all []*html.Node) {
		headings, titles, mains, last := 0, 0, 0, 0
		for _, n := range all {
			if _, ok := attr(n, "style"); ok {
				t.Errorf("<%s> has a style attribute", n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s> has %s", n.Data, a.Key)
				}
			}
			switch n.Data {
			case "html":
				if got, _ := attr(n, "lang"); got != string(l) {
					t.Errorf("html lang is %q", got)
				}
			case "title":
				if within(n, "svg") == nil {
					titles++
				}
			case "main":
				mains++
			case "h1", "h2", "h3", "h4":
				level := int(n.Data[1] - '0')
				if level == 1 {
					headings++
				}
				if level > last+1 {
					t.Errorf("heading %q skips from %d to %d", text(n), last, level)
				}
				if text(n) == "" {
					t.Errorf("an empty %s", n.Data)
				}
				last = level
			case "script":
				if src, ok := attr(n, "src"); !ok || text(n) != "" || !strings.HasPrefix(src, AssetPrefix) {
					t.Error("a script that is not an asset")
				}
			case "style":
				t.Error("a style element")
			}
		}
		if headings != 1 || titles != 1 || mains != 1 {
			t.Errorf("%d h1, %d titles, %d main", headings, titles, mains)
		}
		if i := bytes.Index(raw, []byte("%!")); i >= 0 {
			t.Errorf("a formatting mistake: %s", raw[max(0, i-40):min(len(raw), i+40)])
		}
	})
}

// TestPagesNameEverything holds ids unique and referred to, every control
// labelled, every link, button and picture named.
func TestPagesNameEverything(t *testing.T) {
	each(t, func(t *testing.T, _ darasa.Lang, _ []byte, all []*html.Node) {
		ids, labelled := map[string]bool{}, map[string]bool{}
		for _, n := range all {
			if id, ok := attr(n, "id"); ok {
				if ids[id] {
					t.Errorf("id %q stands twice", id)
				}
				ids[id] = true
			}
			if f, ok := attr(n, "for"); ok && n.Data == "label" {
				labelled[f] = true
			}
		}
		for _, n := range all {
			checkNode(t, n, ids, labelled)
		}
	})
}

func checkNode(t *testing.T, n *html.Node, ids, labelled map[string]bool) {
	t.Helper()
	for _, a := range n.Attr {
		refers := a.Key == "aria-describedby" || a.Key == "aria-labelledby" || a.Key == "for"
		inner := a.Key == "href" && strings.HasPrefix(a.Val, "#")
		if !refers && !inner {
			continue
		}
		for _, id := range strings.Fields(strings.TrimPrefix(a.Val, "#")) {
			if !ids[id] {
				t.Errorf("<%s %s=%q> refers to nothing", n.Data, a.Key, a.Val)
			}
		}
	}
	name, _ := attr(n, "aria-label")
	by, _ := attr(n, "aria-labelledby")
	switch n.Data {
	case "input", "select", "textarea":
		kind, _ := attr(n, "type")
		id, _ := attr(n, "id")
		if kind != "hidden" && !labelled[id] && within(n, "label") == nil {
			t.Errorf("<%s> %v has no label", n.Data, n.Attr)
		}
		if v, _ := attr(n, "value"); kind == "password" && v != "" {
			t.Error("a password is put back")
		}
	case "a", "button":
		if text(n) == "" && name == "" {
			t.Errorf("<%s> %v has no name", n.Data, n.Attr)
		}
	case "svg":
		hidden, _ := attr(n, "aria-hidden")
		if hidden != "true" && name == "" && by == "" {
			t.Error("a picture has no name")
		}
	case "fieldset":
		if n.FirstChild == nil || text(n) == "" {
			t.Error("a fieldset is empty")
		}
	case "nav", "aside", "progress":
		if name == "" && by == "" {
			t.Errorf("<%s> has no name", n.Data)
		}
	}
}

// TestFormsPost holds that a form which changes something posts with a token,
// has a way to be sent without a script, and stays in its language.
func TestFormsPost(t *testing.T) {
	each(t, func(t *testing.T, l darasa.Lang, _ []byte, all []*html.Node) {
		for _, n := range all {
			if n.Data != "form" {
				continue
			}
			method, _ := attr(n, "method")
			action, _ := attr(n, "action")
			if method == "get" && !strings.HasPrefix(action, PathVerify) && !strings.HasPrefix(action, "/"+string(l)+"/") {
				t.Errorf("a form gets %s", action)
			}
			if method == "post" && !strings.HasPrefix(action, "/"+string(l)+"/") {
				t.Errorf("a form posts to %q", action)
			}
			token, sends := false, false
			for c := range n.Descendants() {
				v, _ := attr(c, "name")
				k, _ := attr(c, "type")
				token = token || v == "form"
				sends = sends || c.Data == "button" && k != "button"
			}
			if method == "post" && !token || !sends {
				t.Errorf("form to %s: token %v, can be sent %v", action, token, sends)
			}
		}
	})
}

// TestLanguageMarked holds that English shown on a Swahili page is marked.
func TestLanguageMarked(t *testing.T) {
	p := samplePage(darasa.Swahili, true)
	var b bytes.Buffer
	if err := CataloguePage(p, sampleCatalogue()).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<span lang="en">Reading DHIS2</span>`, "Kwa Kiingereza tu kwa sasa", `href="/en/courses?stage=demand" hreflang="en" lang="en"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestReadAnswer(t *testing.T) {
	qs := map[string]assessment.Question{}
	for _, q := range sampleQuestions() {
		qs[q.Slug] = q
	}
	for _, tt := range []struct {
		name, question string
		form           map[string][]string
		options        []string
		value          string
		wrong          bool
	}{
		{"single", "timeliness", map[string][]string{"q.timeliness": {"c"}}, []string{"c"}, "", false},
		{"single takes the first of two", "timeliness", map[string][]string{"q.timeliness": {"c", "a"}}, []string{"c"}, "", false},
		{"an option that is not offered", "timeliness", map[string][]string{"q.timeliness": {"z"}}, nil, "", false},
		{"unanswered", "timeliness", nil, nil, "", false},
		{"true or false", "empty", map[string][]string{"q.empty": {"false"}}, []string{"false"}, "", false},
		{"multiple, one twice", "sources", map[string][]string{"q.sources": {"r", "t", "r"}}, []string{"r", "t"}, "", false},
		{"number", "factor", map[string][]string{"q.factor": {" 9,6 % "}}, nil, "9,6 %", false},
		{"no number", "factor", map[string][]string{"q.factor": {"tisa"}}, nil, "", true},
		{"order", "steps", map[string][]string{"q.steps.w": {"2"}, "q.steps.h": {"1"}, "q.steps.m": {"3"}}, []string{"h", "w", "m"}, "", false},
		{"order with a number twice", "steps", map[string][]string{"q.steps.w": {"1"}, "q.steps.h": {"1"}, "q.steps.m": {"3"}}, nil, "", true},
		{"order not whole", "steps", map[string][]string{"q.steps.w": {"1"}}, nil, "", true},
		{"order out of range", "steps", map[string][]string{"q.steps.w": {"9"}, "q.steps.h": {"-1"}, "q.steps.m": {"x"}}, nil, "", true},
		{"order untouched", "steps", nil, nil, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, typed, wrong := ReadAnswer(qs[tt.question], func(n string) []string { return tt.form[n] })
			if !slices.Equal(a.Options, tt.options) || a.Value != tt.value || (wrong != nil) != tt.wrong {
				t.Errorf("got %v %q %v", a.Options, a.Value, wrong)
			}
			if wrong != nil {
				v := QuestionView{Question: qs[tt.question], Answer: a, Typed: typed}
				for name, vs := range tt.form {
					if v.number() != vs[0] && v.position(strings.TrimPrefix(name, "q.steps.")) != vs[0] {
						t.Errorf("what was typed into %s is lost", name)
					}
				}
			}
		})
	}
}

func TestOutline(t *testing.T) {
	m := sampleOutline()
	if !m[0].Done || !m[1].Done || m[2].Done || !m[2].Here || m[2].Lessons[1].Number != "3.2" || m[2].Minutes != 36 {
		t.Errorf("the outline is wrong: %+v", m)
	}
}

func TestChartTop(t *testing.T) {
	for _, tt := range []struct{ value, top, step float64 }{{430, 500, 100}, {47, 50, 10}, {0, 1, 1}, {9, 10, 2}, {1, 1, 0.2}, {100, 100, 20}} {
		top, step := Chart{Points: []Point{{Value: tt.value}}}.top()
		if top != tt.top || step != tt.step {
			t.Errorf("top of %v is %v by %v, want %v by %v", tt.value, top, step, tt.top, tt.step)
		}
	}
}

func TestAssets(t *testing.T) {
	if _, err := loadAssets(os.DirFS(t.TempDir())); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("without a bundle: %v", err)
	}
	dir := t.TempDir()
	write := func(name, body string) {
		if err := os.MkdirAll(filepath.Join(dir, "dist"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "dist", name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("manifest.json", `{"app.js":"app-12.js"}`)
	write("app-12.js", "1")
	if _, err := loadAssets(os.DirFS(dir)); err == nil {
		t.Error("a bundle without its brotli twin is accepted")
	}
	write("app-12.js.br", "2")
	a, err := loadAssets(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	f, ok := a.Get("app-12.js")
	if a.Href("app.js") != "/assets/app-12.js" || !ok || f.Type != "text/javascript; charset=utf-8" || string(f.Brotli) != "2" {
		t.Errorf("got %s %+v %v", a.Href("app.js"), f, ok)
	}
	if _, ok := a.Get("../frontend.go"); ok {
		t.Error("a name that is no asset is found")
	}
}

// TestIcons holds that every icon asked for by a literal exists.
func TestIcons(t *testing.T) {
	ask := regexp.MustCompile(`Icon\("([a-z]+)"\)|Icon: "([a-z]+)"|Fact\{"([a-z]+)"`)
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range append(files, "parts.go") {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ask.FindAllStringSubmatch(string(b), -1) {
			if name := m[1] + m[2] + m[3]; icons[name] == "" {
				t.Errorf("%s: there is no icon %q", f, name)
			}
		}
	}
}

// TestPreview writes every page with the bundle's styles into the folder named
// by DARASA_PREVIEW, to be looked at in a browser.
func TestPreview(t *testing.T) {
	dir := os.Getenv("DARASA_PREVIEW")
	if dir == "" {
		dir = t.TempDir()
	}
	css, err := os.ReadFile("styles/darasa.css")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "darasa.css"), css, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, s := range samples() {
		for _, l := range darasa.Langs {
			raw := bytes.ReplaceAll(render(t, s, l), []byte(`"/assets/`), []byte(`"`))
			if len(raw) < 1000 {
				t.Errorf("%s: %d bytes", s.name, len(raw))
			}
			if err := os.WriteFile(filepath.Join(dir, s.name+"."+string(l)+".html"), raw, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestPagesAreLight holds the bytes on the wire of each page's HTML. With
// styles, script and icon (build.mjs holds those) a first visit stays below 15 kB.
func TestPagesAreLight(t *testing.T) {
	const most = 7000
	for _, s := range samples() {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, 5)
		if _, err := w.Write(render(t, s, darasa.Swahili)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", s.name, b.Len())
		if b.Len() > most {
			t.Errorf("%s costs %d bytes, the budget is %d", s.name, b.Len(), most)
		}
	}
}
