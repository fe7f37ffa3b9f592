package mask

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A treatment says what becomes of a member of a payload, and of all in it that
// has no treatment of its own.
type treatment uint8

const (
	// other masks: strings are "***", numbers of six digits or more are 0. In a
	// payload that the operator keeps it shows, but for what is found in it.
	other    treatment = iota
	number             // numbers stay, of any length; what is no number is other
	word               // the words of isPayloadWord stay; what is none is other
	tagName            // the name of an element stays; what is none is other
	address            // an address, as of the page; what is none is other
	frame              // one frame of a stack trace; other where it is not kept
	jsonText           // a string that is JSON text, its parts other
	headers            // of HTTP: {name: value} or [{name, value}]; few values stay
	private            // is masked, also in a payload that the operator keeps
	body               // of a request or response: null in its place, always
)

// A plan is what a payload of a known structure has, by the names of members.
type plan struct {
	how     treatment
	members map[string]*plan // of an object
	items   *plan            // of an array
}

// member returns the plan of an object's member, and whether it is one of its
// own.
func (p *plan) member(name string) (*plan, bool) {
	if p == nil {
		return nil, false
	}
	if m, ok := p.members[name]; ok {
		return m, true
	}
	return p.inherited(), false
}

// item returns the plan of an array's items.
func (p *plan) item() *plan {
	if p == nil || p.items != nil {
		if p == nil {
			return nil
		}
		return p.items
	}
	return p.inherited()
}

// inherited returns the plan of what is inside and has none: the same
// treatment, or nil.
func (p *plan) inherited() *plan {
	if p.how == other {
		return nil
	}
	return inheritedPlans[p.how]
}

var inheritedPlans = func() (list [body + 1]*plan) {
	for how := range list {
		list[how] = &plan{how: treatment(how)}
	}
	return list
}()

// payload returns JSON text as it may be seen: masked by plan, or shown, where
// whole, but for what is private by its key, its form or the plan. Structure
// and types stay. It is false, and the text "null", for what it cannot read.
func (f *Filter) payload(p *plan, text string, whole bool) (string, bool) {
	return walkJSON(text, &payload{f: f, root: p, whole: whole})
}

// maxNestedText is how deep JSON text in strings of JSON text is looked into.
const maxNestedText = 4

// A payload is the visitor that masks a payload.
type payload struct {
	f      *Filter
	root   *plan
	whole  bool
	nested int         // how many strings of JSON text this is in
	around []container // objects and arrays that are open
	now    value       // that is being visited
}

// A value is what is known of a value of a payload when it begins.
type value struct {
	plan *plan
	deny bool // its key, or one around it, speaks of a secret
	safe bool // of a header that says nothing of the user
}

// A container is an object or array that is open.
type container struct {
	value
	kind   byte
	key    string // of the member that comes
	next   value  // of the member or item that comes
	masked int    // how many keys were
	keys   []string
	has    map[string]bool // keys as written, where one was changed
	serial int

	// An object with a name and a value, as headers are listed; or an array of
	// the two in an array.
	hasName  bool
	named    bool // the name speaks of a secret
	safeName bool // or is that of a header that does not
	from     int
	early    [][2]int // values before the name, in what was written
}

func (m *payload) top() *container { return &m.around[len(m.around)-1] }

func (m *payload) how() treatment {
	if m.now.plan == nil {
		return other
	}
	return m.now.plan.how
}

func (m *payload) begin(kind byte, at int) bool {
	m.now = value{plan: m.root}
	if len(m.around) > 0 {
		c := m.top()
		if m.now = c.next; c.kind == '{' && isValueKey(c.key) {
			c.from = at
			m.now.deny = m.now.deny || c.named
			m.now.safe = c.safeName
		}
	}
	if m.how() == body && kind != 'n' {
		m.f.tally.add(chNetwork, droppedOut)
		return false
	}
	if kind == '{' || kind == '[' {
		c := container{value: m.now, kind: kind}
		if kind == '[' {
			c.next = value{m.now.plan.item(), m.now.deny, m.now.safe}
		}
		m.around = append(m.around, c)
	}
	return true
}

func (m *payload) end(kind byte, out []byte) []byte {
	if kind == '{' || kind == '[' {
		if c := m.top(); c.named {
			for i := len(c.early) - 1; i >= 0; i-- {
				out = maskWritten(out, c.early[i][0], c.early[i][1])
			}
		}
		m.around = m.around[:len(m.around)-1]
	}
	if len(m.around) > 0 {
		if c := m.top(); c.kind == '{' && isValueKey(c.key) && !c.named {
			c.early = append(c.early, [2]int{c.from, len(out)})
		}
	}
	return out
}

// maskWritten masks the value that was written from one offset to the other,
// whose name came after it.
func maskWritten(out []byte, from, to int) []byte {
	is := string(out[from:to])
	switch is[0] {
	case '"':
		if is != `""` {
			is = `"` + stars + `"`
		}
	case '{':
		is = "{}"
	case '[':
		is = "[]"
	case 't', 'f', 'n':
	default:
		is = "0"
	}
	return append(out[:from], is+string(out[to:])...)
}

func isNameKey(k string) bool {
	switch strings.ToLower(k) {
	case "name", "key", "header", "field", "param":
		return true
	}
	return false
}

func isValueKey(k string) bool {
	switch strings.ToLower(k) {
	case "value", "values", "val":
		return true
	}
	return false
}

func (m *payload) key(s string) (string, bool) {
	c := m.top()
	is := m.name(c, s)
	if _, own := c.plan.member(s); !own && is != s && secretKey(is) {
		c.next.deny = true // as it will be when this is masked again
	}
	return is, true
}

