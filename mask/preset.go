package mask

// The presets are fresh values, the caller's to edit. All have VendorTokens,
// and none shows what is always masked. Tokens by which the authors of pages
// lift masking are honoured only where a preset says so: a page must not unmask
// itself unless the operator wants it, who chooses the preset.

// Default returns the default policy: form controls, payloads and queries are
// masked, as always; other text is clear but for what the page's authors
// marked as private for any of the recorders known here.
func Default() Config {
	return Config{Name: "default", Rules: VendorTokens()}
}

// Strict returns a policy that masks all text, labels and attributes too. Rules
// that allow are for the caller to add.
func Strict() Config {
	return Config{Name: "strict", Rules: VendorTokens(), Text: TextMask, Labels: TextMask}
}

// Rrweb returns the policy that rrweb's recorder has with maskAllInputs: form
// controls are masked, text is clear but for rr-mask and rr-block. It masks as
// Default does.
func Rrweb() Config {
	c := Default()
	c.Name = "rrweb"
	return c
}

// PostHog returns a policy after the defaults of PostHog's recorder: form
// controls are masked (maskAllInputs), text is clear but for ph-mask and
// ph-no-capture. For maskAllText set Text to TextMask. For maskAllInputs: false
// add a rule that allows the inputs to show, such as
//
//	Rule{Select: "input, textarea, select, option, optgroup", Action: Allow}
//
// The attribute data-ph-unmask shows what it is on and what is below it, a form
// control's value only where it is on the control itself. PostHog's recorder
// does not know it: sites read it in their masking functions. Where a site does
// not, the rule can go.
func PostHog() Config {
	c := Default()
	c.Name = "posthog"
	c.Rules = append(c.Rules,
		Rule{Select: "[data-ph-unmask]", Action: Allow, Why: "the page marks it as public for PostHog"})
	return c
}

// Sentry returns a policy after the defaults of Sentry's recorder (maskAllText,
// maskAllInputs, blockAllMedia): all text and labels are masked and media are
// empty boxes. The classes and attributes sentry-unmask and sentry-unblock show
// text and media again; Sentry's recorder from version 8 on honours them only
// where a site configures it, so where it does not, the rules can go. Attributes
// and addresses that Sentry leaves as they are, are masked as in Strict.
func Sentry() Config {
	c := Strict()
	c.Name = "sentry"
	media := [...]string{"img", "svg", "video", "object", "picture", "embed", "map", "audio"}
	blocked, shown := "", ""
	for i, tag := range media {
		if i > 0 {
			blocked, shown = blocked+", ", shown+", "
		}
		blocked += tag + ":not(.sentry-unblock):not([data-sentry-unblock])"
		shown += tag + ".sentry-unblock, " + tag + "[data-sentry-unblock]"
	}
	c.Rules = append(c.Rules,
		Rule{Select: blocked, Action: Placeholder, Why: "media, as blockAllMedia has it"},
		Rule{Select: shown, Action: Allow, Why: "the page marks it as public for Sentry"},
		Rule{Select: ".sentry-unmask, [data-sentry-unmask]", Action: Allow, Why: "the page marks it as public for Sentry"})
	return c
}

// Zenovay returns a policy for Zenovay: all is masked, by an x for every
// character, and what is never recorded has no length either. To show something
// is the operator's, by a rule that allows it: the page's authors have no token
// for that.
func Zenovay() Config {
	c := Strict()
	c.Name, c.Shape, c.Glyph = "zenovay", ShapeLength, "x"
	for _, r := range [...]Rule{
		{Input: "password", Why: "passwords are never recorded"},
		{Input: "hidden", Why: "what is hidden in forms is never recorded"},
		{Input: "file", Why: "names of files are never recorded"},
		{Select: `[autocomplete^="cc-" i], [autocomplete*=" cc-" i]`, Why: "payment data is never recorded"},
		{Name: "card, credit card, cvc, cvv, csc, iban, account number, routing number", Why: "payment data is never recorded"},
		{Select: `[autocomplete~="one-time-code" i], [autocomplete~="current-password" i], [autocomplete~="new-password" i]`,
			Why: "passwords and codes are never recorded"},
		{Name: "otp, totp, mfa, one time code, verification code, pin", Why: "codes are never recorded"},
		{Name: "ssn, social security, tax id, passport", Why: "numbers of a person are never recorded"},
	} {
		r.Action = Final
		c.Rules = append(c.Rules, r)
	}
	c.Rules = append(c.Rules,
		Rule{Select: "[data-private]", Action: Block, Why: "the page marks it as private for Zenovay"},
		Rule{Select: "canvas, video", Action: Placeholder, Why: "pixels cannot be masked"},
		Rule{Select: `iframe:not([src]), iframe[src*="//"]`, Action: Placeholder, Why: "a page of another site"})
	return c
}

