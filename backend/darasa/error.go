package darasa

import (
	"errors"
	"fmt"
	"strings"
)

// Code classifies an error; web maps each to one HTTP status.
type Code string

// The codes. There are no others.
const (
	Invalid         Code = "invalid"
	Unauthenticated Code = "unauthenticated"
	Forbidden       Code = "forbidden"
	NotFound        Code = "not_found"
	Conflict        Code = "conflict"
	TooLarge        Code = "too_large"
	TooMany         Code = "too_many"
	Unavailable     Code = "unavailable"
	Internal        Code = "internal"
)

// Error is the one error that use cases return: a code for programs, a text
// in both languages for people, findings where several things are wrong at
// once, and the cause, which is logged and never shown.
type Error struct {
	Code     Code
	Text     Text
	Findings []Finding
	Cause    error
	Retry    int // seconds after which trying again makes sense, with TooMany and Unavailable
}

// Fail returns an Error with a text in both languages; args go into both.
func Fail(code Code, sw, en string, args ...any) *Error {
	return &Error{Code: code, Text: T(sw, en, args...)}
}

// Because returns a copy of e that carries the cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// With returns a copy of e that carries findings.
func (e *Error) With(f ...Finding) *Error {
	c := *e
	c.Findings = append(append([]Finding{}, e.Findings...), f...)
	return &c
}

// Error returns the English text with findings and cause, for logs and commands.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.Text.In(English))
	for _, f := range e.Findings {
		fmt.Fprintf(&b, "\n%s", f.In(English))
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, " (%v)", e.Cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of err: Internal for an error that is not ours.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Level tells how grave a finding is.
type Level string

// Levels of a finding: an error refuses, a warning is kept and shown.
const (
	IsError   Level = "error"
	IsWarning Level = "warning"
)

// Finding is one thing wrong with what somebody gave us: where it stands, what
// is wrong and how to mend it. Readers collect all findings before they answer.
type Finding struct {
	Level  Level  `json:"level"`
	File   string `json:"file,omitempty"`   // path inside the folder or archive
	Line   int    `json:"line,omitempty"`   // from 1; of a text file
	Row    int    `json:"row,omitempty"`    // from 1, as a spreadsheet shows it
	Column string `json:"column,omitempty"` // "B", or a header's text
	Field  string `json:"field,omitempty"`  // form field or JSON path
	What   Text   `json:"what"`
	Mend   Text   `json:"mend,omitzero"`
}

// In returns the finding as one line "where: what. mend" in l.
func (f Finding) In(l Lang) string {
	s := f.What.In(l)
	if m := f.Mend.In(l); m != "" {
		s += " " + m
	}
	if w := f.Where(l); w != "" {
		return w + ": " + s
	}
	return s
}

// Where returns the place of the finding in l: "file:line", "row 3, column B".
func (f Finding) Where(l Lang) string {
	var parts []string
	if f.File != "" {
		w := f.File
		if f.Line > 0 {
			w = fmt.Sprintf("%s:%d", w, f.Line)
		}
		parts = append(parts, w)
	}
	if f.Row > 0 {
		parts = append(parts, fmt.Sprintf("%s %d", Text{SW: "safu", EN: "row"}.In(l), f.Row))
	}
	if f.Column != "" {
		parts = append(parts, fmt.Sprintf("%s %s", Text{SW: "safu wima", EN: "column"}.In(l), f.Column))
	}
	if f.Field != "" && len(parts) == 0 {
		parts = append(parts, f.Field)
	}
	return strings.Join(parts, ", ")
}

// HasErrors tells whether any of the findings is an error.
func HasErrors(fs []Finding) bool {
	for _, f := range fs {
		if f.Level == IsError {
			return true
		}
	}
	return false
}
