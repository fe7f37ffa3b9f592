// Package rrweb reads and writes sessions as rrweb records them: JSON of the
// event types of @rrweb/types 2.2. Reading and writing lose nothing: what is
// written is deep-equal to what was read, with fields and events that this
// version does not know.
package rrweb

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// DecoderOptions change how a Decoder reads. The zero value is the default.
type DecoderOptions struct {
	// Start is what the events' times count from. Zero is the time of the
	// first event, in whole milliseconds.
	Start time.Time
	// MaxEvent is the most bytes of JSON that one event may take: 64 MiB.
	MaxEvent int
	// MaxMemory is the most bytes of memory that the nodes, attributes and
	// other records of one event may take, without their text: 512 MiB.
	MaxMemory int
}

const (
	defaultMaxEvent  = 64 << 20
	defaultMaxMemory = 512 << 20
)

// A SyntaxError says where the input is not what it should be. It never holds
// content.
type SyntaxError struct {
	Event  int   // index of the event
	Offset int64 // in bytes of the JSON text, decompressed
	Err    error
}

func (e *SyntaxError) Error() string {
	return "rrweb: event " + strconv.Itoa(e.Event) + " at offset " + strconv.FormatInt(e.Offset, 10) + ": " + e.Err.Error()
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// The reasons in a SyntaxError, beside *format.LimitError and the errors of the
// underlying reader.
var (
	ErrSyntax    = errors.New("invalid JSON")
	ErrTruncated = errors.New("cut short")
	ErrPacked    = errors.New("not a packed event")
)

// A Decoder reads events from JSON: an array of events, an object with an
// array called events, or events one after the other (one a line), and any
// mixture of them, gzip'd or not. A string in place of an event is one that
// @rrweb/packer packed, and parts of an event may be compressed as posthog-js
// does ("cv": "2024-10"); the marks that these add are taken off, so that what
// is written again is plain rrweb. What can not be decompressed stays as it is.
//
// A Decoder is not safe for concurrent use.
type Decoder struct {
	in    *limiter
	opts  DecoderOptions
	json  *jsonscan.Scanner
	names *names

	header format.Header
	begun  bool
	err    error
	first  *format.Event // read for the header, still to be yielded
	last   time.Duration // time of the event before
	count  int
	memory int // that the present event may still take
	nest   []nesting

	// What the lists of one event are cut from, and what of them is being read.
	nodes    slab[snapshot.Node]
	pointers slab[*snapshot.Node]
	attrs    slab[snapshot.Attr]
	children []*snapshot.Node
	attrList []snapshot.Attr
	readers  []*fieldReader // of the records that are being read, and free ones
	depth    int            // how many of them are in use
}

// A nesting is an array or object that events are being read from.
type nesting byte

const (
	inArray nesting = iota
	inWrapper
)

// NewDecoder returns a Decoder that reads from r.
func NewDecoder(r io.Reader, opts *DecoderOptions) *Decoder {
	d := &Decoder{names: &names{}}
	if opts != nil {
		d.opts = *opts
	}
	if d.opts.MaxEvent <= 0 {
		d.opts.MaxEvent = defaultMaxEvent
	}
	if d.opts.MaxMemory <= 0 {
		d.opts.MaxMemory = defaultMaxMemory
	}
	in := &start{r: r}
	switch head := in.peek(); {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		if r, d.err = gzip.NewReader(bufio.NewReaderSize(in, 64<<10)); d.err != nil {
			d.begun = true
			return d
		}
	case string(head) == "\uFEFF":
		in.head = nil
		r = in
	default:
		r = in
	}
	d.in = &limiter{r: r, left: d.opts.MaxEvent, max: d.opts.MaxEvent}
	d.json = jsonscan.New(d.in)
	return d
}

// A start is a reader of which the first bytes can be looked at.
type start struct {
	r    io.Reader
	head []byte
	err  error // that came with the head
}

// peek returns the first 3 bytes, or all there are.
func (s *start) peek() []byte {
	s.head = make([]byte, 3)
	n := 0
	for tries := 0; n < len(s.head) && s.err == nil && tries < 100; tries++ {
		var m int
		m, s.err = s.r.Read(s.head[n:])
		n += m
	}
	s.head = s.head[:n]
	return s.head
}

func (s *start) Read(p []byte) (int, error) {
	if n := copy(p, s.head); n > 0 {
		s.head = s.head[n:]
		return n, nil
	}
	if err := s.err; err != nil {
		s.err = nil
		return 0, err
	}
	return s.r.Read(p)
}

// A limiter is a reader that gives no more than max bytes an event.
type limiter struct {
	r         io.Reader
	left, max int
}

func (l *limiter) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, &format.LimitError{Limit: "JSON of an event", Max: l.max}
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// Header returns what the input tells of the session: its start, the recorder
// where the object around the events names it, and the viewport where the
// first event is a Meta. It reads as far as the first event.
func (d *Decoder) Header() (format.Header, error) {
	if d.begun {
		return d.header, d.err
	}
	d.begun = true
	if !d.opts.Start.IsZero() {
		d.header.Start = d.opts.Start
	}
	var e format.Event
	if e, d.err = d.next(); d.err == nil {
		d.first = &e
		if m, ok := e.Data.(*format.Meta); ok {
			d.header.Viewport = format.Size{Width: m.Width, Height: m.Height}
		}
	} else if d.err == io.EOF {
		return d.header, nil
	}
	return d.header, d.err
}

// Events yields the events in the order of the input. It can be used once. The
// error, if any, is a *SyntaxError and comes last, after all events before it.
func (d *Decoder) Events() iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		_, _ = d.Header()
		if d.first != nil {
			e := *d.first
			if d.first = nil; !yield(e, nil) {
				return
			}
		}
		for d.err == nil {
			var e format.Event
			if e, d.err = d.next(); d.err == nil && !yield(e, nil) {
				return
			}
		}
		if d.err != io.EOF {
			yield(format.Event{}, d.err)
		}
	}
}

