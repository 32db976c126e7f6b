package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/media"
	"darasa/backend/store"
)

// A backup is one tar.gz: "backup.json" first, then "store/<collection>.ndjson"
// in parts of at most backupPart documents, then "media/<key>", and "end" last:
// a file without it is not whole. The secret is not in it: keep --data/secret
// apart, or tickets on phones lose their worth.
type backupHead struct {
	Format  int         `json:"format"`
	Program string      `json:"program"`
	Store   string      `json:"store"`
	Media   string      `json:"media"`
	At      darasa.Time `json:"at"`
}

const (
	backupFormat = 1
	backupPart   = 2000
	endName      = "end"
)

type backupCmd struct {
	storage
	Out string `required:"" help:"File to write." placeholder:"FILE.tar.gz"`
}

// backupRecord is a document as a line of a backup.
type backupRecord struct {
	ID   string          `json:"id"`
	Rev  int64           `json:"rev"`
	V    int64           `json:"v"`
	At   darasa.Time     `json:"at"`
	Body json.RawMessage `json:"body"`
}

// Run writes the backup to a temporary file beside Out and renames it when it
// is whole. The server may go on meanwhile: records only grow, and what is
// written during the backup is in it or in the next.
func (c *backupCmd) Run(ctx context.Context, s streams) error {
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	part := c.Out + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(part)
	docs, files, err := w.backup(ctx, f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, c.Out); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %d documents, %d files.\nKeep the secret file too; it is not in the backup.\n", c.Out, docs, files)
	return nil
}

func (w *world) backup(ctx context.Context, out io.Writer) (docs, files int, err error) {
	buffered := bufio.NewWriterSize(out, 1<<20)
	zip := gzip.NewWriter(buffered)
	t := tar.NewWriter(zip)
	head, _ := json.Marshal(backupHead{Format: backupFormat, Program: version, Store: w.engine.Kind(), Media: w.media.Kind(), At: darasa.Now()})
	if err := addBytes(t, "backup.json", head); err != nil {
		return 0, 0, err
	}
	for _, spec := range w.specs() {
		n, err := w.backupCollection(ctx, t, spec.Name)
		if err != nil {
			return docs, files, err
		}
		docs += n
	}
	err = w.media.List(ctx, "", func(i media.Info) error {
		files++
		return w.backupFile(ctx, t, i)
	})
	if err != nil {
		return docs, files, err
	}
	return docs, files, errors.Join(addBytes(t, endName, []byte("whole\n")), t.Close(), zip.Close(), buffered.Flush())
}

func addBytes(t *tar.Writer, name string, b []byte) error {
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(b))}); err != nil {
		return err
	}
	_, err := t.Write(b)
	return err
}

func (w *world) backupCollection(ctx context.Context, t *tar.Writer, name string) (int, error) {
	var b bytes.Buffer
	n, part := 0, 0
	flush := func() error {
		if b.Len() == 0 {
			return nil
		}
		part++
		defer b.Reset()
		return addBytes(t, fmt.Sprintf("store/%s/%06d.ndjson", name, part), b.Bytes())
	}
	err := store.EachRecord(ctx, w.engine, name, store.Query{}, func(r store.Record) error {
		line, err := json.Marshal(backupRecord{r.ID, r.Rev, r.V, r.At, r.Body})
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
		if n++; n%backupPart == 0 {
			return flush()
		}
		return nil
	})
	return n, errors.Join(err, flush())
}

func (w *world) backupFile(ctx context.Context, t *tar.Writer, i media.Info) error {
	r, info, err := w.media.Open(ctx, i.Key, 0, -1)
	if err != nil {
		return err
	}
	defer r.Close()
	h := &tar.Header{Name: "media/" + i.Key, Mode: 0o600, Size: info.Bytes, PAXRecords: map[string]string{"DARASA.type": info.Type}}
	if err := t.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(t, r)
	return err
}

type restoreCmd struct {
	storage
	In string `arg:"" help:"Backup file." type:"existingfile"`
}

// Run reads a backup into an empty store of either kind.
func (c *restoreCmd) Run(ctx context.Context, s streams) error {
	if err := checkWhole(c.In); err != nil {
		return err
	}
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	if err := w.mustBeEmpty(ctx); err != nil {
		return err
	}
	docs, files, err := w.restore(ctx, c.In)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d documents and %d files were restored.\n", docs, files)
	return nil
}

// eachEntry calls f for every entry of a backup.
func eachEntry(path string, f func(h *tar.Header, r io.Reader) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	zip, err := gzip.NewReader(bufio.NewReaderSize(in, 1<<20))
	if err != nil {
		return fmt.Errorf("%s is no backup of Darasa: %w", path, err)
	}
	t := tar.NewReader(zip)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s is damaged: %w", path, err)
		}
		if err := f(h, t); err != nil {
			return err
		}
	}
}

// checkWhole reads the file to its end before anything is written.
func checkWhole(path string) error {
	var head backupHead
	last := ""
	err := eachEntry(path, func(h *tar.Header, r io.Reader) error {
		last = h.Name
		if h.Name == "backup.json" {
			return json.NewDecoder(io.LimitReader(r, 1<<16)).Decode(&head)
		}
		_, err := io.Copy(io.Discard, r)
		return err
	})
	switch {
	case err != nil:
		return err
	case head.Format != backupFormat:
		return fmt.Errorf("%s has the backup format %d; this program reads %d", path, head.Format, backupFormat)
	case last != endName:
		return fmt.Errorf("%s ends early: the backup was not finished. Nothing was restored", path)
	}
	return nil
}

// mustBeEmpty refuses a store that holds people: a restore never mixes.
func (w *world) mustBeEmpty(ctx context.Context) error {
	n, err := w.engine.Count(ctx, "people", store.Query{Limit: 1})
	if err != nil {
		return err
	}
	if n > 0 {
		return errors.New("this store holds people already. Restore into an empty one: another --data, --mongodb or --s3")
	}
	return nil
}

func (w *world) restore(ctx context.Context, path string) (docs, files int, err error) {
	err = eachEntry(path, func(h *tar.Header, r io.Reader) error {
		if key, ok := strings.CutPrefix(h.Name, "media/"); ok {
			files++
			return w.media.Put(ctx, key, h.PAXRecords["DARASA.type"], r, h.Size)
		}
		rest, ok := strings.CutPrefix(h.Name, "store/")
		if !ok {
			return nil
		}
		coll, _, _ := strings.Cut(rest, "/")
		n, err := w.restorePart(ctx, coll, r)
		docs += n
		return err
	})
	return docs, files, err
}

func (w *world) restorePart(ctx context.Context, coll string, r io.Reader) (int, error) {
	d := json.NewDecoder(r)
	var page []store.Record
	n := 0
	for {
		var rec backupRecord
		err := d.Decode(&rec)
		if err == nil {
			page = append(page, store.Record{ID: rec.ID, Rev: rec.Rev, V: rec.V, At: rec.At, Body: rec.Body})
			n++
		}
		done := errors.Is(err, io.EOF)
		if err != nil && !done {
			return n, fmt.Errorf("collection %s: %w", coll, err)
		}
		if len(page) >= store.PageSize || done && len(page) > 0 {
			if err := w.engine.Import(ctx, coll, page); err != nil {
				return n, err
			}
			page = page[:0]
		}
		if done {
			return n, nil
		}
	}
}
