package mask

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// Errors of Export and Import. What they wrap says more.
var (
	// ErrState is for bytes that are no state of that session, were changed,
	// or are older than FilterOptions.Serial asks for.
	ErrState = errors.New("mask: no such state")
	errKey   = errors.New("mask: a filter's state needs FilterOptions.Key")
	errHeld  = errors.New("mask: events are held back; Flush comes first")
)

// stateMagic begins a state; the last byte is its version.
const stateMagic = "PTMS\x01"

// maxState is how long a state can be, in bytes.
const maxState = 1 << 30

// A state is what Export writes, sealed: this as JSON and the pages as a tape.
// There is no text in it but what the filter has shown already: values are keyed
// hashes, pages are masked.
type state struct {
	Serial  uint64        `json:"serial"`
	Policy  string        `json:"policy"` // its hash
	Values  []byte        `json:"values"`
	Windows []windowState `json:"windows"`
	Levels  []levelState  `json:"levels,omitempty"`
	Codes   []codeState   `json:"codes,omitempty"`
	Typed   []typedState  `json:"typed,omitempty"`
	Spots   []spot        `json:"spots,omitempty"`
	Common  int           `json:"common,omitempty"`
	Flood   bool          `json:"flood,omitempty"`
}

type windowState struct {
	ID       format.WindowID              `json:"id"`
	Load     uint32                       `json:"load"`
	Epoch    uint32                       `json:"epoch"`
	Born     uint32                       `json:"born"`
	Page     bool                         `json:"page"`  // the tape has it
	Nodes    [][4]int64                   `json:"nodes"` // id, own, level, since
	Sheets   map[snapshot.StyleID]level   `json:"sheets,omitempty"`
	Adopted  []int64                      `json:"adopted,omitempty"`
	Previews []preview                    `json:"previews,omitempty"`
	Shows    map[snapshot.NodeID][]phrase `json:"shows,omitempty"`
}

type levelState struct {
	Key   nodeKey `json:"key"`
	Level level   `json:"level"`
}

type codeState struct {
	Form    nodeKey  `json:"form"`
	Phrases []phrase `json:"phrases"`
}

type typedState struct {
	Key    nodeKey `json:"key"`
	Phrase phrase  `json:"phrase"`
	Tag    uint64  `json:"tag"`
	Name   uint64  `json:"name,omitempty"` // of the value in Values; 0 is none
	Less   phrase  `json:"less"`
	Cut    bool    `json:"cut,omitempty"`
	Since  uint32  `json:"since"`
}

// Export returns what another filter needs to go on with the session: another
// worker's, or the same one's after a restart. It is encrypted, and bound to the
// session, with a key that is derived from FilterOptions.Key, without which it
// is an error. So it is while events are held back.
func (f *Filter) Export() ([]byte, error) {
	switch {
	case len(f.opts.Key) == 0:
		return nil, errKey
	case len(f.held) > 0:
		return nil, errHeld
	}
	s := state{Serial: f.serial + 1, Policy: f.policy.Hash(), Common: f.memory.common, Flood: f.memory.flood}
	var err error
	if s.Values, err = f.memory.values.AppendBinary(nil); err != nil {
		return nil, err
	}
	s.Spots = append(slices.Clone(f.memory.spots), f.spots()...)
	for k, l := range f.memory.levels {
		s.Levels = append(s.Levels, levelState{k, l})
	}
	for k, c := range f.memory.codes {
		s.Codes = append(s.Codes, codeState{k, c})
	}
	for k, t := range f.memory.typed {
		value, tag := f.memory.hashes(t)
		one := typedState{Key: k, Phrase: value, Tag: tag, Less: f.memory.shorter(t), Cut: t.cut, Since: t.since}
		if t.held {
			one.Name = f.memory.values.Name(t.id)
		}
		s.Typed = append(s.Typed, one)
	}
	var pages bytes.Buffer
	tape := format.NewWriter(&pages, format.Header{}, &format.WriterOptions{Live: true, Level: format.LevelFast})
	for _, id := range f.tail.order {
		w := f.tail.windows[id]
		ws := windowState{
			ID: id, Load: w.load, Epoch: w.epoch, Born: w.born, Sheets: w.sheets, Adopted: w.adopted, Previews: w.previews, Shows: w.shows,
		}
		for id, in := range w.nodes.all() {
			if in.level != levelClear || w.page.Kind(id) != 0 {
				ws.Nodes = append(ws.Nodes, [4]int64{int64(id), int64(in.own), int64(in.level), int64(in.since)})
			}
		}
		if root := f.shown(w); root != nil {
			ws.Page = true
			if err := tape.Write(format.Event{Window: id, Data: &format.FullSnapshot{Node: root}}); err != nil {
				return nil, err
			}
		}
		s.Windows = append(s.Windows, ws)
	}
	if err := tape.Close(); err != nil {
		return nil, err
	}
	head, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	aead, err := f.opts.stateCipher()
	if err != nil {
		return nil, err
	}
	plain := binary.AppendUvarint(nil, uint64(len(head)))
	plain = append(append(plain, head...), pages.Bytes()...)
	out := []byte(stateMagic)
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	out = append(out, nonce...)
	f.serial = s.Serial
	return aead.Seal(out, nonce, plain, []byte(stateMagic+f.opts.Session)), nil
}

