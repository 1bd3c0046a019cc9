package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gcs "cloud.google.com/go/storage"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	azureobject "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob"
	_ "gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/gcsblob"
	_ "gocloud.dev/blob/memblob"
	_ "gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"
	"google.golang.org/api/googleapi"

	"tamis/output/filelock"
	"tamis/storage"
)

// The drivers. All clouds are reached through gocloud.dev/blob; what it has no
// word for is in this file, cloud by cloud: which object was read (version), and a
// write on the condition that an object still is that one (condition).

// A location is where a URL points.
type location struct {
	bucket string // as in the URL, with the scheme and without a query: "s3://bucket"
	prefix string // "" or a key
	query  string // options of the driver: "region=eu-west-3"
}

// isURL reports whether an argument is a URL, not a path.
func isURL(arg string) bool { return strings.Contains(arg, "://") }

// locate takes a URL apart. Keys stand in it as they are, nothing is decoded:
// "s3://bucket/à la mer/50%.html?region=eu-west-3".
func locate(u string) (location, error) {
	scheme, rest, _ := strings.Cut(u, "://")
	var l location
	if i := strings.LastIndexByte(rest, '?'); i >= 0 && strings.Contains(rest[i:], "=") {
		rest, l.query = rest[:i], rest[i+1:]
	}
	switch scheme {
	case "file":
		path := filepath.ToSlash(rest)
		if !strings.HasPrefix(path, "/") {
			return l, fmt.Errorf("%s: a file URL has three slashes, file:///folder", u)
		}
		l.bucket = "file://" + strings.TrimRight(path, "/")
	case "s3", "gs", "azblob", "mem":
		bucket, prefix, _ := strings.Cut(rest, "/")
		if bucket == "" {
			return l, fmt.Errorf("%s names no bucket", u)
		}
		l.bucket, l.prefix = scheme+"://"+bucket, prefix
	default:
		return l, fmt.Errorf("%s: s3://, gs://, azblob:// and file:// are URLs that can be read", u)
	}
	return l, nil
}

// open connects to a bucket. endpoint, if not "", is the address of a service that
// speaks the cloud's language.
func (l location) open(ctx context.Context, endpoint string) (*bucket, error) {
	scheme, name, _ := strings.Cut(l.bucket, "://")
	q, err := url.ParseQuery(l.query)
	if err != nil {
		return nil, usage(fmt.Errorf("%s?%s: %w", l.bucket, l.query, err))
	}
	standard := func(key, value string) {
		if !q.Has(key) {
			q.Set(key, value)
		}
	}
	var e *url.URL
	if endpoint != "" && scheme != "file" && scheme != "mem" {
		if e, err = url.Parse(endpoint); err != nil || e.Host == "" || e.Scheme != "http" && e.Scheme != "https" {
			return nil, usage(fmt.Errorf("--endpoint %s: the address of a service, such as https://s3.example.org", endpoint))
		}
	}
	b := &bucket{scheme: scheme}
	u := &url.URL{Scheme: scheme, Host: name}
	switch scheme {
	case "file":
		b.dir = filepath.FromSlash(name)
		u = &url.URL{Scheme: scheme, Path: name}
		standard("create_dir", "1")
		standard("no_tmp_dir", "1") // a rename does not cross file systems
		standard("metadata", "skip")
	case "s3":
		if e != nil {
			standard("endpoint", endpoint)
			standard("hostname_immutable", "true")
			standard("use_path_style", "true")
			// Other services may not know the checksums that Amazon's does.
			standard("request_checksum_calculation", "when_required")
			standard("response_checksum_validation", "when_required")
			if os.Getenv("AWS_REGION") == "" && os.Getenv("AWS_DEFAULT_REGION") == "" {
				standard("region", "us-east-1")
			}
		}
	case "gs":
		if e != nil {
			if e.Scheme != "http" {
				return nil, usage(fmt.Errorf("--endpoint %s: for gs://, an emulator at an http address", endpoint))
			}
			if err := os.Setenv("STORAGE_EMULATOR_HOST", e.Host); err != nil { // there is no other way
				return nil, err
			}
		}
	case "azblob":
		if e != nil {
			standard("protocol", e.Scheme)
			standard("domain", e.Host)
			if e.Scheme == "http" {
				standard("localemu", "true")
			}
		}
	}
	u.RawQuery = q.Encode()
	if b.b, err = blob.OpenBucket(ctx, u.String()); err != nil {
		return nil, fmt.Errorf("%s: %w", l.bucket, err)
	}
	return b, nil
}

// A bucket is a storage.Store.
type bucket struct {
	scheme string
	b      *blob.Bucket
	dir    string // of file://
	mu     sync.Mutex
}

