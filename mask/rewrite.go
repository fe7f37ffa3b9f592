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
// none for what Rewrite made by it. A value that the tape shows and that nothing
// in it, opts or the states say to be private is no change.
func Check(tape *format.Reader, p *Policy, opts *FilterOptions, states ...[]byte) (changed int, err error) {
	f := p.NewFilter(opts)
	if err := f.Learn(states...); err != nil {
		return 0, err
	}
	next, stop := iter.Pull2(tape.Events())
	defer stop()
	for e, err := range f.Events(tape.Events()) {
		if err != nil {
			return changed, err
		}
		// What was left out of the filter's are the ones before its next.
		for {
			was, err, ok := next()
			if err != nil {
				return changed, err
			}
			if !ok {
				changed++
				break
			}
			if was.Data.Kind().Synthetic() {
				continue
			}
			if reflect.DeepEqual(was, e) {
				break
			}
			changed++
			if was.Data.Kind() == e.Data.Kind() && was.Time == e.Time && was.Window == e.Window {
				break
			}
		}
	}
	for {
		was, err, ok := next()
		if !ok || err != nil {
			return changed, err
		}
		if !was.Data.Kind().Synthetic() {
			changed++
		}
	}
}
