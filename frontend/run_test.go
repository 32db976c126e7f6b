package frontend

import (
	"net/url"
	"slices"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"

	"github.com/google/go-cmp/cmp"
)

func TestReadRun(t *testing.T) {
	for _, tt := range []struct {
		name string
		form url.Values
		want enrolment.RunForm
	}{
		{"counted days leave out the weekend",
			url.Values{"course": {"c2"}, "name": {" Kibondo "}, "mode": {"online"}, "start": {"2026-11-20"}, "end": {"2026-11-23"}, "day_mode": {"span"}, "days": {"2026-01-01"}},
			enrolment.RunForm{Name: "Kibondo", Mode: "online", Start: "2026-11-20", End: "2026-11-23", Days: []darasa.Date{"2026-11-20", "2026-11-23"}}},
		{"with the weekend",
			url.Values{"course": {"c2"}, "start": {"2026-11-20"}, "end": {"2026-11-22"}, "weekend": {"1"}},
			enrolment.RunForm{Start: "2026-11-20", End: "2026-11-22", Days: []darasa.Date{"2026-11-20", "2026-11-21", "2026-11-22"}}},
		{"listed days and names, one a line",
			url.Values{"course": {"c2"}, "day_mode": {"list"}, "days": {"2026-11-20\r\n\r\n 2026-11-25 \r\n"}, "facilitators": {"Joyce Mrema\r\nSalum Bakari"}, "trainer": {"p1", "p2"}},
			enrolment.RunForm{Days: []darasa.Date{"2026-11-20", "2026-11-25"}, Facilitators: []string{"Joyce Mrema", "Salum Bakari"}, Trainers: []darasa.ID{"p1", "p2"}}},
		{"dates that cannot be read stay for the use case to refuse",
			url.Values{"course": {"c2"}, "start": {"20/11/2026"}, "end": {"2026-11-22"}},
			enrolment.RunForm{Start: "20/11/2026", End: "2026-11-22"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			slug, got := ReadRun(func(n string) []string { return tt.form[n] })
			if slug != "c2" {
				t.Errorf("course %q", slug)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRunFormRoundTrip(t *testing.T) {
	r, values := sampleRun(), RunValues(sampleRun())
	_, f := ReadRun(func(n string) []string { return []string{values[n]} })
	if f.Name != r.Name || !slices.Equal(f.Days, r.Days) || !slices.Equal(f.Facilitators, r.Facilitators) || f.End != r.End {
		t.Errorf("a form sent back unchanged gives %+v", f)
	}
}

func TestSpanIsBounded(t *testing.T) {
	if n := len(span("2026-01-01", "9999-12-31", true)); n != spanMost {
		t.Errorf("%d days", n)
	}
}

func TestReadMarks(t *testing.T) {
	form := url.Values{"day": {"2026-11-09"}, "m.b": {"A"}, "m.a": {""}, "form": {"token"}}
	want := []enrolment.Mark{{Enrolment: "a", Day: "2026-11-09"}, {Enrolment: "b", Day: "2026-11-09", Mark: "A"}}
	if d := cmp.Diff(want, ReadMarks(form)); d != "" {
		t.Error(d)
	}
	form.Set("all", "P")
	want[0].Mark = "P"
	if d := cmp.Diff(want, ReadMarks(form)); d != "" {
		t.Errorf("everybody else present: %s", d)
	}
}

func TestPresenceIsNotZeroWhenUnknown(t *testing.T) {
	p := samplePage(darasa.Swahili, true)
	v := RunView{RunHead: sampleHead()}
	rows := sampleLearners()
	for i, want := range map[int]string{0: p.L.Percent(1), 2: p.L.Percent(2.0 / 3), 5: ""} {
		if got := presence(p, v, rows[i]); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}

func TestVerdictsRejectedFirst(t *testing.T) {
	var rows []int
	for _, v := range byOutcome(sampleVerdicts()) {
		rows = append(rows, v.Row)
	}
	if !slices.Equal(rows, []int{8, 19, 15, 11}) {
		t.Errorf("rows in the order %v", rows)
	}
}

func TestPhoneWords(t *testing.T) {
	for in, want := range map[string]string{"+255712345678": "+255 712 345 678", "+44123": "+44123", "": ""} {
		if got := phoneWords(in); got != want {
			t.Errorf("%q reads %q", in, got)
		}
	}
}
