package mask

import "strings"

// A row says what becomes of the members of those names, parted by blanks, of
// the object at a path: names of members with dots between, "[]" behind one of
// an array, of whose items the rest is. A row without names is about what is at
// the path itself.
type row struct {
	path  string
	how   treatment
	names string
}

// What no row names is masked: strings, keys that look like none, numbers of six
// digits or more. Shorter numbers (states, counts), booleans and null pass, but
// for members whose key speaks of a secret.

// consoleRows are those of rrweb's console plugin.
var consoleRows = []row{
	{"", word, "level"},
	{"payload[]", jsonText, ""},
	{"trace[]", frame, ""},
}

// networkRows are those of rrweb's network plugin, and of PostHog's, whose
// requests are PerformanceEntry with more (CapturedNetworkRequest).
var networkRows = []row{
	{"requests[]", address, "name url"},
	{"requests[]", word, "method entryType initiatorType type nextHopProtocol renderBlockingStatus deliveryType"},
	{"requests[]", number, timings},
	{"requests[]", headers, "requestHeaders responseHeaders"},
	{"requests[]", body, "requestBody responseBody body"},
	{"requests[].request", headers, "headers"},
	{"requests[].request", body, "body"},
	{"requests[].response", headers, "headers"},
	{"requests[].response", body, "body"},
}

// timings are the numbers of PerformanceResourceTiming and
// PerformanceNavigationTiming, and what recorders add.
const timings = "startTime endTime duration timeOrigin timestamp workerStart redirectStart redirectEnd redirectCount " +
	"fetchStart domainLookupStart domainLookupEnd connectStart connectEnd secureConnectionStart requestStart " +
	"responseStart responseEnd firstInterimResponseStart finalResponseHeadersStart transferSize encodedBodySize " +
	"decodedBodySize unloadEventStart unloadEventEnd domInteractive domContentLoadedEventStart " +
	"domContentLoadedEventEnd domComplete loadEventStart loadEventEnd activationStart size"

// breadcrumbRows are those of Sentry's breadcrumbs. The message of one is a path
// of the page's elements or what was written to the console.
var breadcrumbRows = []row{
	{"", number, "timestamp"},
	{"", word, "type category level"},
	{"data", number, "nodeId request_body_size response_body_size clickCount timeAfterClickMs count"},
	{"data", word, "logger method endReason state"},
	{"data", address, "url from to route"},
	{"data", private, "key"},
	{"data.node", number, "id"},
	{"data.node", tagName, "tagName"},
	{"data.node", private, "textContent attributes"},
	{"data.request", headers, "headers"},
	{"data.request", body, "body"},
	{"data.request", number, "size"},
	{"data.response", headers, "headers"},
	{"data.response", body, "body"},
	{"data.response", number, "size"},
}

// spanRows are those of Sentry's performance spans.
var spanRows = []row{
	{"", word, "op"},
	{"", address, "description"},
	{"", number, "startTimestamp endTimestamp"},
	{"data", word, "method rating"},
	{"data", address, "previous"},
	{"data", number, timings + " value nodeIds"},
	{"data.memory", number, "jsHeapSizeLimit totalJSHeapSize usedJSHeapSize"},
	{"data.attributions[]", number, "value nodeIds"},
	{"data.request", headers, "headers"},
	{"data.request", body, "body"},
	{"data.request", number, "size"},
	{"data.response", headers, "headers"},
	{"data.response", body, "body"},
	{"data.response", number, "size"},
}

// pluginRows are the plugins, by name, whose payload has a known structure.
var pluginRows = map[string][]row{
	consolePlugin:       consoleRows,
	"rrweb/network@1":   networkRows,
	"posthog/network@1": networkRows,
}

const consolePlugin = "rrweb/console@1"

