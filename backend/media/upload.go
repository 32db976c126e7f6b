package media

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"darasa/backend/darasa"
)

// uploadFolder returns the folder of an upload that belongs to key.
func (d directory) uploadFolder(ctx context.Context, key, upload string) (string, error) {
	if err := first(diskError(ctx.Err()), checkKey(key)); err != nil {
		return "", err
	}
	if !darasa.ValidUUID(upload) {
		return "", errMissing
	}
	dir := filepath.Join(d.root, "uploads", upload)
	stored, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil {
		return "", diskError(err)
	}
	if string(stored) != key {
		return "", errMissing
	}
	return dir, nil
}

// StartUpload makes the upload's folder; the file "key" says where it leads.
func (d directory) StartUpload(ctx context.Context, key, mediaType string) (string, error) {
	if err := first(diskError(ctx.Err()), checkKey(key), checkType(mediaType)); err != nil {
		return "", err
	}
	upload := string(darasa.NewID())
	dir := filepath.Join(d.root, "uploads", upload)
	for name, text := range map[string]string{"key": key, "type": mediaType} {
		err := d.write(ctx, filepath.Join(dir, name), func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return upload, nil
}

func partName(part int) string { return fmt.Sprintf("part-%05d", part) }

// PutPart stores one part.
func (d directory) PutPart(ctx context.Context, key, upload string, part int, r io.Reader, size int64) error {
	dir, err := d.uploadFolder(ctx, key, upload)
	if err == nil {
		err = checkPart(part)
	}
	if err != nil {
		return err
	}
	src := newSource(r, size)
	return d.write(ctx, filepath.Join(dir, partName(part)), func(w io.Writer) error {
		_, err := io.Copy(w, src)
		return first(src.err, err)
	})
}

// FinishUpload joins the parts into the file.
func (d directory) FinishUpload(ctx context.Context, key, upload string) error {
	dir, err := d.uploadFolder(ctx, key, upload)
	if err != nil {
		return err
	}
	parts, err := filepath.Glob(filepath.Join(dir, "part-*")) // in order of their numbers
	if err != nil {
		return diskError(err)
	}
	if len(parts) == 0 {
		return errNoParts
	}
	mediaType, err := os.ReadFile(filepath.Join(dir, "type"))
	if err != nil {
		return diskError(err)
	}
	err = d.write(ctx, d.path(key), func(w io.Writer) error {
		if _, err := fmt.Fprintf(w, "%s\n", mediaType); err != nil {
			return err
		}
		for i, part := range parts {
			if err := appendPart(w, part, i == len(parts)-1); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return diskError(os.RemoveAll(dir))
}

func appendPart(w io.Writer, path string, last bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(w, f)
	if err == nil && n < minPart && !last {
		err = errSmallPart
	}
	return err
}

// AbortUpload removes an upload.
func (d directory) AbortUpload(ctx context.Context, key, upload string) error {
	dir, err := d.uploadFolder(ctx, key, upload)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return diskError(os.RemoveAll(dir))
}
