package main

import (
	"context"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

// The pipeline knows shards and nothing of what is in them: its elements are
// indices. For each phase it has
//
//	list, which emits the indices of the phase;
//	Reshuffle, which spreads them over the workers;
//	work, which has tamis do a shard;
//	GroupByKey under one key, which is the barrier: it hands its group on when
//	all shards are done.
//
// Phases keep what they made in the plan's folder and do not do it again, so that
// the runner may repeat a shard as often as it likes, also at the same time.
func build(s beam.Scope, t tamis, phases []phase) {
	gate := barrier(s, beam.Create(s, 0))
	for _, f := range phases {
		if f.Shards == 0 {
			continue // no group would come out of its barrier, and nothing behind it would run
		}
		s := s.Scope(f.Name)
		indices := beam.Reshuffle(s, beam.ParDo(s, &list{f.Shards}, gate))
		gate = barrier(s, beam.ParDo(s, &work{t, f}, indices))
	}
	beam.ParDo0(s.Scope("commit"), &publish{t}, gate)
}

func barrier(s beam.Scope, c beam.PCollection) beam.PCollection {
	return beam.GroupByKey(s, beam.AddFixedKey(s, c))
}

// Beam finds the functions of a worker by their type, so they are registered
// before main runs. This is the one place where the SDK leaves no choice.
func init() {
	register.DoFn3x0[int, func(*int) bool, func(int)](&list{})
	register.DoFn3x1[context.Context, int, func(int), error](&work{})
	register.DoFn3x1[context.Context, int, func(*int) bool, error](&publish{})
	register.Emitter1[int]()
	register.Iter1[int]()
}

// list emits the indices of a phase when all of the phase before are done.
type list struct{ Shards int }

func (l *list) ProcessElement(_ int, _ func(*int) bool, emit func(int)) {
	for i := range l.Shards {
		emit(i)
	}
}

// work does one shard of a phase.
type work struct {
	Tamis tamis
	Phase phase
}

func (w *work) ProcessElement(ctx context.Context, index int, emit func(int)) error {
	if err := w.Tamis.shard(ctx, w.Phase, index); err != nil {
		return err
	}
	emit(index)
	return nil
}

// publish commits the plan when all phases are done.
type publish struct{ Tamis tamis }

func (p *publish) ProcessElement(ctx context.Context, _ int, _ func(*int) bool) error {
	return p.Tamis.commit(ctx)
}
