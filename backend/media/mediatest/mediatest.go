// Package mediatest is the contract of media.Store as a suite that the
// directory and S3 both run.
package mediatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darasa/backend/darasa"
	"darasa/backend/media"
)

// Run runs the suite on an empty store that open returns for each test.
func Run(t *testing.T, open func(t *testing.T) media.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, media.Store)
	}{
		{"PutAndOpen", testPutAndOpen}, {"Ranges", testRanges}, {"Replace", testReplace}, {"Delete", testDelete},
		{"Keys", testKeys}, {"List", testList}, {"CutOff", testCutOff}, {"Upload", testUpload},
		{"UploadRefusals", testUploadRefusals}, {"Large", testLarge}, {"Concurrent", testConcurrent}, {"Ended", testEnded},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// noise returns n bytes that are the same for the same seed.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	c := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = c.Read(b)
	return b
}

// want checks the code of err; "" wants none.
func want(t *testing.T, err error, code darasa.Code, doing string) {
	t.Helper()
	if got := darasa.CodeOf(err); got != code {
		t.Fatalf("%s: code %q, want %q (%v)", doing, got, code, err)
	}
	var ours *darasa.Error
	if err != nil && (!errors.As(err, &ours) || ours.Text.SW == "" || ours.Text.EN == "") {
		t.Fatalf("%s: error without text in both languages: %#v", doing, err)
	}
}

func put(t *testing.T, s media.Store, key, mediaType string, b []byte) {
	t.Helper()
	want(t, s.Put(context.Background(), key, mediaType, bytes.NewReader(b), int64(len(b))), "", "Put "+key)
}

func get(t *testing.T, s media.Store, key string, offset, n int64) ([]byte, media.Info) {
	t.Helper()
	r, info, err := s.Open(context.Background(), key, offset, n)
	want(t, err, "", "Open "+key)
	b, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatalf("reading %s: %v", key, err)
	}
	return b, info
}

func testPutAndOpen(t *testing.T, s media.Store) {
	ctx := context.Background()
	want(t, s.Ping(ctx), "", "Ping")
	_, _, err := s.Open(ctx, "none", 0, -1)
	want(t, err, darasa.NotFound, "Open of nothing")
	_, err = s.Stat(ctx, "none")
	want(t, err, darasa.NotFound, "Stat of nothing")
	for _, size := range []int{0, 1, 4095, 4096, 4097, 300_000} {
		key := fmt.Sprintf("o/%d/piece.svg", size)
		b := noise(uint64(size), size)
		put(t, s, key, "image/svg+xml; charset=utf-8", b)
		got, info := get(t, s, key, 0, -1)
		if !bytes.Equal(got, b) {
			t.Errorf("%d bytes came back as %d others", size, len(got))
		}
		stat, err := s.Stat(ctx, key)
		want(t, err, "", "Stat")
		for _, i := range []media.Info{info, stat} {
			if i.At.IsZero() || i.Key != key || i.Bytes != int64(size) || i.Type != "image/svg+xml; charset=utf-8" {
				t.Errorf("described as %+v", i)
			}
		}
	}
	b := noise(1, 20_000)
	want(t, s.Put(ctx, "unknown", "text/plain", bytes.NewReader(b), -1), "", "Put of unknown length")
	if got, _ := get(t, s, "unknown", 0, -1); !bytes.Equal(got, b) {
		t.Error("a file of unknown length came back different")
	}
}

