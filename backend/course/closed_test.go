package course

import (
	"strings"
	"testing"

	"darasa/backend/darasa"
)

func TestClosedListRefuses(t *testing.T) {
	for _, bad := range []string{
		`<script>1</script>`, `<p onclick="x">a</p>`, `<p style="color:red">a</p>`, `<p class="hero">a</p>`, `<!-- a -->`, `<iframe></iframe>`,
		`<a href="javascript:1">a</a>`, `<img src="https://example.org/a.png">`, `<img src="/o/../x">`, `<svg><foreignObject></foreignObject></svg>`,
		`<div id="m">a</div>`, `<svg><use href="#a"></use></svg>`, `<form></form>`, `<input>`, `<path fill="red" d="M0 0"/>`,
	} {
		if err := checkClosed([]byte(bad)); darasa.CodeOf(err) != darasa.Internal {
			t.Errorf("%s: %v", bad, err)
		}
	}
	good := `<h2 id="h-a">A</h2><div class="note red"><b><svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="M0 0"/></svg> x</b></div><x-check data-q="a"></x-check>`
	if err := checkClosed([]byte(good)); err != nil {
		t.Error(err)
	}
}

func TestSplitChecks(t *testing.T) {
	for _, c := range []struct{ in, parts, slugs string }{
		{"<p>a</p>", "<p>a</p>", ""},
		{"", "", ""},
		{`<p>a</p>` + checkOpen + "one" + checkClose + "b" + checkOpen + "two" + checkClose, "<p>a</p>|b|", "one two"},
		{`a<x-check data-q="cut`, `a<x-check data-q="cut`, ""},
	} {
		parts, slugs := SplitChecks([]byte(c.in))
		var words []string
		for _, p := range parts {
			words = append(words, string(p))
		}
		if got := strings.Join(words, "|"); got != c.parts || strings.Join(slugs, " ") != c.slugs {
			t.Errorf("%q splits into %q %v", c.in, got, slugs)
		}
	}
}

func TestCacheForgetsTheLeastUsed(t *testing.T) {
	c := newCache(2)
	for _, id := range []darasa.ID{"a@1", "b@1"} {
		c.add(id, &loaded{edition: &Edition{ID: id}})
	}
	first := c.get("a@1")
	c.add("c@1", &loaded{edition: &Edition{ID: "c@1"}})
	if c.get("b@1") != nil || c.get("a@1") != first || c.get("c@1") == nil || len(c.byID) != 2 {
		t.Errorf("the cache keeps %v", c.byID)
	}
	if c.add("a@1", &loaded{edition: &Edition{ID: "a@1"}}) != first {
		t.Error("a second reader replaced what the first had loaded")
	}
}

func TestNaturalCompare(t *testing.T) {
	in := []string{"C", "C2", "C02 b", "C3", "C10", "C10a", "D1"}
	for i := 1; i < len(in); i++ {
		if naturalCompare(in[i-1], in[i]) >= 0 || naturalCompare(in[i], in[i-1]) <= 0 {
			t.Errorf("%q does not come before %q", in[i-1], in[i])
		}
	}
}
