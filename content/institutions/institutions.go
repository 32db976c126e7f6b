// Package institutions reads what a new store is given: the institutions of
// the Capacity Building Consortium, the open lists that courses, people and
// filters choose from, and a fictional facility sample.
package institutions

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"

	"darasa/backend/darasa"

	"go.yaml.in/yaml/v3"
)

//go:embed institutions.yaml
var source []byte

//go:embed facilities.csv
var facilities []byte

// Lists is the whole of institutions.yaml.
type Lists struct {
	Types        []Item        `yaml:"types"`
	Zones        []Item        `yaml:"zones"`
	Regions      []Region      `yaml:"regions"`
	Institutions []Institution `yaml:"institutions"`
	Stages       []Item        `yaml:"stages"` // of the data-use cycle, in its order
	Areas        []Item        `yaml:"areas"`  // of the Digital Health Investment Roadmap
	Cadres       []Item        `yaml:"cadres"`
	Councils     []Council     `yaml:"councils"`
}

// Item is one entry of an open list.
type Item struct {
	Slug  string      `yaml:"slug"`
	Title darasa.Text `yaml:"title"`
}

// Region is a region of the mainland with the zone that it is counted to. The
// counting is commonly used and not confirmed by a source: it can be edited.
type Region struct {
	Name string `yaml:"name"`
	Zone string `yaml:"zone"`
}

// Institution is one institution that a new store begins with.
type Institution struct {
	Slug string      `yaml:"slug"`
	Code string      `yaml:"code"`
	Name darasa.Text `yaml:"name"`
	Type string      `yaml:"type"`
	Zone string      `yaml:"zone"`
	Seat string      `yaml:"seat"` // empty: not confirmed by a source
	Host bool        `yaml:"host"` // host and secretariat of the consortium
}

// Council is a professional council; Code is what registration numbers name.
type Council struct {
	Slug string      `yaml:"slug"`
	Code string      `yaml:"code"`
	Name darasa.Text `yaml:"name"`
}

// Load returns the embedded lists; an error means that the file in the
// repository is wrong, which the package's test would have told.
func Load() (Lists, error) { return parse(bytes.NewReader(source)) }

func parse(r io.Reader) (Lists, error) {
	var l Lists
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	if err := d.Decode(&l); err != nil {
		return Lists{}, fmt.Errorf("institutions.yaml: %w", err)
	}
	return l, l.check()
}

// check tells whether slugs are there and unique, texts bilingual, and every
// institution of a type and zone that the lists name.
func (l Lists) check() error {
	for name, items := range map[string][]Item{"types": l.Types, "zones": l.Zones, "stages": l.Stages, "areas": l.Areas, "cadres": l.Cadres} {
		if err := checkItems(name, items); err != nil {
			return err
		}
	}
	types, zones := slugs(l.Types), slugs(l.Zones)
	for _, r := range l.Regions {
		if r.Name == "" || !zones[r.Zone] {
			return fmt.Errorf("region %q is in the unknown zone %q", r.Name, r.Zone)
		}
	}
	seen := map[string]bool{}
	for _, i := range l.Institutions {
		switch {
		case i.Slug == "" || i.Code == "" || i.Name.SW == "" || i.Name.EN == "":
			return fmt.Errorf("institution %q lacks a slug, code or name", i.Slug)
		case seen[i.Slug]:
			return fmt.Errorf("institution %q stands twice", i.Slug)
		case !types[i.Type]:
			return fmt.Errorf("institution %q has the unknown type %q", i.Slug, i.Type)
		case i.Zone != "" && !zones[i.Zone]:
			return fmt.Errorf("institution %q is in the unknown zone %q", i.Slug, i.Zone)
		}
		seen[i.Slug] = true
	}
	for _, c := range l.Councils {
		if c.Slug == "" || c.Code == "" || c.Name.SW == "" || c.Name.EN == "" {
			return fmt.Errorf("council %q lacks a slug, code or name", c.Slug)
		}
	}
	return nil
}

func checkItems(name string, items []Item) error {
	seen := map[string]bool{}
	for _, i := range items {
		if i.Slug == "" || i.Title.SW == "" || i.Title.EN == "" || seen[i.Slug] {
			return fmt.Errorf("%s: %q lacks a slug or title, or stands twice", name, i.Slug)
		}
		seen[i.Slug] = true
	}
	return nil
}

func slugs(items []Item) map[string]bool {
	out := make(map[string]bool, len(items))
	for _, i := range items {
		out[i.Slug] = true
	}
	return out
}

// Find returns the title of a slug in a list; what is not of the list reads as
// itself, since the lists are open.
func Find(items []Item, slug string) darasa.Text {
	for _, i := range items {
		if i.Slug == slug {
			return i.Title
		}
	}
	return darasa.Same(slug)
}

// Facilities returns the fictional sample as an export of the Health Facility
// Registry, for institution.Import and for people who try the importer.
func Facilities() io.Reader { return bytes.NewReader(facilities) }
