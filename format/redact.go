package format

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/internal/wire"
)

// RedactOptions say what Redact erases.
type RedactOptions struct {
	// Roles are the roles of which all strings become the mask: RoleInput is
	// all that was typed, RoleText all text of the page. Text that is white
	// space stays. Names of elements and attributes are masked only if
	// RoleTagName or RoleAttrName is asked for, and lose what they mean.
	Roles []Role
	// Values are replaced by the mask wherever they occur, inside strings of
	// any role: as they are, percent-encoded as in URLs, with the escapes of
	// strings in JSON and JavaScript or the character references of HTML, in
	// the base64 of data: URLs, and as up to three of these around each other.
	// Short values hit what is none: "an" is in every word like "want".
	Values []string
	// IgnoreCase finds values in upper and lower case.
	IgnoreCase bool
	// Replace returns what becomes of a string, for rules of the caller's own.
	// It is called for every string that Roles do not mask, before Values are
	// looked for; with RolePlain for those of headers, batch names and frames
	// of newer versions. JSON text should stay JSON text.
	Replace func(role Role, s string) string
	// Mask is what stands for what was erased: "***". No value can be in it.
	Mask string
	// Key encrypts the result. Without it, what was encrypted is again, with
	// the key of the Reader.
	Key []byte
}

// A RedactReport says how much Redact changed, and never what.
type RedactReport struct {
	// Roles are the strings of the tape's tables that were changed. A tape has
	// a string once in each segment, however often events have it.
	Roles map[Role]RedactCount
	// Labels are the strings changed in headers, names of batches and
	// summaries.
	Labels int
	// Rows are the records of kinds that this version does not know, which
	// were emptied.
	Rows int
	// Frames are the frames that were left out: of ancillary kinds that this
	// version does not know, and what is damaged, with Salvage.
	Frames int
}

// A RedactCount is a number of strings, and of the bytes that they had before.
type RedactCount struct{ Strings, Bytes int64 }

const defaultMask = "***"

// Redact erases a person's values from a stored tape, as for a request under
// Art. 17 GDPR, and writes the tape without them to w. It rewrites the tables of
// strings, the headers and the summaries; events, keyframes, times and numbers
// are copied as they are. What was sealed, live, or in several parts is so
// again. The parts have new epochs. A part in which something was changed has a
// REDACT frame that says how much (SPEC.md, section 2).
//
// Redact knows strings, not people. It does not find
//   - a value that is split over two strings: over sibling text nodes, or typed
//     key by key, where each event has a little more of it. Mask RoleInput for
//     those, or strip the echoes when the session is masked (package mask);
//   - a value in another spelling: other spaces or hyphens, composed characters
//     for decomposed ones, a hash of it, compressed or encrypted bytes;
//   - what pictures and canvases show, and what numbers of events tell;
//   - strings of the format itself, such as "submit" or "input", which are in
//     its static tables and not in the tape;
//   - the old tape, its copies and backups, which the caller has to delete.
//
// A tape that is damaged is refused before anything is written. With Salvage in
// its ReaderOptions, frames that cannot be understood are left out, the result
// is whole, and the error, a *CorruptError, is the first damage. What was
// written before any other error is to be thrown away.
//
// Redacting a tape once more changes nothing.
func Redact(w io.Writer, tape *Reader, opts *RedactOptions) (RedactReport, error) {
	var o RedactOptions
	if opts != nil {
		o = *opts
	}
	r := redaction{
		tape: tape, lost: make(map[int64]bool), kept: make(map[tablesID]map[uint32]bool),
		typed: make(map[tablesID]map[roleString]bool), batches: make(map[string]string),
	}
	var err error
	if r.key, err = newAEAD(o.Key); err != nil {
		return RedactReport{}, err
	}
	if r.x, err = newRedactor(&o); err != nil {
		return RedactReport{}, err
	}
	r.asked, r.values = slices.Compact(slices.Sorted(slices.Values(o.Roles))), len(r.x.needles.values)
	damage, err := r.survey()
	if err != nil {
		return RedactReport{}, err
	}
	// Once without writing: what is too long must show before anything looks
	// whole.
	if _, err := r.rewrite(nil); err != nil {
		return RedactReport{}, err
	}
	report, err := r.rewrite(w)
	if err == nil {
		err = damage
	}
	return report, err
}

