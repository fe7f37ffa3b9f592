package mask

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/echo"
	"github.com/pagetape/pagetape/snapshot"
)

// A memory is what a filter has learnt of its session: the private values, as
// keyed hashes, whose echoes are stripped, and the levels of nodes that become
// more private than they come.
type memory struct {
	key     echo.Key
	base    uint64  // of quick
	mac     mac     // of tag
	reading reading // of find
	values  *echo.Set
	none    *echo.Set // an empty one
	version int       // of values
	typed   map[nodeKey]*typed
	levels  map[nodeKey]level
	codes   map[nodeKey][]phrase // by form
	fresh   []fresh              // values that what was let go has not been searched for
	spots   []spot               // where it has been, and something was found
	over    uint32               // the last event with more of them than fresh takes; 0 is none
	stale   bool                 // it has not been searched for any value
	next    uint32               // the first event that is masked with what is being learnt
	flood   bool                 // there were too many values: all text is masked
	common  int                  // values that are words of the page
	scans   int                  // of pages for words that are all over them
}

// A nodeKey names a node of a session: ids begin again with every page.
type nodeKey struct {
	Window format.WindowID `json:"window"`
	Load   uint32          `json:"load"`
	ID     snapshot.NodeID `json:"id"`
}

func (w *window) key(id snapshot.NodeID) nodeKey { return nodeKey{w.id, w.load, id} }

// A typed is what a control holds at present.
type typed struct {
	plain   bool   // it is long, whose letters and digits are letters
	long    string // for as long as the filter lives
	letters string
	value   phrase // without that: what it is of a state
	tag     uint64 // of all of it
	less    phrase // the value but for its last letter or digit
	id      echo.ID
	held    bool   // id is registered
	cut     bool   // it came of deleting
	since   uint32 // the event that the first of it came with
}

// size returns how many bytes of letters and digits t has.
func (t *typed) size() int {
	if t.plain {
		return len(t.letters)
	}
	return t.value.Size
}

// hashes returns t as a state has it.
func (m *memory) hashes(t *typed) (value phrase, tag uint64) {
	if t.plain {
		return m.hash(t.letters), m.tag(t.long)
	}
	return t.value, t.tag
}

// A fresh is a value that became known after events had been let go.
type fresh struct {
	field nodeKey // of what a control holds, which can be on its way still; zero for others
	value string
	kind  echo.Kind
	at    uint32 // the first event that was masked with it
}

// maxTyped is how many controls are remembered with what they hold.
const maxTyped = 4096

func newMemory(o *FilterOptions) *memory {
	m := &memory{levels: make(map[nodeKey]level), typed: make(map[nodeKey]*typed), codes: make(map[nodeKey][]phrase)}
	if len(o.Key) > 0 {
		key, err := hkdf.Key(sha256.New, o.Key, nil, "pagetape session "+o.Session, len(m.key))
		if err != nil {
			panic(err) // a length that SHA-256 cannot give
		}
		copy(m.key[:], key)
	} else if _, err := rand.Read(m.key[:]); err != nil {
		panic(err) // crypto/rand: never returns an error
	}
	m.mac = newMAC(m.key)
	m.base = m.tag("base") | 1
	m.values, m.none = echo.New(m.key, o.MaxValues), echo.New(m.key, 1)
	return m
}

// raise remembers that a node that was shown has become more private.
func (m *memory) raise(w *window, id snapshot.NodeID) {
	k := w.key(id)
	m.levels[k] = m.levels[k].join(w.level(id))
}

// least returns the level of a node where its page gives it l.
func (m *memory) least(l level) level {
	if m.flood {
		l = l.join(levelMask)
	}
	return l
}

// add registers a value.
func (m *memory) add(v string, kind echo.Kind) (echo.ID, echo.Strength) {
	id, strength, ok := m.values.Add(v, kind)
	m.version++
	if !ok {
		m.flood = true
	}
	return id, strength
}

// drop takes back one add.
func (m *memory) drop(id echo.ID) {
	m.values.Drop(id)
	m.version++
}

// register is add for a value of the page w, but for a word that is all over
// it: since is the event before which that counts.
func (m *memory) register(w *window, v string, kind echo.Kind, since uint32) (echo.ID, bool) {
	if v == "" || isPattern(v) {
		return 0, false
	}
	if !fits(v, kind) {
		kind = echo.Text
	}
	id, strength := m.add(v, kind)
	switch {
	case strength == echo.None:
		return 0, false
	case m.flood: // no word is shown anyway
	case strength == echo.Medium && kind != echo.Secret && kind != echo.Known && kind != echo.Email,
		kind == echo.Text && !strings.ContainsFunc(v, unicode.IsDigit) && len(v) < 64:
		if w.isCommon(v, since) {
			m.drop(id)
			m.common++
			return 0, false
		}
	}
	return id, true
}

// isPattern says whether v is one or two characters again and again, none of them
// a letter or digit, as recorders write what they do not tell.
func isPattern(v string) bool {
	seen := ""
	for _, r := range v {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return false
		case !unicode.IsSpace(r) && !strings.ContainsRune(seen, r):
			seen += string(r)
		}
		if utf8.RuneCountInString(seen) > 2 {
			return false
		}
	}
	return true
}

const (
	commonTexts = 3   // text nodes make a word one of the page's own
	maxScans    = 512 // of pages for a session; later values are private for all that is known
)

