package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"os"
	"path"
	"strings"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/media"
)

var errNoFile = darasa.Fail(darasa.Invalid, "Hujachagua faili.", "No file was chosen.").With(
	mend("file", "Hujachagua faili.", "No file was chosen.", "Chagua faili kisha upakie.", "Choose a file, then upload it."))

// receivePart copies the part "file" to a temporary file of our own folder. It
// returns the name that the browser gave, for people to read only.
func (s *Server) receivePart(parts *multipart.Reader) (*os.File, string, error) {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, "", errNoFile
		}
		if err != nil {
			return nil, "", brokenUpload(err)
		}
		if part.FormName() != "file" {
			continue
		}
		if part.FileName() == "" {
			return nil, "", errNoFile
		}
		f, err := os.CreateTemp(s.TempDir, "upload-*")
		if err != nil {
			return nil, "", darasa.Fail(darasa.Unavailable, "Seva haina nafasi ya kupokea faili.", "The server has no room for the file.").Because(err)
		}
		if _, err := io.Copy(f, part); err != nil {
			discard(f)
			return nil, "", brokenUpload(err)
		}
		name := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
		return f, name, nil
	}
}

// brokenUpload tells an upload that is too large from one that was cut off.
func brokenUpload(err error) error {
	var e *darasa.Error
	if errors.As(err, &e) {
		return e
	}
	return darasa.Fail(darasa.Invalid, "Faili halikufika lote. Pakia tena.", "The file did not arrive whole. Upload it again.").Because(err)
}

// discard closes and removes a temporary file.
func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// Uploads that wait between a preview and its confirmation lie in media, so
// that any server process finds them. uploadLife is how long a preview is
// good; uploadsKept is when a forgotten one is swept, by the next upload.
const (
	uploadPrefix = "uploads/"
	uploadLife   = time.Hour
	uploadsKept  = 24 * time.Hour
)

// upload names a kept file to the page that confirms it.
type upload struct {
	Key    string    `json:"k"`
	Name   string    `json:"n"`
	Person darasa.ID `json:"p"`
}

// keepUpload keeps a received file for its confirmation and returns the token
// for the page.
func (s *Server) keepUpload(r *Req, purpose string, f *os.File, name string) (string, error) {
	if err := s.sweepUploads(r.Ctx(), r.Now); err != nil {
		return "", err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	u := upload{Key: uploadPrefix + string(darasa.NewID()), Name: name, Person: r.Actor.Person}
	if err := s.Media.Put(r.Ctx(), u.Key, "application/octet-stream", f, size); err != nil {
		return "", err
	}
	return s.seal("upload/"+purpose, u, r.Now, uploadLife)
}

// keptUpload opens the upload that a page's token names, for who made it.
func (s *Server) keptUpload(r *Req, purpose, token string) (upload, io.ReadCloser, error) {
	var u upload
	if err := s.unseal("upload/"+purpose, token, &u, r.Now); err != nil {
		return u, nil, err
	}
	if u.Person != r.Actor.Person {
		return u, nil, errSeal
	}
	body, _, err := s.Media.Open(r.Ctx(), u.Key, 0, -1)
	if darasa.CodeOf(err) == darasa.NotFound {
		return u, nil, darasa.Fail(darasa.Invalid, "Faili hili limeshapokelewa au muda wake umekwisha. Pakia tena.",
			"This file was taken in already or has run out. Upload it again.")
	}
	return u, body, err
}

// sweepUploads removes what was previewed and never confirmed.
func (s *Server) sweepUploads(ctx context.Context, now darasa.Time) error {
	var old []string
	if err := s.Media.List(ctx, uploadPrefix, func(i media.Info) error {
		if now.Sub(i.At.Time) > uploadsKept {
			old = append(old, i.Key)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, key := range old {
		if err := s.Media.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
