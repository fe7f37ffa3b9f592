package mask

import (
	"errors"
	"fmt"
	"slices"
)

// A Detector finds content that is private by its form beside what Config.Detect
// names. It is a value of the caller's: its state, if it has any, must be safe
// for concurrent use, and what it finds depend on the text alone.
type Detector struct {
	// Name is told in reports and is part of a policy's hash: letters, digits
	// and _.-, different from the names that Config.Detect knows.
	Name string
	// Find calls found with every part of text, in bytes, that is to be
	// masked, in any order; parts may overlap. It is called for every string
	// that is shown, and again for what masking made of it, so it should cost
	// little where there is nothing to find.
	Find func(text string, found func(from, to int))
}

// maxCustom is how many Detectors a policy can be given.
const maxCustom = maxDetectors - detectors

// customNames returns the names of the detectors given, which must have all
// that the Config asks for.
func customNames(want []string, given []Detector) ([]string, error) {
	if len(given) > maxCustom {
		return nil, fmt.Errorf("mask: more than %d detectors", maxCustom)
	}
	var names []string
	for _, d := range given {
		switch {
		case !all(d.Name, "_.-", 40):
			return nil, errors.New("mask: a detector needs a name of letters, digits and _.-")
		case d.Find == nil:
			return nil, fmt.Errorf("mask: detector %q does not find", d.Name)
		case slices.Contains(names, d.Name) || slices.Contains(detectorNames[:], d.Name):
			return nil, fmt.Errorf("mask: there are two detectors %q", d.Name)
		}
		names = append(names, d.Name)
	}
	for _, name := range want {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("mask: detector %q was not given", name)
		}
	}
	return names, nil
}

// find returns where in s a detector of the policy finds something, as detect
// does.
func (p *Policy) find(s string) []span {
	spans := detect(s, p.detect)
	if len(p.custom) == 0 || s == "" {
		return spans
	}
	return p.findCustom(s, spans)
}

// findCustom adds to spans of s what the policy's Detectors find.
func (p *Policy) findCustom(s string, spans []span) []span {
	var found []span
	for i := range p.custom {
		by := detector(1) << (detectors + i)
		p.custom[i].Find(s, func(from, to int) {
			if from, to = max(from, 0), min(to, len(s)); from < to {
				found = append(found, span{from: from, to: to, by: by})
			}
		})
	}
	return merge(spans, found)
}

// detectorName returns the name of a detector by its bit.
func (p *Policy) detectorName(i int) string {
	if i < detectors {
		return detectorNames[i]
	}
	return p.custom[i-detectors].Name
}
