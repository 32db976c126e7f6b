package frontend

import (
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/backend/ledger"
)

// placeCrumbs are the links above a page about an institution.
func placeCrumbs(p Page, i Place) []Link {
	L := p.L
	if i.ID == "" {
		return []Link{{p.To(PathInstitutions), L.T("nav.admin")}}
	}
	if !p.Actor.Is(darasa.InstitutionAdmin) { // an author may not open the overview
		return []Link{{"", p.in(i.Name)}}
	}
	c := []Link{{p.To(AdminPath(i.ID)), p.in(i.Name)}}
	if p.Actor.National() {
		c = append([]Link{{p.To(PathInstitutions), L.T("institutions.title")}}, c...)
	}
	return c
}

func placeBoard(p Page, i Place, title, lead string) Board {
	return Board{Crumbs: placeCrumbs(p, i), Title: title, Lead: lead}
}

// personName is the name of a person in the order in which it is read.
func (v PersonView) personName() string {
	return fullName(v.Person.First, v.Person.Middle, v.Person.Surname)
}

// personPairs are the facts of a person that their institutions share.
func personPairs(p Page, v PersonView) []Pair {
	L, x := p.L, v.Person
	sex := map[string]string{"F": L.T("sex.f"), "M": L.T("sex.m")}[x.Sex]
	pairs := []Pair{{L.T("person.sex"), sex}, {L.T("register.check"), x.CheckNumber}}
	for _, r := range x.Registrations {
		pairs = append(pairs, Pair{L.T("person.registration"), r.Council + " " + r.Number})
	}
	return filled(append(pairs,
		Pair{L.T("person.phone"), phoneWords(x.Phone)},
		Pair{L.T("person.mail"), x.Mail},
		Pair{L.T("person.since"), L.Day(v.Affiliation.Made, p.Zone)},
	))
}

// peopleHref is the address of a page of the list of people.
func peopleHref(p Page, v PeopleView, rank, after string) string {
	return p.To(withValues(PeoplePath(v.ID), Pair{"q", v.Query}, Pair{"rank", rank}, Pair{"after", after}))
}

func auditPath(i Place) string {
	if i.ID == "" {
		return PathAllAudit
	}
	return AuditPath(i.ID)
}

// actName says an act of the audit log in words; one without words stands as
// it is written.
func actName(p Page, act string) string {
	L := p.L
	if L.Has("act." + act) {
		return L.T("act." + act)
	}
	return act
}

func auditTable(p Page, v AuditView) Table {
	L := p.L
	t := Table{Caption: L.T("audit.caption"), Hidden: true, Columns: []Column{
		{Label: L.T("audit.when")}, {Label: L.T("audit.act")}, {Label: L.T("audit.who")}, {Label: L.T("audit.subject")}, {Label: L.T("audit.from")},
	}}
	for _, e := range v.Entries {
		t.Rows = append(t.Rows, []Cell{
			Text(L.When(e.Time, p.Now, p.Zone)), Text(actName(p, e.Act)), PartCell(auditWho(p, v, e)), PartCell(auditSubject(e)), Text(e.From),
		})
	}
	return t
}

func auditForm(v AuditView) Form {
	return Form{Values: map[string]string{"person": v.Person, "act": v.Act, "from": v.From, "until": v.Until}, Findings: v.Form.Findings}
}

func actOptions(p Page, acts []string) []Option {
	out := make([]Option, len(acts))
	for i, a := range acts {
		out[i] = Option{a, actName(p, a)}
	}
	return out
}

// shortID is enough of an id to tell two apart by eye.
func shortID(s string) string {
	if darasa.ValidUUID(s) {
		return s[:8]
	}
	return s
}

func jobChip(p Page, state string) Chip {
	L := p.L
	switch state {
	case ledger.Done:
		return Chip{Kind: "ok", Icon: "check", Word: L.T("jobs.done")}
	case ledger.Failed:
		return Chip{Kind: "bad", Icon: "tri", Word: L.T("jobs.failed")}
	case ledger.Leased:
		return Chip{Kind: "now", Icon: "half", Word: L.T("jobs.leased")}
	}
	return Chip{Icon: "ring", Word: L.T("jobs.waiting")}
}

func jobTabs(p Page, v JobsView) []Tab {
	L := p.L
	label := map[string]string{
		ledger.Failed: L.T("jobs.failed"), ledger.Leased: L.T("jobs.leased"),
		ledger.Waiting: L.T("jobs.waiting"), ledger.Done: L.T("jobs.done"),
	}
	var out []Tab
	for _, s := range []string{ledger.Failed, ledger.Leased, ledger.Waiting, ledger.Done} {
		out = append(out, Tab{p.To(withValues(PathJobs, Pair{"state", s})), L.T("jobs.tab", label[s], v.Counts[s]), s == v.State})
	}
	return out
}

func facilityPairs(p Page, f institution.Facility) []Pair {
	L := p.L
	return filled([]Pair{
		{L.T("facility.code"), f.ID.String()},
		{L.T("facility.common"), f.Common},
		{L.T("facility.type"), f.Type},
		{L.T("facility.ownership"), f.Ownership},
		{L.T("facility.status"), f.Status},
		{L.T("facility.village"), f.Village},
		{L.T("facility.ward"), f.Ward},
		{L.T("facility.council"), f.Council},
		{L.T("facility.district"), f.District},
		{L.T("facility.region"), f.Region},
		{L.T("facility.zone"), f.Zone},
		{L.T("facility.phone"), f.Phone},
		{L.T("facility.opened"), f.Opened},
		{L.T("facility.where"), strings.Trim(f.Latitude+", "+f.Longitude, ", ")},
	})
}

func facilitiesHref(p Page, v FacilitiesView, after string) string {
	return p.To(withValues(PathFacilities, Pair{"q", v.Query}, Pair{"region", v.Region}, Pair{"council", v.Council}, Pair{"after", after}))
}

// refusedRows are the rows of an import that were not taken in.
func refusedRows(r *institution.ImportResult) []darasa.Finding {
	var out []darasa.Finding
	for _, v := range r.Rows {
		if v.Outcome != institution.Refused {
			continue
		}
		for _, f := range v.Findings {
			if f.Row == 0 {
				f.Row = v.Row
			}
			out = append(out, f)
		}
	}
	return out
}

// typeName returns the label of an option's value, or the value.
func typeName(options []Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
