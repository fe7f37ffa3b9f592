package format_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/snapshot"
)

const (
	vectors      = "../testdata/vectors"
	maxVectors   = 300 << 10
	malformedDir = vectors + "/malformed"
)

// A vector is what the JSON beside a tape says of it.
type vector struct {
	About     string            `json:"about"`
	Key       string            `json:"key,omitempty"` // hexadecimal
	Header    vectorHeader      `json:"header"`
	Frames    []string          `json:"frames"`
	Keyframes []vectorKey       `json:"keyframes"`
	Summaries []json.RawMessage `json:"summaries"` // one for each INDEX
	Skipped   int               `json:"skipped"`   // events without JSON
	Events    json.RawMessage   `json:"events"`
}

type vectorKey struct {
	Start  int64 `json:"start"` // ms
	Events int   `json:"events"`
}

type vectorHeader struct {
	Session     string      `json:"session"`
	Start       string      `json:"start"` // ns since 1970
	Recorder    [2]string   `json:"recorder"`
	UserAgent   string      `json:"userAgent"`
	Browser     [2]string   `json:"browser"`
	OS          [2]string   `json:"os"`
	Screen      [2]float64  `json:"screen"`
	Viewport    [2]float64  `json:"viewport"`
	Locale      string      `json:"locale"`
	TimeZone    string      `json:"timeZone"`
	Place       [2]string   `json:"place"`
	Masking     string      `json:"masking"`
	MaskingHash string      `json:"maskingHash"`
	Properties  [][2]string `json:"properties"`
}

// A malformed is what malformed.json says of a tape.
type malformed struct {
	File   string `json:"file"`
	About  string `json:"about"`
	Key    string `json:"key,omitempty"`
	Error  string `json:"error"`
	Events int    `json:"events"` // good ones before it
}

// class is the class of an error in SPEC.md.
func class(err error) string {
	for _, c := range []struct {
		err  error
		name string
	}{
		{format.ErrFormat, "format"}, {format.ErrVersion, "version"}, {format.ErrChecksum, "checksum"}, {format.ErrTruncated, "truncated"},
		{format.ErrGap, "gap"}, {format.ErrPayload, "payload"}, {format.ErrLimit, "limit"}, {format.ErrKey, "key"},
	} {
		if errors.Is(err, c.err) {
			return c.name
		}
	}
	return ""
}

// expect returns what the vector of a tape says.
func expect(t *testing.T, about, key string, tape []byte) *vector {
	secret, err := hex.DecodeString(key)
	require.NoError(t, err)
	opts := &format.ReaderOptions{Key: secret}
	d := format.NewDecoder(bytes.NewReader(tape), opts)
	h, err := d.Header()
	require.NoError(t, err)
	v := &vector{About: about, Key: key, Summaries: []json.RawMessage{}, Keyframes: []vectorKey{}, Header: vectorHeader{
		Session: h.Session, Start: strconv.FormatInt(h.Start.UnixNano(), 10), Recorder: [2]string{h.Recorder.Name, h.Recorder.Version},
		UserAgent: h.UserAgent, Browser: [2]string{h.Browser.Name, h.Browser.Version}, OS: [2]string{h.OS.Name, h.OS.Version},
		Screen: [2]float64{h.Screen.Width, h.Screen.Height}, Viewport: [2]float64{h.Viewport.Width, h.Viewport.Height},
		Locale: h.Locale, TimeZone: h.TimeZone, Place: [2]string{h.Country, h.Region},
		Masking: h.Masking, MaskingHash: h.MaskingHash, Properties: [][2]string{},
	}}
	for _, p := range h.Properties {
		v.Header.Properties = append(v.Header.Properties, [2]string{p.Name, p.Value})
	}
	var b bytes.Buffer
	v.Skipped, err = rrweb.Encode(&b, h.Start, d.Events())
	require.NoError(t, err)
	v.Events = b.Bytes()
	r := open(t, tape, opts)
	require.NoError(t, r.Damage())
	part := int64(0)
	for _, f := range r.Frames {
		name := f.Kind.String()
		if strings.HasPrefix(name, "kind-") {
			name = strings.ToUpper(strconv.FormatUint(uint64(f.Kind), 16))
		}
		v.Frames = append(v.Frames, name)
		switch f.Kind {
		case format.FrameKey:
			v.Keyframes = append(v.Keyframes, vectorKey{f.Start.Milliseconds(), f.Events})
		case format.FrameFoot: // of a part that is a tape of its own
			one := tape[part : f.Offset+f.Size]
			part = f.Offset + f.Size
			p := open(t, one, opts)
			if !p.Indexed() {
				continue
			}
			s, err := p.Summary()
			require.NoError(t, err)
			text, err := json.Marshal(s)
			require.NoError(t, err)
			v.Summaries = append(v.Summaries, text)
		}
	}
	return v
}

