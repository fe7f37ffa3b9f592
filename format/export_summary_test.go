package format

import "github.com/pagetape/pagetape/internal/wire"

// What the tests of package format_test see of the inside of summaries.
type Summarizer struct{ z summarizer }

func (s *Summarizer) Add(e *Event)     { s.z.add(e) }
func (s *Summarizer) Summary() Summary { return s.z.summary() }

func EncodeSummary(s *Summary) []byte {
	var w wire.Writer
	e := encoder{w: &w}
	e.record(s)
	return w.Bytes()
}

func DecodeSummary(b []byte, budget int) (s Summary, err error) {
	d := decoder{r: wire.NewReader(b, budget)}
	d.record(&s)
	return s, d.r.Err
}

func UnknownOf(k Kind) *Unknown { return &Unknown{kind: k} }
