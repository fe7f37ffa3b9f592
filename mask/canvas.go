package mask

import "strings"

// maskCanvas returns the arguments of a canvas command in masked scope: text
// and what does not look like a color or keyword is masked. It is false for a
// command that brings pixels, which is to be dropped.
func maskCanvas(property, args string) (string, bool) {
	if args == "" {
		return "", true
	}
	if bringsPixels(property) {
		return "", false
	}
	text := false
	switch property {
	case "fillText", "strokeText", "measureText":
		text = true
	}
	return rewriteJSON(args, func(s string) (string, bool) {
		switch {
		case s == "" || !text && canvasWord(s):
			return s, true
		case property == "font":
			return cleanCSS(s, true), true
		}
		return stars, true
	}, func(n string) string {
		whole, _, _ := strings.Cut(n, ".")
		if len(whole) >= 10 {
			return "0"
		}
		return n
	}, func(key string) bool {
		return key == "rr_type" || key == "index" || key == "args"
	})
}

func bringsPixels(property string) bool {
	switch property {
	case "drawImage", "putImageData", "createPattern", "texImage2D", "texSubImage2D", "texImage3D", "texSubImage3D",
		"compressedTexImage2D", "compressedTexSubImage2D", "transferFromImageBitmap":
		return true
	}
	return false
}

// drawing returns the arguments of a canvas command in clear scope as they may
// be seen. Pixels are not searched.
func (f *Filter) drawing(property, args string) string {
	if bringsPixels(property) && strings.Contains(args, `"base64"`) {
		return args
	}
	return f.hideJSON(args)
}

// canvasWord says whether a string argument is a color, a keyword or the name
// of a type.
func canvasWord(s string) bool {
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		return isHex(hex)
	}
	if function, _, ok := strings.Cut(s, "("); ok {
		return all(s, "(),.% /-", 64) && (strings.HasPrefix(function, "rgb") || strings.HasPrefix(function, "hsl")) &&
			plainValue(s)
	}
	return all(s, "-", 32) && countDigits(s) <= 2
}

// isMethod says whether v can be the name of a canvas method or property.
func isMethod(v string) bool {
	return all(v, "", 48) && !isDigit(v[0]) && countDigits(v) <= 3
}
