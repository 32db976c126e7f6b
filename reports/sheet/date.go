package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"darasa/backend/darasa"
)

// serial returns the day's number in a workbook, 1 for 1900-01-01. Days
// before March 1900 are left out: there the format counts a day too many.
func serial(d darasa.Date) (int64, bool) {
	if d == "" {
		return 0, false
	}
	t := d.Time()
	n := t.Unix()/86400 + epoch
	return n, n > 60
}

// dateForms are the written forms that are read, the day before the month as
// everybody here writes it.
var dateForms = [...]string{"2006-01-02", "2/1/2006", "2-1-2006", "2.1.2006", "2006/1/2", "2 Jan 2006", "2 January 2006", "2-Jan-2006", "2-Jan-06", "2/1/06"}

// ParseDate reads a date from a cell: the serial of a date cell, or text in a
// usual form ("2026-11-23", "23/11/2026"). ok is false for anything else.
func ParseDate(s string) (d darasa.Date, ok bool) {
	s = strings.TrimSpace(s)
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		if v < 61 || v >= 2958466 || math.IsNaN(v) { // up to 9999-12-31
			return "", false
		}
		return darasa.Date(time.Unix((int64(v)-epoch)*86400, 0).UTC().Format(time.DateOnly)), true
	}
	if i := strings.IndexAny(s, "T "); i == 10 && s[4] == '-' { // ISO with a time of day
		s = s[:10]
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil {
			return darasa.Date(t.Format(time.DateOnly)), true
		}
	}
	return "", false
}
