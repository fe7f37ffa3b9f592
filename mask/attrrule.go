package mask

import "strings"

// checkAttr says why there can be no rule about an attribute of that name, or
// one that begins so.
func checkAttr(pattern string, a Action) error {
	name := strings.TrimSuffix(pattern, "*")
	if name != strings.ToLower(name) || !isAttrName(name, true) || strings.HasPrefix(name, "rr_") || strings.HasPrefix(name, "_") {
		return errAttr
	}
	if a == Allow && name == pattern && !showable(name) {
		return errHolds
	}
	return nil
}

// showable says whether a rule can show what the attribute holds: not what is a
// control's, nor code.
func showable(name string) bool {
	switch name {
	case "value", "checked", "selected", "srcdoc", "nonce":
		return false
	}
	return !strings.HasPrefix(name, "on")
}

// ruled returns what the rules say about an attribute by its name, in lower
// case, and counts it. An address that a recorder keeps beside the attribute
// goes by the attribute's name.
func (f *Filter) ruled(e *element, name string) Action {
	p := &f.policy.attrs
	if p.empty() {
		return 0
	}
	if name == "rr_src" {
		name = "src"
	}
	n := p.find(name)
	if n.action == 0 || n.action == Allow && (!showable(name) || e.level&flagFinal != 0) {
		return 0
	}
	f.tally.rules[n.rule]++
	return n.action
}
