package format

import "github.com/pagetape/pagetape/snapshot"

// The events in this file are what other recorders have and rrweb lacks. In
// rrweb's JSON they are custom events whose tag is TagPrefix and the kind's
// name, and whose payload has their fields.

// TagPrefix begins the tag of the custom events that carry the typed ones.
const TagPrefix = "pagetape."

// Visibility says that the window was shown or hidden (Page Visibility).
type Visibility struct {
	State string // "visible" or "hidden"
	Extra
}

// Fields shows the fields to v.
func (e *Visibility) Fields(v Visitor) { v.String(Spec{Name: "state"}, &e.State) }

// Kind returns KindVisibility.
func (*Visibility) Kind() Kind { return KindVisibility }

// Apply does nothing.
func (*Visibility) Apply(*snapshot.Page) error { return nil }
func (*Visibility) sealed()                    {}

// A Navigation says that the window's address changed.
type Navigation struct {
	URL      string
	Referrer string
	Type     string // as PerformanceNavigationTiming.type, or "push", "replace", "hash"
	Extra
}

// Fields shows the fields to v.
func (e *Navigation) Fields(v Visitor) {
	v.String(Spec{Name: "url", Role: RoleURL}, &e.URL)
	v.String(Spec{Name: "referrer", Role: RoleURL, Omit: true}, &e.Referrer)
	v.String(Spec{Name: "type", Omit: true}, &e.Type)
}

// Kind returns KindNavigation.
func (*Navigation) Kind() Kind { return KindNavigation }

// Apply sets the address of the page's view.
func (e *Navigation) Apply(p *snapshot.Page) error {
	p.View.URL = e.URL
	return nil
}
func (*Navigation) sealed() {}

// A Request is one network request. There is no field for a body: a recorder's
// adapter that finds one leaves it out.
type Request struct {
	URL       string
	Method    string
	Status    int64  // HTTP status; 0 is not told
	Initiator string // as PerformanceResourceTiming.initiatorType
	Start     float64
	Duration  float64 // both in milliseconds, Start after the event's time
	Sent      int64
	Received  int64 // bytes of the bodies; 0 is not told
	Failure   string
	Extra
}

// Fields shows the fields to v.
func (e *Request) Fields(v Visitor) {
	v.String(Spec{Name: "url", Role: RoleURL}, &e.URL)
	v.String(Spec{Name: "method", Role: RoleNetwork, Omit: true}, &e.Method)
	v.Int(Spec{Name: "status", Omit: true}, &e.Status)
	v.String(Spec{Name: "initiator", Role: RoleNetwork, Omit: true}, &e.Initiator)
	v.Number(Spec{Name: "start", Omit: true}, &e.Start)
	v.Number(Spec{Name: "duration", Omit: true}, &e.Duration)
	v.Int(Spec{Name: "sent", Omit: true}, &e.Sent)
	v.Int(Spec{Name: "received", Omit: true}, &e.Received)
	v.String(Spec{Name: "failure", Role: RoleNetwork, Omit: true}, &e.Failure)
}

// Kind returns KindRequest.
func (*Request) Kind() Kind { return KindRequest }

// Apply does nothing.
func (*Request) Apply(*snapshot.Page) error { return nil }
func (*Request) sealed()                    {}

// A Console event is one call of the page's console.
type Console struct {
	Level string // "log", "info", "warn", "error", ...
	Args  string // JSON array
	Trace string // stack, one frame a line
	Extra
}

// Fields shows the fields to v.
func (e *Console) Fields(v Visitor) {
	v.String(Spec{Name: "level", Role: RoleConsole}, &e.Level)
	v.Raw(Spec{Name: "args", Role: RoleConsole, Omit: true}, &e.Args)
	v.String(Spec{Name: "trace", Role: RoleConsole, Omit: true}, &e.Trace)
}

// Kind returns KindConsole.
func (*Console) Kind() Kind { return KindConsole }

// Apply does nothing.
func (*Console) Apply(*snapshot.Page) error { return nil }
func (*Console) sealed()                    {}

// A Failure is an error that the page did not catch.
type Failure struct {
	Message string
	Stack   string
	URL     string // of the script
	Line    int64
	Column  int64
	Extra
}

// Fields shows the fields to v.
func (e *Failure) Fields(v Visitor) {
	v.String(Spec{Name: "message", Role: RoleConsole}, &e.Message)
	v.String(Spec{Name: "stack", Role: RoleConsole, Omit: true}, &e.Stack)
	v.String(Spec{Name: "url", Role: RoleURL, Omit: true}, &e.URL)
	v.Int(Spec{Name: "line", Omit: true}, &e.Line)
	v.Int(Spec{Name: "column", Omit: true}, &e.Column)
}

// Kind returns KindFailure.
func (*Failure) Kind() Kind { return KindFailure }

// Apply does nothing.
func (*Failure) Apply(*snapshot.Page) error { return nil }
func (*Failure) sealed()                    {}

// A Field event is what the user did with one field of a form: enough for form
// analytics without the value.
type Field struct {
	ID     snapshot.NodeID
	Action string  // "focus", "fill", "refill", "clear", "blur", "submit"
	Time   float64 // milliseconds spent in the field so far
	Extra
}

// Fields shows the fields to v.
func (e *Field) Fields(v Visitor) {
	v.ID(Spec{Name: "id"}, &e.ID)
	v.String(Spec{Name: "action"}, &e.Action)
	v.Number(Spec{Name: "time", Omit: true}, &e.Time)
}

// Kind returns KindField.
func (*Field) Kind() Kind { return KindField }

// Apply does nothing.
func (*Field) Apply(*snapshot.Page) error { return nil }
func (*Field) sealed()                    {}
