package course

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/bits"
	"path"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/content/native"
)

// file is the content of a piece, with its brotli form where that is smaller.
type file struct {
	data   []byte
	packed []byte
	kind   string // media type
}

// bundle is a compiled edition before it is stored.
type bundle struct {
	edition Edition
	files   map[string]file // by hash
	keys    []assessment.Key
	bank    []assessment.Question
	checks  []Practice
}

// Practice is a question inside a lesson with its key, which is no secret.
type Practice struct {
	Question assessment.Question `json:"question"`
	Key      assessment.Key      `json:"key"`
}

const brotliQuality = 11 // the best: done once, read for ever

// compile turns sources into the pieces of an edition. The same sources,
// number and time always give the same bytes.
func compile(n *native.Course, number int64, at darasa.Time) (*bundle, error) {
	b := &bundle{files: map[string]file{}, edition: describe(n, number, at)}
	b.questions(n)
	for _, name := range slices.Sorted(maps.Keys(n.Media)) {
		if m := n.Media[name]; m.Drawing == nil {
			b.piece(name, pathLang(name), m.Type, "picture", m.Data)
		}
	}
	for _, m := range n.Modules {
		module := Module{Slug: m.Slug, Title: m.Title}
		for _, l := range m.Lessons {
			lesson, err := b.lesson(l, n.Media)
			if err != nil {
				return nil, err
			}
			module.Lessons = append(module.Lessons, lesson)
		}
		b.edition.Modules = append(b.edition.Modules, module)
	}
	return b, nil
}

func describe(n *native.Course, number int64, at darasa.Time) Edition {
	e := Edition{ID: EditionID(darasa.ID(n.Slug), number), Course: darasa.ID(n.Slug), Number: number, Code: n.Code,
		Title: n.Title, Summary: n.Summary, Outcomes: n.Outcomes, Stages: n.Stages, Cadres: n.Cadres, Hours: n.Hours, Area: n.Area,
		Prereq: n.Prerequisites, Completion: Completion{AllLessons: n.AllLessons, PostTest: n.PostTest}, Licence: n.Licence,
		KeyVersion: 1, At: at, Languages: n.Languages, Review: map[string]string{}}
	for _, c := range n.CPD {
		e.CPD = append(e.CPD, CPD{Council: c.Council, Points: c.Points, Category: c.Category, Approval: c.Approval, From: c.From, Until: c.Until})
	}
	for _, a := range n.Authors {
		e.Authors = append(e.Authors, Contributor(a))
	}
	for _, r := range n.Reviewers {
		e.Reviewers = append(e.Reviewers, Contributor(r))
	}
	for l, state := range n.Review {
		e.Review[string(l)] = state
	}
	return e
}

// EditionID returns the id of an edition: "<course>@<number>".
func EditionID(course darasa.ID, number int64) darasa.ID {
	return darasa.ID(fmt.Sprintf("%s@%d", course, number))
}

// questions builds the bank, the practice questions and the keys, and the
// quizzes that draw from the bank.
func (b *bundle) questions(n *native.Course) {
	for _, src := range n.Questions {
		q, k := assessment.Build(src)
		if src.Use == "check" {
			b.checks = append(b.checks, Practice{q, k})
			continue
		}
		b.bank, b.keys = append(b.bank, q), append(b.keys, k)
	}
	hash := b.piece("bank.json", "", "application/json", "questions", encode(b.bank))
	if len(b.checks) > 0 {
		b.edition.Checks = b.piece("checks.json", "", "application/json", "questions", encode(b.checks))
	}
	for _, q := range n.Quizzes {
		b.edition.Quizzes = append(b.edition.Quizzes, Quiz{Slug: q.Slug, Kind: q.Kind, Title: q.Title, Draw: q.Draw, Pass: q.Pass / 100, Tries: q.Tries, Questions: hash})
	}
}

func (b *bundle) lesson(l native.Lesson, media map[string]native.Media) (Lesson, error) {
	out := Lesson{Slug: l.Slug, Pieces: map[string]string{}}
	for _, lang := range darasa.Langs {
		p := l.Pages[lang]
		if p == nil {
			continue
		}
		html := render(p, media, func(name string) string { return hashOf(media[name].Data) })
		if err := checkClosed(html); err != nil {
			return out, err
		}
		out.Pieces[string(lang)] = b.piece(string(lang)+"/"+l.Slug+".html", lang, "text/html; charset=utf-8", "lesson", html)
		if out.Minutes == 0 {
			out.Minutes, out.Checks = p.Minutes, p.Checks
		}
		if lang == darasa.Swahili {
			out.Title.SW, out.Lead.SW = p.Title, p.Lead
		} else {
			out.Title.EN, out.Lead.EN = p.Title, p.Lead
		}
	}
	return out, nil
}

// piece adds a file to the edition and returns its hash.
func (b *bundle) piece(name string, lang darasa.Lang, kind, use string, data []byte) string {
	hash := hashOf(data)
	f, ok := b.files[hash]
	if !ok {
		f = file{data: data, kind: kind}
		if !strings.HasPrefix(kind, "image/") {
			f.packed = pack(data)
		}
		b.files[hash] = f
	}
	wire := len(data)
	if f.packed != nil {
		wire = len(f.packed)
	}
	b.edition.Pieces = append(b.edition.Pieces, Piece{Path: name, Lang: lang, Hash: hash, Bytes: int64(len(data)), Wire: int64(wire), Type: kind, Kind: use})
	return hash
}

// pack returns data under brotli, nil where that is not smaller. The window is
// no larger than the data needs: at the best quality a full one costs 35 MB and
// twice the time for each small piece.
func pack(data []byte) []byte {
	var out bytes.Buffer
	window := min(max(bits.Len(uint(len(data))), 16), 22)
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: brotliQuality, LGWin: window})
	if _, err := w.Write(data); err != nil || w.Close() != nil || out.Len() >= len(data) {
		return nil
	}
	return out.Bytes()
}

func hashOf(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// encode writes v as JSON. Our own types cannot fail to encode.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("course: a %T does not encode: %v", v, err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// pathLang returns the language in a file's name, as in dots.sw.png.
func pathLang(name string) darasa.Lang {
	stem := strings.TrimSuffix(name, path.Ext(name))
	if l, ok := darasa.ParseLang(strings.TrimPrefix(path.Ext(stem), ".")); ok {
		return l
	}
	return ""
}
