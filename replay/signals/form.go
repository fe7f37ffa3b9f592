package signals

import (
	"time"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Form is what the user did in one form, or, where Target is zero, in those
// fields of a page that are in none.
//
// Recorders do not tell of submission. A click on a button that submits is
// taken for one, also one that the page then refuses; the Enter key makes the
// browser click on it. Field events say it themselves.
type Form struct {
	Window format.WindowID `json:"window"`
	Visit  int             `json:"visit"` // in which it was begun; index in Report.Visits, -1 for none
	Path   string          `json:"path"`  // of the visit
	Target Target          `json:"target"`
	// Start is when the first field got the focus or was filled, or the form was
	// submitted; End is when that last happened, or the focus went.
	Start time.Duration `json:"start"`
	End   time.Duration `json:"end"`
	// Fields are those that the user was in, in the order in which that first
	// happened.
	Fields []Field `json:"fields"`
	// Submits is how often the form was submitted, Submitted when last.
	Submits   int            `json:"submits"`
	Submitted *time.Duration `json:"submitted,omitempty"`
	// Abandoned says that the user filled a field and did not submit the form
	// after that, until the session's end; LastField is then the index of the
	// field that was used last, as in Zuko's "field abandon". Fields in no form
	// are not abandoned. https://www.zuko.io/guides/metric-definitions
	Abandoned bool `json:"abandoned"`
	LastField int  `json:"lastField"` // -1 for none
}

// A Field is what the user did in one field of a form. Radio buttons of one
// name are one field.
type Field struct {
	Target
	Type string `json:"type"` // of an input, or "textarea" or "select"
	// First is when it first got the focus, or was filled.
	First   time.Duration `json:"first"`
	Focuses int           `json:"focuses"`
	Time    time.Duration `json:"time"` // with the focus, in all
	// Hesitation is the time from the first focus to the first input, where
	// there were both: OpenReplay's hesitation time.
	Hesitation *time.Duration `json:"hesitation,omitempty"`
	// Inputs are events in which the user changed it: about one for each key.
	Inputs int `json:"inputs"`
	// Refills is how often the user changed it, having filled and left it
	// before: Zuko's field returns with a change, Mouseflow's refills.
	Refills int `json:"refills"`
	// Corrections is how often the user took away from what was typed, in
	// one or more keys in a row. A masked session can keep lengths or not.
	Corrections int `json:"corrections"`
	// Empty says that it was filled and is empty now.
	Empty bool `json:"empty"`
	// Scripted are inputs that the user did not make: by a script, or by the
	// browser, that fills in what it knows.
	Scripted int `json:"scripted"`
}

// A form is a Form in the making.
type form struct {
	f      Form
	fields []*field
	index  map[fieldKey]*field
	filled bool // since it was last submitted
	last   *field
	none   bool // the fields are in no form
}

// A fieldKey tells the fields of a form apart.
type fieldKey struct {
	node  snapshot.NodeID
	group string // name of the radio buttons
}

// A field is a Field in the making.
type field struct {
	f       Field
	form    *form
	at      int // index
	node    snapshot.NodeID
	focused bool
	since   time.Duration // it has the focus
	filled  bool          // since it got the focus
	left    bool          // filled, and left
	length  int           // of the value
	shrinks bool
	told    bool // the recorder tells of refills itself
}

// inForm returns the form that a field is in, nil for one too many.
func (a *Analyzer) inForm(w *window, owner snapshot.NodeID) *form {
	f := w.forms[owner]
	if f == nil {
		if len(a.forms) >= maxForms {
			a.r.LeftOut.Forms++
			return nil
		}
		f = &form{
			f: Form{
				Window: w.id, Visit: w.visit, Path: a.path(w), Start: a.now, LastField: -1,
			},
			index: make(map[fieldKey]*field), none: owner == 0,
		}
		if owner != 0 {
			f.f.Target = w.target(owner)
		}
		w.forms[owner] = f
		a.forms = append(a.forms, f)
	}
	f.f.End = a.now
	return f
}

// fieldOf returns the field that a control is, nil if it is none, or one too
// many.
func (a *Analyzer) fieldOf(w *window, id snapshot.NodeID) *field {
	n := element(w.page, id)
	if n == nil {
		return nil
	}
	kind := fieldType(n)
	if kind == "" {
		return nil
	}
	f := a.inForm(w, formOwner(w.page, id))
	if f == nil {
		return nil
	}
	key := fieldKey{node: id}
	if name, ok := attr(n, "name"); ok && kind == "radio" {
		key = fieldKey{group: name}
	}
	d := f.index[key]
	if d == nil {
		if a.fields == maxFields {
			a.r.LeftOut.Fields++
			return nil
		}
		a.fields++
		d = &field{f: Field{Target: w.target(id), Type: kind, First: a.now}, form: f, at: len(f.fields), node: id}
		if s := w.page.State(id); s != nil && s.Value != nil {
			d.length = len(*s.Value)
		}
		f.index[key] = d
		f.fields = append(f.fields, d)
	}
	return d
}

// fieldType returns the type of a control that users fill, "" for others.
func fieldType(n *html.Node) string {
	switch n.Data {
	case "textarea", "select":
		return n.Data
	case "input":
		switch t := inputType(n); t {
		case "button", "submit", "reset", "image", "hidden":
		default:
			return cut(t, maxName)
		}
	}
	return ""
}

// focus takes note that an element has the focus.
func (a *Analyzer) focus(w *window, id snapshot.NodeID) {
	w.focused, w.focusedAt = id, a.now
	d := a.fieldOf(w, id)
	if w.field != nil && w.field != d {
		a.leave(w, w.field)
	}
	if d == nil {
		return
	}
	a.enter(w, d, a.now)
}

// enter takes note that a field has had the focus since then.
func (a *Analyzer) enter(w *window, d *field, since time.Duration) {
	w.field = d
	d.form.last = d
	if !d.focused {
		d.focused, d.since, d.filled = true, since, false
		d.f.Focuses++
		d.shrinks = false
	}
}

// blur takes note that an element has lost the focus.
func (a *Analyzer) blur(w *window, id snapshot.NodeID) {
	if w.focused == id {
		w.focused = 0
	}
	if d := w.field; d != nil && (d.node == id || d.f.Type == "radio") {
		d.form.f.End = a.now
		a.leave(w, d)
	}
}

// leave takes note that the focus is no longer on a field.
func (a *Analyzer) leave(w *window, d *field) {
	if d.focused {
		d.focused = false
		d.f.Time += a.now - d.since
		d.left = d.left || d.filled
	}
	w.field = nil
}

// input takes a change of a control.
func (a *Analyzer) input(w *window, e *format.Input) {
	a.triggered = a.triggered || e.UserTriggered
	n := element(w.page, e.ID)
	if n == nil {
		return
	}
	kind := fieldType(n)
	toggle := kind == "checkbox" || kind == "radio"
	if kind == "" || kind == "radio" && !e.Checked {
		return // of radio buttons one tells
	}
	d := a.fieldOf(w, e.ID)
	if d == nil {
		return
	}
	if w.focused == e.ID && !d.focused {
		a.enter(w, d, w.focusedAt) // the focus came before the element
	}
	byUser := !a.focused || d.focused || toggle || kind == "select" || kind == "file"
	if a.triggered {
		byUser = e.UserTriggered
	}
	length := len(e.Text)
	if !byUser {
		d.f.Scripted++
		d.length = length
		return
	}
	w.prompt, w.used = a.now, true
	if d.f.Inputs > 0 && !d.focused && !d.told && a.focused && toggle {
		d.left = true // a toggle need not have the focus
	}
	a.fill(d)
	if !toggle && kind != "select" {
		shrinks := length < d.length
		if shrinks && !d.shrinks {
			d.f.Corrections++
		}
		d.shrinks = shrinks
		d.f.Empty = length == 0
	}
	d.length = length
}

// fill takes note that the user changed a field.
func (a *Analyzer) fill(d *field) {
	d.f.Inputs++
	if d.f.Inputs == 1 && d.focused {
		h := a.now - d.since
		if d.f.Focuses > 1 {
			h += d.f.Time
		}
		d.f.Hesitation = &h
	}
	if d.left && !d.told {
		d.f.Refills++
	}
	d.left, d.filled = false, true
	d.form.filled, d.form.last = true, d
}

// fieldEvent takes what a recorder itself says of a field.
func (a *Analyzer) fieldEvent(w *window, e *format.Field) {
	if e.Action == "submit" {
		owner := e.ID
		if n := element(w.page, e.ID); n == nil || n.Data != "form" {
			owner = formOwner(w.page, e.ID)
		}
		a.submit(w, owner)
		return
	}
	if e.Action == "focus" {
		a.focused = true
		a.focus(w, e.ID)
		return
	}
	d := a.fieldOf(w, e.ID)
	if d == nil {
		return
	}
	switch e.Action {
	case "blur":
		a.blur(w, e.ID)
		if t := time.Duration(min(max(0, finite(e.Time)), 1e8) * float64(time.Millisecond)); t > d.f.Time {
			d.f.Time = t
		}
	case "fill", "refill", "clear":
		if !d.told && d.f.Inputs > 0 {
			d.f.Refills = 0 // the recorder counts them
		}
		d.told = true
		if e.Action == "refill" {
			d.f.Refills++
		}
		a.fill(d)
		d.f.Empty = e.Action == "clear"
	}
}

// submitClick takes a click on a control, which can submit its form.
func (a *Analyzer) submitClick(w *window, id snapshot.NodeID) {
	if n := element(w.page, id); n != nil && isSubmit(n) {
		if owner := formOwner(w.page, id); owner != 0 {
			a.submit(w, owner)
		}
	}
}

// submit takes note that a form was submitted.
func (a *Analyzer) submit(w *window, owner snapshot.NodeID) {
	f := a.inForm(w, owner)
	if f == nil {
		return
	}
	at := a.now
	f.f.Submits++
	f.f.Submitted = &at
	f.filled = false
}

// report returns what was found so far.
func (f *form) report(now time.Duration) Form {
	r := f.f
	r.Fields = make([]Field, len(f.fields))
	for i, d := range f.fields {
		r.Fields[i] = d.f
		if d.focused {
			r.Fields[i].Time += now - d.since
		}
	}
	r.Abandoned = f.filled && !f.none
	if f.last != nil {
		r.LastField = f.last.at
	}
	return r
}
