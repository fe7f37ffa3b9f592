package rrweb

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// compressMark is the version of posthog-js' partial compression that this
// package knows, as the member "cv" of the event: the data of a full snapshot,
// and the lists of a mutation and of rules of a style sheet, are JSON text
// compressed by gzip, with each byte written as the character of that number.
const compressMark = `"2024-10"`

func isCompressMark(m snapshot.Member) bool { return m.Name == "cv" && m.Value == compressMark }

// decompress decompresses what is compressed of an event, and takes the mark
// off where all of it could be read. Where not, the event stays as it came. The
// error is a *format.LimitError: that text would be more than an event's.
func (d *Decoder) decompress(env *envelope) error {
	if !slices.ContainsFunc(env.members, isCompressMark) {
		return nil
	}
	if env.data == nil && strings.HasPrefix(env.early, "{") { // it came before the type
		if data := d.late(env); data != nil {
			env.data, env.early = data, ""
		}
	}
	limit := &limiter{left: d.opts.MaxEvent, max: d.opts.MaxEvent}
	var ok bool
	var err error
	switch data := env.data.(type) {
	case nil:
		ok, err = d.decompressData(env, limit)
	case *format.Mutation:
		ok, err = d.decompressLists(data, limit, "texts", "attributes", "removes", "adds")
	case *format.SheetRules:
		ok, err = d.decompressLists(data, limit, "adds", "removes")
	}
	if ok {
		if env.members = slices.DeleteFunc(env.members, isCompressMark); len(env.members) == 0 {
			env.members = nil
		}
	}
	return err
}

// decompressData decompresses the whole data of an event that is a string.
func (d *Decoder) decompressData(env *envelope, limit *limiter) (bool, error) {
	if !strings.HasPrefix(env.early, `"`) || kindOf(env.typ, 0) != format.KindFullSnapshot {
		return false, nil
	}
	text, err := inflate(env.early, limit)
	if err != nil || !strings.HasPrefix(string(text), "{") {
		return false, err
	}
	env.early = d.raw(text)
	return true, nil
}

// decompressLists decompresses those of a record's lists that are strings, and
// so have been kept beside its fields.
func (d *Decoder) decompressLists(rec format.Record, limit *limiter, names ...string) (bool, error) {
	lists := []byte{'{'}
	var done []string
	for _, m := range *rec.Rest() {
		if !slices.Contains(names, m.Name) || !strings.HasPrefix(m.Value, `"`) {
			continue
		}
		text, err := inflate(m.Value, limit)
		if err != nil || !strings.HasPrefix(string(text), "[") {
			return false, err
		}
		if len(done) > 0 {
			lists = append(lists, ',')
		}
		lists = append(append(jsonstr.Append(lists, m.Name), ':'), text...)
		done = append(done, m.Name)
	}
	sub := d.sub(append(lists, '}'))
	if err := sub.json.Delim(); err != nil {
		return false, err
	}
	rest := rec.Rest()
	kept := slices.DeleteFunc(slices.Clone(*rest), func(m snapshot.Member) bool { return slices.Contains(done, m.Name) })
	if *rest = kept; len(kept) == 0 {
		*rest = nil
	}
	f := fieldReader{d: sub, rest: rest}
	f.all(rec)
	return f.err == nil, f.err
}

// inflate returns the JSON text that was compressed into a string; nil if it
// was none.
func inflate(literal string, limit *limiter) ([]byte, error) {
	packed := make([]byte, 0, len(literal))
	for _, r := range jsonstr.Unquote([]byte(literal)) {
		if r > 0xFF {
			return nil, nil
		}
		packed = append(packed, byte(r))
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, nil
	}
	limit.r = z
	text, err := io.ReadAll(limit)
	if err != nil {
		if limit.left <= 0 {
			return nil, err
		}
		return nil, nil
	}
	text = bytes.TrimSpace(text)
	if !jsonscan.Valid(text) {
		return nil, nil
	}
	return text, nil
}