func testRanges(t *testing.T, s media.Store) {
	b := noise(2, 10_000)
	put(t, s, "file", "a/b", b)
	put(t, s, "empty", "a/b", nil)
	for _, r := range []struct{ offset, n, from, to int64 }{
		{0, -1, 0, 10_000}, {0, 1, 0, 1}, {0, 0, 0, 0}, {9_999, -1, 9_999, 10_000}, {9_999, 1, 9_999, 10_000},
		{1, 2, 1, 3}, {5_000, -1, 5_000, 10_000}, {9_990, 500, 9_990, 10_000}, {0, 1 << 40, 0, 10_000}, {700, 0, 700, 700},
	} {
		got, info := get(t, s, "file", r.offset, r.n)
		if !bytes.Equal(got, b[r.from:r.to]) {
			t.Errorf("range %d+%d gives %d bytes, want %d", r.offset, r.n, len(got), r.to-r.from)
		}
		if info.Bytes != 10_000 {
			t.Errorf("range %d+%d says the file has %d bytes", r.offset, r.n, info.Bytes)
		}
	}
	for _, n := range []int64{-1, 0, 10} {
		if got, _ := get(t, s, "empty", 0, n); len(got) != 0 {
			t.Errorf("an empty file gives %d bytes", len(got))
		}
	}
	for _, r := range [][2]int64{{10_000, -1}, {10_001, 5}, {10_000, 0}, {-1, 5}} {
		_, _, err := s.Open(context.Background(), "file", r[0], r[1])
		want(t, err, darasa.Invalid, fmt.Sprintf("Open %v", r))
	}
}

func testReplace(t *testing.T, s media.Store) {
	put(t, s, "a", "text/plain", noise(1, 9000))
	r, _, err := s.Open(context.Background(), "a", 0, 10)
	want(t, err, "", "Open")
	put(t, s, "a", "text/html", noise(2, 50))
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	got, info := get(t, s, "a", 0, -1)
	if !bytes.Equal(got, noise(2, 50)) || info.Type != "text/html" {
		t.Errorf("%d bytes of %s after replacing", len(got), info.Type)
	}
}

func testDelete(t *testing.T, s media.Store) {
	ctx := context.Background()
	want(t, s.Delete(ctx, "none"), "", "Delete of nothing")
	want(t, s.Delete(ctx, "no/such/folder"), "", "Delete in no folder")
	put(t, s, "dir/file", "a/b", []byte("x"))
	want(t, s.Delete(ctx, "dir"), "", "Delete of a folder")
	get(t, s, "dir/file", 0, -1)
	_, err := s.Stat(ctx, "dir")
	want(t, err, darasa.NotFound, "Stat of a folder")
	want(t, s.Delete(ctx, "dir/file"), "", "Delete")
	_, err = s.Stat(ctx, "dir/file")
	want(t, err, darasa.NotFound, "Stat of the deleted")
}

func testKeys(t *testing.T, s media.Store) {
	ctx := context.Background()
	for _, key := range []string{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../../b", "a/..", "a/./b", `a\b`, "a b", "ä",
		"a\x00b", "a\nb", "%2e%2e/a", "~", strings.Repeat("x", 513), strings.Repeat("y", 201)} {
		want(t, s.Put(ctx, key, "a/b", strings.NewReader("x"), 1), darasa.Invalid, fmt.Sprintf("Put %q", key))
		_, _, err := s.Open(ctx, key, 0, -1)
		want(t, err, darasa.Invalid, fmt.Sprintf("Open %q", key))
		_, err = s.Stat(ctx, key)
		want(t, err, darasa.Invalid, fmt.Sprintf("Stat %q", key))
		want(t, s.Delete(ctx, key), darasa.Invalid, fmt.Sprintf("Delete %q", key))
		_, err = s.StartUpload(ctx, key, "a/b")
		want(t, err, darasa.Invalid, fmt.Sprintf("StartUpload %q", key))
	}
	want(t, s.List(ctx, "../", func(media.Info) error { return nil }), darasa.Invalid, "List of a folder above")
	want(t, s.Put(ctx, "a", "text/plain\nx: y", strings.NewReader("x"), 1), darasa.Invalid, "Put with a type of two lines")
	for _, key := range []string{"a", "..a", "a..b", "-", "A.Z/0_9-/.hidden", strings.Repeat("k/", 200) + "k"} {
		put(t, s, "ok/"+key, "a/b", []byte(key))
	}
}