// isCommon says whether more text nodes than commonTexts had that word before
// the event since.
func (w *window) isCommon(v string, since uint32) bool {
	if since <= w.born || w.memory.scans >= maxScans {
		return false
	}
	w.memory.scans++
	n := 0
	for id, node := range w.page.All() {
		if node.Type != html.TextNode || len(node.Data) < len(v) {
			continue
		}
		in := w.known(id)
		if in == nil || in.since >= since || in.level.base() > levelClear || len(echo.Word(nil, node.Data, v)) == 0 {
			continue
		}
		if n++; n > commonTexts {
			return true
		}
	}
	return false
}

// fill notes what a control holds from now on. What it held until now is
// forgotten where that was only on the way to it, and remembered where it was
// replaced.
func (m *memory) fill(w *window, id snapshot.NodeID, kind echo.Kind, v string) {
	k := w.key(id)
	t := m.typed[k]
	if t == nil {
		if len(m.typed) >= maxTyped {
			clear(m.typed)
		}
		t = &typed{since: w.epoch}
		m.typed[k] = t
	}
	letters := alnum(v)
	var same, cut, grown bool
	if t.plain {
		same = v == t.long
		cut = len(letters) < len(t.letters) && letters != "" && strings.HasPrefix(t.letters, letters)
		grown = t.letters != "" && strings.HasPrefix(letters, t.letters) && (letters != t.letters || strings.HasPrefix(v, t.long))
	} else if t.value != (phrase{}) {
		is := m.hash(letters)
		same = is == t.value && m.tag(v) == t.tag
		cut = is.Size < t.value.Size && v != "" && is == t.less
		grown = is != t.value && m.extends(letters, t.value)
	}
	if same {
		return
	}
	grown = grown || t.cut && cut
	if t.held && grown {
		m.drop(t.id)
	} else if t.held || t.size() == 0 {
		t.since = w.epoch
	}
	before := *t
	t.plain, t.long, t.letters, t.cut = true, v, letters, cut
	t.id, t.held = m.register(w, v, kind, t.since)
	if kind == echo.Secret && !t.held {
		var old phrase
		if grown {
			old, _ = m.hashes(&before)
		}
		m.code(w, id, v, m.hash(letters), old)
	}
	was := before.long
	if t.held {
		if !grown {
			was = v
		}
		m.later(fresh{field: k, value: v, kind: kind}, was)
	}
}

// shorter returns what of t is left when its last letter or digit is deleted.
func (m *memory) shorter(t *typed) phrase {
	if t.long == "" {
		return t.less
	}
	_, n := utf8.DecodeLastRuneInString(t.letters)
	return m.hash(t.letters[:len(t.letters)-n])
}

// entered is for a control that the user has left: what it holds is no longer
// being typed.
func (m *memory) entered(w *window, id snapshot.NodeID) {
	if t := m.typed[w.key(id)]; t != nil {
		t.cut = false
	}
}

// learnt is register for what does not change while it is there.
func (m *memory) learnt(w *window, v string, kind echo.Kind) {
	if _, ok := m.register(w, v, kind, w.epoch); ok {
		m.later(fresh{value: v, kind: kind}, v)
	}
}

// later notes a value for which what was let go is to be searched, in place of
// the one that it has grown out of.
func (m *memory) later(v fresh, was string) {
	v.at = m.next
	for i := len(m.fresh) - 1; i >= 0; i-- {
		if f := &m.fresh[i]; f.field == v.field && (f.value == was || f.value == v.value) {
			*f = v
			return
		}
	}
	if len(m.fresh) < maxFresh {
		m.fresh = append(m.fresh, v)
	} else {
		m.over = m.next
	}
}

// maxFresh is how many values are noted one by one; with more, what was let go is
// searched for all that is known.
const maxFresh = 256

// searched is for when what was let go has been searched, or nothing was.
func (m *memory) searched() { m.fresh, m.over, m.spots, m.stale = m.fresh[:0], 0, nil, false }

// A secret of this many bytes, if it is registered nowhere else, is looked for in
// its form.
const minCode, maxCode = 3, 8

// code registers a secret that only the form that it is in is searched for, in
// place of the one that it has grown out of.
func (m *memory) code(w *window, id snapshot.NodeID, v string, c, was phrase) {
	if c.Size < minCode || c.Size > maxCode || isMasked(v) {
		return
	}
	form := w.key(w.form(id))
	m.codes[form] = slices.DeleteFunc(m.codes[form], func(c phrase) bool { return c == was })
	m.addCode(form, c)
}

func (m *memory) addCode(form nodeKey, c phrase) {
	switch {
	case slices.Contains(m.codes[form], c):
	case len(m.codes[form]) < maxCodes:
		m.codes[form] = append(m.codes[form], c)
	default:
		m.flood = true
	}
}

// maxCodes is how many codes a form can have; with more all text is masked.
const maxCodes = 64

// codesIn returns where in the text of a node there is a code of its form.
func (m *memory) codesIn(w *window, id snapshot.NodeID, text string) []span {
	if len(m.codes) == 0 || len(text) > 4096 {
		return nil
	}
	spans := m.find(nil, text, m.codes[w.key(w.form(id))]...)
	for i := range spans {
		spans[i].secret = true
	}
	return spans
}

// form returns the id of the form that a node is in, of the root without one.
func (w *window) form(id snapshot.NodeID) snapshot.NodeID {
	for n := w.page.Node(id); n != nil; {
		if n.Parent != nil && snapshot.ID(n.Parent) > 0 {
			n = n.Parent
		} else if up := w.page.Parent(snapshot.ID(n)); up > 0 {
			n = w.page.Node(up)
		} else {
			break
		}
		if n.Type == html.ElementNode && n.Data == "form" {
			return snapshot.ID(n)
		}
	}
	return w.page.RootID()
}
