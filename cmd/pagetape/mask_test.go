package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// file writes a file for a test and returns its name.
func file(t *testing.T, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

// headerOf returns the header of a tape.
func headerOf(t *testing.T, name string, key []byte) format.Header {
	t.Helper()
	r, err := format.OpenReader(name, &format.ReaderOptions{Key: key})
	require.NoError(t, err)
	defer r.Close()
	return r.Header
}

func hashOf(t *testing.T, c mask.Config) string {
	t.Helper()
	p, err := mask.Compile(c)
	require.NoError(t, err)
	return p.Hash()
}

// A tape that was packed without masking is masked, and then -check has nothing
// to say.
func TestMask(t *testing.T) {
	for _, name := range []string{"form", "list", "frames"} {
		t.Run(name, func(t *testing.T) {
			tape := packed(t, name, "none")
			before := read(t, tape)
			dir := t.TempDir()
			out, report := filepath.Join(dir, "out.tape"), filepath.Join(dir, "report.json")

			status, stdout, stderr := pagetape("", "mask", "-check", tape)
			assert.Equal(t, 1, status)
			assert.Empty(t, stdout)
			assert.Regexp(t, `^pagetape mask: .*\d+ events of it would be changed by the policy\n$`, stderr)

			status, stdout, stderr = pagetape("", "mask", "-report", report, "-o", out, tape)
			require.Zero(t, status, stderr)
			assert.Empty(t, stdout)
			assert.Empty(t, stderr)
			assert.Equal(t, before, read(t, tape), "the old one stays")
			h := headerOf(t, out, nil)
			assert.Equal(t, "default", h.Masking)
			assert.Equal(t, hashOf(t, mask.Default()), h.MaskingHash)
			assert.Equal(t, headerOf(t, tape, nil).Session, h.Session)
			assert.Equal(t, headerOf(t, tape, nil).Start, h.Start)
			var r mask.Report
			require.NoError(t, json.Unmarshal(read(t, report), &r))
			assert.Equal(t, len(sessions.Open(t, name).Events(t)), r.Events)

			status, stdout, stderr = pagetape("", "mask", "-check", out)
			require.Zero(t, status, stderr)
			assert.Equal(t, "masked by default\n", stdout)
			status, stdout, stderr = pagetape("", "verify", out)
			require.Zero(t, status, stderr+stdout)
			assert.ElementsMatch(t, []string{"out.tape", "report.json"}, files(t, out))

			// The same as packing with the policy at once.
			assert.Equal(t, exported(t, packed(t, name, "default")), exported(t, out))

			// A stricter one on top is strict, and a laxer one on top of that shows
			// nothing.
			strict, lax := filepath.Join(dir, "strict.tape"), filepath.Join(dir, "lax.tape")
			status, _, _ = pagetape("", "mask", "-check", "-mask", "strict", out)
			assert.Equal(t, 1, status)
			status, _, stderr = pagetape("", "mask", "-mask", "strict", "-o", strict, out)
			require.Zero(t, status, stderr)
			status, _, stderr = pagetape("", "mask", "-mask", "default", "-o", lax, strict)
			require.Zero(t, status, stderr)
			assert.Equal(t, exported(t, strict), exported(t, lax))
			assert.Equal(t, "default", headerOf(t, lax, nil).Masking)
		})
	}
}

// Values come from a file or standard input, and are in no message.
func TestMaskValues(t *testing.T) {
	who, other := "Quimbyhollow Thobwug", "Vekplim Zorquast"
	page := &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "html", Attrs: []snapshot.Attr{}, Children: []*snapshot.Node{
			{ID: 3, Kind: snapshot.KindText, Text: "Welcome " + who + " and " + other},
		}},
	}}}
	tape := written(t, format.WriterOptions{}, []format.Event{{Data: page}, {Time: time.Second, Data: &format.Scroll{ID: 1}}})
	values := file(t, "values", "\n"+who+"\r\n\n"+other)
	status, _, stderr := pagetape("", "mask", "-check", tape)
	require.Zero(t, status, stderr)
	out := filepath.Join(t.TempDir(), "out.tape")
	for _, tt := range []struct{ stdin, from string }{{"", values}, {who + "\n" + other + "\n", "-"}} {
		status, stdout, stderr := pagetape(tt.stdin, "mask", "-check", "-value-file", tt.from, tape)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "1 event of it would be changed")
		assert.NotContains(t, stdout+stderr, "Quimby")
		status, stdout, stderr = pagetape(tt.stdin, "mask", "-value-file", tt.from, "-o", out, tape)
		require.Zero(t, status, stderr)
		assert.NotContains(t, stdout+stderr, "Quimby")
		_, text, _ := pagetape("", "export", out)
		assert.Contains(t, text, "Welcome *** and ***")
		status, _, stderr = pagetape(tt.stdin, "mask", "-check", "-value-file", tt.from, out)
		assert.Zero(t, status, stderr)
		require.NoError(t, os.Remove(out))
	}
}

