package format_test

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/format"
)

// handHead is the payload of a HEAD with a start.
const handHead = "\x83\x01\x01\x02\x01\x05\xcf\x18\xea\xaa\xcd\x41\x3b\x80\x00"

// hand is a tape of one EVENTS.
func hand(head, payload string) []byte {
	return append(frame(1, 0, len(head), "\x80", head), frame(2, 0, len(payload), "\x80", payload)...)
}

// payloads are written by hand: what this version's Writer does not write.
func (s *set) payloads() {
	s.put("more-elements", "Elements, tables, fields and keys of a newer version, which are skipped", hand(
		"\x84"+handHead[1:]+"\x63\x92\xc0\x81\xa1x\x01",
		"\x99\xdc\x00\x14"+strings.Repeat("\x00", 18)+"\xc0\xa1x"+ // bases of 20 tables
			"\x92\x94\x28\x00\x90\xc0"+ // a section of table 40
			"\x95\x07\x0f\x92\x04\x07\xc4\x0btag!{\"a\":1}\xc0"+
			"\xc0\x91\x05\x92\xce\x00\x0f\x42\x40\xc0\xc0\xc0"+
			"\x92\x05\x95\xc0\x91\x01\x91\x02\x91\x07\x92\xc0\xc0"+ // two fields more
			"\x81\xa1x\x01"))
	s.put("unknown-kind", "An event of kind 100 between two others, row-wise", hand(handHead,
		"\x98\x90\xc0\xc0\x93\x13\x64\x13\x92\x01\x93\x05\x05\x05\xc0\xc0\x94\x64\x91\x93\xc0\xa1x\x81\x01\x02\x13\x92\xc0\x92\x03\x03"))
	s.put("wide-integers", "Integers and lengths in longer forms than they need, columns of zeros as arrays", hand(
		"\xde\x00\x03\xcc\x01\xd3\x00\x00\x00\x00\x00\x00\x00\x01\xd2\x00\x00\x00\x02\xcf\x00\x00\x00\x00\x00\x00\x00\x01"+handHead[5:],
		"\xdd\x00\x00\x00\x08\xdc\x00\x02\xd0\x00\xcd\x00\x00"+
			"\xdc\x00\x01\xdd\x00\x00\x00\x04\xce\x00\x00\x00\x03\xd1\x00\x08\x91\xcf\x00\x00\x00\x00\x00\x00\x00\x03\xda\x00\x03x:y"+
			"\x94\x90\xc0\xc0\xc0\x91\xd1\x00\x04\x92\xd3\x00\x00\x00\x00\x00\x00\x00\x01\x91\xd2\xff\xff\xff\xff\x91\xcc\x00\x93\x91\x00\x90\xc0"+
			"\x92\xcc\x04\x94\x93\xdc\x00\x01\x00\xc0\x90\x91\xcc\x01\x91\xcb\x40\x04\x00\x00\x00\x00\x00\x00\x91\xd0\xff"))
	s.put("no-epoch", "Frames without an epoch are not numbered; kinds of groups in another order", hand(handHead,
		"\x98\x90\xc0\xc0\x93\x13\x14\x13\x92\x01\xc0\xc0\xc0\x94\x14\x92\xc0\x91\x05\x13\x92\xc0\x92\x03\x04"))
}

