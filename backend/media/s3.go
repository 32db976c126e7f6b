package media

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"darasa/backend/darasa"
)

// S3Options names a bucket and how to reach it.
type S3Options struct {
	Endpoint             string // host:port
	Bucket               string
	AccessKey, SecretKey string
	Region               string // "us-east-1" where empty, which MinIO takes
	Secure               bool   // TLS
}

// s3 keeps files in a bucket.
type s3 struct {
	core   minio.Core
	bucket string
	region string
}

var _ Store = s3{}

// partBytes is how much of a file of unknown length is held at a time; S3
// takes 10,000 parts, so that 78 GiB fit.
const partBytes = 8 << 20

// OpenS3 connects and checks the bucket; it makes it where it may.
func OpenS3(ctx context.Context, o S3Options) (Store, error) {
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	core, err := minio.NewCore(o.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: o.Secure, Region: o.Region,
		MaxRetries: 3, Transport: transport(),
	})
	if err != nil {
		return nil, errAddress.Because(err)
	}
	s := s3{core: *core, bucket: o.Bucket, region: o.Region}
	found, err := core.BucketExists(ctx, o.Bucket)
	if err != nil {
		return nil, s3Error(err)
	}
	if found {
		return s, nil
	}
	if err := core.MakeBucket(ctx, o.Bucket, minio.MakeBucketOptions{Region: o.Region}); err != nil {
		if code := minio.ToErrorResponse(err).Code; code == "BucketAlreadyOwnedByYou" {
			return s, nil
		}
		return nil, darasa.Fail(darasa.Unavailable, "Ndoo %q haipo na haikuweza kutengenezwa. Itengeneze, au toa ruhusa.",
			"The bucket %q does not exist and could not be made. Make it, or allow it.", o.Bucket).Because(err)
	}
	return s, nil
}

// transport gives up on a server that vanished within seconds.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 60 * time.Second,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       60 * time.Second,
		DisableCompression:    true,
	}
}

// Kind is "s3".
func (s s3) Kind() string { return "s3" }

// Put stores r under key.
func (s s3) Put(ctx context.Context, key, mediaType string, r io.Reader, size int64) error {
	if err := first(checkKey(key), checkType(mediaType)); err != nil {
		return err
	}
	src := newSource(r, size)
	if size == 0 && src.end() != io.EOF { // the client would not read at all
		return src.err
	}
	_, err := s.core.Client.PutObject(ctx, s.bucket, key, src, size, minio.PutObjectOptions{ContentType: mediaType, PartSize: partBytes, NumThreads: 1})
	if src.err != nil {
		return src.err
	}
	return s3Error(err)
}

// Open reads n bytes from offset.
func (s s3) Open(ctx context.Context, key string, offset, n int64) (io.ReadCloser, Info, error) {
	if err := checkKey(key); err != nil {
		return nil, Info{}, err
	}
	if offset < 0 {
		return nil, Info{}, errRange
	}
	if n == 0 {
		return s.openNothing(ctx, key, offset)
	}
	o := minio.GetObjectOptions{}
	switch {
	case n > 0:
		_ = o.SetRange(offset, offset+n-1)
	case offset > 0:
		_ = o.SetRange(offset, 0)
	}
	body, object, header, err := s.core.GetObject(ctx, s.bucket, key, o)
	if err != nil && offset == 0 && minio.ToErrorResponse(err).Code == "InvalidRange" {
		return s.openNothing(ctx, key, 0) // an empty file has no range at all
	}
	if err != nil {
		return nil, Info{}, s3Error(err)
	}
	info := describe(key, object)
	if _, total, ok := strings.Cut(header.Get("Content-Range"), "/"); ok {
		if info.Bytes, err = strconv.ParseInt(total, 10, 64); err != nil {
			body.Close()
			return nil, info, s3Error(err)
		}
	}
	return body, info, nil
}

// openNothing answers a range of no bytes.
func (s s3) openNothing(ctx context.Context, key string, offset int64) (io.ReadCloser, Info, error) {
	info, err := s.Stat(ctx, key)
	if err == nil && offset > 0 && offset >= info.Bytes {
		err = errRange
	}
	if err != nil {
		return nil, info, err
	}
	return io.NopCloser(strings.NewReader("")), info, nil
}

func describe(key string, o minio.ObjectInfo) Info {
	return Info{Key: key, Bytes: o.Size, Type: o.ContentType, At: darasa.At(o.LastModified)}
}

// Stat describes a file.
func (s s3) Stat(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	o, err := s.core.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, s3Error(err)
	}
	return describe(key, o), nil
}

// Delete removes a file where it is there.
func (s s3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return s3Error(s.core.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
}

// List walks the keys in order. A listing has no media types, so each file is
// asked for its own.
func (s s3) List(ctx context.Context, prefix string, f func(Info) error) error {
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	for o := range s.core.Client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return s3Error(o.Err)
		}
		info, err := s.Stat(ctx, o.Key)
		if darasa.CodeOf(err) == darasa.NotFound {
			continue
		}
		if err == nil {
			err = f(info)
		}
		if err != nil {
			return err
		}
	}
	return s3Error(ctx.Err())
}

// Ping asks for the bucket.
func (s s3) Ping(ctx context.Context) error {
	found, err := s.core.BucketExists(ctx, s.bucket)
	if err == nil && !found {
		return errNoBucket
	}
	return s3Error(err)
}
