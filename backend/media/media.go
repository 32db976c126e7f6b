// Package media keeps files: pieces of editions, uploads, exports. A directory
// serves one machine, S3 (MinIO) everything else; mediatest holds the suite
// that both pass. Keys are slash-separated, of a-z A-Z 0-9 . _ - only, at most
// 512 characters; no part of a key is "." or "..", and no key is a folder of
// another.
package media

import (
	"context"
	"io"

	"darasa/backend/darasa"
)

// Info describes a stored file.
type Info struct {
	Key   string
	Bytes int64
	Type  string // media type given at Put
	At    darasa.Time
}

// Store keeps files by key. Every error is a *darasa.Error: NotFound,
// Unavailable (disk full, server gone), Invalid (bad key or range) or Internal.
type Store interface {
	// Put stores r under key, replacing what is there only once all of it has
	// arrived. size is the exact length, or -1 where it is not known (then
	// multipart parts are used and memory stays flat).
	Put(ctx context.Context, key, mediaType string, r io.Reader, size int64) error
	// Open reads n bytes from offset; n < 0 means to the end, and a range that
	// reaches beyond the end stops there. An offset at or after the end of a
	// file that is not empty is Invalid.
	Open(ctx context.Context, key string, offset, n int64) (io.ReadCloser, Info, error)
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes a file; deleting what is not there is no error.
	Delete(ctx context.Context, key string) error
	// List calls f for every file whose key begins with prefix, in key order.
	List(ctx context.Context, prefix string, f func(Info) error) error
	// StartUpload begins a multipart upload; parts may come in any order and
	// again after a restart. Part numbers begin at 1; every part but the last
	// has at least 5 MiB.
	StartUpload(ctx context.Context, key, mediaType string) (upload string, err error)
	PutPart(ctx context.Context, key, upload string, part int, r io.Reader, size int64) error
	// FinishUpload joins the parts in order of their numbers into key.
	FinishUpload(ctx context.Context, key, upload string) error
	// AbortUpload forgets an upload and its parts.
	AbortUpload(ctx context.Context, key, upload string) error
	// Ping tells whether the store answers and the bucket exists.
	Ping(ctx context.Context) error
	// Kind is "directory" or "s3".
	Kind() string
}