// storeError is an error of a cloud that is one of the errors of stores, too.
type storeError struct {
	is  error
	err error
}

func (e *storeError) Error() string   { return e.err.Error() }
func (e *storeError) Unwrap() []error { return []error{e.is, e.err} }

// errorOf says what an error is in the terms of storage.Store.
func (b *bucket) errorOf(err error) error {
	var s3err smithy.APIError
	var gerr *googleapi.Error
	var is error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &gerr) && gerr.Code == http.StatusForbidden: // which gocloud calls "not found"
		is = fs.ErrPermission
	case errors.As(err, &gerr) && gerr.Code == http.StatusRequestedRangeNotSatisfiable,
		errors.As(err, &s3err) && s3err.ErrorCode() == "InvalidRange",
		b.scheme == "azblob" && strings.Contains(err.Error(), "InvalidRange"):
		is = storage.ErrChanged // shorter than it was
	case errors.As(err, &s3err) && s3err.ErrorCode() == "InvalidObjectState": // in an archive
		is = fs.ErrPermission
	case gcerrors.Code(err) == gcerrors.NotFound:
		is = fs.ErrNotExist
	case gcerrors.Code(err) == gcerrors.PermissionDenied:
		is = fs.ErrPermission
	case gcerrors.Code(err) == gcerrors.FailedPrecondition:
		is = storage.ErrChanged
	default:
		return err
	}
	return &storeError{is, err}
}

func (b *bucket) List(ctx context.Context, prefix string) iter.Seq2[storage.Object, error] {
	return func(yield func(storage.Object, error) bool) {
		it := b.b.List(&blob.ListOptions{Prefix: prefix})
		var files []storage.Object // of a folder, which are listed folder by folder
		for tries := 1; ; {
			o, err := it.Next(ctx)
			if err == io.EOF {
				break
			}
			if err != nil && b.scheme == "file" && errors.Is(b.errorOf(err), fs.ErrNotExist) && tries < mostListings {
				// A file went between the reading of its folder and the look at it.
				it, files, tries = b.b.List(&blob.ListOptions{Prefix: prefix}), files[:0], tries+1
				continue
			}
			if err != nil {
				yield(storage.Object{}, b.errorOf(err))
				return
			}
			object := storage.Object{Key: o.Key, Size: o.Size}
			switch {
			case b.scheme != "file":
				if !yield(object, nil) {
					return
				}
			case !isLock(o.Key) && !unfinished.MatchString(o.Key):
				files = append(files, object)
			}
		}
		slices.SortFunc(files, func(a, b storage.Object) int { return strings.Compare(a.Key, b.Key) })
		for _, object := range files {
			if !yield(object, nil) {
				return
			}
		}
	}
}

// mostListings bounds how often a folder is listed while files in it go.
const mostListings = 20

// unfinished matches the names of files that the driver of folders is writing: they
// are renamed to their keys.
var unfinished = regexp.MustCompile(`\.[0-9a-f]{16}\.tmp$`)

func (b *bucket) Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, storage.Object, error) {
	r, err := b.b.NewRangeReader(ctx, key, offset, length, nil)
	if err != nil {
		return nil, storage.Object{}, b.errorOf(err)
	}
	return r, storage.Object{Key: key, Size: r.Size(), Version: version(r)}, nil
}

// version returns what a cloud calls the bytes that are read: a tag or a number.
func version(r *blob.Reader) string {
	var s3out s3.GetObjectOutput
	var gout *gcs.Reader
	var aout azureobject.DownloadStreamResponse
	switch {
	case r.As(&s3out) && s3out.ETag != nil:
		return *s3out.ETag
	case r.As(&gout):
		return strconv.FormatInt(gout.Attrs.Generation, 10)
	case r.As(&aout) && aout.ETag != nil:
		return string(*aout.ETag)
	}
	return fmt.Sprintf("%d-%d", r.ModTime().UnixNano(), r.Size())
}

// condition makes a write one that is done only if the object has the version, or
// if there is none and version is "".
func condition(scheme, version string, o *blob.WriterOptions) {
	if version == "" {
		o.IfNotExist = true
		return
	}
	o.BeforeWrite = func(as func(any) bool) error {
		var s3in *transfermanager.UploadObjectInput
		var object **gcs.ObjectHandle
		var azureOptions *azblob.UploadStreamOptions
		switch {
		case as(&s3in):
			s3in.IfMatch = aws.String(version)
		case as(&object):
			generation, err := strconv.ParseInt(version, 10, 64)
			if err != nil {
				return err
			}
			*object = (*object).If(gcs.Conditions{GenerationMatch: generation})
		case as(&azureOptions):
			tag := azcore.ETag(version)
			azureOptions.AccessConditions = &azblob.AccessConditions{ModifiedAccessConditions: &azureobject.ModifiedAccessConditions{IfMatch: &tag}}
		default:
			return fmt.Errorf("%s:// has no conditional writes", scheme)
		}
		return nil
	}
}

