package mask

// passes counts the rule about an event of that name, and says whether the
// event stays.
func (f *Filter) passes(p *patterns, name string) bool {
	n := p.find(name)
	if n.action != 0 && n.rule >= 0 {
		f.tally.rules[n.rule]++
	}
	if n.action == Drop {
		f.tally.add(chCustom, droppedOut)
		return false
	}
	return true
}
