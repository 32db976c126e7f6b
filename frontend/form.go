package frontend

import (
	"strings"

	"darasa/backend/darasa"
)

// Form is what was typed and what is wrong with it. A page that answers a
// refused POST shows both; nothing typed is lost. Passwords are never put back.
type Form struct {
	Values   map[string]string
	Findings []darasa.Finding // Field names the input
}

// NewForm returns a Form with the values read by get for the named fields.
func NewForm(get func(string) string, names ...string) Form {
	f := Form{Values: map[string]string{}}
	for _, n := range names {
		f.Values[n] = get(n)
	}
	return f
}

// Value returns what stands in the field.
func (f Form) Value(name string) string { return f.Values[name] }

// Error returns what is wrong with the field and how to mend it, or "".
func (f Form) Error(name string, l darasa.Lang) string {
	for _, e := range f.Findings {
		if e.Field == name {
			return strings.TrimSpace(e.What.In(l) + " " + e.Mend.In(l))
		}
	}
	return ""
}

// Option is one choice of a select.
type Option struct{ Value, Label string }

// Field describes one labelled control; Input, Area and Choose show it.
type Field struct {
	Name     string // also the id
	Label    string
	Hint     string
	Type     string // text (default), password, email, tel, date, number, search, file …
	Mode     string // inputmode: numeric, decimal, tel, email
	Complete string // autocomplete token; "off" where none fits
	Optional bool   // says so beside the label; others are required
	Short    bool   // narrow field
	Rows     int    // of Area
	Accept   string // of a file
	Blank    string // label of the empty choice of Choose
	Options  []Option
}

// inputType returns the control's type.
func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// described returns the ids that describe the control: error first, then hint.
func (f Field) described(bad bool) string {
	var ids []string
	if bad {
		ids = append(ids, f.Name+"-err")
	}
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	return strings.Join(ids, " ")
}

// shown is the value put back into the control: never a password or a file.
func (f Field) shown(form Form) string {
	if f.Type == "password" || f.Type == "file" {
		return ""
	}
	return form.Value(f.Name)
}
