// Quickstart takes a recording, masks it, stores it as a tape, opens that
// again and rebuilds the page at three moments. It needs no network.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

func main() {
	log.SetFlags(0)
	in := flag.String("in", "testdata/recordings/form.json.gz", "a recording of rrweb")
	dir := flag.String("out", filepath.Join(os.TempDir(), "pagetape-quickstart"), "folder for what it writes")
	flag.Parse()
	if err := run(*in, *dir); err != nil {
		log.Fatal(err)
	}
}

func run(in, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	name := filepath.Join(dir, "form.tape")
	report, err := pack(in, name)
	if err != nil {
		return err
	}

	tape, err := format.OpenReader(name, nil)
	if err != nil {
		return err
	}
	defer tape.Close()
	recorded, err := os.Stat(in)
	if err != nil {
		return err
	}
	fmt.Printf("recording  %7d bytes  %s\n", recorded.Size(), in)
	fmt.Printf("tape       %7d bytes  %s\n", tape.Size(), name)
	fmt.Println("\nelements masked by rule:")
	for _, r := range report.Rules {
		fmt.Printf("  %5d  %-5v  %s  (%s)\n", r.Matched, r.Action, r.Select, r.Why)
	}
	fmt.Printf("\nvalues typed: %d; shown again and masked, by form:\n", report.Values)
	for _, e := range report.Echoes {
		fmt.Printf("  %5d  %s\n", e.Found, e.Form)
	}
	fmt.Println("\nstrings by channel:  masked  dropped     kept")
	for _, c := range report.Channels {
		fmt.Printf("  %-15s  %8d %8d %8d\n", c.Channel, c.Masked, c.Dropped+c.Blocked, c.Kept)
	}

	fmt.Println("\nthe page at three moments:")
	player := replay.NewPlayer(tape)
	defer player.Close()
	for _, t := range []time.Duration{time.Second, 3 * time.Second, 6 * time.Second} {
		page, err := player.At(t)
		if err != nil {
			return err
		}
		out := filepath.Join(dir, fmt.Sprintf("at-%s.html", t))
		file, err := os.Create(out)
		if err != nil {
			return err
		}
		if err := errors.Join(snapshot.Render(file, page, nil), file.Close()); err != nil {
			return err
		}
		fmt.Printf("  %3s  %3d nodes  %s\n", t, page.Len(), out)
	}
	fmt.Println("\nOpen the HTML files in a browser; they run no script and load nothing.")
	return nil
}

// pack reads the recording, masks it and writes the tape.
func pack(in, out string) (report mask.Report, err error) {
	recording, err := os.Open(in)
	if err != nil {
		return report, err
	}
	defer recording.Close()
	// The default masks what users type, also where the page shows it again.
	// This rule leaves a text out as a whole.
	config := mask.Default()
	config.Name = "quickstart"
	config.Rules = append(config.Rules,
		mask.Rule{Select: "#message", Action: mask.Block, Why: "free text"})
	policy, err := mask.Compile(config)
	if err != nil {
		return report, err
	}
	file, err := os.Create(out)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()

	decoder := rrweb.NewDecoder(recording, nil)
	header, err := decoder.Header()
	if err != nil {
		return report, err
	}
	header.Session, header.Masking, header.MaskingHash = "quickstart", policy.Name(), policy.Hash()
	writer := format.NewWriter(file, header, nil)
	filter := policy.NewFilter(nil)
	for e, err := range filter.Events(decoder.Events()) {
		if err != nil {
			return report, err
		}
		if err := writer.Write(e); err != nil {
			return report, err
		}
	}
	return filter.Report(), writer.Close()
}
