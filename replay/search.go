package replay

import (
	"io"
	"iter"
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/selector"
)

// A sealed tape keeps its strings apart from its events, a table of them for
// each segment, which begins with a keyframe that uses the same table. So what
// is not in a segment's table is on no page while the segment lasts.

// A need is a condition on the strings of a segment. They come one by one, and
// done says whether all is there that it asks for.
type need interface {
	see(format.Role, string)
	done() bool
	reset()
}

// searched yields the events of src without those of the segments in which no
// need can be met. It keeps those that follow while there is something open. Of
// an event only what is not inert can be relied on: others can have no Data. It
// is good until the next one.
func searched(src Source, needs []need, open func() bool) iter.Seq2[format.Event, error] {
	if t := tapeOf(src); t != nil && t.Sealed() {
		return (&searching{t.Segments(), needs, open}).all
	}
	return src.Replay(never, always)
}

// scanned yields all events of src. Each is good until the next one.
func scanned(src Source) iter.Seq2[format.Event, error] {
	if t := tapeOf(src); t != nil && t.Sealed() {
		return func(yield func(format.Event, error) bool) { scan(t.Cursor(never), yield) }
	}
	return src.Replay(never, always)
}

// scan yields what a Cursor reads, and closes it. It returns whether to go on.
func scan(c *format.Cursor, yield func(format.Event, error) bool) bool {
	defer c.Close()
	for {
		e, ok := c.Scan(always)
		if !ok {
			break
		}
		if !yield(e, nil) {
			return false
		}
	}
	if _, err := c.Next(); err != io.EOF {
		yield(format.Event{}, err)
		return false
	}
	return true
}

// A searching looks for the segments of a tape that are worth a look.
type searching struct {
	segments []format.Segment
	needs    []need
	open     func() bool
}

func (s *searching) all(yield func(format.Event, error) bool) {
	next := 0 // the segment that follows what was yielded
	for i := 0; i < len(s.segments); i++ {
		if i == next && s.open() || s.mayHold(&s.segments[i]) {
			if !s.play(next, i, yield) {
				return
			}
			next = i + 1
		}
	}
}

// play yields the segment i, from its keyframes if those before it were not
// yielded from next on. Where keyframes are damaged those before must be.
func (s *searching) play(next, i int, yield func(format.Event, error) bool) bool {
	from := i
	for from > next {
		keys, err := s.segments[from].Keyframes()
		if err != nil {
			from--
			continue
		}
		for _, e := range keys {
			if !yield(e, nil) {
				return false
			}
		}
		break
	}
	for ; from <= i; from++ {
		c := s.segments[from].Cursor()
		c.Skip(inertKinds...)
		if !scan(c, yield) {
			return false
		}
	}
	return true
}

// mayHold says whether a need can be met in a segment: also where its strings
// cannot be read.
func (s *searching) mayHold(segment *format.Segment) bool {
	for _, n := range s.needs {
		n.reset()
	}
	found := false
	err := segment.Strings(func(role format.Role, text string) bool {
		for _, n := range s.needs {
			if n.see(role, text); n.done() {
				found = true
				return false
			}
		}
		return true
	})
	return found || err != nil
}

// A selectorNeed is what a selector asks for.
type selectorNeed struct {
	list []selector.Need
	got  []uint8 // 1 for the name, 2 for the value
	left int
}

// selectorNeeds are those of a selector list, one each.
func selectorNeeds(l *selector.List) []need {
	var list []need
	for _, s := range l.Selectors {
		list = append(list, &selectorNeed{list: s.Needs, got: make([]uint8, len(s.Needs))})
	}
	return list
}

func (s *selectorNeed) reset() {
	clear(s.got)
	s.left = len(s.list)
	for i := range s.list {
		if s.list[i].Kind != '[' {
			s.got[i] = 1
		} else if s.list[i].Value == "" {
			s.got[i] = 2
		}
	}
}

func (s *selectorNeed) done() bool { return s.left == 0 }

func (s *selectorNeed) see(role format.Role, text string) {
	for i := range s.list {
		if s.got[i] == 3 {
			continue
		}
		s.got[i] |= sees(&s.list[i], role, text)
		if s.got[i] == 3 {
			s.left--
		}
	}
}

// sees returns 1 for the name and 2 for the value that a need asks for, if the
// string is it. The value of any attribute will do.
func sees(n *selector.Need, role format.Role, text string) uint8 {
	switch n.Kind {
	case 't':
		if role == format.RoleTagName && strings.ToLower(text) == n.Name {
			return 2
		}
	case '.':
		if role == format.RoleClass && strings.Contains(text, n.Name) {
			for class := range strings.FieldsFuncSeq(text, func(r rune) bool { return r < 0x80 && isSpace(byte(r)) }) {
				if class == n.Name {
					return 2
				}
			}
		}
	case '#':
		if role == format.RoleAttr && text == n.Name {
			return 2
		}
	case '[':
		switch role {
		case format.RoleAttrName:
			if text == n.Name {
				return 1
			}
		case format.RoleAttr, format.RoleClass, format.RoleCSS, format.RoleInput, format.RoleURL, format.RoleCanvas:
			if n.Fold {
				text = selector.FoldCase(text)
			}
			if text == n.Value || !n.Whole && strings.Contains(text, n.Value) {
				return 2
			}
		}
	}
	return 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
