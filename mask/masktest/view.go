package masktest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how many encodings around each other are taken off.
const maxDepth = 3

// minRun is how long a run of base64 or hexadecimal digits must be to be
// decoded.
const minRun = 8

// A decoder makes of text what it can stand for.
type decoder struct {
	name   string
	decode func(v string, yield func(string))
	bytes  bool // what it makes need not be text
}

var decoders = [...]decoder{
	{"percent", percent, false},
	{"html", characterReferences, false},
	{"json", jsonStrings, false},
	{"base64", base64Runs, true},
	{"hex", hexRuns, true},
}

// views calls yield with v and with all that decoding makes of it, each once,
// those with fewer steps first. Name is what was decoded, with a "+" behind each; text is false for bytes that
// do not look like text.
func views(v string, yield func(name, view string, text bool)) {
	type item struct{ name, view string }
	seen := map[string]bool{v: true}
	yield("", v, true)
	level := []item{{"", v}}
	for range maxDepth {
		var next []item
		for _, from := range level {
			for _, d := range decoders {
				d.decode(from.view, func(is string) {
					if seen[is] || is == "" {
						return
					}
					seen[is] = true
					name, text := from.name+d.name+"+", !d.bytes || isText(is)
					yield(name, is, text)
					if text {
						next = append(next, item{name, is})
					}
				})
			}
		}
		level = next
	}
}

// isText says whether most of v is characters that show.
func isText(v string) bool {
	good, all := 0, 0
	for _, r := range v {
		all++
		if r >= ' ' && r != utf8.RuneError && r != 0x7F || r == '\n' || r == '\t' || r == '\r' {
			good++
		}
	}
	return good*100 >= all*85
}

// percent decodes percent escapes, those that are whole, and JavaScript's %u
// ones.
func percent(v string, yield func(string)) {
	if strings.IndexByte(v, '%') < 0 {
		if strings.IndexByte(v, '+') >= 0 {
			yield(strings.ReplaceAll(v, "+", " "))
		}
		return
	}
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if v[i] == '%' && i+2 < len(v) {
			if n, err := strconv.ParseUint(v[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
			if v[i+1] == 'u' && i+5 < len(v) {
				if n, err := strconv.ParseUint(v[i+2:i+6], 16, 16); err == nil {
					b.WriteRune(rune(n))
					i += 5
					continue
				}
			}
		}
		b.WriteByte(v[i])
	}
	yield(b.String())
	if strings.IndexByte(v, '+') >= 0 {
		percent(strings.ReplaceAll(v, "+", " "), yield)
	}
}

// characterReferences decodes those of HTML, and leaves out tags.
func characterReferences(v string, yield func(string)) {
	if strings.IndexByte(v, '&') >= 0 {
		yield(html.UnescapeString(v))
	}
	if strings.IndexByte(v, '<') < 0 {
		return
	}
	var b strings.Builder
	for v != "" {
		open := strings.IndexByte(v, '<')
		if open < 0 {
			b.WriteString(v)
			break
		}
		b.WriteString(v[:open])
		end := strings.IndexByte(v[open:], '>')
		if end < 0 {
			break
		}
		v = v[open+end+1:]
	}
	yield(b.String())
}

// jsonStrings yields the strings, keys and numbers of JSON text and all of them
// in a row; of other text, what its backslash escapes stand for (JSON,
// JavaScript and CSS have \u, CSS \ and hexadecimal digits).
func jsonStrings(v string, yield func(string)) {
	if trimmed := strings.TrimSpace(v); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") || strings.HasPrefix(trimmed, `"`) {
		d := json.NewDecoder(strings.NewReader(v))
		d.UseNumber()
		var all strings.Builder
		for {
			t, err := d.Token()
			if err != nil {
				break
			}
			switch t := t.(type) {
			case string:
				yield(t)
				all.WriteString(t)
			case json.Number:
				yield(t.String())
				all.WriteString(t.String())
			}
		}
		yield(all.String())
	}
	if strings.IndexByte(v, '\\') < 0 {
		return
	}
	yield(backslashes(v, true))
	yield(backslashes(v, false))
}

// backslashes decodes escapes: as in JSON and JavaScript, or as in CSS.
func backslashes(v string, script bool) string {
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if v[i] != '\\' || i+1 == len(v) {
			b.WriteByte(v[i])
			continue
		}
		i++
		digits, from := 0, i
		switch {
		case script && v[i] == 'u':
			digits, from = 4, i+1
		case script && v[i] == 'x':
			digits, from = 2, i+1
		case !script:
			for digits < 6 && i+digits < len(v) && isHex(v[i+digits]) {
				digits++
			}
		}
		if digits > 0 && from+digits <= len(v) {
			if n, err := strconv.ParseUint(v[from:from+digits], 16, 32); err == nil {
				r := rune(n)
				i = from + digits - 1
				if script && utf16.IsSurrogate(r) && i+6 < len(v) && v[i+1] == '\\' && v[i+2] == 'u' {
					if low, err := strconv.ParseUint(v[i+3:i+7], 16, 32); err == nil {
						r = utf16.DecodeRune(r, rune(low))
						i += 6
					}
				}
				b.WriteRune(r)
				if !script && i+1 < len(v) && v[i+1] == ' ' {
					i++
				}
				continue
			}
		}
		if at := strings.IndexByte("nrtbf", v[i]); script && at >= 0 {
			b.WriteByte("\n\r\t\b\f"[at])
		} else {
			b.WriteByte(v[i])
		}
	}
	return b.String()
}

// base64Runs decodes runs of base64, of either alphabet, from each of their
// first four characters on: what is in front of them may look the same.
func base64Runs(v string, yield func(string)) {
	replace := strings.NewReplacer("-", "+", "_", "/")
	runs(v, func(c byte) bool { return isAlnumByte(c) || c == '+' || c == '/' || c == '-' || c == '_' }, func(run string) {
		run = replace.Replace(run)
		for shift := range 4 {
			part := run[shift:]
			if len(part)%4 == 1 {
				part = part[:len(part)-1]
			}
			if out, err := base64.RawStdEncoding.DecodeString(part); err == nil {
				yield(string(out))
			}
		}
	})
}

// hexRuns decodes runs of hexadecimal digits, from both of their first two on.
func hexRuns(v string, yield func(string)) {
	runs(v, isHex, func(run string) {
		for shift := range 2 {
			part := run[shift:]
			if out, err := hex.DecodeString(part[:len(part)&^1]); err == nil {
				yield(string(out))
			}
		}
	})
}

// runs yields the runs of bytes of v for which is holds.
func runs(v string, is func(byte) bool, yield func(string)) {
	from := 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && is(v[i]) {
			continue
		}
		if i-from >= minRun {
			yield(v[from:i])
		}
		from = i + 1
	}
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isAlnumByte(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }
