package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
)

func pack(env *environment, args []string) error {
	f := env.flags()
	policy := f.String("mask", "default", "")
	from := f.String("from", "auto", "")
	report := f.String("report", "", "")
	out := f.String("o", "", "")
	inputs, err := env.parse(f, args)
	switch {
	case err != nil:
		return err
	case *out == "":
		return usage("-o is needed")
	case len(inputs) == 0:
		return usage("no input")
	}
	switch *from {
	case "auto", "rrweb":
	case "posthog", "sentry", "zenovay":
		return usage("-from %s: not yet; this version reads rrweb", *from)
	default:
		return usage("-from: no format %q", *from)
	}
	p := packer{env: env, out: *out, name: *policy}
	if p.policy, err = newPolicy(*policy); err != nil {
		return err
	}
	if p.policy != nil {
		p.filter = p.policy.NewFilter()
	}
	err = p.all(inputs)
	if cerr := p.close(); err == nil {
		err = cerr
	}
	if err == nil && p.known == 0 {
		err = errors.New("no rrweb event in the input")
	}
	if *report != "" {
		if rerr := p.report(*report); err == nil {
			err = rerr
		}
	}
	if err != nil && p.known > 0 {
		return fmt.Errorf("%w (the %d events before are in %s)", err, p.events, *out)
	}
	return err
}

// newPolicy returns the policy with that name, or in that file; nil for none.
func newPolicy(name string) (*mask.Policy, error) {
	var config mask.Config
	switch {
	case name == "none":
		return nil, nil
	case name == "default":
		config = mask.Default()
	case name == "strict":
		config = mask.Strict()
	case name == "posthog", name == "sentry", name == "rrweb", name == "zenovay":
		return nil, usage("-mask %s: not yet; this version has default, strict, none and a file", name)
	case strings.HasSuffix(name, ".json"):
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if config, err = mask.ParseConfig(file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	default:
		return nil, usage("-mask: no policy %q", name)
	}
	return mask.Compile(config)
}

// A packer turns recordings into one tape. The file is made with the first
// event, when the header is known.
type packer struct {
	env    *environment
	out    string
	name   string       // of the policy, as given
	policy *mask.Policy // nil for none
	filter *mask.Filter // nil for none

	start  time.Time
	file   *os.File
	buf    *bufio.Writer
	tape   *format.Writer
	events int // written
	known  int // read, of a kind that this version knows
	masked []format.Event
}

func (p *packer) all(inputs []string) error {
	line := newProgress(p.env)
	defer line.done()
	for _, name := range inputs {
		if err := p.input(name, line); err != nil {
			return fmt.Errorf("%s: %w", name, err)
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
	p.start = h.Start
	h.Session = rand.Text()
	if p.filter != nil {
		h.Masking, h.MaskingHash = p.name, p.policy.Hash()
	}
	var err error
	if p.file, err = os.Create(p.out); err != nil {
		return err
	}
	p.buf = bufio.NewWriterSize(p.file, 256<<10)
	p.tape = format.NewWriter(p.buf, h, nil)
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

func (p *packer) close() error {
	if p.tape == nil {
		return nil
	}
	err := errors.Join(p.tape.Close(), p.buf.Flush(), p.file.Close())
	if p.known == 0 {
		err = errors.Join(err, os.Remove(p.out))
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

// A progress shows how far long work is, on a terminal.
type progress struct {
	w     io.Writer
	next  time.Time
	shown bool
}

func newProgress(env *environment) *progress {
	p := &progress{next: time.Now().Add(time.Second)}
	if env.terminal {
		p.w = env.err
	}
	return p
}

func (p *progress) events(n int) {
	if p.w == nil || n%256 != 0 {
		return
	}
	if now := time.Now(); now.After(p.next) {
		p.next, p.shown = now.Add(200*time.Millisecond), true
		fmt.Fprintf(p.w, "\r%d events", n)
	}
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
