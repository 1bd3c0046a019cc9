package pipeline

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
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

// A lane takes its items in order, and an error ends it: nothing behind is done,
// nobody waits for it, and whoever asks hears of it.
func TestLane(t *testing.T) {
	var got []int
	l := newLane(2, func(i int) error { got = append(got, i); return nil })
	for i := range 100 {
		if err := l.put(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmp.Or(l.close(), l.close()); err != nil || len(got) != 100 || !slices.IsSorted(got) {
		t.Errorf("%d items, sorted %t, error %v", len(got), slices.IsSorted(got), err)
	}

	full := errors.New("disk full")
	done := 0
	l = newLane(2, func(i int) error {
		if i == 3 {
			return full
		}
		done++
		return nil
	})
	var err error
	for i := 0; i < 1000 && err == nil; i++ {
		err = l.put(i)
	}
	if cerr := l.close(); err != full || cerr != full || done != 3 {
		t.Errorf("put: %v, close: %v, %d items done; want %v and 3", err, cerr, done, full)
	}
}

// A list of forms counts the same with an index as without.
func TestForms(t *testing.T) {
	var fs forms
	for round := range 3 {
		for i := range 3 * shortForms {
			f := form{surface: strconv.Itoa(i), lang: "fr"}
			n := fs.of(f)
			if (n == nil) != (round == 0) {
				t.Fatalf("round %d, form %d: count %v", round, i, n)
			}
			if n == nil {
				n = fs.add(f)
			}
			n.mentions++
		}
	}
	for i, f := range fs.all {
		if f.surface != strconv.Itoa(i) || f.mentions != 3 {
			t.Errorf("form %d: %+v", i, f)
		}
	}
}
