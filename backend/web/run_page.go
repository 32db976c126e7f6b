package web

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
	"darasa/frontend"
)

const (
	// sightLife is how long the counts of a large run are shown again.
	sightLife = 5 * time.Second
	// sightFrom is how many learners make a run large: below, one pass takes
	// less than a hundredth of a second.
	sightFrom = 500
	// sightsMost bounds the runs that are remembered.
	sightsMost = 16
	// rowsShown is the length of a page of the progress table.
	rowsShown = 50
	// unseenFor is after how long a learner who has begun needs help.
	unseenFor = 14 * 24 * time.Hour
)

// sight is a run at a glance: its counts, and who is in which tab by name.
type sight struct {
	at        darasa.Time
	counts    frontend.RunCounts
	pre, post float64 // sums over those who did both
	both      int
	rows      []sightRow // by name
}

type sightRow struct {
	id                      darasa.ID
	key                     string
	help, absent, withdrawn bool
}

func (x sightRow) in(show string) bool {
	switch show {
	case "help":
		return x.help
	case "absent":
		return x.absent
	case "withdrawn":
		return x.withdrawn
	}
	return !x.withdrawn
}

// forget drops what is remembered of a run that was just changed.
func (t *trainers) forget(run darasa.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.sights, run)
}

// sight reads a run in one pass.
func (t *trainers) sight(ctx context.Context, r *Req, run *enrolment.Run) (*sight, error) {
	t.mu.Lock()
	known := t.sights[run.ID]
	t.mu.Unlock()
	if known != nil && r.Now.Sub(known.at.Time) < sightLife {
		return known, nil
	}
	s := &sight{at: r.Now}
	a := r.keeper()
	err := t.Progress.Each(ctx, a, progress.Filter{Run: run.ID}, func(p progress.Progress) error {
		s.add(&p, run, r.Now)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(s.rows, func(a, b sightRow) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(string(a.id), string(b.id))
	})
	if len(s.rows) >= sightFrom {
		t.remember(run.ID, s)
	}
	return s, nil
}

func (t *trainers) remember(run darasa.ID, s *sight) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.sights) >= sightsMost {
		clear(t.sights)
	}
	t.sights[run] = s
}

func (s *sight) add(p *progress.Progress, run *enrolment.Run, now darasa.Time) {
	n := p.Snapshot
	row := sightRow{id: p.ID, key: account.Fold(n.Surname + " " + n.First + " " + n.Middle), withdrawn: p.Withdrawn}
	if p.Withdrawn {
		s.counts.Withdrawn++
		s.rows = append(s.rows, row)
		return
	}
	s.counts.Learners++
	switch p.Status {
	case progress.Passed, progress.Completed:
		s.counts.Passed++
	case progress.Failed:
		s.counts.Failed++
	case progress.InProgress:
		s.counts.Going++
	default:
		s.counts.Waiting++
	}
	if p.PreTest != nil && p.PostTest != nil {
		s.pre, s.post, s.both = s.pre+*p.PreTest, s.post+*p.PostTest, s.both+1
	}
	if row.help = needsHelp(p, run, now); row.help {
		s.counts.Help++
	}
	if row.absent = len(p.Attendance) == 0 && len(run.Days) > 0; row.absent {
		s.counts.Absent++
	}
	s.rows = append(s.rows, row)
}

// needsHelp: who failed; and while the run goes on, who has not begun or was
// not seen for two weeks.
func needsHelp(p *progress.Progress, run *enrolment.Run, now darasa.Time) bool {
	going := run.State == enrolment.Open && string(run.Start) <= now.String()[:10]
	switch p.Status {
	case progress.Passed, progress.Completed:
		return false
	case progress.Failed:
		return true
	case progress.InProgress:
		return going && now.Sub(p.LastActive.Time) > unseenFor
	}
	return going
}

func (s *sight) means() (pre, post *float64) {
	if s.both == 0 {
		return nil, nil
	}
	a, b := s.pre/float64(s.both), s.post/float64(s.both)
	return &a, &b
}

// page returns the rows of a tab from an offset.
func (s *sight) page(show string, from int) (ids []darasa.ID, total int) {
	for _, x := range s.rows {
		if !x.in(show) {
			continue
		}
		if total >= from && len(ids) < rowsShown {
			ids = append(ids, x.id)
		}
		total++
	}
	return ids, total
}

// run is the page of one run.
func (t *trainers) run(r *Req) error {
	ctx := r.Ctx()
	h, e, err := t.head(r)
	if err != nil {
		return err
	}
	s, err := t.sight(ctx, r, &h.Run)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(r.Query("after"))
	from = max(0, from)
	v := frontend.RunView{RunHead: h, Edition: e.Number, Counts: s.counts, Show: r.Query("show"), Bytes: workbookBytes(s.counts, len(h.Run.Days))}
	if !slices.Contains([]string{"", "help", "absent", "withdrawn"}, v.Show) {
		v.Show = ""
	}
	ids, total := s.page(v.Show, from)
	if v.Rows, err = t.learnerRows(ctx, r, ids); err != nil {
		return err
	}
	v.From, v.Total = from+1, total
	if next := from + rowsShown; next < total {
		v.Next, v.NextN = strconv.Itoa(next), min(rowsShown, total-next)
	}
	v.Pre, v.Post = s.means()
	if v.Place, err = t.placeName(ctx, h.Run.Institution); err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.RunPageOf(r.runPage(), v))
}

// learnerRows reads the rows of one page of the table.
func (t *trainers) learnerRows(ctx context.Context, r *Req, ids []darasa.ID) ([]frontend.LearnerRow, error) {
	out := make([]frontend.LearnerRow, 0, len(ids))
	for _, id := range ids {
		p, err := t.Progress.Lookup(ctx, id)
		if darasa.CodeOf(err) == darasa.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		e, err := t.Courses.Edition(ctx, p.Edition)
		if err != nil {
			return nil, err
		}
		out = append(out, r.learnerRow(p, e))
	}
	return out, nil
}

func (r *Req) learnerRow(p progress.Progress, e *course.Edition) frontend.LearnerRow {
	return frontend.LearnerRow{Enrolment: p.ID, Progress: p, Cadre: r.cadre(p.Snapshot.Cadre), Left: triesLeft(&p, e), Withdrawn: p.Withdrawn}
}

// triesLeft is how many tries of the post-test a learner still has.
func triesLeft(p *progress.Progress, e *course.Edition) int {
	q := quizOfKind(e, attempt.PostTest)
	if q == nil {
		return 0
	}
	left := max(q.Tries, 1) - p.TriesUsed
	for _, g := range p.Granted {
		if g.Quiz == q.Slug {
			left += g.Tries
		}
	}
	return int(max(left, 0))
}
