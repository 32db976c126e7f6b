package media

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/url"
	"strings"

	"darasa/backend/darasa"
)

// Open returns the store that where names: "http(s)://key:secret@host:port/bucket"
// (with "?region=" where the server wants one) for S3, else a directory.
func Open(ctx context.Context, where string) (Store, error) {
	if !strings.HasPrefix(where, "http://") && !strings.HasPrefix(where, "https://") {
		return OpenDirectory(where)
	}
	o, err := ParseS3(where)
	if err != nil {
		return nil, err
	}
	return OpenS3(ctx, o)
}

// ParseS3 reads "http(s)://key:secret@host:port/bucket?region=R". The error
// never repeats the address: it holds a secret.
func ParseS3(where string) (S3Options, error) {
	u, err := url.Parse(where)
	if err != nil {
		return S3Options{}, errAddress
	}
	secret, _ := u.User.Password()
	o := S3Options{
		Endpoint: u.Host, Secure: u.Scheme == "https", Bucket: strings.Trim(u.Path, "/"),
		AccessKey: u.User.Username(), SecretKey: secret, Region: u.Query().Get("region"),
	}
	if o.Endpoint == "" || o.Bucket == "" || strings.Contains(o.Bucket, "/") || o.AccessKey == "" || secret == "" {
		return S3Options{}, errAddress
	}
	return o, nil
}

var (
	errAddress = darasa.Fail(darasa.Invalid, "Anwani ya S3 iandikwe http(s)://ufunguo:siri@seva:bandari/ndoo.",
		"Write the S3 address as http(s)://key:secret@host:port/bucket.")
	errMissing = darasa.Fail(darasa.NotFound, "Faili haipo.", "The file was not found.")
	errRange   = darasa.Fail(darasa.Invalid, "Sehemu iliyoombwa haipo kwenye faili.", "The file has no such range.")
	errCut     = darasa.Fail(darasa.Invalid, "Faili haikufika yote: hakuna kilichohifadhiwa. Itume tena.",
		"The file did not arrive whole: nothing was stored. Send it again.")
	errFull = darasa.Fail(darasa.Unavailable, "Hifadhi ya faili imejaa: hakuna kilichohifadhiwa.",
		"The file store is full: nothing was stored.")
	errSmallPart = darasa.Fail(darasa.Invalid, "Kila kipande isipokuwa cha mwisho kiwe na angalau MiB 5.",
		"Every part but the last must have at least 5 MiB.")
	errNoParts = darasa.Fail(darasa.Invalid, "Upakiaji hauna vipande.", "The upload has no parts.")
)

// The limits of S3 that the directory keeps too.
const (
	maxKey     = 512
	minPart    = 5 << 20
	maxParts   = 10_000
	maxElement = 200
)

// checkKey refuses what could leave the store's folder or differ between stores.
func checkKey(key string) error {
	bad := key == "" || len(key) > maxKey
	for part := range strings.SplitSeq(key, "/") {
		bad = bad || part == "" || part == "." || part == ".." || len(part) > maxElement
	}
	if bad || !plain(key) {
		return errKey
	}
	return nil
}

var errKey = darasa.Fail(darasa.Invalid, "Jina la faili haliruhusiwi.", "The file's key is not allowed.")

// checkPrefix is checkKey for a beginning of keys, which may be empty or end in "/".
func checkPrefix(prefix string) error {
	switch {
	case prefix == "":
		return nil
	case strings.HasSuffix(prefix, "/"):
		return checkKey(strings.TrimSuffix(prefix, "/"))
	}
	return checkKey(prefix + "x")
}

func plain(key string) bool {
	for i := range len(key) {
		c := key[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-' || c == '/') {
			return false
		}
	}
	return true
}

// checkType refuses a media type that could end a header line.
func checkType(mediaType string) error {
	for i := range len(mediaType) {
		if mediaType[i] < ' ' || mediaType[i] > '~' {
			return darasa.Fail(darasa.Invalid, "Aina ya faili haieleweki.", "The media type is not plain text.")
		}
	}
	if len(mediaType) > 200 {
		return darasa.Fail(darasa.Invalid, "Aina ya faili ni ndefu mno.", "The media type is too long.")
	}
	return nil
}

func checkPart(part int) error {
	if part < 1 || part > maxParts {
		return darasa.Fail(darasa.Invalid, "Namba ya kipande iwe 1 hadi %d.", "A part's number is 1 to %d.", maxParts)
	}
	return nil
}

// source reads exactly size bytes (any number where size is -1) and keeps the
// reader's own error, so that a sender's fault is not taken for the store's.
type source struct {
	r    *bufio.Reader
	left int64
	free bool // any number of bytes
	err  error
}

func newSource(r io.Reader, size int64) *source {
	return &source{r: bufio.NewReader(r), left: size, free: size < 0}
}

// Read hands out the last byte only when nothing follows it.
func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if !s.free && s.left == 0 {
		return 0, s.end()
	}
	if !s.free && int64(len(p)) > s.left {
		p = p[:s.left]
	}
	n, err := s.r.Read(p)
	s.left -= int64(n)
	if !s.free && err == nil && s.left == 0 {
		if end := s.end(); end != io.EOF {
			return 0, end
		}
	}
	if err == io.EOF && !s.free && s.left > 0 {
		err = errCut
	}
	if err != nil && err != io.EOF {
		s.err = ours(err)
		return n, s.err
	}
	return n, err
}

func (s *source) end() error {
	_, err := s.r.Peek(1)
	switch {
	case err == io.EOF:
		return io.EOF
	case err == nil:
		err = errCut
	}
	s.err = ours(err)
	return s.err
}

// ours makes a sender's error one of ours.
func ours(err error) error {
	var e *darasa.Error
	if errors.As(err, &e) {
		return e
	}
	return errCut.Because(err)
}