// Serial returns the serial number of the state that was exported last, or that
// the filter began with. Whoever keeps it can refuse older ones by
// FilterOptions.Serial.
func (f *Filter) Serial() uint64 { return f.serial }

func (o *FilterOptions) stateCipher() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, o.Key, nil, "pagetape state "+o.Session, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// shown returns a page as the filter has shown it. What is inside a box, which
// the filter has to know again, is there without anything in it.
func (f *Filter) shown(w *window) *snapshot.Node {
	root := w.page.Snapshot()
	if root == nil {
		return nil
	}
	w.begin()
	inside := make(map[*snapshot.Node][]*snapshot.Node)
	blocks := make(map[*snapshot.Node]bool)
	for n := range root.All() {
		if n.Kind == snapshot.KindElement && w.level(n.ID).base() == levelBlock && !w.hidden(n.ID) {
			inside[n], blocks[n] = n.Children, n.NeedsBlock
		}
	}
	t := *f.tally
	t.rules = slices.Clone(t.rules)
	f.window, f.whole = w, true
	f.node(w, root, scope{})
	*f.tally = t
	for n, children := range inside {
		for _, c := range children {
			for c := range c.All() {
				c.Text, c.Attrs, c.State, c.Extra = "", nil, nil, nil
			}
		}
		n.Children, n.NeedsBlock = children, blocks[n]
	}
	return root
}

// Import returns a filter that goes on where those that exported the states
// stopped: of every window the one that saw most of it, with the values of all.
// It needs the same policy, Key and Session, and is otherwise an error: to go on
// without is to begin with NewFilter, which masks all up to the next full
// snapshot.
func (p *Policy) Import(opts *FilterOptions, states ...[]byte) (*Filter, error) {
	if opts == nil || len(opts.Key) == 0 {
		return nil, errKey
	}
	f := p.NewFilter(opts)
	seen := make(map[format.WindowID]uint64)
	for i, data := range states {
		if err := f.add(data, seen); err != nil {
			return nil, fmt.Errorf("mask: state %d: %w", i, err)
		}
	}
	f.memory.stale = len(states) > 1
	f.done = true
	if opts.Hold > 0 {
		f.ahead()
	}
	return f, nil
}

// Learn takes the values of states over, but not their pages: for a session that
// is masked once more after its end, of which the tape shows no longer what was
// private. It needs what Import needs.
func (f *Filter) Learn(states ...[]byte) error {
	if len(f.opts.Key) == 0 && len(states) > 0 {
		return errKey
	}
	for i, data := range states {
		plain, err := f.open(data)
		if err == nil {
			var s state
			if s, _, err = f.parse(plain); err == nil {
				err = f.merge(s.Values)
			}
		}
		if err != nil {
			return fmt.Errorf("mask: state %d: %w", i, err)
		}
	}
	f.memory.stale = f.done && len(states) > 0
	return nil
}

