package format

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"reflect"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// What the tests of package format_test see of the inside of summaries.
type Summarizer struct{ z summarizer }

func (s *Summarizer) Add(e *Event)     { s.z.add(e) }
func (s *Summarizer) Summary() Summary { return s.z.summary() }

// ScanStyleEdits is StyleEdits without the shortcut for plain diffs.
func ScanStyleEdits(diff string) []snapshot.StyleEdit { return scanStyleEdits(nil, diff) }

// Recode writes events as the payload of a live frame and reads them again,
// keyframes too, which a Writer takes from nobody.
func Recode(events ...Event) ([]Event, error) {
	for i := range events {
		if _, err := measure(&events[i]); err != nil {
			return nil, err
		}
	}
	return Unpack(Pack(events...), Limits{})
}

// Pack returns the payload of a live frame with the events.
func Pack(events ...Event) []byte {
	p := newPacker(newInterner())
	for i := range events {
		p.event(&events[i])
	}
	var w wire.Writer
	p.write(&w, true)
	return w.Bytes()
}

// PatchOf returns the patch that makes payload of base.
func PatchOf(base, payload []byte) []byte {
	var w wire.Writer
	appendPatch(&w, base, payload)
	return w.Bytes()
}

// Same says whether events are equal to the bit: NaN is NaN.
func Same(a, b []Event) bool { return bytes.Equal(Pack(a...), Pack(b...)) }

// Unpack reads the payload of a frame.
func Unpack(payload []byte, l Limits) (events []Event, err error) {
	l = l.withDefaults()
	return newUnpacker(l).all(&heap{limits: l}, payload)
}

// Payloads returns what every frame of a tape says: its head, and its payload as
// it is when it is decoded.
func Payloads(tape, key []byte) (all []string, kinds []FrameKind, err error) {
	s := scanner{opts: ReaderOptions{Limits: Limits{}.withDefaults()}, heads: true}
	s.src.r = bytes.NewReader(tape)
	if s.aead, err = newAEAD(key); err != nil {
		return nil, nil, err
	}
	for {
		f, _, err := s.next()
		if err == io.EOF {
			return all, kinds, nil
		}
		if err != nil {
			return nil, nil, err
		}
		b := tape[f.Offset : f.Offset+f.Size]
		payload, err := s.payload(f, b[f.Size-int64(f.Stored):])
		if err != nil {
			return nil, nil, err
		}
		all = append(all, string(b[:f.Size-int64(f.Stored)])+string(payload))
		kinds = append(kinds, f.Kind)
	}
}

// Stored returns the stored payloads of the frames of that kind.
func Stored(tape []byte, kind FrameKind) (all []string) {
	for _, f := range Split(tape) {
		if f.Kind == kind {
			all = append(all, string(f.Payload))
		}
	}
	return all
}

// RawOf returns an event of a kind that is not known.
func RawOf(k Kind, msgpack string) *Unknown { return &Unknown{kind: k, Raw: msgpack} }

// Find returns what Redact would put the mask in place of.
func Find(s string, fold bool, values ...string) (found []string) {
	for _, p := range newNeedles(values, fold).find(s, false) {
		found = append(found, s[p.from:p.to])
	}
	return found
}

// EncodeSummary and DecodeSummary are the way of a summary through an INDEX.
func EncodeSummary(s *Summary) []byte { return Pack(Event{Data: s}) }

func DecodeSummary(b []byte, budget int) (Summary, error) {
	events, err := Unpack(b, Limits{Memory: budget})
	if err != nil || len(events) != 1 {
		return Summary{}, err
	}
	return *events[0].Data.(*Summary), nil
}

// FrameList is the list of frames in an INDEX.
type FrameList = frameList

// IndexOf returns the payload of an INDEX with that list.
func IndexOf(list *FrameList) []byte {
	var w wire.Writer
	(&index{list: *list}).encode(&w)
	return w.Bytes()
}

// FootOf returns the FOOT of a part that is that long without it.
func FootOf(part int64, indexSize int) []byte { return appendFoot(nil, part, indexSize) }

// ElementSize is what an element of a List is charged at.
const ElementSize = elementSize