func (s *set) malformed() {
	events := func(payload string) string { return string(frame(2, 0, len(payload), "\x80", payload)) }
	// One event: no tables of its own, no nodes, its kind, its time, its batch.
	event := func(kind, data string) string {
		return "\x98\x90\xc0\xc0\x91" + kind + "\x92\x01\xc0\xc0\xc0\x92" + kind + data
	}
	good := events(event("\x13", "\x93\xc0\x91\x03\x91\x05"))
	for _, m := range []struct {
		name, about, class string
		events             int
		tape               string
	}{
		{"nothing", "An empty file", "truncated", 0, ""},
		{"no-tape", "Some other file", "format", 0, "<!doctype html><title>x</title>"},
		{"no-tape-short", "Shorter than a frame, and no beginning of one", "format", 0, "\x89rrx"},
		{"half-a-mark", "The beginning of a sync mark", "truncated", 0, "\x89r"},
		{"no-head", "EVENTS first", "format", 0, good},
		{"newer-major", "Major version 2", "version", 0, string(frame(1, 0, 5, "\x80", "\x82\x01\x02\x02\x01"))},
		{"newer-statics", "Static tables 2", "version", 0, string(frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x02"))},
		{"newer-major-form", "Major version 2, and a session id that is a number", "version", 0, string(frame(1, 0, 5, "\x80", "\x82\x01\x02\x03\x05"))},
		{"newer-major-cut", "Major version 2, and half a map", "payload", 0, string(frame(1, 0, 4, "\x80", "\x82\x01\x02\x03"))},
		{"head-no-map", "HEAD is an array", "payload", 0, string(frame(1, 0, 1, "\x80", "\x90"))},
		{"head-leftovers", "A byte behind the map of HEAD", "payload", 0, string(frame(1, 0, 6, "\x80", "\x82\x01\x01\x02\x01\xc0"))},
		{"second-head", "A second part is of major version 2", "version", 1, s.head + good + string(frame(1, 0, 5, "\x80", "\x82\x01\x02\x02\x01"))},
		{"codec", "Codec 77", "version", 1, s.head + good + string(frame(2, 77, 1, "\x80", "x"))},
		{"header-long", "A header of 5,000 bytes", "limit", 1, s.head + good + string(frame(2, 0, 0, strings.Repeat("\x80", 5000), ""))},
		{"decoded-long", "1 GiB decoded", "limit", 1, s.head + good + string(frame(2, 1, 1<<30, "\x80", "x"))},
		{"header-map", "A header that claims 65,535 pairs", "payload", 1, s.head + good + string(frame(2, 0, 0, "\xde\xff\xff", ""))},
		{"header-leftovers", "A byte behind the map of a header", "payload", 1, s.head + good + string(frame(2, 0, 0, "\x80\xc0", ""))},
		{"raw-length", "Raw, and shorter than its decoded length", "payload", 1, s.head + good + string(frame(2, 0, 5, "\x80", "x"))},
		{"zstd-garbage", "Codec 1, and no zstd", "payload", 1, s.head + good + string(frame(2, 1, 5, "\x80", "hello"))},
		{"array-bomb", "An array of 4 billion", "payload", 1, s.head + good + events("\xdd\xff\xff\xff\xff")},
		{"bytes-bomb", "Text of 4 billion bytes", "payload", 1, s.head + good + events("\x98\x90\x91\x94\x01\x00\x90\xc6\xff\xff\xff\xffx")},
		{"text-short", "A string longer than the text", "payload", 1, s.head + good + events("\x98\x90\x91\x94\x01\x5f\x91\x7f\xc4\x01x\xc0\x91\x13\x92\x01\xc0\xc0\xc0\x92\x13\x91\xc0")},
		{"text-left", "Text that no string takes", "payload", 1, s.head + good + events("\x98\x90\x91\x94\x01\x5f\x91\x01\xc4\x02xy\xc0\x91\x13\x92\x01\xc0\xc0\xc0\x92\x13\x91\xc0")},
		{"numbers-again", "A section that begins before the end of the last one", "payload", 1, s.head + good +
			events("\x98\x90\x92\x94\x01\x5f\x92\x01\x01\xc4\x02xy\x94\x01\x60\x91\x01\xc4\x01x\xc0\x91\x13\x92\x01\xc0\xc0\xc0\x92\x13\x91\xc0")},
		{"payload-map", "A map in an array's place", "payload", 1, s.head + good + events("\x81\x01\x02")},
		{"payload-short", "Seven elements", "payload", 1, s.head + good + events("\x97\x90\xc0\xc0\x91\x13\x92\x01\xc0\xc0\xc0")},
		{"leftovers", "A byte behind the payload's array", "payload", 1, s.head + good + events(event("\x13", "\x91\xc0")+"\xc0")},
		{"heap-leftovers", "A byte behind the sections of a HEAP", "payload", 1, s.head + good + string(frame(4, 0, 2, "\x80", "\xc0\xc0"))},
		{"nested", "100 arrays in each other where the kind is not known", "limit", 1, s.head + good + events(event("\x7e", "\x91"+strings.Repeat("\x91", 100)+"\xc0"))},
		{"extension", "An extension type where the kind is not known", "payload", 1, s.head + good + events(event("\x7e", "\x91\xd4\x05\x81"))},
		{"kind-256", "A kind of 256", "payload", 1, s.head + good + events(event("\xcd\x01\x00", "\x91\xc0"))},
		{"kind-without-records", "A kind without records", "payload", 1, s.head + good + events("\x98\x90\xc0\xc0\x91\x13\x92\x01\xc0\xc0\xc0\x90")},
		{"records-twice", "Records of one kind twice", "payload", 1, s.head + good + events("\x98\x90\xc0\xc0\x91\x13\x92\x01\xc0\xc0\xc0\x94\x13\x91\xc0\x13\x91\xc0")},
		{"column-length", "A column of two values for one record", "payload", 1, s.head + good + events(event("\x04", "\x92\xc0\x92\x01\x01"))},
		{"column-text", "A string in a column", "payload", 1, s.head + good + events(event("\x13", "\x92\xc0\x91\xa1x"))},
		{"pieces-bytes", "Bytes among the pieces of a string", "payload", 1, s.head + good + events("\x98\x90\x91\x94\x01\x5f\x91\x92\x01\xc4\x01x\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0")},
		{"ids-short", "Two nodes, and a column of one id", "payload", 1, s.head + good +
			events("\x98\x90\x91\x98\x10\x01\x90\x92\x09\x01\xc0\xc0\xc0\xc0\x94\x92\x01\x02\xc0\x91\x05\x91\x01\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0")},
		{"children-short", "A node with children, and no number of them", "payload", 1, s.head + good +
			events("\x98\x90\x91\x98\x10\x01\x90\x91\x09\xc0\xc0\xc0\xc0\x94\x91\x01\xc0\xc0\x90\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0")},
		{"track-missing", "A node on a track that there is not", "payload", 1, s.head + good +
			events("\x98\x90\x91\x98\x10\x01\x90\x91\x09\xc0\xc0\xc0\xc0\x94\x91\x01\x91\x01\xc0\x91\x00\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0")},
		{"track-nine", "A node on a track beyond a new one", "payload", 1, s.head + good +
			events("\x98\x90\x91\x98\x10\x01\x90\x91\x09\xc0\xc0\xc0\xc0\x94\x91\x01\x91\x09\xc0\x91\x00\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0")},
		{"names-short", "Two elements as templates, and one name", "payload", 1, s.head + good +
			events("\x98\x90\x91\x95\x10\x01\x90\x92\x03\x03\x91\x03\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0")},
		{"names-long", "One element as a template, and two names", "payload", 1, s.head + good +
			events("\x98\x90\x91\x95\x10\x01\x90\x91\x03\x92\x03\x00\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0")},
		{"scale", "A number with a scale of -1", "payload", 1, s.head + good + events(event("\x13", "\x93\xc0\xc0\x91\x92\x07\xff"))},
		{"bases-negative", "A base below the static strings", "payload", 1, s.head + good + events("\x98\x91\xff\xc0\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0")},
		{"header-key-text", "A key of a header is text", "payload", 1, s.head + good + string(frame(2, 0, 0, "\x81\xa1x\x01", ""))},
		{"epoch-number", "An epoch that is a number", "payload", 1, s.head + good + string(frame(2, 0, 0, "\x81\x01\x07", ""))},
		{"static-numbers", "A section that begins among the static strings", "payload", 1, s.head + good +
			events("\x98\x90\x91\x94\x01\x07\x91\x01\xc4\x01x\xc0\x91\x13\x92\x01\xc0\xc0\xc0\x92\x13\x91\xc0")},
		{"string-missing", "A reference to a string that was never given", "gap", 1, s.head + good + events(event("\x04", "\x92\xc0\x91\xcd\x7f\xff"))},
		{"template-missing", "A reference to a template that was never given", "gap", 1, s.head + good + events("\x98\x90\xc0\x94\x91\x01\xc0\xc0\xc0\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0")},
		{"nodes-missing", "A full snapshot and no nodes", "payload", 1, s.head + good + events(event("\x03", "\x91\xc0"))},
		{"records-bomb", "A list of 2 billion records that take no bytes", "limit", 1, s.head + good + events(event("\x11", "\x92\xc0\x92\x91\xce\x7f\xff\xff\xff\x91\xc0"))},
		{"id-large", "An id of more than 32 bits", "payload", 1, s.head + good + events(event("\x13", "\x92\xc0\x91\xcf\x00\x00\x00\x01\x00\x00\x00\x00"))},
		{"junk", "Bytes between frames", "format", 1, s.head + good + strings.Repeat("junk", 8) + good},
		{"foot-length", "A FOOT of a longer part", "gap", 1, s.head + good + string(frame(0x87, 0, 0, "\x82\x02\xce\x00\x00\x00\x00\x04\xcf\x00\x00\x00\x00\x00\x00\x10\x00", ""))},
		{"nonce", "A nonce of three bytes", "key", 1, s.head + good + string(frame(2, 0, 0, "\x81\x0c\xc4\x03abc", ""))},
	} {
		s.wrong(m.name, m.about, m.class, m.events, []byte(m.tape))
	}

	tape := still("bad", write(s.t, format.Header{Session: "s", Start: start}, &format.WriterOptions{Live: true, Flush: 64}, vectorEvents(0)[4:8]...))
	list := format.Split(tape)
	sizes, at := make([]int, len(list)), 0
	for i := range list {
		sizes[i] = at
		at += len(list[i].Bytes())
	}
	flip := func(at int) []byte {
		b := bytes.Clone(tape)
		b[at] ^= 4
		return b
	}
	count := func(tape []byte) int {
		got, _ := read(tape, nil)
		return len(got)
	}
	drop := func(i int) []byte {
		b := bytes.Clone(tape[:sizes[i]])
		return append(b, tape[sizes[i+1]:]...)
	}
	third := count(tape[:sizes[3]])
	s.wrong("cut-head", "Cut in the first frame", "truncated", 0, tape[:sizes[1]-3])
	s.wrong("cut-header", "Cut in the first 24 bytes of the fourth frame", "truncated", third, tape[:sizes[3]+20])
	s.wrong("cut-payload", "Cut in the payload of the fourth frame", "truncated", third, tape[:sizes[4]-1])
	s.wrong("flip-header", "A bit of the fourth frame's header", "checksum", third, flip(sizes[3]+30))
	s.wrong("flip-payload", "A bit of the fourth frame's payload", "checksum", third, flip(sizes[4]-1))
	s.wrong("flip-length", "A bit of the fourth frame's decoded length", "checksum", third, flip(sizes[3]+15))
	s.wrong("flip-foot", "A bit of the FOOT", "checksum", count(tape), flip(len(tape)-1))
	s.wrong("frame-missing", "The third frame is missing", "gap", count(tape[:sizes[2]]), drop(2))
	s.wrong("frame-twice", "The third frame comes twice", "gap", third, slices.Concat(tape[:sizes[3]], tape[sizes[2]:]))
	s.wrong("head-missing", "The HEAD is missing, and the number of the first frame tells it", "gap", 0, tape[sizes[1]:])
	other := still("other", write(s.t, format.Header{Session: "s", Start: start}, &format.WriterOptions{Live: true, Flush: 64}, vectorEvents(0)[4:8]...))
	s.wrong("other-epoch", "The third frame is another tape's", "gap", count(tape[:sizes[2]]), slices.Concat(tape[:sizes[2]], other[sizes[2]:]))
	sealed := still("sealed", write(s.t, format.Header{Session: "s", Start: start}, nil, vectorEvents(0)[2:6]...))
	s.wrong("heap-missing", "The HEAP is missing, and the numbers of frames tell it", "gap", 0, reframe(sealed, func(f []format.RawFrame) []format.RawFrame {
		return slices.Delete(f, 1, 2)
	}))
	s.wrong("heap-missing-unnumbered", "The HEAP is missing, and nothing tells it but its strings", "gap", 0, reframe(sealed, func(f []format.RawFrame) []format.RawFrame {
		for i := range f {
			if f[i].Kind != format.FrameFoot {
				f[i].Header = []byte("\x80")
			}
		}
		return slices.Delete(f, 1, 2)
	}))
}
