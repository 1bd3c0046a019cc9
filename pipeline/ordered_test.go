package pipeline

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func upTo(n int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func none() struct{} { return struct{}{} }

func TestOrderedKeepsOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 16} {
		var got []int
		err := ordered(context.Background(), workers, upTo(500), none,
			func(_ context.Context, _ struct{}, i int) (int, error) {
				time.Sleep(time.Duration(rand.IntN(50)) * time.Microsecond)
				return i * i, nil
			},
			func(r int) error { got = append(got, r); return nil })
		if err != nil || len(got) != 500 || !slices.IsSorted(got) {
			t.Errorf("%d workers: %d results, sorted %t, error %v", workers, len(got), slices.IsSorted(got), err)
		}
	}
}

// The error that is returned is that of the earliest item, whichever worker
// fails first; nothing after it is consumed.
func TestOrderedReturnsEarliestError(t *testing.T) {
	early, late := errors.New("early"), errors.New("late")
	for range 50 {
		consumed := 0
		err := ordered(context.Background(), 8, upTo(100), none,
			func(_ context.Context, _ struct{}, i int) (int, error) {
				switch i {
				case 10:
					time.Sleep(100 * time.Microsecond)
					return 0, early
				case 11:
					return 0, late
				}
				return i, nil
			},
			func(int) error { consumed++; return nil })
		if err != early || consumed != 10 {
			t.Fatalf("error %v after %d items, want %v after 10", err, consumed, early)
		}
	}
}

func TestOrderedStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := ordered(ctx, 4, upTo(1_000_000), none,
		func(_ context.Context, _ struct{}, i int) (int, error) { return i, nil },
		func(int) error {
			if n++; n == 100 {
				cancel()
			}
			return nil
		})
	if !errors.Is(err, context.Canceled) || n > 1000 {
		t.Errorf("error %v after %d items", err, n)
	}
}
