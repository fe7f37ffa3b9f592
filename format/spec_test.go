package format_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
)

var update = flag.Bool("update", false, "rewrite the tables of SPEC.md, and testdata/vectors")

// A spec is SPEC.md.
type spec string

func readSpec(t *testing.T) spec {
	text, err := os.ReadFile("../SPEC.md")
	require.NoError(t, err)
	return spec(text)
}

// section returns the section with that number.
func (s spec) section(t *testing.T, n int) spec {
	_, after, ok := strings.Cut(string(s), fmt.Sprintf("\n## %d. ", n))
	require.True(t, ok)
	text, _, _ := strings.Cut(after, "\n## ")
	return spec(text)
}

// between returns what is between two marks.
func (s spec) between(t *testing.T, name string) (before, inner, after string) {
	before, rest, ok := strings.Cut(string(s), "<!-- "+name+" -->\n")
	require.True(t, ok)
	inner, after, ok = strings.Cut(rest, "<!-- /"+name+" -->")
	require.True(t, ok)
	return before, inner, after
}

// rows returns the cells of the rows of the nth table, without its head.
func (s spec) rows(n int) (rows [][]string) {
	at := -1
	for block := range strings.SplitSeq(string(s), "\n\n") {
		if !strings.HasPrefix(block, "|") {
			continue
		}
		if at++; at != n {
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(block), "\n")[2:] {
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// numbers returns the integers of a column.
func numbers(t *testing.T, rows [][]string, column int) (list []int) {
	for _, r := range rows {
		if r[column] == "" {
			continue
		}
		n, err := strconv.Atoi(strings.ReplaceAll(strings.Fields(r[column])[0], ",", ""))
		require.NoError(t, err)
		list = append(list, n)
	}
	return list
}

func TestSpec(t *testing.T) {
	before, tables, after := readSpec(t).between(t, "events")
	if *update {
		text := before + "<!-- events -->\n" + eventTables() + "<!-- /events -->" + after
		require.NoError(t, os.WriteFile("../SPEC.md", []byte(text), 0o666))
		return
	}
	assert.Equal(t, eventTables(), tables, "run go test ./format -run TestSpec -update")
}

func TestSpecNumbers(t *testing.T) {
	s := readSpec(t)
	one := s.section(t, 1)
	assert.Equal(t, format.FrameOffsets, numbers(t, one.rows(0), 0))
	assert.Equal(t, format.HeaderKeys, numbers(t, one.rows(1), 0))
	assert.Contains(t, one, fmt.Sprintf("bin of %d random bytes", format.EpochSize))

	kinds := s.section(t, 2)
	require.Len(t, kinds.rows(0), 10)
	for _, r := range kinds.rows(0) {
		n, err := strconv.ParseUint(r[0], 16, 8)
		require.NoError(t, err)
		assert.Equal(t, r[1], format.FrameKind(n).String())
	}

	head := s.section(t, 3)
	assert.Equal(t, format.HeadKeys, numbers(t, head.rows(0), 0))
	assert.Contains(t, head, fmt.Sprintf("| 1 | major version of the format: %d.", format.Major))
	assert.Contains(t, head, fmt.Sprintf("| 2 | version of the static tables: %d.", format.TablesVersion))

	tables := s.section(t, 5)
	names := tables.rows(0)
	list := append(numbers(t, names, 0), numbers(t, names, 3)...)
	require.Len(t, list, format.Tables)
	for i, n := range list {
		assert.Equal(t, i, n)
	}
	assert.Equal(t, "templates", names[format.TableTemplates-9][4])
	assert.Equal(t, "bytes", names[format.TableBytes-9][4])
	last := strings.Fields(tables.rows(1)[len(tables.rows(1))-1][0])[0]
	assert.Equal(t, strconv.Itoa(format.TemplateElements()-1), last)
	bits := tables.rows(2)
	assert.Equal(t, format.TemplateBits, append(numbers(t, bits, 0), numbers(t, bits, 2)...))
	_, sentence, ok := strings.Cut(string(tables), "told by the attribute's name: ")
	require.True(t, ok)
	sentence, _, _ = strings.Cut(sentence, ".\n")
	roles := []format.Role{format.AttrRole("title")}
	for part := range strings.SplitSeq(sentence, "; ") {
		words := strings.Fields(part)
		n, err := strconv.Atoi(words[len(words)-1])
		require.NoError(t, err)
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(part, -1) {
			assert.Equal(t, format.Role(n), format.AttrRole(name[1]), name[1])
		}
		if words[0] != "others" {
			roles = append(roles, format.Role(n))
		}
	}
	assert.ElementsMatch(t, format.ValueRoles, roles)
	var order []string
	for _, r := range format.ValueRoles {
		order = append(order, strconv.Itoa(int(r)))
	}
	assert.Contains(t, tables, "references to "+strings.Join(order, ", ")+" |")

	assert.Contains(t, s.section(t, 10), fmt.Sprintf("the last %d bytes of a part", format.FootSize))
	assert.Contains(t, s.section(t, 10), fmt.Sprintf("at most %d KiB before its INDEX", format.SmallPart>>10))
	assert.Equal(t, format.LimitRows, numbers(t, s.section(t, 14).rows(0), 1))
}

// The static strings are JSON strings, one a line.
func TestSpecStatics(t *testing.T) {
	text, err := os.ReadFile("static-v1.txt")
	require.NoError(t, err)
	role, n := 0, 1
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if number, ok := strings.CutPrefix(line, "role "); ok {
			role, err = strconv.Atoi(number)
			require.NoError(t, err)
			n = 1
		} else if !strings.HasPrefix(line, "#") {
			var s string
			require.NoError(t, json.Unmarshal([]byte(line), &s))
			require.Equal(t, s, format.StaticStrings(format.Role(role))[n])
			n++
		}
	}
	assert.Equal(t, int(format.RoleClass), role)
}

// The example is what the Writer writes, and says what it is said to.
func TestSpecExample(t *testing.T) {
	_, example, _ := readSpec(t).between(t, "example")
	var tape []byte
	for line := range strings.Lines(strings.Trim(example, "`\n")) {
		digits, _, ok := strings.Cut(line, "  ")
		require.True(t, ok, line)
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		require.NoError(t, err)
		tape = append(tape, b...)
	}
	h := format.Header{Session: "s1", Start: start}
	e := format.Event{Time: 1500 * time.Millisecond, Data: &format.Scroll{ID: 7, Y: 120.5}}
	d := format.NewDecoder(bytes.NewReader(tape), nil)
	got, err := d.Header()
	require.NoError(t, err)
	assert.Equal(t, h, got)
	events, err := read(tape, nil)
	require.NoError(t, err)
	assert.Equal(t, []format.Event{e}, events)

	var b bytes.Buffer
	w := format.NewWriter(&b, h, &format.WriterOptions{Live: true})
	require.NoError(t, w.Write(e))
	require.NoError(t, w.Flush())
	epoch := tape[28:32]
	assert.Equal(t, tape, format.WithEpoch(b.Bytes(), epoch))
}
