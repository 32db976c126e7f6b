package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// What the places of measurement hold.
const (
	courseSlug  = "checking-our-data"
	institution = "udom"
	trainer     = "trainer@demo.darasa"
	password    = "darasa-demo"
	sessions    = 64
	days        = 5
)

// place is one data folder, or one database of a MongoDB, under measurement.
type place struct {
	o       options
	dir     string
	mongodb string // address of the server; empty: the embedded store
	run5    string // the run with all the seeded learners and five days
	url     string // its own database on that server
}

// storage returns the flags of a command over this place.
func (p *place) storage(more ...string) []string {
	args := append(more, "--data", p.dir)
	if p.url != "" {
		args = append(args, "--mongodb", p.url)
	}
	return args
}

func (p *place) command(ctx context.Context, stdin string, args ...string) (spent, error) {
	return runCommand(ctx, stdin, p.o.darasa, p.storage(args...)...)
}

// database gives the place a database of its own on the MongoDB that was named.
func (p *place) database() error {
	if p.mongodb == "" {
		return nil
	}
	u, err := url.Parse(p.mongodb)
	if err != nil {
		return err
	}
	var b [4]byte
	_, _ = rand.Read(b[:])
	u.Path = "/darasa_bench_" + hex.EncodeToString(b[:])
	p.url = u.String()
	fmt.Printf("MongoDB: the database %s stays behind; drop it when you have read the table\n", u.Path[1:])
	return nil
}

// prepare loads the demonstration, C2 with tests of twenty questions, the
// learners who will load the server and those beside them.
func (p *place) prepare(ctx context.Context, out sink) error {
	if err := p.database(); err != nil {
		return err
	}
	s, err := startServer(ctx, p.o.darasa, p.storage("--demo")...)
	if err != nil {
		return err
	}
	if err := s.stop(); err != nil {
		return err
	}
	course := filepath.Join(filepath.Dir(p.dir), "c2-of-twenty")
	if err := courseOfTwenty(p.o.course, course); err != nil {
		return err
	}
	if _, err := p.command(ctx, "", "import", course, "--institution", institution); err != nil {
		return err
	}
	for i := range sessions {
		if _, err := p.command(ctx, password+"\n", "user", "add", "--login", login(i), "--first", "Bench", "--surname", "Learner",
			"--institution", institution, "--password-stdin"); err != nil {
			return err
		}
	}
	s2, run, err := p.seed(ctx, p.o.learners, "bench")
	if err != nil {
		return err
	}
	p.run5 = run
	out.add("seed-s", s2.seconds)
	return nil
}

func login(i int) string { return fmt.Sprintf("bench%02d@bench.darasa", i) }

var seededRun = regexp.MustCompile(`in the run (\S+) of`)

// seed makes a run with learners and returns its id.
func (p *place) seed(ctx context.Context, learners int, name string) (spent, string, error) {
	s, err := p.command(ctx, "", "seed", "--learners", fmt.Sprint(learners), "--course", courseSlug, "--institution", institution,
		"--days", fmt.Sprint(days), "--statements", seedStatements, "--name", name)
	if err != nil {
		return s, "", err
	}
	m := seededRun.FindStringSubmatch(s.out)
	if m == nil {
		return s, "", errors.New("the seed does not name its run: " + s.out)
	}
	return s, m[1], nil
}

// seedStatements keeps out of the log what no measurement reads.
const seedStatements = "none"

// courseOfTwenty copies the folder of C2 with twenty questions in each test.
func courseOfTwenty(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	path := filepath.Join(to, "course.yaml")
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := regexp.MustCompile(`(?m)^(\s+)draw: \d+`).ReplaceAllString(string(b), "${1}draw: 20")
	if strings.Count(text, "draw: 20") != 2 {
		return errors.New("the course should have two tests that draw their questions")
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
