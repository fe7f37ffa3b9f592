package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pagetape/pagetape/replay"
)

const storyHelp = `Tells the session in lines: the time, what the user did and to what, and what
the page did. Nothing is told that is not in the tape.

-text is the most characters of text in a line, -idle after how long without
input the user's return is told.

-json prints one object a line. Names stay; new ones may come.
  time, duration   integers, in nanoseconds since the session's start; how long a run took
  window, kind     of the line; kinds are click, type, check, scroll, load, show, dialog, ... (replay.LineKind)
  target           what it was done to: id of the node, role, name, selector
  text, more       what was typed or shown; how many pieces of text were left out
  count            clicks in a row, items more in a list
  line             the line as it is printed without -json
`

func story(env *environment, args []string) error {
	f := env.flags()
	asJSON := f.Bool("json", false, "")
	text := f.Int("text", 0, "")
	idle := f.Duration("idle", 0, "")
	key := keyFlag(f)
	name, tape, err := env.tape(f, args, key, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	out := bufio.NewWriter(env.out)
	print := func(l replay.Line) error {
		_, err := fmt.Fprintln(out, l)
		return err
	}
	if *asJSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		print = func(l replay.Line) error {
			return enc.Encode(struct {
				replay.Line
				Sentence string `json:"line"`
			}{l, l.String()})
		}
	}
	for l, err := range replay.Story(tape, &replay.StoryOptions{Text: *text, Idle: *idle}) {
		if err != nil {
			return errors.Join(out.Flush(), named(name, key.explain(err)))
		}
		if err := print(l); err != nil {
			return err
		}
	}
	return out.Flush()
}
