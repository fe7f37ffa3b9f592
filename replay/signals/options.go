package signals

import (
	"time"

	"github.com/pagetape/pagetape/format"
)

// Options are the thresholds of an Analyzer, and what else it is to look for.
// The zero value is the default. A threshold includes its edge: what takes
// exactly that long, or is exactly that far, is within.
type Options struct {
	// RageClicks is how many clicks make a rage click: 3, as for PostHog
	// (click_count), Sentry and Dynatrace; Datadog's documentation says more than
	// three, its SDK takes three. What does not look clickable takes four, as
	// three select a paragraph; fields for text are left out. Datadog leaves out
	// clicks that select something, but so do all quick clicks on text, and a
	// masked session does not tell what is selected.
	// https://posthog.com/docs/references/posthog-js-1.292.0/types/RageclickConfig
	// https://docs.datadoghq.com/real_user_monitoring/application_monitoring/browser/frustration_signals/
	RageClicks int
	// RageWithin is the time that so many clicks in a row may take: 1 s, as for
	// PostHog (timeout_ms), Datadog (a sliding window of one second) and Splunk.
	// It is also the time after which a click is no part of a rage click, nor
	// counted together with the one before it on the same thing, as Sentry does.
	// https://github.com/getsentry/sentry-javascript/issues/8300
	RageWithin time.Duration
	// RageDistance is how far from the first click the others may be: 30 CSS
	// pixels, as for PostHog (threshold_px). Datadog allows 100, but only on one
	// element.
	RageDistance float64
	// RageAnswered counts as rage clicks also those of which the page answered
	// each before the next, as someone clicks who knows what the button does: a
	// stepper, a pager. PostHog leaves such controls out by what is written on
	// them (content_ignorelist); here the page's own changes decide.
	// https://github.com/PostHog/posthog-js/releases/tag/posthog-js%401.382.0
	RageAnswered bool

	// DeadAfter is after how long without an answer of the page a click is dead:
	// 2.5 s, as for PostHog (mutation_threshold_ms). Splunk waits 1 s, Sentry 7 s,
	// of which it calls all above 3 s slow. Clicks in a row on one thing, each
	// within RageWithin of the one before, are one dead click, which an answer to
	// any of them prevents. A session that ends before that time does not tell.
	// https://posthog.com/docs/references/posthog-js-1.285.0/types/DeadClicksAutoCaptureConfig
	// https://docs.sentry.io/platforms/javascript/guides/react-router/session-replay/issue-types/
	// https://github.com/signalfx/splunk-otel-js-web/releases/tag/v2.5.0
	DeadAfter time.Duration
	// DeadScroll is for how long after a click a scroll or a change of the
	// selection is taken for an answer to it: 300 ms, Sentry's
	// SLOW_CLICK_SCROLL_TIMEOUT; later the user has done it. PostHog has 100 ms
	// (scroll_threshold_ms), which is as long as rrweb holds scrolls back.
	// https://github.com/getsentry/sentry-javascript/issues/8021
	DeadScroll time.Duration
	// DeadAnywhere also finds dead clicks on what does not look clickable, as
	// Clarity and Datadog do. Without it the click has to be in a button, a link,
	// a control, what has the role, a handler or the class name of one, or what
	// a style sheet gives a hand for a cursor; Sentry takes button, input and a
	// alone.
	// https://docs.microsoft.com/en-us/clarity/semantic-metrics
	DeadAnywhere bool
	// DeadLinks also finds dead clicks on links that lead elsewhere, as Sentry
	// does. PostHog and Datadog leave them out: that the browser downloads or
	// opens another tab does not show.
	// https://github.com/PostHog/posthog-js/releases/tag/posthog-js%401.374.0
	DeadLinks bool

	// ErrorWithin is how long after a click an error is taken to be due to it:
	// 1 s, as for Splunk (errorClick.timeWindowMs), which leaves time for a
	// request to fail. FullStory, Mouseflow and Datadog ("right before a
	// JavaScript error") do not give a number; Datadog's mobile SDKs have 100 ms
	// after the action's end.
	// https://github.com/signalfx/splunk-otel-js-web
	// https://docs.datadoghq.com/real_user_monitoring/application_monitoring/android/frustration_signals/
	ErrorWithin time.Duration

	// ThrashTurns is how often the pointer turns back, by more than 90 degrees,
	// when it is thrashed: 6; ThrashDistance how far it goes meanwhile: 600 CSS
	// pixels; ThrashWithin in what time: 2 s. Splunk asks for 4 changes of
	// direction by 45 degrees and 300 pixels in 2 s, weighed by speed and area;
	// OpenReplay for more than 4 in 225 ms, at a rate of samples that no recorder
	// keeps (rrweb has one in 50 ms). FullStory, whose term it is, gives no
	// number.
	// https://github.com/signalfx/splunk-otel-js-web (thrashedCursor)
	// https://github.com/openreplay/openreplay (tracker, modules/mouse.ts)
	ThrashTurns    int
	ThrashDistance float64
	ThrashWithin   time.Duration
	// ThrashStep is the least way that counts as a movement: 5 CSS pixels, as
	// Splunk's minMovementDistance.
	ThrashStep float64

	// QuickBack is for how long a page is visited at most by one who returns to
	// the page before at once: 5 s. Clarity, whose term it is, gives no number;
	// Uxify has 5 s for its U-turns.
	// https://docs.microsoft.com/en-us/clarity/semantic-metrics
	// https://help.uxify.com/en/articles/11829715-u-turns-ut
	QuickBack time.Duration

	// ActiveGap is the longest time between two interactions that is active: 5 s,
	// as in PostHog's ingestion (ACTIVITY_THRESHOLD_MS) and in
	// format.Summary.Active.
	ActiveGap time.Duration

	// Recurring is in what time before a click something on the page has to
	// change three times by itself, to be a clock or an animation that answers no
	// click: 10 s. No product has this; they take a clock's tick for an answer.
	Recurring time.Duration

	// SelectLength is the least length of a selection that is a moment: 1.
	SelectLength int
	// CopyTags are the tags of Custom events that say that the user copied
	// something, in any case: copy, cut, clipboard. A number "length" in the
	// payload, a JSON object, is the Moment's Length.
	CopyTags []string

	// Path says which page an address is: PagePath.
	Path func(url string) string
	// Height tells how high the document is, in CSS pixels, where an event of
	// the recorder says so, and 0 elsewhere. rrweb's do not: without it scroll
	// depth is known in pixels only.
	Height func(e *format.Event) float64

	// Funnels are the ways through the site to look for.
	Funnels []Funnel

	// HoverTime is for how long the pointer has to be on an element, in all, to
	// be told of it in Heat: 200 ms, in which it passes over what lies in its way.
	HoverTime time.Duration
	// BandHeight is that of the bands of a page by which attention is counted,
	// in CSS pixels: 100; CellSize that of the squares by which moves are: 20.
	BandHeight, CellSize float64
}

