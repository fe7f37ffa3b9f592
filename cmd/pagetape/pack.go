package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
)

const packHelp = `Masks recordings, consecutive batches of one session, and stores them as one
tape. - is standard input.

  -mask POLICY    default, strict, rrweb, posthog, sentry, zenovay, none, or a policy in a
                  .json file; pagetape policy prints one
  -report FILE    what was masked, as JSON
  -level LEVEL    how well to compress: fast, better or best
  -live           a tape that can be read while it is written
  -append         with -live: write on in a tape that is there
  -batch ID       the name of the batch: of parts with one name readers take the first
  -keyfile FILE   encrypt with the key in the file: 32 bytes, or 64 hexadecimal digits

A failed pack leaves no tape behind; with -append, the events before the
failure.
`

func pack(env *environment, args []string) error {
	f := env.flags()
	policy := f.String("mask", "default", "")
	from := f.String("from", "auto", "")
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
	p := packer{env: env, out: *out, name: *policy, opts: format.WriterOptions{Live: *live, Batch: *batch}, append: *write}
	if p.opts.Level, err = level(*how); err != nil {
		return err
	}
	if p.opts.Key, err = key.key(); err != nil {
		return err
	}
	if p.policy, err = newPolicy(*policy); err != nil {
		return err
	}
	if p.policy != nil {
		p.filter = p.policy.NewFilter()
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
	err = p.close(err)
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
	name   string         // of the policy, as given
	policy *mask.Policy   // nil for none
	filter *mask.Filter   // nil for none

	start  time.Time
	file   *output
	part   *os.File // of append
	buf    *bufio.Writer
	tape   *format.Writer
	events int // written
	known  int // read, of a kind that this version knows
	masked []format.Event
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

func (p *packer) all(inputs []string) error {
	line := newProgress(p.env)
	defer line.done()
	for _, name := range inputs {
		if err := p.input(name, line); err != nil {
			return named(name, err)
		}
	}
	return nil
}

func (p *packer) input(name string, line *progress) error {
	in := p.env.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return errors.Unwrap(err)
		}
		defer file.Close()
		in = file
	}
	dec := rrweb.NewDecoder(in, &rrweb.DecoderOptions{Start: p.start})
	for e, err := range dec.Events() {
		if err != nil {
			return err
		}
		if p.tape == nil {
			h, err := dec.Header()
			if err != nil {
				return err
			}
			if err := p.open(h); err != nil {
				return err
			}
		}
		if e.Data.Kind() != format.KindJSON {
			p.known++
		}
		if err := p.write(e); err != nil {
			return err
		}
		line.events(p.events)
	}
	return nil
}

func (p *packer) open(h format.Header) error {
	if p.filter != nil {
		h.Masking, h.MaskingHash = p.name, p.policy.Hash()
	}
	h.Session = rand.Text()
	if p.have != nil {
		h.Session, h.Start = p.have.Session, p.have.Start
	}
	p.start = h.Start
	var err error
	if p.append {
		if p.tape, p.part, err = format.Append(p.out, h, &p.opts); err != nil {
			return fmt.Errorf("writing on: %w", unnamed(err))
		}
		return nil
	}
	if p.file, err = create(p.out); err != nil {
		return err
	}
	p.buf = bufio.NewWriterSize(p.file, 256<<10)
	p.tape = format.NewWriter(p.buf, h, &p.opts)
	return nil
}

func (p *packer) write(e format.Event) error {
	if p.filter == nil {
		p.events++
		return p.tape.Write(e)
	}
	var err error
	if p.masked, err = p.filter.Append(p.masked[:0], e); err != nil {
		return err
	}
	for _, m := range p.masked {
		p.events++
		if err := p.tape.Write(m); err != nil {
			return err
		}
	}
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
	var r any = struct{}{}
	if p.filter != nil {
		r = p.filter.Report()
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o666)
}
