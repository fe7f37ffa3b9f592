package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/ahead"
	"github.com/pagetape/pagetape/mask"
)

const packHelp = `Masks recordings, consecutive batches of one session, and stores them as one
tape. - is standard input.

  -mask POLICY      default, strict, rrweb, posthog, sentry, zenovay, none, or a policy
                    in a .json file; pagetape policy prints one
  -from FORMAT      auto or rrweb, which are the same so far
  -value-file FILE  private values that are known, one a line; - is standard input
  -report FILE      what was masked, as JSON
  -live             a tape that can be read while it is written
  -hold DURATION    with -live: how long, in the session's time, events are held back;
                    10s if not given
  -append           with -live: write on in a tape that is there
  -state FILE       with -live: what masking knows of the session, sealed; read if it is
                    there, and written at the end, for the next batch
  -statekey FILE    its key: 32 bytes, or 64 hexadecimal digits
  -level LEVEL      how well to compress: fast, better or best
  -batch ID         the name of the batch: of parts with one name readers take the first
  -keyfile FILE     encrypt with the key in the file: 32 bytes, or 64 hexadecimal digits

Without -live values are learnt first and masked from the beginning on. With
-live a value stays in what was let go before it was known; "late" in the report
counts that, and pagetape mask -state takes it out. Without -state a batch knows
nothing of earlier ones: it masks all up to its first full snapshot, and does not
find their values after that.

A failed pack leaves no tape behind; with -append, the events before the
failure.
`

func pack(env *environment, args []string) error {
	f := env.flags()
	policy := f.String("mask", "default", "")
	from := f.String("from", "auto", "")
	values := f.String("value-file", "", "")
	hold := f.Duration("hold", 10*time.Second, "")
	state := stateFlags(f)
	report := f.String("report", "", "")
	out := outFlag(f)
	live := f.Bool("live", false, "")
	write := f.Bool("append", false, "")
	batch := f.String("batch", "", "")
	how := levelFlag(f)
	key := keyFlag(f)
	inputs, err := env.inputs(f, args, out)
	if err != nil {
		return err
	}
	if *write && !*live {
		return usage("-append needs -live")
	}
	switch *from {
	case "auto", "rrweb":
	case "posthog", "sentry", "zenovay":
		return usage("-from %s: not yet; this version reads rrweb", *from)
	default:
		return usage("-from: no format %q", *from)
	}
	if err := overwrites(*out, inputs...); err != nil {
		return err
	}
	if err := writesOver("-report", *report, inputs...); err != nil {
		return err
	}
	p := packer{env: env, out: *out, opts: format.WriterOptions{Live: *live, Batch: *batch}, append: *write}
	if p.opts.Level, err = level(*how); err != nil {
		return err
	}
	if p.opts.Key, err = key.key(); err != nil {
		return err
	}
	if p.policy, err = newPolicy(*policy); err != nil {
		return err
	}
	if p.policy == nil && (*values != "" || *state.file != "") {
		return usage("-value-file, -state: with -mask none nothing is masked")
	}
	if *state.file != "" && !*live {
		return usage("-state needs -live")
	}
	if p.policy != nil {
		var fopts mask.FilterOptions
		if fopts.Values, err = env.values(*values); err != nil {
			return err
		}
		if *live {
			fopts.Hold = *hold
		}
		if err := state.options(&fopts); err != nil {
			return err
		}
		if p.filter, err = state.filter(p.policy, &fopts); err != nil {
			return err
		}
	}
	if p.append {
		if err := p.existing(key); err != nil {
			return err
		}
	}
	err = p.all(inputs)
	if err == nil && p.known == 0 {
		err = errors.New("no rrweb event in the input")
	}
	if err = p.close(err); err == nil && p.filter != nil {
		err = state.save(p.filter)
	}
	if *report != "" {
		if rerr := p.report(*report); err == nil {
			err = rerr
		}
	}
	return err
}

// presets are the policies that have a name.
var presets = map[string]func() mask.Config{
	"default": mask.Default, "strict": mask.Strict, "rrweb": mask.Rrweb, "posthog": mask.PostHog, "sentry": mask.Sentry,
	"zenovay": mask.Zenovay,
}

