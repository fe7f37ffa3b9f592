package mask

// Default returns the default policy: form controls, payloads and queries are
// masked, as always; other text is clear but for what the page's authors
// marked as private for any of the recorders known here. It is a fresh value,
// the caller's to edit.
//
// Tokens by which page authors lift masking are not among the rules: a page
// must not unmask itself unless the operator says so.
func Default() Config {
	c := Config{Name: "default"}
	for _, s := range maskTokens {
		c.Rules = append(c.Rules, Rule{Select: s, Action: Mask, Why: "marked by the page"})
	}
	for _, s := range blockTokens {
		c.Rules = append(c.Rules, Rule{Select: s, Action: Block, Why: "marked by the page"})
	}
	return c
}

// Strict returns a policy that masks all text, labels and attributes too. Rules
// that allow are for the caller to add.
func Strict() Config {
	c := Default()
	c.Name = "strict"
	c.Text, c.Labels = TextMask, TextMask
	return c
}

// The classes and attributes by which the authors of pages tell recorders to
// mask. Arrays, so that nothing can change them.
var maskTokens = [...]string{
	".rr-mask", ".mp-mask", ".fs-mask", ".amp-mask", ".ph-mask", ".sentry-mask", ".dd-privacy-mask",
	".dd-privacy-mask-user-input", ".nr-mask", ".highlight-mask", ".mf-masked", ".lo-sensitive", ".losensitive",
	".inspectlet-sensitive", ".data-hj-suppress", ".cls_mask", ".sessionstack-sensitive",
	"[data-nr-mask]", "[data-private]", "[data-hj-suppress]", "[data-clarity-mask]", `[data-sl="mask" i]`,
	"[data-recording-sensitive]", "[data-openreplay-obscured]", "[data-openreplay-masked]",
	"[data-openreplay-htmlmasked]", "[data-cs-encrypt]", "[data-cs-mask]", "[data-heap-redact-text]",
	"[data-heap-redact-attributes]", "[data-mf-replace]", "[data-mf-replace-inner]", "[data-dtrum-mask]",
	"[data-qm-encrypt]", "[data-sr-redact]", `[data-dd-privacy="mask" i]`, "[data-sentry-mask]", "[data-ph-mask]",
}

// The same for those that tell them to leave an element out.
var blockTokens = [...]string{
	".rr-block", ".mp-block", ".fs-exclude", ".amp-block", ".ph-no-capture", ".sentry-block", ".dd-privacy-hidden",
	".nr-block", ".highlight-block", ".mf-excluded", ".inspectletIgnore", ".userback-block", ".zipy-block",
	"[data-nr-block]", `[data-sl="exclude" i]`, "[data-recording-disable]", "[data-openreplay-hidden]",
	"[data-qm-block]", `[data-dd-privacy="hidden" i]`, "[data-sentry-block]",
}
