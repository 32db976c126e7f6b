package institutions

import (
	"encoding/csv"
	"strings"
	"testing"

	"darasa/backend/darasa"
)

func TestLoad(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	zonal := 0
	for _, i := range l.Institutions {
		if i.Type == "zonal-health-training-centre" {
			zonal++
		}
	}
	if zonal != 8 || len(l.Institutions) != 13 || len(l.Stages) != 6 || len(l.Types) != 3 {
		t.Fatalf("%d zonal centres of %d institutions, %d stages, %d types", zonal, len(l.Institutions), len(l.Stages), len(l.Types))
	}
	if got := Find(l.Cadres, "nursing-officer").In(darasa.Swahili); got != "Afisa Muuguzi" {
		t.Errorf("cadre reads %q", got)
	}
	if got := Find(l.Cadres, "Mtaalamu wa kitu").EN; got != "Mtaalamu wa kitu" {
		t.Errorf("free text reads %q", got)
	}
}

func TestWrongListsAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ yaml, want string }{
		"unknown key":   {"kinds: []", "kinds"},
		"twice":         {"zones: [{slug: a, title: {sw: A, en: A}}, {slug: a, title: {sw: A, en: A}}]", "twice"},
		"one language":  {"cadres: [{slug: a, title: {sw: A}}]", "lacks"},
		"unknown type":  {"institutions: [{slug: a, code: A, name: {sw: A, en: A}, type: x}]", "type"},
		"council, code": {"councils: [{slug: a, name: {sw: A, en: A}}]", "council"},
	} {
		if _, err := parse(strings.NewReader(c.yaml)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFacilitySample(t *testing.T) {
	rows, err := csv.NewReader(Facilities()).ReadAll()
	if err != nil || len(rows) != 25 || rows[0][0] != "Facility Number" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, r := range rows[1:] {
		if !strings.HasPrefix(r[0], "99") {
			t.Errorf("%s is not of the fictional range", r[0])
		}
	}
}
