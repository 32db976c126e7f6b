// Package locale holds the words of the interface in Swahili and English and
// writes dates, times, numbers and sizes as people here read them. Course
// content is not here: it travels with its edition.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"darasa/backend/darasa"

	"go.yaml.in/yaml/v3"
)

//go:embed catalogue/*.yaml
var files embed.FS

// Catalogue is every UI string of one language. It is read-only and shared.
type Catalogue struct {
	Lang    darasa.Lang
	strings map[string]string
	plurals map[string]plural
}

// plural holds both forms. Swahili and English share one rule: 1 is singular,
// every other whole number is plural.
type plural struct{ one, other string }

// entry is one key of a catalogue file: a text, or a plural pair.
type entry struct {
	SW    string       `yaml:"sw"`
	EN    string       `yaml:"en"`
	One   *darasa.Text `yaml:"one"`
	Other *darasa.Text `yaml:"other"`
}

// load reads the embedded files once. They are part of the program and the
// package's test reads them too: a mistake in them is a mistake in the program.
var load = sync.OnceValue(func() map[darasa.Lang]*Catalogue {
	entries, err := read(files)
	if err != nil {
		panic(err)
	}
	all := map[darasa.Lang]*Catalogue{}
	for _, l := range darasa.Langs {
		all[l] = catalogue(l, entries)
	}
	return all
})

// For returns the catalogue of l.
func For(l darasa.Lang) *Catalogue {
	if c, ok := load()[l]; ok {
		return c
	}
	return load()[darasa.Swahili]
}

// read returns the entries of all catalogue files by key and refuses a key
// that stands in two files and a file with unknown fields.
func read(fsys fs.FS) (map[string]entry, error) {
	names, err := fs.Glob(fsys, "catalogue/*.yaml")
	if err != nil {
		return nil, err
	}
	all := map[string]entry{}
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		one := map[string]entry{}
		if err := yaml.Unmarshal(b, &one); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for k, e := range one {
			if _, twice := all[k]; twice {
				return nil, fmt.Errorf("%s: key %q stands in another file too", path.Base(name), k)
			}
			all[k] = e
		}
	}
	return all, nil
}

func catalogue(l darasa.Lang, entries map[string]entry) *Catalogue {
	c := &Catalogue{Lang: l, strings: map[string]string{}, plurals: map[string]plural{}}
	for k, e := range entries {
		if e.One != nil && e.Other != nil {
			c.plurals[k] = plural{one: e.One.In(l), other: e.Other.In(l)}
			continue
		}
		c.strings[k] = darasa.Text{SW: e.SW, EN: e.EN}.In(l)
	}
	return c
}

// T returns the string of key, with args put in by fmt.Sprintf. A key that
// does not exist is returned itself: the test of this package finds it first.
func (c *Catalogue) T(key string, args ...any) string {
	s, ok := c.strings[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, args...)
}

// N returns the string of a plural key for n. The first argument of the form
// is n itself, args follow.
func (c *Catalogue) N(key string, n int, args ...any) string {
	p, ok := c.plurals[key]
	if !ok {
		return key
	}
	form := p.other
	if n == 1 {
		form = p.one
	}
	return fmt.Sprintf(form, append([]any{n}, args...)...)
}

// Has tells whether key exists as a plain string.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.strings[key]
	return ok
}

// Both returns the string of key in both languages, for texts that are shown
// bilingually: certificates and printed cards.
func Both(key string, args ...any) darasa.Text {
	return darasa.Text{SW: For(darasa.Swahili).T(key, args...), EN: For(darasa.English).T(key, args...)}
}
