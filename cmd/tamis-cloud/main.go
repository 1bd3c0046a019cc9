// Command tamis-cloud is "tamis run" for dumps and tables in object stores: its
// inputs and its output may be URLs. It is a module of its own, so that the program
// tamis links none of the drivers.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"tamis/pipeline"
	"tamis/storage"
)

// Exit statuses, those of tamis.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitRejects = 3
)

// A statusError carries the exit status of the command.
type statusError struct {
	status int
	err    error
}

func (e statusError) Error() string { return e.err.Error() }
func (e statusError) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return statusError{exitUsage, err}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := newRoot(&stores{}).ExecuteContext(ctx); err != nil {
		s := statusError{status: exitFailed}
		errors.As(err, &s)
		fmt.Fprintf(os.Stderr, "tamis-cloud: %v\n", err)
		os.Exit(s.status)
	}
}

func newRoot(s *stores) *cobra.Command {
	root := &cobra.Command{
		Use:   "tamis-cloud",
		Short: "Sift dumps in object stores into Parquet tables",
		Long: `tamis-cloud turns dumps into tables as "tamis run" does, from and to object stores:

  tamis-cloud run s3://bucket/dump/ --out s3://bucket/tables/ --work work/
  tamis-cloud doctor s3://bucket/tables/

URLs are s3://bucket/key, gs://bucket/key, azblob://container/key and
file:///folder; what is none is a path. Credentials are found where each cloud's
own tools find them. Options of a driver stand behind a question mark:
"s3://bucket/dump/?region=eu-west-3".

Exit status: 0 done; 1 failed, nothing half-written can be seen; 2 wrong usage;
3 done, but more sources were rejected than --max-rejects allows.`,
		Version:       pipeline.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.PersistentFlags().StringVar(&s.endpoint, "endpoint", "", "address of a service that speaks S3 (or the language of the URL's cloud), such as https://s3.example.org")
	root.AddCommand(newRun(s), newDoctor(s))
	return root
}

// stores opens the buckets of URLs, each once.
type stores struct {
	endpoint string
	backoff  storage.Backoff
	open     map[string]storage.Store
}

// at returns the store that a location is in, with retries around it. The first
// time, it looks whether there is an answer at all: what is wrong with names and
// credentials is not worth retries.
func (s *stores) at(ctx context.Context, l location) (storage.Store, error) {
	name := l.bucket + "?" + l.query
	if s.open[name] != nil {
		return s.open[name], nil
	}
	b, err := l.open(ctx, s.endpoint)
	if err != nil {
		return nil, err
	}
	for _, err := range b.List(ctx, l.prefix) {
		if err != nil {
			return nil, fmt.Errorf("%s can't be listed: %w", l.bucket, err)
		}
		break
	}
	if s.open == nil {
		s.open = make(map[string]storage.Store)
	}
	s.open[name] = storage.Retry(b, s.backoff)
	return s.open[name], nil
}
