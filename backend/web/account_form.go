package web

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/frontend"
)

// refusal is what a page shows of a refused form.
type refusal struct {
	status   int
	findings []darasa.Finding
}

// refused turns an error that whoever filled the form can mend into what the
// page shows of it; ok is false for every other error. rename maps the use
// case's names of fields to the form's.
func (r *Req) refused(err error, rename map[string]string) (_ refusal, ok bool) {
	var e *darasa.Error
	if !errors.As(err, &e) {
		return refusal{}, false
	}
	switch e.Code {
	case darasa.Invalid, darasa.Unauthenticated, darasa.Conflict, darasa.TooMany:
	default:
		return refusal{}, false
	}
	if e.Retry > 0 {
		r.SetHeader(fiber.HeaderRetryAfter, strconv.Itoa(e.Retry))
	}
	out := refusal{status: statuses[e.Code]}
	for _, f := range e.Findings {
		if f.Level == darasa.IsWarning {
			continue
		}
		if to, ok := rename[f.Field]; ok {
			f.Field = to
		}
		out.findings = append(out.findings, f)
	}
	if len(out.findings) == 0 {
		out.findings = []darasa.Finding{{Level: darasa.IsError, What: e.Text}}
	}
	return out, true
}

// mend is a finding about one field of a form.
func mend(field, sw, en, mendSW, mendEN string) darasa.Finding {
	return darasa.Finding{Level: darasa.IsError, Field: field, What: darasa.Text{SW: sw, EN: en}, Mend: darasa.Text{SW: mendSW, EN: mendEN}}
}

// typed returns what was typed into the named fields, and what is wrong with it.
func (r *Req) typed(findings []darasa.Finding, names ...string) frontend.Form {
	f := frontend.NewForm(r.Form, names...)
	f.Findings = findings
	return f
}

// done are the messages after an act; an address carries only the key, so
// that nobody can put words into our mouth by a link.
var done = map[string]darasa.Text{
	"saved":       darasa.T("Taarifa zimehifadhiwa.", "The details are saved."),
	"password":    darasa.T("Nenosiri jipya limehifadhiwa. Vifaa vingine vimetolewa.", "The new password is saved. Other devices are signed out."),
	"erase":       darasa.T("Ombi lako limetumwa.", "Your request is sent."),
	"keep":        darasa.T("Ombi limeondolewa. Akaunti yako inabaki.", "The request is taken back. Your account stays."),
	"erased":      darasa.T("Mtu amefutwa. Kumbukumbu inaonyesha nani alifanya na lini.", "The person is erased. The audit log says who did it and when."),
	"sessions":    darasa.T("Kifaa kimetolewa.", "The device is signed out."),
	"institution": darasa.T("Sasa unatumia taasisi uliyochagua.", "You now use the institution that you chose."),
	"added":       darasa.T("Mtu ameongezwa. Mpe msimbo wa mara moja ili aingie.", "The person is added. Give a one-time code to sign in with."),
	"known":       darasa.T("Mtu huyu alikuwa na akaunti; sasa ameongezwa kwenye taasisi yako.", "This person had an account; it now belongs to your institution too."),
	"here":        darasa.T("Mtu huyu tayari yupo kwenye taasisi yako.", "This person belongs to your institution already."),
	"ended":       darasa.T("Uhusiano umemalizika. Rekodi zinabaki.", "The affiliation has ended. The records stay."),
	"resumed":     darasa.T("Uhusiano umeanza tena.", "The affiliation goes on."),
	"code":        darasa.T("Msimbo wa kujiunga umebadilishwa.", "The join code is changed."),
	"withdrawn":   darasa.T("Imeondolewa kwenye orodha ya kozi.", "It is taken out of the catalogue."),
	"restored":    darasa.T("Imerudishwa kwenye orodha ya kozi.", "It is back in the catalogue."),
	"visibility":  darasa.T("Anayeiona kozi amebadilishwa.", "Who sees the course is changed."),
	"again":       darasa.T("Kazi itaanza tena.", "The work will start again."),
}

// after is the address of path with the message of what was done.
func (r *Req) after(path, what string) error { return r.Redirect(r.To(path) + "?done=" + what) }

// donePage is page with the message of what the last act did.
func (r *Req) donePage(nav string) frontend.Page {
	p := r.page(nav)
	if t, ok := done[r.Query("done")]; ok {
		p.Flash = &frontend.Flash{Text: t.In(r.Lang)}
	}
	return p
}

// badPage is page with a message of what could not be done.
func (r *Req) badPage(nav string, t darasa.Text) frontend.Page {
	p := r.page(nav)
	p.Flash = &frontend.Flash{Bad: true, Text: t.In(r.Lang)}
	return p
}
