package native

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"darasa/backend/darasa"
)

// sample returns the good folder in memory, to be spoiled.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	root := os.DirFS("testdata/good")
	if err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, p)
		out[p] = &fstest.MapFile{Data: data}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGoodFolder(t *testing.T) {
	c, found := Read(sample(t))
	for _, f := range found {
		t.Error(f.In(darasa.English))
	}
	if c.Slug != "small-sample" || len(c.Modules) != 1 || len(c.Modules[0].Lessons) != 2 || len(c.Questions) != 5 || len(c.Media) != 3 {
		t.Fatalf("read %+v", c)
	}
	p := c.Modules[0].Lessons[0].Pages[darasa.Swahili]
	kinds := ""
	for _, b := range p.Blocks {
		kinds += string(b.Kind) + " "
	}
	if want := "heading paragraph figure figure table heading list note note note check heading paragraph "; kinds != want {
		t.Errorf("blocks are %s, want %s", kinds, want)
	}
	if a, b := p.Blocks[0].ID, p.Blocks[11].ID; a != "h-mwaka-mmoja-wa-penta1" || b != "h-mwaka-mmoja-wa-penta1-2" {
		t.Errorf("anchors %q %q", a, b)
	}
	if got := p.Blocks[4].Table.Caption; got != "Novemba inabadilisha nini?" {
		t.Errorf("caption %q", got)
	}
	if q := c.Questions[3]; q.Value != 9.6 || q.Unit.SW != "%" {
		t.Errorf("numeric question %+v", q)
	}
}

func TestSourceSumFollowsTheFiles(t *testing.T) {
	a, _ := Read(sample(t))
	spoiled := sample(t)
	spoiled["README.md"] = &fstest.MapFile{Data: []byte("Not part of the course.")}
	b, _ := Read(spoiled)
	spoiled["sw/short.md"].Data = append(spoiled["sw/short.md"].Data, '!')
	c, _ := Read(spoiled)
	if a.Source != b.Source || a.Source == c.Source || len(a.Source) != 64 {
		t.Errorf("sums %s %s %s", a.Source, b.Source, c.Source)
	}
}

// bad is a change to the good folder and the one finding that it must bring:
// "file:line" and a part of the English text.
type bad struct {
	name       string
	file       string
	old, new   string // old "" replaces the whole file; new "-" deletes it
	at, saying string
}

