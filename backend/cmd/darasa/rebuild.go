package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/store"
	"darasa/content/native"
)

type rebuildCmd struct {
	storage
}

// Run recomputes every projection; learners may go on meanwhile.
func (c *rebuildCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	n, err := w.progress.Rebuild(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d projections were written anew; the others agreed with their sources.\n", n)
	return nil
}

type regradeCmd struct {
	storage
	Edition string `arg:"" help:"Edition, as checking-our-data@1."`
	From    string `help:"Course folder with corrected answers: those that differ become a new version of the edition's keys first." type:"existingdir" placeholder:"FOLDER"`
	As      string `help:"Login of the author who corrected the key." placeholder:"LOGIN"`
}

// Run adds a grade by the newest keys to every attempt of an edition; the
// better grade counts.
func (c *regradeCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	actor, err := w.importer(ctx, c.As, "")
	if err != nil {
		return err
	}
	edition := darasa.ID(c.Edition)
	if c.From != "" {
		if err := w.correct(ctx, s, actor, edition, c.From); err != nil {
			return err
		}
	}
	n, err := w.progress.Regrade(ctx, actor, edition, darasa.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d attempts were graded again.\n", n)
	return w.book.Audit(ctx, actor, "regrade", c.Edition, fmt.Sprint(n), darasa.Now())
}

// correct makes the answers of a folder that differ from the edition's keys a
// new version of them. Questions that the edition does not hold are left out:
// they belong to a new edition.
func (w *world) correct(ctx context.Context, s streams, actor darasa.Actor, edition darasa.ID, folder string) error {
	read, findings := native.Read(os.DirFS(folder))
	printFindings(s.err, findings)
	if darasa.HasErrors(findings) {
		return errors.New("the folder has mistakes; nothing was corrected")
	}
	stands, _, err := w.courses.OwnerKeys(ctx, actor, edition)
	if err != nil {
		return err
	}
	var change []assessment.Key
	for _, q := range read.Questions {
		_, key := assessment.Build(q)
		i := slices.IndexFunc(stands, func(k assessment.Key) bool { return k.Slug == key.Slug })
		if i >= 0 && !reflect.DeepEqual(stands[i], key) {
			change = append(change, key)
			fmt.Fprintf(s.out, "corrected: %s\n", key.Slug)
		}
	}
	if len(change) == 0 {
		fmt.Fprintln(s.out, "No answer of the folder differs from the edition's keys.")
		return nil
	}
	version, err := w.courses.CorrectKeys(ctx, actor, edition, change, darasa.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "version %d of the keys\n", version)
	return nil
}

type migrateCmd struct {
	storage
	DryRun bool `help:"Count what would be written."`
}

// Run writes every document of an older schema in the newest. Reading does the
// same one by one, so this may run at leisure and beside a running server.
func (c *migrateCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	for _, spec := range w.specs() {
		n, err := migrate(ctx, w.engine, spec, c.DryRun)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s: schema %d, %d documents of an older one\n", spec.Name, max(spec.Version, 1), n)
	}
	return nil
}

// migrate upgrades the documents of one collection; who wrote one meanwhile
// wrote it in the newest schema, so a conflict needs nothing.
func migrate(ctx context.Context, e store.Engine, spec store.Spec, dry bool) (int, error) {
	n, newest := 0, max(spec.Version, 1)
	err := store.EachRecord(ctx, e, spec.Name, store.Query{}, func(r store.Record) error {
		if r.V >= newest {
			return nil
		}
		n++
		if dry || spec.Upgrade == nil {
			return nil
		}
		body, err := spec.Upgrade(r.V, r.Body)
		if err != nil {
			return fmt.Errorf("%s %s: %w", spec.Name, r.ID, err)
		}
		r.Body, r.V = body, newest
		if err := e.Replace(ctx, spec.Name, r); err != nil && darasa.CodeOf(err) != darasa.Conflict {
			return err
		}
		return nil
	})
	return n, err
}