// VendorTokens returns rules for the classes and attributes by which the
// authors of pages tell recorders, of any vendor, to mask or leave out. They
// only ever raise: a policy with them shows nothing that it would not without.
func VendorTokens() []Rule {
	rules := make([]Rule, 0, len(vendorTokens))
	for _, t := range vendorTokens {
		rules = append(rules, Rule{Select: t.tokens, Action: t.action, Why: "the page marks it as private for " + t.vendor})
	}
	return rules
}

// An array, so that nothing can change it.
var vendorTokens = [...]struct {
	vendor string
	action Action
	tokens string
}{
	{"rrweb", Private, ".rr-mask"},
	{"rrweb", Block, ".rr-block"},
	{"rrweb", MaskValue, "input.rr-ignore, textarea.rr-ignore, select.rr-ignore"},
	{"Amplitude", Private, ".amp-mask"},
	{"Amplitude", Block, ".amp-block"},
	{"Clarity", Private, "[data-clarity-mask]"},
	{"Contentsquare", Private, "[data-cs-encrypt], [data-cs-mask]"},
	{"Datadog", Private, `.dd-privacy-mask, .dd-privacy-mask-user-input, [data-dd-privacy="mask" i], [data-dd-privacy="mask-user-input" i]`},
	{"Datadog", Block, `.dd-privacy-hidden, [data-dd-privacy="hidden" i]`},
	{"Dynatrace", Private, "[data-dtrum-mask]"},
	{"FullStory", Private, ".fs-mask"},
	{"FullStory", Block, ".fs-exclude"},
	{"Heap", Private, "[data-heap-redact-text], [data-heap-redact-attributes]"},
	{"Highlight", Private, ".highlight-mask"},
	{"Highlight", Block, ".highlight-block"},
	{"Hotjar", Private, ".data-hj-suppress, [data-hj-suppress]"},
	{"Inspectlet", Private, ".inspectlet-sensitive"},
	{"Inspectlet", Block, ".inspectletIgnore"},
	{"LogRocket", Private, "[data-private]"},
	{"Lucky Orange", Private, ".lo-sensitive, .losensitive"},
	{"Mixpanel", Private, ".mp-mask"},
	{"Mixpanel", Block, ".mp-block"},
	{"Mouseflow", Private, ".mf-masked, [data-mf-replace], [data-mf-replace-inner]"},
	{"Mouseflow", Block, ".mf-excluded"},
	{"New Relic", Private, ".nr-mask, [data-nr-mask]"},
	{"New Relic", Block, ".nr-block, [data-nr-block]"},
	{"OpenReplay", Private, "[data-openreplay-obscured], [data-openreplay-masked], [data-openreplay-htmlmasked]"},
	{"OpenReplay", Block, "[data-openreplay-hidden]"},
	{"PostHog", Private, ".ph-mask, [data-ph-mask], .mask-session-recording"},
	{"PostHog", Block, ".ph-no-capture, [data-ph-no-capture]"},
	{"PostHog", MaskValue, "input.ph-ignore-input, textarea.ph-ignore-input, select.ph-ignore-input"},
	{"Quantum Metric", Private, "[data-qm-encrypt]"},
	{"Quantum Metric", Block, "[data-qm-block]"},
	{"Sentry", Private, ".sentry-mask, [data-sentry-mask]"},
	{"Sentry", Block, ".sentry-block, [data-sentry-block]"},
	{"Sentry", MaskValue, "input.sentry-ignore, textarea.sentry-ignore, select.sentry-ignore, " +
		"input[data-sentry-ignore], textarea[data-sentry-ignore], select[data-sentry-ignore]"},
	{"SessionStack", Private, ".sessionstack-sensitive"},
	{"Smartlook", Private, `[data-sl="mask" i], [data-recording-sensitive]`},
	{"Smartlook", Block, `[data-sl="exclude" i], [data-recording-disable]`},
	{"Userback", Block, ".userback-block"},
	{"Zenovay", Private, ".zenovay-mask-replay"},
	{"Zenovay", Block, ".zenovay-block-replay"},
	{"Zipy", Block, ".zipy-block"},
	{"other recorders", Private, ".cls_mask, [data-sr-redact]"},
}