// customRows are the tags of custom events whose payload has a known structure:
// Sentry's, then PostHog's. The ids of sessions are no one's name, but lead to
// the user where they came from: they are masked.
var customRows = map[string][]row{
	"breadcrumb":      breadcrumbRows,
	"performanceSpan": spanRows,
	"options":         {{"", number, ""}},

	"$pageview":               {{"", address, "href"}},
	"$url_changed":            {{"", address, "href"}},
	"$session_id":             {{"", private, "sessionId windowId"}},
	"$session_id_change":      {{"", private, "sessionId windowId"}},
	"$session_ending":         sessionRows,
	"$session_starting":       sessionRows,
	"$posthog_config":         {{"", number, ""}},
	"$session_options":        {{"", number, ""}, {"", word, "activePlugins"}},
	"$remote_config_received": {{"", number, ""}},
	"$recording_started":      {{"", word, "reason"}, {"", address, "matchedUrl"}},
	"recording paused":        {{"", word, "reason"}},
	"recording resumed":       {{"", word, "reason"}},
	"sessionIdle": {
		{"", number, "eventTimestamp lastActivityTimestamp threshold bufferLength bufferSize"},
		{"", private, "sessionId windowId"},
	},
	"sessionNoLongerIdle":              {{"", word, "reason"}},
	"samplingDecisionMade":             {{"", number, "sampleRate"}},
	"triggerGroupSamplingDecisionMade": {{"", number, "sampleRate"}},
}

var sessionRows = []row{
	{"", private, "currentSessionId currentWindowId previousSessionId previousWindowId nextSessionId nextWindowId"},
	{"", number, "lastActivityTimestamp flushed_size"},
}

var (
	pluginPlans = plansOf(pluginRows)
	customPlans = plansOf(customRows)
	// logPlans are those of the parts of a Log, the console record of older
	// recorders.
	logPlans = map[string]*plan{
		"payload": {items: &plan{how: jsonText}},
		"trace":   {items: &plan{how: frame}},
	}
)

func plansOf(tables map[string][]row) map[string]*plan {
	plans := make(map[string]*plan, len(tables))
	for name, rows := range tables {
		p := &plan{}
		for _, r := range rows {
			at := p.at(r.path)
			if r.names == "" {
				at.how = r.how
			}
			for m := range strings.FieldsSeq(r.names) {
				at.at(m).how = r.how
			}
		}
		plans[name] = p
	}
	return plans
}

// at returns the plan of what is at a path in p, making it.
func (p *plan) at(path string) *plan {
	if path == "" {
		return p
	}
	for name := range strings.SplitSeq(path, ".") {
		name, isList := strings.CutSuffix(name, "[]")
		m := p.members[name]
		if m == nil {
			m = &plan{how: p.how}
			if p.members == nil {
				p.members = make(map[string]*plan)
			}
			p.members[name] = m
		}
		if p = m; isList {
			if p.items == nil {
				p.items = &plan{}
			}
			p = p.items
		}
	}
	return p
}

// isPayloadWord says whether v is a word of the recorders or of a standard, and
// so says nothing of the user.
func isPayloadWord(v string) bool {
	return isConsoleLevel(v) || isHTTPMethod(v) || isInitiator(v) || isRecorderWord(v) || isSpanWord(v)
}

func isRecorderWord(v string) bool {
	switch v {
	case "fatal", "critical", "warning", // levels of Sentry
		"default", "http", "query", "transaction", "ui", "user", // types of breadcrumbs
		"console", "xhr", "feedback", "issue", "replay.mutations", "replay.hydrate-error", "replay.init",
		"sentry.event", "sentry.transaction", "sentry.feedback", "device.connectivity",
		"ui.click", "ui.input", "ui.blur", "ui.focus", "ui.scroll", "ui.keyDown", "ui.multiClick", "ui.slowClickDetected",
		"timeout", "mutation", "online", "offline",
		"mark", "measure", "element", "event", "first-input", "layout-shift", "longtask", "paint", "resource", // PerformanceEntry.entryType
		"largest-contentful-paint", "visibility-state", "first-paint", "first-contentful-paint", // or name
		"cumulative-layout-shift", "interaction-to-next-paint", "first-input-delay", "memory", "web-vital",
		"good", "needs-improvement", "poor",
		"reload", "back_forward", "prerender", "navigate", "push", "replace", "blocking", "non-blocking", "cache",
		"http/0.9", "http/1.0", "http/1.1", "h2", "h2c", "h3", "hq",
		"recording_initialized", "session_id_changed", "linked_flag_matched", "linked_flag_overridden", // of PostHog
		"sampling_overridden", "sampled", "url_trigger_matched", "event_trigger_matched", "trigger_matched",
		"url blocker", "left blocked url", "user activity", consolePlugin, "rrweb/network@1":
		return true
	}
	return false
}

// isSpanWord knows the ops of Sentry's spans that have two parts.
func isSpanWord(v string) bool {
	kind, what, ok := strings.Cut(v, ".")
	return ok && kind == "resource" && isInitiator(what) ||
		ok && (kind == "navigation" || kind == "resource") && (what == "xhr" || isSchemaWord(what))
}
