package mask

import (
	"crypto/rand"
	"errors"
	"iter"
	"os"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// defaultMemory is the zero FilterOptions.Memory.
const defaultMemory = 16 << 20

// A backlog keeps events in order: in memory as long as they are small, and
// then in a temporary file, a tape encrypted with a key that is nowhere else.
type backlog struct {
	limit int // of bytes in memory, about; 0 is the default
	size  int
	list  []format.Event

	file *os.File
	tape *format.Writer
	key  [format.KeySize]byte
}

func (b *backlog) add(e format.Event) error {
	if b.tape != nil {
		return b.tape.Write(e)
	}
	b.list = append(b.list, e)
	b.size += weight(e.Data)
	limit := b.limit
	if limit == 0 {
		limit = defaultMemory
	}
	if b.size <= limit {
		return nil
	}
	return b.spill()
}

// spill goes on in a file.
func (b *backlog) spill() error {
	var err error
	if b.file, err = os.CreateTemp("", "pagetape-*"); err != nil {
		return errors.New("mask: no temporary file for a long session")
	}
	os.Remove(b.file.Name()) // where that works with an open file nothing is left of it
	rand.Read(b.key[:])
	b.tape = format.NewWriter(b.file, format.Header{}, &format.WriterOptions{Live: true, Level: format.LevelFast, Key: b.key[:]})
	for i, e := range b.list {
		if err := b.tape.Write(e); err != nil {
			return err
		}
		b.list[i] = format.Event{}
	}
	b.list = nil
	return nil
}

// events yields what was added, once; the events are the caller's.
func (b *backlog) events() iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for i, e := range b.list {
			b.list[i] = format.Event{}
			if !yield(e, nil) {
				return
			}
		}
		if b.tape == nil {
			return
		}
		err := b.tape.Close()
		b.tape = nil
		if err == nil {
			_, err = b.file.Seek(0, 0)
		}
		if err != nil {
			yield(format.Event{}, err)
			return
		}
		for e, err := range format.NewDecoder(b.file, &format.ReaderOptions{Key: b.key[:]}).Events() {
			if !yield(e, err) {
				return
			}
		}
	}
}

func (b *backlog) close() {
	b.list = nil
	if b.file != nil {
		b.file.Close()
		os.Remove(b.file.Name())
		b.file = nil
	}
}

// Bytes that values take in memory beside their strings, about.
const (
	eventWeight  = 200
	recordWeight = 48
	nodeWeight   = 240
	attrWeight   = 40
)

// weight returns how many bytes an event takes in memory, about.
func weight(data format.Data) int {
	w := weigher(eventWeight)
	data.Fields(&w)
	if u, ok := data.(*format.Unknown); ok {
		w += weigher(len(u.Raw))
	}
	return int(w)
}

// A weigher is the visitor that adds up what a record takes.
type weigher int

func (w *weigher) Bool(format.Spec, *bool)                 {}
func (w *weigher) Int(format.Spec, *int64)                 {}
func (w *weigher) Number(format.Spec, *float64)            {}
func (w *weigher) ID(format.Spec, *snapshot.NodeID)        {}
func (w *weigher) OptBool(format.Spec, **bool)             {}
func (w *weigher) OptNumber(format.Spec, **float64)        {}
func (w *weigher) String(_ format.Spec, v *string)         { *w += weigher(len(*v)) }
func (w *weigher) Raw(_ format.Spec, v *string)            { *w += weigher(len(*v)) }
func (w *weigher) Ints(_ format.Spec, v *[]int64)          { *w += weigher(8 * len(*v)) }
func (w *weigher) Attrs(_ format.Spec, v *[]snapshot.Attr) { *w += weigher(attrsWeight(*v)) }
func (w *weigher) Node(_ format.Spec, v **snapshot.Node)   { *w += weigher(treeWeight(*v)) }

func (w *weigher) OptString(_ format.Spec, v **string) {
	if *v != nil {
		*w += weigher(len(**v))
	}
}

func (w *weigher) List(_ format.Spec, l format.List) {
	*w += weigher(recordWeight * l.Len())
	for i := range l.Len() {
		l.At(i).Fields(w)
	}
}

func (w *weigher) One(_ format.Spec, o format.One) {
	if r := o.Get(); r != nil {
		r.Fields(w)
	}
}

func treeWeight(n *snapshot.Node) int {
	w := 0
	if n != nil {
		for n := range n.All() {
			w += nodeWeight + len(n.Text) + attrsWeight(n.Attrs)
			if s := n.State; s != nil {
				w += nodeWeight + len(s.Image)
				if s.CSS != nil {
					w += len(*s.CSS)
				}
			}
		}
	}
	return w
}

func attrsWeight(list []snapshot.Attr) int {
	w := 0
	for i := range list {
		w += attrWeight + len(list[i].Name) + len(list[i].Value)
	}
	return w
}
