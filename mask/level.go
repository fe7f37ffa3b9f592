package mask

// A level says how much of a node may be seen. The three low bits are ordered,
// the others are flags beside them; all of them only ever rise.
type level uint8

const (
	levelClear level = iota
	levelText        // text is masked, attributes are not
	levelInput       // what a form control holds is masked
	levelMask        // all content is masked
	levelBlock       // the element is a box, or the node is inside one; base knows no stricter level
	levelBare        // a box that keeps less: its class and size
	levelDrop        // a box without a place on the page

	levelBits level = 7

	flagFinal   level = 1 << 3 // no rule nearer lifts it
	flagInert   level = 1 << 4 // in a script or noscript element: text is never shown
	flagPrivate level = 1 << 5 // what it covers is private wherever else it shows up
)

// unknown is the level of a node that the page does not know.
const unknown = levelMask | flagFinal

// base returns the level without flags, levelBlock for a box of any kind.
func (l level) base() level { return min(l&levelBits, levelBlock) }

// box returns which kind of box a blocked element is.
func (l level) box() level { return l & levelBits }

// join returns the stricter of two levels.
func (l level) join(m level) level { return max(l&levelBits, m&levelBits) | (l|m)&^levelBits }

// An own is what rules and nature say about an element itself.
type own uint16

const (
	ownAllow own = 1 << iota
	ownText
	ownValue
	ownMask
	ownPrivate
	ownFinal
	ownBlock
	ownBare
	ownDrop
	ownControl // it holds what the user enters
	ownSecret  // and that is a password, payment data or a code
	ownInert   // script, noscript
	ownMatched // it was looked at
)

// ownOf returns what an element is that a rule with that action matches.
func ownOf(a Action) own {
	switch a {
	case Allow:
		return ownAllow
	case MaskText:
		return ownText
	case MaskValue:
		return ownValue | ownControl
	case Mask:
		return ownMask
	case Private:
		return ownMask | ownPrivate
	case Final:
		return ownMask | ownPrivate | ownFinal
	case Placeholder:
		return ownBlock
	case Block:
		return ownBlock | ownBare
	}
	return ownBlock | ownBare | ownDrop
}

// under returns the level of a node of which o is known, under a parent of
// level up. The nearest rule decides, and of several the strictest; those that
// mask a part only add to what is masked further out.
func (o own) under(up level) level {
	l, flags := up&levelBits, up&^levelBits
	switch {
	case l >= levelBlock || o&ownBlock != 0:
		l = max(l, levelBlock)
		if o&ownBare != 0 {
			l = max(l, levelBare)
		}
		if o&ownDrop != 0 {
			l = levelDrop
		}
	case o&ownMask != 0:
		l = levelMask
	case o&ownText != 0:
		l = max(l, levelText)
	case o&ownAllow != 0 && flags&flagFinal == 0:
		l, flags = levelClear, flags&^flagPrivate
	}
	if o&ownPrivate != 0 {
		flags |= flagPrivate
	}
	if o&ownFinal != 0 {
		flags |= flagFinal
	}
	if o&ownControl != 0 && (o&ownAllow == 0 || o&ownValue != 0 || l > levelClear) {
		l = max(l, levelInput)
	}
	if o&ownSecret != 0 {
		l, flags = max(l, levelInput), flags|flagFinal
	}
	if o&ownInert != 0 {
		flags |= flagInert
	}
	return l | flags
}

// A nodeInfo is what a filter remembers of a node, for as long as its id can
// come again.
type nodeInfo struct {
	own   own
	level level
	marks mark
	made  bool   // something is known
	epoch uint32 // the event that marks is about
	since uint32 // the event that brought the node, or its text
}

// A mark says something about a node that holds for one event.
type mark uint8

const (
	markSent  mark = 1 << iota // a record of the event brings the node
	markDirty                  // rules must be matched anew
	markRoot                   // levels below must be found anew
	markSeen                   // the node has been masked
	markPlace                  // its children changed
)