// next reads the next event; io.EOF is the end.
func (d *Decoder) next() (format.Event, error) {
	d.nodes, d.pointers, d.attrs = slab[snapshot.Node]{}, slab[*snapshot.Node]{}, slab[snapshot.Attr]{}
	for {
		d.in.left, d.memory = d.in.max, d.opts.MaxMemory
		var err error
		switch kind := d.json.Peek(); {
		case kind == '[' && len(d.nest) == 0:
			err = d.json.Delim()
			d.nest = append(d.nest, inArray)
		case kind == ']':
			err = d.json.Delim()
			d.nest = d.nest[:max(len(d.nest)-1, 0)]
			if err == nil && len(d.nest) > 0 { // the rest of the object around
				err = d.wrapperEnd()
			}
		case kind == '{':
			e, more, err := d.object()
			if err != nil {
				return e, d.fail(err)
			}
			if more {
				d.count++
				return e, nil
			}
		case kind == '"':
			var v []byte
			if v, err = d.json.Value(); err == nil {
				e, err := d.unpack(jsonstr.Unquote(v))
				if err != nil {
					return e, d.fail(err)
				}
				d.count++
				return e, nil
			}
		default:
			var v []byte
			if v, err = d.json.Value(); err == nil {
				d.count++
				return format.Event{Time: d.last, Data: format.NewUnknown(d.raw(v))}, nil
			}
		}
		if err != nil {
			return format.Event{}, d.fail(err)
		}
	}
}

// fail gives err its place.
func (d *Decoder) fail(err error) error {
	if err == io.EOF && d.json.Depth() == 0 {
		return io.EOF
	}
	limit, isLimit := errors.AsType[*format.LimitError](err)
	switch {
	case isLimit:
		err = limit
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		err = ErrTruncated
	case err == jsonscan.ErrSyntax:
		err = ErrSyntax
	}
	return &SyntaxError{d.count, d.json.Offset(), err}
}

// charge takes n bytes off what the event may take.
func (d *Decoder) charge(n uintptr) error {
	if d.memory -= int(n); d.memory < 0 {
		return &format.LimitError{Limit: "memory of an event", Max: d.opts.MaxMemory}
	}
	return nil
}

// wrapperEnd reads what is left of an object with events.
func (d *Decoder) wrapperEnd() error {
	d.nest = d.nest[:0]
	for {
		name, err := d.json.Name()
		if name == nil || err != nil {
			return err
		}
		if string(name) != `"recorder"` || d.json.Peek() != '"' {
			err = d.json.Skip()
		} else if name, err = d.json.Value(); err == nil {
			d.recorder(name)
		}
		if err != nil {
			return err
		}
	}
}

func (d *Decoder) recorder(literal []byte) {
	d.header.Recorder.Name, d.header.Recorder.Version, _ = strings.Cut(jsonstr.Unquote(literal), " ")
}

// raw returns a JSON value without the white space between its tokens.
func (d *Decoder) raw(v []byte) string {
	return strings.ToValidUTF8(string(jsonscan.Compact(v)), "\uFFFD")
}
