package replay

import (
	"io"
	"iter"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Frame is a session at one time.
type Frame struct {
	Time   time.Duration // that was asked for
	Events int           // how many have been applied
	Window format.WindowID
	// Page is that of Window, which is in front. It is the Player's, which has
	// the other windows, the pointer and so on: it changes with the next frame;
	// Clone it to keep it.
	Page *snapshot.Page
	// Damage joins the *DamageErrors on the way, as Player.At's error does.
	Damage error
}

// Frames yields the session at each of the times. Where they ascend, the source
// is read once, and what lies between two keyframes that no time asks for is
// left out. An error is the source's, and ends it; the frames whose time lies
// before it have come by then. Frames can be used again.
func (p *Player) Frames(times iter.Seq[time.Duration]) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		for t := range times {
			p.seek(t, false)
			page, damage := p.Page(), p.Err()
			if p.err != nil && p.err != io.EOF {
				yield(Frame{}, p.err)
				return
			}
			if !yield(Frame{t, p.at, p.Front(), page, damage}, nil) {
				return
			}
		}
	}
}

// Clone returns a Player that stands where p does and goes on by itself. Its
// source is the same: it may be used by another goroutine where Replay may be
// called by several, as that of a format.Reader may.
func (p *Player) Clone() *Player {
	c := *p
	c.kept = checkpoints{}
	if p.cur != nil {
		c.cur = p.cur.clone()
		c.cloned = c.cur == nil
	}
	c.ahead, c.head = append([]format.Event(nil), p.ahead[p.head:]...), 0
	c.damage = append([]error(nil), p.damage...)
	c.past = p.past.clone()
	c.pages = make(map[format.WindowID]*snapshot.Page, len(p.pages))
	for w, page := range p.pages {
		c.pages[w] = page.Clone()
	}
	return &c
}

// resume opens the source behind what the Player has applied and read ahead,
// and reads an event; false at the end of the source.
func (p *Player) resume() bool {
	p.cloned = false
	want, back := p.at, time.Millisecond
	for i := p.head; i < len(p.ahead); i++ {
		if k, key := p.ahead[i].Data.(*format.Keyframe); key {
			want = int(k.Events)
		} else {
			want++
		}
	}
	for from := p.now; ; back *= 2 {
		p.cur = open(p.src, from)
		past, more := p.skip(want)
		if !past || from == never {
			return more
		}
		p.cur.Close() // it begins at a keyframe of the same time behind the Player
		if from = never; p.now > never+back && back < time.Hour {
			from = p.now - back
		}
	}
}

// skip reads on to the event with that index, which it puts ahead. past says
// that the source began behind it.
func (p *Player) skip(index int) (past, more bool) {
	at, begun := 0, false
	for {
		e, err := p.cur.Next()
		if err != nil {
			p.tail = err
			return false, false
		}
		if k, key := e.Data.(*format.Keyframe); key {
			if int(k.Events) > index {
				return true, false
			}
			if at = int(k.Events); begun && at == index {
				p.push(e)
				return false, true
			}
			continue
		}
		begun = true
		if at == index {
			p.push(e)
			return false, true
		}
		at++
	}
}
