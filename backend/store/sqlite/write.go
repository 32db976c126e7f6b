package sqlite

import (
	"context"
)

// maxGroup is how many waiting writes share one transaction at most.
const maxGroup = 128

// job is one write. run returns its verdict (nil, or an error for its caller
// alone) and, apart, a failure of the store, after which nothing of the
// transaction may stay. It may run twice and must only keep its last outcome.
type job struct {
	run     func(*conn) (verdict, failure error)
	verdict error
	done    chan error
}

// do hands a write to the writer and waits for it to be durable. Once handed
// over it is waited for even when ctx ends: its outcome must be known.
func (s *Store) do(ctx context.Context, run func(*conn) (verdict, failure error)) error {
	if err := ctx.Err(); err != nil {
		return translate(err)
	}
	j := &job{run: run, done: make(chan error, 1)}
	select {
	case <-s.closed:
		return errClosed
	default:
	}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return translate(ctx.Err())
	case <-s.closed:
		return errClosed
	}
	select {
	case err := <-j.done:
		return err
	case <-s.stopped:
	}
	select {
	case err := <-j.done:
		return err
	default:
		return errClosed
	}
}

// write is the writer: it takes a job and all that wait behind it.
func (s *Store) write() {
	defer close(s.stopped)
	group := make([]*job, 0, maxGroup)
	for {
		select {
		case j := <-s.jobs:
			group = s.drain(append(group[:0], j))
			s.commit(group)
		case <-s.closed:
			if group = s.drain(group[:0]); len(group) == 0 {
				return
			}
			s.commit(group)
		}
	}
}

func (s *Store) drain(group []*job) []*job {
	for len(group) < maxGroup {
		select {
		case j := <-s.jobs:
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// commit runs a group in one transaction. Where that fails, each job gets a
// transaction of its own, so that a document that does not fit refuses only
// itself.
func (s *Store) commit(group []*job) {
	err := s.transact(group)
	if err != nil && len(group) > 1 {
		for _, j := range group {
			one := []*job{j}
			s.answer(one, s.transact(one))
		}
		return
	}
	s.answer(group, err)
}

func (s *Store) answer(group []*job, failure error) {
	for _, j := range group {
		if failure != nil {
			j.done <- translate(failure)
		} else {
			j.done <- translate(j.verdict)
		}
	}
}

func (s *Store) transact(group []*job) error {
	if _, err := s.writer.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range group {
		var failure error
		if j.verdict, failure = j.run(s.writer); failure != nil {
			s.rollback()
			return failure
		}
	}
	if _, err := s.writer.exec("COMMIT"); err != nil {
		s.rollback()
		return err
	}
	return nil
}

// rollback ends a failed transaction; SQLite has ended some by itself, which
// makes this an error that says nothing.
func (s *Store) rollback() {
	_, _ = s.writer.exec("ROLLBACK")
}