func TestMaskStatus(t *testing.T) {
	tape := packed(t, "list", "none")
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tape")
	whole := read(t, tape)
	damaged, empty := file(t, "damaged", string(whole[:len(whole)-70])), file(t, "empty", "\n")
	policy := file(t, "policy.json", `{"rules":[{"select":":is(secret)","action":"mask"}]}`)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0x55
	bad := file(t, "bad", string(flipped))
	values := file(t, "values", "secret-value-of-someone\n")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		stderr string
	}{
		{"no output", []string{tape}, 2, "-o is needed"},
		{"no input", []string{"-o", out}, 2, ""},
		{"two inputs", []string{"-o", out, tape, tape}, 2, ""},
		{"none", []string{"-mask", "none", "-o", out, tape}, 2, "masks nothing"},
		{"no policy", []string{"-mask", "x", "-o", out, tape}, 2, "no policy"},
		{"bad policy", []string{"-mask", policy, "-o", out, tape}, 1, "rule 0"},
		{"check and write", []string{"-check", "-o", out, tape}, 2, "writes nothing"},
		{"check and report", []string{"-check", "-report", out, tape}, 2, "writes nothing"},
		{"itself", []string{"-o", tape, tape}, 2, "is the input"},
		{"bad level", []string{"-level", "x", "-o", out, tape}, 2, "no level"},
		{"no tape", []string{"-o", out, empty}, 1, ""},
		{"no file", []string{"-o", out, filepath.Join(dir, "none")}, 1, "no such file"},
		{"no values", []string{"-value-file", filepath.Join(dir, "none"), "-o", out, tape}, 1, "no such file"},
		{"cut short", []string{"-value-file", values, "-o", out, damaged}, 1, "cut short"},
		{"damaged", []string{"-value-file", values, "-o", out, bad}, 1, ""},
		{"check of what is damaged", []string{"-check", "-value-file", values, bad}, 1, ""},
		{"no folder", []string{"-o", filepath.Join(dir, "none", "out.tape"), tape}, 1, "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, stdout, stderr := pagetape("", append([]string{"mask"}, tt.args...)...)
			assert.Equal(t, tt.status, status, stderr)
			assert.Contains(t, stderr, tt.stderr)
			assert.NotEmpty(t, stderr)
			assert.NotContains(t, stderr, "secret-value")
			assert.Empty(t, stdout)
			if status == 1 {
				assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			}
		})
	}
	assert.NoFileExists(t, out)
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	status, stdout, _ := pagetape("", "mask", "-h")
	assert.Zero(t, status)
	assert.Contains(t, stdout, "-check")
}

// A report does not go over the tape that is masked.
func TestMaskReportNotOverInput(t *testing.T) {
	tape := packed(t, "list", "none")
	before := read(t, tape)
	out := filepath.Join(t.TempDir(), "out.tape")
	status, _, stderr := pagetape("", "mask", "-report", tape, "-o", out, tape)
	assert.Equal(t, 2, status)
	assert.Contains(t, stderr, "input")
	assert.True(t, bytes.Equal(before, read(t, tape)))
	assert.NoFileExists(t, out)
	in := file(t, "in.json", string(sessions.Open(t, "list").JSON(t)))
	before = read(t, in)
	status, _, stderr = pagetape("", "pack", "-report", in, "-o", out, in)
	assert.Equal(t, 2, status)
	assert.Contains(t, stderr, "input")
	assert.True(t, bytes.Equal(before, read(t, in)))
	assert.NoFileExists(t, out)
}

// An encrypted tape is masked with its key, and is encrypted still; live tapes
// and parts become one sealed tape.
func TestMaskKinds(t *testing.T) {
	key := bytes.Repeat([]byte{9}, 32)
	keyfile, other := file(t, "key", string(key)), file(t, "other", strings.Repeat("o", 32))
	in := sessions.Open(t, "form").File
	dir := t.TempDir()
	tape, out := filepath.Join(dir, "in.tape"), filepath.Join(dir, "out.tape")
	for _, live := range []bool{false, true} {
		args := []string{"pack", "-mask", "none", "-keyfile", keyfile, "-o", tape, in}
		if live {
			args = append(args, "-live")
		}
		status, _, stderr := pagetape("", args...)
		require.Zero(t, status, stderr)
		status, _, stderr = pagetape("", "mask", "-o", out, tape)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "-keyfile is needed")
		status, _, stderr = pagetape("", "mask", "-check", tape)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "-keyfile is needed")
		status, _, stderr = pagetape("", "mask", "-keyfile", other, "-o", out, tape)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "not encrypted with this key")
		assert.NoFileExists(t, out)
		status, _, stderr = pagetape("", "mask", "-keyfile", keyfile, "-o", out, tape)
		require.Zero(t, status, stderr)
		status, _, stderr = pagetape("", "export", out)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "encrypted")
		status, _, stderr = pagetape("", "mask", "-check", "-keyfile", keyfile, out)
		assert.Zero(t, status, stderr)
		got := exported(t, "-keyfile", keyfile, out)
		assert.Equal(t, exported(t, packed(t, "form", "default")), got)
		require.NoError(t, os.Remove(out))
	}

	all := events(t, sessions.Open(t, "list").JSON(t))
	parts := filepath.Join(dir, "parts.tape")
	for _, list := range [][]any{all[:60], all[60:]} {
		text, err := json.Marshal(list)
		require.NoError(t, err)
		status, _, stderr := pagetape("", "pack", "-mask", "none", "-live", "-append", "-o", parts, file(t, "part.json", string(text)))
		require.Zero(t, status, stderr)
	}
	status, _, stderr := pagetape("", "mask", "-o", out, parts)
	require.Zero(t, status, stderr)
	assert.Equal(t, exported(t, packed(t, "list", "default")), exported(t, out))
	status, stdout, stderr := pagetape("", "verify", out)
	assert.Zero(t, status, stderr+stdout)
	_, stdout, _ = pagetape("", "info", "-json", out)
	assert.Contains(t, stdout, `"sealed": true`)
}