var bads = []bad{
	{"missing language", "en/short.md", "", "-", "en/short.md", "missing in the language"},
	{"missing course.yaml", "course.yaml", "", "-", "course.yaml", "missing"},
	{"missing questions.yaml", "questions.yaml", "", "-", "questions.yaml", "missing"},
	{"broken picture", "sw/everything.md", "media/dots.sw.svg", "media/dotz.sw.svg", "sw/everything.md:12", "picture \"media/dotz.sw.svg\" is missing"},
	{"picture elsewhere", "sw/everything.md", "media/dots.sw.svg", "https://example.org/a.svg", "sw/everything.md:12", "not in media/"},
	{"picture above", "sw/everything.md", "media/dots.sw.svg", "media/../../x.svg", "sw/everything.md:12", "not in media/"},
	{"picture without words", "sw/everything.md", "![Kisanduku cha kijivu]", "![]", "sw/everything.md:14", "no text alternative"},
	{"picture in text", "sw/everything.md", "Mstari mpya.", "Mstari ![a](media/box.png) mpya.", "sw/everything.md:10", "inside text"},
	{"picture that is none", "media/box.png", "", "GIF89a", "media/box.png", "cannot be read"},
	{"unknown key", "course.yaml", "code: T1", "kode: T1", "course.yaml:2", "key \"kode\" is not known"},
	{"unknown key in a question", "questions.yaml", "  answer: false", "  answer: false\n  hint: x", "questions.yaml:32", "key \"hint\" is not known"},
	{"key of another kind", "questions.yaml", "  answer: false", "  answer: false\n  value: 3", "questions.yaml:32", "key \"value\" is not known"},
	{"key twice", "course.yaml", "code: T1", "code: T1\ncode: T2", "course.yaml:3", "given twice"},
	{"text in one language", "course.yaml", `title: {sw: "Sampuli ndogo", en: "Small sample"}`, `title: {sw: "Sampuli ndogo"}`, "course.yaml:3", "key \"en\" is missing"},
	{"empty text", "course.yaml", `en: "Small sample"`, `en: ""`, "course.yaml:3", "empty"},
	{"two lessons with one id", "course.yaml", "[everything, short]", "[everything, short, short]", "course.yaml:23", "already used"},
	{"question named like a lesson", "questions.yaml", "slug: dropout", "slug: short", "questions.yaml:33", "already used"},
	{"bad slug", "course.yaml", "slug: first-steps", "slug: First Steps", "course.yaml:21", "not a slug"},
	{"unknown stage", "course.yaml", "[management, analysis]", "[management, guessing]", "course.yaml:8", "not known here"},
	{"unknown area", "course.yaml", "area: D", "area: Z", "course.yaml:11", "not known here"},
	{"bad date", "course.yaml", "2026-12-31", "31/12/2026", "course.yaml:13", "not a date"},
	{"dates turned round", "course.yaml", "until: 2026-12-31", "until: 2025-12-31", "course.yaml:13", "before the first"},
	{"bad number", "course.yaml", "hours: 1.5", "hours: lots", "course.yaml:10", "not a number"},
	{"alias", "course.yaml", "code: T1", "code: &x T1\nlicence: *x", "course.yaml:3", "aliases"},
	{"YAML syntax", "course.yaml", "code: T1", "code: [T1", "course.yaml", "cannot be read"},
	{"bank too small", "course.yaml", "draw: 4", "draw: 9", "course.yaml:25", "draws 9 questions, but the bank holds 4"},
	{"post-test without pass", "course.yaml", "    pass: 80\n", "", "course.yaml:29", "pass mark"},
	{"pre-test with tries", "course.yaml", "    draw: 3", "    draw: 3\n    tries: 2", "course.yaml:29", "has no \"tries\""},
	{"completion without a post-test", "course.yaml", "kind: post-test", "kind: pre-test", "course.yaml", "there is none"},
	{"unknown check", "sw/everything.md", "{{check steps}}", "{{check stepz}}", "sw/everything.md:43", "no question \"stepz\""},
	{"test question in a lesson", "sw/everything.md", "{{check steps}}", "{{check dropout}}", "sw/everything.md:43", "belongs to the test"},
	{"check in text", "sw/everything.md", "Mwisho.", "Mwisho. {{check steps}}", "sw/everything.md:47", "line of its own"},
	{"check twice", "sw/everything.md", "Mwisho.", "{{check steps}}", "sw/everything.md:47", "stands twice"},
	{"checks differ", "en/everything.md", "{{check steps}}", "Done.", "en/everything.md", "differ"},
	{"raw HTML block", "sw/short.md", "Aya moja tu.", "<div onclick=x>a</div>", "sw/short.md:7", "raw HTML"},
	{"raw HTML in text", "sw/short.md", "Aya moja tu.", "Aya <b>moja</b> tu.", "sw/short.md:7", "raw HTML"},
	{"comment", "sw/short.md", "Aya moja tu.", "Aya <!-- moja --> tu.", "sw/short.md:7", "raw HTML"},
	{"script link", "sw/short.md", "Aya moja tu.", "[a](javascript:alert(1))", "sw/short.md:7", "leads nowhere"},
	{"link to no lesson", "sw/short.md", "Aya moja tu.", "[a](nothing-here)", "sw/short.md:7", "leads nowhere"},
	{"heading 1", "sw/short.md", "Aya moja tu.", "# Kubwa", "sw/short.md:7", "level 1"},
	{"heading 3 first", "sw/short.md", "Aya moja tu.", "### Ndogo", "sw/short.md:7", "before any ##"},
	{"plain quotation", "sw/short.md", "Aya moja tu.", "> nukuu", "sw/short.md:7", "of no kind"},
	{"unknown call-out", "sw/short.md", "Aya moja tu.", "> [!NOTE] Kichwa\n> maneno", "sw/short.md:7", "not known"},
	{"call-out without a title", "sw/short.md", "Aya moja tu.", "> [!WARNING]\n> maneno", "sw/short.md:7", "no title"},
	{"code block", "sw/short.md", "Aya moja tu.", "```\na\n```", "sw/short.md", "code block"},
	{"caption without a table", "sw/short.md", "Aya moja tu.", ": maelezo", "sw/short.md:7", "below a table"},
	{"caption that touches", "sw/everything.md", "| Median | 44 | 44 |\n\n:", "| Median | 44 | 44 |\n:", "sw/everything.md:20", "touches"},
	{"no front matter", "sw/short.md", "---\ntitle", "title", "sw/short.md:1", "no front matter"},
	{"front matter key", "sw/short.md", "minutes: 5", "minutes: 5\nauthor: x", "sw/short.md:5", "not known"},
	{"front matter number", "sw/short.md", "minutes: 5", "minutes: many", "sw/short.md:4", "not a number"},
	{"lesson in no module", "sw/extra.md", "", "x", "sw/extra.md", "in no module"},
	{"two right options", "questions.yaml", `en: "91.7 %"}, feedback`, `en: "91.7 %"}, right: true, feedback`, "questions.yaml:9", "needs one"},
	{"no wrong option", "questions.yaml", `en: "The pen's colour"}}`, `en: "The pen's colour"}, right: true}`, "questions.yaml:20", "at least one right and one wrong"},
	{"same option twice", "questions.yaml", `{sw: "91.7 %", en: "91.7 %"}`, `{sw: "75 %", en: "75 %"}`, "questions.yaml:9", "stands twice"},
	{"unknown kind", "questions.yaml", "kind: numeric", "kind: essay", "questions.yaml:34", "not known here"},
	{"two items", "questions.yaml", "    - {sw: \"Ripoti\", en: \"Report\"}\n", "", "questions.yaml:52", "3 to 7"},
	{"outcome too high", "questions.yaml", "outcome: 2\n  stem: {sw: \"512", "outcome: 9\n  stem: {sw: \"512", "questions.yaml:38", "no outcome number 9"},
	{"lesson of a question", "questions.yaml", "lesson: short\n  stages: [analysis]", "lesson: long\n  stages: [analysis]", "questions.yaml:36", "no lesson \"long\""},
	{"SVG script", "media/dots.sw.svg", "<g transform", "<script>1</script><g transform", "media/dots.sw.svg:5", "<script> is not allowed"},
	{"SVG style", "media/dots.sw.svg", `<path class="ax"`, `<path style="fill:red" class="ax"`, "media/dots.sw.svg:2", "\"style\" is not allowed"},
	{"SVG event", "media/dots.sw.svg", `<path class="ax"`, `<path onload="x" class="ax"`, "media/dots.sw.svg:2", "\"onload\" is not allowed"},
	{"SVG class", "media/dots.sw.svg", `class="ax"`, `class="axis"`, "media/dots.sw.svg:2", "\"axis\" of \"class\""},
	{"SVG link", "media/dots.sw.svg", "<g transform", `<a href="x"></a><g transform`, "media/dots.sw.svg:5", "<a> is not allowed"},
	{"SVG size", "media/dots.sw.svg", `viewBox="0 0 340 120"`, `viewBox="0 0 340 120" width="340"`, "media/dots.sw.svg:1", "\"width\" is not allowed"},
	{"SVG viewBox", "media/dots.sw.svg", "0 0 340 120", "0 0 100 100", "media/dots.sw.svg", "viewBox is"},
	{"SVG without desc", "media/dots.sw.svg", "<desc>Moja iko 43, nyingine 430.</desc>", "", "media/dots.sw.svg", "no <title> and <desc>"},
	{"SVG value", "media/dots.sw.svg", `d="M24 90H332"`, `d="url(x)"`, "media/dots.sw.svg:2", "is not right"},
	{"SVG cut off", "media/dots.sw.svg", "</g></svg>", "", "media/dots.sw.svg", "cannot be read"},
	{"SVG doctype", "media/dots.sw.svg", "<svg xmlns", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns", "media/dots.sw.svg:1", "DOCTYPE"},
	{"SVG too large", "media/dots.sw.svg", "<g transform", "<!--" + strings.Repeat("x", 6200) + "--><g transform", "media/dots.sw.svg", "larger than 6 kB"},
}

func TestBadFolders(t *testing.T) {
	for _, b := range bads {
		t.Run(b.name, func(t *testing.T) {
			files := sample(t)
			spoil(t, files, b)
			_, found := Read(files)
			for _, f := range found {
				if f.Level != darasa.IsError {
					continue
				}
				if f.What.SW == "" || f.What.EN == "" || f.Mend.SW == "" || f.Mend.EN == "" {
					t.Errorf("a finding lacks a language or a way to mend: %+v", f)
				}
				if where := f.Where(darasa.English); strings.HasPrefix(where, b.at) && strings.Contains(f.What.EN, b.saying) {
					return
				}
			}
			t.Errorf("no finding at %s saying %q, but: %s", b.at, b.saying, list(found))
		})
	}
}

func spoil(t *testing.T, files fstest.MapFS, b bad) {
	t.Helper()
	switch {
	case b.new == "-":
		delete(files, b.file)
	case b.old == "":
		files[b.file] = &fstest.MapFile{Data: []byte(b.new)}
	default:
		text := string(files[b.file].Data)
		if !strings.Contains(text, b.old) {
			t.Fatalf("%s does not hold %q", b.file, b.old)
		}
		files[b.file].Data = []byte(strings.Replace(text, b.old, b.new, 1))
	}
}

func list(found []darasa.Finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "\n  %s %s", f.Level, f.In(darasa.English))
	}
	return b.String()
}

