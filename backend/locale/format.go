package locale

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"darasa/backend/darasa"
)

// space is a no-break space, so that a number and its unit stay on one line.
const space = "\u00a0"

var (
	monthsSW = [...]string{"Januari", "Februari", "Machi", "Aprili", "Mei", "Juni", "Julai", "Agosti", "Septemba", "Oktoba", "Novemba", "Desemba"}
	daysSW   = [...]string{"Jumapili", "Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi"}
)

// Month returns the name of m.
func (c *Catalogue) Month(m time.Month) string {
	if c.Lang == darasa.English {
		return m.String()
	}
	return monthsSW[m-1]
}

// Weekday returns the name of d.
func (c *Catalogue) Weekday(d time.Weekday) string {
	if c.Lang == darasa.English {
		return d.String()
	}
	return daysSW[d]
}

// Date writes a day in words: "23 Novemba 2026". An empty date is empty.
func (c *Catalogue) Date(d darasa.Date) string {
	if d == "" {
		return ""
	}
	t := d.Time()
	return fmt.Sprintf("%d%s%s %d", t.Day(), space, c.Month(t.Month()), t.Year())
}

// LongDate writes a day with its weekday: "Jumatatu, 23 Novemba 2026".
func (c *Catalogue) LongDate(d darasa.Date) string {
	if d == "" {
		return ""
	}
	return c.Weekday(d.Time().Weekday()) + ", " + c.Date(d)
}

// Dates writes a span of days, saying month and year once where they are
// shared: "9–20 Novemba 2026". An empty end gives the start alone.
func (c *Catalogue) Dates(from, until darasa.Date) string {
	if until == "" || from == until {
		return c.Date(from)
	}
	if from == "" {
		return c.Date(until)
	}
	a, b := from.Time(), until.Time()
	switch {
	case a.Year() == b.Year() && a.Month() == b.Month():
		return fmt.Sprintf("%d–%s", a.Day(), c.Date(until))
	case a.Year() == b.Year():
		return fmt.Sprintf("%d%s%s – %s", a.Day(), space, c.Month(a.Month()), c.Date(until))
	}
	return c.Date(from) + " – " + c.Date(until)
}

// Day writes the local day of t in zone in words.
func (c *Catalogue) Day(t darasa.Time, zone *time.Location) string {
	return c.Date(darasa.DateOf(t, zone))
}

// Clock writes the local time of t by the 24-hour clock in both languages:
// "saa 14:32" and "14:32". The Swahili clock, six hours apart, is misread too
// easily beside a computer's.
func (c *Catalogue) Clock(t darasa.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	s := t.In(zone).Format("15:04")
	if c.Lang == darasa.English {
		return s
	}
	return "saa" + space + s
}

// When writes a moment as people say it: today and yesterday by name, other
// days by date, always with the time.
func (c *Catalogue) When(t, now darasa.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	day, today := darasa.DateOf(t, zone), darasa.DateOf(now, zone)
	name := c.Date(day)
	switch int(today.Time().Sub(day.Time()).Hours() / 24) {
	case 0:
		name = darasa.Text{SW: "leo", EN: "today"}.In(c.Lang)
	case 1:
		name = darasa.Text{SW: "jana", EN: "yesterday"}.In(c.Lang)
	}
	if c.Lang == darasa.English {
		return name + " at " + c.Clock(t, zone)
	}
	return name + " " + c.Clock(t, zone)
}

// Number writes v with a decimal point, at most two decimals and no trailing
// zeros; thousands are parted by a comma from 10,000 on, as MTUHA prints them.
func (c *Catalogue) Number(v float64) string {
	s := strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
	whole, rest, _ := strings.Cut(s, ".")
	if len(strings.TrimPrefix(whole, "-")) > 4 {
		for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}

// Percent writes a share from 0 to 1 as whole percents: "80 %". It rounds
// down, so that 79.6 % never reads as a passed 80 %; the tiny addition keeps
// 0.29 from reading as 28.
func (c *Catalogue) Percent(share float64) string {
	return strconv.Itoa(int(math.Floor(share*100+1e-9))) + space + "%"
}

// Bytes writes a size in decimal units: "242 kB", "2.7 MB". It rounds up:
// nobody pays more than they were told.
func (c *Catalogue) Bytes(n int64) string {
	if n < 1000*1000 {
		return strconv.FormatInt((n+999)/1000, 10) + space + "kB"
	}
	return strconv.FormatFloat(math.Ceil(float64(n)/1e5)/10, 'f', -1, 64) + space + "MB"
}

// Minutes writes a duration in minutes, short: "Dk 12", "12 min"; from an
// hour on in hours and minutes.
func (c *Catalogue) Minutes(n int64) string {
	if n < 60 {
		if c.Lang == darasa.English {
			return strconv.FormatInt(n, 10) + space + "min"
		}
		return "Dk" + space + strconv.FormatInt(n, 10)
	}
	h, m := n/60, n%60
	s := c.Hours(float64(h))
	if m > 0 {
		s += " " + c.Minutes(m)
	}
	return s
}

// Hours writes a number of hours: "Saa 2.5", "2.5 hours".
func (c *Catalogue) Hours(h float64) string {
	if c.Lang == darasa.Swahili {
		return "Saa" + space + c.Number(h)
	}
	if h == 1 {
		return "1" + space + "hour"
	}
	return c.Number(h) + space + "hours"
}
