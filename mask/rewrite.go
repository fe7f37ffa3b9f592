package mask

import (
	"io"
	"iter"
	"reflect"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/ahead"
)

// Rewrite masks a stored tape once more, by another policy or with values that
// were not known, and writes what is left as a tape of its own: sealed, with the
// name and hash of the policy in its header. What was masked stays so: nothing is
// ever shown again.
//
// A tape does not tell what it has masked. Values are known by
// FilterOptions.Values, or by the states that the filters exported which made
// the tape: for these opts needs their Key and Session.
//
// The writer's options are those of format.NewWriter, with Live unset; nil is the
// default. An error that the tape is damaged is the format's, and leaves w with
// part of a tape.
func Rewrite(w io.Writer, tape *format.Reader, p *Policy, opts *FilterOptions, wopts *format.WriterOptions, states ...[]byte) (Report, error) {
	f := p.NewFilter(opts)
	if err := f.Learn(states...); err != nil {
		return Report{}, err
	}
	h := tape.Header
	h.Masking, h.MaskingHash = p.Name(), p.Hash()
	out := format.NewWriter(w, h, wopts)
	for e, err := range ahead.Of(f.Events(tape.Events())) {
		if err == nil {
			err = out.Write(e)
		}
		if err != nil {
			return f.Report(), err
		}
	}
	return f.Report(), out.Close()
}

// Check returns how many of a tape's events a policy would change or leave out,
// or have followed by one that masks what was shown before: none for what Rewrite
// made by it. A value that the tape shows and that nothing in it, opts or the
// states say to be private is no change.
func Check(tape *format.Reader, p *Policy, opts *FilterOptions, states ...[]byte) (changed int, err error) {
	f := p.NewFilter(opts)
	if err := f.Learn(states...); err != nil {
		return 0, err
	}
	next, stop := iter.Pull2(recorded(tape))
	defer stop()
	at, same := 0, true // events that next has given; the last of them is as it was
	for e, err := range f.Events(recorded(tape)) {
		if err != nil {
			return changed, err
		}
		if at == f.tally.events { // a second one of the same
			if same {
				same = false
				changed++
			}
			continue
		}
		for ; at < f.tally.events; at++ {
			was, err, ok := next()
			if err != nil {
				return changed, err
			}
			if same = ok && at+1 == f.tally.events && reflect.DeepEqual(was, e); !same {
				changed++
			}
		}
	}
	for {
		_, err, ok := next()
		if !ok || err != nil {
			return changed, err
		}
		changed++
	}
}

// recorded yields a tape's events but for those that its writer made.
func recorded(tape *format.Reader) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for e, err := range tape.Events() {
			if err == nil && e.Data.Kind().Synthetic() {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}