// add takes a state over.
func (f *Filter) add(data []byte, seen map[format.WindowID]uint64) error {
	plain, err := f.open(data)
	if err != nil {
		return err
	}
	return f.addPlain(plain, seen)
}

// open returns what is sealed in a state.
func (f *Filter) open(data []byte) ([]byte, error) {
	aead, err := f.opts.stateCipher()
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(data, []byte(stateMagic))
	if !ok || len(rest) < aead.NonceSize() || len(data) > maxState {
		return nil, ErrState
	}
	plain, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], []byte(stateMagic+f.opts.Session))
	if err != nil {
		return nil, ErrState
	}
	return plain, nil
}

// parse takes apart what is sealed in a state: the state and the tape of its
// pages.
func (f *Filter) parse(plain []byte) (s state, tape []byte, err error) {
	size, n := binary.Uvarint(plain)
	if n <= 0 || size > uint64(len(plain)-n) {
		return s, nil, ErrState
	}
	if err := json.Unmarshal(plain[n:n+int(size)], &s); err != nil {
		return s, nil, ErrState
	}
	return s, plain[n+int(size):], nil
}

// merge adds the values of a state.
func (f *Filter) merge(values []byte) error {
	m := f.memory
	m.version++
	if err := m.values.Merge(values); err != nil {
		return fmt.Errorf("%w: %w", ErrState, err)
	}
	m.flood = m.flood || m.values.Full()
	return nil
}

// addPlain takes over what was sealed in a state.
func (f *Filter) addPlain(plain []byte, seen map[format.WindowID]uint64) error {
	s, pages, err := f.parse(plain)
	if err != nil {
		return err
	}
	if s.Policy != f.policy.Hash() {
		return fmt.Errorf("%w: it is another policy's", ErrState)
	}
	if s.Serial < f.opts.Serial {
		return fmt.Errorf("%w: it is too old", ErrState)
	}
	f.serial = max(f.serial, s.Serial)
	m := f.memory
	if err := f.merge(s.Values); err != nil {
		return err
	}
	m.flood = m.flood || s.Flood
	m.common = max(m.common, s.Common)
	m.spots = append(m.spots, s.Spots...)
	for _, l := range s.Levels {
		m.levels[l.Key] = m.levels[l.Key].join(l.Level)
	}
	for _, c := range s.Codes {
		for _, w := range c.Phrases {
			m.addCode(c.Form, w)
		}
	}
	for _, t := range s.Typed {
		one := &typed{value: t.Phrase, tag: t.Tag, less: t.Less, cut: t.Cut, since: t.Since}
		one.id, one.held = m.values.Lookup(t.Name)
		m.typed[t.Key] = one
	}
	keep := make(map[format.WindowID]bool)
	for _, ws := range s.Windows {
		if keep[ws.ID] = s.Serial > seen[ws.ID]; !keep[ws.ID] {
			continue
		}
		seen[ws.ID] = s.Serial
		f.tail.clock = max(f.tail.clock, ws.Epoch)
		w := f.tail.window(ws.ID)
		*w = window{policy: f.policy, tally: f.tally, memory: m, clock: &f.tail.clock, id: ws.ID, load: ws.Load, epoch: ws.Epoch, born: ws.Born,
			sheets: ws.Sheets, adopted: ws.Adopted, previews: ws.Previews, shows: ws.Shows}
	}
	tape := format.NewDecoder(bytes.NewReader(pages), nil)
	for e, err := range tape.Events() {
		if err != nil {
			return ErrState
		}
		if keep[e.Window] {
			e.Data.Apply(&f.tail.window(e.Window).page)
		}
	}
	for _, ws := range s.Windows {
		if !keep[ws.ID] {
			continue
		}
		w := f.tail.window(ws.ID)
		for _, n := range ws.Nodes {
			in := w.nodes.at(snapshot.NodeID(n[0]))
			in.own, in.level, in.since = own(n[1]), level(n[2]), uint32(n[3])
		}
		for id, n := range w.page.All() {
			if in := w.nodes.at(id); in.own&ownMatched == 0 && n.Type != html.DocumentNode {
				in.level = unknown
			}
		}
	}
	return nil
}
