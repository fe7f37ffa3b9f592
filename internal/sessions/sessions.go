// Package sessions finds the recordings that tests and benchmarks use: those
// in testdata and, where PAGETAPE_CORPUS names a folder, those in it. Only
// tests import it.
package sessions

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
)

// A Session is one recording.
type Session struct {
	Name string
	File string
}

// A Checkpoint is the live page at one moment of a recording.
type Checkpoint struct {
	Label  string          `json:"label"`
	After  int             `json:"after"` // events emitted before it
	DOM    json.RawMessage `json:"dom"`
	Text   string          `json:"text"`   // innerText of the body; not in the corpus
	Frames []string        `json:"frames"` // and of the frames' bodies
	Shadow bool            `json:"shadow"` // there are shadow roots
}

// All returns the recordings, those of testdata first. It says loudly when
// PAGETAPE_CORPUS is not set.
func All(t testing.TB) []Session {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	dirs := []string{filepath.Join(filepath.Dir(here), "../../testdata/recordings")}
	if dir := os.Getenv("PAGETAPE_CORPUS"); dir != "" {
		dirs = append(dirs, dir)
	} else {
		t.Log("PAGETAPE_CORPUS IS NOT SET: only the recordings of testdata are used")
	}
	var all []Session
	for i, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.json.gz"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no recordings in %s", dir)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".json.gz")
			if strings.HasSuffix(name, ".truth") || strings.HasPrefix(name, "client-") {
				continue
			}
			if i > 0 {
				name = "corpus-" + name
			}
			all = append(all, Session{name, file})
		}
	}
	return all
}

// Open returns the session of testdata with that name.
func Open(t testing.TB, name string) Session {
	t.Helper()
	for _, s := range All(t) {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no recording %q", name)
	return Session{}
}

// JSON returns the text of the recording.
func (s Session) JSON(t testing.TB) []byte {
	t.Helper()
	return unzip(t, s.File)
}

// Events returns the events of the recording.
func (s Session) Events(t testing.TB) []format.Event {
	t.Helper()
	var events []format.Event
	for e, err := range rrweb.NewDecoder(bytes.NewReader(s.JSON(t)), nil).Events() {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// Checkpoints returns the live pages of the recording.
func (s Session) Checkpoints(t testing.TB) []Checkpoint {
	t.Helper()
	var list []Checkpoint
	if err := json.Unmarshal(unzip(t, strings.TrimSuffix(s.File, ".json.gz")+".truth.json.gz"), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func unzip(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
