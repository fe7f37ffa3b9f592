package format_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

var update = flag.Bool("update", false, "rewrite the tables of SPEC.md")

// A describer is the Visitor that writes the fields of a record as SPEC.md
// does. Records in records go to a table of their own.
type describer struct {
	fields []string
	inner  *[]string
}

func describe(r format.Record, inner *[]string) string {
	d := describer{inner: inner}
	r.Fields(&d)
	return strings.Join(d.fields, ", ")
}

func (d *describer) add(s format.Spec, typ string) {
	d.fields = append(d.fields, s.Name+" "+typ)
}

func (d *describer) nested(s format.Spec, typ string, r format.Record) {
	d.add(s, typ)
	row := fmt.Sprintf("| %s | %s |", s.Name, describe(r, d.inner))
	for _, have := range *d.inner {
		if have == row {
			return
		}
	}
	*d.inner = append(*d.inner, row)
}

func (d *describer) Bool(s format.Spec, _ *bool)             { d.add(s, "bool") }
func (d *describer) Int(s format.Spec, _ *int64)             { d.add(s, "int") }
func (d *describer) Number(s format.Spec, _ *float64)        { d.add(s, "number") }
func (d *describer) String(s format.Spec, _ *string)         { d.add(s, "string") }
func (d *describer) ID(s format.Spec, _ *snapshot.NodeID)    { d.add(s, "id") }
func (d *describer) Raw(s format.Spec, _ *string)            { d.add(s, "json") }
func (d *describer) Ints(s format.Spec, _ *[]int64)          { d.add(s, "ints") }
func (d *describer) Attrs(s format.Spec, _ *[]snapshot.Attr) { d.add(s, "attributes") }
func (d *describer) Node(s format.Spec, _ **snapshot.Node)   { d.add(s, "node") }
func (d *describer) OptBool(s format.Spec, _ **bool)         { d.add(s, "bool?") }
func (d *describer) OptNumber(s format.Spec, _ **float64)    { d.add(s, "number?") }
func (d *describer) OptString(s format.Spec, _ **string)     { d.add(s, "string?") }
func (d *describer) List(s format.Spec, l format.List)       { d.nested(s, "list", l.Add()) }
func (d *describer) One(s format.Spec, o format.One)         { d.nested(s, "record?", o.New()) }

func eventTables() string {
	var b strings.Builder
	var inner []string
	b.WriteString("\n| kind | name | fields |\n| --- | --- | --- |\n")
	for k := range 256 {
		if data := format.New(format.Kind(k)); data != nil {
			fmt.Fprintf(&b, "| %d | %s | %s |\n", k, format.Kind(k), describe(data, &inner))
		}
	}
	b.WriteString("\nThe records in them, by the name of the field:\n\n| field | fields |\n| --- | --- |\n")
	b.WriteString(strings.Join(inner, "\n") + "\n\n")
	return b.String()
}

func TestSpec(t *testing.T) {
	const begin, end = "<!-- events -->\n", "<!-- /events -->"
	text, err := os.ReadFile("../SPEC.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok)
	tables, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	if *update {
		require.NoError(t, os.WriteFile("../SPEC.md", []byte(before+begin+eventTables()+end+after), 0o666))
		return
	}
	assert.Equal(t, eventTables(), tables, "run go test ./format -run TestSpec -update")
	for _, f := range []struct {
		kind format.FrameKind
		name string
	}{
		{format.FrameHead, "HEAD"}, {format.FrameEvents, "EVENTS"}, {format.FrameKey, "KEY"}, {format.FrameHeap, "HEAP"},
		{format.FrameBlob, "BLOB"}, {format.FrameIndex, "INDEX"}, {format.FrameFoot, "FOOT"}, {format.FrameMeta, "META"},
		{format.FrameSide, "SIDE"}, {format.FrameRedact, "REDACT"},
	} {
		assert.Contains(t, before, fmt.Sprintf("| %02X | %s |", uint8(f.kind), f.name))
	}
	assert.Contains(t, before, fmt.Sprintf("| 1 | major version of the format: %d.", format.Major))
}