func testList(t *testing.T, s media.Store) {
	ctx := context.Background()
	keys := []string{"a-b", "a.b", "a/b", "a/b-c", "a/c/d", "a0", "b"}
	for i := range keys {
		put(t, s, keys[(i*3)%len(keys)], "text/plain", []byte(keys[(i*3)%len(keys)]))
	}
	for prefix, wanted := range map[string][]string{
		"": keys, "a/": {"a/b", "a/b-c", "a/c/d"}, "a": keys[:6], "a/b": {"a/b", "a/b-c"}, "a/c/": {"a/c/d"}, "b/": nil, "x": nil, "a/b/": nil,
	} {
		var got []string
		err := s.List(ctx, prefix, func(i media.Info) error {
			if got = append(got, i.Key); i.Bytes != int64(len(i.Key)) || i.Type != "text/plain" || i.At.IsZero() {
				t.Errorf("described as %+v", i)
			}
			return nil
		})
		want(t, err, "", "List "+prefix)
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("List %q (-want +got):\n%s", prefix, diff)
		}
	}
	stop, calls := errors.New("stop"), 0
	if err := s.List(ctx, "", func(media.Info) error { calls++; return stop }); err != stop || calls != 1 {
		t.Errorf("List does not stop: %v after %d", err, calls)
	}
}

// broken gives n bytes and then an error, as a lost connection does.
type broken struct{ n int }

func (b *broken) Read(p []byte) (int, error) {
	if b.n == 0 {
		return 0, errors.New("connection lost")
	}
	n := min(len(p), b.n)
	b.n -= n
	return n, nil
}

// testCutOff: what does not arrive whole leaves what was there.
func testCutOff(t *testing.T, s media.Store) {
	ctx := context.Background()
	put(t, s, "old", "text/plain", []byte("old"))
	for _, key := range []string{"old", "new"} {
		want(t, s.Put(ctx, key, "a/b", &broken{70_000}, 100_000), darasa.Invalid, "Put of a lost one")
		want(t, s.Put(ctx, key, "a/b", &broken{70_000}, -1), darasa.Invalid, "Put of a lost one of unknown length")
		want(t, s.Put(ctx, key, "a/b", bytes.NewReader(noise(1, 50)), 100), darasa.Invalid, "Put of a short one")
		want(t, s.Put(ctx, key, "a/b", bytes.NewReader(noise(1, 101)), 100), darasa.Invalid, "Put of a long one")
		want(t, s.Put(ctx, key, "a/b", strings.NewReader("x"), 0), darasa.Invalid, "Put of what should be empty")
		tooLarge := darasa.Fail(darasa.TooLarge, "Kubwa mno.", "Too large.")
		want(t, s.Put(ctx, key, "a/b", io.MultiReader(strings.NewReader("x"), failing{tooLarge}), -1), darasa.TooLarge, "Put of a refused one")
	}
	if got, info := get(t, s, "old", 0, -1); string(got) != "old" || info.Type != "text/plain" {
		t.Errorf("the old file is now %q, %s", got, info.Type)
	}
	_, err := s.Stat(ctx, "new")
	want(t, err, darasa.NotFound, "Stat of what never arrived")
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func testConcurrent(t *testing.T, s media.Store) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 4 {
				b := bytes.Repeat([]byte{byte('a' + i)}, 20_000)
				if err := s.Put(context.Background(), "same", "a/b", bytes.NewReader(b), int64(len(b))); err != nil {
					t.Errorf("Put: %v", err)
				}
				if err := s.Put(context.Background(), fmt.Sprintf("own/%d/%d", i, k), "a/b", bytes.NewReader(b), int64(len(b))); err != nil {
					t.Errorf("Put: %v", err)
				}
			}
		})
	}
	wg.Wait()
	got, _ := get(t, s, "same", 0, -1)
	if len(got) != 20_000 || !bytes.Equal(got, bytes.Repeat(got[:1], 20_000)) {
		t.Error("two writers' bytes are mixed")
	}
}

func testEnded(t *testing.T, s media.Store) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	want(t, s.Put(ctx, "a", "a/b", strings.NewReader("x"), 1), darasa.Unavailable, "Put")
	_, _, err := s.Open(ctx, "a", 0, -1)
	want(t, err, darasa.Unavailable, "Open")
	want(t, s.Ping(ctx), darasa.Unavailable, "Ping")
	_, err = s.Stat(context.Background(), "a")
	want(t, err, darasa.NotFound, "Stat")
}
