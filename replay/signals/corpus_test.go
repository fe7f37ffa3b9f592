package signals_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/signals"
)

func TestLook(t *testing.T) {
	for _, s := range sessions.All(t) {
		r, err := signals.Of(replay.Events(s.Events(t)), nil)
		require.NoError(t, err)
		fmt.Println("=====", s.Name, r.Last-r.First, r.Active, len(r.Spans), r.LeftOut)
		for _, m := range r.Moments {
			fmt.Printf("  %-12s %v-%v %s %+v clicks=%d answered=%d err=%d turns=%d dist=%.0f len=%d\n", m.Kind, m.Time, m.End, m.Path, m.Target, m.Clicks, m.Answered, m.Errors, m.Turns, m.Distance, m.Length)
		}
		for _, v := range r.Visits {
			fmt.Printf("  visit %+v\n", v)
		}
		for _, f := range r.Forms {
			b, _ := json.Marshal(f)
			fmt.Printf("  form %s\n", b)
		}
		for _, h := range r.Heat {
			fmt.Printf("  heat %s elements %d clicks %d cells %d attention %v\n", h.Path, len(h.Elements), len(h.Clicks), len(h.Moves), h.Attention)
			for i, e := range h.Elements {
				if i < 4 {
					fmt.Printf("    %+v\n", e)
				}
			}
		}
	}
}
