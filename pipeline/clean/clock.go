package clean

import (
	"bytes"
	"context"
	"errors"
)

// CleanContext is CleanAs for a document that must not take for ever: when ctx
// is done the work stops, wherever it is, and the error is the cause of ctx.
// What is cleaned in time is the same as without a limit.
func CleanContext(ctx context.Context, raw []byte, mediaType, charset string) (p *Page, err error) {
	c := &clock{ctx: ctx}
	defer func() {
		if e := recover(); e == errStopped {
			p, err = nil, context.Cause(ctx)
		} else if e != nil {
			panic(e)
		}
	}()
	return c.clean(raw, mediaType, charset)
}

// A clock is asked now and then, in each loop that may run long, whether there
// is time left. Where there is none it ends the work with a panic, which
// CleanContext takes back: the loops stand deep, one of them in a library. A
// nil clock has all the time.
type clock struct {
	ctx   context.Context
	asked int
}

var errStopped = errors.New("no time left")

// ask looks at the time.
func (c *clock) ask() {
	if c != nil && c.ctx.Err() != nil {
		panic(errStopped)
	}
}

// tick asks from time to time: it costs next to nothing.
func (c *clock) tick() {
	if c == nil {
		return
	}
	if c.asked++; c.asked&1023 == 0 {
		c.ask()
	}
}

// reader reads a page for a parser, and asks at each piece.
func (c *clock) reader(page []byte) *timed { return &timed{bytes.NewReader(page), c} }

type timed struct {
	r *bytes.Reader
	c *clock
}

func (t *timed) Read(b []byte) (int, error) {
	t.c.ask()
	return t.r.Read(b)
}
