package format

import "github.com/pagetape/pagetape/snapshot"

// A Custom event is one that the page's own code, or a product built on the
// recorder, added.
type Custom struct {
	Tag     string
	Payload string // JSON
	Extra
}

// Fields shows the fields to v.
func (e *Custom) Fields(v Visitor) {
	v.String(Spec{Name: "tag", Role: RoleCustom}, &e.Tag)
	v.Raw(Spec{Name: "payload", Role: RoleCustom}, &e.Payload)
}

// Kind returns KindCustom.
func (*Custom) Kind() Kind { return KindCustom }

// Apply does nothing: a custom event does not change the page.
func (*Custom) Apply(*snapshot.Page) error { return nil }
func (*Custom) sealed()                    {}

// A Plugin event comes from a plugin of the recorder.
type Plugin struct {
	Plugin  string // the plugin's name, as "rrweb/console@1"
	Payload string // JSON
	Extra
}

// Fields shows the fields to v.
func (e *Plugin) Fields(v Visitor) {
	v.String(Spec{Name: "plugin", Role: RoleCustom}, &e.Plugin)
	v.Raw(Spec{Name: "payload", Role: RoleCustom}, &e.Payload)
}

// Kind returns KindPlugin.
func (*Plugin) Kind() Kind { return KindPlugin }

// Apply does nothing: a plugin's event does not change the page.
func (*Plugin) Apply(*snapshot.Page) error { return nil }
func (*Plugin) sealed()                    {}

// An Asset is a resource of the page that the recorder fetched, or could not.
type Asset struct {
	URL     string
	Payload string // JSON: a serialized blob or style sheet
	Failed  string // JSON: status and message
	Extra
}

// Fields shows the fields to v.
func (e *Asset) Fields(v Visitor) {
	v.String(Spec{Name: "url", Role: RoleURL}, &e.URL)
	v.Raw(Spec{Name: "payload", Role: RoleCanvas, Omit: true}, &e.Payload)
	v.Raw(Spec{Name: "failed", Role: RoleNetwork, Omit: true}, &e.Failed)
}

// Kind returns KindAsset.
func (*Asset) Kind() Kind { return KindAsset }

// Apply does nothing: assets are looked up by URL, not placed in the tree.
func (*Asset) Apply(*snapshot.Page) error { return nil }
func (*Asset) sealed()                    {}

// A Log is a console record of older recorders (incremental source 11).
type Log struct {
	Level   string
	Payload string // JSON array of strings
	Trace   string // JSON array of strings
	Extra
}

// Fields shows the fields to v.
func (e *Log) Fields(v Visitor) {
	v.String(Spec{Name: "level", Role: RoleConsole}, &e.Level)
	v.Raw(Spec{Name: "payload", Role: RoleConsole}, &e.Payload)
	v.Raw(Spec{Name: "trace", Role: RoleConsole}, &e.Trace)
}

// Kind returns KindLog.
func (*Log) Kind() Kind { return KindLog }

// Apply does nothing: console output does not change the page.
func (*Log) Apply(*snapshot.Page) error { return nil }
func (*Log) sealed()                    {}

// An Unknown is an event that this version has no type for. It is kept as it
// came: JSON text for KindJSON, the MessagePack of the tape for a kind that a
// newer writer wrote.
type Unknown struct {
	Raw  string
	kind Kind
	Extra
}

// NewUnknown returns an event of which only its JSON text is known. Raw is the
// whole event, envelope and all.
func NewUnknown(raw string) *Unknown { return &Unknown{Raw: raw, kind: KindJSON} }

// Fields shows the text of an event of KindJSON to v. That of a newer writer
// has no JSON to show.
func (e *Unknown) Fields(v Visitor) {
	if e.kind == KindJSON {
		v.Raw(Spec{Name: "event", Role: RoleCustom}, &e.Raw)
	}
}

// Kind returns KindJSON, or the number that the newer writer used.
func (e *Unknown) Kind() Kind { return e.kind }

// Apply does nothing.
func (*Unknown) Apply(*snapshot.Page) error { return nil }
func (*Unknown) sealed()                    {}