// A part of an upload has partBytes, and partsAtOnce are in memory. Amazon allows
// 10,000 parts.
const (
	partBytes   = 16 << 20
	partsAtOnce = 2
)

func (b *bucket) Write(ctx context.Context, key, mediaType string, open func() (io.ReadCloser, error)) error {
	r, err := open()
	if err != nil {
		return err
	}
	defer r.Close()
	return b.write(ctx, key, r, &blob.WriterOptions{ContentType: mediaType, BufferSize: partBytes, MaxConcurrency: partsAtOnce})
}

// write stores what r gives, or nothing.
func (b *bucket) write(ctx context.Context, key string, r io.Reader, o *blob.WriterOptions) error {
	r = &untilDone{ctx, r}
	if b.scheme == "s3" || b.scheme == "azblob" {
		// Where these drivers have a way of their own to upload a stream, an
		// error of the stream ends it before the object appears. The context of
		// an upload lives on for a while: the driver for S3 removes the parts
		// under it. (The writer of the one for Azure panics after an error.)
		upload, stop := context.WithCancel(context.WithoutCancel(ctx))
		defer stop()
		defer context.AfterFunc(ctx, func() { time.AfterFunc(tidyTime, stop) })()
		return b.errorOf(b.b.Upload(upload, key, r, o))
	}
	ctx, stop := context.WithCancel(ctx) // which is how the others are told to store nothing
	defer stop()
	w, err := b.b.NewWriter(ctx, key, o)
	if err != nil {
		return b.errorOf(err)
	}
	if _, err := io.Copy(w, r); err != nil {
		stop()
		w.Close()
		return b.errorOf(err)
	}
	return b.errorOf(w.Close())
}

// tidyTime is what an upload that was given up has to clean up behind it.
const tidyTime = 15 * time.Second

// untilDone reads until its context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if done := u.ctx.Err(); done != nil {
		return n, done
	}
	return n, err
}

func (b *bucket) Load(ctx context.Context, key string) (data []byte, v string, err error) {
	r, err := b.b.NewReader(ctx, key, nil)
	if err != nil {
		return nil, "", b.errorOf(err)
	}
	defer r.Close()
	if data, err = io.ReadAll(r); err != nil {
		return nil, "", b.errorOf(err)
	}
	if b.local() {
		return data, contentVersion(data), nil
	}
	return data, version(r), nil
}

func (b *bucket) Swap(ctx context.Context, key, mediaType string, data []byte, version string) error {
	o := &blob.WriterOptions{ContentType: mediaType, BufferSize: max(partBytes, len(data)+1)}
	if b.local() {
		unlock, err := b.lock(ctx, key)
		if err != nil {
			return err
		}
		defer unlock()
		_, now, err := b.Load(ctx, key)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if now != version {
			return storage.ErrChanged
		}
	} else {
		condition(b.scheme, version, o)
	}
	err := b.write(ctx, key, bytes.NewReader(data), o)
	if version != "" && errors.Is(err, fs.ErrNotExist) {
		return storage.ErrChanged // there is none any more
	}
	return err
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	err := b.errorOf(b.b.Delete(ctx, key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// local reports whether the bucket is a folder or memory, which know no
// conditions: there, who swaps holds a lock and compares contents.
func (b *bucket) local() bool { return b.scheme == "file" || b.scheme == "mem" }

func contentVersion(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// lockName is the file beside an object of file:// that locks it.
const lockName = ".tamis-lock"

func isLock(key string) bool { return key == lockName || strings.HasSuffix(key, "/"+lockName) }

// lock waits until no one else swaps.
func (b *bucket) lock(ctx context.Context, key string) (unlock func(), err error) {
	if b.scheme == "mem" {
		b.mu.Lock()
		return b.mu.Unlock, nil
	}
	file := filepath.Join(b.dir, filepath.FromSlash(key[:strings.LastIndexByte(key, '/')+1]), lockName)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return nil, err
	}
	for {
		f, err := filelock.Lock(file)
		switch {
		case err == nil:
			return func() { filelock.Unlock(f) }, nil
		case errors.Is(err, filelock.ErrNone):
			return nil, fmt.Errorf("%s: %w", file, err)
		case !errors.Is(err, filelock.ErrLocked):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}
