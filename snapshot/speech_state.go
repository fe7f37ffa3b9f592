package snapshot

// states writes the words for the states of an element.
func (s *speaker) states(n *node, role string) {
	st := n.live()
	aria := func(name string) string { return lower(attrOf(n, "aria-"+name)) }
	switch role {
	case "checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio":
		checked := aria("checked")
		if n.Data == "input" {
			checked = either(st.Checked != nil && *st.Checked || st.Checked == nil && n.hasAttr("checked"), "true", "false")
		}
		switch checked {
		case "true":
			s.word("checked")
		case "mixed":
			s.word("partly checked")
		default:
			s.word("not checked")
		}
	case "option":
		if n.Data == "option" {
			if s.chosen.selected(n) {
				s.word("selected")
			}
		} else if aria("selected") == "true" {
			s.word("selected")
		}
	case "tab", "row", "gridcell", "treeitem", "columnheader", "rowheader":
		if aria("selected") == "true" {
			s.word("selected")
		}
	case "dialog", "alertdialog":
		if st.Dialog == "modal" || aria("modal") == "true" {
			s.word("modal")
		}
	}
	if n.Data == "input" && n.inputType() == "password" {
		s.word("password")
	}
	expanded := aria("expanded")
	if up := n.parentElement(); expanded == "" && n.Data == "summary" && up != nil && up.Data == "details" {
		expanded = either(up.hasAttr("open"), "true", "false")
	}
	switch expanded {
	case "true":
		s.word("expanded")
	case "false":
		s.word("collapsed")
	}
	switch aria("pressed") {
	case "true":
		s.word("pressed")
	case "false":
		s.word("not pressed")
	case "mixed":
		s.word("partly pressed")
	}
	if v := aria("current"); v != "" && v != "false" {
		s.word("current")
	}
	switch v := aria("sort"); v {
	case "ascending", "descending":
		s.word("sorted " + v)
	}
	if aria("busy") == "true" {
		s.word("busy")
	}
	control := isControl(n.Data)
	if control && n.hasAttr("disabled") || aria("disabled") == "true" {
		s.word("disabled")
	}
	if control && n.hasAttr("readonly") || aria("readonly") == "true" {
		s.word("read-only")
	}
	if control && n.hasAttr("required") || aria("required") == "true" {
		s.word("required")
	}
	if v := aria("invalid"); v != "" && v != "false" {
		s.word("invalid")
	}
	if n.id != 0 && n.id == s.page.Focus {
		s.word("focused")
	}
}

func isControl(name string) bool {
	switch name {
	case "button", "fieldset", "input", "optgroup", "option", "select", "textarea":
		return true
	}
	return false
}

// value writes what is in a form control, or where it stands.
func (s *speaker) value(n *node, role string) {
	v, is := n.embedded(role)
	if n.Data == "input" && !is {
		switch kind := n.inputType(); kind {
		case "date", "datetime-local", "month", "time", "week", "color", "file":
			v, is = n.editText(), true
		}
	}
	if role == "listbox" && n.Data == "select" {
		return // its options tell
	}
	if is && v != "" {
		s.word("value")
		s.quote(v)
	}
}
