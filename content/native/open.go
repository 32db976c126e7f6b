package native

import (
	"archive/zip"
	"io"
	"io/fs"
	"path"
	"strings"

	"darasa/backend/darasa"
)

// FromZip returns the course folder inside a zip: its root, or the one folder
// that holds course.yaml. Sizes are held while reading, whatever the zip says.
// A zip that is none, has too many entries or no course.yaml is Invalid.
func FromZip(r io.ReaderAt, size int64) (fs.FS, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, darasa.Fail(darasa.Invalid, "Faili si zip inayosomeka.", "The file is not a readable zip.").Because(err)
	}
	if len(z.File) > 2*maxFiles {
		return nil, darasa.Fail(darasa.TooLarge, "Zip ina mafaili zaidi ya %d.", "The zip holds more than %d files.", 2*maxFiles)
	}
	return Root(z)
}

// Root returns files itself where it holds course.yaml, or the one folder at
// its top that does. Neither is Invalid.
func Root(files fs.FS) (fs.FS, error) {
	if _, err := fs.Stat(files, "course.yaml"); err == nil {
		return files, nil
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, darasa.Fail(darasa.Invalid, "Folda haisomeki.", "The folder cannot be read.").Because(err)
	}
	found := ""
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if _, err := fs.Stat(files, path.Join(e.Name(), "course.yaml")); err == nil {
			if found != "" {
				return nil, darasa.Fail(darasa.Invalid, "Kuna kozi zaidi ya moja hapa.", "There is more than one course here.")
			}
			found = e.Name()
		}
	}
	if found == "" {
		return nil, darasa.Fail(darasa.Invalid, "Hakuna course.yaml hapa.", "There is no course.yaml here.")
	}
	return fs.Sub(files, found)
}
