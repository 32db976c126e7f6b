package web

import (
	"fmt"
	"net/http"
	"testing"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/frontend"
)

// TestWorkbookSizeIsHonest holds the size on the button against the file, for
// runs that nobody has begun, and against files of seeded runs of the shipped
// course checking-our-data: never less, at most a quarter more.
func TestWorkbookSizeIsHonest(t *testing.T) {
	rs := newRunServer(t)
	said := 0
	for _, n := range []int{1, 24, 200} {
		for ; said < n; said++ {
			p, err := rs.Accounts.Create(t.Context(), command, account.PersonFacts{First: "Neema", Surname: fmt.Sprintf("Mfano%c%c", 'a'+said%26, 'a'+said/26),
				CheckNumber: fmt.Sprintf("99%05d", said*7919%100_000)}, rs.clock())
			rs.must(err)
			_, err = rs.Enrolments.Enrol(t.Context(), rs.actor("trainer"), rs.run.ID, enrolment.Newcomer{Person: p.ID, Lang: darasa.Swahili, Snapshot: enrolment.Snapshot{
				First: p.First, Surname: p.Surname, Cadre: "enrolled-nurse", Phone: fmt.Sprintf("+2557120%05d", said*7919%100_000), CheckNumber: p.CheckNumber}}, rs.clock())
			rs.must(err)
		}
		got := rs.do(http.MethodGet, rs.to(frontend.RunWorkbookPath(rs.run.ID)), "trainer", nil)
		counts := frontend.RunCounts{Learners: n, Waiting: n, Absent: n}
		real, told := int64(len(got.Body)), workbookBytes(counts, len(rs.run.Days))
		if got.Status != http.StatusOK || told < real || told > real*5/4 {
			t.Errorf("%d learners: %d bytes, the button says %d", n, real, told)
		}
	}
	for _, c := range []struct {
		learners, waiting, days int
		real                    int64
	}{{1, 0, 5, 22_338}, {24, 1, 1, 33_552}, {24, 1, 5, 34_708}, {24, 1, 15, 36_756}, {200, 7, 1, 84_740}, {200, 7, 5, 92_793}, {200, 7, 15, 109_100},
		{1000, 35, 1, 311_806}, {1000, 35, 5, 353_450}} {
		told := workbookBytes(frontend.RunCounts{Learners: c.learners, Waiting: c.waiting}, c.days)
		if told < c.real || told > c.real*5/4 {
			t.Errorf("%d learners and %d days: %d bytes, the button says %d", c.learners, c.days, c.real, told)
		}
	}
	if told := workbookBytes(frontend.RunCounts{}, 5); told != 0 {
		t.Errorf("nobody: %d", told)
	}
}
