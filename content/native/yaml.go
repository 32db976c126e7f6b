package native

import (
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"darasa/backend/darasa"
)

// node is a YAML value that knows its file, so that whatever is wrong with it
// is reported with its line. The zero node is "not given".
type node struct {
	*yaml.Node
	file  string
	shift int // lines before the YAML in its file (front matter)
	notes *notes
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// parseYAML reads one document. A mistake of syntax is one finding; the zero
// node is returned then.
func parseYAML(n *notes, file string, data []byte, shift int) node {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	err := dec.Decode(&doc)
	if err == nil && !errors.Is(dec.Decode(new(yaml.Node)), io.EOF) {
		n.wrong(file, 0, darasa.T("Kuna zaidi ya hati moja ya YAML.", "There is more than one YAML document."),
			darasa.T("Acha moja tu; ondoa mistari ya ---.", "Keep one; remove the --- lines."))
		return node{}
	}
	if err != nil || len(doc.Content) == 0 {
		line, what := shift+1, "empty"
		if m := yamlLine.FindStringSubmatch(errText(err)); m != nil {
			at, _ := strconv.Atoi(m[1])
			line, what = shift+min(at, bytes.Count(data, []byte("\n"))+1), m[2]
		}
		n.wrong(file, line, darasa.T("YAML haisomeki (%s).", "The YAML cannot be read (%s).", what),
			darasa.T("Angalia nafasi mwanzoni mwa mistari, nukta mbili na alama za kunukuu.", "Check indentation, colons and quotation marks."))
		return node{}
	}
	return node{Node: doc.Content[0], file: file, shift: shift, notes: n}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (v node) given() bool { return v.Node != nil }

func (v node) line() int {
	if v.Node == nil {
		return 0
	}
	return v.Line + v.shift
}

func (v node) wrong(what, mend darasa.Text) {
	if v.notes != nil {
		v.notes.wrong(v.file, v.line(), what, mend)
	}
}

func (v node) child(n *yaml.Node) node {
	return node{Node: n, file: v.file, shift: v.shift, notes: v.notes}
}

// fields returns the values of a mapping by key. A key outside known, a key
// given twice and one of need that is missing are findings.
func (v node) fields(need, may []string) map[string]node {
	out := map[string]node{}
	if !v.given() {
		return out
	}
	if v.Kind != yaml.MappingNode {
		v.wrong(darasa.T("Hapa panahitajika orodha ya ufunguo: thamani.", "A list of key: value is needed here."), keys(need, may))
		return out
	}
	for i := 0; i+1 < len(v.Content); i += 2 {
		k, val := v.child(v.Content[i]), v.child(v.Content[i+1])
		name := k.Value
		switch _, twice := out[name]; {
		case k.Kind != yaml.ScalarNode || !slices.Contains(need, name) && !slices.Contains(may, name):
			k.wrong(darasa.T("Ufunguo %q haujulikani.", "The key %q is not known.", cut(name)), keys(need, may))
		case twice:
			k.wrong(darasa.T("Ufunguo %q umetolewa mara mbili.", "The key %q is given twice.", name), darasa.T("Ondoa mmoja.", "Remove one."))
		case val.Kind == yaml.AliasNode:
			val.wrong(darasa.T("Rejea za YAML (*jina) haziruhusiwi.", "YAML aliases (*name) are not allowed."), darasa.T("Andika thamani yenyewe.", "Write the value itself."))
		default:
			out[name] = val
		}
	}
	for _, name := range need {
		if _, ok := out[name]; !ok {
			v.wrong(darasa.T("Ufunguo %q haupo.", "The key %q is missing.", name), darasa.T("Ongeza %q.", "Add %q.", name))
		}
	}
	return out
}

func keys(need, may []string) darasa.Text {
	all := strings.Join(append(slices.Clone(need), may...), ", ")
	return darasa.T("Funguo zinazojulikana: %s.", "The known keys are: %s.", all)
}

// cut shortens what somebody wrote, for a message.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}

func (v node) scalar() (string, bool) {
	if !v.given() {
		return "", false
	}
	if v.Kind != yaml.ScalarNode {
		v.wrong(darasa.T("Hapa panahitajika thamani moja.", "A single value is needed here."), darasa.T("Andika maandishi au namba moja.", "Write one text or number."))
		return "", false
	}
	if v.Tag == "!!null" {
		return "", true
	}
	return v.Value, true
}

// str returns a text of at most limit characters in one line.
func (v node) str(limit int) string {
	s, _ := v.scalar()
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > limit {
		v.wrong(darasa.T("Maandishi ni marefu kuliko herufi %d.", "The text is longer than %d characters.", limit), darasa.T("Yafupishe.", "Shorten it."))
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError }) {
		v.wrong(darasa.T("Maandishi yana alama zisizosomeka.", "The text holds unreadable characters."), darasa.T("Hifadhi faili kama UTF-8.", "Save the file as UTF-8."))
	}
	return strings.Join(strings.Fields(s), " ")
}

// required is str where an empty text is a finding.
func (v node) required(limit int) string {
	s := v.str(limit)
	if v.given() && v.Kind == yaml.ScalarNode && s == "" {
		v.wrong(darasa.T("Thamani haipo.", "The value is empty."), darasa.T("Andika maandishi.", "Write a text."))
	}
	return s
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func goodSlug(s string) bool { return len(s) <= maxSlug && slugForm.MatchString(s) }

// slug returns a slug: lower-case words joined by hyphens.
func (v node) slug() string {
	s := v.str(maxSlug)
	if v.given() && !goodSlug(s) {
		v.wrong(darasa.T("%q si kitambulisho sahihi.", "%q is not a slug.", cut(s)),
			darasa.T("Tumia herufi ndogo, tarakimu na kistari kati ya maneno, hadi herufi 60: namba-ya-kwanza.", "Use lower-case words and digits joined by hyphens, at most 60 characters: first-number."))
		return ""
	}
	return s
}

// oneOf returns a value of a closed list.
func (v node) oneOf(list []string) string {
	s := v.str(maxSlug)
	if v.given() && !slices.Contains(list, s) {
		v.wrong(darasa.T("%q haijulikani hapa.", "%q is not known here.", cut(s)), darasa.T("Chagua mojawapo: %s.", "Choose one of: %s.", strings.Join(list, ", ")))
		return ""
	}
	return s
}

// number returns a number from low to high.
func (v node) number(low, high float64) float64 {
	s, ok := v.scalar()
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || f < low || f > high {
		v.wrong(darasa.T("%q si namba kati ya %v na %v.", "%q is not a number from %v to %v.", cut(s), low, high), darasa.T("Andika namba kwa tarakimu, na nukta kwa desimali.", "Write the number in digits, with a point for decimals."))
		return 0
	}
	return f
}

// whole returns a whole number from low to high.
func (v node) whole(low, high int64) int64 {
	f := v.number(float64(low), float64(high))
	if f != math.Trunc(f) {
		v.wrong(darasa.T("Hapa panahitajika namba kamili.", "A whole number is needed here."), darasa.T("Andika bila desimali.", "Write it without decimals."))
	}
	return int64(f)
}

// truth returns true or false.
func (v node) truth() bool {
	s, ok := v.scalar()
	if ok && s != "true" && s != "false" {
		v.wrong(darasa.T("%q si true wala false.", "%q is neither true nor false.", cut(s)), darasa.T("Andika true au false.", "Write true or false."))
	}
	return s == "true"
}

// date returns a calendar day.
func (v node) date() darasa.Date {
	s, _ := v.scalar()
	d, err := darasa.ParseDate(strings.TrimSpace(s))
	if err != nil {
		v.wrong(darasa.T("%q si tarehe.", "%q is not a date.", cut(s)), darasa.T("Andika mwaka-mwezi-siku: 2026-01-31.", "Write year-month-day: 2026-01-31."))
	}
	return d
}

// items returns the values of a list of at least low and at most high entries.
func (v node) items(low, high int) []node {
	if !v.given() {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		v.wrong(darasa.T("Hapa panahitajika orodha.", "A list is needed here."), darasa.T("Andika [a, b] au mistari inayoanza na kistari.", "Write [a, b] or lines that begin with a hyphen."))
		return nil
	}
	if len(v.Content) < low || len(v.Content) > high {
		v.wrong(darasa.T("Orodha ina vipengele %d; inatakiwa %d hadi %d.", "The list has %d entries; %d to %d are needed.", len(v.Content), low, high), darasa.T("Ongeza au punguza.", "Add or remove some."))
	}
	out := make([]node, 0, min(len(v.Content), high))
	for _, c := range v.Content[:min(len(v.Content), high)] {
		if c.Kind == yaml.AliasNode {
			v.child(c).wrong(darasa.T("Rejea za YAML (*jina) haziruhusiwi.", "YAML aliases (*name) are not allowed."), darasa.T("Andika thamani yenyewe.", "Write the value itself."))
			continue
		}
		out = append(out, v.child(c))
	}
	return out
}

// text returns a text in the course's languages. One missing is a finding.
func (v node) text(limit int, langs []darasa.Lang) darasa.Text {
	if !v.given() {
		return darasa.Text{}
	}
	names := make([]string, len(langs))
	for i, l := range langs {
		names[i] = string(l)
	}
	f := v.fields(names, nil)
	var t darasa.Text
	if n, ok := f["sw"]; ok {
		t.SW = n.required(limit)
	}
	if n, ok := f["en"]; ok {
		t.EN = n.required(limit)
	}
	return t
}
