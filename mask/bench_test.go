package mask_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// tableSession is a page of 10,000 nodes, of which rows are hovered over,
// changed and replaced.
func tableSession() []format.Event {
	next := snapshot.NodeID(3)
	row := func() *snapshot.Node {
		next++
		tr := el(next, "tr", attrs("class", "row odd", "role", "row"))
		for range 5 {
			next += 2
			tr.Children = append(tr.Children, el(next-1, "td", attrs("class", "cell text-right px-2", "data-col", "name"), text(next, "Ada Lovelace")))
		}
		return tr
	}
	next++
	table := el(next, "table", attrs("class", "grid"))
	for range 900 {
		table.Children = append(table.Children, row())
	}
	rows := make([]snapshot.NodeID, 0, 900)
	for _, r := range table.Children {
		rows = append(rows, r.ID)
	}
	events := []format.Event{{Data: full(table)}}
	for i := range 2000 {
		id := rows[i%len(rows)]
		var data format.Data
		switch i % 4 {
		case 0:
			data = setAttrs(id, "class", "row odd hover")
		case 1:
			data = setText(id+2, "Grace Hopper "+strconv.Itoa(i))
		case 2:
			data = &format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: 1, Y: 2, ID: id}}}
		default:
			fresh := row()
			data = &format.Mutation{Removes: []format.Removal{{Parent: table.ID, ID: id}},
				Adds: []format.Addition{{Parent: table.ID, Node: fresh}}}
			rows[i%len(rows)] = fresh.ID
		}
		events = append(events, format.Event{Data: data})
	}
	return events
}

// The bytes are those of the events as rrweb's JSON.
func BenchmarkFilterTable(b *testing.B) {
	combinators := mask.Default()
	combinators.Rules = append(combinators.Rules, rule(".grid .secret", mask.Mask), rule("td:nth-child(9)", mask.Mask))
	for _, c := range []struct {
		name   string
		config mask.Config
	}{{"default", mask.Default()}, {"strict", mask.Strict()}, {"combinators", combinators}} {
		b.Run(c.name, func(b *testing.B) { benchmark(b, c.config, tableSession) })
	}
}

func BenchmarkFilterCorpus(b *testing.B) {
	for _, s := range sessions.All(b) {
		text := string(s.JSON(b))
		b.Run(s.Name, func(b *testing.B) {
			benchmark(b, mask.Default(), func() []format.Event {
				var events []format.Event
				for e, err := range decode(text) {
					require.NoError(b, err)
					events = append(events, e)
				}
				return events
			})
		})
	}
}

func benchmark(b *testing.B, config mask.Config, session func() []format.Event) {
	p, err := mask.Compile(config)
	require.NoError(b, err)
	b.SetBytes(int64(len(encode(b, session()))))
	b.ReportAllocs()
	var out []format.Event
	for b.Loop() {
		b.StopTimer()
		events := session() // a filter changes what it is given
		b.StartTimer()
		f := p.NewFilter(nil)
		for _, e := range events {
			if out, err = f.Append(out[:0], e); err != nil {
				b.Fatal(err)
			}
		}
	}
}