// newPolicy returns the policy with that name, or in that file; nil for none.
func newPolicy(name string) (*mask.Policy, error) {
	if name == "none" {
		return nil, nil
	}
	if preset := presets[name]; preset != nil {
		return mask.Compile(preset())
	}
	if !strings.HasSuffix(name, ".json") {
		return nil, usage("there is no policy %q", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	config, err := mask.ParseConfig(file)
	if err != nil {
		return nil, named(name, err)
	}
	p, err := mask.Compile(config)
	if err != nil {
		return nil, named(name, err)
	}
	return p, nil
}

// A packer turns recordings into one tape. The file is made with the first
// event, when the header is known.
type packer struct {
	env    *environment
	out    string
	opts   format.WriterOptions
	append bool
	have   *format.Header // of the tape that is written on
	policy *mask.Policy   // nil for none
	filter *mask.Filter   // nil for none

	start  time.Time
	file   *output
	part   *os.File // of append
	buf    *bufio.Writer
	tape   *format.Writer
	header *format.Header
	events int // written
	count  int // read
	known  int // of them, of a kind that this version knows
}

// existing looks at the tape that is to be written on, if there is one.
func (p *packer) existing(key keyOption) error {
	if info, err := os.Stat(p.out); errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	t, err := key.open(p.out, false)
	if err != nil {
		return err
	}
	defer t.Close()
	h := t.Header
	encrypted := slices.ContainsFunc(t.Frames, func(f format.Frame) bool { return f.Encrypted() })
	hash := ""
	if p.policy != nil {
		hash = p.policy.Hash()
	}
	switch {
	case encrypted && p.opts.Key == nil: // behind a part that is not
		return named(p.out, errors.New("it is encrypted, what is to be written is not"))
	case h.MaskingHash != hash:
		return named(p.out, errors.New("it was masked by other rules"))
	}
	p.have, p.start = &h, h.Start
	return nil
}

// all writes what is left of the inputs. A sealed tape is masked in two passes,
// one that is read while it is written as the events come.
func (p *packer) all(inputs []string) error {
	line := newProgress(p.env)
	defer line.done()
	events := p.read(inputs, line)
	switch {
	case p.filter == nil:
	case p.opts.Live:
		events = p.stream(events)
	default:
		events = ahead.Of(p.filter.Events(events))
	}
	for e, err := range events {
		if err == nil && p.tape == nil {
			err = p.open()
		}
		if err == nil {
			p.events++
			err = p.tape.Write(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read yields the events of the inputs, one after the other.
func (p *packer) read(inputs []string, line *progress) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for _, name := range inputs {
			for e, err := range p.input(name) {
				if err != nil {
					yield(format.Event{}, named(name, err))
					return
				}
				if e.Data.Kind() != format.KindJSON {
					p.known++
				}
				p.count++
				line.events(p.count)
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

func (p *packer) input(name string) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		in := p.env.in
		if name != "-" {
			file, err := os.Open(name)
			if err != nil {
				yield(format.Event{}, errors.Unwrap(err))
				return
			}
			defer file.Close()
			in = file
		}
		dec := rrweb.NewDecoder(in, &rrweb.DecoderOptions{Start: p.start})
		for e, err := range dec.Events() {
			if err == nil && p.header == nil {
				var h format.Header
				if h, err = dec.Header(); err == nil {
					p.begin(h)
				}
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// stream yields what the filter makes of events as they come.
func (p *packer) stream(in iter.Seq2[format.Event, error]) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		var masked []format.Event
		let := func() bool {
			for _, e := range masked {
				if !yield(e, nil) {
					return false
				}
			}
			return true
		}
		for e, err := range in {
			if err == nil {
				masked, err = p.filter.Append(masked[:0], e)
			}
			if err != nil {
				masked = p.filter.Flush(masked[:0])
				if let() {
					yield(format.Event{}, err)
				}
				return
			}
			if !let() {
				return
			}
		}
		masked = p.filter.Flush(masked[:0])
		let()
	}
}

// begin takes the header of the first input, or the one of the tape that is
// written on.
func (p *packer) begin(h format.Header) {
	if p.filter != nil {
		h.Masking, h.MaskingHash = p.policy.Name(), p.policy.Hash()
	}
	h.Session = rand.Text()
	if p.have != nil {
		h.Session, h.Start = p.have.Session, p.have.Start
	}
	p.start, p.header = h.Start, &h
}

func (p *packer) open() error {
	var err error
	if p.append {
		if p.tape, p.part, err = format.Append(p.out, *p.header, &p.opts); err != nil {
			return fmt.Errorf("writing on: %w", unnamed(err))
		}
		return nil
	}
	if p.file, err = create(p.out); err != nil {
		return err
	}
	p.buf = bufio.NewWriterSize(p.file, 256<<10)
	p.tape = format.NewWriter(p.buf, *p.header, &p.opts)
	return nil
}

// close ends the tape. Where err is why, what was written is left out, or with
// -append kept.
func (p *packer) close(err error) error {
	switch {
	case p.tape == nil:
		return err
	case p.append:
		if cerr := errors.Join(p.tape.Close(), p.part.Close()); err == nil {
			return cerr
		}
		return fmt.Errorf("%w (the %d events before are in %s)", err, p.events, p.out)
	case err == nil:
		if err = errors.Join(p.tape.Close(), p.buf.Flush()); err == nil {
			return p.file.commit()
		}
	}
	if derr := p.file.discard(); derr != nil {
		return errors.Join(err, derr)
	}
	return err
}

func (p *packer) report(name string) error {
	if p.filter == nil {
		return writeReport(name, struct{}{})
	}
	return writeReport(name, p.filter.Report())
}

func writeReport(name string, r any) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o666)
}
