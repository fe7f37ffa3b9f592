package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// written writes a tape of the events and returns its name.
func written(t *testing.T, opts format.WriterOptions, events []format.Event) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "w.tape")
	file, err := os.Create(name)
	require.NoError(t, err)
	w := format.NewWriter(file, format.Header{Session: "s-1", Start: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}, &opts)
	for i, e := range events {
		require.NoError(t, w.Write(e))
		if opts.Flush > 0 && i == len(events)/3 {
			require.NoError(t, w.Flush()) // a segment
		}
	}
	require.NoError(t, w.Close())
	require.NoError(t, file.Close())
	return name
}

// files are the names in the folder of a file.
func files(t *testing.T, name string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

func exported(t *testing.T, args ...string) []any {
	t.Helper()
	status, stdout, stderr := pagetape("", append([]string{"export"}, args...)...)
	require.Zero(t, status, stderr)
	return events(t, []byte(stdout))
}

// Live tapes, parts and tapes one after the other become one sealed tape.
func TestSeal(t *testing.T) {
	s := sessions.Open(t, "list")
	all := events(t, s.JSON(t))
	dir := t.TempDir()
	var parts []string
	for i, list := range [][]any{all[:40], all[40:90], all[90:]} {
		text, err := json.Marshal(list)
		require.NoError(t, err)
		recording := filepath.Join(dir, "part.json")
		require.NoError(t, os.WriteFile(recording, text, 0o666))
		part := filepath.Join(dir, string(rune('a'+i))+".tape")
		status, _, stderr := pagetape("", "pack", "-mask", "none", "-live", "-batch", string(rune('a'+i)), "-o", part, recording)
		require.Zero(t, status, stderr)
		parts = append(parts, part)
	}
	out := filepath.Join(dir, "sealed.tape")
	status, stdout, stderr := pagetape("", append([]string{"seal", "-level", "best", "-o", out, parts[2], parts[0]}, parts...)...)
	require.Zero(t, status, stderr)
	assert.Contains(t, stdout, "128 events of 5 tapes sealed")
	got := exported(t, out)
	require.Len(t, got, len(all))
	for i := range all {
		want, have := all[i].(map[string]any), got[i].(map[string]any)
		require.Equal(t, want["data"], have["data"], "event %d", i)
	}
	joined := filepath.Join(dir, "joined.tape")
	require.NoError(t, os.WriteFile(joined, bytes.Join([][]byte{read(t, parts[0]), read(t, parts[1]), read(t, parts[2])}, nil), 0o666))
	status, stdout, stderr = pagetape("", "verify", joined)
	require.Zero(t, status, stderr+stdout)
	again := filepath.Join(dir, "again.tape")
	status, _, stderr = pagetape("", "seal", "-o", again, joined)
	require.Zero(t, status, stderr)
	assert.Equal(t, got, exported(t, again))
	status, stdout, stderr = pagetape("", "verify", again)
	require.Zero(t, status, stderr+stdout)

	// Not over an input, not of a damaged tape; nothing is left of either.
	status, _, stderr = pagetape("", "seal", "-o", joined, parts[0], joined)
	assert.Equal(t, 2, status)
	assert.Contains(t, stderr, "input")
	status, _, stderr = pagetape("", "seal", "-o", os.DevNull, parts[0])
	assert.Equal(t, 2, status, stderr)
	cut := filepath.Join(dir, "cut.tape")
	require.NoError(t, os.WriteFile(cut, read(t, parts[0])[:1000], 0o666))
	before := files(t, out)
	status, _, stderr = pagetape("", "seal", "-o", filepath.Join(dir, "no.tape"), parts[1], cut)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "recover")
	assert.Equal(t, before, files(t, out))
}

