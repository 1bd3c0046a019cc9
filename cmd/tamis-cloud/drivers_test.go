package main

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"tamis/storage"
	"tamis/storage/storagetest"
)

// A backend is a service that the drivers are tested against. Those that are
// programs of their own are named by environment variables, which "make
// test-cloud" sets for what it could get.
type backend struct {
	name string
	url  string // of an empty bucket
	// start makes the bucket ready and returns the address for --endpoint.
	start func(t testing.TB) (endpoint string)
}

var backends = []backend{
	{"file", "file://", func(testing.TB) string { return "" }},
	{"memory", "mem://bucket", func(testing.TB) string { return "" }},
	{"S3 in process", "s3://bucket", inProcess},
	{"S3 of versitygw", "s3://bucket", versitygw},
	{"Azurite", "azblob://bucket", azurite},
	{"fake-gcs-server", "gs://bucket", fakeGCS},
}

// What the services are opened with.
const (
	account = "tester"
	secret  = "testing-testing"
)

var azureKey = base64.StdEncoding.EncodeToString([]byte(secret))

// TestMain gives the drivers credentials where they look for them.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_REGION": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
		"AZURE_STORAGE_ACCOUNT": account, "AZURE_STORAGE_KEY": azureKey} {
		os.Setenv(name, value)
	}
	os.Exit(m.Run())
}

// inProcess is an S3 server in memory.
func inProcess(t testing.TB) string {
	store := s3mem.New()
	if err := store.CreateBucket("bucket"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(store).Server())
	t.Cleanup(server.Close)
	return server.URL
}

// versitygw is an S3 gateway over a folder, a process of its own.
func versitygw(t testing.TB) string {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bucket"), 0o777); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	server(t, "VERSITYGW", address, "--access", account, "--secret", secret, "--port", address, "--quiet", "posix", "--sidecar", t.TempDir(), dir)
	return "http://" + address
}

// azurite is Microsoft's emulator.
func azurite(t testing.TB) string {
	address := freeAddress(t)
	host, port, _ := net.SplitHostPort(address)
	server(t, "AZURITE", address, "--blobHost", host, "--blobPort", port, "--location", t.TempDir(), "--silent", "--skipApiVersionCheck", "--disableProductStyleUrl")
	credential, err := container.NewSharedKeyCredential(account, azureKey)
	if err != nil {
		t.Fatal(err)
	}
	client, err := container.NewClientWithSharedKeyCredential("http://"+address+"/"+account+"/bucket", credential, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Create(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return "http://" + address
}

// fakeGCS is an emulator of Google's storage.
func fakeGCS(t testing.TB) string {
	address := freeAddress(t)
	host, port, _ := net.SplitHostPort(address)
	server(t, "FAKE_GCS_SERVER", address, "-scheme", "http", "-host", host, "-port", port, "-backend", "memory", "-public-host", address)
	answer, err := http.Post("http://"+address+"/storage/v1/b?project=test", "application/json", strings.NewReader(`{"name": "bucket"}`))
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the bucket can't be made: %v, %v", answer, err)
	}
	answer.Body.Close()
	return "http://" + address
}

func freeAddress(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// server starts the program that a variable names, and waits until it answers.
func server(t testing.TB, variable, address string, args ...string) {
	program := os.Getenv(variable)
	if program == "" {
		t.Skipf("%s does not name the program; make test-cloud gets it", variable)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, args...)
	c.Stdout, c.Stderr = log, log
	c.Env = append(os.Environ(), "AZURITE_ACCOUNTS="+account+":"+azureKey)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { c.Wait(); close(ended) }()
	t.Cleanup(func() {
		c.Process.Kill()
		<-ended
		log.Close()
	})
	for wait := time.Now(); time.Since(wait) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return
		}
		select {
		case <-ended:
			b, _ := os.ReadFile(log.Name())
			t.Fatalf("%s ended: %s", program, b)
		default:
		}
	}
	t.Fatalf("%s does not answer", program)
}

// openAt opens the backend's bucket at an address.
func (b backend) openAt(t testing.TB, endpoint string) *bucket {
	t.Helper()
	u := b.url
	if u == "file://" {
		u += filepath.ToSlash(t.TempDir())
	}
	l, err := locate(u)
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.open(t.Context(), endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The same tests for all: each backend keeps what storage.Store promises.
func TestContract(t *testing.T) {
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			storagetest.Contract(t, b.openAt(t, b.start(t)))
		})
	}
}

// faults stands between a driver and a server: it answers some requests with an
// error, cuts some answers short, and loses some altogether.
type faults struct {
	next http.Handler

	mu                   sync.Mutex
	requests             int
	failed, cut, dropped int
}

