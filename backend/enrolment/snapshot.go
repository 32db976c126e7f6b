package enrolment

import (
	"darasa/backend/account"
	"darasa/backend/institution"
)

// SnapshotOf copies what a report says of a person and place as they are now.
// The affiliation and the facility may be nil where they are not known.
func SnapshotOf(p *account.Person, a *account.Affiliation, f *institution.Facility) Snapshot {
	s := Snapshot{First: p.First, Middle: p.Middle, Surname: p.Surname, Sex: p.Sex,
		CheckNumber: p.CheckNumber, Phone: p.Phone, Mail: p.Mail}
	if len(p.Registrations) > 0 {
		s.Registration = p.Registrations[0].String()
	}
	if a != nil {
		s.Cadre, s.Designation, s.HFR = a.Cadre, a.Designation, a.Facility
	}
	if f != nil {
		s.Facility, s.HFR, s.FacilityType, s.Ownership = f.Name, string(f.ID), f.Type, f.Ownership
		s.Council, s.District, s.Region, s.Zone = f.Council, f.District, f.Region, f.Zone
	}
	return s
}
