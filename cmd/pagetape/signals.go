package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/pagetape/pagetape/replay/signals"
)

const signalsHelp = `What stands out in a session: rage clicks, dead clicks, clicks that end in an
error, a thrashed pointer, quick backs, selected and copied text, each with what
it was about and the numbers that make it one, thresholds in brackets; then page
visits, forms field by field, and funnels. Of several tapes the totals follow.

-funnel STEPS is a way through the site, and can be given more than once. Steps
are parted by ">": a path ("/users/:id", with * for any segment and ** for any
rest), "click:" and a CSS selector ("\>" for a ">" in it), or "custom:" and the
tag of a custom event. As in -funnel '/cart>/checkout>click:#pay>/thanks'.

-json prints one object of
  sessions  a list of: file, start, and report, which is signals.Report
  totals    signals.Totals
Times and durations are integers, in nanoseconds. Names stay; new ones may come.
The thresholds are in the documentation of signals.Options.
`

// A funnelFlag is -funnel.
type funnelFlag []signals.Funnel

func (f *funnelFlag) String() string { return "" }

func (f *funnelFlag) Set(s string) error {
	funnel, err := signals.ParseFunnel(s)
	*f = append(*f, funnel)
	return err
}

// A signalsOutput is what signals -json prints.
type signalsOutput struct {
	Sessions []sessionSignals `json:"sessions"`
	Totals   signals.Totals   `json:"totals"`
}

type sessionSignals struct {
	File   string          `json:"file"`
	Start  time.Time       `json:"start"`
	Report *signals.Report `json:"report"`
}

