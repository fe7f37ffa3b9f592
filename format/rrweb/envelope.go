package rrweb

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// The event types of rrweb whose kinds are not numbered alike.
const (
	typeIncremental = 3
	typeCustom      = 5
)

// kindOf returns the kind of rrweb's event type, and for incremental snapshots
// of their source; 0 if this version has none.
func kindOf(typ, source int64) format.Kind {
	switch {
	case typ == typeIncremental && source >= 0 && source <= 16:
		return format.KindMutation + format.Kind(source)
	case typ == typeIncremental || typ < 0 || typ > 7:
		return 0
	case typ > typeIncremental:
		return format.Kind(typ) // 4 Meta, 5 Custom, 6 Plugin, 7 Asset
	}
	return format.Kind(typ) + 1 // 0 DomContentLoaded, 1 Load, 2 FullSnapshot
}

// An envelope is an event whose members are being collected.
type envelope struct {
	typ       int64 // -1 is not known yet
	source    int64
	data      format.Data
	timestamp stamp
	members   []snapshot.Member
	early     string // data, where it came before type or in a form we have no type for
}

// object reads an object where an event may be. It returns false for one that
// has an array called events, which the next events come from.
func (d *Decoder) object() (format.Event, bool, error) {
	if err := d.json.Delim(); err != nil {
		return format.Event{}, false, err
	}
	env := envelope{typ: -1, source: -1}
	for {
		name, err := d.json.Name()
		if err != nil {
			return format.Event{}, false, err
		}
		if name == nil {
			break
		}
		switch string(name) {
		case `"type"`:
			v, err := d.json.Value()
			if err != nil {
				return format.Event{}, false, err
			}
			if n, ok := integer(v); ok && env.typ < 0 {
				env.typ = n
				continue
			}
			env.members = append(env.members, snapshot.Member{Name: "type", Value: d.raw(v)})
		case `"data"`:
			if err := d.data(&env); err != nil {
				return format.Event{}, false, err
			}
		case `"timestamp"`:
			v, err := d.json.Value()
			if err != nil {
				return format.Event{}, false, err
			}
			if env.timestamp = stampOf(v); !env.timestamp.exact {
				env.timestamp.text = d.raw(v)
			}
		case `"events"`:
			if len(d.nest) == 0 && d.json.Peek() == '[' && env.typ < 0 && env.data == nil {
				for _, m := range env.members {
					if m.Name == "recorder" && strings.HasPrefix(m.Value, `"`) {
						d.recorder([]byte(m.Value))
					}
				}
				d.nest = append(d.nest, inWrapper, inArray)
				return format.Event{}, false, d.json.Delim()
			}
			fallthrough
		default:
			key := d.intern(name)
			v, err := d.json.Value()
			if err != nil {
				return format.Event{}, false, err
			}
			env.members = append(env.members, snapshot.Member{Name: key, Value: d.raw(v)})
		}
	}
	if err := d.decompress(&env); err != nil {
		return format.Event{}, false, err
	}
	return d.finish(&env), true, nil
}

// data reads the member data. Where its type is not known yet it is kept as
// text until it is.
func (d *Decoder) data(env *envelope) error {
	env.data, env.early = nil, "" // of two, the last counts
	if env.typ < 0 || env.typ <= 1 || d.json.Peek() != '{' {
		v, err := d.json.Value()
		env.early = d.raw(v)
		return err
	}
	return d.typed(env)
}

