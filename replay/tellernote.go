package replay

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/pagetape/pagetape/format"
)

// The plugins of recorders that a story reads.
const (
	consolePlugin = "rrweb/console@1"
	networkPlugin = "rrweb/network@1"
)

// maxPayload is how many bytes of a payload are read.
const maxPayload = 1 << 16

// note returns what an event says that does not touch the page: an error, a
// request that failed, an event of the page's own. No kind is nothing to tell.
func note(d format.Data, limit int) (kind LineKind, text string) {
	switch d := d.(type) {
	case *format.Failure:
		kind, text = LineError, d.Message
	case *format.Console:
		if isError(d.Level) {
			kind, text = LineConsole, arguments(d.Args)
		}
	case *format.Log:
		if isError(d.Level) {
			kind, text = LineConsole, arguments(d.Payload)
		}
	case *format.Request:
		if d.Status >= 400 || d.Failure != "" {
			kind, text = LineRequest, request(d.Method, d.URL, d.Status, d.Failure)
		}
	case *format.Plugin:
		return plugin(d, limit)
	case *format.Custom:
		kind, text = LineCustom, d.Tag
		if p := strings.TrimSpace(d.Payload); p != "" && p != "null" && p != "{}" {
			text += " " + oneLine(p, 4*maxName)
		}
	}
	return kind, oneLine(text, limit)
}

// hasAny says whether one of some words is in a text.
func hasAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

func isError(level string) bool { return level == "error" || level == "assert" }

func plugin(d *format.Plugin, limit int) (LineKind, string) {
	if len(d.Payload) > maxPayload {
		return "", ""
	}
	switch d.Plugin {
	case consolePlugin:
		if !hasAny(d.Payload, "error", "assert", `\u`) {
			return "", "" // whatever the level is, it is none of an error
		}
		var p struct {
			Level   string
			Payload json.RawMessage
		}
		if json.Unmarshal([]byte(d.Payload), &p) == nil && isError(p.Level) {
			return LineConsole, oneLine(arguments(string(p.Payload)), limit)
		}
	case networkPlugin:
		var p struct {
			Requests []struct {
				Name, Method   string
				Status         int64
				ResponseStatus int64
			}
		}
		if json.Unmarshal([]byte(d.Payload), &p) != nil {
			return "", ""
		}
		var failed []string
		for _, r := range p.Requests {
			if status := max(r.Status, r.ResponseStatus); status >= 400 {
				failed = append(failed, request(r.Method, r.Name, status, ""))
			}
		}
		if len(failed) > 0 {
			return LineRequest, oneLine(strings.Join(failed, ", "), limit)
		}
	}
	return "", ""
}

// arguments are those of a call of the console: a JSON array, of strings that
// hold JSON where the recorder is rrweb's.
func arguments(list string) string {
	var args []any
	if len(list) > maxPayload || json.Unmarshal([]byte(list), &args) != nil {
		return list[:min(len(list), 4*maxPiece)]
	}
	words := make([]string, 0, len(args))
	for _, a := range args {
		s, ok := a.(string)
		if !ok {
			b, _ := json.Marshal(a)
			s = string(b)
		} else if inner := ""; json.Unmarshal([]byte(s), &inner) == nil {
			s = inner
		}
		words = append(words, s)
	}
	return strings.Join(words, " ")
}

func request(method, url string, status int64, failure string) string {
	words := make([]string, 0, 4)
	for _, w := range []string{method, url, failure} {
		if w != "" {
			words = append(words, w)
		}
	}
	if status != 0 {
		words = append(words, strconv.FormatInt(status, 10))
	}
	return strings.Join(words, " ")
}
