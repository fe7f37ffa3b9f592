package mask

import (
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/css"
	"github.com/pagetape/pagetape/internal/jsonstr"
)

// isProperty says whether v can be the name of a CSS property.
func isProperty(v string) bool {
	custom := strings.HasPrefix(v, "--")
	return all(v, "-_", 64) && (custom && digitRun(v) < longRun || !custom && countDigits(v) == 0)
}

// styleDiff returns rrweb's diff of a style attribute with its values cleaned as
// CSS. Members that are no declaration are left out.
func (f *Filter) styleDiff(diff string, masked bool) string {
	b := []byte{'{'}
	for _, e := range format.StyleEdits(diff) {
		if !isProperty(e.Name) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(jsonstr.Append(b, e.Name), ':')
		if e.Remove {
			b = append(b, "false"...)
			continue
		}
		value := f.declaration(e.Name, e.Value, masked)
		if e.Priority != "" {
			b = append(jsonstr.Append(append(b, '['), value), `,"important"]`...)
		} else {
			b = jsonstr.Append(b, value)
		}
	}
	return string(append(b, '}'))
}

// cleanDeclaration returns the value of a property, cleaned.
func cleanDeclaration(property, value string, masked bool) string {
	if masked && strings.HasPrefix(property, "--") && !plainValue(strings.TrimFunc(value, isSpace)) {
		if value == "" {
			return ""
		}
		return stars
	}
	return cleanCSS(value, masked)
}

// plainValue says whether a custom property's value is made of numbers, colors
// and the keywords that stylesheets share.
func plainValue(v string) bool {
	for i := 0; i < len(v); {
		switch b := v[i]; {
		case b == '#':
			end := i + 1
			for end < len(v) && isHexDigit(v[end]) {
				end++
			}
			if !isHex(v[i+1 : end]) {
				return false
			}
			i = end
		case isAlpha(b) || b == '-' && i+1 < len(v) && (isAlpha(v[i+1]) || v[i+1] == '-'):
			end := i
			for end < len(v) && css.IsNameByte(v[end]) {
				end++
			}
			word := strings.ToLower(v[i:end])
			if !strings.HasPrefix(word, "--") && !isStyleWord(word) || !plainIdent(word) {
				return false
			}
			i = end
		case isDigit(b) || strings.IndexByte(" \t\r\n.,%/+-*()", b) >= 0:
			i++
		default:
			return false
		}
	}
	return true
}

// isStyleWord says whether w is a unit, function or keyword of many values.
func isStyleWord(w string) bool {
	switch w {
	case "px", "em", "rem", "vh", "vw", "vmin", "vmax", "ch", "ex", "pt", "s", "ms", "deg", "turn", "fr", "e",
		"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color-mix", "in", "srgb",
		"var", "calc", "min", "max", "clamp", "env", "linear-gradient", "radial-gradient", "to", "from",
		"cubic-bezier", "translate", "scale", "rotate", "blur", "opacity",
		"none", "auto", "inherit", "initial", "unset", "revert", "normal", "transparent", "currentcolor",
		"solid", "dashed", "dotted", "inset", "ease", "ease-in", "ease-out", "ease-in-out", "linear", "all",
		"bold", "italic", "left", "right", "top", "bottom", "center", "white", "black",
		"sans-serif", "serif", "monospace", "system-ui":
		return true
	}
	return false
}
