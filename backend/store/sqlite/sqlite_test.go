package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"darasa/backend/store"
	"darasa/backend/store/sqlite"
	"darasa/backend/store/storetest"
)

func open(t testing.TB) store.Engine {
	return openAt(t, filepath.Join(t.TempDir(), "a folder?#%", "d.sqlite"), 0)
}

func openAt(t testing.TB, path string, maxPages int64) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Options{Path: path, MaxPages: maxPages})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

func TestContract(t *testing.T) { storetest.Run(t, open, storetest.Options{}) }

func BenchmarkStore(b *testing.B) { storetest.Bench(b, open) }

func TestCopy(t *testing.T) {
	from, to := open(t), open(t)
	defer from.Close()
	defer to.Close()
	storetest.CopyBetween(t, from, to)
}