// text is the vector as it is in its file. Events stay as they are: compacting
// them would change lone surrogates.
func (v *vector) text(t *testing.T) string {
	events := v.Events
	v.Events = json.RawMessage("0")
	b, err := json.Marshal(v)
	require.NoError(t, err)
	v.Events = events
	before, ok := strings.CutSuffix(string(b), "0}")
	require.True(t, ok)
	return before + strings.TrimSuffix(string(events), "\n") + "\n}\n"
}

func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	files, err := filepath.Glob(vectors + "/*.tape")
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	size := int64(0)
	for _, file := range files {
		name := strings.TrimSuffix(file, ".tape")
		t.Run(filepath.Base(name), func(t *testing.T) {
			tape, err := os.ReadFile(file)
			require.NoError(t, err)
			want, err := os.ReadFile(name + ".json")
			require.NoError(t, err)
			var v vector
			require.NoError(t, json.Unmarshal(want, &v))
			assert.Equal(t, string(want), expect(t, v.About, v.Key, tape).text(t))
			size += int64(len(tape) + len(want))
			vectorReplays(t, tape, &v)
		})
	}
	text, err := os.ReadFile(vectors + "/malformed.json")
	require.NoError(t, err)
	var list []malformed
	require.NoError(t, json.Unmarshal(text, &list))
	var names []string
	for _, m := range list {
		names = append(names, m.File)
		t.Run(strings.TrimSuffix(m.File, ".tape"), func(t *testing.T) {
			tape, err := os.ReadFile(filepath.Join(vectors, m.File))
			require.NoError(t, err)
			size += int64(len(tape))
			key, err := hex.DecodeString(m.Key)
			require.NoError(t, err)
			got, err := read(tape, &format.ReaderOptions{Key: key})
			require.Error(t, err)
			assert.Equal(t, m.Error, class(err), "%v", err)
			assert.Len(t, got, m.Events)
		})
	}
	bad, err := filepath.Glob(malformedDir + "/*.tape")
	require.NoError(t, err)
	for _, file := range bad {
		assert.Contains(t, names, "malformed/"+filepath.Base(file))
	}
	assert.Len(t, bad, len(names))
	assert.Less(t, size+int64(len(text)), int64(maxVectors))
}

// vectorReplays holds the keyframes to the events: from any time on the pages
// become what they become from the first event on.
func vectorReplays(t *testing.T, tape []byte, v *vector) {
	if len(v.Keyframes) == 0 {
		return
	}
	r := open(t, tape, nil)
	events, err := collect(r.Events())
	require.NoError(t, err)
	pages := func(list []format.Event) map[format.WindowID]*snapshot.Node {
		state := map[format.WindowID]*snapshot.Page{}
		for _, e := range list {
			if state[e.Window] == nil {
				state[e.Window] = &snapshot.Page{}
			}
			_ = e.Data.Apply(state[e.Window])
		}
		trees := map[format.WindowID]*snapshot.Node{}
		for w, p := range state {
			trees[w] = p.Snapshot()
		}
		return trees
	}
	want := pages(events)
	for i, f := range r.Frames {
		if f.Kind != format.FrameKey && i%7 > 0 {
			continue
		}
		list, err := collect(r.Replay(f.Start, 1<<62))
		require.NoError(t, err)
		assert.Equal(t, want, pages(list), "from %v", f.Start)
	}
}
