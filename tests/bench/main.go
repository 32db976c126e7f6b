// Command bench measures a built Darasa from outside, the way people use it,
// and prints one table: what Moodle 4.5 needed for the same work, what is
// wanted, what was measured. `make bench` runs it. Loads are bounded in number
// and go to 127.0.0.1 only. Processor time is read from the server's own
// process, so that other work on the machine blurs it little; times on the
// clock are honest on a quiet machine only.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// options is what the command line says.
type options struct {
	darasa   string // the program to measure
	course   string // folder of the course C2
	out      string // where tables and profiles go
	mongodb  string // a real MongoDB; empty: that column is not run
	rounds   int    // each figure is the median of so many
	learners int    // in the store beside those who load
	large    int    // learners of the large workbook; 0 leaves it out
	rest     time.Duration
	only     string
}

func main() {
	o := options{mongodb: os.Getenv("DARASA_TEST_MONGODB_URI")}
	flag.StringVar(&o.darasa, "darasa", "bin/darasa", "the program to measure")
	flag.StringVar(&o.course, "course", "content/courses/checking-our-data", "folder of the course C2")
	flag.StringVar(&o.out, "out", "bench-results", "folder of the results")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds; a figure is their median")
	flag.IntVar(&o.learners, "learners", 10_000, "learners in the store beside those who load it")
	flag.IntVar(&o.large, "large", 100_000, "learners of the large workbook; 0 leaves it out")
	flag.DurationVar(&o.rest, "rest", 60*time.Second, "how long memory may settle after the loads")
	flag.StringVar(&o.only, "only", "", "parts to run, comma-separated: "+partNames())
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bench(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures on the embedded store, then on MongoDB where one is given,
// and prints and keeps the table. What could not be measured makes it fail
// after the table.
func bench(ctx context.Context, o options) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "darasa-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	t := newTable(o)
	embedded := &place{o: o, dir: filepath.Join(work, "embedded")}
	if err := embedded.run(ctx, t.column(embeddedColumn)); err != nil {
		return err
	}
	if o.mongodb != "" {
		remote := &place{o: o, dir: filepath.Join(work, "mongodb"), mongodb: o.mongodb}
		if err := remote.run(ctx, t.column(mongoColumn)); err != nil {
			return err
		}
	}
	text := t.text(fmt.Sprintf("%s, %s/%s, %d processors, %s", time.Now().Format("2006-01-02 15:04"), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.scale()))
	fmt.Print("\n", text)
	if err := os.WriteFile(filepath.Join(o.out, "table.txt"), []byte(text), 0o644); err != nil {
		return err
	}
	if n := len(t.failures); n > 0 {
		return fmt.Errorf("%d figures could not be measured; see the notes under the table", n)
	}
	return nil
}

func (o options) scale() string {
	return fmt.Sprintf("median of %d, %d sessions beside %d learners", o.rounds, sessions, o.learners)
}