// WithDefaults returns a copy of o in which what is not set has its default.
func (o *Options) WithDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	or(&c.RageClicks, 3)
	or(&c.RageWithin, time.Second)
	or(&c.RageDistance, 30)
	or(&c.DeadAfter, 2500*time.Millisecond)
	or(&c.DeadScroll, 300*time.Millisecond)
	or(&c.ErrorWithin, time.Second)
	or(&c.ThrashTurns, 6)
	or(&c.ThrashDistance, 600)
	or(&c.ThrashWithin, 2*time.Second)
	or(&c.ThrashStep, 5)
	or(&c.QuickBack, 5*time.Second)
	or(&c.ActiveGap, 5*time.Second)
	or(&c.Recurring, 10*time.Second)
	or(&c.SelectLength, 1)
	or(&c.HoverTime, 200*time.Millisecond)
	or(&c.BandHeight, 100)
	or(&c.CellSize, 20)
	if c.CopyTags == nil {
		c.CopyTags = []string{"copy", "cut", "clipboard"}
	}
	if c.Path == nil {
		c.Path = PagePath
	}
	return c
}

// or sets what is not above 0 to its default.
func or[T int | float64 | time.Duration](v *T, byDefault T) {
	if !(*v > 0) {
		*v = byDefault
	}
}