// With -live, -hold is how long a value has to become known; without it none is
// known that is typed later.
func TestPackHold(t *testing.T) {
	var b strings.Builder
	b.WriteString(`[{"type":4,"data":{"href":"https://shop.example/","width":100,"height":100},"timestamp":1700000000000},`)
	b.WriteString(`{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html","attributes":{},"childNodes":[` +
		`{"type":2,"id":3,"tagName":"input","attributes":{"name":"fullname"},"childNodes":[]},` +
		`{"type":2,"id":4,"tagName":"p","attributes":{},"childNodes":[{"type":3,"id":5,"textContent":"Welcome Quimbyhollow Thobwug"}]}` +
		`]}]},"initialOffset":{"top":0,"left":0}},"timestamp":1700000000001},`)
	b.WriteString(`{"type":3,"data":{"source":3,"id":1,"x":0,"y":5},"timestamp":1700000005000},`)
	b.WriteString(`{"type":3,"data":{"source":5,"id":3,"text":"Quimbyhollow Thobwug","isChecked":false},"timestamp":1700000008000},`)
	b.WriteString(`{"type":3,"data":{"source":2,"type":6,"id":3},"timestamp":1700000009000},`)
	b.WriteString(`{"type":3,"data":{"source":3,"id":1,"x":0,"y":9},"timestamp":1700000090000}]`)
	in := file(t, "in.json", b.String())
	dir := t.TempDir()
	for _, tt := range []struct {
		name   string
		args   []string
		hidden bool
		late   int
		events int
	}{
		{"sealed", nil, true, 0, 6},
		{"sealed, and a hold that is of no use", []string{"-hold", "0"}, true, 0, 6},
		{"live, by default", []string{"-live"}, true, 0, 6},
		{"long enough", []string{"-live", "-hold", "1m"}, true, 0, 6},
		{"too short", []string{"-live", "-hold", "2s"}, false, 1, 7},
		{"none", []string{"-live", "-hold", "0"}, false, 1, 7},
		{"less than none", []string{"-live", "-hold", "-1s"}, false, 1, 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tape, report := filepath.Join(dir, "s.tape"), filepath.Join(dir, "r.json")
			status, _, stderr := pagetape("", append(append([]string{"pack"}, tt.args...), "-report", report, "-o", tape, in)...)
			require.Zero(t, status, stderr)
			list := exported(t, tape)
			assert.Len(t, list, tt.events)
			text, err := json.Marshal(list)
			require.NoError(t, err)
			assert.Equal(t, tt.hidden, !strings.Contains(string(text), "Quimbyhollow"))
			var r mask.Report
			require.NoError(t, json.Unmarshal(read(t, report), &r))
			assert.Equal(t, tt.late, r.Late)
			// As it was at the end nothing is shown.
			_, stdout, _ := pagetape("", "at", "-t", "1h", "-as", "text", tape)
			assert.Contains(t, stdout, "Welcome ***")
			// And masked once more, what was shown before is gone where it is known.
			out := filepath.Join(dir, "out.tape")
			values := file(t, "values", "Quimbyhollow Thobwug\n")
			status, _, stderr = pagetape("", "mask", "-value-file", values, "-o", out, tape)
			require.Zero(t, status, stderr)
			_, stdout, _ = pagetape("", "export", out)
			assert.NotContains(t, stdout, "Quimbyhollow")
		})
	}
	status, _, stderr := pagetape("", "pack", "-live", "-hold", "soon", "-o", filepath.Join(dir, "x.tape"), in)
	assert.Equal(t, 2, status, stderr)
}

// What a live pack has held back when it fails is written, masked, where events
// before a failure are kept.
func TestPackHoldFailure(t *testing.T) {
	text := sessions.Open(t, "list").JSON(t)
	broken := file(t, "broken.json", string(text[:len(text)*3/4]))
	tape := filepath.Join(t.TempDir(), "s.tape")
	status, _, stderr := pagetape("", "pack", "-live", "-append", "-hold", "1h", "-o", tape, broken)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "cut short")
	got := exported(t, tape)
	assert.NotEmpty(t, got)
	want := exported(t, packed(t, "list", "default"))
	assert.Equal(t, want[:len(got)], got)
}
