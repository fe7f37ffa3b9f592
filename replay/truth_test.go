package replay_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// incremental returns the first n events without the full snapshots after the
// first, so that the changes alone must lead to the page.
func incremental(events []format.Event, n int) replay.Events {
	var kept replay.Events
	first := false
	for _, e := range events[:n] {
		switch e.Data.Kind() {
		case format.KindFullSnapshot:
			if first {
				continue
			}
			first = true
		case format.KindMeta:
			if first {
				continue
			}
		}
		kept = append(kept, e)
	}
	return kept
}

// lost are the places where the live page cannot be rebuilt because rrweb did
// not record what changed it, as elements by their name and the start of their
// text. All else at the checkpoint must be equal.
var lost = map[string]struct{ why, element, text string }{
	"corpus-frames mid": {"the list items that the page appends to the document of the srcdoc frame: rrweb observed the blank document before it, and emitted no mutation", "li", "tick "},
	"corpus-frames end": {"the same list items", "li", "tick "},
}

// without returns the tree without the elements of that name whose text begins
// so, and how many they were.
func without(v any, element, text string) (any, int) {
	list, ok := v.([]any)
	if !ok {
		m, ok := v.(map[string]any)
		n := 0
		if ok && m["doc"] != nil {
			m["doc"], n = without(m["doc"], element, text)
		}
		return v, n
	}
	if len(list) == 4 && list[0] == element && strings.HasPrefix(fmt.Sprint(list[2]), "[[#t "+text) {
		return nil, 1
	}
	kept, n := []any{}, 0
	for _, c := range list {
		x, k := without(c, element, text)
		if n += k; x != nil || c == nil {
			kept = append(kept, x)
		}
	}
	return kept, n
}

// At every checkpoint of every recording the page rebuilt from the first full
// snapshot and the changes equals the live DOM.
func TestPageEqualsLiveDOM(t *testing.T) {
	good, all := 0, 0
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			for _, c := range s.Checkpoints(t) {
				all++
				p := replay.NewPlayer(incremental(events, c.After))
				page, err := p.AtEvent(c.After)
				require.NoError(t, err, c.Label)
				var dom any
				require.NoError(t, json.Unmarshal(c.DOM, &dom))
				want, got := live(dom), rebuilt(page.Snapshot())
				l, isLost := lost[s.Name+" "+c.Label]
				if isLost {
					var n int
					want, n = without(want, l.element, l.text)
					var known int
					got, known = without(got, l.element, l.text)
					assert.Greater(t, n, known)
					t.Logf("%s: not recorded, %d times: %s", c.Label, n, l.why)
				}
				if assert.Empty(t, diff(want, got, "", nil), c.Label) && !isLost {
					good++
				}
				p.Close()
			}
		})
	}
	t.Logf("%d of %d checkpoints equal the live DOM", good, all)
}

// Every later full snapshot equals the page rebuilt up to it, attributes and
// ids and all.
func TestSnapshotEqualsPage(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			v, err := replay.Verify(replay.Events(events))
			require.NoError(t, err)
			assert.Empty(t, v.Drift)
			assert.Empty(t, v.Damage)
			assert.Equal(t, v.Snapshots-1, v.Checked)

			// The documents of frames follow their snapshot as mutations. They
			// must equal those of the page without the snapshot.
			p := replay.NewPlayer(replay.Events(events))
			q := replay.NewPlayer(incremental(events, len(events)))
			whole, err := p.AtEvent(len(events))
			require.NoError(t, err)
			once, err := q.AtEvent(len(events))
			require.NoError(t, err)
			assert.Empty(t, diff(rebuilt(whole.Snapshot()), rebuilt(once.Snapshot()), "", nil))
		})
	}
}

// live turns a dump of the live DOM into the form that trees are compared in.
// What rrweb rewrites (URLs made absolute), leaves out or serialises anew is
// not in it; TestSnapshotEqualsPage compares that.
func live(v any) any {
	n := v.([]any)
	switch tag := n[0].(string); tag {
	case "#doc":
		return []any{"#doc", lives(n[1])}
	case "#dt":
		return []any{"#dt", n[1]}
	case "#t", "#cd":
		if n[1] == "" {
			return nil
		}
		return []any{tag, n[1]}
	case "#c":
		return []any{"#c"}
	case "script", "noscript":
		return []any{"script"}
	case "style", "link":
		return nil
	default:
		attrs := make(map[string]string)
		for k, v := range n[1].(map[string]any) {
			attrs[k] = v.(string)
		}
		state := map[string]any{}
		if len(n) > 3 {
			x := n[3].(map[string]any)
			if s, ok := x["shadow"]; ok {
				state["shadow"] = lives(s)
			}
			if d, ok := x["doc"]; ok {
				state["doc"] = live(d)
			}
			if v, _ := x["value"].(string); v != "" {
				state["value"] = v
			}
			if x["checked"] == true {
				state["checked"] = true
			}
		}
		tag = strings.ToLower(tag)
		kids := any([]any{})
		if tag != "textarea" {
			kids = lives(n[2])
		}
		return []any{tag, compared(attrs), kids, state}
	}
}