// TestEveryMistakeAtOnce spoils many files and wants one answer about all.
func TestEveryMistakeAtOnce(t *testing.T) {
	files := sample(t)
	for _, name := range []string{"missing language", "unknown key", "broken picture", "unknown check", "SVG class", "bad date", "two right options"} {
		for _, b := range bads {
			if b.name == name {
				spoil(t, files, b)
			}
		}
	}
	_, found := Read(files)
	files2 := map[string]bool{}
	for _, f := range found {
		files2[f.File] = true
	}
	for _, want := range []string{"course.yaml", "questions.yaml", "sw/everything.md", "en/short.md"} {
		if !files2[want] {
			t.Errorf("nothing about %s in %s", want, list(found))
		}
	}
}

func TestOneLanguageOnly(t *testing.T) {
	files := sample(t)
	for name := range files {
		if strings.HasPrefix(name, "en/") || strings.HasSuffix(name, ".en.svg") {
			delete(files, name)
		}
	}
	for _, name := range []string{"course.yaml", "questions.yaml"} {
		lines := strings.Split(string(files[name].Data), "\n")
		for i, l := range lines {
			for {
				a := strings.Index(l, `, en: "`)
				if a < 0 {
					break
				}
				l = l[:a] + l[a+7+strings.Index(l[a+7:], `"`)+1:]
			}
			lines[i] = l
		}
		files[name].Data = []byte(strings.Join(lines, "\n"))
	}
	files["course.yaml"].Data = append(files["course.yaml"].Data, "languages: [sw]\n"...)
	c, found := Read(files)
	if len(found) != 0 {
		t.Errorf("findings: %s", list(found))
	}
	if len(c.Languages) != 1 || c.Modules[0].Lessons[0].Pages[darasa.English] != nil {
		t.Errorf("languages %v", c.Languages)
	}
}

func TestFromZip(t *testing.T) {
	pack := func(prefix string, drop string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, f := range sample(t) {
			if name == drop {
				continue
			}
			w, err := z.Create(prefix + name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(f.Data); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, prefix := range []string{"", "small-sample/"} {
		raw := pack(prefix, "")
		files, err := FromZip(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		if c, found := Read(files); len(found) != 0 || c.Slug != "small-sample" {
			t.Errorf("prefix %q: %s", prefix, list(found))
		}
	}
	for name, raw := range map[string][]byte{"no zip": []byte("PK not"), "no course": pack("", "course.yaml")} {
		if _, err := FromZip(bytes.NewReader(raw), int64(len(raw))); darasa.CodeOf(err) != darasa.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