// typed reads data, an object, by the schema of its kind.
func (d *Decoder) typed(env *envelope) error {
	kind := kindOf(env.typ, 0)
	if kind == 0 {
		v, err := d.json.Value()
		env.early = d.raw(v)
		return err
	}
	if err := d.json.Delim(); err != nil {
		return err
	}
	if env.typ != typeIncremental {
		env.data = format.New(kind)
		return d.members(env.data)
	}
	// The source says what the rest is. Recorders write it first; where it is
	// not, the other members are kept as text until it comes.
	var others []byte
	for {
		name, err := d.json.Name()
		if err != nil {
			return err
		}
		if name == nil {
			break
		}
		isSource := env.source < 0 && string(name) == `"source"`
		if !isSource {
			others = append(append(others, name...), ':')
		}
		v, err := d.json.Value()
		if err != nil {
			return err
		}
		if isSource {
			n, ok := integer(v)
			if kind = kindOf(env.typ, n); ok && kind != 0 {
				env.source = n
				if len(others) == 0 {
					env.data = format.New(kind)
					return d.members(env.data)
				}
				continue
			}
			others = append(others, `"source":`...)
		}
		others = append(append(others, v...), ',')
	}
	others = append(append([]byte{'{'}, bytes.TrimSuffix(others, []byte(","))...), '}')
	if env.source < 0 {
		env.early = d.raw(others)
		return nil
	}
	sub := d.sub(others)
	if err := sub.json.Delim(); err != nil {
		return err
	}
	env.data = format.New(kindOf(env.typ, env.source))
	return sub.members(env.data)
}

// sub returns a Decoder of text that came with the present event.
func (d *Decoder) sub(text []byte) *Decoder {
	return &Decoder{json: jsonscan.Of(text), names: d.names, opts: d.opts, memory: d.memory}
}

// finish makes the event of the members.
func (d *Decoder) finish(env *envelope) format.Event {
	e := format.Event{Time: d.last, Data: env.data}
	if env.early != "" {
		e.Data = d.late(env)
	}
	if env.timestamp.known && d.header.Start.IsZero() {
		d.header.Start = time.Unix(0, env.timestamp.ns).Truncate(time.Millisecond).UTC()
	}
	if env.timestamp.exact {
		e.Time = time.Duration(env.timestamp.ns) - time.Duration(d.header.Start.UnixNano())
		d.last = e.Time
	}
	if e.Data == nil || env.typ < 0 {
		e.Data = format.NewUnknown(env.text())
		return e
	}
	if c, isCustom := e.Data.(*format.Custom); isCustom {
		if typed := d.product(c); typed != nil {
			e.Data = typed
		}
	}
	if !env.timestamp.exact {
		env.members = append(env.members, snapshot.Member{Name: "timestamp", Value: env.timestamp.text})
	}
	e.Extra = env.members
	return e
}

// late reads data that came before its type.
func (d *Decoder) late(env *envelope) format.Data {
	switch kindOf(env.typ, 0) {
	case format.KindDOMContentLoaded:
		return &format.DOMContentLoaded{Payload: env.early}
	case format.KindLoad:
		return &format.Load{Payload: env.early}
	case 0:
		return nil
	}
	if env.early[0] != '{' {
		return nil
	}
	again := envelope{typ: env.typ, source: -1}
	if err := d.sub([]byte(env.early)).typed(&again); err != nil {
		return nil
	}
	return again.data
}

// text returns the event as JSON text.
func (env *envelope) text() string {
	b := []byte{'{'}
	add := func(name, value string) {
		if value == "" {
			return
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(jsonstr.Append(b, name), ':')
		b = append(b, value...)
	}
	if env.typ >= 0 {
		add("type", strconv.FormatInt(env.typ, 10))
	}
	add("data", env.early)
	add("timestamp", env.timestamp.String())
	for _, m := range env.members {
		add(m.Name, m.Value)
	}
	return string(append(b, '}'))
}

// product returns the typed event that the custom event carries, nil if it is
// an ordinary one.
func (d *Decoder) product(c *format.Custom) format.Data {
	name, ok := strings.CutPrefix(c.Tag, format.TagPrefix)
	if !ok || len(c.Extra) > 0 || !strings.HasPrefix(c.Payload, "{") {
		return nil
	}
	kind := format.KindOf(name)
	if kind < format.KindVisibility || kind == format.KindJSON {
		return nil
	}
	data := format.New(kind)
	sub := d.sub([]byte(c.Payload))
	if err := sub.json.Delim(); err != nil {
		return nil
	}
	if err := sub.members(data); err != nil {
		return nil
	}
	return data
}
