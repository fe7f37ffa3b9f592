// Command sizes measures how large the recordings are as tapes and as JSON in
// other compressors, and prints the tables of docs/benchmarks.md:
//
//	cd benchmarks && PAGETAPE_CORPUS=../../shared/corpus go run ./sizes
//
// It needs the zstd tool: libzstd has levels that no Go port has. -keys prints
// instead how many bytes of a tape each kind of frame takes. The recordings of a
// quarter of an hour have a table of their own, with fewer columns.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

func main() {
	keys := flag.Bool("keys", false, "print the bytes of each kind of frame instead")
	flag.Parse()
	if err := run(os.Stdout, *keys); err != nil {
		fmt.Fprintln(os.Stderr, "sizes:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, keys bool) error {
	all, err := sessions.Find()
	if err != nil {
		return err
	}
	long, err := sessions.FindLong()
	if err != nil {
		return err
	}
	if os.Getenv("PAGETAPE_CORPUS") == "" {
		fmt.Fprintln(os.Stderr, "PAGETAPE_CORPUS IS NOT SET: only the recordings of testdata are measured")
	}
	t, err := newTools()
	if err != nil {
		return err
	}
	defer t.close()
	if !keys {
		version, err := t.zstdVersion()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "Sizes in bytes, with zstd %s and %s.\n", version, runtime.Version())
	}
	table := func(v variant, all []sessions.Session, columns []column) error {
		fmt.Fprintf(w, "\n%s:\n\n", v.title)
		if keys {
			return frameTable(w, t, v, all)
		}
		return sizeTable(w, t, v, all, columns)
	}
	for _, v := range variants {
		if err := table(v, all, columns); err != nil {
			return err
		}
	}
	return table(variant{"A quarter of an hour", asRecorded}, long, short)
}

// sizeTable measures one variant of the recordings. Below them it has the
// ratio of the tape to each column: the geometric mean, and the worst.
func sizeTable(w io.Writer, t *tools, v variant, all []sessions.Session, columns []column) error {
	row(w, slices.Concat([]string{"recording"}, names(columns), []string{"tape / zstd -3", "tape / zstd -19"})...)
	rule(w, len(columns)+3)
	ratios := make(map[string][]float64)
	for _, s := range all {
		text, err := v.of(s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		sizes, err := t.measure(text, columns)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		cells := []string{s.Name}
		for _, c := range columns {
			cells = append(cells, strconv.Itoa(sizes[c.name]))
			ratios[c.name] = append(ratios[c.name], ratio(sizes["tape"], sizes[c.name]))
		}
		for _, name := range []string{"zstd -3", "zstd -19"} {
			cells = append(cells, decimal(ratio(sizes["tape"], sizes[name])))
		}
		row(w, cells...)
	}
	for _, last := range []struct {
		title string
		of    func([]float64) float64
	}{
		{"**tape / this, geometric mean**", geomean},
		{"tape / this, worst", slices.Max[[]float64]},
	} {
		cells := []string{last.title}
		for _, c := range columns {
			cells = append(cells, decimal(last.of(ratios[c.name])))
		}
		for _, name := range []string{"zstd -3", "zstd -19"} {
			r := ratios[name]
			cell := decimal(last.of(r))
			if i := slices.Index(r, last.of(r)); i >= 0 && len(r) > 1 {
				cell += " " + all[i].Name
			}
			cells = append(cells, cell)
		}
		row(w, cells...)
	}
	return nil
}

// frameNames are SPEC.md's; those of them that always have a column come first.
var frameNames = map[format.FrameKind]string{
	format.FrameHead: "HEAD", format.FrameEvents: "EVENTS", format.FrameKey: "KEY",
	format.FrameHeap: "HEAP", format.FrameIndex: "INDEX", format.FrameFoot: "FOOT",
	format.FrameBlob: "BLOB", format.FrameMeta: "META", format.FrameSide: "SIDE", format.FrameRedact: "REDACT",
}

// frameTable measures the frames of the tapes of one variant.
func frameTable(w io.Writer, t *tools, v variant, all []sessions.Session) error {
	kinds := []format.FrameKind{
		format.FrameHead, format.FrameEvents, format.FrameKey,
		format.FrameHeap, format.FrameIndex, format.FrameFoot,
	}
	tapes := make([]map[format.FrameKind]int, len(all))
	for i, s := range all {
		text, err := v.of(s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		if tapes[i], err = t.frames(text); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		for _, k := range slices.Sorted(maps.Keys(tapes[i])) {
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	head := []string{"recording", "tape"}
	for _, k := range kinds {
		head = append(head, cmp.Or(frameNames[k], fmt.Sprintf("%02X", uint8(k))))
	}
	row(w, append(head, "KEY + INDEX")...)
	rule(w, len(head)+1)
	worst, name := -1.0, ""
	for i, bytes := range tapes {
		total := 0
		for _, n := range bytes {
			total += n
		}
		cells := []string{all[i].Name, strconv.Itoa(total)}
		for _, k := range kinds {
			cells = append(cells, fmt.Sprintf("%d (%s)", bytes[k], percent(bytes[k], total)))
		}
		seek := bytes[format.FrameKey] + bytes[format.FrameIndex]
		row(w, append(cells, percent(seek, total))...)
		if share := ratio(seek, total); share > worst {
			worst, name = share, fmt.Sprintf("%s %s", percent(seek, total), all[i].Name)
		}
	}
	row(w, append(append([]string{"worst"}, make([]string, len(kinds)+1)...), name)...)
	return nil
}

func row(w io.Writer, cells ...string) {
	for _, c := range cells {
		if c != "" {
			c += " "
		}
		fmt.Fprint(w, "| ", c)
	}
	fmt.Fprintln(w, "|")
}

// rule writes the line below a table's head: names to the left, numbers to the
// right.
func rule(w io.Writer, columns int) {
	fmt.Fprint(w, "| --- ")
	for range columns - 1 {
		fmt.Fprint(w, "| ---: ")
	}
	fmt.Fprintln(w, "|")
}

func ratio(a, b int) float64 { return float64(a) / float64(b) }

func geomean(ratios []float64) float64 {
	sum := 0.0
	for _, r := range ratios {
		sum += math.Log(r)
	}
	return math.Exp(sum / float64(len(ratios)))
}

func decimal(r float64) string    { return strconv.FormatFloat(r, 'f', 3, 64) }
func percent(part, of int) string { return fmt.Sprintf("%.1f%%", 100*ratio(part, of)) }
