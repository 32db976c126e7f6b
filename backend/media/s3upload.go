package media

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/minio/minio-go/v7"

	"darasa/backend/darasa"
)

// StartUpload begins a multipart upload.
func (s s3) StartUpload(ctx context.Context, key, mediaType string) (string, error) {
	if err := first(checkKey(key), checkType(mediaType)); err != nil {
		return "", err
	}
	upload, err := s.core.NewMultipartUpload(ctx, s.bucket, key, minio.PutObjectOptions{ContentType: mediaType})
	return upload, s3Error(err)
}

// checkUpload keeps what is no upload's name out of an address.
func checkUpload(upload string) error {
	if upload == "" || strings.ContainsAny(upload, "/\\") || strings.Contains(upload, "..") {
		return errMissing
	}
	return nil
}

// PutPart stores one part.
func (s s3) PutPart(ctx context.Context, key, upload string, part int, r io.Reader, size int64) error {
	if err := first(checkKey(key), checkUpload(upload), checkPart(part)); err != nil {
		return err
	}
	src := newSource(r, size)
	_, err := s.core.PutObjectPart(ctx, s.bucket, key, upload, part, src, size, minio.PutObjectPartOptions{})
	if src.err != nil {
		return src.err
	}
	return s3Error(err)
}

// FinishUpload asks which parts arrived and joins them.
func (s s3) FinishUpload(ctx context.Context, key, upload string) error {
	if err := first(checkKey(key), checkUpload(upload)); err != nil {
		return err
	}
	var parts []minio.CompletePart
	for marker := 0; ; {
		page, err := s.core.ListObjectParts(ctx, s.bucket, key, upload, marker, 1000)
		if err != nil {
			return s3Error(err)
		}
		for _, p := range page.ObjectParts {
			parts = append(parts, minio.CompletePart{PartNumber: p.PartNumber, ETag: p.ETag})
		}
		if !page.IsTruncated || page.NextPartNumberMarker <= marker {
			break
		}
		marker = page.NextPartNumberMarker
	}
	if len(parts) == 0 {
		return errNoParts
	}
	_, err := s.core.CompleteMultipartUpload(ctx, s.bucket, key, upload, parts, minio.PutObjectOptions{})
	return s3Error(err)
}

// AbortUpload forgets an upload.
func (s s3) AbortUpload(ctx context.Context, key, upload string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if checkUpload(upload) != nil {
		return nil
	}
	err := s3Error(s.core.AbortMultipartUpload(ctx, s.bucket, key, upload))
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	return err
}

var (
	errNoBucket = darasa.Fail(darasa.Unavailable, "Ndoo ya faili haipo tena kwenye seva.", "The bucket is gone from the file server.")
	errGone     = darasa.Fail(darasa.Unavailable, "Seva ya faili haijibu.", "The file server does not answer.")
	errAccess   = darasa.Fail(darasa.Unavailable, "Seva ya faili imekataa ufunguo wetu. Angalia ufunguo, siri na ruhusa za ndoo.",
		"The file server refused our key. Check the key, the secret and the bucket's permissions.")
)

// s3Error turns an answer of the server, or its absence, into ours.
func s3Error(err error) error {
	if err == nil {
		return nil
	}
	var e *darasa.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return errEnded.Because(err)
	}
	answer := minio.ToErrorResponse(err)
	switch answer.Code {
	case "NoSuchKey", "NoSuchUpload":
		return errMissing.Because(err)
	case "NoSuchBucket":
		return errNoBucket.Because(err)
	case "InvalidRange":
		return errRange.Because(err)
	case "EntityTooSmall":
		return errSmallPart.Because(err)
	case "XMinioParentIsObject", "XMinioObjectExistsAsDirectory", "XMinioInvalidObjectName", "KeyTooLongError":
		return errKey.Because(err)
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch":
		return errAccess.Because(err)
	case "XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded":
		return errFull.Because(err)
	}
	if answer.StatusCode == 0 || answer.StatusCode >= 500 {
		return errGone.Because(err)
	}
	return darasa.Fail(darasa.Internal, "Seva ya faili imejibu kwa njia isiyotarajiwa.", "The file server gave an unexpected answer.").Because(err)
}