// A tape is there when it is whole; a failed pack leaves the one that was there.
func TestPackWhole(t *testing.T) {
	dir := t.TempDir()
	out, broken := filepath.Join(dir, "s.tape"), filepath.Join(dir, "broken.json")
	text := sessions.Open(t, "list").JSON(t)
	require.NoError(t, os.WriteFile(broken, text[:len(text)/2], 0o666))
	status, _, stderr := pagetape("", "pack", "-o", out, broken)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "cut short")
	assert.Equal(t, []string{"broken.json"}, files(t, out))
	require.NoError(t, os.WriteFile(out, []byte("before"), 0o600))
	status, _, _ = pagetape("", "pack", "-o", out, broken)
	assert.Equal(t, 1, status)
	assert.Equal(t, "before", string(read(t, out)))
	status, _, _ = pagetape("", "pack", "-o", broken, broken)
	assert.Equal(t, 2, status)
	link := filepath.Join(dir, "link.tape")
	require.NoError(t, os.Symlink(out, link))
	status, _, stderr = pagetape("", "pack", "-o", link, sessions.Open(t, "list").File)
	require.Zero(t, status, stderr)
	status, _, _ = pagetape("", "verify", out)
	assert.Zero(t, status, "the link's file was written")
	status, _, stderr = pagetape("", "pack", "-o", os.DevNull, sessions.Open(t, "list").File)
	require.Zero(t, status, stderr)
}

func TestPackAppend(t *testing.T) {
	s := sessions.Open(t, "list")
	all := events(t, s.JSON(t))
	dir := t.TempDir()
	tape, recording := filepath.Join(dir, "s.tape"), filepath.Join(dir, "r.json")
	pack := func(list []any, args ...string) (int, string) {
		text, err := json.Marshal(list)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(recording, text, 0o666))
		status, _, stderr := pagetape("", append(append([]string{"pack"}, args...), "-o", tape, recording)...)
		return status, stderr
	}
	for _, list := range [][]any{all[:40], all[40:90], all[90:]} {
		status, stderr := pack(list, "-mask", "none", "-live", "-append")
		require.Zero(t, status, stderr)
		// A crash in the middle of a frame.
		file, err := os.OpenFile(tape, os.O_WRONLY|os.O_APPEND, 0)
		require.NoError(t, err)
		if len(list) != 38 {
			_, err = file.WriteString("\x89rr\n\x02\x01")
		}
		require.NoError(t, err)
		require.NoError(t, file.Close())
	}
	assert.Equal(t, all, exported(t, tape))
	status, stdout, stderr := pagetape("", "verify", tape)
	require.Zero(t, status, stderr+stdout)
	status, stdout, _ = pagetape("", "info", tape)
	assert.Zero(t, status)
	assert.Contains(t, stdout, "3 parts")
	size := len(read(t, tape))
	status, stderr = pack(all, "-mask", "default", "-live", "-append")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "other rules")
	status, stderr = pack(all, "-append")
	assert.Equal(t, 2, status, stderr)
	key := filepath.Join(dir, "key")
	require.NoError(t, os.WriteFile(key, bytes.Repeat([]byte{1}, 32), 0o600))
	status, stderr = pack(all, "-mask", "none", "-live", "-append", "-keyfile", key)
	assert.Equal(t, 1, status, stderr)
	assert.Len(t, read(t, tape), size)
}

func TestKeyfile(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, b, 0o600))
		return name
	}
	key := bytes.Repeat([]byte("k\xff"), 16)
	raw, digits := file("raw", key), file("digits", []byte(hex.EncodeToString(key)+"\n"))
	other, bad := file("other", bytes.Repeat([]byte("o"), 32)), file("bad", []byte("secret"))
	for _, live := range []bool{false, true} {
		tape := filepath.Join(dir, "s.tape")
		args := []string{"pack", "-mask", "none", "-keyfile", raw, "-o", tape, sessions.Open(t, "list").File}
		if live {
			args = append(args, "-live")
		}
		status, _, stderr := pagetape("", args...)
		require.Zero(t, status, stderr)
		if live { // without its end
			require.NoError(t, os.WriteFile(tape, read(t, tape)[:len(read(t, tape))-41], 0o666))
		}
		out := filepath.Join(dir, "out.tape")
		for _, args := range [][]string{
			{"export"}, {"at", "-n", "20"}, {"info"}, {"info", "-json"}, {"dump"}, {"verify"}, {"seal", "-o", out}, {"recover", "-o", out},
		} {
			run := func(more ...string) (int, string, string) {
				return pagetape("", append(append(args, tape), more...)...)
			}
			status, _, stderr = run()
			assert.Equal(t, 1, status, args)
			assert.Contains(t, stderr, "encrypted: -keyfile is needed", args)
			status, _, stderr = run("-keyfile", other)
			assert.Equal(t, 1, status, args)
			assert.Contains(t, stderr, "not encrypted with this key", args)
			status, _, stderr = run("-keyfile", bad)
			assert.Equal(t, 1, status, args)
			assert.Contains(t, stderr, "no key")
			assert.NotContains(t, stderr, "secret")
			assert.NoFileExists(t, out)
			status, _, stderr = run("-keyfile", digits)
			if !live || args[0] != "verify" {
				assert.Zero(t, status, "%v %s", args, stderr)
			}
			if args[0] == "seal" || args[0] == "recover" {
				status, _, stderr = pagetape("", "info", out)
				assert.Equal(t, 1, status)
				assert.Contains(t, stderr, "encrypted")
				require.NoError(t, os.Remove(out))
			}
		}
	}
}

