package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Parts of the measurement, for -only.
const (
	partStart   = "start"   // start, first page, publishing, size
	partLearn   = "learn"   // lessons, attempts, sync, sign-in
	partTrain   = "train"   // rosters, workbooks over HTTP
	partMemory  = "memory"  // what stays after the loads
	partReports = "reports" // workbooks by the command
	partLarge   = "large"   // the large workbook
)

var parts = []string{partStart, partLearn, partTrain, partMemory, partReports, partLarge}

func partNames() string { return strings.Join(parts, ",") }

func (o options) wants(part string) bool {
	return o.only == "" || strings.Contains(","+o.only+",", ","+part+",")
}

// run measures everything in one place. A part that fails is noted, and the
// next goes on; what every part needs ends the run.
func (p *place) run(ctx context.Context, out sink) error {
	try := func(part string, f func() error) {
		if ctx.Err() == nil && p.o.wants(part) {
			fmt.Println(part)
			if err := f(); err != nil {
				out.fail(part, err)
			}
		}
	}
	if p.mongodb == "" {
		try(partStart, func() error { return p.start(ctx, out) })
	}
	fmt.Println("prepare")
	if err := p.prepare(ctx, out); err != nil {
		return err
	}
	for n := 1; n <= p.o.rounds; n++ {
		p.round(ctx, out, n, try)
	}
	try(partReports, func() error { return p.workbooks(ctx, out, "book", p.run5, p.o.rounds) })
	if p.o.large > 0 {
		try(partLarge, func() error {
			_, run, err := p.seed(ctx, p.o.large, "large")
			if err != nil {
				return err
			}
			return p.workbooks(ctx, out, "large", run, p.o.rounds)
		})
	}
	return ctx.Err()
}

// round starts a server, loads it with everything once, lets it rest and
// reads its memory.
func (p *place) round(ctx context.Context, out sink, n int, try func(string, func() error)) {
	fmt.Printf("round %d\n", n)
	var run string
	try(partTrain, func() (err error) {
		_, run, err = p.seed(ctx, 1, fmt.Sprintf("roster %d", n))
		return err
	})
	s, err := startServer(ctx, p.o.darasa, p.storage()...)
	if err != nil {
		out.fail("serve", err)
		return
	}
	defer func() {
		if err := s.stop(); err != nil {
			out.fail("serve", fmt.Errorf("it did not stop well: %w", err))
		}
	}()
	r := &load{p: p, s: s, out: out}
	try(partMemory, func() error {
		now, _, err := s.memory()
		out.add("idle-mb", now)
		return err
	})
	try(partLearn, func() error { return r.learn(ctx, n) })
	try(partTrain, func() error { return r.report(ctx) })
	try(partTrain, func() error { return r.roster(ctx, run, n) })
	try(partMemory, func() error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(p.o.rest):
		}
		now, peak, err := s.memory()
		out.add("rest-mb", now)
		out.add("peak-mb", peak)
		return err
	})
}

// start measures what needs no learners: the size, publishing, the start of the
// demonstration and the first page.
func (p *place) start(ctx context.Context, out sink) error {
	i, err := os.Stat(p.o.darasa)
	if err != nil {
		return err
	}
	out.add("binary", float64(i.Size())/1e6)
	for n := range p.o.rounds {
		dir := fmt.Sprintf("%s-start-%d", p.dir, n)
		s, err := startServer(ctx, p.o.darasa, "--demo", "--data", dir)
		if err != nil {
			return err
		}
		out.add("start-s", s.ready.Seconds())
		down, up, err := firstPage(ctx, s.url)
		if err2 := s.stop(); err == nil {
			err = err2
		}
		if err != nil {
			return err
		}
		out.add("first-kb", float64(down)/1000)
		out.add("first-up", float64(up)/1000)
		c, err := runCommand(ctx, "", p.o.darasa, "import", p.o.course, "--data", dir+"-import")
		if err != nil {
			return err
		}
		out.add("publish-s", c.cpu)
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// workbooks exports a run's workbook by the command, a fresh process each time.
func (p *place) workbooks(ctx context.Context, out sink, key, run string, times int) error {
	for range times {
		file := filepath.Join(filepath.Dir(p.dir), "progress.xlsx")
		s, err := p.command(ctx, "", "report", "progress", "--course", courseSlug, "--institution", institution, "--run", run, "--lang", "en", "--out", file)
		if err != nil {
			return err
		}
		i, err := os.Stat(file)
		if err != nil {
			return fmt.Errorf("no workbook was written: %w", err)
		}
		fmt.Printf("  workbook of %.1f MB\n", float64(i.Size())/1e6)
		out.add(key+"-s", s.seconds)
		out.add(key+"-cpu", s.cpu)
		out.add(key+"-mb", s.peak)
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}
