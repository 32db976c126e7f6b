package media

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"darasa/backend/darasa"
)

// directory keeps each file under files/<key>: one line with the media type,
// then the bytes, so that both change in one rename. What is arriving stands
// in arriving/, uploads in uploads/<id>/.
type directory struct{ root string }

var _ Store = directory{}

// staleAfter is when a file that never finished arriving is thrown away.
const staleAfter = 24 * time.Hour

// OpenDirectory opens or makes a directory store.
func OpenDirectory(dir string) (Store, error) {
	d := directory{root: dir}
	for _, sub := range []string{"files", "arriving", "uploads"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, diskError(err)
		}
	}
	d.sweep()
	return d, nil
}

// sweep removes what a stopped process left half arrived.
func (d directory) sweep() {
	old, _ := os.ReadDir(filepath.Join(d.root, "arriving"))
	for _, e := range old {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > staleAfter {
			_ = os.Remove(filepath.Join(d.root, "arriving", e.Name()))
		}
	}
}

// Kind is "directory".
func (d directory) Kind() string { return "directory" }

func (d directory) path(key string) string {
	return filepath.Join(d.root, "files", filepath.FromSlash(key))
}

// Put stores r under key.
func (d directory) Put(ctx context.Context, key, mediaType string, r io.Reader, size int64) error {
	if err := first(checkKey(key), checkType(mediaType)); err != nil {
		return err
	}
	src := newSource(r, size)
	return d.write(ctx, d.path(key), func(w io.Writer) error {
		if _, err := io.WriteString(w, mediaType+"\n"); err != nil {
			return err
		}
		if _, err := io.Copy(w, src); err != nil {
			return first(src.err, err)
		}
		return nil
	})
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// write fills a new file and puts it in place once it is on the disk.
func (d directory) write(ctx context.Context, path string, fill func(io.Writer) error) error {
	if err := ctx.Err(); err != nil {
		return diskError(err)
	}
	f, err := os.CreateTemp(filepath.Join(d.root, "arriving"), "new-*")
	if err != nil {
		return diskError(err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := fill(f); err != nil {
		return diskError(err)
	}
	if err := first(f.Sync(), f.Close()); err != nil {
		return diskError(err)
	}
	if err := d.makeFolder(filepath.Dir(path)); err != nil {
		return diskError(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return diskError(err)
	}
	return diskError(syncFolder(filepath.Dir(path)))
}

// makeFolder makes the folders of a key and puts each new name on the disk.
func (d directory) makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for up := filepath.Dir(dir); len(up) >= len(d.root); up = filepath.Dir(up) {
		if err := syncFolder(up); err != nil {
			return err
		}
		if up == filepath.Dir(up) {
			break
		}
	}
	return nil
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// header opens a file and reads its first line; the rest are its bytes.
func (d directory) header(key string) (*os.File, Info, int64, error) {
	info := Info{Key: key}
	if err := checkKey(key); err != nil {
		return nil, info, 0, err
	}
	f, err := os.Open(d.path(key))
	if err != nil {
		return nil, info, 0, diskError(err)
	}
	stat, err := f.Stat()
	if err == nil && stat.IsDir() {
		err = fs.ErrNotExist
	}
	line := ""
	if err == nil {
		line, err = bufio.NewReaderSize(f, 256).ReadString('\n')
	}
	if err != nil {
		f.Close()
		return nil, info, 0, diskError(err)
	}
	info.Type = strings.TrimSuffix(line, "\n")
	info.Bytes = stat.Size() - int64(len(line))
	info.At = darasa.At(stat.ModTime())
	return f, info, int64(len(line)), nil
}

type section struct {
	io.Reader
	io.Closer
}

// Open reads n bytes from offset.
func (d directory) Open(ctx context.Context, key string, offset, n int64) (io.ReadCloser, Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, Info{}, diskError(err)
	}
	f, info, start, err := d.header(key)
	if err != nil {
		return nil, info, err
	}
	if offset < 0 || offset > 0 && offset >= info.Bytes {
		f.Close()
		return nil, info, errRange
	}
	if n < 0 || n > info.Bytes-offset {
		n = info.Bytes - offset
	}
	if _, err := f.Seek(start+offset, io.SeekStart); err != nil {
		f.Close()
		return nil, info, diskError(err)
	}
	return section{io.LimitReader(f, n), f}, info, nil
}

// Stat describes a file.
func (d directory) Stat(ctx context.Context, key string) (Info, error) {
	if err := ctx.Err(); err != nil {
		return Info{}, diskError(err)
	}
	f, info, _, err := d.header(key)
	if err == nil {
		f.Close()
	}
	return info, err
}

// Delete removes a file where it is there.
func (d directory) Delete(ctx context.Context, key string) error {
	if err := first(diskError(ctx.Err()), checkKey(key)); err != nil {
		return err
	}
	info, err := os.Stat(d.path(key))
	if err == nil && !info.IsDir() {
		err = os.Remove(d.path(key))
	}
	if err = diskError(err); darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	return err
}

// List walks the keys in byte order, as S3 does: a folder sorts with its
// slash, so that "a-b" comes before "a/b".
func (d directory) List(ctx context.Context, prefix string, f func(Info) error) error {
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	return d.list(ctx, "", prefix, f)
}

func (d directory) list(ctx context.Context, folder, prefix string, f func(Info) error) error {
	if err := ctx.Err(); err != nil {
		return diskError(err)
	}
	entries, err := os.ReadDir(d.path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return diskError(err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		name := folder + e.Name()
		if e.IsDir() {
			name += "/"
		}
		if strings.HasPrefix(name, prefix) || e.IsDir() && strings.HasPrefix(prefix, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if strings.HasSuffix(name, "/") {
			err = d.list(ctx, name, prefix, f)
		} else {
			err = d.tell(name, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d directory) tell(key string, f func(Info) error) error {
	file, info, _, err := d.header(key)
	if err != nil {
		if darasa.CodeOf(err) == darasa.NotFound {
			return nil
		}
		return err
	}
	file.Close()
	return f(info)
}

// Ping writes and removes a file.
func (d directory) Ping(ctx context.Context) error {
	f, err := os.CreateTemp(filepath.Join(d.root, "arriving"), "ping-*")
	if err != nil {
		return diskError(err)
	}
	_, err = f.WriteString("ping")
	return diskError(first(err, f.Close(), os.Remove(f.Name()), ctx.Err()))
}

// diskError turns an error of the system into ours.
func diskError(err error) error {
	var e *darasa.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return errEnded.Because(err)
	case errors.Is(err, fs.ErrNotExist):
		return errMissing.Because(err)
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist):
		return errKey.Because(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return errFull.Because(err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EIO):
		return darasa.Fail(darasa.Unavailable, "Folda ya faili haiandikiki. Angalia diski na ruhusa zake.",
			"The file store's folder cannot be used. Check the disk and its permissions.").Because(err)
	}
	return darasa.Fail(darasa.Internal, "Hifadhi ya faili imeshindwa.", "The file store failed.").Because(err)
}

var errEnded = darasa.Fail(darasa.Unavailable, "Ombi lilikatishwa.", "The request ended.")