func TestInfoJSON(t *testing.T) {
	list := sessions.Open(t, "list").Events(t)
	for _, opts := range []format.WriterOptions{{Flush: 1 << 10, Keyframes: 500}, {Live: true}} {
		_, stdout, stderr := pagetape("", "info", "-json", written(t, opts, list))
		require.Empty(t, stderr)
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(stdout), &got))
		want, err := format.Summarize(func(yield func(format.Event, error) bool) {
			for _, e := range list {
				if !yield(e, nil) {
					return
				}
			}
		})
		require.NoError(t, err)
		text, err := json.Marshal(want)
		require.NoError(t, err)
		var summary any
		require.NoError(t, json.Unmarshal(text, &summary))
		assert.Equal(t, summary, got["summary"])
		assert.Equal(t, !opts.Live, got["sealed"])
		assert.Equal(t, true, got["indexed"])
		assert.Equal(t, 128.0, got["events"])
		assert.Equal(t, !opts.Live, got["keyframes"].(float64) > 0)
		for name := range strings.FieldsSeq("file size format closed encrypted parts session start duration active frames frameKinds kinds windows pages header") {
			assert.Contains(t, got, name)
		}
		assert.Equal(t, "s-1", got["header"].(map[string]any)["session"])
	}
	_, stdout, _ := pagetape("", "info", written(t, format.WriterOptions{}, list))
	for _, say := range []string{"active for", "│", "list.html", "1000x700", "checkpoint", "HEAP", "keyframes  0", "20 clicks"} {
		assert.Contains(t, stdout, say)
	}
	_, help, _ := pagetape("", "info", "-h")
	assert.Contains(t, help, "nanoseconds")
	_, again, _ := pagetape("", "help", "info")
	assert.Equal(t, help, again)
	// What a page is called does not steer the terminal.
	_, stdout, _ = pagetape("", "info", written(t, format.WriterOptions{}, []format.Event{{Data: &format.Meta{URL: "a\x1b[2Jb\nc"}}}))
	assert.NotContains(t, stdout, "\x1b")
	assert.Contains(t, stdout, `"a\x1b[2Jb\nc"`)
}

// A readCounter counts how often it is read, and what.
type readCounter struct {
	r     io.ReaderAt
	reads int
	bytes int
}

func (c *readCounter) ReadAt(b []byte, at int64) (int, error) {
	c.reads++
	c.bytes += len(b)
	return c.r.ReadAt(b, at)
}

// Of a tape with an index info reads the end, at once.
func TestInfoReads(t *testing.T) {
	list := sessions.Open(t, "form").Events(t)
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{}, &format.WriterOptions{Live: true, Flush: 1 << 10, Level: format.LevelFast})
	for range 40 {
		for _, e := range list {
			require.NoError(t, w.Write(e))
		}
	}
	require.NoError(t, w.Close())
	c := &readCounter{r: bytes.NewReader(b.Bytes())}
	r, err := format.NewReader(c, int64(b.Len()), nil)
	require.NoError(t, err)
	i := newTapeInfo("x", r)
	assert.Equal(t, int64(40*len(list)), i.Events)
	assert.Empty(t, i.Damage)
	assert.Equal(t, 1, c.reads)
	assert.Less(t, c.bytes, b.Len()/2)
}

