package replay_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

func picture(p *replay.Player) string {
	var b strings.Builder
	if page := p.Page(); page.Root() != nil {
		dump(&b, page)
	}
	return b.String()
}

// However a Player gets to a moment, the page there is the same.
func TestAnyWayToAMoment(t *testing.T) {
	events := sessions.Open(t, "table").Events(t)
	straight := make([]string, len(events)+1)
	p := replay.NewPlayer(replay.Events(events))
	for i := range straight {
		straight[i] = picture(p)
		_, err := p.Step()
		require.Equal(t, i == len(events), err == io.EOF, "event %d: %v", i, err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		n := r.IntN(len(straight))
		_, err := p.AtEvent(n)
		require.NoError(t, err)
		require.Equal(t, straight[n], picture(p), "after %d events", n)
		at, now := p.Position()
		require.Equal(t, n, at)
		if n > 0 {
			require.GreaterOrEqual(t, now, events[n-1].Time)
		}
	}
	// By time: all events up to it, and no more.
	for range 60 {
		d := time.Duration(r.Int64N(int64(events[len(events)-1].Time) + 1e9))
		_, err := p.At(d)
		require.NoError(t, err)
		n := 0
		for n < len(events) && events[n].Time <= d {
			n++
		}
		require.Equal(t, straight[n], picture(p), "at %v", d)
	}
	// A clone does not change with the player.
	_, err := p.AtEvent(50)
	require.NoError(t, err)
	kept := p.Page().Clone()
	_, err = p.AtEvent(120)
	require.NoError(t, err)
	var b strings.Builder
	dump(&b, kept)
	require.Equal(t, straight[50], b.String())
	p.Close()
}

func TestWindows(t *testing.T) {
	page := func(w format.WindowID, text string) format.Event {
		for e, err := range rrweb.NewDecoder(strings.NewReader(`{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":3,"textContent":"`+text+`","id":2}]},"initialOffset":{"left":0,"top":3}},"timestamp":5}`), nil).Events() {
			require.NoError(t, err)
			e.Window = w
			return e
		}
		panic("no event")
	}
	p := replay.NewPlayer(replay.Events{page(1, "one"), page(2, "two"), {Window: 1, Data: &format.Scroll{ID: 1, Y: 7}}})
	_, err := p.AtEvent(2)
	require.NoError(t, err)
	assert.Equal(t, format.WindowID(2), p.Front())
	_, err = p.AtEvent(3)
	require.NoError(t, err)
	assert.Equal(t, format.WindowID(1), p.Front())
	assert.Equal(t, []format.WindowID{1, 2}, p.Windows())
	assert.Equal(t, 7.0, p.Window(1).State(1).Scroll.Y)
	assert.Equal(t, 3.0, p.Window(2).State(1).Scroll.Y)
	assert.Nil(t, p.Window(3))
}

type failing struct{ events replay.Events }

var errSource = errors.New("the source failed")

func (f failing) Replay(from, to time.Duration) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for e := range f.events.Replay(from, to) {
			if !yield(e, nil) {
				return
			}
		}
		yield(format.Event{}, errSource)
	}
}

// A source that fails leaves the page as it was there, each time.
func TestSourceFails(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	p := replay.NewPlayer(failing{events[:40]})
	for range 2 {
		page, err := p.At(time.Hour)
		require.ErrorIs(t, err, errSource)
		require.NotNil(t, page.Root())
		_, err = p.AtEvent(20)
		require.NoError(t, err)
	}
	_, err := replay.Verify(failing{events[:40]})
	require.ErrorIs(t, err, errSource)
}

// A recorder that lies is found out.
func TestVerifyDrift(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	for i := range events {
		if m, ok := events[i].Data.(*format.Mutation); ok {
			m.Texts, m.Attrs = nil, nil // lost
		}
	}
	v, err := replay.Verify(replay.Events(events))
	require.NoError(t, err)
	require.NotEmpty(t, v.Drift)
	assert.NotEmpty(t, v.Drift[0].Differences)
	assert.Positive(t, v.Duration)
	assert.Equal(t, len(events), v.Events)
}

// A page that was loaded anew is not compared with the one before.
func TestVerifyReload(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	once := len(events)
	last := events[once-1].Time
	for _, e := range sessions.Open(t, "list").Events(t) {
		e.Time += last
		events = append(events, e)
	}
	v, err := replay.Verify(replay.Events(events))
	require.NoError(t, err)
	assert.Equal(t, 10, v.Snapshots)
	assert.Equal(t, 8, v.Checked, "each load's first is not")
	assert.Empty(t, v.Drift)
}

func ExamplePlayer() {
	const recording = `
{"type":4,"data":{"href":"http://site/","width":800,"height":600},"timestamp":1000}
{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"tagName":"html","attributes":{},"id":2,"childNodes":[
  {"type":2,"tagName":"p","attributes":{},"id":3,"childNodes":[{"type":3,"textContent":"Saving","id":4}]}]}]},
  "initialOffset":{"left":0,"top":0}},"timestamp":1000}
{"type":3,"data":{"source":0,"texts":[{"id":4,"value":"Saved"}],"attributes":[],"removes":[],"adds":[]},"timestamp":3000}`
	var tape bytes.Buffer
	in := rrweb.NewDecoder(strings.NewReader(recording), nil)
	header, _ := in.Header()
	w := format.NewWriter(&tape, header, nil)
	for e, err := range in.Events() {
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = w.Write(e)
	}
	_ = w.Close()

	r, err := format.NewReader(bytes.NewReader(tape.Bytes()), int64(tape.Len()), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	player := replay.NewPlayer(r)
	for _, t := range []time.Duration{time.Second, 2 * time.Second, 0} {
		page, err := player.At(t)
		fmt.Println(t, page.Text(2), err)
	}
	// Output:
	// 1s Saving <nil>
	// 2s Saved <nil>
	// 0s Saving <nil>
}
