package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"darasa/backend/darasa"
	"darasa/backend/web"
	"darasa/frontend"
)

type reportCmd struct {
	Progress reportProgressCmd `cmd:"" help:"The progress workbook of a course or of one run."`
}

type reportProgressCmd struct {
	storage
	Course      string `required:"" help:"Slug of the course."`
	Institution string `help:"Slug of the institution; without it every one." placeholder:"I"`
	Only        string `name:"run" help:"Id of one run." placeholder:"R"`
	Variant     string `help:"full, hrhis or trainsmart." enum:"full,hrhis,trainsmart" default:"full"`
	Lang        string `help:"Language of the headers: sw or en." enum:"sw,en" default:"sw"`
	Out         string `required:"" help:"The workbook to write." placeholder:"FILE.xlsx"`
}

// Run writes the workbook. A file that stood there before is replaced only
// once the new one is whole.
func (c *reportProgressCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	n := 0
	err = replaceFile(c.Out, func(f *os.File) error {
		n, err = w.services(frontend.Assets{}).ProgressWorkbook(ctx, darasa.Command("darasa report"), web.Export{
			Course: darasa.ID(c.Course), Run: darasa.ID(c.Only), Institution: c.Institution, Variant: c.Variant, Lang: darasa.Lang(c.Lang),
			Now: darasa.Now(), Zone: w.zone}, f)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d learners in %s\n", n, c.Out)
	return nil
}

// replaceFile writes a file beside path and then puts it in its place.
func replaceFile(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return usage{fmt.Errorf("%s cannot be written: %w", path, err)}
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(0o640)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return errorsJoin(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