func TestDump(t *testing.T) {
	list := sessions.Open(t, "list").Events(t)
	tape := written(t, format.WriterOptions{Flush: 1 << 10, Keyframes: 500}, list)
	status, stdout, stderr := pagetape("", "dump", tape)
	require.Zero(t, status, stderr)
	for _, say := range []string{
		"0 HEAD ", " HEAP ", " EVENTS ", " KEY ", " INDEX ", " FOOT ", "zstd", "generation 1", "full snapshot",
		"meta href=\"http://127.0.0.1:4711/list.html\" width=1000 height=700", "node=<document> 152 nodes",
		"\n       127 ", "keyframe events=", "tag=\"checkpoint\"",
	} {
		assert.Contains(t, stdout, say)
	}
	status, frames, _ := pagetape("", "dump", "-frames", tape)
	require.Zero(t, status)
	r, err := format.OpenReader(tape, nil)
	require.NoError(t, err)
	defer r.Close()
	assert.Len(t, r.Frames, strings.Count(frames, "\n"))
	for _, opts := range []format.WriterOptions{{Flush: 1 << 10, Keyframes: 500}, {Live: true, Flush: 1 << 10}} {
		tape := written(t, opts, list)
		b := read(t, tape)
		b[len(b)/2] ^= 1
		b = b[:len(b)-3]
		require.NoError(t, os.WriteFile(tape, b, 0o666))
		status, stdout, stderr = pagetape("", "dump", tape)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "checksum mismatch")
		assert.Contains(t, stdout, "damaged: format: frame at offset")
		assert.Contains(t, stdout, "cut short")
		assert.Contains(t, stdout, "1 frame missing")
	}
	// Long and hostile values.
	tape = written(t, format.WriterOptions{}, []format.Event{{Data: &format.Custom{Tag: strings.Repeat("é", 100) + "end", Payload: "\"\x1b[2J\""}}})
	_, stdout, _ = pagetape("", "dump", tape)
	assert.Contains(t, stdout, strings.Repeat("é", 60)+`"…203 bytes payload="\"\x1b[2J\""`)
	assert.NotContains(t, stdout, "\x1b")
	status, _, stderr = pagetape("", "dump", sessions.Open(t, "list").File)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "not a tape")
}

// Damage anywhere is noticed by verify, and recover saves the rest.
func TestRecoverDamage(t *testing.T) {
	list := sessions.Open(t, "list").Events(t)
	for name, opts := range map[string]format.WriterOptions{
		"sealed": {Flush: 1 << 10, Keyframes: 500}, "live": {Live: true, Flush: 1 << 10, Segment: 1 << 10},
	} {
		tape := written(t, opts, list)
		b := read(t, tape)
		r, err := format.OpenReader(tape, nil)
		require.NoError(t, err)
		defer r.Close()
		saved := filepath.Join(t.TempDir(), "saved.tape")
		for i, f := range r.Frames {
			bad := bytes.Clone(b)
			bad[f.Offset+f.Size-1] ^= 0x40
			require.NoError(t, os.WriteFile(tape, bad, 0o666))
			status, stdout, stderr := pagetape("", "verify", tape)
			assert.Equal(t, 1, status, "%s frame %d", name, i)
			assert.Contains(t, stderr, "checksum mismatch")
			assert.Contains(t, stdout, "damaged: ")
			status, stdout, stderr = pagetape("", "recover", "-o", saved, tape)
			require.Zero(t, status, "%s frame %d: %s", name, i, stderr)
			assert.Contains(t, stdout, "damage: format: frame at offset")
			got := len(exported(t, saved))
			if f.Kind == format.FrameEvents && name == "sealed" {
				assert.Equal(t, len(list)-f.Events, got)
				assert.Contains(t, stdout, "1 frame lost")
			}
			if f.Kind != format.FrameEvents && f.Kind != format.FrameHeap {
				assert.Len(t, list, got, "%s frame %d", name, i)
			}
			assert.Positive(t, got)
			status, stdout, stderr = pagetape("", "dump", saved)
			assert.Zero(t, status, stdout+stderr)
		}
	}
	junk := filepath.Join(t.TempDir(), "junk")
	require.NoError(t, os.WriteFile(junk, []byte("secret"), 0o666))
	status, _, stderr := pagetape("", "recover", "-o", junk+".tape", junk)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "no event")
	assert.NotContains(t, stderr, "secret")
	assert.Equal(t, []string{"junk"}, files(t, junk))
}
