package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/pagetape/pagetape/format"
)

const sealHelp = `Live tapes, the parts of a session that several workers wrote, and tapes that lie
one after the other in a file become one tape, which is smaller and has an
index and keyframes. Events are merged by time, and times count from the start
of the first tape. Of parts with one batch name the first is taken.

  -level LEVEL    how well to compress: fast, better or best
  -batch ID       the batch name of the tape that is written
  -keyfile FILE   the key of the tapes, and of the one that is written

A damaged tape is refused; recover saves what can be read of it.
`

func seal(env *environment, args []string) error {
	f := env.flags()
	out := outFlag(f)
	batch := f.String("batch", "", "")
	how := levelFlag(f)
	key := keyFlag(f)
	inputs, err := env.inputs(f, args, out)
	if err != nil {
		return err
	}
	if err := overwrites(*out, inputs...); err != nil {
		return err
	}
	opts := format.WriterOptions{Batch: *batch}
	if opts.Level, err = level(*how); err != nil {
		return err
	}
	if opts.Key, err = key.key(); err != nil {
		return err
	}
	var tapes []*format.Reader
	var before int64
	for _, name := range inputs {
		t, err := key.open(name, false)
		if err != nil {
			return err
		}
		defer t.Close()
		tapes = append(tapes, t.Reader)
		before += t.Size()
	}
	events, size, err := sealed(*out, &opts, tapes, nil)
	if err != nil {
		if len(inputs) == 1 {
			err = named(inputs[0], err)
		}
		if _, ok := errors.AsType[*format.CorruptError](err); ok {
			err = fmt.Errorf("%w; recover saves what can be read", key.explain(err))
		}
		return err
	}
	fmt.Fprintf(env.out, "%d events of %s sealed in %s: %d bytes before, %d after\n", events, plural(len(inputs), "tape"), *out, before, size)
	return nil
}

// sealed writes a sealed tape of tapes, and returns how many events and bytes
// it has. Of damage nothing is left, unless the caller accepts it.
func sealed(name string, opts *format.WriterOptions, tapes []*format.Reader, accept func(error) bool) (events, size int64, err error) {
	out, err := create(name)
	if err != nil {
		return 0, 0, err
	}
	if out.to == "" {
		return 0, 0, errors.Join(usage("-o is no regular file"), out.discard())
	}
	count := counter{w: out}
	buf := bufio.NewWriterSize(&count, 256<<10)
	err = format.Seal(buf, opts, tapes...)
	if err != nil && accept != nil && accept(err) {
		err = nil
	}
	if err = errors.Join(err, buf.Flush()); err != nil {
		return 0, 0, errors.Join(err, out.discard())
	}
	t, err := format.NewReader(out, count.n, &format.ReaderOptions{Key: opts.Key})
	var s format.Summary
	if err == nil {
		s, err = t.Summary() // from the index
	}
	if err == nil && s.Counts.Events == 0 && accept != nil {
		err = errors.New("no events")
	}
	if err != nil {
		return 0, 0, errors.Join(err, out.discard())
	}
	return s.Counts.Events, count.n, out.commit()
}

// A counter counts the bytes that are written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
