package mask

import (
	"fmt"
	"io"
	"strings"
)

// always is what no policy shows, for the reader of one.
var always = [...]string{
	"what form controls hold, but where a rule allows a control by itself",
	"passwords, payment data and one-time codes, whatever a rule allows",
	"scripts, comments, srcdoc, handlers and meta elements' content",
	"payloads of events, console and network records, but for what a tag or plugin rule allows",
	"user, fragment and the parameters of addresses, but for what a param rule allows",
	"bodies of requests, values of most headers, and members of payloads whose names speak of a secret",
	"what private controls and regions held, wherever else it shows up",
	"what is of a kind that this version does not know",
}

// String returns the policy for a person to read: what it masks, why, and what
// it lets pass. It says no more than Config does.
func (p *Policy) String() string {
	var b strings.Builder
	_, _ = p.WriteTo(&b)
	return b.String()
}

// WriteTo writes what String returns.
func (p *Policy) WriteTo(w io.Writer) (int64, error) {
	c := p.Config()
	b := &printer{}
	text := func(m TextMode) string { return [...]string{"clear", "masked"}[m] }
	name := c.Name
	if name == "" {
		name = "without a name"
	}
	b.line("policy", name)
	b.line("hash", p.Hash())
	b.line("text", text(c.Text)+", where no rule decides")
	b.line("labels", text(c.Labels)+", of form controls")
	glyph := p.look.glyph
	b.line("masked", fmt.Sprintf("%s, like %q", shapeNames[c.Shape], p.look.text("like this text")))
	if glyph != "*" {
		b.line("", `"`+stars+`" in addresses, names and payloads`)
	}
	if c.Paths {
		b.line("paths", "shown")
	} else {
		b.line("paths", "UUIDs, long numbers and tokens are masked")
	}
	for i, what := range always {
		b.line(leading(i, "always"), what)
	}
	for i, d := range append(c.Detect, c.Custom...) {
		b.line(leading(i, "detect"), d)
	}
	for i, tag := range c.Keep {
		b.line(leading(i, "keep"), "tag "+tag)
	}
	for i, plugin := range c.Plugins {
		b.line(leading(i, "plugins"), "plugin "+plugin)
	}
	for i := range c.Rules {
		r := &c.Rules[i]
		kind, value := r.subject()
		b.line(leading(i, "rules"), fmt.Sprintf("%-11s %-6s %s", r.Action, kind, value))
		if r.Why != "" {
			b.line("", fmt.Sprintf("%-11s because: %s", "", r.Why))
		}
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// A printer writes lines with a head.
type printer struct{ strings.Builder }

func (b *printer) line(head, text string) {
	fmt.Fprintf(b, "%-8s %s\n", head, strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F { // of a selector or reason: one line
			return ' '
		}
		return r
	}, text))
}

func leading(i int, head string) string {
	if i == 0 {
		return head
	}
	return ""
}
