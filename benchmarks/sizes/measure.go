package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/snappy"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/pagetape/pagetape/format"
)

// A column is one way to store the JSON text of a recording.
type column struct {
	name string
	size func(t *tools, text []byte) (int, error)
}

var columns = []column{
	{"JSON", func(_ *tools, text []byte) (int, error) { return len(text), nil }},
	{"gzip -6", gzipped},
	{"zstd -3", zstd(3)},
	{"zstd -19", zstd(19)},
	{"brotli -9", brotlied(9)},
	{"brotli -11", brotlied(11)},
	{"snappy", func(_ *tools, text []byte) (int, error) { return len(snappy.Encode(nil, text)), nil }},
	{"msgpack", func(_ *tools, text []byte) (int, error) {
		packed, err := toMsgpack(text)
		return len(packed), err
	}},
	{"msgpack + zstd -3", func(t *tools, text []byte) (int, error) {
		packed, err := toMsgpack(text)
		if err != nil {
			return 0, err
		}
		return t.zstd(packed, 3)
	}},
	{"tape", func(t *tools, text []byte) (int, error) {
		name, err := t.tape(text)
		if err != nil {
			return 0, err
		}
		info, err := os.Stat(name)
		if err != nil {
			return 0, err
		}
		return int(info.Size()), nil
	}},
}

// short are those that are soon measured, and that the others are compared with.
var short = slices.DeleteFunc(slices.Clone(columns), func(c column) bool {
	return !slices.Contains([]string{"JSON", "gzip -6", "zstd -3", "zstd -19", "tape"}, c.name)
})

func names(columns []column) (list []string) {
	for _, c := range columns {
		list = append(list, c.name)
	}
	return list
}

func gzipped(_ *tools, text []byte) (int, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, 6)
	if err != nil {
		return 0, err
	}
	_, err = w.Write(text)
	err = errors.Join(err, w.Close())
	return out.Len(), err
}

func zstd(level int) func(*tools, []byte) (int, error) {
	return func(t *tools, text []byte) (int, error) { return t.zstd(text, level) }
}

func brotlied(quality int) func(*tools, []byte) (int, error) {
	return func(_ *tools, text []byte) (int, error) {
		var out bytes.Buffer
		w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: 24})
		_, err := w.Write(text)
		err = errors.Join(err, w.Close())
		return out.Len(), err
	}
}

// toMsgpack encodes a JSON value in one piece. Whole numbers are packed as
// integers, not as the float64 of encoding/json, which takes nine bytes; sorted
// keys make the result the same each time.
func toMsgpack(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	v, err := numbers(v)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := msgpack.NewEncoder(&out)
	e.SetSortMapKeys(true)
	e.UseCompactInts(true)
	err = e.Encode(v)
	return out.Bytes(), err
}

// numbers replaces the json.Numbers in v.
func numbers(v any) (any, error) {
	var err error
	switch v := v.(type) {
	case []any:
		for i := range v {
			if v[i], err = numbers(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range v {
			if v[k], err = numbers(v[k]); err != nil {
				return nil, err
			}
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	}
	return v, nil
}

// tools are the programs that the measurements run, and a folder for them.
type tools struct {
	dir      string
	zstdPath string
	pagetape string
}

// newTools finds zstd and builds pagetape.
func newTools() (*tools, error) {
	t := new(tools)
	var err error
	if t.zstdPath, err = exec.LookPath("zstd"); err != nil {
		return nil, errors.New("the zstd tool is not on PATH; it is in the package zstd of Debian, Homebrew and others")
	}
	root, err := output(nil, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/pagetape/pagetape")
	if err != nil {
		return nil, err
	}
	if t.dir, err = os.MkdirTemp("", "pagetape-sizes-"); err != nil {
		return nil, err
	}
	t.pagetape = filepath.Join(t.dir, "pagetape")
	if _, err = output(nil, "go", "build", "-C", strings.TrimSpace(string(root)), "-o", t.pagetape, "./cmd/pagetape"); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *tools) close() { _ = os.RemoveAll(t.dir) }

var version = regexp.MustCompile(`\d+\.\d+\.\d+`)

func (t *tools) zstdVersion() (string, error) {
	out, err := output(nil, t.zstdPath, "--version")
	return version.FindString(string(out)), err
}

// zstd returns the size of a frame as ZSTD_compress makes it: the length known,
// one thread, no checksum.
func (t *tools) zstd(text []byte, level int) (int, error) {
	out, err := output(text, t.zstdPath, "-"+strconv.Itoa(level), "-q", "-c",
		"--single-thread", "--no-check", "--stream-size="+strconv.Itoa(len(text)))
	return len(out), err
}

// tape packs the events, unmasked, and returns the tape's file, which the next
// call writes anew.
func (t *tools) tape(text []byte) (string, error) {
	in, out := filepath.Join(t.dir, "in.json"), filepath.Join(t.dir, "out.tape")
	if err := os.WriteFile(in, text, 0o600); err != nil {
		return "", err
	}
	_, err := output(nil, t.pagetape, "pack", "-mask", "none", "-o", out, in)
	return out, err
}

// frames returns how many bytes of the events' tape each kind of frame takes.
func (t *tools) frames(text []byte) (map[format.FrameKind]int, error) {
	name, err := t.tape(text)
	if err != nil {
		return nil, err
	}
	tape, err := format.OpenReader(name, nil)
	if err != nil {
		return nil, err
	}
	defer tape.Close()
	bytes, sum := make(map[format.FrameKind]int), int64(0)
	for _, f := range tape.Frames {
		bytes[f.Kind] += int(f.Size)
		sum += f.Size
	}
	if sum != tape.Size() {
		return nil, fmt.Errorf("frames of %d bytes in a tape of %d: %w", sum, tape.Size(), tape.Damage())
	}
	return bytes, nil
}

// measure returns the size of each of the columns.
func (t *tools) measure(text []byte, columns []column) (map[string]int, error) {
	sizes := make(map[string]int)
	for _, c := range columns {
		n, err := c.size(t, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		sizes[c.name] = n
	}
	return sizes, nil
}

// output runs a program and returns what it prints; its error has what the
// program complains of.
func output(in []byte, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", filepath.Base(name), args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}
