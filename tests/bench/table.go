package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// Columns of the table.
const (
	embeddedColumn = iota
	mongoColumn
	columns
)

// row is one figure: what Moodle 4.5 needed on the same kind of machine (0: not
// measured) and the most that is wanted (0: only shown).
type row struct {
	key, what, unit string
	moodle, wanted  float64
	values          [columns][]float64
	notes           [columns]string
}

// rows are the figures in the order of the table. The peer figures and the
// wishes are those of the second issue.
func rows(o options) []*row {
	large := fmt.Sprintf("workbook, %d learners", o.large)
	small := fmt.Sprintf("workbook, %d learners", o.learners)
	return []*row{
		{key: "lesson-move", what: "lesson page, going on to the next, server CPU", unit: "ms", moodle: 69, wanted: 0.7},
		{key: "lesson-same", what: "lesson page, the same again, server CPU", unit: "ms", moodle: 69, wanted: 0.7},
		{key: "lesson-304", what: "lesson page, unchanged (304), server CPU", unit: "ms"},
		{key: "lesson-bytes", what: "lesson page on the wire, mean, with headers", unit: "kB", wanted: 8},
		{key: "attempt", what: "20-question attempt: open, page, save, submit and its result page; server CPU", unit: "ms", moodle: 570, wanted: 6},
		{key: "result", what: "the result page opened once more, server CPU", unit: "ms"},
		{key: "sync", what: "sync of 20 events, server CPU", unit: "ms"},
		{key: "sign-in", what: "sign-in, server CPU", unit: "ms"},
		{key: "roster-s", what: "roster of 10,000 rows, imported", unit: "s", wanted: 10},
		{key: "roster-cpu", what: "the same, server CPU", unit: "s"},
		{key: "book-s", what: small, unit: "s", moodle: 22, wanted: 1.5},
		{key: "book-cpu", what: "the same, CPU of the process", unit: "s"},
		{key: "book-mb", what: "the same, peak memory of a fresh process", unit: "MB", moodle: 194, wanted: 96},
		{key: "large-s", what: large, unit: "s", wanted: 15},
		{key: "large-cpu", what: "the same, CPU of the process", unit: "s"},
		{key: "large-mb", what: "the same, peak memory of a fresh process", unit: "MB", wanted: 128},
		{key: "rest-mb", what: fmt.Sprintf("memory %.0f s after the loads", o.rest.Seconds()), unit: "MB", moodle: 531, wanted: 80},
		{key: "peak-mb", what: "peak memory under the loads", unit: "MB"},
		{key: "idle-mb", what: "memory after the start", unit: "MB"},
		{key: "first-kb", what: "first page, cold: HTML, styles, script, icon, worker; bytes down", unit: "kB", moodle: 1046, wanted: 15},
		{key: "first-up", what: "the same, bytes up", unit: "kB"},
		{key: "publish-s", what: "publish C2 (darasa import), CPU of the process", unit: "s"},
		{key: "start-s", what: "start of the demonstration on an empty folder until ready", unit: "s"},
		{key: "seed-s", what: fmt.Sprintf("seed of %d learners", o.learners), unit: "s"},
		{key: "binary", what: "size of the program", unit: "MB"},
	}
}

// table gathers figures.
type table struct {
	o        options
	rows     []*row
	failures []string
}

func newTable(o options) *table { return &table{o: o, rows: rows(o)} }

// sink takes the figures of one column.
type sink struct {
	t *table
	n int
}

func (t *table) column(n int) sink { return sink{t, n} }

func (s sink) add(key string, v float64) {
	for _, r := range s.t.rows {
		if r.key == key {
			r.values[s.n] = append(r.values[s.n], v)
			fmt.Printf("  %-14s %s %s\n", key, number(v), r.unit)
		}
	}
}

// fail notes why a part gave no figure.
func (s sink) fail(part string, err error) {
	s.t.failures = append(s.t.failures, fmt.Sprintf("%s: %v", part, err))
	fmt.Printf("  %s: %v\n", part, err)
}

func median(vs []float64) float64 {
	if len(vs) == 0 {
		return math.NaN()
	}
	vs = slices.Sorted(slices.Values(vs))
	if n := len(vs); n%2 == 0 {
		return (vs[n/2-1] + vs[n/2]) / 2
	}
	return vs[len(vs)/2]
}

// text returns the table as people read it.
func (t *table) text(head string) string {
	var b strings.Builder
	fmt.Fprintln(&b, head)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tMoodle 4.5\twanted\tembedded\tratio\tMongoDB\t")
	for _, r := range t.rows {
		m := median(r.values[embeddedColumn])
		mongo := shown(median(r.values[mongoColumn]), r.unit)
		if t.o.mongodb == "" {
			mongo = "not run"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.what, shown(r.moodle, r.unit), shown(r.wanted, r.unit), shown(m, r.unit), ratio(r.moodle, m), mongo, verdict(r.wanted, m))
	}
	w.Flush()
	if t.o.mongodb == "" {
		fmt.Fprintln(&b, "not run: no MongoDB given (DARASA_TEST_MONGODB_URI)")
	}
	for _, f := range t.failures {
		fmt.Fprintln(&b, "not measured:", f)
	}
	return b.String()
}

func shown(v float64, unit string) string {
	if v == 0 || math.IsNaN(v) {
		return "-"
	}
	return number(v) + " " + unit
}

// number writes three digits that count.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// ratio tells how many times less is needed than by the peer.
func ratio(moodle, ours float64) string {
	if moodle == 0 || math.IsNaN(ours) || ours == 0 {
		return "-"
	}
	return number(moodle/ours) + " ×"
}

func verdict(wanted, ours float64) string {
	if wanted > 0 && ours > wanted {
		return "ABOVE"
	}
	return ""
}
