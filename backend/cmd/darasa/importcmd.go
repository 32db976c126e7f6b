package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/content/institutions"
	"darasa/content/native"
)

type importCmd struct {
	storage
	Path        string `arg:"" help:"A course folder, a .zip of one, or an export of the Health Facility Registry (.csv)."`
	Institution string `help:"Slug of the institution that owns what is imported." placeholder:"SLUG"`
	As          string `help:"Login of the person who imports." placeholder:"LOGIN"`
}

// Run tells what the path holds by its content and imports it.
func (c *importCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	actor, err := w.importer(ctx, c.As, c.Institution)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.Path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return w.importCourse(ctx, s, actor, os.DirFS(c.Path))
	}
	f, err := os.Open(c.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 4)
	if n, _ := f.ReadAt(head, 0); n == 4 && string(head) == "PK\x03\x04" {
		files, err := native.FromZip(f, info.Size())
		if err != nil {
			return err
		}
		return w.importCourse(ctx, s, actor, files)
	}
	return w.importFacilities(ctx, s, actor, f)
}

// importer is who imports: a person by login, or the command itself, for the
// institution named or the first of the consortium's list.
func (w *world) importer(ctx context.Context, login, slug string) (darasa.Actor, error) {
	actor := darasa.Command("darasa import")
	if login != "" {
		p, err := w.byLogin(ctx, login)
		if err != nil {
			return actor, err
		}
		actor.Person, actor.Name = p.ID, p.FullName()
	}
	if slug == "" {
		return actor, nil
	}
	in, err := w.institutionBySlug(ctx, slug)
	actor.Institution = in.ID
	return actor, err
}

func (w *world) institutionBySlug(ctx context.Context, slug string) (institution.Institution, error) {
	in, err := w.institutions.Get(ctx, darasa.Command("darasa"), institution.IDOf(slug))
	if darasa.CodeOf(err) == darasa.NotFound {
		return in, usage{fmt.Errorf("there is no institution %q; institutions are made on the administration pages or by serve --demo", slug)}
	}
	return in, err
}

func (w *world) importCourse(ctx context.Context, s streams, actor darasa.Actor, files fs.FS) error {
	root, err := native.Root(files)
	if err != nil {
		return err
	}
	report, err := w.courses.ImportFolder(ctx, actor, root, actor.Institution, darasa.Now())
	if err != nil {
		return err
	}
	printFindings(s.err, report.Findings)
	for _, line := range report.Lines() {
		fmt.Fprintln(s.out, line.In(darasa.English))
	}
	return nil
}

func (w *world) importFacilities(ctx context.Context, s streams, actor darasa.Actor, f *os.File) error {
	res, err := w.institutions.Import(ctx, actor, f, institution.ImportOptions{Zones: w.zones()}, darasa.Now())
	if err != nil {
		return err
	}
	printFindings(s.err, res.Findings)
	for _, v := range res.Rows {
		printFindings(s.err, v.Findings)
	}
	fmt.Fprintf(s.out, "facilities: %d added, %d changed, %d as before, %d refused\n", res.Added, res.Changed, res.Same, res.Refused)
	return nil
}

// zones gives the zone of each region, since the registry's export has none.
func (w *world) zones() map[string]string {
	out := map[string]string{}
	for _, r := range w.lists.Regions {
		out[account.Fold(r.Name)] = institutions.Find(w.lists.Zones, r.Zone).EN
	}
	return out
}

// byLogin finds a person by e-mail, check number, registration or phone.
func (w *world) byLogin(ctx context.Context, login string) (account.Person, error) {
	found, err := w.accounts.ByLogin(ctx, darasa.Command("darasa"), login)
	if err != nil {
		return account.Person{}, err
	}
	if len(found) != 1 {
		return account.Person{}, usage{fmt.Errorf("%d people have the login %q; name one by e-mail or check number", len(found), login)}
	}
	return found[0], nil
}
