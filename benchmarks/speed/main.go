// Speed runs the root package's benchmarks and prints, for every recording, how
// long each takes beside json.Unmarshal of the same JSON into any in the same
// run, as a Markdown table:
//
//	go run ./speed [-benchtime 500ms] [-count 3]
//
// PAGETAPE_CORPUS adds the recordings of a folder, as in the tests.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

func main() {
	benchtime := flag.String("benchtime", "500ms", "as go test has it")
	count := flag.Int("count", 3, "how often each is run; the fastest counts, for others use the machine too")
	flag.Parse()
	_, here, _, _ := runtime.Caller(0)
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", "JSON|RRWeb|Apply|Mask|Tape", "-benchtime", *benchtime, "-count", strconv.Itoa(*count), ".")
	cmd.Dir, cmd.Stderr = filepath.Join(filepath.Dir(here), "../.."), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
	table(os.Stdout, string(out))
}

const reference = "JSONUnmarshalAny"

// columns are the benchmarks in the order of the table.
var columns = []struct{ name, title string }{
	{"JSONValid", "json.Valid"}, {"DecodeRRWeb", "decode rrweb"}, {"DecodeAndMask", "decode and mask"}, {"EncodeRRWeb", "encode rrweb"},
	{"Apply", "Apply"}, {"TapeWrite", "tape write"}, {"TapeRead", "tape read"}, {"JSONToTape", "JSON to masked tape"},
}

// table prints the table of what go test printed.
func table(w io.Writer, output string) {
	times := make(map[string]map[string]float64)  // by benchmark and recording
	ratios := make(map[string]map[string]float64) // those that a benchmark has found itself
	var recordings []string
	lines := bufio.NewScanner(strings.NewReader(output))
	for lines.Scan() {
		name, recording, ns, ok := parse(lines.Text())
		if !ok {
			continue
		}
		if times[name] == nil {
			times[name] = make(map[string]float64)
		}
		was, again := times[name][recording]
		if name == reference && !again {
			recordings = append(recordings, recording)
		}
		if !again || ns < was {
			times[name][recording] = ns
		}
		if x, ok := metric(lines.Text(), "of-json.Unmarshal"); ok {
			if ratios[name] == nil {
				ratios[name] = make(map[string]float64)
			}
			if was, again := ratios[name][recording]; !again || x < was {
				ratios[name][recording] = x
			}
		}
	}
	fmt.Fprint(w, "| recording | json.Unmarshal any, ms |")
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n| --- | ---: |%s\n", strings.Repeat(" ---: |", len(columns)))
	sums := make([]float64, len(columns))
	for _, r := range recordings {
		fmt.Fprintf(w, "| %s | %.1f |", r, times[reference][r]/1e6)
		for i, c := range columns {
			ratio := times[c.name][r] / times[reference][r]
			if x, ok := ratios[c.name][r]; ok {
				ratio = x
			}
			sums[i] += math.Log(ratio)
			fmt.Fprintf(w, " %.2f |", ratio)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "| **geometric mean** | |")
	for _, sum := range sums {
		fmt.Fprintf(w, " **%.2f** |", math.Exp(sum/float64(len(recordings))))
	}
	fmt.Fprintln(w)
}

// parse takes a line as "BenchmarkApply/form-2  100  12345 ns/op" apart.
func parse(line string) (name, recording string, ns float64, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 4 || fields[3] != "ns/op" {
		return "", "", 0, false
	}
	name, recording, ok = strings.Cut(strings.TrimPrefix(fields[0], "Benchmark"), "/")
	if i := strings.LastIndexByte(recording, '-'); i > 0 {
		recording = recording[:i]
	}
	ns, err := strconv.ParseFloat(fields[2], 64)
	return name, recording, ns, ok && err == nil
}

// metric returns what a line has of that unit.
func metric(line, unit string) (x float64, ok bool) {
	fields := strings.Fields(line)
	i := slices.Index(fields, unit)
	if i < 1 {
		return 0, false
	}
	x, err := strconv.ParseFloat(fields[i-1], 64)
	return x, err == nil
}
