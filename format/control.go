package format

import "github.com/pagetape/pagetape/snapshot"

// An Input says what a form control holds, after the user or a script changed
// it.
type Input struct {
	ID            snapshot.NodeID
	Text          string
	Checked       bool
	UserTriggered bool
	Extra
}

// Fields shows the fields to v.
func (e *Input) Fields(v Visitor) {
	v.String(Spec{Name: "text", Role: RoleInput}, &e.Text)
	v.Bool(Spec{Name: "isChecked"}, &e.Checked)
	v.ID(Spec{Name: "id"}, &e.ID)
	v.Bool(Spec{Name: "userTriggered", Omit: true}, &e.UserTriggered)
}

// Kind returns KindInput.
func (*Input) Kind() Kind { return KindInput }

// Apply sets the control's live value. One that is not on the page is no
// damage: scripts set controls before they insert and after they remove them,
// and an addition tells what the control holds.
func (e *Input) Apply(p *snapshot.Page) error {
	if p.Kind(e.ID) == 0 {
		return nil
	}
	return damageOf(KindInput, p.SetInput(e.ID, e.Text, e.Checked))
}
func (*Input) sealed() {}

// MediaAction is what happened to a media element.
type MediaAction int64

// The media interactions of rrweb.
const (
	Play MediaAction = iota
	Pause
	Seeked
	VolumeChange
	RateChange
)

// A Media event says that an audio or video element was played, paused, or
// changed.
type Media struct {
	Action       MediaAction
	ID           snapshot.NodeID
	CurrentTime  *float64 // seconds
	Volume       *float64 // 0 to 1
	Muted        *bool
	Loop         *bool
	PlaybackRate *float64
	Extra
}

// Fields shows the fields to v.
func (e *Media) Fields(v Visitor) {
	v.Int(Spec{Name: "type"}, (*int64)(&e.Action))
	v.ID(Spec{Name: "id"}, &e.ID)
	v.OptNumber(Spec{Name: "currentTime"}, &e.CurrentTime)
	v.OptNumber(Spec{Name: "volume"}, &e.Volume)
	v.OptBool(Spec{Name: "muted"}, &e.Muted)
	v.OptBool(Spec{Name: "loop"}, &e.Loop)
	v.OptNumber(Spec{Name: "playbackRate"}, &e.PlaybackRate)
}

// Kind returns KindMedia.
func (*Media) Kind() Kind { return KindMedia }

// Apply changes the element's playback state. Media plays off the page, too:
// that is no damage.
func (e *Media) Apply(p *snapshot.Page) error {
	if p.Kind(e.ID) == 0 {
		return nil
	}
	m := snapshot.Media{
		CurrentTime: e.CurrentTime, Volume: e.Volume, Muted: e.Muted,
		Loop: e.Loop, PlaybackRate: e.PlaybackRate,
	}
	if e.Action == Play || e.Action == Pause {
		playing := e.Action == Play
		m.Playing = &playing
	}
	return damageOf(KindMedia, p.SetMedia(e.ID, m))
}
func (*Media) sealed() {}
