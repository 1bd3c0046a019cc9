package pipeline

import (
	"context"
	"iter"
	"sync"
)

// ordered applies f to every item on the given number of goroutines and hands
// the results to consume one after the other, in the order of the items. It is
// the only place where tamis starts goroutines.
//
// At most 2×workers results wait for their turn, so a slow item holds the rest
// back instead of filling the memory. The first error of items, f or consume
// ends the run and is returned; of several, the one of the earliest item. A
// worker has its own state of type S, made by newState, for what it reuses
// from item to item.
func ordered[I, R, S any](ctx context.Context, workers int, items iter.Seq2[I, error], newState func() S,
	f func(context.Context, S, I) (R, error), consume func(R) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	type result struct {
		value R
		err   error
	}
	type job struct {
		item I
		done chan result
	}
	jobs := make(chan job)
	queue := make(chan chan result, 2*workers) // results in the order of items

	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(queue)
		defer close(jobs)
		for item, err := range items {
			done := make(chan result, 1)
			select {
			case queue <- done:
			case <-ctx.Done():
				return
			}
			if err != nil {
				done <- result{err: err}
				return
			}
			select {
			case jobs <- job{item, done}:
			case <-ctx.Done():
				done <- result{err: ctx.Err()}
				return
			}
		}
	})
	for range workers {
		wg.Go(func() {
			state := newState()
			for j := range jobs {
				var r result
				if r.err = ctx.Err(); r.err == nil {
					r.value, r.err = f(ctx, state, j.item)
				}
				j.done <- r
			}
		})
	}

	var err error
	for done := range queue {
		if err != nil {
			continue // drain, so that nobody waits for us
		}
		r := <-done
		if err = r.err; err == nil {
			err = consume(r.value)
		}
		if err != nil {
			cancel()
		}
	}
	wg.Wait()
	if err == nil {
		err = context.Cause(ctx)
	}
	return err
}

// A lane applies a function to items one after the other, on a goroutine of its
// own: who puts them there goes on with other work.
type lane[T any] struct {
	items  chan T
	failed chan struct{} // closed when err is set
	done   chan struct{} // closed when all items are done
	err    error
	closed bool
}

// newLane returns a lane on which few items wait for f. It must be closed.
func newLane[T any](few int, f func(T) error) *lane[T] {
	l := &lane[T]{items: make(chan T, few), failed: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for item := range l.items {
			if l.err != nil {
				continue // drain, so that nobody waits for us
			}
			if l.err = f(item); l.err != nil {
				close(l.failed)
			}
		}
	}()
	return l
}

// put hands an item to the lane. It returns an error of an earlier one, if there
// was any.
func (l *lane[T]) put(item T) error {
	select {
	case l.items <- item:
		return nil
	case <-l.failed:
		return l.err
	}
}

// close waits for the items that were put on the lane and returns the first error.
// It may be called again.
func (l *lane[T]) close() error {
	if !l.closed {
		l.closed = true
		close(l.items)
	}
	<-l.done
	return l.err
}
