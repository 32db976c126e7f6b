package frontend

import (
	"strings"

	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/locale"

	"github.com/a-h/templ"
)

// inSW and inEN return a string in one language: certificates and cards are
// bilingual whatever the page's language is.
func inSW(key string, args ...any) string { return locale.For(darasa.Swahili).T(key, args...) }
func inEN(key string, args ...any) string { return locale.For(darasa.English).T(key, args...) }

// day is the local day on which the certificate was issued.
func day(p Page, c credential.Certificate) darasa.Date { return darasa.DateOf(c.Issued, p.Zone) }

// certificateLine says hours, score and date.
func certificateLine(p Page, v CertificateView, l darasa.Lang) string {
	L, c := locale.For(l), v.Certificate
	return strings.Join([]string{
		L.Hours(c.Hours),
		L.T("certificate.score", L.Percent(c.Score)),
		L.Day(c.Issued, p.Zone),
	}, " · ")
}

// bothWords shows a text in Swahili with the English after it, where they differ.
func bothWords(t darasa.Text) templ.Component {
	if t.SW == "" || t.SW == t.EN || t.EN == "" {
		return words(t.In(darasa.Swahili), "")
	}
	return words(t.SW, t.EN)
}

// cardDate is the day on which a code ends, in l.
func cardDate(p Page, c CodeCard, l darasa.Lang) string { return locale.For(l).Day(c.Expires, p.Zone) }