func newRedactor(o *RedactOptions) (*redactor, error) {
	x := &redactor{
		raw: rawRoles(), needles: newNeedles(o.Values, o.IgnoreCase), replace: o.Replace, mask: o.Mask,
		cut: make(map[string]string), counts: &RedactReport{},
	}
	if x.mask == "" {
		x.mask = defaultMask
	}
	x.literal = string(jsonstr.Append(nil, x.mask))
	for _, role := range o.Roles {
		if role >= roles {
			return nil, errors.New("format: redact: no such role: " + role.String())
		}
		x.whole[role] = true
	}
	if slices.Contains(o.Values, "") {
		return nil, errors.New("format: redact: a value is empty")
	}
	if len(x.needles.find(x.mask, false)) > 0 {
		return nil, errors.New("format: redact: the mask holds a value")
	}
	return x, nil
}

// A redaction is one call of Redact.
type redaction struct {
	tape   *Reader
	key    cipher.AEAD
	x      *redactor
	asked  []Role
	values int

	lost    map[int64]bool                   // frames by their offset, which are left out
	kept    map[tablesID]map[uint32]bool     // byte strings that are still referred to
	typed   map[tablesID]map[roleString]bool // values of attributes that are JSON text
	batches map[string]string                // what their names became

	parts   []*partInfo
	present *partInfo
	ahead   bool // something is damaged before the next part

	u    *unpacker
	heap *heap
	id   tablesID // of heap
}

// A roleString is a string of a role.
type roleString struct {
	role Role
	s    string
}

// scanner begins a pass through the tape, with an unpacker and a heap of its own.
func (r *redaction) scanner() *scanner {
	s := &scanner{opts: r.tape.opts, all: true, aead: r.tape.aead}
	s.src.r = io.NewSectionReader(r.tape, 0, r.tape.size)
	r.u, r.heap = newUnpacker(r.tape.opts.Limits), nil
	return s
}

// tables returns the heap of the frame's generation of tables.
func (r *redaction) tables(f *Frame) *heap {
	if id := (tablesID{f.epoch, f.generation}); r.heap == nil || id != r.id {
		r.attributes()
		r.heap, r.id = &heap{limits: r.tape.opts.Limits}, id
	}
	return r.heap
}

// batch returns what becomes of the name of a batch. Names that differ still
// do.
func (r *redaction) batch(name string) (string, error) {
	if to, ok := r.batches[name]; ok || name == "" {
		return to, nil
	}
	to := name
	for range 100 {
		if r.x.plain(to) == to {
			r.batches[name] = to
			return to, nil
		}
		to = rand.Text()
	}
	return "", errors.New("format: redact: a value is too short to make a name without it")
}

// head returns the payload of a HEAD without the values. What it does not know
// it treats alike.
func (r *redaction) head(payload []byte) ([]byte, error) {
	var edits []edit
	in := wire.NewReader(payload, r.tape.opts.Limits.Memory)
	for range in.Map() {
		key := in.Int()
		texts(in, maxNesting, func(at span, text []byte, bin bool) {
			s := string(text)
			to := r.x.plain(s)
			if to == s {
				return
			}
			if r.x.counts.Labels++; key == headMaskingHash {
				to = "" // nothing else is a hash
			}
			edits = append(edits, edit{at, encodeText(to, bin)})
		})
		if in.Err != nil {
			break
		}
	}
	if in.Err != nil {
		return nil, ErrPayload
	}
	out := splice(payload, edits)
	if _, err := decodeHeader(out, r.tape.opts.Limits.Memory); err != nil {
		return nil, err
	}
	return out, nil
}

// stray says whether a string of a newer version must go: its role is not
// known.
func (r *redaction) stray(text []byte) bool {
	return len(text) > 0 && (len(r.asked) > 0 || r.x.plain(string(text)) != string(text))
}

// encode writes the payload of a REDACT (SPEC.md, section 2).
func (r *redaction) encode(c *RedactReport) []byte {
	var w wire.Writer
	w.Map(6)
	w.Int(redactRoles)
	w.Array(len(r.asked))
	for _, role := range r.asked {
		w.Int(int64(role))
	}
	w.Int(redactValues)
	w.Int(int64(r.values))
	w.Int(redactChanged)
	w.Array(3 * len(c.Roles))
	for _, role := range slices.Sorted(maps.Keys(c.Roles)) {
		w.Int(int64(role))
		w.Int(c.Roles[role].Strings)
		w.Int(c.Roles[role].Bytes)
	}
	w.Int(redactLabels)
	w.Int(int64(c.Labels))
	w.Int(redactRows)
	w.Int(int64(c.Rows))
	w.Int(redactFrames)
	w.Int(int64(c.Frames))
	return w.Bytes()
}

// Keys of the map in a REDACT frame's payload.
const (
	redactRoles = 1 + iota
	redactValues
	redactChanged
	redactLabels
	redactRows
	redactFrames
)
