// Package frontend holds the pages: templ components, the views they show, and
// the bundled style sheet and script. It decides nothing; a handler fills a
// view struct and renders the page of the same name. README.md in this folder
// lists the components.
package frontend

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// AssetPrefix is the address below which assets are served. Their names hold
// their hash, so that they may be cached for ever.
const AssetPrefix = "/assets/"

// Asset is one bundled file with its brotli twin.
type Asset struct {
	Name   string // with its hash: "app-64538acf5a33.js"
	Type   string // media type
	Body   []byte
	Brotli []byte // brotli 11 of Body
}

// Assets finds bundled files. The zero value has none and names plain,
// unhashed addresses; tests of pages use it.
type Assets struct {
	hashed map[string]string // "app.js" -> "app-….js"
	files  map[string]Asset  // by hashed name
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// LoadAssets reads the embedded bundle. It fails where the program was built
// without one: `make build` makes it.
func LoadAssets() (Assets, error) { return loadAssets(dist) }

func loadAssets(fsys fs.FS) (Assets, error) {
	b, err := fs.ReadFile(fsys, "dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return Assets{}, errors.New("this program was built without its style sheet and script: run make build")
	}
	if err != nil {
		return Assets{}, fmt.Errorf("frontend: read the bundle: %w", err)
	}
	a := Assets{hashed: map[string]string{}, files: map[string]Asset{}}
	if err := json.Unmarshal(b, &a.hashed); err != nil {
		return Assets{}, fmt.Errorf("frontend: read the bundle's manifest: %w", err)
	}
	for _, name := range a.hashed {
		f := Asset{Name: name, Type: mediaTypes[path.Ext(name)]}
		if f.Body, err = fs.ReadFile(fsys, "dist/"+name); err != nil {
			return Assets{}, fmt.Errorf("frontend: the bundle is not whole, run make build: %w", err)
		}
		if f.Brotli, err = fs.ReadFile(fsys, "dist/"+name+".br"); err != nil {
			return Assets{}, fmt.Errorf("frontend: the bundle is not whole, run make build: %w", err)
		}
		a.files[name] = f
	}
	return a, nil
}

// Href returns the address of the asset with the plain name, "darasa.css".
func (a Assets) Href(name string) string {
	if h, ok := a.hashed[name]; ok {
		return AssetPrefix + h
	}
	return AssetPrefix + name
}

// Get returns the asset with the hashed name, as an address has it.
func (a Assets) Get(hashed string) (Asset, bool) {
	f, ok := a.files[strings.TrimPrefix(hashed, AssetPrefix)]
	return f, ok
}