func lives(v any) any {
	list := []any{}
	for _, c := range v.([]any) {
		if x := live(c); x != nil {
			list = append(list, x)
		}
	}
	return list
}

// compared drops the attributes that a recorder does not write as they are.
func compared(attrs map[string]string) map[string]any {
	out := map[string]any{}
	for k, v := range attrs {
		switch k {
		case "src", "href", "srcset", "value", "checked", "selected", "style", "xlink:href", "action", "srcdoc",
			"sandbox", "autoplay", "data", "poster", "background", "autocomplete", "open", "width", "height":
			continue
		}
		if k == "class" {
			if v = strings.Join(strings.Fields(v), " "); v == "" {
				continue
			}
		}
		out[strings.ToLower(k)] = v
	}
	return out
}

// rebuilt turns a rebuilt tree into that form.
func rebuilt(n *snapshot.Node) any {
	switch n.Kind {
	case snapshot.KindDocument:
		return []any{"#doc", rebuilts(n.Children, false)}
	case snapshot.KindDoctype:
		return []any{"#dt", n.Name}
	case snapshot.KindText, snapshot.KindCDATA:
		if n.Text == "" {
			return nil
		}
		return []any{map[snapshot.Kind]string{snapshot.KindText: "#t", snapshot.KindCDATA: "#cd"}[n.Kind], n.Text}
	case snapshot.KindComment:
		return []any{"#c"}
	}
	switch n.Name {
	case "script", "noscript":
		return []any{"script"}
	case "style", "link":
		return nil
	}
	attrs := make(map[string]string)
	for _, a := range n.Attrs {
		attrs[a.Name] = a.Value
	}
	state := map[string]any{}
	if n.IsHost {
		state["shadow"] = rebuilts(n.Children, true)
	}
	for _, c := range n.Children {
		if c.Kind == snapshot.KindDocument {
			state["doc"] = rebuilt(c)
		}
	}
	s := n.State
	if s == nil {
		s = &snapshot.State{}
	}
	value := ""
	if s.Value != nil {
		value = *s.Value
	} else if n.Name == "input" {
		value = attrs["value"]
		if t := attrs["type"]; value == "" && (t == "checkbox" || t == "radio") {
			value = "on"
		}
	}
	if attrs["type"] == "password" {
		value = strings.Repeat("*", len([]rune(value)))
	}
	if value != "" && (n.Name == "input" || n.Name == "textarea" || n.Name == "select") {
		state["value"] = value
	}
	if n.Name == "input" && s.Checked != nil && *s.Checked {
		state["checked"] = true
	}
	kids := any([]any{})
	if n.Name != "textarea" {
		kids = rebuilts(n.Children, false)
	}
	return []any{n.Name, compared(attrs), kids, state}
}

func rebuilts(list []*snapshot.Node, shadow bool) any {
	out := []any{}
	for _, c := range list {
		if c.IsShadow != shadow || c.Kind == snapshot.KindDocument {
			continue
		}
		if x := rebuilt(c); x != nil {
			out = append(out, x)
		}
	}
	return out
}

// diff returns the first places where two trees differ.
func diff(a, b any, path string, out []string) []string {
	if len(out) >= 4 {
		return out
	}
	switch x := a.(type) {
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return append(out, fmt.Sprintf("%s: %.200v live, %.200v rebuilt", path, a, b))
		}
		for i := range x {
			step := fmt.Sprint(i)
			if l, ok := x[i].([]any); ok && len(l) > 0 {
				if name, ok := l[0].(string); ok {
					step = name
				}
			}
			out = diff(x[i], y[i], path+"/"+step, out)
		}
		return out
	case map[string]any:
		y, _ := b.(map[string]any)
		for k := range x {
			out = diff(x[k], y[k], path+"@"+k, out)
		}
		for k := range y {
			if _, ok := x[k]; !ok {
				out = diff(nil, y[k], path+"@"+k, out)
			}
		}
		return out
	}
	if b == nil && a == nil || fmt.Sprintf("%T%v", a, a) == fmt.Sprintf("%T%v", b, b) {
		return out
	}
	return append(out, fmt.Sprintf("%s: %.90v live, %.90v rebuilt", path, a, b))
}
