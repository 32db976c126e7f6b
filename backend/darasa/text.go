package darasa

import "fmt"

// Lang is a language of the platform, a BCP 47 tag.
type Lang string

// The platform's languages. Swahili comes first everywhere.
const (
	Swahili Lang = "sw"
	English Lang = "en"
)

// Langs lists the languages in the order in which they are shown.
var Langs = []Lang{Swahili, English}

// ParseLang returns the language named by s and whether it is one of ours;
// anything else reads as Swahili.
func ParseLang(s string) (Lang, bool) {
	switch Lang(s) {
	case Swahili, English:
		return Lang(s), true
	}
	return Swahili, false
}

// Other returns the language that the switch on a page leads to.
func (l Lang) Other() Lang {
	if l == English {
		return Swahili
	}
	return English
}

// Text is one text in both languages. A missing one is empty, never a copy.
type Text struct {
	SW string `json:"sw,omitempty" yaml:"sw"`
	EN string `json:"en,omitempty" yaml:"en"`
}

// T returns a Text. The arguments are put into both languages by fmt.Sprintf
// and must therefore stand in the same order in both.
func T(sw, en string, args ...any) Text {
	if len(args) == 0 {
		return Text{SW: sw, EN: en}
	}
	return Text{SW: fmt.Sprintf(sw, args...), EN: fmt.Sprintf(en, args...)}
}

// Same returns a Text that reads alike in both languages, as a name does.
func Same(s string) Text { return Text{SW: s, EN: s} }

// In returns the text in l, or in the other language where l is missing.
func (t Text) In(l Lang) string {
	s, _ := t.Find(l)
	return s
}

// Find returns the text in l and l itself, or the other language's text and
// that language, so that a page can label what it had to fall back to.
func (t Text) Find(l Lang) (string, Lang) {
	sw, en := t.SW, t.EN
	switch {
	case l == English && en != "":
		return en, English
	case sw != "":
		return sw, Swahili
	case en != "":
		return en, English
	}
	return "", l
}

// Has tells whether the text exists in l.
func (t Text) Has(l Lang) bool {
	if l == English {
		return t.EN != ""
	}
	return t.SW != ""
}

// Empty tells whether the text is missing in both languages.
func (t Text) Empty() bool { return t.SW == "" && t.EN == "" }
