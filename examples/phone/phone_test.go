package phone_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/examples/phone"
	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// masked is what a policy with the detector shows of a text.
func masked(t testing.TB, text string, regions ...string) string {
	t.Helper()
	detector, err := phone.Detector(regions...)
	require.NoError(t, err)
	policy, err := mask.Compile(mask.Config{}, detector)
	require.NoError(t, err)
	node := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "p", Children: []*snapshot.Node{{ID: 3, Kind: snapshot.KindText, Text: text}}},
	}}
	events, err := policy.NewFilter(nil).Append(nil, format.Event{Data: &format.FullSnapshot{Node: node}})
	require.NoError(t, err)
	return events[0].Data.(*format.FullSnapshot).Node.Children[0].Children[0].Text
}

func TestDetector(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Call (212) 456-7890 today", "Call *** today"},
		{"212-456-7890", "***"},
		{"212.456.7890.", "***."},
		{"2124567890", "***"},
		{"1 212 456 7890", "***"},
		{"+1 (212) 456-7890", "***"},
		{"Berlin 030 123456, 10115", "Berlin ***, 10115"},
		{"0151 23456789", "***"},
		{"+49 (0)30 123456", "***"},
		{"+44 20 7946 0958", "***"}, // of a country that is not asked for, by its code
		{"212\u00a0456\u00a07890", "***"},

		{"on 2024-05-12 at 10:30", "on 2024-05-12 at 10:30"},
		{"12.05.2024", "12.05.2024"},
		{"1.299,00 of 12.345,00", "1.299,00 of 12.345,00"},
		{"1 2 3 4 5 6 7 8 9 10 11", "1 2 3 4 5 6 7 8 9 10 11"},
		{"order 100-2345678-1234567", "order 100-2345678-1234567"},
		{"a4f2124567890", "a4f2124567890"},
		{"2124567890x", "2124567890x"},
		{"room 101, floor 3", "room 101, floor 3"},
		{"4.1.2.1", "4.1.2.1"},
		{"", ""},
	} {
		got := masked(t, c.in, "US", "DE")
		assert.Equal(t, c.want, got, c.in)
		assert.Equal(t, got, masked(t, got, "US", "DE"), c.in)
	}
	assert.Equal(t, "030 123456", masked(t, "030 123456", "US"), "no number of the US")
}

func TestDetectorRefuses(t *testing.T) {
	for _, regions := range [][]string{nil, {"XX"}, {"US", "us"}, {""}} {
		_, err := phone.Detector(regions...)
		assert.Error(t, err, "%q", regions)
	}
}

func FuzzDetector(f *testing.F) {
	f.Add("+1 (212) 456-7890 ((+ 030/123")
	d, err := phone.Detector("US", "DE")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		d.Find(text, func(from, to int) {
			assert.True(t, 0 <= from && from < to && to <= len(text))
		})
	})
}

// prose is text with a number, of whatever kind, every so many bytes.
func prose(every int, number string) string {
	var b strings.Builder
	for b.Len() < 1<<20 {
		for n := 0; n < every; n += 40 {
			b.WriteString("The quick brown fox jumps over the dog. ")
		}
		b.WriteString(number + ". ")
	}
	return b.String()
}

func BenchmarkDetector(b *testing.B) {
	d, err := phone.Detector("US", "DE")
	require.NoError(b, err)
	for _, c := range []struct {
		name, text string
	}{
		{"no numbers", prose(1<<20, "")},
		{"prices", prose(120, "$1,299.00")},
		{"order numbers", prose(120, "100 234 567")},
		{"phone numbers", prose(1000, "(212) 456-7890")},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			n := 0
			for b.Loop() {
				d.Find(c.text, func(int, int) { n++ })
			}
		})
	}
}
