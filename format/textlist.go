package format

// A textList is the strings on a page of a table.
type textList struct {
	text   string            // of all of them
	ends   []uint32          // of each in text, behind a 0
	pieced map[uint32]string // those that were in pieces, by their place on the page; nil is none
}

// at returns the string at that place.
func (t *textList) at(i uint32) string {
	if t.pieced != nil {
		if s, ok := t.pieced[i]; ok {
			return s
		}
	}
	return t.text[t.ends[i]:t.ends[i+1]]
}

// A textView is a view of the strings of a role, and those of them that are
// static.
type textView struct {
	static []string
	view[textList]
}

func newTextView(role Role) textView { return textView{static: statics()[role].list} }

// str returns the string of that role, which v is of, with the number id. locked
// says that the caller is loading a page itself.
func (h *heap) str(role Role, id uint32, v *textView, locked bool) (string, error) {
	if int(id) < len(v.static) {
		return v.static[id], nil
	}
	if err := v.find(h, h.strings[role], id, locked); err != nil {
		return "", err
	}
	return v.list.at(id - v.first), nil
}