// name returns a member's name as it may be seen, and notes what its value is.
func (m *payload) name(c *container, s string) string {
	c.key = s
	p, own := c.plan.member(s)
	// What the plan names is known not to be a secret, whatever it is called.
	c.next = value{plan: p, deny: c.deny || !own && secretKey(s)}
	if p != nil && p.how == headers && !own {
		if c.next.safe = c.safe || isSafeHeader(s); c.next.safe {
			c.next.deny = c.deny
		}
	}
	switch {
	case own: // a name of the table
		return m.own(c, s)
	case c.deny || p != nil && p.how == private && !isKey(s):
		return m.own(c, numbered(&c.masked))
	case m.whole:
		is := m.plain(s)
		if is != s || c.has != nil {
			return m.unique(c, is)
		}
		return m.own(c, s)
	case isKey(s) && m.f.hide(s) == s:
		return s
	}
	return numbered(&c.masked)
}

// own notes a key that is written as it is.
func (m *payload) own(c *container, key string) string {
	if !m.whole {
		return key
	}
	if c.has != nil {
		return m.unique(c, key)
	}
	c.keys = append(c.keys, key)
	return key
}

// unique returns a key that is different from those before it in the object.
func (m *payload) unique(c *container, key string) string {
	if c.has == nil {
		c.has = make(map[string]bool, len(c.keys)+1)
		for _, k := range c.keys {
			c.has[k] = true
		}
		c.keys = nil
	}
	for is := key; ; is = key + strconv.Itoa(c.serial) {
		if !c.has[is] {
			c.has[is] = true
			return is
		}
		c.serial = max(2, c.serial+1)
	}
}

func (m *payload) str(s string) (string, bool) {
	if n := len(m.around); n > 0 {
		c := m.top()
		switch {
		case c.kind == '{' && isNameKey(c.key):
			is := m.leaf(s)
			c.named = c.named || secretKey(s) || secretKey(is)
			c.safeName, c.hasName = !c.hasName && isSafeHeader(s), true
			return is, true
		case c.kind == '[' && n > 1 && m.around[n-2].kind == '[':
			// This may be the name of what comes next.
			is := m.leaf(s)
			c.next.deny = c.next.deny || secretKey(s) || secretKey(is)
			return is, true
		}
	}
	return m.leaf(s), true
}

func (m *payload) leaf(s string) string {
	how := m.how()
	switch {
	case s == "":
		return ""
	case m.now.deny || how == private:
		return stars
	case how == headers:
		return m.header(s)
	case how == address:
		if is, ok := m.f.address(s); ok {
			return is
		}
	case how == jsonText:
		return m.settle(s, m.text)
	case how == word && isPayloadWord(s):
		return s
	case how == tagName && isTagName(s) && m.f.hide(s) == s:
		return s
	case how == frame && m.whole:
		return m.settle(s, m.frame)
	}
	if m.whole {
		return m.settle(s, m.show)
	}
	if m.root != nil && m.now.plan == nil {
		m.f.tally.add(chUnknown, masked)
	}
	return stars
}

func (m *payload) num(n string) string {
	how := m.how()
	stays := countDigits(n) < longRun
	switch {
	case m.now.deny || how == private:
		stays = false
	case how == headers:
		stays = m.now.safe && len(n) <= 15
	case how == number, m.whole:
		stays = len(n) <= 24
	}
	if !stays || m.f.hide(n) != n {
		return "0"
	}
	return n
}

// text returns JSON text in a string.
func (m *payload) text(s string) string {
	if is, ok := m.inner(s); ok {
		return is
	}
	if m.whole {
		return m.show(s)
	}
	return `"` + stars + `"`
}

// settle returns what show makes of s, and of that, until it stays the same.
// What does not is masked whole. In JSON text in a string, the string does it.
func (m *payload) settle(s string, show func(string) string) string {
	if m.nested > 0 {
		return show(s)
	}
	for range hideRounds {
		is := show(s)
		if is == s {
			return s
		}
		s = is
	}
	return stars
}

// inner returns the JSON text s as the payload that it is in.
func (m *payload) inner(s string) (string, bool) {
	if m.nested >= maxNestedText {
		return "", false
	}
	return walkJSON(s, &payload{f: m.f, whole: m.whole, nested: m.nested + 1})
}

// show returns a string of a payload that the operator keeps as it may be seen.
func (m *payload) show(s string) string {
	if isText, valid := jsonForm(s); isText {
		if is, ok := m.inner(s); ok {
			return is
		}
		// A name twice, or too deep, or cut short with what is escaped in it.
		if valid || strings.IndexByte(s, '\\') >= 0 {
			return stars
		}
	}
	if htmlForm(s) {
		return m.html(s)
	}
	return m.plain(s)
}

// jsonForm says whether s looks like JSON text with something in it, and
// whether it is.
func jsonForm(s string) (looks, valid bool) {
	s = strings.TrimSpace(s)
	if len(s) < 3 || strings.IndexByte(`{["`, s[0]) < 0 {
		return false, false
	}
	valid = jsontext.Value(s).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	switch next := strings.TrimLeft(s[1:], " \t\r\n"); {
	case valid:
		return true, true
	case s[0] == '{':
		return next != "" && next[0] == '"', false
	case s[0] == '[':
		return next != "" && strings.IndexByte(`{["`, next[0]) >= 0, false
	}
	return false, false
}

// plain returns text without what is found in it and what it gives to names
// that speak of a secret. Where it does so only when it is decoded, as a form in
// a parameter of another, it is masked whole.
func (m *payload) plain(s string) string {
	for range hideRounds {
		is := m.f.hide(hideAssigned(s))
		if is == s {
			if decoded := unescape(s); decoded != s && hideAssigned(decoded) != decoded {
				return stars
			}
			return s
		}
		s = is
	}
	return stars
}
