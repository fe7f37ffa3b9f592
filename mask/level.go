package mask

// A level says how much of a node may be seen. The two low bits are ordered,
// the others are flags beside them; all of them only ever rise.
type level uint8

const (
	levelClear level = iota
	levelInput       // what a form control holds is masked
	levelMask        // all content is masked
	levelBlock       // the element is a box, or the node is inside one

	levelBits level = 3

	flagFinal level = 1 << 2 // no rule nearer lifts it
	flagInert level = 1 << 3 // in a script or noscript element: text is never shown

	flagPrivate level = 1 << 4 // what it covers is stripped elsewhere too
)

// unknown is the level of a node that the page does not know.
const unknown = levelMask | flagFinal

func (l level) base() level { return l & levelBits }

// join returns the stricter of two levels.
func (l level) join(m level) level { return max(l&levelBits, m&levelBits) | (l|m)&^levelBits }

// An own is what rules and nature say about an element itself.
type own uint8

const (
	ownAllow own = 1 << iota
	ownMask
	ownFinal
	ownBlock
	ownControl // it holds what the user enters
	ownSecret  // and that is a password, payment data or a code
	ownInert   // script, noscript
	ownMatched // it was looked at
)

func ownOf(a Action) own {
	switch a {
	case Allow:
		return ownAllow
	case Mask:
		return ownMask
	case Final:
		return ownFinal
	}
	return ownBlock
}

// under returns the level of a node of which o is known, under a parent of
// level up.
func (o own) under(up level) level {
	l, flags := up.base(), up&^levelBits
	switch {
	case l == levelBlock || o&ownBlock != 0:
		l = levelBlock
	case o&ownFinal != 0:
		l, flags = levelMask, flags|flagFinal
	case o&ownMask != 0:
		l = levelMask
	case o&ownAllow != 0 && flags&flagFinal == 0:
		l = levelClear
	}
	if o&ownControl != 0 && o&ownAllow == 0 {
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
