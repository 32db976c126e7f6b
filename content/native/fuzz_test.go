package native

import (
	"encoding/xml"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"darasa/backend/darasa"
)

func FuzzYAML(f *testing.F) {
	for _, name := range []string{"course.yaml", "questions.yaml"} {
		data, err := os.ReadFile("testdata/good/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("a: &a [*a]\n")
	f.Fuzz(func(t *testing.T, s string) {
		c, found := Read(fstest.MapFS{"course.yaml": {Data: []byte(s)}, "questions.yaml": {Data: []byte(s)}})
		if !darasa.HasErrors(found) {
			t.Errorf("a folder without lessons was taken: %+v", c)
		}
	})
}

func FuzzLesson(f *testing.F) {
	for _, name := range []string{"sw/everything.md", "en/short.md"} {
		data, err := os.ReadFile("testdata/good/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := &notes{}
		p := readPage(n, "sw/x.md", darasa.Swahili, []byte(s), func(string) bool { return true })
		lines := strings.Count(s, "\n") + 2
		for _, x := range n.list {
			if x.Line > lines {
				t.Errorf("line %d of %d: %s", x.Line, lines, x.In(darasa.English))
			}
		}
		ids := map[string]bool{}
		p.Walk(func(b *Block) {
			if b.Kind == Heading && ids[b.ID] {
				t.Errorf("anchor %q twice", b.ID)
			}
			ids[b.ID] = b.Kind == Heading
		})
	})
}

func FuzzSVG(f *testing.F) {
	data, err := os.ReadFile("testdata/good/media/dots.sw.svg")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data))
	f.Add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 10"><title>a</title><desc>b</desc><g><g><text>x<tspan>y</tspan>z</text></g></g></svg>`)
	f.Fuzz(func(t *testing.T, s string) {
		n := &notes{}
		d := parseSVG(n, "media/x.svg", []byte(s))
		if d == nil && !darasa.HasErrors(n.list) {
			t.Error("no drawing and no finding")
		}
		if darasa.HasErrors(n.list) {
			return
		}
		if err := xml.Unmarshal([]byte(s), new(struct{})); err != nil {
			t.Errorf("taken although %v", err)
		}
	})
}
