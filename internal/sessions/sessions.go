// Package sessions finds the recordings that tests and benchmarks use: those
// in testdata and, where PAGETAPE_CORPUS names a folder, those in it. Only
// tests and the module in benchmarks import it.
package sessions

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
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
	if os.Getenv("PAGETAPE_CORPUS") == "" {
		t.Log("PAGETAPE_CORPUS IS NOT SET: only the recordings of testdata are used")
	}
	all, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Find is All for a program.
func Find() ([]Session, error) {
	_, here, _, _ := runtime.Caller(0)
	dirs := []string{filepath.Join(filepath.Dir(here), "../../testdata/recordings")}
	if dir := os.Getenv("PAGETAPE_CORPUS"); dir != "" {
		dirs = append(dirs, dir)
	}
	var all []Session
	for i, dir := range dirs {
		list, err := find(dir)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if i > 0 {
				s.Name = "corpus-" + s.Name
			}
			all = append(all, s)
		}
	}
	return all, nil
}

// find returns the recordings of a folder.
func find(dir string) ([]Session, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json.gz"))
	if err != nil {
		return nil, err
	}
	var list []Session
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json.gz")
		if !strings.HasSuffix(name, ".truth") && !strings.HasPrefix(name, "client-") {
			list = append(list, Session{name, file})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no recordings in %s", dir)
	}
	return list, nil
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
	return must(t, s.File)
}

// Read is JSON for a program.
func (s Session) Read() ([]byte, error) { return unzip(s.File) }

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
	if err := json.Unmarshal(must(t, strings.TrimSuffix(s.File, ".json.gz")+".truth.json.gz"), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func must(t testing.TB, name string) []byte {
	t.Helper()
	text, err := unzip(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func unzip(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
