package rrweb

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zlib"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// packMark is the version of @rrweb/packer that this package knows, as the
// member "v" of the packed event.
const packMark = `"v1"`

// unpack reads an event from a string: its JSON text, or that text compressed
// by zlib, with each byte written as the character of that number.
func (d *Decoder) unpack(s string) (format.Event, error) {
	text := []byte(s)
	if !strings.HasPrefix(s, "{") {
		packed := make([]byte, 0, len(s))
		for _, r := range s {
			if r > 0xFF {
				return format.Event{}, ErrPacked
			}
			packed = append(packed, byte(r))
		}
		z, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			return format.Event{}, ErrPacked
		}
		limit := &limiter{r: z, left: d.opts.MaxEvent, max: d.opts.MaxEvent}
		if text, err = io.ReadAll(limit); err != nil {
			if limit.left <= 0 {
				return format.Event{}, err
			}
			return format.Event{}, ErrPacked
		}
	}
	sub := d.sub(text)
	sub.in, sub.nest = &limiter{}, []nesting{inArray}
	sub.header.Start, sub.last = d.header.Start, d.last
	if sub.json.Peek() != '{' {
		return format.Event{}, ErrPacked
	}
	e, _, err := sub.object()
	if err != nil {
		return format.Event{}, ErrPacked
	}
	d.header.Start, d.last = sub.header.Start, sub.last
	e.Extra = slices.DeleteFunc(e.Extra, func(m snapshot.Member) bool { return m.Name == "v" && m.Value == packMark })
	if len(e.Extra) == 0 {
		e.Extra = nil
	}
	return e, nil
}
