package darasa

import (
	"encoding/json"
	"fmt"
	"time"
)

// TimeFormat is the stored form of a time: UTC with milliseconds, of fixed
// width, so that text order is time order in every store.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// Time is a moment in UTC with millisecond precision. The zero Time is stored
// as an empty text and means "not known" or "not yet".
type Time struct{ time.Time }

// At returns t in UTC cut to milliseconds.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Millisecond)}
}

// Now returns the present moment. Rules take a time as an argument; only the
// edges of the program call Now.
func Now() Time { return At(time.Now()) }

// ParseTime reads an RFC 3339 time of any offset and precision. A year that its
// offset moves out of four digits is refused: its stored form would not be read
// again.
func ParseTime(s string) (Time, error) {
	if s == "" {
		return Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return Time{}, fmt.Errorf("time %q is not RFC 3339: %w", s, err)
	}
	if y := t.UTC().Year(); y < 0 || y > 9999 {
		return Time{}, fmt.Errorf("time %q lies outside the years 0000 to 9999 of UTC", s)
	}
	return At(t), nil
}

// String returns the stored form, empty for the zero Time.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(TimeFormat)
}

// MarshalJSON writes the stored form.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// UnmarshalJSON reads the stored form or any RFC 3339 time.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := ParseTime(s)
	*t = v
	return err
}

// Compare orders times; the zero Time comes first.
func (t Time) Compare(u Time) int { return t.Time.Compare(u.Time) }

// Date is a local calendar day "2006-01-02" in the platform's time zone, as a
// day of attendance is. The empty Date means "not known".
type Date string

// DateOf returns the calendar day of t in zone.
func DateOf(t Time, zone *time.Location) Date {
	if t.IsZero() {
		return ""
	}
	return Date(t.In(zone).Format(time.DateOnly))
}

// ParseDate reads "2006-01-02".
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return "", fmt.Errorf("date %q is not YYYY-MM-DD", s)
	}
	return Date(t.Format(time.DateOnly)), nil
}

// Time returns midnight UTC of the day, for arithmetic and spreadsheets.
func (d Date) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}