// What SPEC.md says in numbers, as the code has it.
var (
	HeaderKeys = []int{frameEpoch, frameSeq, frameStart, frameSpan, frameEvents, frameGeneration, frameFlags, frameWindow, frameNonce, frameBatch}
	HeadKeys   = []int{
		headMajor, headTables, headSession, headRecorder, headStart, headProperties, headUserAgent, headBrowser, headOS,
		headScreen, headViewport, headLocale, headTimeZone, headGeo, headMasking, headMaskingHash,
	}
	// TemplateBits are in the order of the numbers, from 8.
	TemplateBits = []int{
		templateChildren, templateAttrs, templateCSS, templateShadow, templateHost, templateCustom, templateStyle,
		templateBlock, templateSVG, templateMath, templateRoot, templateOther, templateExtra,
	}
	ValueRoles = valueRoles[:]
	AttrRole   = attrRole
	// LimitRows are the limits in the order of SPEC.md.
	LimitRows = func() []int {
		l := Limits{}.withDefaults()
		return []int{maxHeader, l.Frame, l.Memory, l.Values, l.Strings, l.StringBytes, l.Frames, l.Window, l.Depth, maxNesting}
	}()
	FrameOffsets = []int{0, offKind, offCodec, offHeader, offStored, offDecoded, offHeadCRC, offStoreCRC, headSize}
)

const (
	FootSize       = footSize
	EpochSize      = epochSize
	Tables         = tables
	TableTemplates = tableTemplates
	TableBytes     = tableBytes
	TablesVersion  = tablesVersion
	SmallPart      = tailSize / 2
	TailSize       = tailSize
)

// TemplateElements is how many elements a section of templates has.
func TemplateElements() int { return 4 + len((&templateSection{}).columns()) }

// StaticStrings are the static strings of a role, number 0 among them.
func StaticStrings(r Role) []string { return statics()[r].list }

// WithEpoch is a tape with the same frames as another, of that epoch.
func WithEpoch(tape, epoch []byte) (out []byte) {
	for _, f := range Split(tape) {
		at, err := frameAt(f.Bytes(), 0, Limits{}.withDefaults())
		if err != nil {
			panic(err)
		}
		f.Header = bytes.Replace(f.Header, []byte(at.epoch), epoch, 1)
		out = append(out, f.Bytes()...)
	}
	return out
}

// List, Next and Count let a test make a Writer lie: in the list of frames that
// the index gets, in the header of the frame of the events that wait, in the
// summary.
func (t *Writer) List() *frameList { return &t.list }
func (t *Writer) Next() *Frame     { return &t.frame }
func (t *Writer) Count(e *Event)   { t.summary.add(e) }

// HeadOf returns the payload of a HEAD.
func HeadOf(h Header) []byte {
	var w wire.Writer
	h.encode(&w)
	return w.Bytes()
}

// Before returns the bytes of the tape before the first frame of that kind.
func (t *Reader) Before(k FrameKind) []byte {
	for i := range t.Frames {
		if f := &t.Frames[i]; f.Kind == k {
			b, _ := t.bytes(0, f.Offset, new([]byte))
			return bytes.Clone(b)
		}
	}
	return nil
}

// Recheck makes the checksums of the frame at the beginning of b right, if it
// is one.
func Recheck(b []byte) {
	if len(b) < headSize {
		return
	}
	header, stored, err := frameLengths(b, Limits{}.withDefaults())
	if err != nil || headSize+header+stored > len(b) {
		return
	}
	crc := crc32.Update(crc32.Checksum(b[:offHeadCRC], castagnoli), castagnoli, b[headSize:headSize+header])
	binary.BigEndian.PutUint32(b[offHeadCRC:], crc)
	binary.BigEndian.PutUint32(b[offStoreCRC:], crc32.Checksum(b[headSize+header:headSize+header+stored], castagnoli))
}

// IdleUnpackers returns how many unpackers are kept, and how many of them have
// something of a tape in the memory that they scan into.
func IdleUnpackers() (all, dirty int) {
	var list []*unpacker
	for u, ok := unpackers.take(); ok; u, ok = unpackers.take() {
		list = append(list, u)
	}
	for _, u := range list {
		unpackers.put(u)
		if s := u.again; s != nil && !reflect.ValueOf(*s).FieldByName("mutation").IsZero() {
			dirty++
		} else if s != nil {
			for _, v := range []any{s.texts, s.values, s.attrs, s.removes, s.adds, s.room.nodes, s.room.children, s.room.attrs, s.known[:], s.kept.attrs} {
				v := reflect.ValueOf(v)
				v = v.Slice(0, v.Cap())
				for i := range v.Len() {
					if !v.Index(i).IsZero() {
						dirty++
						break
					}
				}
			}
		}
	}
	return len(list), dirty
}
