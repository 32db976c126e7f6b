package mediatest

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/media"
)

const part = 5 << 20 // the least that S3 takes

func putPart(t *testing.T, s media.Store, key, upload string, n int, b []byte) {
	t.Helper()
	want(t, s.PutPart(context.Background(), key, upload, n, bytes.NewReader(b), int64(len(b))), "", "PutPart")
}

// testUpload sends parts out of order, one of them twice.
func testUpload(t *testing.T, s media.Store) {
	ctx := context.Background()
	put(t, s, "video", "text/plain", []byte("old"))
	upload, err := s.StartUpload(ctx, "video", "video/mp4")
	want(t, err, "", "StartUpload")
	all := noise(3, 2*part+1000)
	putPart(t, s, "video", upload, 10, all[2*part:])
	putPart(t, s, "video", upload, 1, noise(4, part))
	putPart(t, s, "video", upload, 2, all[part:2*part])
	putPart(t, s, "video", upload, 1, all[:part])
	if got, _ := get(t, s, "video", 0, -1); string(got) != "old" {
		t.Error("the file changed before the upload was finished")
	}
	want(t, s.FinishUpload(ctx, "video", upload), "", "FinishUpload")
	got, info := get(t, s, "video", 0, -1)
	if !bytes.Equal(got, all) || info.Type != "video/mp4" {
		t.Errorf("joined to %d bytes of %s, want %d", len(got), info.Type, len(all))
	}
	if got, _ := get(t, s, "video", part-5, 10); !bytes.Equal(got, all[part-5:part+5]) {
		t.Error("a range over the seam of two parts is wrong")
	}
	want(t, s.FinishUpload(ctx, "video", upload), darasa.NotFound, "FinishUpload again")
	var keys []string
	want(t, s.List(ctx, "", func(i media.Info) error { keys = append(keys, i.Key); return nil }), "", "List")
	if strings.Join(keys, " ") != "video" {
		t.Errorf("parts show in the list: %v", keys)
	}
}

func testUploadRefusals(t *testing.T, s media.Store) {
	ctx := context.Background()
	upload, err := s.StartUpload(ctx, "a", "a/b")
	want(t, err, "", "StartUpload")
	for _, n := range []int{0, -1, 10_001} {
		want(t, s.PutPart(ctx, "a", upload, n, strings.NewReader("x"), 1), darasa.Invalid, "PutPart with a bad number")
	}
	want(t, s.PutPart(ctx, "a", upload, 1, &broken{600}, 1000), darasa.Invalid, "PutPart of a lost one")
	want(t, s.FinishUpload(ctx, "a", upload), darasa.Invalid, "FinishUpload without parts")
	putPart(t, s, "a", upload, 1, []byte("small"))
	putPart(t, s, "a", upload, 2, []byte("last"))
	want(t, s.FinishUpload(ctx, "a", upload), darasa.Invalid, "FinishUpload with a small part")
	want(t, s.PutPart(ctx, "other", upload, 1, strings.NewReader("x"), 1), darasa.NotFound, "PutPart under another key")
	want(t, s.PutPart(ctx, "a", "../../files", 1, strings.NewReader("x"), 1), darasa.NotFound, "PutPart of no upload")
	want(t, s.FinishUpload(ctx, "a", "none"), darasa.NotFound, "FinishUpload of no upload")
	want(t, s.AbortUpload(ctx, "a", upload), "", "AbortUpload")
	want(t, s.AbortUpload(ctx, "a", upload), "", "AbortUpload again")
	want(t, s.PutPart(ctx, "a", upload, 1, strings.NewReader("x"), 1), darasa.NotFound, "PutPart after the abort")
	_, err = s.Stat(ctx, "a")
	want(t, err, darasa.NotFound, "Stat of what was never finished")
}

// testLarge stores 40 MB of unknown length and checks that memory stays flat.
func testLarge(t *testing.T, s media.Store) {
	ctx := context.Background()
	const size = 40 << 20
	source := func() io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{7}), size) }
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	want(t, s.Put(ctx, "large", "a/b", source(), -1), "", "Put")
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > size {
		t.Errorf("storing %d bytes allocated %d", size, grown)
	}
	r, info, err := s.Open(ctx, "large", 0, -1)
	want(t, err, "", "Open")
	defer r.Close()
	if info.Bytes != size {
		t.Errorf("%d bytes, want %d", info.Bytes, size)
	}
	a, b := make([]byte, 1<<20), make([]byte, 1<<20)
	wanted := source()
	for i := range size >> 20 {
		if _, err := io.ReadFull(r, a); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(wanted, b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Fatalf("megabyte %d differs", i)
		}
	}
}
