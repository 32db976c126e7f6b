package frontend

import (
	"time"

	"darasa/backend/darasa"
	"darasa/backend/locale"

	"github.com/a-h/templ"
)

// Page is what every page knows beside its own view.
type Page struct {
	Lang   darasa.Lang
	L      *locale.Catalogue // of Lang
	Path   string            // address without its language, with its query: "/courses?stage=demand"
	Switch string            // address in the other language, where it is not the same Path
	Actor  darasa.Actor      // zero: nobody is signed in
	Nav    string            // item of the bar in use: NavCourses …
	Token  string            // form token, for browsers that send neither Sec-Fetch-Site nor Origin
	Flash  *Flash            // what the last act did
	Now    darasa.Time
	Zone   *time.Location
	Assets Assets
}

// Items of the bar.
const (
	NavCourses = "courses"
	NavMe      = "me"
	NavRuns    = "runs"
	NavAdmin   = "admin"
	NavSignIn  = "sign-in"
)

// Flash is one message at the top of the page: what was just done, or why not.
type Flash struct {
	Bad  bool
	Text string
}

// NewPage returns a Page with the catalogue of lang and everything that a
// page cannot do without.
func NewPage(lang darasa.Lang, path string, now darasa.Time, zone *time.Location) Page {
	return Page{Lang: lang, L: locale.For(lang), Path: path, Now: now, Zone: zone}
}

// To returns the address of path in the page's language.
func (p Page) To(path string) string { return "/" + string(p.Lang) + path }

// URL is To for an attribute of a template.
func (p Page) URL(path string) templ.SafeURL { return templ.SafeURL(p.To(path)) }

// Upload is URL for a form that sends a file: its body is read as a stream, so
// the form token stands in the address.
func (p Page) Upload(path string) templ.SafeURL {
	return templ.SafeURL(p.To(path) + "?form=" + p.Token)
}

// other returns the address of this page in the other language.
func (p Page) other() templ.SafeURL {
	if p.Switch != "" {
		return templ.SafeURL(p.Switch)
	}
	return templ.SafeURL("/" + string(p.Lang.Other()) + p.Path)
}

// navItem is one link of the bar.
type navItem struct{ key, path, label string }

// nav returns the links of the bar for the actor: four words at most, so that
// they fit a phone. Who writes courses and administers nothing goes to them
// by the same address as an administrator to the institution.
func (p Page) nav() []navItem {
	L := p.L
	items := []navItem{{NavCourses, "/", L.T("nav.courses")}}
	if p.Actor.Anonymous() {
		return append(items, navItem{NavSignIn, PathSignIn, L.T("nav.sign-in")})
	}
	if p.Actor.Is(darasa.Trainer, darasa.InstitutionAdmin) {
		items = append(items, navItem{NavRuns, PathRuns, L.T("nav.runs")})
	}
	if p.Actor.Is(darasa.InstitutionAdmin) {
		items = append(items, navItem{NavAdmin, PathAdmin, L.T("nav.admin")})
	} else if p.Actor.Is(darasa.Author) {
		items = append(items, navItem{NavAdmin, PathAdmin, L.T("nav.author")})
	}
	return append(items, navItem{NavMe, PathMe, L.T("nav.me")})
}

// in returns the text in the page's language or the other one.
func (p Page) in(t darasa.Text) string { return t.In(p.Lang) }

// lang returns the language that t is shown in, empty where it is the page's
// own: the value of a lang attribute.
func (p Page) lang(t darasa.Text) string {
	if _, l := t.Find(p.Lang); l != p.Lang {
		return string(l)
	}
	return ""
}
