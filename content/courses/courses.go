// Package courses embeds the course folders that are shipped with the program.
package courses

import (
	"embed"
	"io/fs"
	"path"
)

//go:embed *
var files embed.FS

// Folder is one shipped course: its folder's name, which is its slug, and its files.
type Folder struct {
	Slug  string
	Files fs.FS
}

// Folders lists the shipped courses in the order of their names. A folder is a
// course when it holds a course.yaml.
func Folders() ([]Folder, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var out []Folder
	for _, e := range entries {
		if _, err := fs.Stat(files, path.Join(e.Name(), "course.yaml")); err != nil {
			continue
		}
		sub, err := fs.Sub(files, e.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, Folder{Slug: e.Name(), Files: sub})
	}
	return out, nil
}