func (f *faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.URL.Path, "/l/many/") { // the drivers wait between their own tries
		f.next.ServeHTTP(w, r)
		return
	}
	f.mu.Lock()
	f.requests++
	n := f.requests
	object := strings.Count(strings.Trim(r.URL.Path, "/"), "/") > 0
	switch {
	case n%8 == 0:
		f.failed++
		f.mu.Unlock()
		io.Copy(io.Discard, r.Body)
		http.Error(w, "<Error><Code>InternalError</Code></Error>", http.StatusInternalServerError)
		return
	case n%8 == 3 && r.Method == http.MethodGet && object:
		f.cut++
		f.mu.Unlock()
		f.next.ServeHTTP(&cutWriter{ResponseWriter: w, left: 100_000}, r)
		return
	case n%8 == 6 && r.Method == http.MethodPut && object:
		f.dropped++
		f.mu.Unlock()
		f.next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler) // done, and the answer is lost
	}
	f.mu.Unlock()
	f.next.ServeHTTP(w, r)
}

// A cutWriter breaks the connection after some bytes.
type cutWriter struct {
	http.ResponseWriter
	left int
}

func (w *cutWriter) Write(b []byte) (int, error) {
	if len(b) > w.left {
		w.ResponseWriter.Write(b[:w.left])
		w.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	w.left -= len(b)
	return w.ResponseWriter.Write(b)
}

// faulty puts faults in front of a server.
func faulty(t *testing.T, endpoint string) (*faults, string) {
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(u)
		r.Out.Host = r.In.Host // which is signed
	}}
	f := &faults{next: proxy}
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return f, s.URL
}

// patient asks often and soon.
var patient = storage.Backoff{Tries: 40, First: time.Millisecond, Most: 20 * time.Millisecond}

// With retries, the S3 servers keep the promises through injected errors, cut
// connections and lost answers too, that of the conditional write among them.
func TestFaults(t *testing.T) {
	for _, b := range backends {
		if !strings.HasPrefix(b.url, "s3:") {
			continue
		}
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			f, endpoint := faulty(t, b.start(t))
			storagetest.Contract(t, storage.Retry(b.openAt(t, endpoint), patient))
			if f.failed < 10 || f.cut < 3 || f.dropped < 5 {
				t.Errorf("of %d requests, %d failed, %d were cut, %d dropped: too few to say anything", f.requests, f.failed, f.cut, f.dropped)
			}
		})
	}
}

// An upload that breaks off leaves no parts either, which no listing would show
// and which cost money.
func TestNoPartsLeft(t *testing.T) {
	for _, b := range backends {
		if !strings.HasPrefix(b.url, "s3:") {
			continue
		}
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			s := b.openAt(t, b.start(t))
			var client *s3.Client
			if !s.b.As(&client) {
				t.Fatal("the driver has no client")
			}
			uploads := func() int {
				out, err := client.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String("bucket")})
				if err != nil {
					t.Fatal(err)
				}
				return len(out.Uploads)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			left, during := 6*partBytes, 0
			err := s.Write(ctx, "large", "application/octet-stream", func() (io.ReadCloser, error) {
				return io.NopCloser(readerFunc(func(p []byte) (int, error) {
					if left -= len(p); left < partBytes {
						during = uploads()
						stop()
					}
					return len(p), ctx.Err()
				})), nil
			})
			if err == nil || during != 1 {
				t.Errorf("%v, with %d uploads at work", err, during)
			}
			if n := uploads(); n != 0 {
				t.Errorf("%d uploads are left", n)
			}
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// What is wrong with names and credentials is said at once.
func TestNoBucket(t *testing.T) {
	endpoint := inProcess(t)
	s := &stores{endpoint: endpoint}
	began := time.Now()
	_, err := s.at(t.Context(), location{bucket: "s3://none"})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "s3://none") {
		t.Errorf("%v", err)
	}
	s = &stores{endpoint: "http://" + freeAddress(t)}
	if _, err := s.at(t.Context(), location{bucket: "s3://bucket"}); err == nil {
		t.Error("nobody is there, and no error")
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestLocate(t *testing.T) {
	for _, c := range []struct {
		url  string
		want location
	}{
		{"s3://bucket", location{bucket: "s3://bucket"}},
		{"s3://bucket/", location{bucket: "s3://bucket"}},
		{"s3://bucket/a/b c/50%.txt", location{"s3://bucket", "a/b c/50%.txt", ""}},
		{"s3://bucket/dump/?region=eu-west-3&profile=x", location{"s3://bucket", "dump/", "region=eu-west-3&profile=x"}},
		{"s3://bucket/is it?.html", location{"s3://bucket", "is it?.html", ""}},
		{"gs://bucket/dump", location{"gs://bucket", "dump", ""}},
		{"azblob://container/dump/", location{"azblob://container", "dump/", ""}},
		{"file:///mnt/tables/", location{"file:///mnt/tables", "", ""}},
	} {
		if got, err := locate(c.url); err != nil || got != c.want {
			t.Errorf("locate(%s) = %+v, %v; want %+v", c.url, got, err, c.want)
		}
	}
	for _, u := range []string{"s3:///key", "http://example.org/dump", "file://tables", "ftp://x/y"} {
		if got, err := locate(u); err == nil {
			t.Errorf("locate(%s) = %+v, and no error", u, got)
		}
	}
}