func findSignals(env *environment, args []string) error {
	f := env.flags()
	asJSON := f.Bool("json", false, "")
	var opts signals.Options
	f.Var((*funnelFlag)(&opts.Funnels), "funnel", "")
	key := keyFlag(f)
	names, err := env.parse(f, args)
	switch {
	case err != nil:
		return err
	case len(names) == 0:
		return usage("no input")
	}
	limits := opts.WithDefaults()
	var out signalsOutput
	var failed []error
	for _, name := range names {
		tape, err := key.open(name, false)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		r, err := signals.Of(tape, &opts)
		if err != nil {
			failed = append(failed, named(name, key.explain(err)))
		}
		out.Sessions = append(out.Sessions, sessionSignals{name, tape.Header.Start, r})
		out.Totals.Add(r)
		if err := tape.Close(); err != nil {
			return named(name, err)
		}
		if !*asJSON {
			if len(names) > 1 {
				fmt.Fprintf(env.out, "%s\n", name)
			}
			printSignals(env.out, r, &limits)
		}
	}
	switch {
	case *asJSON:
		text, err := json.MarshalIndent(out, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(env.out, "%s\n", text)
	case len(names) > 1:
		printTotals(env.out, &out.Totals)
	}
	return errors.Join(failed...)
}

// A rows prints tables.
type rows struct{ *tabwriter.Writer }

// newRows begins a table under its heading.
func newRows(w io.Writer, heading string) *rows {
	fmt.Fprintf(w, "\n%s\n", heading)
	return &rows{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
}

// row prints one row.
func (r *rows) row(cells ...any) {
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = strings.ReplaceAll(line(fmt.Sprint(c)), "\t", " ")
	}
	fmt.Fprintf(r, "  %s\n", strings.Join(text, "\t"))
}

// name says what a target is: by its accessible name or, without one, by its
// selector.
func targetName(t *signals.Target) string {
	what := t.Role
	if what == "" {
		what = t.Tag
	}
	switch {
	case t.Node == 0:
		return ""
	case t.Name != "":
		return fmt.Sprintf("%s %s %s", what, quote(t.Name), t.Selector)
	}
	return strings.TrimSpace(what + " " + t.Selector)
}

// why says by what numbers a moment is one.
func why(m *signals.Moment, o *signals.Options) string {
	took := millis(m.End - m.Time)
	switch m.Kind {
	case signals.RageClick:
		return fmt.Sprintf("%s in %s, %.0f px apart, %d answered (%d in %s, %g px)", plural(m.Clicks, "click"), took, m.Distance, m.Answered,
			o.RageClicks, o.RageWithin, o.RageDistance)
	case signals.DeadClick:
		return fmt.Sprintf("%s, no answer within %s", plural(m.Clicks, "click"), o.DeadAfter)
	case signals.ErrorClick:
		kind := "console error"
		if m.Uncaught {
			kind = "uncaught error"
		}
		return fmt.Sprintf("%s, %s after %s (%s)", plural(m.Clicks, "click"), plural(m.Errors, kind), took, o.ErrorWithin)
	case signals.Thrashing:
		return fmt.Sprintf("%s and %.0f px in %s (%d and %g px in %s)", plural(m.Turns, "turn"), m.Distance, took,
			o.ThrashTurns, o.ThrashDistance, o.ThrashWithin)
	case signals.QuickBack:
		return fmt.Sprintf("back after %s (%s)", took, o.QuickBack)
	}
	if m.Length == 0 {
		return "of a length that is not known"
	}
	return plural(m.Length, "character")
}

// share is a part in per cent.
func share(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f%%", 100*float64(part)/float64(whole))
}

func printSignals(w io.Writer, r *signals.Report, o *signals.Options) {
	fmt.Fprintf(w, "%s, active for %s; %s, %s, %s\n", millis(r.Last-r.First), millis(r.Active),
		plural(len(r.Moments), "moment"), plural(len(r.Visits), "visit"), plural(len(r.Forms), "form"))
	if len(r.Moments) > 0 {
		t := newRows(w, "moments")
		for i := range r.Moments {
			m := &r.Moments[i]
			t.row(millis(m.Time), m.Kind, m.Path, targetName(&m.Target), why(m, o))
		}
		t.Flush()
	}
	if len(r.Visits) > 0 {
		t := newRows(w, "visits")
		t.row("start", "page", "time", "active", "clicks", "errors", "scrolled to")
		for i := range r.Visits {
			v := &r.Visits[i]
			depth := fmt.Sprintf("%.0f px", v.ScrollBottom)
			if v.Height > 0 {
				depth = fmt.Sprintf("%.0f%%", v.ScrollPercent)
			}
			t.row(millis(v.Start), v.Path, millis(v.End-v.Start), millis(v.Active), v.Clicks, v.Errors, depth)
		}
		t.Flush()
	}
	for i := range r.Forms {
		printForm(w, &r.Forms[i])
	}
	if len(r.Funnels) > 0 {
		t := newRows(w, "funnels")
		for _, p := range r.Funnels {
			for i, step := range p.Steps {
				at := "not reached"
				if i < len(p.Reached) {
					at = millis(p.Reached[i]).String()
				}
				t.row(step, at)
			}
		}
		t.Flush()
	}
	if l := r.LeftOut; l != (signals.LeftOut{}) {
		fmt.Fprintf(w, "\nleft out: %+v\n", l)
	}
}

func printForm(w io.Writer, f *signals.Form) {
	heading := "fields in no form"
	if f.Target.Node != 0 {
		end := "not submitted"
		switch {
		case f.Abandoned:
			end = "abandoned"
		case f.Submits > 0:
			end = fmt.Sprintf("submitted %s", times(f.Submits))
		}
		heading = fmt.Sprintf("%s, %s", line(targetName(&f.Target)), end)
	}
	t := newRows(w, fmt.Sprintf("%s, on %s at %s", heading, line(f.Path), millis(f.Start)))
	t.row("field", "type", "time", "hesitation", "inputs", "refills", "corrections", "")
	for i := range f.Fields {
		d := &f.Fields[i]
		hesitation, notes := "-", []string{}
		if d.Hesitation != nil {
			hesitation = millis(*d.Hesitation).String()
		}
		if d.Empty {
			notes = append(notes, "left empty")
		}
		if d.Scripted > 0 {
			notes = append(notes, fmt.Sprintf("filled by script %s", times(d.Scripted)))
		}
		if f.Abandoned && i == f.LastField {
			notes = append(notes, "last")
		}
		t.row(targetName(&d.Target), d.Type, millis(d.Time), hesitation, d.Inputs, d.Refills, d.Corrections, strings.Join(notes, ", "))
	}
	t.Flush()
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return plural(n, "time")
}

func printTotals(w io.Writer, t *signals.Totals) {
	fmt.Fprintf(w, "\ntotals of %s: %s, active for %s\n", plural(t.Sessions, "session"), millis(t.Duration), millis(t.Active))
	if len(t.Moments) > 0 {
		rows := newRows(w, "moments")
		rows.row("kind", "count", "sessions", "")
		for _, k := range t.Moments {
			rows.row(k.Kind, k.Count, k.Sessions, share(k.Sessions, t.Sessions))
		}
		rows.Flush()
		rows = newRows(w, "what they were about")
		rows.row("kind", "page", "element", "count", "sessions")
		for i, x := range t.Targets {
			if i == maxLines {
				rows.row(fmt.Sprintf("and %d more", len(t.Targets)-i))
				break
			}
			rows.row(x.Kind, x.Path, x.Selector, x.Count, x.Sessions)
		}
		rows.Flush()
	}
	if len(t.Pages) > 0 {
		rows := newRows(w, "pages")
		rows.row("page", "visits", "sessions", "entries", "exits", "mean time", "mean active", "clicks")
		for i, p := range t.Pages {
			if i == maxLines {
				rows.row(fmt.Sprintf("and %d more", len(t.Pages)-i))
				break
			}
			n := time.Duration(p.Visits)
			rows.row(p.Path, p.Visits, p.Sessions, p.Entries, p.Exits, millis(p.Time/n), millis(p.Active/n), p.Clicks)
		}
		rows.Flush()
	}
	if len(t.Forms) > 0 {
		rows := newRows(w, "forms")
		rows.row("form", "page", "users", "submitted", "abandoned")
		for _, f := range t.Forms {
			rows.row(f.Selector, f.Path, f.Users, share(f.Submitted, f.Users), share(f.Abandoned, f.Users))
		}
		rows.Flush()
	}
	for _, f := range t.Funnels {
		rows := newRows(w, "funnel "+line(f.Name))
		for _, s := range f.Steps {
			rows.row(s.Step, s.Sessions, share(s.Sessions, t.Sessions))
		}
		rows.Flush()
	}
}
