package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
)

// maxRows is how many rows of one list info prints for people.
const maxRows = 20

// A table prints rows of a name and a value.
type table struct{ w io.Writer }

func (t table) row(name, format string, args ...any) {
	fmt.Fprintf(t.w, "%-10s %s\n", name, fmt.Sprintf(format, args...))
}

// list prints what a list has, under one name, and that there is more.
func (t table) list(name string, n int, more int64, row func(i int) string) {
	for i := range min(n, maxRows) {
		t.row(name, "%s", row(i))
		name = ""
	}
	if more += int64(max(0, n-maxRows)); more > 0 {
		t.row(name, "and %d more", more)
	}
}

func (i *tapeInfo) print(w io.Writer) {
	t, s, c := table{w}, &i.Summary, &i.Summary.Counts
	facts := []string{fmt.Sprintf("%s, %d bytes, format %d", i.File, i.Size, i.Format)}
	for _, f := range []struct {
		say  bool
		what string
	}{
		{i.Sealed, "sealed"}, {!i.Sealed, "live"}, {i.Encrypted, "encrypted"}, {i.Parts > 1, fmt.Sprintf("%d parts", i.Parts)},
		{i.Closed, "closed"}, {!i.Closed, "not closed: still being written, or cut at a frame's end"}, {i.Closed && !i.Indexed, "no index of all of it"},
	} {
		if f.say {
			facts = append(facts, f.what)
		}
	}
	t.row("tape", "%s", strings.Join(facts, ", "))
	t.row("session", "%s", line(i.Session))
	t.row("start", "%s", i.Start.Format(time.RFC3339Nano))
	t.row("duration", "%s, active for %s", millis(s.Duration()), millis(s.Active))
	t.header(&i.Header)
	t.row("events", "%d: %s, %s, %s, %s, %s", c.Events, plural(int(c.FullSnapshots), "full snapshot"), plural(int(c.Clicks), "click"),
		plural(int(c.Inputs), "input"), plural(int(c.Scrolls), "scroll"), plural(int(c.Errors), "error"))
	if c.FailedRequests > 0 {
		t.row("", "%s", plural(int(c.FailedRequests), "failed request"))
	}
	m := &c.Mutations
	t.row("changes", "%s, %s, %s, attributes of %s", plural(int(m.Adds), "addition"), plural(int(m.Removes), "removal"),
		plural(int(m.Texts), "text"), plural(int(m.Attrs), "element"))
	if v := s.Viewports; v.First != (format.Size{}) {
		last := ""
		if v.Last != v.First {
			last = fmt.Sprintf(", at the end %gx%g", v.Last.Width, v.Last.Height)
		}
		t.row("viewport", "%gx%g%s", v.First.Width, v.First.Height, last)
	}
	t.activity(&s.Activity)
	if len(s.Windows) > 1 || s.LeftOut.Windows > 0 {
		t.list("windows", len(s.Windows), 0, func(i int) string {
			w := &s.Windows[i]
			return fmt.Sprintf("%d: %s to %s, %s", w.ID, millis(w.First), millis(w.Last), plural(int(w.Events), "event"))
		})
		if s.LeftOut.Windows > 0 {
			t.row("", "and %s in others", plural(int(s.LeftOut.Windows), "event"))
		}
	}
	t.list("pages", len(s.Pages), s.LeftOut.Pages, func(i int) string {
		p := &s.Pages[i]
		window := ""
		if len(s.Windows) > 1 {
			window = fmt.Sprintf("window %d  ", p.Window)
		}
		return fmt.Sprintf("%10s  %s%s", millis(p.Time), window, line(p.URL))
	})
	names := func(name string, list []format.NameCount, more int64) {
		t.list(name, len(list), more, func(i int) string {
			return fmt.Sprintf("%-24s %d, first at %s", line(list[i].Name), list[i].Count, millis(list[i].First))
		})
	}
	names("tags", s.Tags, s.LeftOut.Tags)
	names("plugins", s.Plugins, s.LeftOut.Plugins)
	kinds := slices.Clone(s.Kinds)
	slices.SortStableFunc(kinds, func(a, b format.KindCount) int { return int(b.Count - a.Count) })
	name := "kinds"
	for _, k := range kinds {
		t.row(name, "%-24s %d", k.Kind, k.Count)
		name = ""
	}
	name = "frames"
	for _, f := range i.Types {
		t.row(name, "%-8s %5d  %9d bytes", f.Kind, f.Frames, f.Bytes)
		name = ""
	}
	t.row("keyframes", "%d", i.Keyframes)
	if i.Damage != "" {
		t.row("damage", "%s", i.Damage)
	}
}

// header prints what a header tells.
func (t table) header(h *headerInfo) {
	size := func(s format.Size) string {
		if s == (format.Size{}) {
			return ""
		}
		return fmt.Sprintf("%gx%g", s.Width, s.Height)
	}
	masking := h.Masking
	if masking == "" {
		masking = "none"
	}
	for _, f := range []struct{ name, value string }{
		{"recorder", h.Recorder.String()}, {"masking", masking}, {"policy", h.MaskingHash}, {"browser", h.Browser.String()},
		{"system", h.OS.String()}, {"agent", h.UserAgent}, {"screen", size(h.Screen)}, {"locale", strings.TrimSpace(h.Locale + " " + h.TimeZone)},
		{"place", strings.TrimSpace(h.Country + " " + h.Region)},
	} {
		if f.value != "" {
			t.row(f.name, "%s", line(f.value))
		}
	}
	t.list("property", len(h.Properties), 0, func(i int) string {
		return line(h.Properties[i].Name) + " = " + line(h.Properties[i].Value)
	})
}

// bars are columns of eight heights.
var bars = []rune(" ▁▂▃▄▅▆▇█")

// activity prints the histogram: a column for each bucket.
func (t table) activity(a *format.Activity) {
	for _, h := range []struct {
		name   string
		counts []int64
	}{{"user", a.Interactions}, {"changes", a.Mutations}} {
		most := int64(0)
		for _, n := range h.counts {
			most = max(most, n)
		}
		if most == 0 {
			continue
		}
		columns := make([]rune, len(h.counts))
		for i, n := range h.counts {
			columns[i] = bars[(n*int64(len(bars)-1)+most-1)/most]
		}
		t.row(h.name, "│%s│ %d at most in %s", string(columns), most, a.Width)
	}
}
